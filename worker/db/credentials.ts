import type { ApiKey, Scope, Session } from "../contract/account";
import { newId } from "../platform/id";
import { hashToken, newToken } from "../platform/token";
import type { Account } from "./locate";

/** How long a browser stays signed in. */
export const SESSION_MS = 30 * 24 * 60 * 60_000;
/** "Last used" is exact to this: a write for every request would cost more than the request. */
const TOUCH_EVERY_MS = 5 * 60_000;
/** A browser's own words about itself are kept to this length. */
const USER_AGENT_MAX = 300;
/** How many of a key's first characters a list shows: enough to recognise it, useless for guessing it. */
const HINT_CHARACTERS = 8;
/** Programs' keys start like this, so that scanners find them in places where they should not be. */
const API_KEY_PREFIX = "sb_";

/** A mapping that is remembered never changes: a credential cannot move to another account. Rights are asked elsewhere. */
const REMEMBER_MS = 60_000;
/** Keeps the memory of an isolate bounded; forgetting costs one look-up. */
const REMEMBER_MAX = 10_000;
const remembered = new Map<string, { accountId: string; until: number }>();

/** Which account a credential belongs to, whether or not it is still good. Costs nothing when asked within the last minute. */
export async function accountOfCredential(env: Env, hash: string, now: number): Promise<string | null> {
  const known = remembered.get(hash);
  if (known && known.until > now) return known.accountId;
  const row = await env.DB.prepare("SELECT account_id AS accountId FROM session WHERE hash = ?1 UNION ALL SELECT account_id FROM api_key WHERE hash = ?1").bind(hash).first<{ accountId: string }>();
  if (!row) return null;
  if (remembered.size >= REMEMBER_MAX) remembered.clear();
  remembered.set(hash, { accountId: row.accountId, until: now + REMEMBER_MS });
  return row.accountId;
}

/** A credential that holds at `now`; `scopes` is null for a browser session, which has no limits of its own. */
export async function credentialRow(env: Env, hash: string, now: number): Promise<{ accountId: string; memberId: string; scopes: Scope[] | null } | null> {
  const row = await env.DB.prepare(`SELECT account_id AS accountId, member_id AS memberId, NULL AS scopes FROM session WHERE hash = ?1 AND expires_at > ?2
    UNION ALL SELECT account_id, member_id, scopes FROM api_key WHERE hash = ?1 AND revoked_at IS NULL`)
    .bind(hash, now).first<{ accountId: string; memberId: string; scopes: string | null }>();
  return row && { ...row, scopes: row.scopes === null ? null : JSON.parse(row.scopes) as Scope[] }; // written by createApiKey only
}

const touched = new Map<string, number>();

/** Notes that a credential was used, at most once in five minutes. */
export async function touchCredential(env: Env, hash: string, via: "session" | "key", now: number): Promise<void> {
  if ((touched.get(hash) ?? 0) > now - TOUCH_EVERY_MS) return;
  if (touched.size >= REMEMBER_MAX) touched.clear();
  touched.set(hash, now);
  const [table, column] = via === "session" ? ["session", "last_seen_at"] : ["api_key", "last_used_at"];
  await env.DB.prepare(`UPDATE ${table} SET ${column} = ?1 WHERE hash = ?2 AND coalesce(${column}, 0) < ?1`).bind(now, hash).run();
}

/** Drops what cannot be used any more: sessions, links and counters that ran out. For the sweep; nothing depends on when it runs. */
export async function dropExpired(env: Env, now: number): Promise<void> {
  await env.DB.batch([
    env.DB.prepare("DELETE FROM session WHERE expires_at <= ?").bind(now),
    env.DB.prepare("DELETE FROM token WHERE expires_at <= ?").bind(now),
    env.DB.prepare("DELETE FROM throttle WHERE reset_at <= ?").bind(now),
  ]);
}

// ---- Sessions -------------------------------------------------------------------------------

