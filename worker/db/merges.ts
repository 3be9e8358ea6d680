import type { ChannelKind } from "../contract/channel";
import type { ConsentState, Contact } from "../contract/contact";
import type { ConversationRow } from "../contract/conversation";
import type { Merge } from "../contract/merge";
import type { MemberActor } from "../domain/access";
import { similarBeginnings } from "../domain/duplicates";
import { type Current, UNDO_MS } from "../domain/merge";
import { newId } from "../platform/id";
import { auditStatement } from "./audit";
import { findContacts, indexContact } from "./contact-records";
import { forgetIdentity } from "./contacts";
import { matching } from "./conversations";
import type { Account } from "./locate";
import { disinheritPairs, inheritPairs } from "./pairs";
import { searchRowId } from "./projection";

/** Suggestions are a glance, not a list to work through. */
const CANDIDATES_MAX = 30;
/** A name or a beginning that thousands have tells nothing. */
const LOOKED_AT_MAX = 60;
/** What is not in the list yet, as far as a merge asks. */
const JUST_BEGUN = {
  lastAt: Number.MAX_SAFE_INTEGER, kind: "customer" as const, status: "open" as const, assigneeId: null, teamId: null, labelIds: [], followerIds: [], wakeOnReply: true, snoozedUntil: null, scheduled: 0,
};
/** The first run of the job after a merge: whoever merged has told the conversations by then, or has died. */
const SETTLE_AFTER_MS = 30_000;

/** Tables whose rows belong to a contact and change hands with them. */
const HELD = ["identity", "note", "consent", "conversation"] as const;
const COLUMNS = "'id', @.id, 'name', @.name, 'company', @.company, 'language', @.language, 'timeZone', @.time_zone, 'address', @.address, 'tags', @.tags, 'fields', @.fields, 'conversationId', @.conversation_id, 'createdAt', @.created_at";
const columnsOf = (table: string) => `json_object(${COLUMNS.replaceAll("@", table)})`;
const idsOf = (table: string) => `(SELECT json_group_array(id) FROM ${table} WHERE account_id = ?1 AND contact_id = ?4)`;

export interface MergeRow { accountId: string; id: string; keptId: string; otherId: string; byId: string; byName: string; at: number; undoneAt: number | null; intoId: string | null; fromId: string | null; otherName: string }
const SELECT = "SELECT account_id AS accountId, id, kept_id AS keptId, other_id AS otherId, other_name AS otherName, by_id AS byId, by_name AS byName, at, undone_at AS undoneAt, into_id AS intoId, from_id AS fromId FROM merge";

/** What is merged into what: `into` goes on, `from` is closed for it; `seen` are both contacts' conversations as they were read. */
export interface MergePlan { keptId: string; other: { id: string; name: string }; into: string | null; from: string | null; seen: { kept: string | null; other: string | null }; /** Steps the ledger of the kept contact gets, so that the stricter state holds. */ consent: Partial<Record<ChannelKind, ConsentState>> }

