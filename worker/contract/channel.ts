import { z } from "zod";

export const ChannelKind = z.enum(["sms", "email", "call", "chat", "whatsapp", "instagram", "messenger", "google", "tiktok"]).meta({ id: "ChannelKind" });
export type ChannelKind = z.infer<typeof ChannelKind>;

/** What an identity's address means. Keys are contact identities, never phone numbers: some customers have none. */
export const IdentityKind = z.enum(["phone", "email", "visitor", "user", "handle", "group"]).meta({ id: "IdentityKind" });
export type IdentityKind = z.infer<typeof IdentityKind>;

/**
 * How long an answer may be written freely after the customer's last message. Meta: 24 h; longer after a tap on an ad;
 * people (never automation) up to 7 days on Messenger and Instagram. TikTok: 48 h and 10 messages for each of theirs.
 */
export const WindowRule = z.object({
  hours: z.number().nullable().describe("null: without end"),
  adHours: z.number().nullable().describe("instead of `hours` when an ad brought them here"),
  humanHours: z.number().nullable().describe("until then a person may still write"),
  perTurn: z.int().nullable().describe("messages of ours for each of theirs"),
}).meta({ id: "WindowRule" });
export type WindowRule = z.infer<typeof WindowRule>;

/** Answers to tap under one message of ours. */
export const ButtonLimits = z.object({
  max: z.int().describe("in one message"),
  characters: z.int().describe("on one of them"),
  words: z.int().nullable().describe("characters of the text above them, where it may be shorter than otherwise"),
  links: z.boolean().describe("one may open a web page instead of answering"),
});
export type ButtonLimits = z.infer<typeof ButtonLimits>;

/**
 * What a channel can carry: the only description of it. Composer, docs and tests read this.
 * Sizes are bytes; `text.unit` says what `text.max` counts.
 */
export const Capabilities = z.object({
  text: z.object({ max: z.int(), unit: z.enum(["characters", "bytes", "segments"]) }),
  subject: z.boolean(),
  html: z.boolean(),
  copies: z.boolean().describe("To, CC and BCC lists"),
  media: z.object({
    max: z.int().describe("files in one message"), bytes: z.int().describe("all files together"), types: z.array(z.string()),
    limits: z.array(z.object({ type: z.string().describe("what a type begins with, for example image/"), bytes: z.int() })).describe("of one file, where lower than `bytes`; the first that fits counts"),
    together: z.boolean().describe("several files travel as one message; otherwise each becomes a message of its own"),
    album: z.int().optional().describe("where files go one by one: this many pictures beside each other still travel as one message"),
    caption: z.boolean().describe("a file may carry the text; otherwise the text is a message of its own"),
    words: z.int().optional().describe("characters of the text beside a file, where fewer than `text.max`"),
  }).nullable(),
  voice: z.string().nullable().describe("the type of a voice note; null: there are none"),
  location: z.boolean(),
  buttons: ButtonLimits.nullable().optional().describe("answers to tap; null or left out: there are none"),
  typing: z.boolean(),
  readReceipts: z.boolean(),
  deliveryReceipts: z.boolean(),
  start: z.boolean().describe("we may write first, if only by a template"),
  window: WindowRule.nullable(),
  templates: z.boolean(),
  reactions: z.boolean(),
  replies: z.boolean().describe("a message may name the one it answers"),
  edit: z.boolean().describe("we may change what we sent"),
  delete: z.boolean().describe("we may take back what has arrived"),
  public: z.boolean().optional().describe("everybody can read what we send"),
  groups: z.boolean(),
  people: z.int().optional().describe("of a group text, not counting us: at most"),
  resend: z.enum(["safe", "ask"]).describe("safe: the provider drops a repeated request; ask: only a person may repeat an unknown outcome"),
  transport: z.enum(["provider", "visitor", "none"]).describe("who carries it: a provider's API, the visitor's own socket, or nobody (receive only)"),
  perSecond: z.number().describe("sends a connection may make in a second unless its settings say otherwise"),
}).meta({ id: "Capabilities" });
export type Capabilities = z.infer<typeof Capabilities>;

