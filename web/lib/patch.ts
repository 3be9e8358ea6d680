import type { ConversationPatch, ConversationRow, MemberState } from "../../worker/contract/conversation";

export interface Row { row: ConversationRow; mine: MemberState }

export const noState = (conversationId: string): MemberState => ({ conversationId, readCount: 0, starred: false, draft: false });

/** Pure. What a patch will have done, shown before the server says so. */
export function applyPatch({ row, mine }: Row, patch: ConversationPatch, now: string): Row {
  const closing = patch.status === "closed" && row.status !== "closed";
  return {
    row: {
      ...row,
      status: patch.status ?? (patch.snoozedUntil ? "snoozed" : row.status),
      snoozedUntil: patch.status && patch.status !== "snoozed" ? null : patch.snoozedUntil === undefined ? row.snoozedUntil : patch.snoozedUntil,
      wakeOnReply: patch.wakeOnReply ?? row.wakeOnReply,
      closedAt: closing ? now : patch.status ? null : row.closedAt,
      closeReason: patch.closeReason === undefined ? row.closeReason : patch.closeReason,
      assigneeId: patch.assigneeId === undefined ? row.assigneeId : patch.assigneeId,
      teamId: patch.teamId === undefined ? row.teamId : patch.teamId,
      followerIds: changed(row.followerIds, patch.addFollowers, patch.removeFollowers),
      labelIds: changed(row.labelIds, patch.addLabels, patch.removeLabels),
      needsReply: patch.needsReply ?? (closing ? false : row.needsReply),
    },
    mine: {
      ...mine,
      starred: patch.starred ?? mine.starred,
      readCount: patch.readCount === undefined ? mine.readCount : Math.max(mine.readCount, patch.readCount),
    },
  };
}

/** Pure. The patch that takes this one back, for an undo; null when there is nothing to take back to. */
export function inverse({ row, mine }: Row, patch: ConversationPatch): ConversationPatch {
  const back: ConversationPatch = {};
  if (patch.status !== undefined || patch.snoozedUntil !== undefined) {
    back.status = row.status;
    if (row.status === "snoozed") Object.assign(back, { snoozedUntil: row.snoozedUntil, wakeOnReply: row.wakeOnReply });
  }
  if (patch.assigneeId !== undefined) back.assigneeId = row.assigneeId;
  if (patch.teamId !== undefined) back.teamId = row.teamId;
  if (patch.starred !== undefined) back.starred = mine.starred;
  const added = patch.addLabels?.filter((id) => !row.labelIds.includes(id));
  const removed = patch.removeLabels?.filter((id) => row.labelIds.includes(id));
  if (added?.length) back.removeLabels = added;
  if (removed?.length) back.addLabels = removed;
  return back;
}

function changed(ids: readonly string[], add: readonly string[] = [], remove: readonly string[] = []): string[] {
  return [...new Set([...ids, ...add])].filter((id) => !remove.includes(id));
}
