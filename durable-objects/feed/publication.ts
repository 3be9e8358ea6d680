import type { ConversationRow, MemberState } from "../../worker/contract/conversation";
import type { Once } from "../../worker/db/projection";

/** What a Conversation tells the Feed: its current state, never a difference, so that repeats and reordering change nothing. */
export interface Publication {
  row: ConversationRow;
  nextDueAt: number | null;
  members: (MemberState & { memberId: string; version: number })[];
  /** Facts that are written once each. A version the Feed has had is refused; writing one twice changes nothing. */
  facts: { version: number; once: Once[] } | null;
}
