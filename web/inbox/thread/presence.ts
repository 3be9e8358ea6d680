import { createEffect, createSignal, onCleanup, type Accessor } from "solid-js";

/** A finger that rests this long means the message, not the page. */
const HOLD_MS = 450;
/** A finger is never quite still. */
const STILL_PX = 10;

export interface Presence {
  isHere: Accessor<boolean>;
  pickerOpen: Accessor<boolean>;
  setPicker: (open: boolean) => void;
  /** As if a finger rested here; for those who cannot see it rest. */
  hold: () => void;
  /** The finger's stay is over. */
  release: () => void;
  watch: (element: HTMLElement) => void;
}

/** Whether somebody is at a message: pointer over it, keyboard in it, a finger held on it, or its picker open. */
export function createPresence(): Presence {
  const [isOver, setOver] = createSignal(false);
  const [isIn, setIn] = createSignal(false);
  const [isHeld, setHeld] = createSignal(false);
  const [pickerOpen, setPickerOpen] = createSignal(false);
  let host: HTMLElement | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let from = { x: 0, y: 0 };
  const giveUp = () => clearTimeout(timer);
  onCleanup(giveUp);

  createEffect(() => {
    if (!isHeld()) return;
    const elsewhere = ({ target }: Event) => { if (!(target instanceof Node && host?.contains(target))) setHeld(false); };
    document.addEventListener("pointerdown", elsewhere);
    onCleanup(() => document.removeEventListener("pointerdown", elsewhere));
  });

  function watch(element: HTMLElement): void {
    host = element;
    const on = <K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void) => element.addEventListener(type, listener);
    on("pointerenter", ({ pointerType }) => { if (pointerType === "mouse") setOver(true); });
    on("pointerleave", () => { setOver(false); giveUp(); });
    on("focusin", ({ target }) => setIn(target instanceof Element && target.matches(":focus-visible")));
    // The picker floats elsewhere on the page; whoever is in it has not left.
    on("focusout", ({ relatedTarget }) => { if (!pickerOpen() && !(relatedTarget instanceof Node && element.contains(relatedTarget))) setIn(false); });
    on("pointerdown", ({ pointerType, clientX: x, clientY: y }) => {
      if (pointerType === "mouse") return;
      from = { x, y };
      giveUp();
      timer = setTimeout(() => setHeld(true), HOLD_MS);
    });
    on("pointermove", ({ clientX, clientY }) => { if (Math.hypot(clientX - from.x, clientY - from.y) > STILL_PX) giveUp(); });
    on("pointerup", giveUp);
    on("pointercancel", giveUp);
  }

  function setPicker(open: boolean): void {
    setPickerOpen(open);
    if (open) return;
    setHeld(false);
    // The button that opened it may be gone with the pointer, so the message itself takes the focus back.
    queueMicrotask(() => host?.focus({ preventScroll: true }));
  }

  return { isHere: () => isOver() || isIn() || isHeld() || pickerOpen(), pickerOpen, setPicker, hold: () => setHeld(true), release: () => setHeld(false), watch };
}

const STEPS: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowUp: (at) => at - 1, ArrowDown: (at) => at + 1, Home: () => 0, End: (_at, last) => last,
};

/** Moves the focus from one message of the thread to another. False: the key means something else, or there is none. */
export function walk(message: HTMLElement, key: string): boolean {
  const step = STEPS[key];
  if (!step) return false;
  const all = [...message.closest("[role=region]")?.querySelectorAll<HTMLElement>("[data-message][tabindex]") ?? []];
  const next = all[step(all.indexOf(message), all.length - 1)];
  if (!next || next === message) return false;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}
