import { findAccount } from "../db/locate";
import { dropMerges, dueMerges, settleMerge } from "../db/merges";
import { tellMerge } from "../flows/merge";
import { log } from "../platform/log";
import { shards } from "./sweep";

/** By then no machine remembers who somebody was before, and what was on its way has arrived. */
const SETTLED_MS = 10 * 60_000;
const AGAIN_MS = 5 * 60_000;
/** Merges told in one run; the next run takes the next ones. */
const BATCH = 50;

/** Brings every copy in step with merges of contacts and their undoing, until nothing can be on its way any more; forgets what can no longer be undone. */
export async function settleMerges(env: Env, now: number): Promise<void> {
  for (const db of shards(env)) {
    for (const merge of await dueMerges(db, now, BATCH)) {
      try {
        const account = await findAccount(env, merge.accountId);
        if (account) await tellMerge(account, merge, now);
        await settleMerge(db, merge, now - (merge.undoneAt ?? merge.at) >= SETTLED_MS ? null : now + AGAIN_MS);
      } catch (error) {
        log("merge-not-told", { account: merge.accountId, merge: merge.id, error });
        await settleMerge(db, merge, now + AGAIN_MS);
      }
    }
    await dropMerges(db, now);
  }
}