/** Makes two contacts one, in one batch: identities, notes, consent, conversations, search. Null when either has changed since it was read. */
export async function startMerge(account: Account, plan: MergePlan, actor: MemberActor, now: number): Promise<MergeRow | null> {
  const { db } = account;
  const id = newId("mg", now);
  const steps = Object.entries(plan.consent).map(([channel, state]) => ({ id: newId("cs", now), channel, state }));
  const one = `EXISTS(SELECT 1 FROM merge WHERE account_id = ?1 AND id = ?2)`;
  const [inserted] = await db.batch([
    db.prepare(
      `INSERT INTO merge(account_id, id, kept_id, other_id, other_name, by_id, by_name, at, settle_at, into_id, from_id, kept, other, moved)
       SELECT ?1, ?2, k.id, o.id, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ${columnsOf("k")}, ${columnsOf("o")}, json_object(
         'identity', json((SELECT json_group_array(json_object('id', id, 'primary', is_primary)) FROM identity WHERE account_id = ?1 AND contact_id = ?4)),
         'note', json(${idsOf("note")}), 'consent', json(${idsOf("consent")}), 'conversation', json(${idsOf("conversation")}), 'added', json(?14))
       FROM contact k JOIN contact o ON o.account_id = ?1 AND o.id = ?4 WHERE k.account_id = ?1 AND k.id = ?3 AND k.conversation_id IS ?12 AND o.conversation_id IS ?13`)
      .bind(account.id, id, plan.keptId, plan.other.id, plan.other.name, actor.id, actor.name, now, now + SETTLE_AFTER_MS, plan.into, plan.from, plan.seen.kept, plan.seen.other, JSON.stringify(steps.map((step) => step.id))),
    auditStatement(account, { actor: actor.id, action: "contact.merged", target: plan.keptId, data: { mergeId: id, otherId: plan.other.id }, now }),
    db.prepare(
      `UPDATE contact SET ${["name", "company", "language", "time_zone", "address"].map((column) => `${column} = iif(contact.${column} = '', m.other->>'$.${column === "time_zone" ? "timeZone" : column}', contact.${column})`).join(", ")},
         tags = (SELECT json_group_array(value) FROM (SELECT value FROM (SELECT value, key AS place FROM json_each(contact.tags) UNION ALL SELECT value, 1000 + key FROM json_each(m.other->>'$.tags')) GROUP BY value ORDER BY min(place))),
         fields = json_patch(m.other->>'$.fields', contact.fields), conversation_id = ?4
       FROM merge m WHERE m.account_id = ?1 AND m.id = ?2 AND contact.account_id = ?1 AND contact.id = ?3`).bind(account.id, id, plan.keptId, plan.into),
    ...gather(account, { id, keptId: plan.keptId, otherId: plan.other.id }),
    db.prepare(
      `INSERT INTO consent(account_id, contact_id, id, channel, state, at, by, how, text)
       SELECT ?1, ?3, value->>'id', value->>'channel', value->>'state', ?4, ?5, 'merge', NULL FROM json_each(?6) WHERE ${one}`).bind(account.id, id, plan.keptId, now, actor.name, JSON.stringify(steps)),
    inheritPairs(account, id, plan.keptId, plan.other.id),
    db.prepare(`DELETE FROM contact WHERE account_id = ?1 AND id = ?3 AND ${one}`).bind(account.id, id, plan.other.id),
    db.prepare(`DELETE FROM contact_text WHERE rowid = ?3 AND ${one}`).bind(account.id, id, searchRowId(`${account.id}/${plan.other.id}`)),
    indexContact(account, plan.keptId),
  ]);
  return inserted!.meta.changes > 0 ? findMerge(account, id) : null;
}

/** Whatever still names the contact that is gone, because it was on its way while they were merged. */
function gather(account: Account, { id, keptId, otherId }: Pick<MergeRow, "id" | "keptId" | "otherId">): D1PreparedStatement[] {
  return HELD.map((table) => account.db.prepare(
    `UPDATE ${table} SET contact_id = ?3${table === "identity" ? ", is_primary = 0" : ""} WHERE account_id = ?1 AND contact_id = ?4 AND EXISTS(SELECT 1 FROM merge WHERE account_id = ?1 AND id = ?2 AND undone_at IS NULL)`)
    .bind(account.id, id, keptId, otherId));
}

/** The conversations that came along, and those that were on their way; what still names the gone contact is brought over. */
export async function gathered(account: Account, merge: MergeRow): Promise<string[]> {
  const [late] = await account.db.batch<{ id: string }>([
    account.db.prepare("SELECT id FROM conversation WHERE account_id = ?1 AND contact_id = ?2 UNION ALL SELECT value FROM merge, json_each(moved, '$.conversation') WHERE account_id = ?1 AND merge.id = ?3").bind(account.id, merge.otherId, merge.id),
    ...gather(account, merge), indexContact(account, merge.keptId),
  ]);
  return [...new Set(late!.results.map(({ id }) => id))];
}

