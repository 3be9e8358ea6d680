import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/*
 * `account_id` leads every key of tenant data. The directory tables (account, user, membership, session, token, api_key, throttle,
 * connection_route, file_link) live on shard 0 only. Times are integer milliseconds.
 * The FTS5 tables `entry_text` and `contact_text` are made by hand in the migration: drizzle cannot describe them.
 */

const json = <T>(name: string) => text(name, { mode: "json" }).$type<T>();
const flag = (name: string) => integer(name, { mode: "boolean" }).notNull().default(false);

// ---- Directory ------------------------------------------------------------------------------

export const account = sqliteTable("account", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  shard: integer("shard").notNull().default(0),
  feedShards: integer("feed_shards").notNull().default(1),
  settings: json<Record<string, unknown>>("settings").notNull().default(sql`'{}'`),
  createdAt: integer("created_at").notNull(),
});

export const user = sqliteTable("user", {
  id: text("id").primaryKey(),
  email: text("email").notNull().unique(),
  name: text("name").notNull(),
  passwordHash: text("password_hash").notNull(),
  createdAt: integer("created_at").notNull(),
});

/** Which accounts a person works in. Members themselves live on their account's shard. */
export const membership = sqliteTable("membership", {
  userId: text("user_id").notNull(),
  accountId: text("account_id").notNull(),
  memberId: text("member_id").notNull(),
}, (t) => [primaryKey({ columns: [t.userId, t.accountId] })]);

/** Browser sessions, by the hash of their token. */
export const session = sqliteTable("session", {
  hash: text("hash").primaryKey(),
  id: text("id").notNull().unique(),
  userId: text("user_id").notNull(),
  accountId: text("account_id").notNull(),
  memberId: text("member_id").notNull(),
  userAgent: text("user_agent").notNull(),
  createdAt: integer("created_at").notNull(),
  expiresAt: integer("expires_at").notNull(),
  lastSeenAt: integer("last_seen_at").notNull(),
}, (t) => [index("session_member").on(t.accountId, t.memberId)]);

/** Single-use links: invitations and password resets, by the hash of their token. */
export const token = sqliteTable("token", {
  hash: text("hash").primaryKey(),
  id: text("id").notNull().unique(),
  purpose: text("purpose").$type<"invitation" | "reset">().notNull(),
  accountId: text("account_id"),
  email: text("email").notNull(),
  role: text("role"),
  name: text("name"),
  createdAt: integer("created_at").notNull(),
  expiresAt: integer("expires_at").notNull(),
  usedAt: integer("used_at"),
}, (t) => [index("token_account").on(t.accountId, t.purpose)]);

export const apiKey = sqliteTable("api_key", {
  hash: text("hash").primaryKey(),
  id: text("id").notNull().unique(),
  accountId: text("account_id").notNull(),
  memberId: text("member_id").notNull(),
  name: text("name").notNull(),
  scopes: json<string[]>("scopes").notNull(),
  hint: text("hint").notNull(),
  createdAt: integer("created_at").notNull(),
  lastUsedAt: integer("last_used_at"),
  revokedAt: integer("revoked_at"),
}, (t) => [index("api_key_account").on(t.accountId)]);

/** Fixed-window counters for sign-in, reset and invitation attempts. */
export const throttle = sqliteTable("throttle", { key: text("key").primaryKey(), count: integer("count").notNull(), resetAt: integer("reset_at").notNull() });

/** Which account a webhook's connection id belongs to, and which connection a mail address belongs to. */
export const connectionRoute = sqliteTable("connection_route", {
  connectionId: text("connection_id").primaryKey(),
  accountId: text("account_id").notNull(),
  provider: text("provider").notNull(),
  address: text("address").notNull(),
}, (t) => [index("connection_route_address").on(t.provider, t.address)]);

