import { children, createMemo, onCleanup, type Accessor, type JSX } from "solid-js";
import { spread } from "solid-js/web";

export interface Trigger {
  host: Accessor<JSX.Element>;
  button: Accessor<HTMLButtonElement>;
}

/** Finds the button a floating sheet belongs to: `trigger` is it, or holds it. */
export function createTrigger(trigger: () => JSX.Element): Trigger {
  const host = children(trigger);
  const button = createMemo(() => {
    const element = host();
    const found = element instanceof HTMLButtonElement ? element : element instanceof Element ? element.querySelector("button") : null;
    if (!found) throw new Error("A trigger must be or hold one button");
    return found;
  });
  return { host, button };
}

/** Gives the behaviour of a Kobalte trigger to a button that is there already. Use as `<Part.Trigger as={adopt(button)} />`. */
export function adopt(button: HTMLButtonElement): (behaviour: object) => JSX.Element {
  return (behaviour) => {
    spread(button, behaviour, false, true);
    return null;
  };
}

const OPENING_KEYS: Record<"menu" | "dialog", readonly string[]> = { menu: ["Enter", " ", "ArrowDown"], dialog: ["Enter", " "] };

/**
 * Until the code of a sheet is here, its button behaves by itself: coming near fetches the code, pressing asks for it.
 * `isHere` ends that.
 */
export function untilHere(button: HTMLButtonElement, kind: "menu" | "dialog", options: { isHere: () => boolean; fetch: () => void; open: (by: "pointer" | "keyboard") => void }): void {
  const near = () => { if (!options.isHere()) options.fetch(); };
  const click = (event: MouseEvent) => {
    if (options.isHere()) return;
    // The sheet may be here within this very click, whose rest would close it again.
    event.stopPropagation();
    options.open(event.detail > 0 ? "pointer" : "keyboard");
  };
  const key = (event: KeyboardEvent) => {
    if (options.isHere() || !OPENING_KEYS[kind].includes(event.key)) return;
    // The press must not become a click as well, which would close it again.
    event.preventDefault();
    options.open("keyboard");
  };
  button.setAttribute("aria-haspopup", kind === "menu" ? "true" : kind);
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("pointerenter", near);
  button.addEventListener("focus", near);
  button.addEventListener("click", click);
  button.addEventListener("keydown", key);
  onCleanup(() => {
    button.removeEventListener("pointerenter", near);
    button.removeEventListener("focus", near);
    button.removeEventListener("click", click);
    button.removeEventListener("keydown", key);
  });
}
