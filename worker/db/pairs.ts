import type { MemberActor } from "../domain/access";
import { auditStatement } from "./audit";
import type { Account } from "./locate";

/** A pair is written once, whoever of the two is named first. */
const ordered = (one: string, other: string): [low: string, high: string] => (one < other ? [one, other] : [other, one]);

/** Somebody looked at both and says that they are two people. Safe to repeat. */
export async function keepApart(account: Account, one: string, other: string, actor: MemberActor, now: number): Promise<void> {
  await account.db.batch([
    account.db.prepare("INSERT INTO contact_pair(account_id, low_id, high_id, apart_by, apart_at) VALUES(?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET apart_by = excluded.apart_by, apart_at = excluded.apart_at WHERE contact_pair.apart_at IS NULL")
      .bind(account.id, ...ordered(one, other), actor.name, now),
    auditStatement(account, { actor: actor.id, action: "contact.kept-apart", target: one, data: { otherId: other }, now }),
  ]);
}

/** Takes that back: they may be suggested again. Safe to repeat. */
export async function forgetApart(account: Account, one: string, other: string, actor: MemberActor, now: number): Promise<void> {
  await account.db.batch([
    account.db.prepare("UPDATE contact_pair SET apart_by = NULL, apart_at = NULL WHERE account_id = ? AND low_id = ? AND high_id = ?").bind(account.id, ...ordered(one, other)),
    auditStatement(account, { actor: actor.id, action: "contact.not-kept-apart", target: one, data: { otherId: other }, now }),
  ]);
}

/** The pairs somebody is in, from either end: an OR would read all of the account. */
const OF = "rowid IN (SELECT rowid FROM contact_pair WHERE account_id = ?1 AND low_id = ?2 UNION ALL SELECT rowid FROM contact_pair WHERE account_id = ?1 AND high_id = ?2)";

/** Address by contact: a provider named it for one of the two although it is the other's. */
export async function aliasesShared(account: Account, contactId: string): Promise<Map<string, string>> {
  const { results } = await account.db.prepare(`SELECT iif(low_id = ?2, high_id, low_id) AS id, alias FROM contact_pair WHERE ${OF} AND alias IS NOT NULL`).bind(account.id, contactId).all<{ id: string; alias: string }>();
  return new Map(results.map(({ id, alias }) => [id, alias]));
}

/** With a contact goes what was known of them beside others. */
export const forgetPairs = (account: Account, contactId: string): D1PreparedStatement => account.db.prepare(`DELETE FROM contact_pair WHERE ${OF}`).bind(account.id, contactId);

/** What was said about the merged one and somebody else is said about the kept one and them, until the merge is undone. */
export const inheritPairs = (account: Account, mergeId: string, keptId: string, otherId: string): D1PreparedStatement => account.db.prepare(
  `INSERT INTO contact_pair(account_id, low_id, high_id, alias, apart_by, apart_at, merge_id)
   SELECT ?1, min(?3, third), max(?3, third), alias, apart_by, apart_at, ?4 FROM (SELECT *, iif(low_id = ?2, high_id, low_id) AS third FROM contact_pair WHERE ${OF})
   WHERE third <> ?3 AND EXISTS(SELECT 1 FROM merge WHERE account_id = ?1 AND id = ?4) ON CONFLICT DO NOTHING`).bind(account.id, otherId, keptId, mergeId);

/** Only once the merge is marked as undone. */
export const disinheritPairs = (account: Account, mergeId: string, keptId: string): D1PreparedStatement => account.db.prepare(
  `DELETE FROM contact_pair WHERE ${OF} AND merge_id = ?3 AND EXISTS(SELECT 1 FROM merge WHERE account_id = ?1 AND id = ?3 AND undone_at IS NOT NULL)`).bind(account.id, keptId, mergeId);
