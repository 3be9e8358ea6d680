import type { Connection } from "../../durable-objects/connection/connection";
import type { Conversation } from "../../durable-objects/conversation/conversation";
import type { Feed } from "../../durable-objects/feed/feed";

/** An object as its callers see it: every method answers a promise. The platform's own stub type gives up on `unknown` inside JSON. */
export type Remote<T> = {
  [K in keyof T as T[K] extends (...args: never[]) => unknown ? K : never]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
} & { fetch(request: Request): Promise<Response> };

/** What queries need of a database: D1 itself, or a session of it that may read from a replica nearby. */
export type Database = Pick<D1Database, "prepare" | "batch">;

/** Everything one account owns. A handler that holds this cannot reach another account's rows. */
export interface Account {
  id: string;
  env: Env;
  shard: number;
  /** The account's shard. Every query on it names `account_id` first. */
  db: Database;
  bucket: R2Bucket;
  conversation(id: string): Remote<Conversation>;
  /** The live list shard of a member; every shard gets every row. */
  feed(memberId: string): Remote<Feed>;
  feeds(): Remote<Feed>[];
  connection(id: string): Remote<Connection>;
}

/** Where an account's data lives, as its directory row says. */
export interface Placement { id: string; shard: number; feedShards: number }

/**
 * The only way to an account's data. Spreading accounts over many databases changes this function alone.
 * Shard n is the binding `DB_00n`; shard 0 is `DB`.
 */
export function locate(env: Env, { id, shard, feedShards }: Placement): Account {
  const feedAt = (index: number) => env.FEED.getByName(`${id}/feed/${index}`) as unknown as Remote<Feed>;
  return {
    id, env, shard, db: databaseOf(env, shard), bucket: env.BUCKET,
    conversation: (conversationId) => env.CONVERSATION.getByName(`${id}/${conversationId}`) as unknown as Remote<Conversation>,
    feed: (memberId) => feedAt(spread(memberId, feedShards)),
    feeds: () => Array.from({ length: feedShards }, (_, index) => feedAt(index)),
    connection: (connectionId) => env.CONNECTION.getByName(`${id}/${connectionId}`) as unknown as Remote<Connection>,
  };
}

function databaseOf(env: Env, shard: number): D1Database {
  const db = shard === 0 ? env.DB : env[`DB_${String(shard).padStart(3, "0")}` as "DB_001"];
  if (!db) throw new Error(`no database is bound for shard ${shard}`);
  return db;
}

/** What a bookmark of D1 looks like; anything else from a client is ignored. */
const BOOKMARK = /^[0-9a-f-]{20,160}$/i;

/**
 * The account as one request sees it: its reads may come from a replica near the reader, but never from before
 * `bookmark`, the place of the reader's own last change. `place()` answers the place after the request.
 * See https://developers.cloudflare.com/d1/best-practices/read-replication/
 */
export function inSession(account: Account, bookmark: string | undefined): { account: Account; place(): string | null } {
  const database = databaseOf(account.env, account.shard).withSession(bookmark && BOOKMARK.test(bookmark) ? bookmark : "first-unconstrained");
  return { account: { ...account, db: database }, place: () => database.getBookmark() };
}

/** A stable spread of texts over `count` places (FNV-1a). */
function spread(text: string, count: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % count;
}

/** How long a placement is remembered in an isolate. It changes only when an account is moved, by a job that waits this long. */
const REMEMBER_MS = 60_000;
const placements = new Map<string, { placement: Placement; until: number }>();

/** Finds an account by id; null when there is none. Costs no database trip when asked within the last minute. */
export async function findAccount(env: Env, accountId: string): Promise<Account | null> {
  const known = placements.get(accountId);
  if (known && known.until > Date.now()) return locate(env, known.placement);
  const row = await env.DB.prepare("SELECT id, shard, feed_shards AS feedShards FROM account WHERE id = ?").bind(accountId).first<Placement>();
  if (!row) return null;
  placements.set(accountId, { placement: row, until: Date.now() + REMEMBER_MS });
  return locate(env, row);
}
