import { createSignal, onCleanup } from "solid-js";

/** Where a shortcut holds; also its group in the sheet. */
export type Scope = "app" | "inbox" | "thread" | "contacts" | "settings";

/**
 * `keys`: one key (`j`, `/`, `escape`), with `mod+` for ⌘ or Ctrl and `shift+`, or two keys one after the other (`g i`).
 * `when` is asked at the moment of the key, and hides the action from the palette while false.
 */
export interface Shortcut {
  keys: string;
  label: string;
  run: () => void;
  when?: () => boolean;
}

export interface Registered extends Shortcut { scope: Scope }

/** The time for the second key of two. */
const SECOND_KEY_MS = 1_200;
/** Layers that have keys of their own; ours rest while one of them has the focus. */
const LAYERS = "[role=dialog], [role=alertdialog], [role=menu], [role=listbox]";

const [registered, setRegistered] = createSignal<readonly Registered[]>([]);
/** What can be done right now, for the sheet and the palette; the innermost screen first. */
export { registered as shortcuts };

/** Makes these keys work for as long as the calling component lives. The latest registration wins. */
export function createShortcuts(scope: Scope, list: readonly Shortcut[]): void {
  const mine = list.map((shortcut) => ({ ...shortcut, scope }));
  setRegistered((all) => [...mine, ...all]);
  listen();
  onCleanup(() => setRegistered((all) => all.filter((one) => !mine.includes(one))));
}

const isApple = (): boolean => /Mac|iPhone|iPad/.test(navigator.platform);

/** The name a shortcut has in this registry, from the key that was pressed. */
export function keyOf(event: Pick<KeyboardEvent, "key" | "metaKey" | "ctrlKey" | "shiftKey" | "altKey">): string {
  const key = event.key.toLowerCase();
  // Shift is part of what a sign is (`?`), but it changes what a letter or a named key means.
  const shift = event.shiftKey && (key.length > 1 || /[a-z]/.test(key)) ? "shift+" : "";
  return `${event.metaKey || event.ctrlKey ? "mod+" : ""}${event.altKey ? "alt+" : ""}${shift}${key}`;
}

const SIGNS: Record<string, string> = { escape: "Esc", enter: "↵", arrowup: "↑", arrowdown: "↓", backspace: "⌫" };
/** A shortcut as people read it on their keyboard: `mod+k` is ⌘K or Ctrl K. */
export function showKeys(keys: string, apple: boolean = isApple()): string {
  return keys.split(" ").map((stroke) => stroke.split("+").map((part) => {
    if (part === "mod") return apple ? "⌘" : "Ctrl ";
    if (part === "shift") return apple ? "⇧" : "Shift ";
    if (part === "alt") return apple ? "⌥" : "Alt ";
    return SIGNS[part] ?? part.toUpperCase();
  }).join("")).join(" ");
}

let pending: { key: string; at: number } | null = null;
let listening = false;
function listen(): void {
  if (listening) return;
  listening = true;
  addEventListener("keydown", pressed);
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio], [type=button]), textarea, select"));
const isInLayer = (target: EventTarget | null): boolean => target instanceof Element && target.closest(LAYERS) !== null;

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  const key = keyOf(event);
  // A button with the focus is pressed by Enter; no shortcut may take that away.
  if (key === "enter" && event.target instanceof Element && event.target.closest("button, a[href], summary")) return;
  const hasModifier = key.startsWith("mod+");
  if (isInLayer(event.target) || (isTyping(event.target) && !hasModifier)) return;
  const first = pending && event.timeStamp - pending.at < SECOND_KEY_MS ? pending.key : null;
  pending = null;
  const possible = registered().filter(({ when }) => when?.() ?? true);
  const found = possible.find(({ keys }) => keys === (first === null ? key : `${first} ${key}`)) ?? possible.find(({ keys }) => keys === key);
  if (found) {
    // In a text field `mod+z` and its like belong to the field, unless somebody is not typing there.
    if (isTyping(event.target) && key === "mod+z" && hasText(event.target)) return;
    event.preventDefault();
    found.run();
  } else if (possible.some(({ keys }) => keys.startsWith(`${key} `))) {
    pending = { key, at: event.timeStamp };
  }
}

const hasText = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target.value !== "" : target instanceof HTMLElement && target.textContent !== "";
