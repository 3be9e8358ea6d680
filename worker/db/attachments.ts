import type { Attachment } from "../contract/entry";
import type { Account } from "./locate";

export interface Upload { id: string; name: string; type: string; size: number }

/** Remembers whose upload this is; nobody else may attach it. `by` is a member id, or a visitor's key. */
export async function recordUpload(account: Account, { id, name, type, size }: Upload, by: string, now: number): Promise<Attachment> {
  await account.db.prepare("INSERT INTO attachment(account_id, id, key, name, type, size, created_by, created_at) VALUES(?, ?, ?, ?, ?, ?, ?, ?)")
    .bind(account.id, id, id, name, type, size, by, now).run();
  return toAttachment({ id, name, type, size });
}

/** The uploads with these ids that `by` made, in the order asked for. Fewer than asked: some are not theirs. */
export async function findUploads(account: Account, ids: readonly string[], by: string): Promise<Attachment[]> {
  if (ids.length === 0) return [];
  const { results } = await account.db.prepare("SELECT id, name, type, size FROM attachment WHERE account_id = ? AND created_by = ? AND id IN (SELECT value FROM json_each(?))")
    .bind(account.id, by, JSON.stringify(ids)).all<Upload>();
  return ids.flatMap((id) => results.filter((row) => row.id === id)).map(toAttachment);
}

const toAttachment = ({ id, name, type, size }: Upload): Attachment => ({ id, name, type, size, url: `/media/u/${id}/${encodeURIComponent(name)}`, state: "ready" });