/** Gives everything back that changed hands, in one batch. `later`: another merge has to be undone first. Repeated, it changes nothing. */
export async function undoMerge(account: Account, merge: MergeRow, actor: MemberActor, now: number): Promise<"undone" | "later" | "gone"> {
  const { db } = account;
  const base = [account.id, merge.id, merge.keptId, merge.otherId, now] as const;
  const mine = "m.account_id = ?1 AND m.id = ?2 AND m.undone_at = ?5";
  const held = (table: (typeof HELD)[number], set = "") => db.prepare(
    `UPDATE ${table} SET contact_id = ?4${set} FROM merge m, json_each(m.moved, '$.${table}') j WHERE ${mine} AND ${table}.account_id = ?1 AND ${table}.contact_id = ?3 AND ${table}.id = ${table === "identity" ? "j.value->>'id'" : "j.value"}`).bind(...base);
  const [marked] = await db.batch([
    db.prepare(
      `UPDATE merge SET undone_at = ?5, settle_at = ?5 + ${SETTLE_AFTER_MS} WHERE account_id = ?1 AND id = ?2 AND undone_at IS NULL AND at > ?5 - ${UNDO_MS} AND EXISTS(SELECT 1 FROM contact WHERE account_id = ?1 AND id = ?3)
         AND NOT EXISTS(SELECT 1 FROM merge later WHERE later.account_id = ?1 AND later.id > ?2 AND later.undone_at IS NULL AND (later.kept_id = ?3 OR later.other_id = ?3))`).bind(...base),
    auditStatement(account, { actor: actor.id, action: "contact.unmerged", target: merge.keptId, data: { mergeId: merge.id, otherId: merge.otherId }, now }),
    db.prepare(
      `INSERT INTO contact(account_id, id, name, company, language, time_zone, address, tags, fields, conversation_id, created_at)
       SELECT ?1, ?4, o->>'$.name', o->>'$.company', o->>'$.language', o->>'$.timeZone', o->>'$.address', o->>'$.tags', o->>'$.fields', o->>'$.conversationId', o->>'$.createdAt'
       FROM (SELECT m.other AS o FROM merge m WHERE ${mine}) WHERE true ON CONFLICT DO NOTHING`).bind(...base),
    // What a colleague has changed since stays as they wrote it.
    db.prepare(
      `UPDATE contact SET ${["name", "company", "language", "time_zone", "address"].map((column) => {
        const key = `$.${column === "time_zone" ? "timeZone" : column}`;
        return `${column} = iif(m.kept->>'${key}' = '' AND contact.${column} = m.other->>'${key}', '', contact.${column})`;
      }).join(", ")},
         tags = (SELECT json_group_array(value) FROM json_each(contact.tags) WHERE value IN (SELECT value FROM json_each(m.kept->>'$.tags')) OR value NOT IN (SELECT value FROM json_each(m.other->>'$.tags'))),
         fields = iif(contact.fields = json_patch(m.other->>'$.fields', m.kept->>'$.fields'), m.kept->>'$.fields', contact.fields),
         conversation_id = iif(contact.conversation_id IS m.into_id, m.kept->>'$.conversationId', contact.conversation_id)
       FROM merge m WHERE ${mine} AND contact.account_id = ?1 AND contact.id = ?3`).bind(...base),
    held("identity", ", is_primary = j.value->>'primary'"), held("note"), held("consent"), held("conversation"),
    db.prepare(`DELETE FROM consent WHERE account_id = ?1 AND contact_id = ?3 AND id IN (SELECT j.value FROM merge m, json_each(m.moved, '$.added') j WHERE ${mine})`).bind(...base),
    // What was refused while they were one was refused by either.
    db.prepare(
      `INSERT INTO consent(account_id, contact_id, id, channel, state, at, by, how, text)
       SELECT ?1, ?4, c.id, c.channel, c.state, c.at, c.by, c.how, c.text FROM merge m JOIN consent c ON c.account_id = ?1 AND c.contact_id = ?3 AND c.at >= m.at AND c.state <> 'active'
         AND c.at = (SELECT max(at) FROM consent WHERE account_id = ?1 AND contact_id = ?3 AND channel = c.channel)
       WHERE ${mine} ON CONFLICT DO NOTHING`).bind(...base),
    disinheritPairs(account, merge.id, merge.keptId), indexContact(account, merge.keptId), indexContact(account, merge.otherId),
  ]);
  if (marked!.meta.changes > 0) return "undone";
  const [now_, later] = [await findMerge(account, merge.id), await laterMerge(account, merge)];
  return now_?.undoneAt ? "undone" : later ? "later" : "gone";
}