/** Answers the token for the cookie; only its hash is stored. */
export async function createSession(env: Env, who: { userId: string; accountId: string; memberId: string; userAgent: string; now: number }): Promise<string> {
  const token = newToken();
  await env.DB.prepare("INSERT INTO session (hash, id, user_id, account_id, member_id, user_agent, created_at, expires_at, last_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
    .bind(await hashToken(token), newId("s", who.now), who.userId, who.accountId, who.memberId, who.userAgent.slice(0, USER_AGENT_MAX), who.now, who.now + SESSION_MS, who.now).run();
  return token;
}

/** A member's live sessions, the last used first. */
export async function listSessions(account: Account, memberId: string, currentHash: string, now: number): Promise<Session[]> {
  const { results } = await account.env.DB.prepare(`SELECT id, hash, user_agent AS userAgent, created_at AS createdAt, last_seen_at AS lastSeenAt FROM session
    WHERE account_id = ? AND member_id = ? AND expires_at > ? ORDER BY last_seen_at DESC, id DESC`)
    .bind(account.id, memberId, now).all<{ id: string; hash: string; userAgent: string; createdAt: number; lastSeenAt: number }>();
  return results.map((row) => ({ id: row.id, current: row.hash === currentHash, userAgent: row.userAgent, createdAt: iso(row.createdAt), lastSeenAt: iso(row.lastSeenAt) }));
}

/** Ends sessions of one member: one by `id` or `hash`, or all but `except`. Answers the hashes that ended. */
export async function endSessions(account: Account, memberId: string, which: { id?: string; hash?: string; except?: string }): Promise<string[]> {
  const { results } = await account.env.DB.prepare(`DELETE FROM session WHERE account_id = ?1 AND member_id = ?2
      AND (?3 IS NULL OR id = ?3) AND (?4 IS NULL OR hash = ?4) AND (?5 IS NULL OR hash <> ?5) RETURNING hash`)
    .bind(account.id, memberId, which.id ?? null, which.hash ?? null, which.except ?? null).all<{ hash: string }>();
  return results.map(({ hash }) => hash);
}

// ---- API keys -------------------------------------------------------------------------------

interface ApiKeyRow { id: string; name: string; scopes: string; hint: string; createdAt: number; lastUsedAt: number | null }

const toApiKey = (row: ApiKeyRow, key: string | null = null): ApiKey => ({
  id: row.id, name: row.name, hint: row.hint, key,
  scopes: JSON.parse(row.scopes) as Scope[], // written by createApiKey only
  createdAt: iso(row.createdAt), lastUsedAt: row.lastUsedAt === null ? null : iso(row.lastUsedAt),
});

/** The answer holds the key itself, for the only time. `key` is given by seeds and tests. */
export async function createApiKey(env: Env, fresh: { accountId: string; memberId: string; name: string; scopes: Scope[]; key?: string; now: number }): Promise<ApiKey & { key: string }> {
  const key = fresh.key ?? newToken(API_KEY_PREFIX);
  const row = { id: newId("k", fresh.now), name: fresh.name, scopes: JSON.stringify([...new Set(fresh.scopes)]), hint: key.slice(0, HINT_CHARACTERS), createdAt: fresh.now, lastUsedAt: null };
  await env.DB.prepare("INSERT INTO api_key (hash, id, account_id, member_id, name, scopes, hint, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
    .bind(await hashToken(key), row.id, fresh.accountId, fresh.memberId, row.name, row.scopes, row.hint, row.createdAt).run();
  return { ...toApiKey(row), key };
}

/** Newest first, without the revoked ones. */
export async function listApiKeys(account: Account): Promise<ApiKey[]> {
  const { results } = await account.env.DB.prepare(`SELECT id, name, scopes, hint, created_at AS createdAt, last_used_at AS lastUsedAt FROM api_key
    WHERE account_id = ? AND revoked_at IS NULL ORDER BY id DESC`).bind(account.id).all<ApiKeyRow>();
  return results.map((row) => toApiKey(row));
}

/** Answers whose key ended and its hash, or null when there is no such key. */
export async function revokeApiKey(account: Account, id: string, now: number): Promise<{ hash: string; memberId: string } | null> {
  return account.env.DB.prepare("UPDATE api_key SET revoked_at = ? WHERE account_id = ? AND id = ? AND revoked_at IS NULL RETURNING hash, member_id AS memberId")
    .bind(now, account.id, id).first<{ hash: string; memberId: string }>();
}

const iso = (at: number) => new Date(at).toISOString();
