import type { MemberActor } from "../domain/access";
import type { Account } from "./locate";

/** The conversations a restricted member may see, as a condition on `conversation c`; `true` for everyone else. */
export function visibleTo(actor: MemberActor): { sql: string; values: unknown[] } {
  if (actor.role !== "restricted") return { sql: "true", values: [] };
  return {
    sql: "(c.assignee_id = ? OR c.team_id IN (SELECT value FROM json_each(?)) OR EXISTS(SELECT 1 FROM json_each(c.row, '$.followerIds') WHERE value = ?))",
    values: [actor.id, JSON.stringify(actor.teamIds), actor.id],
  };
}

/** A restricted member reaches the contacts of conversations they may see, and whom they added themselves as long as nobody has talked with them. */
export async function mayReachContact(account: Account, actor: MemberActor, contactId: string): Promise<boolean> {
  if (actor.role !== "restricted") return true;
  const sees = visibleTo(actor);
  const [theirs, added] = await account.db.batch([
    account.db.prepare(`SELECT 1 FROM conversation c WHERE c.account_id = ? AND c.contact_id = ? AND ${sees.sql} LIMIT 1`).bind(account.id, contactId, ...sees.values),
    account.db.prepare("SELECT 1 FROM contact WHERE account_id = ?1 AND id = ?2 AND added_by = ?3 AND NOT EXISTS(SELECT 1 FROM conversation WHERE account_id = ?1 AND contact_id = ?2)").bind(account.id, contactId, actor.id),
  ]);
  return theirs!.results.length > 0 || added!.results.length > 0;
}