export const ConnectionStatus = z.enum(["active", "disabled"]);
export const Health = z.object({
  state: z.enum(["healthy", "warning", "failing", "unknown"]),
  sentence: z.string().describe("what is wrong and what to do, or that all is well"),
  lastInboundAt: z.iso.datetime().nullable(),
  lastSentAt: z.iso.datetime().nullable(),
  signatureFailures: z.int().describe("in the last 24 hours"),
  tokenExpiresAt: z.iso.datetime().nullable().optional().describe("when the provider's access token ends, if it does and we know"),
}).meta({ id: "Health" });
export type Health = z.infer<typeof Health>;

/** Who writes from a connection without choosing it, and what it answers by itself. Kept by us, whatever the provider. */
export const ConnectionUse = z.object({
  memberIds: z.array(z.string()).describe("members whose own address this is: their messages leave from it where the customer used none before"),
  isDefault: z.boolean().describe("messages leave from it where nothing else decides; one for each channel, else the oldest"),
  confirmsOptOut: z.boolean().describe("phone numbers only: we confirm STOP and START by one text. Leave it off where the provider does so itself"),
  helpText: z.string().nullable().describe("phone numbers only: what we answer to HELP; null where the provider does so itself"),
}).meta({ id: "ConnectionUse" });
export type ConnectionUse = z.infer<typeof ConnectionUse>;

/** One connected address of a provider. Secrets are never part of it. */
export const ConnectionView = z.object({
  id: z.string(),
  provider: z.string(),
  channel: ChannelKind,
  name: z.string(),
  address: z.string(),
  status: ConnectionStatus,
  webhookUrl: z.string(),
  capabilities: Capabilities,
  settings: z.record(z.string(), z.unknown()).describe("the settings that are not secret"),
  use: ConnectionUse.extend({ hearsKeywords: z.boolean().describe("customers may say STOP, START and HELP here") }).optional(),
  health: Health,
}).meta({ id: "Connection" });
export type ConnectionView = z.infer<typeof ConnectionView>;

export const ConnectionDraft = z.strictObject({
  provider: z.string().min(1).max(40),
  name: z.string().trim().min(1).max(80),
  address: z.string().trim().min(1).max(320),
  settings: z.record(z.string(), z.unknown()),
}).meta({ id: "ConnectionDraft" });
export type ConnectionDraft = z.infer<typeof ConnectionDraft>;

export const ConnectionPatch = z.strictObject({
  name: z.string().trim().min(1).max(80).optional(),
  status: ConnectionStatus.optional(),
  settings: z.record(z.string(), z.unknown()).optional().describe("merged into the stored ones; secrets may be replaced, never read"),
  memberIds: z.array(z.string().max(80)).max(200).optional(),
  isDefault: z.boolean().optional().describe("true takes it from the other connections of the channel"),
  confirmsOptOut: z.boolean().optional(),
  helpText: z.string().trim().max(480).nullable().optional().describe("null or empty: no answer to HELP"),
  dropPrevious: z.boolean().optional().describe("replaced secrets count no more from now on, for example because somebody else knows them; otherwise webhooks may still be signed with them for 24 hours"),
}).meta({ id: "ConnectionPatch" });
export type ConnectionPatch = z.infer<typeof ConnectionPatch>;

/** One line of a connection's webhook log. */
export const WebhookLine = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  outcome: z.enum(["stored", "repeated", "ignored", "refused", "queued", "failed"]),
  events: z.array(z.string()).describe("what the request held, one word each"),
  detail: z.string().nullable(),
  conversationId: z.string().nullable(),
  kept: z.string().optional().describe("of a queued request: names it until it is processed"),
}).meta({ id: "WebhookLine" });
export type WebhookLine = z.infer<typeof WebhookLine>;
