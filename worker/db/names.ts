import type { ConversationPatch } from "../contract/conversation";
import type { Account } from "./locate";

/** The names behind the ids of a patch, for the lines it writes; null when one of them is no member, team or label of this account. */
export async function namesFor(account: Account, { assigneeId, teamId, addFollowers = [], removeFollowers = [], addLabels = [], removeLabels = [] }: ConversationPatch): Promise<Record<string, string> | null> {
  const wanted = [...[assigneeId].filter((id) => id != null), ...addFollowers].map((id) => `member ${id}`).concat(teamId ? [`team ${teamId}`] : [], addLabels.map((id) => `label ${id}`));
  const mentioned = [...(assigneeId ? [assigneeId] : []), ...(teamId ? [teamId] : []), ...addFollowers, ...removeFollowers, ...addLabels, ...removeLabels];
  if (mentioned.length === 0) return {};
  const { results } = await account.db.prepare(
    `SELECT 'member' AS kind, id, name FROM member WHERE account_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND disabled_at IS NULL
     UNION ALL SELECT 'team', id, name FROM team WHERE account_id = ?1 AND id IN (SELECT value FROM json_each(?2))
     UNION ALL SELECT 'label', id, name FROM label WHERE account_id = ?1 AND id IN (SELECT value FROM json_each(?2))`,
  ).bind(account.id, JSON.stringify(mentioned)).all<{ kind: string; id: string; name: string }>();
  const found = new Set(results.map(({ kind, id }) => `${kind} ${id}`));
  return wanted.every((one) => found.has(one)) ? Object.fromEntries(results.map(({ id, name }) => [id, name])) : null;
}