/** A file that somebody outside may fetch until `expiresAt`; taking it back deletes the row. The URL holds the id and our signature over it. */
export const fileLink = sqliteTable("file_link", {
  id: text("id").primaryKey(),
  accountId: text("account_id").notNull(),
  conversationId: text("conversation_id").notNull(),
  attachmentId: text("attachment_id").notNull(),
  name: text("name").notNull(),
  type: text("type").notNull(),
  size: integer("size").notNull(),
  createdBy: text("created_by").notNull(),
  createdAt: integer("created_at").notNull(),
  expiresAt: integer("expires_at").notNull(),
}, (t) => [index("file_link_conversation").on(t.accountId, t.conversationId), index("file_link_expires").on(t.expiresAt)]);

// ---- Tenant data ----------------------------------------------------------------------------

export const member = sqliteTable("member", {
  accountId: text("account_id").notNull(),
  id: text("id").notNull(),
  userId: text("user_id").notNull(),
  name: text("name").notNull(),
  email: text("email").notNull(),
  role: text("role").$type<"owner" | "admin" | "agent" | "restricted">().notNull(),
  disabledAt: integer("disabled_at"),
  createdAt: integer("created_at").notNull(),
  signature: text("signature"),
}, (t) => [primaryKey({ columns: [t.accountId, t.id] }), uniqueIndex("member_user").on(t.accountId, t.userId)]);

export const team = sqliteTable("team", {
  accountId: text("account_id").notNull(),
  id: text("id").notNull(),
  name: text("name").notNull(),
}, (t) => [primaryKey({ columns: [t.accountId, t.id] })]);

export const teamMember = sqliteTable("team_member", {
  accountId: text("account_id").notNull(),
  teamId: text("team_id").notNull(),
  memberId: text("member_id").notNull(),
}, (t) => [primaryKey({ columns: [t.accountId, t.teamId, t.memberId] })]);

/**
 * `sealed` holds the settings, encrypted; `keyId` says with which vault key. `config.previous` holds replaced settings, sealed too.
 * `renewAt`: when its access token is renewed next; null: it needs none.
 */
export const connection = sqliteTable("connection", {
  accountId: text("account_id").notNull(),
  id: text("id").notNull(),
  provider: text("provider").notNull(),
  channel: text("channel").notNull(),
  name: text("name").notNull(),
  address: text("address").notNull(),
  status: text("status").$type<"active" | "disabled">().notNull().default("active"),
  sealed: text("sealed").notNull(),
  keyId: text("key_id").notNull(),
  config: json<Record<string, unknown>>("config").notNull().default(sql`'{}'`),
  createdAt: integer("created_at").notNull(),
  renewAt: integer("renew_at"),
  expiresAt: integer("expires_at"),
}, (t) => [primaryKey({ columns: [t.accountId, t.id] }), index("connection_renew").on(t.renewAt).where(sql`renew_at IS NOT NULL`)]);

/** What the provider has approved or is reviewing. `updatedAt` is our time of the newest knowledge, `eventAt` the provider's time of its last word. */
export const template = sqliteTable("template", {
  accountId: text("account_id").notNull(),
  id: text("id").notNull(),
  connectionId: text("connection_id").notNull(),
  externalId: text("external_id").notNull(),
  name: text("name").notNull(),
  language: text("language").notNull(),
  category: text("category").notNull(),
  status: text("status").notNull(),
  quality: text("quality").notNull(),
  reason: text("reason"),
  named: flag("named"),
  parts: json<unknown>("parts").notNull(),
  examples: json<Record<string, string>>("examples").notNull().default(sql`'{}'`),
  updatedAt: integer("updated_at").notNull(),
  eventAt: integer("event_at").notNull().default(0),
}, (t) => [primaryKey({ columns: [t.accountId, t.id] }), uniqueIndex("template_name").on(t.accountId, t.connectionId, t.name, t.language)]);

/** `conversationId` is where the next inbound message goes; the Conversation itself may answer `moved`. */
export const contact = sqliteTable("contact", {
  accountId: text("account_id").notNull(),
  id: text("id").notNull(),
  name: text("name").notNull().default(""),
  company: text("company").notNull().default(""),
  language: text("language").notNull().default(""),
  timeZone: text("time_zone").notNull().default(""),
  address: text("address").notNull().default(""),
  tags: json<string[]>("tags").notNull().default(sql`'[]'`),
  fields: json<Record<string, unknown>>("fields").notNull().default(sql`'{}'`),
  conversationId: text("conversation_id"),
  createdAt: integer("created_at").notNull(),
  /** The member who typed them in; null where a message, an import or a group made them. */
  addedBy: text("added_by"),
}, (t) => [primaryKey({ columns: [t.accountId, t.id] })]);