const laterMerge = (account: Account, { id, keptId }: MergeRow): Promise<unknown> =>
  account.db.prepare("SELECT 1 FROM merge WHERE account_id = ?1 AND id > ?2 AND undone_at IS NULL AND (kept_id = ?3 OR other_id = ?3)").bind(account.id, id, keptId).first();

/** The conversations a merge touched, whoever they belong to now, and what was refused while the two were one. */
export async function undoneFacts(account: Account, merge: MergeRow): Promise<{ conversations: string[]; refused: Partial<Record<ChannelKind, ConsentState>> }> {
  const [conversations, refused] = await account.db.batch<{ id: string; channel: ChannelKind; state: ConsentState }>([
    account.db.prepare("SELECT value AS id FROM merge, json_each(moved, '$.conversation') WHERE account_id = ?1 AND merge.id = ?2").bind(account.id, merge.id),
    account.db.prepare(
      `SELECT channel, state FROM (SELECT channel, state, max(at) AS newest FROM consent WHERE account_id = ?1 AND contact_id = ?2 GROUP BY channel) WHERE state <> 'active' AND newest BETWEEN ?3 AND ?4`)
      .bind(account.id, merge.keptId, merge.at, merge.undoneAt),
  ]);
  return { conversations: conversations!.results.map(({ id }) => id), refused: Object.fromEntries(refused!.results.map(({ channel, state }) => [channel, state])) };
}

/** This isolate asks anew who these people are. */
export function forgetPeople(account: Account, ...people: (Contact | null)[]): void {
  for (const { kind, address, connectionId } of people.flatMap((one) => one?.identities ?? [])) forgetIdentity(account, { kind, address, scope: connectionId ?? "" });
}

export const findMerge = (account: Account, id: string): Promise<MergeRow | null> =>
  account.db.prepare(`${SELECT} WHERE account_id = ? AND id = ?`).bind(account.id, id).first<MergeRow>();

/** Those that can still be undone (the newest) or could be after it. */
export async function listMerges(account: Account, keptId: string, now: number): Promise<Merge[]> {
  const { results } = await account.db.prepare(`${SELECT} WHERE account_id = ? AND kept_id = ? AND undone_at IS NULL AND at > ? ORDER BY id DESC`).bind(account.id, keptId, now - UNDO_MS).all<MergeRow>();
  return results.map(({ id, otherName, byName, at }, index) => ({ id, keptId, otherName, by: byName, at: new Date(at).toISOString(), undoUntil: index === 0 ? new Date(at + UNDO_MS).toISOString() : null }));
}

/** Merges whose copies are to be brought in step once more, the longest waiting first. */
export const dueMerges = async (db: D1Database, now: number, limit: number): Promise<MergeRow[]> =>
  (await db.prepare(`${SELECT} WHERE settle_at <= ? ORDER BY settle_at LIMIT ?`).bind(now, limit).all<MergeRow>()).results;
export async function settleMerge(db: D1Database, { accountId, id, undoneAt }: MergeRow, settleAt: number | null): Promise<void> {
  // An undo that came meanwhile has its own time.
  await db.prepare("UPDATE merge SET settle_at = ? WHERE account_id = ? AND id = ? AND undone_at IS ?").bind(settleAt, accountId, id, undoneAt).run();
}
/** What can no longer be undone is forgotten. */
export async function dropMerges(db: D1Database, now: number): Promise<void> {
  await db.prepare("DELETE FROM merge WHERE at < ? AND settle_at IS NULL").bind(now - UNDO_MS).run();
}

