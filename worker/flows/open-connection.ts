import { createHash } from "node:crypto";
import type { Channel, ChannelConnection, RawRequest } from "../channels/channel";
import { channelOf } from "../channels/registry";
import { readConnection, type ConnectionRow, type StoredConnection } from "../db/connections";
import type { Account } from "../db/locate";
import type { OfficeHours } from "../domain/office-hours";
import { askingIo } from "./provider-io";

/** A connection with its secrets opened, ready to verify, receive and send. `previous` has the secrets that were replaced lately. */
export interface OpenConnection { account: Account; row: ConnectionRow; channel: Channel; connection: ChannelConnection<unknown>; previous: { connection: ChannelConnection<unknown>; until: number }[]; reopenDays: number; accountName: string; appliesSuspected: boolean; /** The account's own. */ hours: OfficeHours | null; holidays: string[] }

/** How long an opened connection is remembered in an isolate; `forgetConnection` shortens it where it was changed. */
const REMEMBER_MS = 60_000;
/** Read anew because of a doubt: not more often than this, so that forged requests do not keep the database busy. */
const DOUBT_MS = 1_000;
/** A bound for one isolate: ids that strangers make up must not fill its memory. */
const REMEMBER_MAX = 2_000;
const remembered = new Map<string, { open: OpenConnection | null; until: number }>();

/** Opens a connection by its id alone, as a webhook names it; null when there is none. Costs no database trip when used within the last minute. */
export async function openConnection(env: Env, connectionId: string): Promise<OpenConnection | null> {
  const known = remembered.get(connectionId);
  if (known && known.until > Date.now()) return known.open;
  const stored = await readConnection(env, connectionId);
  const channel = stored && channelOf(stored.row.provider);
  const open = stored && channel ? opened(stored, channel) : null;
  if (remembered.size >= REMEMBER_MAX) remembered.delete(remembered.keys().next().value!);
  remembered.set(connectionId, { open, until: Date.now() + REMEMBER_MS });
  return open;
}

/** The account's own connection; null for anybody else's. */
export async function openOwnConnection(account: Account, connectionId: string): Promise<OpenConnection | null> {
  const open = await openConnection(account.env, connectionId);
  return open?.account.id === account.id ? open : null;
}

function opened({ account, row, settings, previous, ownAddresses, country, ...rest }: StoredConnection, channel: Channel): OpenConnection {
  const withSettings = (own: unknown): ChannelConnection<unknown> => ({ id: row.id, accountId: account.id, address: row.address, settings: channel.settings.parse(own), ownAddresses, country });
  return { account, row, channel, ...rest, connection: withSettings(settings), previous: previous.map((former) => ({ connection: withSettings(former.settings), until: former.until })) };
}

/**
 * Whether the provider sent this, by the secrets we have or by those replaced in the last day: providers go on signing with
 * the old ones for a while. What seems forged is looked at again with what is stored: another machine may have new secrets.
 */
export async function isAuthentic(open: OpenConnection, request: RawRequest, now: number): Promise<boolean> {
  if (await isSignedFor(open, request, now)) return isFirstUse(open, request, now);
  const fresh = await reopened(open);
  return fresh !== null && await isSignedFor(fresh, request, now) && isFirstUse(open, request, now);
}

/** A proof that covers no body is worth one body: a provider's repeat has the same, a forgery another. */
async function isFirstUse({ account, row, channel }: OpenConnection, request: RawRequest, now: number): Promise<boolean> {
  const proof = channel.proofOf?.(request) ?? null;
  return proof === null || account.connection(row.id).admits(digestOf(proof), digestOf(request.body), now);
}

const digestOf = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("base64url");

async function isSignedFor({ channel, connection, previous }: OpenConnection, request: RawRequest, now: number): Promise<boolean> {
  const io = askingIo(now);
  if (await channel.verify(request, connection, now, io)) return true;
  for (const former of previous) if (former.until > now && await channel.verify(request, former.connection, now, io)) return true;
  return false;
}

/** The connection as it is stored, if its settings are not those we hold; else null. */
async function reopened({ account, row }: OpenConnection): Promise<OpenConnection | null> {
  const known = remembered.get(row.id);
  if (known && Date.now() - (known.until - REMEMBER_MS) < DOUBT_MS) return known.open && known.open.row.sealed !== row.sealed ? known.open : null;
  forgetConnection(row.id);
  const fresh = await openConnection(account.env, row.id);
  return fresh && fresh.row.sealed !== row.sealed ? fresh : null;
}

/** After a change: this isolate reads it anew at once, others within a minute. */
export const forgetConnection = (connectionId: string): void => { remembered.delete(connectionId); };
