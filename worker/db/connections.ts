import type { Channel, ChannelConnection } from "../channels/channel";
import { channelOf } from "../channels/registry";
import { AccountSettings } from "../contract/account";
import type { ConnectionDraft, ConnectionPatch } from "../contract/channel";
import { newId } from "../platform/id";
import { seal, unseal } from "../platform/vault";
import { findAccount, type Account } from "./locate";

export interface ConnectionRow { id: string; provider: string; channel: string; name: string; address: string; status: "active" | "disabled"; sealed: string; keyId: string; createdAt: number }

/** A connection with its secrets opened, ready to verify, receive and send. */
export interface OpenConnection { account: Account; row: ConnectionRow; channel: Channel; connection: ChannelConnection<unknown>; reopenDays: number }

/** How long an opened connection is remembered in an isolate; `forgetConnection` shortens it where it was changed. */
const REMEMBER_MS = 60_000;
const remembered = new Map<string, { open: OpenConnection | null; until: number }>();

const COLUMNS = "id, provider, channel, name, address, status, sealed, key_id AS keyId, created_at AS createdAt";

/** Opens a connection by its id alone, as a webhook names it; null when there is none. Costs no database trip when used within the last minute. */
export async function openConnection(env: Env, connectionId: string): Promise<OpenConnection | null> {
  const known = remembered.get(connectionId);
  if (known && known.until > Date.now()) return known.open;
  const route = await env.DB.prepare("SELECT account_id AS accountId FROM connection_route WHERE connection_id = ?").bind(connectionId).first<{ accountId: string }>();
  const account = route && await findAccount(env, route.accountId);
  const open = account ? await read(account, connectionId) : null;
  remembered.set(connectionId, { open, until: Date.now() + REMEMBER_MS });
  return open;
}

/** After a change: this isolate reads it anew at once, others within a minute. */
export const forgetConnection = (connectionId: string): void => { remembered.delete(connectionId); };

async function read(account: Account, connectionId: string): Promise<OpenConnection | null> {
  const [own, siblings] = await account.db.batch<ConnectionRow>([
    account.db.prepare(`SELECT ${COLUMNS} FROM connection WHERE account_id = ? AND id = ?`).bind(account.id, connectionId),
    account.db.prepare("SELECT address FROM connection WHERE account_id = ?").bind(account.id),
  ]);
  const settings = await account.env.DB.prepare("SELECT settings FROM account WHERE id = ?").bind(account.id).first<{ settings: string }>();
  const row = own!.results[0];
  const channel = row && channelOf(row.provider);
  if (!channel) return null;
  const { country, reopenDays } = AccountSettings.parse(JSON.parse(settings?.settings ?? "{}"));
  const opened = channel.settings.parse(await unseal(account.env.VAULT_KEYS, context(account.id, connectionId), row));
  return {
    account, row, channel, reopenDays,
    connection: { id: row.id, accountId: account.id, address: row.address, settings: opened, ownAddresses: siblings!.results.map(({ address }) => address), country },
  };
}

/** The connection that mail to this address enters by: the exact mailbox first, else the domain's catch-all. */
export async function connectionForMail(env: Env, provider: string, address: string): Promise<string | null> {
  const lower = address.toLowerCase();
  const domain = lower.slice(lower.lastIndexOf("@") + 1);
  const { results } = await env.DB.prepare("SELECT connection_id AS id, address FROM connection_route WHERE provider = ? AND (address = ? OR address LIKE ? ESCAPE '\\')")
    .bind(provider, lower, `%@${domain.replace(/[\\%_]/g, "\\$&")}`).all<{ id: string; address: string }>();
  return (results.find((row) => row.address === lower) ?? results[0])?.id ?? null;
}

export async function listConnections(account: Account): Promise<ConnectionRow[]> {
  return (await account.db.prepare(`SELECT ${COLUMNS} FROM connection WHERE account_id = ? ORDER BY created_at, id`).bind(account.id).all<ConnectionRow>()).results;
}

export async function findConnection(account: Account, id: string): Promise<ConnectionRow | null> {
  return account.db.prepare(`SELECT ${COLUMNS} FROM connection WHERE account_id = ? AND id = ?`).bind(account.id, id).first<ConnectionRow>();
}

/** Stores a connection whose settings the channel has already accepted. */
export async function createConnection(account: Account, channel: Channel, draft: ConnectionDraft, settings: unknown, now: number, id = newId("ch", now)): Promise<ConnectionRow> {
  const address = draft.address.toLowerCase();
  const { keyId, sealed } = await seal(account.env.VAULT_KEYS, context(account.id, id), settings);
  await account.db.prepare("INSERT INTO connection(account_id, id, provider, channel, name, address, status, sealed, key_id, config, created_at) VALUES(?, ?, ?, ?, ?, ?, 'active', ?, ?, '{}', ?)")
    .bind(account.id, id, draft.provider, channel.kind, draft.name, address, sealed, keyId, now).run();
  await account.env.DB.prepare("INSERT INTO connection_route(connection_id, account_id, provider, address) VALUES(?, ?, ?, ?)").bind(id, account.id, draft.provider, address).run();
  forgetConnection(id);
  return { id, provider: draft.provider, channel: channel.kind, name: draft.name, address, status: "active", sealed, keyId, createdAt: now };
}

/** The settings with secrets, for the form's merge and for showing what is not secret. */
export async function openSettings(account: Account, row: ConnectionRow): Promise<Record<string, unknown>> {
  return await unseal(account.env.VAULT_KEYS, context(account.id, row.id), row) as Record<string, unknown>;
}

export async function updateConnection(account: Account, row: ConnectionRow, patch: Pick<ConnectionPatch, "name" | "status">, settings: unknown): Promise<void> {
  const { keyId, sealed } = await seal(account.env.VAULT_KEYS, context(account.id, row.id), settings);
  await account.db.prepare("UPDATE connection SET name = ?, status = ?, sealed = ?, key_id = ? WHERE account_id = ? AND id = ?")
    .bind(patch.name ?? row.name, patch.status ?? row.status, sealed, keyId, account.id, row.id).run();
  forgetConnection(row.id);
}

export async function deleteConnection(account: Account, id: string): Promise<void> {
  await account.env.DB.prepare("DELETE FROM connection_route WHERE connection_id = ? AND account_id = ?").bind(id, account.id).run();
  await account.db.prepare("DELETE FROM connection WHERE account_id = ? AND id = ?").bind(account.id, id).run();
  forgetConnection(id);
}

/** Binds a sealed value to its row: copied elsewhere it does not open. */
const context = (accountId: string, connectionId: string): string => `connection:${accountId}/${connectionId}`;