/** `scope` is the connection id for addresses that mean something only there, else empty. */
export const identity = sqliteTable("identity", {
  accountId: text("account_id").notNull(),
  kind: text("kind").notNull(),
  scope: text("scope").notNull().default(""),
  address: text("address").notNull(),
  id: text("id").notNull(),
  contactId: text("contact_id").notNull(),
  name: text("name"),
  verified: flag("verified"),
  primary: flag("is_primary"),
  createdAt: integer("created_at").notNull(),
}, (t) => [primaryKey({ columns: [t.accountId, t.kind, t.scope, t.address] }), index("identity_contact").on(t.accountId, t.contactId), index("identity_address").on(t.accountId, t.address)]);

/** The consent ledger; the newest row of a contact and channel is what holds. */
export const consent = sqliteTable("consent", {
  accountId: text("account_id").notNull(),
  contactId: text("contact_id").notNull(),
  id: text("id").notNull(),
  channel: text("channel").notNull(),
  state: text("state").$type<"active" | "inactive" | "permanent">().notNull(),
  at: integer("at").notNull(),
  by: text("by").notNull(),
  how: text("how").notNull(),
  text: text("text"),
}, (t) => [primaryKey({ columns: [t.accountId, t.contactId, t.id] })]);

/** Two contacts that became one, with what undoing it needs. `settleAt`: when every copy is brought in step once more; null when all are. */
export const merge = sqliteTable("merge", {
  accountId: text("account_id").notNull(),
  id: text("id").notNull(),
  keptId: text("kept_id").notNull(),
  otherId: text("other_id").notNull(),
  otherName: text("other_name").notNull(),
  byId: text("by_id").notNull(),
  byName: text("by_name").notNull(),
  at: integer("at").notNull(),
  undoneAt: integer("undone_at"),
  settleAt: integer("settle_at"),
  /** The conversation that goes on, and the one that was closed for it. */
  intoId: text("into_id"),
  fromId: text("from_id"),
  /** Both rows as they were. */
  kept: json<Record<string, string | null>>("kept").notNull(),
  other: json<Record<string, string | null>>("other").notNull(),
  /** Ids of what changed hands, and of the consent steps that were added. */
  moved: json<Record<string, unknown[]>>("moved").notNull(),
}, (t) => [
  primaryKey({ columns: [t.accountId, t.id] }),
  index("merge_kept").on(t.accountId, t.keptId),
  index("merge_other").on(t.accountId, t.otherId),
  index("merge_settle").on(t.settleAt).where(sql`settle_at IS NOT NULL`),
  index("merge_at").on(t.at),
]);

/**
 * What is known of two contacts as a pair, the lower id first. `alias`: an address that a provider named for one of them though
 * it is the other's. `apartAt`: a colleague said that they are two people. `mergeId`: it came from the one merged into the other.
 */
export const contactPair = sqliteTable("contact_pair", {
  accountId: text("account_id").notNull(),
  lowId: text("low_id").notNull(),
  highId: text("high_id").notNull(),
  alias: text("alias"),
  apartBy: text("apart_by"),
  apartAt: integer("apart_at"),
  mergeId: text("merge_id"),
}, (t) => [primaryKey({ columns: [t.accountId, t.lowId, t.highId] }), index("contact_pair_high").on(t.accountId, t.highId)]);

/** Senders whose pictures from the web a member always sees. */
export const pictureSender = sqliteTable("picture_sender", {
  accountId: text("account_id").notNull(),
  memberId: text("member_id").notNull(),
  address: text("address").notNull(),
  createdAt: integer("created_at").notNull(),
}, (t) => [primaryKey({ columns: [t.accountId, t.memberId, t.address] })]);

export const note = sqliteTable("note", {
  accountId: text("account_id").notNull(),
  contactId: text("contact_id").notNull(),
  id: text("id").notNull(),
  text: text("text").notNull(),
  pinned: flag("pinned"),
  authorId: text("author_id").notNull(),
  authorName: text("author_name").notNull(),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
}, (t) => [primaryKey({ columns: [t.accountId, t.contactId, t.id] })]);