/** A conversation as a merge sees it. */
export type Talk = Current & Pick<ConversationRow, "kind" | "status" | "assigneeId" | "teamId" | "labelIds" | "followerIds" | "wakeOnReply" | "snoozedUntil" | "scheduled">;
/** How many notes and conversations would move, and where each of the two is talking with us, if anywhere. */
export interface Standing { notes: number; conversations: number; kept: Talk | null; other: Talk | null }

/** What a merge of two would move, and where each of them is talking with us. */
export async function standingOf(account: Account, kept: Contact, other: Contact): Promise<Standing> {
  const [counts, rows] = await account.db.batch<{ notes: number; conversations: number; id: string; lastAt: number; row: string }>([
    account.db.prepare("SELECT (SELECT count(*) FROM note WHERE account_id = ?1 AND contact_id = ?2) AS notes, (SELECT count(*) FROM conversation WHERE account_id = ?1 AND contact_id = ?2) AS conversations").bind(account.id, other.id),
    account.db.prepare("SELECT id, last_at AS lastAt, row FROM conversation WHERE account_id = ? AND id IN (?, ?)").bind(account.id, kept.conversationId, other.conversationId),
  ]);
  const current = (id: string | null): Talk | null => {
    const found = rows!.results.find((one) => one.id === id);
    // Not in the list yet: it has only just begun.
    if (!found) return id === null ? null : { ...JUST_BEGUN, id, isOpen: true };
    const row = JSON.parse(found.row) as ConversationRow; // the contract's row, written by the projection
    return { ...row, isOpen: row.status !== "closed", lastAt: found.lastAt };
  };
  const { notes, conversations } = counts!.results[0]!;
  return { notes, conversations, kept: current(kept.conversationId), other: current(other.conversationId) };
}

/** Contacts that share an address, the beginning of one, or the words of a name with this one; without those that a colleague told apart from them. */
export async function candidatesFor(account: Account, contact: Contact): Promise<Contact[]> {
  const words = contact.name ? matching(account.id, contact.name) : null;
  const addresses = contact.identities.filter(({ kind }) => kind === "email" || kind === "phone").map(({ address }) => address);
  const { results } = await account.db.prepare(
    `SELECT id FROM (
       SELECT high_id AS id, 0 AS place FROM contact_pair WHERE account_id = ?1 AND low_id = ?4 AND alias IS NOT NULL
       UNION ALL SELECT low_id, 0 FROM contact_pair WHERE account_id = ?1 AND high_id = ?4 AND alias IS NOT NULL
       UNION ALL SELECT * FROM (SELECT contact_id, 1 FROM json_each(?2) CROSS JOIN identity ON account_id = ?1 AND address = value LIMIT ${LOOKED_AT_MAX})
       UNION ALL SELECT * FROM (SELECT contact_id, 2 FROM json_each(?3) CROSS JOIN identity ON account_id = ?1 AND address >= value AND address < value || char(1114111) LIMIT ${LOOKED_AT_MAX})
       ${words ? `UNION ALL SELECT * FROM (SELECT contact_id, 3 FROM contact_text WHERE contact_text MATCH ?5 LIMIT ${LOOKED_AT_MAX})` : ""})
     WHERE id <> ?4 AND NOT EXISTS(SELECT 1 FROM contact_pair WHERE account_id = ?1 AND low_id = min(id, ?4) AND high_id = max(id, ?4) AND apart_at IS NOT NULL)
     GROUP BY id ORDER BY min(place) LIMIT ${CANDIDATES_MAX}`)
    .bind(account.id, JSON.stringify(addresses), JSON.stringify(similarBeginnings(contact)), contact.id, ...(words ? [words] : [])).all<{ id: string }>();
  return findContacts(account, results.map(({ id }) => id));
}
