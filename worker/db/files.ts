import type { ContactFile, ContactFilePage } from "../contract/file";
import type { MemberActor } from "../domain/access";
import { cursorOf, placeOf } from "../platform/cursor";
import type { Account } from "./locate";
import { visibleTo } from "./reach";

type Row = Omit<ContactFile, "at" | "url"> & { at: number };

/** Files of every conversation of a contact that this member may see, newest first. */
export async function contactFiles(account: Account, actor: MemberActor, contactId: string, cursor: string | undefined, limit: number): Promise<ContactFilePage> {
  const sees = visibleTo(actor);
  const [at, id] = (cursor === undefined ? null : placeOf(cursor, "number", "string")) ?? [Number.MAX_SAFE_INTEGER, ""];
  // CROSS: from the contact's few conversations to their files, never the other way round.
  const { results } = await account.db.prepare(
    `SELECT f.id, f.conversation_id AS conversationId, f.entry_id AS entryId, f.name, f.type, f.size, f.direction, f.at
     FROM conversation c CROSS JOIN file f ON f.account_id = c.account_id AND f.conversation_id = c.id
     WHERE c.account_id = ? AND c.contact_id = ? AND ${sees.sql} AND f.at <= ? AND (f.at, f.id) < (?, ?) ORDER BY f.at DESC, f.id DESC LIMIT ?`,
  ).bind(account.id, contactId, ...sees.values, at, at, id, limit + 1).all<Row>();
  const items = results.slice(0, limit);
  const last = items.at(-1);
  return { items: items.map(view), cursor: results.length > limit && last ? cursorOf(last.at, last.id) : null };
}

/** Whether a page of the gallery gave this cursor out. */
export const isFileCursor = (cursor: string): boolean => placeOf(cursor, "number", "string") !== null;

/** Whether a message or comment holds the file, so that its bytes are needed besides. */
export async function isInMessage(account: Account, attachmentId: string): Promise<boolean> {
  return await account.db.prepare("SELECT 1 FROM file WHERE account_id = ? AND id = ? LIMIT 1").bind(account.id, attachmentId).first() !== null;
}

const view = ({ at, ...row }: Row): ContactFile =>
  ({ ...row, at: new Date(at).toISOString(), url: `/media/c/${row.conversationId}/${encodeURIComponent(row.entryId)}/${row.id}/${encodeURIComponent(row.name)}` });
