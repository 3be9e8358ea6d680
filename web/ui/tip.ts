import { onCleanup } from "solid-js";
import styles from "./tooltip.module.css";

export interface Tip { text: string; kbd?: string | undefined }

/** Long enough not to flicker while the pointer only passes by. */
const REST_MS = 450;
/** After one tip was shown, its neighbours need no waiting. */
const WARM_MS = 300;
const GAP_PX = 6;
const EDGE_PX = 8;
const ID = "tip";

const tips = new WeakMap<Element, () => Tip>();
let bubble: HTMLElement | null = null;
let owner: Element | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let hiddenAt = 0;
let listening = false;

/**
 * Shows words beside an element while the pointer rests on it or the keyboard is there. One bubble serves the whole
 * page, so a list of a thousand buttons costs nothing.
 */
export function tip(element: Element, read: () => Tip): void {
  tips.set(element, read);
  listen();
  onCleanup(() => { if (owner === element) hide(); });
}

function listen(): void {
  if (listening) return;
  listening = true;
  document.addEventListener("pointerover", (event) => { if (event.pointerType === "mouse") want(ownerOf(event.target)); });
  document.addEventListener("pointerdown", hide);
  document.addEventListener("focusin", ({ target }) => { if (target instanceof Element && target.matches(":focus-visible")) want(ownerOf(target)); });
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  document.addEventListener("scroll", hide, { capture: true, passive: true });
}

function ownerOf(target: EventTarget | null): Element | null {
  let element = target instanceof Element ? target : null;
  // The bubble may be pointed at without going away.
  if (element && bubble?.contains(element)) return owner;
  while (element && !tips.has(element)) element = element.parentElement;
  return element;
}

function want(element: Element | null): void {
  if (element === owner && (element === null || isShown())) return;
  hide();
  owner = element;
  if (!element) return;
  timer = setTimeout(() => show(element), Date.now() - hiddenAt < WARM_MS ? 0 : REST_MS);
}

const isShown = (): boolean => bubble?.isConnected ?? false;

function show(element: Element): void {
  const { text, kbd } = tips.get(element)?.() ?? { text: "" };
  // A menu that opened says more than the name of its button.
  if (!text || !element.isConnected || element.getAttribute("aria-expanded") === "true") return;
  bubble ??= makeBubble();
  bubble.replaceChildren(text);
  if (kbd) {
    const keys = document.createElement("kbd");
    keys.textContent = kbd;
    bubble.append(keys);
  }
  // Beside what it is about, for those who read by landmarks; in the top layer, so that no dialog or scroller covers or cuts it.
  (element.closest("dialog, [role=dialog], main, nav") ?? document.body).append(bubble);
  bubble.showPopover?.();
  place(bubble, element);
  if (element.getAttribute("aria-label") !== text) described(element)?.setAttribute("aria-describedby", ID);
}

function makeBubble(): HTMLElement {
  const made = document.createElement("div");
  made.id = ID;
  made.setAttribute("role", "tooltip");
  made.setAttribute("popover", "manual");
  made.className = styles["tip"]!;
  return made;
}

/** The focusable thing the words are about: the element, or the one it wraps. */
const described = (element: Element): Element | null => (element.matches("button, a, input, [tabindex]") ? element : element.querySelector("button, a, input, [tabindex]"));

function place(tooltip: HTMLElement, element: Element): void {
  const anchor = (element.getClientRects().length > 0 ? element : element.firstElementChild ?? element).getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = tooltip;
  const below = anchor.bottom + GAP_PX;
  const fitsBelow = below + height + EDGE_PX <= innerHeight;
  // Beside a column of buttons, where it would cover the next one.
  const column = element.closest("[data-tips=side]");
  const isBeside = column !== null && getComputedStyle(column).flexDirection === "column";
  const isRtl = isBeside && getComputedStyle(column).direction === "rtl";
  const beside = isRtl ? anchor.left - GAP_PX - width : anchor.right + GAP_PX;
  const left = isBeside ? beside : anchor.left + anchor.width / 2 - width / 2;
  const top = isBeside ? anchor.top + anchor.height / 2 - height / 2 : fitsBelow ? below : anchor.top - GAP_PX - height;
  tooltip.style.top = `${Math.round(top)}px`;
  tooltip.style.left = `${Math.round(Math.max(EDGE_PX, Math.min(left, innerWidth - width - EDGE_PX)))}px`;
}

function hide(): void {
  clearTimeout(timer);
  if (owner) {
    const target = described(owner);
    if (target?.getAttribute("aria-describedby") === ID) target.removeAttribute("aria-describedby");
  }
  owner = null;
  if (!isShown()) return;
  hiddenAt = Date.now();
  bubble!.remove();
}
