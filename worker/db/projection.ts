import type { ConversationRow, MemberState } from "../contract/conversation";
import type { Account } from "./locate";

/** A fact about one entry that D1 keeps: its words for search (none: forget them), its files as they are now (none: forget them), a mail's id, a step of the consent ledger. */
export type Once =
  | { kind: "text"; conversationId: string; entryId: string; text: string }
  | { kind: "files"; conversationId: string; entryId: string; at: number; direction: string | null; files: { id: string; name: string; type: string; size: number }[] }
  | { kind: "mail"; conversationId: string; messageId: string }
  | { kind: "consent"; id: string; contactId: string; channel: string; state: string; at: number; by: string; how: string; text: string | null };

export interface Projection {
  rows: { row: ConversationRow; nextDueAt: number | null }[];
  members: (MemberState & { memberId: string; version: number })[];
  once: Once[];
}

/**
 * Copies current states into D1, everything in one batch. What never changes (whose conversation it is) is not set again:
 * a column that is set costs its index a row. Versions guard each row, so that a repeated
 * or late copy changes nothing; JSON parameters keep it within a statement's 100 bound values.
 */
export async function project(account: Account, { rows, members, once }: Projection): Promise<void> {
  const { db, id } = account;
  const statements: D1PreparedStatement[] = [];
  if (rows.length > 0) {
    statements.push(db.prepare(
      `INSERT INTO conversation(account_id, id, version, contact_id, status, assignee_id, team_id, last_at, waiting_since, inbound_count, next_due_at, row)
       SELECT ?1, value->>'id', value->>'version', value->>'contactId', value->>'status', value->>'assigneeId', value->>'teamId',
         value->>'lastAtMs', value->>'waitingSinceMs', value->>'inboundCount', value->>'nextDueAt', value->>'row' FROM json_each(?2) WHERE true
       ON CONFLICT(account_id, id) DO UPDATE SET version = excluded.version, status = excluded.status, assignee_id = excluded.assignee_id,
         team_id = excluded.team_id, last_at = excluded.last_at, waiting_since = excluded.waiting_since, inbound_count = excluded.inbound_count,
         next_due_at = excluded.next_due_at, row = excluded.row
       WHERE excluded.version > conversation.version`,
    ).bind(id, JSON.stringify(rows.map(({ row, nextDueAt }) => ({
      ...row, lastAtMs: Date.parse(row.lastAt), waitingSinceMs: row.needsReply && row.waitingSince ? Date.parse(row.waitingSince) : null, nextDueAt, row: JSON.stringify(row),
    })))));
  }
  if (members.length > 0)
    statements.push(db.prepare(
      `INSERT INTO conversation_member(account_id, member_id, conversation_id, version, read_count, starred, draft)
       SELECT ?1, value->>'memberId', value->>'conversationId', value->>'version', value->>'readCount', value->>'starred', value->>'draft' FROM json_each(?2) WHERE true
       ON CONFLICT(account_id, member_id, conversation_id) DO UPDATE SET version = excluded.version, read_count = excluded.read_count, starred = excluded.starred, draft = excluded.draft
       WHERE excluded.version > conversation_member.version`,
    ).bind(id, JSON.stringify(members)));
  const links = once.filter((fact) => fact.kind === "mail");
  if (links.length > 0)
    statements.push(db.prepare("INSERT INTO email_message(account_id, message_id, conversation_id) SELECT ?1, value->>'messageId', value->>'conversationId' FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING").bind(id, JSON.stringify(links)));
  const steps = once.filter((fact) => fact.kind === "consent");
  if (steps.length > 0)
    // A contact that was merged into another while this was on its way is that other one.
    statements.push(db.prepare(
      `INSERT INTO consent(account_id, contact_id, id, channel, state, at, by, how, text)
       SELECT ?1, coalesce((SELECT kept_id FROM merge WHERE account_id = ?1 AND other_id = value->>'contactId' AND undone_at IS NULL LIMIT 1), value->>'contactId'), value->>'id', value->>'channel', value->>'state', value->>'at', value->>'by', value->>'how', value->>'text' FROM json_each(?2) WHERE true
       ON CONFLICT DO NOTHING`).bind(id, JSON.stringify(steps)));
  const held = once.filter((fact) => fact.kind === "files");
  if (held.length > 0) {
    const newest = JSON.stringify([...new Map(held.map((fact) => [`${fact.conversationId}/${fact.entryId}`, fact])).values()]);
    statements.push(
      db.prepare("DELETE FROM file WHERE account_id = ?1 AND (conversation_id, entry_id) IN (SELECT value->>'conversationId', value->>'entryId' FROM json_each(?2))").bind(id, newest),
      db.prepare(
        `INSERT OR REPLACE INTO file(account_id, conversation_id, entry_id, id, name, type, size, direction, at)
         SELECT ?1, fact.value->>'conversationId', fact.value->>'entryId', f.value->>'id', f.value->>'name', f.value->>'type', f.value->>'size', fact.value->>'direction', fact.value->>'at'
         FROM json_each(?2) fact, json_each(fact.value, '$.files') f WHERE true`).bind(id, newest));
  }
  const texts = once.filter((fact) => fact.kind === "text");
  if (texts.length > 0) {
    // Within one batch the last word about an entry holds.
    const newest = new Map(texts.map((text) => [`${id}/${text.conversationId}/${text.entryId}`, text]));
    const keyed = [...newest].map(([key, text]) => ({ ...text, rowId: searchRowId(key) }));
    const gone = keyed.filter(({ text }) => text === "").map(({ rowId }) => rowId);
    const kept = keyed.filter(({ text }) => text !== "");
    if (gone.length > 0) statements.push(db.prepare("DELETE FROM entry_text WHERE rowid IN (SELECT value FROM json_each(?))").bind(JSON.stringify(gone)));
    if (kept.length > 0)
      statements.push(db.prepare("INSERT OR REPLACE INTO entry_text(rowid, account, conversation_id, entry_id, text) SELECT value->>'rowId', ?1, value->>'conversationId', value->>'entryId', value->>'text' FROM json_each(?2)").bind(searchToken(id), JSON.stringify(kept)));
  }
  if (statements.length > 0) await db.batch(statements);
}

/** A full-text row's place: 53 bits of a hash, so that a repeated write finds the row it wrote before. */
export function searchRowId(key: string): number {
  let high = 0x811c9dc5, low = 0x1b873593;
  for (let index = 0; index < key.length; index++) {
    high = Math.imul(high ^ key.charCodeAt(index), 0x01000193);
    low = Math.imul(low ^ key.charCodeAt(index), 0x85ebca6b) ^ (low >>> 13);
  }
  return (high >>> 0) * 2 ** 21 + ((low >>> 0) >>> 11);
}

/** An account id as one search token: the tokenizer would split it at the underscore. */
export const searchToken = (accountId: string): string => accountId.replaceAll("_", "");
