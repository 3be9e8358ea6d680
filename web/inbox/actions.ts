import type { ConversationPatch } from "../../worker/contract/conversation";
import { patchConversation } from "../lib/conversation";
import { feed } from "../lib/feed";
import { clock } from "../lib/format";
import { t } from "../lib/i18n";
import { members, teams } from "../lib/me";
import { inverse } from "../lib/patch";
import { toast } from "../ui/toast";
import { sayRefused } from "./say-refused";

/** Changes a conversation at once; says why if the server refuses. With `done`, offers to take it back. */
export async function change(id: string, patch: ConversationPatch, done?: string): Promise<void> {
  const row = feed().rows[id];
  const mine = feed().mine[id];
  const back = row && mine ? inverse({ row, mine }, patch) : null;
  if (done) toast({ text: done, undo: back && Object.keys(back).length > 0 ? () => void change(id, back) : undefined });
  const problem = await patchConversation(id, patch);
  if (problem) sayRefused(problem);
}

export function toggleClosed(id: string): Promise<void> {
  const isClosed = feed().rows[id]?.status === "closed";
  return change(id, { status: isClosed ? "open" : "closed" }, t(isClosed ? "inbox.done.reopened" : "inbox.done.closed"));
}

export const toggleStar = (id: string): Promise<void> => change(id, { starred: !feed().mine[id]?.starred });

export const assign = (id: string, assigneeId: string | null): Promise<void> =>
  change(id, { assigneeId }, assigneeId ? t("inbox.done.assigned", { name: nameOf(assigneeId) }) : t("inbox.done.unassigned"));

export const assignTeam = (id: string, teamId: string | null): Promise<void> =>
  change(id, { teamId }, teamId ? t("inbox.done.assigned", { name: teams().find((team) => team.id === teamId)?.name ?? "" }) : t("inbox.done.unassigned"));

/** `until` null waits for a reply alone. */
export const snooze = (id: string, until: Date | null, wakeOnReply: boolean): Promise<void> =>
  change(id, { status: "snoozed", snoozedUntil: until?.toISOString() ?? null, wakeOnReply }, until ? t("inbox.done.snoozed", { time: clock(until) }) : t("inbox.done.snoozedReply"));

export function nameOf(memberId: string | null): string {
  return members().find((member) => member.id === memberId)?.name ?? "";
}
