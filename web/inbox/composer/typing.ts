import { onCleanup } from "solid-js";
import type { Mode } from "./draft";

// Longer than people pause between words, shorter than they walk away for.
const IDLE_MS = 5_000;

/** Tells colleagues and the customer that somebody writes; stops by itself. `tell` may be called on every key. */
export function createTyping(tell: (on: boolean, mode: Mode, draft: string | null) => void, mode: Mode) {
  let on = false;
  let idle: ReturnType<typeof setTimeout> | undefined;

  function stop() {
    clearTimeout(idle);
    if (!on) return;
    on = false;
    tell(false, mode, null);
  }

  function typed(text: string) {
    clearTimeout(idle);
    if (text.trim() === "") return stop();
    on = true;
    idle = setTimeout(stop, IDLE_MS);
    tell(true, mode, text);
  }

  onCleanup(stop);
  return { typed, stop };
}
