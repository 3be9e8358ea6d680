import type { Account } from "./locate";

/** Where a visitor of one widget is talking to us; null before their first message. */
export async function visitorConversation(account: Account, connectionId: string, visitorId: string): Promise<string | null> {
  const row = await account.db.prepare(
    `SELECT contact.conversation_id AS id FROM identity JOIN contact ON contact.account_id = identity.account_id AND contact.id = identity.contact_id
     WHERE identity.account_id = ? AND identity.kind = 'visitor' AND identity.scope = ? AND identity.address = ?`,
  ).bind(account.id, connectionId, visitorId).first<{ id: string | null }>();
  return row?.id ?? null;
}

/** Who made an upload, as its row says. A visitor may send only what they uploaded themselves. */
export const uploadedBy = (connectionId: string, visitorId: string) => `visitor:${connectionId}:${visitorId}`;

export interface UploadRow { id: string; key: string; name: string; type: string; size: number }

/** Records a file whose bytes are in the bucket. */
export async function addUpload(account: Account, connectionId: string, visitorId: string, { id, key, name, type, size }: UploadRow, now: number): Promise<void> {
  await account.db.prepare("INSERT INTO attachment(account_id, id, conversation_id, key, name, type, size, created_by, created_at) VALUES(?, ?, NULL, ?, ?, ?, ?, ?, ?)")
    .bind(account.id, id, key, name, type, size, uploadedBy(connectionId, visitorId), now).run();
}

/** Those of the named uploads that are this visitor's own. */
export async function ownUploads(account: Account, connectionId: string, visitorId: string, ids: readonly string[]): Promise<UploadRow[]> {
  const { results } = await account.db.prepare("SELECT id, key, name, type, size FROM attachment WHERE account_id = ? AND created_by = ? AND id IN (SELECT value FROM json_each(?))")
    .bind(account.id, uploadedBy(connectionId, visitorId), JSON.stringify(ids)).all<UploadRow>();
  return results;
}
