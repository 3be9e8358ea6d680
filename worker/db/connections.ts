import { AccountSettings } from "../contract/account";
import type { ChannelKind, ConnectionDraft, ConnectionPatch, ConnectionUse } from "../contract/channel";
import type { OfficeHours } from "../domain/office-hours";
import { zoneOf } from "../domain/wall-clock";
import { newId } from "../platform/id";
import { seal, unseal } from "../platform/vault";
import { findAccount, type Account, type Database } from "./locate";

/** `config` is JSON. `renewAt`: when the access token is renewed next; `expiresAt`: when it ends, as far as that is known (ms). */
export interface ConnectionRow {
  id: string; provider: string; channel: string; name: string; address: string; status: "active" | "disabled"; sealed: string; keyId: string; config: string;
  renewAt: number | null; expiresAt: number | null; createdAt: number;
}

const COLUMNS = "id, provider, channel, name, address, status, sealed, key_id AS keyId, config, renew_at AS renewAt, expires_at AS expiresAt, created_at AS createdAt";

/** Replaced settings, still sealed: requests signed with their secrets count until `until`. */
interface Former { sealed: string; keyId: string; until: number }
/** More than a person replaces in a day; each costs one signature check for a stranger's request. */
const FORMERS_MAX = 3;

/**
 * A connection as its rows say, and what of its account decides how it is used. `settings` still have to be checked by the channel.
 * `previous` are settings that were replaced lately, the newest first.
 */
export interface StoredConnection { account: Account; row: ConnectionRow; settings: unknown; previous: { settings: unknown; until: number }[]; ownAddresses: string[]; country: string; reopenDays: number; accountName: string; appliesSuspected: boolean; hours: OfficeHours | null; holidays: string[] }

/** Reads a connection by its id alone, as a webhook names it; null when there is none. */
export async function readConnection(env: Env, connectionId: string): Promise<StoredConnection | null> {
  const route = await env.DB.prepare("SELECT account_id AS accountId, settings, name FROM connection_route JOIN account ON account.id = account_id WHERE connection_id = ?").bind(connectionId).first<{ accountId: string; settings: string; name: string }>();
  const account = route && await findAccount(env, route.accountId);
  if (!account) return null;
  const [own, siblings] = await account.db.batch<ConnectionRow>([
    account.db.prepare(`SELECT ${COLUMNS} FROM connection WHERE account_id = ? AND id = ?`).bind(account.id, connectionId),
    account.db.prepare("SELECT address FROM connection WHERE account_id = ?").bind(account.id),
  ]);
  const row = own!.results[0];
  if (!row) return null;
  const { country, reopenDays, timeZone, officeHours, quietHours, applySuspectedOptOut: appliesSuspected = false } = AccountSettings.parse(JSON.parse(route.settings));
  const holidays = quietHours?.holidays ?? [];
  return { account, row, hours: officeHours ? { timeZone: zoneOf(timeZone), days: officeHours.days, holidays } : null, holidays, settings: await openSettings(account, row), previous: await openFormers(account, row, Date.now()), ownAddresses: siblings!.results.map(({ address }) => address), country, reopenDays, accountName: route.name, appliesSuspected };
}

/**
 * The connection that mail to this address enters by: the exact mailbox first, else the domain's catch-all. A domain that
 * two accounts claim has no catch-all, so that nobody receives another's mail by naming their domain.
 */
export async function connectionForMail(env: Env, provider: string, address: string): Promise<string | null> {
  const lower = address.toLowerCase();
  const domain = lower.slice(lower.lastIndexOf("@") + 1);
  const { results } = await env.DB.prepare("SELECT connection_id AS id, account_id AS accountId, address FROM connection_route WHERE provider = ? AND (address = ? OR address LIKE ? ESCAPE '\\') ORDER BY rowid")
    .bind(provider, lower, `%@${domain.replace(/[\\%_]/g, "\\$&")}`).all<{ id: string; accountId: string; address: string }>();
  const exact = results.find((row) => row.address === lower);
  const isShared = results.some((row) => row.accountId !== results[0]!.accountId);
  return (exact ?? (isShared ? undefined : results[0]))?.id ?? null;
}

