import { endFileLinks, type Ended } from "../db/file-links";
import { isInMessage } from "../db/files";
import { findAccount } from "../db/locate";
import { objectKey } from "../platform/media";

/** Deletes the bytes behind links that ended, unless a message holds the same file. */
export async function dropLinkedFiles(env: Env, ended: readonly Ended[]): Promise<void> {
  for (const { accountId, attachmentId } of ended) {
    const account = await findAccount(env, accountId);
    if (account && !await isInMessage(account, attachmentId)) await env.BUCKET.delete(objectKey(accountId, attachmentId));
  }
}

/** Links ended in one run; the next run takes the next ones. */
const BATCH = 200;

/** Forgets links that are over, with their bytes. */
export async function expireFileLinks(env: Env, now: number): Promise<void> {
  await dropLinkedFiles(env, await endFileLinks(env, now, BATCH));
}