export const label = sqliteTable("label", {
  accountId: text("account_id").notNull(),
  id: text("id").notNull(),
  name: text("name").notNull(),
  colour: integer("colour").notNull(),
  archivedAt: integer("archived_at"),
}, (t) => [primaryKey({ columns: [t.accountId, t.id] }), uniqueIndex("label_name").on(t.accountId, t.name)]);

/** Message-IDs of mail we sent or received, so that a reply from any address finds its conversation. */
export const emailMessage = sqliteTable("email_message", {
  accountId: text("account_id").notNull(),
  messageId: text("message_id").notNull(),
  conversationId: text("conversation_id").notNull(),
}, (t) => [primaryKey({ columns: [t.accountId, t.messageId] })]);

/** Bytes are in R2 under `key`. `conversationId` is null until a message uses the upload. */
export const attachment = sqliteTable("attachment", {
  accountId: text("account_id").notNull(),
  id: text("id").notNull(),
  conversationId: text("conversation_id"),
  key: text("key").notNull(),
  name: text("name").notNull(),
  type: text("type").notNull(),
  size: integer("size").notNull(),
  createdBy: text("created_by").notNull(),
  createdAt: integer("created_at").notNull(),
}, (t) => [primaryKey({ columns: [t.accountId, t.id] })]);

export const audit = sqliteTable("audit", {
  accountId: text("account_id").notNull(),
  id: text("id").notNull(),
  at: integer("at").notNull(),
  actor: text("actor").notNull(),
  action: text("action").notNull(),
  target: text("target").notNull(),
  data: json<Record<string, unknown>>("data").notNull().default(sql`'{}'`),
}, (t) => [primaryKey({ columns: [t.accountId, t.id] })]);

// ---- Projections: the Conversations are the truth, `reproject()` rebuilds these ---------------

/** The list row. Columns are what lists filter and sort by; `row` is the whole contract row. */
export const conversation = sqliteTable("conversation", {
  accountId: text("account_id").notNull(),
  id: text("id").notNull(),
  version: integer("version").notNull(),
  contactId: text("contact_id").notNull(),
  status: text("status").notNull(),
  assigneeId: text("assignee_id"),
  teamId: text("team_id"),
  lastAt: integer("last_at").notNull(),
  waitingSince: integer("waiting_since"),
  inboundCount: integer("inbound_count").notNull(),
  /** When the object's next timer is due; the sweep pokes objects that are late. */
  nextDueAt: integer("next_due_at"),
  row: json<unknown>("row").notNull(),
}, (t) => [
  primaryKey({ columns: [t.accountId, t.id] }),
  index("conversation_recent").on(t.accountId, t.status, t.lastAt),
  index("conversation_contact").on(t.accountId, t.contactId),
  index("conversation_due").on(t.nextDueAt).where(sql`next_due_at IS NOT NULL`),
]);

export const conversationMember = sqliteTable("conversation_member", {
  accountId: text("account_id").notNull(),
  memberId: text("member_id").notNull(),
  conversationId: text("conversation_id").notNull(),
  version: integer("version").notNull(),
  readCount: integer("read_count").notNull(),
  starred: flag("starred"),
  draft: flag("draft"),
}, (t) => [primaryKey({ columns: [t.accountId, t.memberId, t.conversationId] })]);

/** Files of messages and comments, for the gallery of a contact. */
export const file = sqliteTable("file", {
  accountId: text("account_id").notNull(),
  conversationId: text("conversation_id").notNull(),
  entryId: text("entry_id").notNull(),
  id: text("id").notNull(),
  name: text("name").notNull(),
  type: text("type").notNull(),
  size: integer("size").notNull(),
  direction: text("direction"),
  at: integer("at").notNull(),
}, (t) => [primaryKey({ columns: [t.accountId, t.conversationId, t.entryId, t.id] }), index("file_at").on(t.accountId, t.conversationId, t.at), index("file_id").on(t.accountId, t.id)]);
