import type { PictureSender } from "../contract/mail";
import { addressKey } from "../domain/mail-address";
import type { Account } from "./locate";

/** More than anybody names; also bounds the list, which has no pages. */
const MAX_SENDERS = 500;

/** The senders whose pictures from the web a member always sees, the newest first. */
export async function listPictureSenders(account: Account, memberId: string): Promise<PictureSender[]> {
  const { results } = await account.db.prepare(`SELECT address, created_at AS at FROM picture_sender WHERE account_id = ? AND member_id = ? ORDER BY created_at DESC, address LIMIT ${MAX_SENDERS}`)
    .bind(account.id, memberId).all<{ address: string; at: number }>();
  return results.map(({ address, at }) => ({ address, since: new Date(at).toISOString() }));
}

/** Whether this member always sees the pictures of this address, however it is written. */
export async function isPictureSender(account: Account, memberId: string, address: string): Promise<boolean> {
  return await account.db.prepare("SELECT 1 FROM picture_sender WHERE account_id = ? AND member_id = ? AND address = ?").bind(account.id, memberId, addressKey(address)).first() !== null;
}

/** The oldest make room for what is beyond the limit. */
export async function addPictureSender(account: Account, memberId: string, address: string, now: number): Promise<void> {
  await account.db.batch([
    account.db.prepare("INSERT INTO picture_sender(account_id, member_id, address, created_at) VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING").bind(account.id, memberId, addressKey(address), now),
    account.db.prepare(`DELETE FROM picture_sender WHERE account_id = ?1 AND member_id = ?2 AND address NOT IN (SELECT address FROM picture_sender WHERE account_id = ?1 AND member_id = ?2 ORDER BY created_at DESC LIMIT ${MAX_SENDERS})`).bind(account.id, memberId),
  ]);
}

/** False when the member had not named them. */
export async function removePictureSender(account: Account, memberId: string, address: string): Promise<boolean> {
  return (await account.db.prepare("DELETE FROM picture_sender WHERE account_id = ? AND member_id = ? AND address = ?").bind(account.id, memberId, addressKey(address)).run()).meta.changes > 0;
}
