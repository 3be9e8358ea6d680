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
      await account?.conversation(id).poke().catch((error: unknown) => log("sweep-failed", { account: accountId, conversation: id, error: String(error) }));
    }
    if (results.length > 0) log("swept", { late: results.length });
  }
}

const shards = (env: Env): D1Database[] => [env.DB, ...(env.DB_001 ? [env.DB_001] : [])];
