import { createEffect, createSignal, on, onCleanup, type Accessor } from "solid-js";
import type { ConversationRow, MemberState } from "../../../worker/contract/conversation";
import type { Entry } from "../../../worker/contract/entry";
import { patchConversation } from "../../lib/conversation";
import { unread } from "../../lib/listing";
import { change } from "../actions";
import { firstUnread } from "./layout";

/** Somebody has looked when it stood there this long. */
const READ_AFTER_MS = 300;

const hasEyes = () => document.visibilityState === "visible" && document.hasFocus();

/** Whether this window is in front of somebody and has the focus. */
function createSeen(): Accessor<boolean> {
  const [isSeen, setSeen] = createSignal(hasEyes());
  const look = () => setSeen(hasEyes());
  for (const event of ["focus", "blur"]) addEventListener(event, look);
  document.addEventListener("visibilitychange", look);
  onCleanup(() => {
    for (const event of ["focus", "blur"]) removeEventListener(event, look);
    document.removeEventListener("visibilitychange", look);
  });
  return isSeen;
}

interface Thread {
  id: string;
  row: Accessor<ConversationRow | null | undefined>;
  mine: Accessor<MemberState>;
  state: { order: readonly string[]; entries: Readonly<Record<string, Entry>> };
  isLoading: Accessor<boolean>;
  isAtEnd: Accessor<boolean>;
}

/** What of a thread has been read: what somebody has had in front of them, in a window that has the focus. */
export function createReading({ id, row, mine, state, isLoading, isAtEnd }: Thread) {
  // The line between read and unread stays where it was when the thread was opened.
  const [newId, setNewId] = createSignal<string | null>(null);
  createEffect(on(() => isLoading() || !row(), (isWaiting) => {
    if (!isWaiting) setNewId(firstUnread(state.order, state.entries, unread(row()!, mine())));
  }));

  const isSeen = createSeen();
  const [leftUnread, setLeftUnread] = createSignal(0);
  createEffect(on(() => [isSeen(), isLoading(), isAtEnd(), row()?.inboundCount ?? 0, mine().readCount] as const, ([seen, loading, atEnd, inbound, read]) => {
    if (!seen || loading || !atEnd || inbound <= read || inbound === leftUnread()) return;
    const timer = setTimeout(() => void patchConversation(id, { readCount: inbound }), READ_AFTER_MS);
    onCleanup(() => clearTimeout(timer));
  }));

  // Marked unread on purpose, it stays so until something new comes, although it is still on the screen.
  function markUnread(): void {
    const from = state.order.findLast((entryId) => state.entries[entryId]!.direction === "in");
    if (from === undefined) return;
    setLeftUnread(row()?.inboundCount ?? 0);
    void change(id, { unreadFrom: from });
  }
  return { newId, markUnread };
}
