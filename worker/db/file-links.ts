import type { FileLink } from "../contract/file";
import type { LinkDays } from "../contract/file-limits";
import { fileLinkUrl } from "../platform/media";
import type { Upload } from "./attachments";
import type { Account } from "./locate";

/** 96 bits; whoever would guess one would have to guess our signature too. */
const ID_BYTES = 12;
const DAY_MS = 24 * 3_600_000;

interface Row { id: string; accountId: string; conversationId: string; attachmentId: string; name: string; type: string; size: number; createdBy: string; expiresAt: number }
const COLUMNS = "id, account_id AS accountId, conversation_id AS conversationId, attachment_id AS attachmentId, name, type, size, created_by AS createdBy, expires_at AS expiresAt";

/** Makes an upload reachable from outside. */
export async function createFileLink(account: Account, { id: attachmentId, name, type, size }: Upload, { conversationId, days, by, now }: { conversationId: string; days: LinkDays; by: string; now: number }): Promise<FileLink> {
  const id = Buffer.from(crypto.getRandomValues(new Uint8Array(ID_BYTES))).toString("base64url");
  const row: Row = { id, accountId: account.id, conversationId, attachmentId, name, type, size, createdBy: by, expiresAt: now + days * DAY_MS };
  await account.env.DB.prepare("INSERT INTO file_link(id, account_id, conversation_id, attachment_id, name, type, size, created_by, created_at, expires_at) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    .bind(id, account.id, conversationId, attachmentId, name, type, size, by, now, row.expiresAt).run();
  return view(account.env, row);
}

/** The links of a conversation that still work, newest first. */
export async function listFileLinks(account: Account, conversationId: string, now: number): Promise<FileLink[]> {
  const { results } = await account.env.DB.prepare(`SELECT ${COLUMNS} FROM file_link WHERE account_id = ? AND conversation_id = ? AND expires_at > ? ORDER BY created_at DESC`)
    .bind(account.id, conversationId, now).all<Row>();
  return results.map((row) => view(account.env, row));
}

/** The file behind a link that still works. */
export const findFileLink = (env: Env, id: string, now: number): Promise<Row | null> =>
  env.DB.prepare(`SELECT ${COLUMNS} FROM file_link WHERE id = ? AND expires_at > ?`).bind(id, now).first<Row>();

export interface Ended { accountId: string; attachmentId: string }
const ENDED = "account_id AS accountId, attachment_id AS attachmentId";

/** Ends a link; null when this conversation has none of this id. */
export const takeBackFileLink = (account: Account, conversationId: string, id: string): Promise<Ended | null> =>
  account.env.DB.prepare(`DELETE FROM file_link WHERE id = ? AND account_id = ? AND conversation_id = ? RETURNING ${ENDED}`).bind(id, account.id, conversationId).first<Ended>();

/** Ends every link of conversations that are forgotten. */
export async function forgetFileLinks(account: Account, conversationIds: readonly string[]): Promise<Ended[]> {
  return (await account.env.DB.prepare(`DELETE FROM file_link WHERE account_id = ? AND conversation_id IN (SELECT value FROM json_each(?)) RETURNING ${ENDED}`)
    .bind(account.id, JSON.stringify(conversationIds)).all<Ended>()).results;
}

/** Forgets links that are over, at most `limit` at once. */
export async function endFileLinks(env: Env, now: number, limit: number): Promise<Ended[]> {
  return (await env.DB.prepare(`DELETE FROM file_link WHERE id IN (SELECT id FROM file_link WHERE expires_at <= ? ORDER BY expires_at LIMIT ?) RETURNING ${ENDED}`).bind(now, limit).all<Ended>()).results;
}

const view = (env: Env, { id, conversationId, name, type, size, createdBy, expiresAt }: Row): FileLink =>
  ({ id, conversationId, name, type, size, createdBy, url: `${env.PUBLIC_URL}${fileLinkUrl(env, id)}`, expiresAt: new Date(expiresAt).toISOString() });
