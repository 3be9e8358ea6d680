import type { Conversation, ConversationFilter, ConversationPage, ConversationRow, Counts, Sort } from "../contract/conversation";
import type { MemberActor } from "../domain/access";
import { cursorOf, placeOf } from "../platform/cursor";
import type { Account } from "./locate";
import { searchToken } from "./projection";
import { visibleTo } from "./reach";

export const PAGE_DEFAULT = 50;
export const PAGE_MAX = 200;
/** Search looks at this many best matches; people refine rather than scroll further. */
const SEARCH_MAX = 500;
/** Counts above this are shown as "999+": counting further costs and tells nothing. */
const COUNT_MAX = 1_000;

type Row = { row: string; readCount: number | null; starred: number | null; draft: number | null; place: number };

/** What sorts a list, and in which direction; the id breaks ties so that paging never skips. */
const ORDER: Record<Sort, { column: string; descending: boolean }> = {
  newest: { column: "c.last_at", descending: true },
  oldest: { column: "c.last_at", descending: false },
  "waiting-longest": { column: "coalesce(c.waiting_since, 9007199254740991)", descending: false },
};

/** A page of the list, by keyset: `cursor` is opaque and stays right while rows move. */
export async function listConversations(account: Account, actor: MemberActor, filter: ConversationFilter, sort: Sort, cursor: string | undefined, limit: number): Promise<ConversationPage> {
  const { column, descending } = ORDER[sort];
  const where = conditions(account, actor, filter);
  const from = cursor ? placeOf(cursor, "number", "string") : null;
  if (from) {
    const [place, id] = from;
    const beyond = descending ? "<" : ">";
    where.add(`(${column} ${beyond} ? OR (${column} = ? AND c.id ${beyond} ?))`, place, place, id);
  }
  const { results } = await account.db.prepare(
    `SELECT c.row, m.read_count AS readCount, m.starred, m.draft, ${column} AS place FROM conversation c
     LEFT JOIN conversation_member m ON m.account_id = c.account_id AND m.conversation_id = c.id AND m.member_id = ?
     WHERE ${where.sql} ORDER BY ${column} ${descending ? "DESC" : "ASC"}, c.id ${descending ? "DESC" : "ASC"} LIMIT ?`,
  ).bind(actor.id, ...where.values, limit + 1).all<Row>();
  const items = results.slice(0, limit).map(toConversation);
  const last = results[limit - 1];
  return { items, nextCursor: results.length > limit && last ? cursorOf(last.place, items.at(-1)!.id) : null };
}

/** How many conversations each place of the navigation holds, of those that are open unless the place says otherwise. One trip. */
export async function countConversations(account: Account, actor: MemberActor): Promise<Counts> {
  const sees = visible(account, actor);
  const count = (condition: string, ...values: unknown[]) => account.db.prepare(
    `SELECT count(*) AS count FROM (SELECT 1 FROM conversation c LEFT JOIN conversation_member m ON m.account_id = c.account_id AND m.conversation_id = c.id AND m.member_id = ? WHERE ${sees.sql} AND ${condition} LIMIT ${COUNT_MAX})`,
  ).bind(actor.id, ...sees.values, ...values);
  const group = (select: string, from = "") => account.db.prepare(
    `SELECT ${select} AS name, count(*) AS count FROM conversation c ${from} WHERE ${sees.sql} AND c.status = 'open' GROUP BY 1`).bind(...sees.values);
  const results = await account.db.batch<{ count: number; name: string | null }>([
    count("c.status = 'open' AND c.assignee_id = ?", actor.id),
    count("c.status = 'open' AND c.assignee_id IS NULL"),
    count("c.status = 'open' AND EXISTS(SELECT 1 FROM json_each(c.row, '$.followerIds') WHERE value = ?)", actor.id),
    count("c.status = 'open'"),
    count(`c.status = 'open' AND ${UNREAD}`),
    count("c.status = 'open' AND c.waiting_since IS NOT NULL"),
    count("m.starred = 1"),
    count("c.status = 'snoozed'"),
    count(SCHEDULED, account.id),
    group("value", ", json_each(c.row, '$.channels')"),
    group("value", ", json_each(c.row, '$.labelIds')"),
    group("c.team_id"),
  ]);
  const one = (index: number) => results[index]!.results[0]?.count ?? 0;
  const many = (index: number) => Object.fromEntries(results[index]!.results.filter(({ name }) => name !== null).map(({ name, count }) => [name!, count]));
  return {
    views: { mine: one(0), unassigned: one(1), following: one(2), all: one(3) },
    tabs: { unread: one(4), "needs-reply": one(5), starred: one(6), snoozed: one(7), scheduled: one(8) },
    channels: many(9), labels: many(10), teams: many(11),
  };
}

