import { findAccount } from "../db/locate";
import { log } from "../platform/log";

/** An object whose timer is this late has lost its alarm. */
const LATE_MS = 2 * 60_000;
/** Objects poked in one run; the next run takes the next ones. */
const BATCH = 200;

/** Finds conversations whose work is late and pokes them: the last of three nets under a lost alarm. */
export async function sweep(env: Env, now: number): Promise<void> {
  for (const db of shards(env)) {
    const { results } = await db.prepare("SELECT account_id AS accountId, id FROM conversation WHERE next_due_at < ? ORDER BY next_due_at LIMIT ?").bind(now - LATE_MS, BATCH).all<{ accountId: string; id: string }>();
    for (const { accountId, id } of results) {
      const account = await findAccount(env, accountId);
      try {
        const nextDueAt = await account?.conversation(id).poke() ?? null;
        // The column is only a hint and may lag; corrected here, a conversation with nothing to do does not crowd out a late one.
        await db.prepare("UPDATE conversation SET next_due_at = ? WHERE account_id = ? AND id = ? AND next_due_at < ?").bind(nextDueAt, accountId, id, now - LATE_MS).run();
      } catch (error) {
        log("sweep-failed", { account: accountId, conversation: id, error });
      }
    }
    if (results.length > 0) log("swept", { late: results.length });
  }
}

/** The database of every shard. */
export const shards = (env: Env): D1Database[] => [env.DB, ...(env.DB_001 ? [env.DB_001] : [])];