/** Whether another account has an address at the same domain with this provider. */
export async function isDomainTaken(account: Account, provider: string, address: string): Promise<boolean> {
  const domain = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
  return await account.env.DB.prepare("SELECT 1 FROM connection_route WHERE provider = ? AND account_id <> ? AND address LIKE ? ESCAPE '\\' LIMIT 1")
    .bind(provider, account.id, `%@${domain.replace(/[\\%_]/g, "\\$&")}`).first() !== null;
}

/** Oldest first; secrets stay sealed. */
export async function listConnections(account: Account): Promise<ConnectionRow[]> {
  return (await account.db.prepare(`SELECT ${COLUMNS} FROM connection WHERE account_id = ? ORDER BY created_at, id`).bind(account.id).all<ConnectionRow>()).results;
}

export async function findConnection(account: Account, id: string): Promise<ConnectionRow | null> {
  return account.db.prepare(`SELECT ${COLUMNS} FROM connection WHERE account_id = ? AND id = ?`).bind(account.id, id).first<ConnectionRow>();
}

/** Stores a connection whose settings the channel has already accepted. `renewAt`: when its access token is renewed first. */
export async function createConnection(account: Account, kind: ChannelKind, draft: ConnectionDraft, settings: unknown, now: number, id = newId("ch", now), renewAt: number | null = null): Promise<ConnectionRow> {
  const address = draft.address.toLowerCase();
  const { keyId, sealed } = await seal(account.env.VAULT_KEYS, context(account.id, id), settings);
  // The way to it first: a connection that is shown can be reached.
  await account.env.DB.prepare("INSERT INTO connection_route(connection_id, account_id, provider, address) VALUES(?, ?, ?, ?)").bind(id, account.id, draft.provider, address).run();
  await account.db.prepare("INSERT INTO connection(account_id, id, provider, channel, name, address, status, sealed, key_id, config, created_at, renew_at) VALUES(?, ?, ?, ?, ?, ?, 'active', ?, ?, '{}', ?, ?)")
    .bind(account.id, id, draft.provider, kind, draft.name, address, sealed, keyId, now, renewAt).run();
  return { id, provider: draft.provider, channel: kind, name: draft.name, address, status: "active", sealed, keyId, config: "{}", renewAt, expiresAt: null, createdAt: now };
}

/** The settings with secrets, for the form's merge and for showing what is not secret. */
export async function openSettings(account: Account, row: ConnectionRow): Promise<Record<string, unknown>> {
  return await unseal(account.env.VAULT_KEYS, context(account.id, row.id), row) as Record<string, unknown>;
}

/** What a change of settings brings along. `former`: until when requests signed with the replaced secrets count; null: with none but the new ones, from now on. */
export interface SettingsChange { former?: number | null; renewAt?: number | null; expiresAt?: number | null }

/**
 * Sets what is given; `settings` are whole and were made from those of `row`. False, and nothing changed, when others
 * were stored since.
 */
export async function updateConnection(account: Account, row: ConnectionRow, patch: Pick<ConnectionPatch, "name" | "status">, settings?: unknown, { former, renewAt, expiresAt }: SettingsChange = {}): Promise<boolean> {
  const fresh = settings === undefined ? null : await seal(account.env.VAULT_KEYS, context(account.id, row.id), settings);
  const { meta } = await account.db.prepare(`
    UPDATE connection SET name = coalesce(?1, name), status = coalesce(?2, status), sealed = coalesce(?3, sealed), key_id = coalesce(?4, key_id), config = coalesce(?8, config),
      renew_at = iif(?9, ?10, renew_at), expires_at = iif(?11, ?12, expires_at)
    WHERE account_id = ?5 AND id = ?6 AND (?3 IS NULL OR sealed = ?7)`)
    .bind(patch.name ?? null, patch.status ?? null, fresh?.sealed ?? null, fresh?.keyId ?? null, account.id, row.id, row.sealed,
      former === undefined ? null : JSON.stringify({ ...JSON.parse(row.config) as object, previous: formersAfter(row, former) }),
      Number(renewAt !== undefined), renewAt ?? null, Number(expiresAt !== undefined), expiresAt ?? null).run();
  return meta.changes === 1;
}

