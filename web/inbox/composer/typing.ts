import { onCleanup } from "solid-js";
import type { ChannelKind } from "../../../worker/contract/channel";
import type { Mode } from "./draft";
import type { ComposerSession } from "./session";

// Longer than people pause between words, shorter than they walk away for.
const IDLE_MS = 5_000;

/** Tells colleagues, and the customer on the `channel` that is written for, that somebody writes; stops by itself. `tell` may be called on every key. */
export function createTyping(tell: ComposerSession["typing"], mode: Mode, channel: () => ChannelKind | null) {
  let on = false;
  let idle: ReturnType<typeof setTimeout> | undefined;

  function stop() {
    clearTimeout(idle);
    if (!on) return;
    on = false;
    tell(false, mode, null, channel());
  }

  function typed(text: string) {
    clearTimeout(idle);
    if (text.trim() === "") return stop();
    on = true;
    idle = setTimeout(stop, IDLE_MS);
    tell(true, mode, text, channel());
  }

  onCleanup(stop);
  return { typed, stop };
}
