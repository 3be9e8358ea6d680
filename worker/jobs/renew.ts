import { type DueRenewal, dueRenewals } from "../db/connections";
import { findAccount } from "../db/locate";
import { renew } from "../flows/renewal";
import { log } from "../platform/log";
import { shards } from "./sweep";

/** Tokens renewed in one run, all at once; the next run takes the next ones. */
const BATCH = 20;

/** Renews the access tokens that are due, before they end. Connections that are switched off too: switched on again, they work. */
export async function renewTokens(env: Env, now: number): Promise<void> {
  for (const db of shards(env)) {
    const tried = await Promise.allSettled((await dueRenewals(db, now, BATCH)).map((due) => renewOne(env, due, now)));
    // Ours, not the provider's: it is tried again in an hour.
    for (const one of tried) if (one.status === "rejected") log("renewal-broken", { error: one.reason });
  }
}

async function renewOne(env: Env, due: DueRenewal, now: number): Promise<void> {
  const account = await findAccount(env, due.accountId);
  if (account) await renew(account, due, now);
}
