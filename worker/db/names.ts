import type { ConversationPatch } from "../contract/conversation";
import type { Account } from "./locate";

/** The names behind the ids of a patch, for the lines it writes; null when one of them does not exist in this account. */
export async function namesFor(account: Account, { assigneeId, teamId, addFollowers = [], removeFollowers = [], addLabels = [], removeLabels = [] }: ConversationPatch): Promise<Record<string, string> | null> {
  const wanted = [...new Set([...(assigneeId ? [assigneeId] : []), ...(teamId ? [teamId] : []), ...addFollowers, ...addLabels])];
  const mentioned = [...wanted, ...removeFollowers, ...removeLabels];
  if (mentioned.length === 0) return {};
  const { results } = await account.db.prepare(
    `SELECT id, name FROM member WHERE account_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND disabled_at IS NULL
     UNION ALL SELECT id, name FROM team WHERE account_id = ?1 AND id IN (SELECT value FROM json_each(?2))
     UNION ALL SELECT id, name FROM label WHERE account_id = ?1 AND id IN (SELECT value FROM json_each(?2))`,
  ).bind(account.id, JSON.stringify(mentioned)).all<{ id: string; name: string }>();
  const names = Object.fromEntries(results.map(({ id, name }) => [id, name]));
  return wanted.every((id) => Object.hasOwn(names, id)) ? names : null;
}
