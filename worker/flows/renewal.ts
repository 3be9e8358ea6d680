import type { ChannelConnection } from "../channels/channel";
import { claimRenewal, type DueRenewal, updateConnection } from "../db/connections";
import type { Account } from "../db/locate";
import { renewalDue } from "../domain/renewal";
import { log } from "../platform/log";
import { forgetConnection, type OpenConnection, openOwnConnection } from "./open-connection";
import { askingIo } from "./provider-io";
import { announce } from "./rights";

/** Often enough for a provider that is down for a day; and what a crash in the middle costs. */
const TRY_AGAIN_MS = 3_600_000;
/** Someone who changes other settings at the same moment does so once, not for ever. */
const STORE_TRIES = 3;

/** Renews one access token. One machine at a time asks: false when somebody else does. That it failed is told to health. */
export async function renew(account: Account, due: DueRenewal, now: number): Promise<boolean> {
  if (!await claimRenewal(account, due, now + TRY_AGAIN_MS)) return false;
  const open = await openFresh(account, due.id);
  if (!open) return true;
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
  return true;
}

/**
 * The provider takes our token no longer: the connection with a newer one, whoever renewed it. "waiting" while somebody else
 * asks for it; null when there is none to be had.
 */
export async function renewedNow({ account, row }: OpenConnection, now: number): Promise<OpenConnection | "waiting" | null> {
  const fresh = await openFresh(account, row.id);
  if (!fresh || fresh.row.sealed !== row.sealed) return fresh;
  if (fresh.row.renewAt === null) return null;
  if (!await renew(account, { accountId: account.id, id: row.id, renewAt: fresh.row.renewAt }, now)) return "waiting";
  const renewed = await openFresh(account, row.id);
  return renewed && renewed.row.sealed !== row.sealed ? renewed : null;
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
