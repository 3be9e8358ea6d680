import { createEffect, onCleanup } from "solid-js";
import type { ComposeCheck } from "../../../worker/contract/compose";
import { nextChange } from "./window";

/** Several changes at once are one question. */
const SETTLE_MS = 250;
/** Our clock may run ahead of the server's: asking too early would answer the old. */
const LATE_MS = 1_500;
/** Browsers run longer timers at once. */
const TIMER_MAX_MS = 2_147_000_000;

/** Asks again when a window closes or opens, when the page is looked at again after it should have, and shortly after `soon`. */
export function createRecheck(check: () => ComposeCheck | undefined, ask: () => void): { soon: () => void } {
  let due: number | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let settling: ReturnType<typeof setTimeout> | undefined;

  function soon() {
    settling ??= setTimeout(() => {
      settling = undefined;
      ask();
    }, SETTLE_MS);
  }

  createEffect(() => {
    clearTimeout(timer);
    due = nextChange(check()?.channels ?? [], Date.now());
    if (due !== null) timer = setTimeout(soon, Math.min(due - Date.now() + LATE_MS, TIMER_MAX_MS));
  });

  // A sleeping laptop stops its timers.
  const wake = () => { if (!document.hidden && due !== null && due < Date.now()) soon(); };
  document.addEventListener("visibilitychange", wake);
  onCleanup(() => {
    clearTimeout(timer);
    clearTimeout(settling);
    document.removeEventListener("visibilitychange", wake);
  });
  return { soon };
}
