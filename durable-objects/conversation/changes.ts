import type { ConversationPatch } from "../../worker/contract/conversation";
import type { MemberActor } from "../../worker/domain/access";
import type { Timers } from "../lib/timers";
import type { Head } from "./head";
import type { Store } from "./store";

/** Names of the people, teams and labels a change mentions, so that the thread can say them without a look-up. */
export type Names = Record<string, string>;

/** Applies a patch. Whose it is, its labels and its status get a quiet line each when they really changed. The same patch again changes nothing. */
export function change(store: Store, timers: Timers, patch: ConversationPatch, actor: MemberActor, names: Names, now: number): void {
  const { head } = store;
  const say = (type: string, text: string, data: Record<string, unknown> = {}) =>
    store.insert({ kind: "system", author: { type: "member", id: actor.id, name: actor.name }, at: now, text, event: { type, data } });
  const nameOf = (id: string) => names[id] ?? "";

  if (patch.assigneeId !== undefined && patch.assigneeId !== head.assigneeId) {
    head.assigneeId = patch.assigneeId;
    say("assigned", patch.assigneeId ? `${actor.name} assigned this to ${patch.assigneeId === actor.id ? "themselves" : nameOf(patch.assigneeId)}` : `${actor.name} removed the assignee`, { assigneeId: patch.assigneeId });
  }
  if (patch.teamId !== undefined && patch.teamId !== head.teamId) {
    head.teamId = patch.teamId;
    say("team", patch.teamId ? `${actor.name} moved this to ${nameOf(patch.teamId)}` : `${actor.name} removed the team`, { teamId: patch.teamId });
  }
  head.followerIds = changed(head.followerIds, patch.addFollowers, patch.removeFollowers);
  const labels = changed(head.labelIds, patch.addLabels, patch.removeLabels);
  for (const id of labels.filter((one) => !head.labelIds.includes(one))) say("labelled", `${actor.name} added ${nameOf(id)}`, { labelId: id });
  for (const id of head.labelIds.filter((one) => !labels.includes(one))) say("unlabelled", `${actor.name} removed ${nameOf(id)}`, { labelId: id });
  head.labelIds = labels;
  if (patch.needsReply === false) head.waitingSince = null;

  changeStatus(store, timers, patch, say, actor, now);
  const read = store.member(actor.id).readCount;
  changeMine(store, patch, actor);
  const { readCount } = store.member(actor.id);
  if (readCount > read && readCount >= head.inboundCount) head.readAt = now;
}

function changeStatus(store: Store, timers: Timers, patch: ConversationPatch, say: (type: string, text: string, data?: Record<string, unknown>) => void, actor: MemberActor, now: number): void {
  const { head } = store;
  if (patch.wakeOnReply !== undefined) head.wakeOnReply = patch.wakeOnReply;
  const until = patch.snoozedUntil ? Date.parse(patch.snoozedUntil) : null;
  const status = patch.status ?? (patch.snoozedUntil ? "snoozed" : undefined);
  if (!status || (status === head.status && (status !== "snoozed" || until === head.snoozedUntil))) return;
  head.status = status;
  head.snoozedUntil = status === "snoozed" ? until : null;
  head.closedAt = status === "closed" ? now : null;
  head.closeReason = status === "closed" ? (patch.closeReason ?? null) : null;
  if (status === "closed") head.waitingSince = null;
  if (head.snoozedUntil !== null) timers.set("snooze", head.snoozedUntil);
  else timers.clear("snooze");
  const words = { open: "reopened this", closed: "closed this", snoozed: "snoozed this" }[status];
  say(status === "open" ? "reopened" : status, `${actor.name} ${words}`, { until: patch.snoozedUntil ?? null, reason: head.closeReason });
}

/** What a member does for themselves: reading, unreading, starring. */
function changeMine(store: Store, patch: ConversationPatch, actor: MemberActor): void {
  const mine = store.member(actor.id);
  let { readCount, starred } = mine;
  if (patch.readCount !== undefined) readCount = Math.max(readCount, Math.min(patch.readCount, store.head.inboundCount));
  if (patch.unreadFrom !== undefined) {
    const entry = store.find(patch.unreadFrom)?.entry;
    if (entry) readCount = Math.max(0, store.head.inboundCount - Math.max(1, store.inboundSince(entry.seq)));
  }
  if (patch.starred !== undefined) starred = patch.starred;
  if (readCount !== mine.readCount || starred !== mine.starred) store.setMember(actor.id, { ...mine, readCount, starred });
}

/** The snooze is over: it comes back as work, with a line that says so. */
export function wakeUp(store: Store, now: number): void {
  const { head } = store;
  if (head.status !== "snoozed" || head.snoozedUntil === null || head.snoozedUntil > now) return;
  head.status = "open";
  head.snoozedUntil = null;
  head.lastAt = now;
  store.insert({ kind: "system", author: { type: "system", id: null, name: "" }, at: now, text: "Back from snooze", event: { type: "woke", data: {} } });
}

function changed(ids: readonly string[], add: readonly string[] = [], remove: readonly string[] = []): Head["labelIds"] {
  return [...new Set([...ids, ...add])].filter((id) => !remove.includes(id));
}
