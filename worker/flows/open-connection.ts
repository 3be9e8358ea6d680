import type { Channel, ChannelConnection } from "../channels/channel";
import { channelOf } from "../channels/registry";
import { readConnection, type ConnectionRow } from "../db/connections";
import type { Account } from "../db/locate";

/** A connection with its secrets opened, ready to verify, receive and send. */
export interface OpenConnection { account: Account; row: ConnectionRow; channel: Channel; connection: ChannelConnection<unknown>; reopenDays: number }

/** How long an opened connection is remembered in an isolate; `forgetConnection` shortens it where it was changed. */
const REMEMBER_MS = 60_000;
/** A bound for one isolate: ids that strangers make up must not fill its memory. */
const REMEMBER_MAX = 2_000;
const remembered = new Map<string, { open: OpenConnection | null; until: number }>();

/** Opens a connection by its id alone, as a webhook names it; null when there is none. Costs no database trip when used within the last minute. */
export async function openConnection(env: Env, connectionId: string): Promise<OpenConnection | null> {
  const known = remembered.get(connectionId);
  if (known && known.until > Date.now()) return known.open;
  const stored = await readConnection(env, connectionId);
  const channel = stored && channelOf(stored.row.provider);
  const open = stored && channel ? {
    account: stored.account, row: stored.row, channel, reopenDays: stored.reopenDays,
    connection: { id: stored.row.id, accountId: stored.account.id, address: stored.row.address, settings: channel.settings.parse(stored.settings), ownAddresses: stored.ownAddresses, country: stored.country },
  } : null;
  if (remembered.size >= REMEMBER_MAX) remembered.delete(remembered.keys().next().value!);
  remembered.set(connectionId, { open, until: Date.now() + REMEMBER_MS });
  return open;
}

/** After a change: this isolate reads it anew at once, others within a minute. */
export const forgetConnection = (connectionId: string): void => { remembered.delete(connectionId); };
