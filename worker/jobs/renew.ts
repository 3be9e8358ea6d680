import type { ChannelConnection } from "../channels/channel";
import { claimRenewal, type DueRenewal, dueRenewals, updateConnection } from "../db/connections";
import { type Account, findAccount } from "../db/locate";
import { renewalDue } from "../domain/renewal";
import { forgetConnection, type OpenConnection, openOwnConnection } from "../flows/open-connection";
import { askingIo } from "../flows/provider-io";
import { announce } from "../flows/rights";
import { log } from "../platform/log";
import { shards } from "./sweep";

/** Tokens renewed in one run, all at once; the next run takes the next ones. */
const BATCH = 20;
/** Often enough for a provider that is down for a day; and what a crash in the middle costs. */
const TRY_AGAIN_MS = 3_600_000;
/** Someone who changes other settings at the same moment does so once, not for ever. */
const STORE_TRIES = 3;

/** Renews the access tokens that are due, before they end. Connections that are switched off too: switched on again, they work. */
export async function renewTokens(env: Env, now: number): Promise<void> {
  for (const db of shards(env)) {
    const tried = await Promise.allSettled((await dueRenewals(db, now, BATCH)).map((due) => renewOne(env, due, now)));
    // Ours, not the provider's: it is tried again in an hour.
    for (const one of tried) if (one.status === "rejected") log("renewal-broken", { error: String(one.reason) });
  }
}

async function renewOne(env: Env, due: DueRenewal, now: number): Promise<void> {
  const account = await findAccount(env, due.accountId);
  if (!account || !await claimRenewal(account, due, now + TRY_AGAIN_MS)) return;
  const open = await openFresh(account, due.id);
  if (!open) return;
  try {
    const renewed = await open.channel.renew?.(open.connection as ChannelConnection<never>, askingIo(now)) ?? null;
    if (renewed) await store(open, renewed, now);
    else await updateConnection(account, open.row, {}, undefined, { renewAt: null, expiresAt: null });
    forgetConnection(due.id);
    await account.connection(due.id).renewed(now, renewed ? "new" : "unneeded");
  } catch (error) {
    // Only its kind: a request for a token may carry the token in its address, and errors quote addresses.
    log("renewal-failed", { account: account.id, connection: due.id, error: error instanceof Error ? error.name : "unknown" });
    await account.connection(due.id).renewed(now, "failed");
  }
  await announce(account, "connections");
}

/** Stores the new token among the settings there are now. A token that somebody pasted in the meantime is newer than ours. */
async function store(before: OpenConnection, { settings, expiresAt }: { settings: object; expiresAt: number }, now: number): Promise<void> {
  const renewal = { renewAt: renewalDue(now, expiresAt), expiresAt };
  const keys = Object.keys(settings);
  const said = ({ connection }: OpenConnection): string => JSON.stringify(keys.map((key) => (connection.settings as Record<string, unknown>)[key] ?? null));
  for (let attempt = 0, current: OpenConnection | null = before; attempt < STORE_TRIES && current && said(current) === said(before); attempt++) {
    if (await updateConnection(current.account, current.row, {}, { ...current.connection.settings as object, ...settings }, renewal)) return;
    current = await openFresh(current.account, current.row.id);
  }
}

/** As it is stored: what this machine remembers may be a minute old. */
async function openFresh(account: Account, connectionId: string): Promise<OpenConnection | null> {
  forgetConnection(connectionId);
  return openOwnConnection(account, connectionId);
}