/** Entries whose words match, best first, with the matching words marked by U+E000 and U+E001. */
export async function searchEntries(account: Account, actor: MemberActor, q: string, limit: number): Promise<{ conversationId: string; entryId: string; snippet: string }[]> {
  const match = matching(account.id, q);
  if (!match) return [];
  const sees = visible(account, actor);
  const { results } = await account.db.prepare(
    `SELECT t.conversation_id AS conversationId, t.entry_id AS entryId, snippet(entry_text, 3, char(57344), char(57345), '…', 12) AS snippet
     FROM entry_text t JOIN conversation c ON c.account_id = ? AND c.id = t.conversation_id WHERE entry_text MATCH ? AND ${sees.sql} ORDER BY rank LIMIT ?`,
  ).bind(account.id, match, ...sees.values, limit).all<{ conversationId: string; entryId: string; snippet: string }>();
  return results;
}

/** A full-text query that stays inside the account: every word must occur, the last as a beginning. Null when nothing is left to look for. */
export function matching(accountId: string, q: string): string | null {
  const words = q.normalize("NFC").match(/[\p{L}\p{N}]+/gu)?.slice(0, 12) ?? [];
  if (words.length === 0) return null;
  return `account : "${searchToken(accountId)}" AND text : (${words.map((word, index) => `"${word}"${index === words.length - 1 ? "*" : ""}`).join(" AND ")})`;
}

/** What is planned has a timer, so only those few are looked at. */
const SCHEDULED = "c.id IN (SELECT id FROM conversation INDEXED BY conversation_due WHERE next_due_at IS NOT NULL AND account_id = ?) AND c.row ->> '$.scheduled' > 0";
const UNREAD = "c.inbound_count > coalesce(m.read_count, 0)";

class Where {
  private readonly parts: string[] = [];
  readonly values: unknown[] = [];
  add(sql: string, ...values: unknown[]): this {
    this.parts.push(sql);
    this.values.push(...values);
    return this;
  }
  get sql(): string { return this.parts.join(" AND "); }
}

/** What this member may see at all. */
function visible(account: Account, actor: MemberActor): Where {
  const sees = visibleTo(actor);
  return new Where().add("c.account_id = ?", account.id).add(sees.sql, ...sees.values);
}

function conditions(account: Account, actor: MemberActor, filter: ConversationFilter): Where {
  const where = visible(account, actor);
  const { view, tab, teamId, assigneeId, labelId, channel, connectionId, contactId, stars, q } = filter;
  if (view === "mine") where.add("c.assignee_id = ?", actor.id);
  if (view === "unassigned") where.add("c.assignee_id IS NULL");
  if (view === "following") where.add("EXISTS(SELECT 1 FROM json_each(c.row, '$.followerIds') WHERE value = ?)", actor.id);
  if (teamId) where.add("c.team_id = ?", teamId);
  if (assigneeId) where.add("c.assignee_id = ?", assigneeId);
  if (contactId) where.add("c.contact_id = ?", contactId);
  if (labelId) where.add("EXISTS(SELECT 1 FROM json_each(c.row, '$.labelIds') WHERE value = ?)", labelId);
  if (channel) where.add("EXISTS(SELECT 1 FROM json_each(c.row, '$.channels') WHERE value = ?)", channel);
  if (connectionId) where.add("c.row ->> '$.connectionId' = ?", connectionId);
  if (stars !== undefined) where.add("c.row ->> '$.stars' = ?", stars);
  tabbed(where, account, tab, q !== undefined || contactId !== undefined);
  if (q !== undefined) searched(where, account, q);
  return where;
}

function tabbed(where: Where, account: Account, tab: ConversationFilter["tab"], everywhere: boolean): void {
  switch (tab) {
    case "snoozed": case "closed": where.add("c.status = ?", tab); return;
    case "starred": where.add("m.starred = 1"); return;
    case "scheduled": where.add(SCHEDULED, account.id); return;
    case "unread": where.add("c.status = 'open'").add(UNREAD); return;
    case "needs-reply": where.add("c.status = 'open'").add("c.waiting_since IS NOT NULL"); return;
    case "recent": case "open": case undefined: if (!everywhere || tab === "open") where.add("c.status = 'open'");
  }
}

function searched(where: Where, account: Account, q: string): void {
  const match = matching(account.id, q);
  if (!match) { where.add("0"); return; }
  // One list of ids: with an OR every conversation of the account would be held against both.
  where.add(
    `c.id IN (SELECT id FROM conversation INDEXED BY conversation_contact WHERE account_id = ? AND contact_id IN (SELECT contact_id FROM contact_text WHERE contact_text MATCH ? LIMIT ${SEARCH_MAX})
       UNION SELECT * FROM (SELECT conversation_id FROM entry_text WHERE entry_text MATCH ? LIMIT ${SEARCH_MAX}))`, account.id, match, match);
}

function toConversation({ row, readCount, starred, draft }: Row): Conversation {
  const parsed = JSON.parse(row) as ConversationRow;
  return { ...parsed, mine: { conversationId: parsed.id, readCount: readCount ?? 0, starred: starred === 1, draft: draft === 1 } };
}

/** Whether a page of the list gave this cursor out. */
export const isListCursor = (cursor: string): boolean => placeOf(cursor, "number", "string") !== null;
