import type { Connection } from "../durable-objects/connection/connection";
import type { Conversation } from "../durable-objects/conversation/conversation";
import type { Feed } from "../durable-objects/feed/feed";
import type { RetryJob } from "./flows/retry";

declare global {
  /** The bindings, by hand: the generated file is 500 KB and hides the list. */
  interface Env {
    /** Shard 0 and the directory. Further shards are `DB_001` … and are read by `db/locate.ts` only. */
    DB: D1Database;
    DB_001?: D1Database;
    BUCKET: R2Bucket;
    CONVERSATION: DurableObjectNamespace<Conversation>;
    FEED: DurableObjectNamespace<Feed>;
    CONNECTION: DurableObjectNamespace<Connection>;
    INBOUND_RETRY: Queue<RetryJob>;
    /** Cloudflare Email Sending; an installation may do without. */
    EMAIL?: SendEmail;
    ASSETS: Fetcher;
    /** Secret. `id:base64(32 bytes)`, newest first, comma separated: seals credentials and signs links. */
    VAULT_KEYS: string;
    /** Where customers' providers reach us, without a trailing slash. Signatures are computed over it. */
    PUBLIC_URL: string;
    /** "on" only in a local state seeded with demo data; the sign-in page then shows its credentials. */
    DEMO?: string;
  }
  namespace Cloudflare {
    interface Env extends globalThis.Env {}
  }
}
