import { createSignal } from "solid-js";
import { readRich, writeRich } from "./keys";
import type { ReplyDraft } from "./reply";

export type Formatting = ReturnType<typeof createFormatting>;

/** Whether a reply is written with formatting: this browser's habit, where the channel takes it. */
export function createFormatting(reply: ReplyDraft) {
  const [isWanted, setWanted] = createSignal(readRich());

  function toggle(): void {
    const next = !isWanted();
    setWanted(next);
    writeRich(next);
    // Leaving formatting behind must not send it after all.
    if (!next) reply.change({ html: undefined });
  }
  return { isWanted, isOn: () => isWanted() && reply.capabilities()?.html === true, toggle };
}