/** How a connection is used; nobody has set anything at first. */
export function useOf({ config }: Pick<ConnectionRow, "config">): ConnectionUse {
  const { memberIds = [], isDefault = false, confirmsOptOut = false, helpText = null } = JSON.parse(config) as Partial<ConnectionUse>;
  return { memberIds, isDefault, confirmsOptOut, helpText };
}

/** Sets what is given of how a connection is used. A new default takes over from the channel's others in the same step. */
export async function useConnection(account: Account, row: ConnectionRow, use: Partial<ConnectionUse>): Promise<void> {
  const set = account.db.prepare("UPDATE connection SET config = json_patch(config, ?) WHERE account_id = ? AND id = ?").bind(JSON.stringify(use), account.id, row.id);
  const others = account.db.prepare("UPDATE connection SET config = json_patch(config, '{\"isDefault\":false}') WHERE account_id = ? AND channel = ? AND id <> ?").bind(account.id, row.channel, row.id);
  await account.db.batch(use.isDefault ? [set, others] : [set]);
}

const formersOf = (row: ConnectionRow): Former[] => (JSON.parse(row.config) as { previous?: Former[] }).previous ?? [];
const formersAfter = (row: ConnectionRow, until: number | null): Former[] =>
  (until === null ? [] : [{ sealed: row.sealed, keyId: row.keyId, until }, ...formersOf(row)].slice(0, FORMERS_MAX));

async function openFormers(account: Account, row: ConnectionRow, now: number): Promise<{ settings: unknown; until: number }[]> {
  const valid = formersOf(row).filter(({ until }) => until > now);
  return Promise.all(valid.map(async (former) => ({ settings: await unseal(account.env.VAULT_KEYS, context(account.id, row.id), former), until: former.until })));
}

/** The active connections to these providers, of all accounts of one shard. */
export async function connectionsOf(db: Database, providers: readonly string[]): Promise<{ accountId: string; id: string }[]> {
  return (await db.prepare("SELECT account_id AS accountId, id FROM connection WHERE status = 'active' AND provider IN (SELECT value FROM json_each(?))").bind(JSON.stringify(providers)).all<{ accountId: string; id: string }>()).results;
}

/** A connection whose access token is due; `renewAt` is what it was due at. */
export interface DueRenewal { accountId: string; id: string; renewAt: number }

/** The `limit` that are due longest, of all accounts of one shard. */
export async function dueRenewals(db: Database, now: number, limit: number): Promise<DueRenewal[]> {
  return (await db.prepare("SELECT account_id AS accountId, id, renew_at AS renewAt FROM connection WHERE renew_at <= ? ORDER BY renew_at LIMIT ?").bind(now, limit).all<DueRenewal>()).results;
}

/** Takes a due renewal for oneself and plans the next try, so that a crash costs one. False when somebody else took it. */
export async function claimRenewal(account: Account, { id, renewAt }: DueRenewal, nextTryAt: number): Promise<boolean> {
  const { meta } = await account.db.prepare("UPDATE connection SET renew_at = ? WHERE account_id = ? AND id = ? AND renew_at = ?").bind(nextTryAt, account.id, id, renewAt).run();
  return meta.changes === 1;
}

/** Nothing more comes in once this returns, apart from machines that remember it for another minute. Safe to repeat. */
export async function deleteConnection(account: Account, id: string): Promise<void> {
  await account.env.DB.prepare("DELETE FROM connection_route WHERE connection_id = ? AND account_id = ?").bind(id, account.id).run();
  await account.db.batch([
    account.db.prepare("DELETE FROM connection WHERE account_id = ? AND id = ?").bind(account.id, id),
    account.db.prepare("DELETE FROM template WHERE account_id = ? AND connection_id = ?").bind(account.id, id),
  ]);
}

/** Binds a sealed value to its row: copied elsewhere it does not open. */
const context = (accountId: string, connectionId: string): string => `connection:${accountId}/${connectionId}`;
