import { z } from "zod";
import { ChannelKind } from "./channel";
import { Content, Place, Quote, Reaction, Referral } from "./content";
import { TemplateUse } from "./template";

export const EntryKind = z.enum(["message", "comment", "call", "activity", "system"]);
export type EntryKind = z.infer<typeof EntryKind>;

/** `scheduled` also covers the undo hold; see `dueAt`. `unknown`: the provider may or may not have it. */
export const EntryState = z.enum(["scheduled", "queued", "sending", "sent", "delivered", "read", "failed", "unknown"]).meta({ id: "EntryState" });
export type EntryState = z.infer<typeof EntryState>;

export const Author = z.object({
  type: z.enum(["contact", "member", "system", "bot"]),
  id: z.string().nullable(),
  name: z.string(),
}).meta({ id: "Author" });
export type Author = z.infer<typeof Author>;

/** Why a file could not be fetched: deleted at the provider or its time there is over, larger than we take in, or simply not to be had so far. */
export const FileProblem = z.enum(["gone", "too-large", "unreachable"]).meta({ id: "FileProblem" });
export type FileProblem = z.infer<typeof FileProblem>;

/** `state`: inbound media is `fetching` until we hold its bytes; `failed` keeps the message and offers a retry. */
export const Attachment = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  size: z.int(),
  url: z.string().describe("needs a session (members) or carries a signature (visitors, providers)"),
  state: z.enum(["fetching", "ready", "failed"]),
  contentId: z.string().nullable().optional().describe("of an inline part of an email"),
  problem: FileProblem.optional().describe("of a file that could not be fetched"),
}).meta({ id: "Attachment" });
export type Attachment = z.infer<typeof Attachment>;

export const FailureClass = z.enum(["temporary", "rate", "permanent", "auth", "config", "window", "optout", "unknown"]);
export type FailureClass = z.infer<typeof FailureClass>;

/** `code` and `detail` are the provider's own; `sentence` says it in plain words and what to do. */
export const Failure = z.object({ class: FailureClass, code: z.string(), detail: z.string(), sentence: z.string() }).meta({ id: "Failure" });
export type Failure = z.infer<typeof Failure>;

export const Attempt = z.object({
  at: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  outcome: z.enum(["running", "sent", "retry", "failed", "unknown"]),
  failure: Failure.nullable(),
}).meta({ id: "Attempt" });
export type Attempt = z.infer<typeof Attempt>;

export const EmailAddress = z.object({ name: z.string(), address: z.string() }).meta({ id: "EmailAddress" });
export type EmailAddress = z.infer<typeof EmailAddress>;

export const EmailFields = z.object({
  threadId: z.string().describe("emails with the same value are one email thread inside the conversation"),
  subject: z.string(),
  from: EmailAddress,
  to: z.array(EmailAddress),
  cc: z.array(EmailAddress),
  bcc: z.array(EmailAddress),
  replyTo: z.array(EmailAddress),
  messageId: z.string().nullable(),
  hasHtml: z.boolean().describe("fetch it from /conversations/{id}/entries/{entryId}/html"),
  quoteAt: z.int().nullable().describe("offset in `text` where the quoted history begins"),
  automatic: z.enum(["no", "auto-reply", "bulk"]),
  warning: z.string().nullable().describe("for example a failed DMARC check"),
  authenticity: z.enum(["verified", "failed", "unverified"]).optional().describe("of inbound mail: whether our receiving side proved that it comes from its From address"),
  cut: z.boolean().optional().describe("too long to keep in one piece: text or HTML is its beginning, the whole mail is attached"),
}).meta({ id: "EmailFields" });
export type EmailFields = z.infer<typeof EmailFields>;

export const Recipient = z.object({ address: z.string(), state: EntryState, failure: Failure.nullable() }).meta({ id: "Recipient" });
export type Recipient = z.infer<typeof Recipient>;

/** One row of a conversation. A newer `rev` of the same id replaces an older one; `seq` is its place in the thread. */
export const Entry = z.object({
  id: z.string(),
  rev: z.int(),
  seq: z.int(),
  kind: EntryKind,
  channel: ChannelKind.nullable(),
  connectionId: z.string().nullable(),
  direction: z.enum(["in", "out"]).nullable(),
  author: Author,
  text: z.string(),
  state: EntryState.nullable(),
  attachments: z.array(Attachment),
  at: z.iso.datetime().describe("the provider's time where there is one"),
  dueAt: z.iso.datetime().nullable().describe("when a scheduled or held message goes out"),
  undoable: z.boolean().describe("held only for undo"),
  held: z.object({ reason: z.string(), sentence: z.string() }).nullable().optional().describe("the engine holds it back until `dueAt`: why, as a code and for people"),
  to: z.string().nullable().describe("the customer's address this went to or came from"),
  attempts: z.array(Attempt),
  failure: Failure.nullable(),
  replacedBy: z.string().optional().describe("it failed here and went out over another connection as this message: nothing is left to do"),
  recipients: z.array(Recipient).describe("per-recipient delivery of an email or a group"),
  segments: z.int().nullable(),
  price: z.object({ amount: z.string(), currency: z.string() }).nullable().optional().describe("what the provider took for it"),
  email: EmailFields.nullable(),
  event: z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) }).nullable().describe("of activity and system entries"),
  editedAt: z.iso.datetime().nullable(),
  deleted: z.boolean(),
  deletedBy: z.enum(["contact", "member"]).nullable().optional().describe("who unsent what had arrived; null: it never left"),
  content: Content.nullable().optional(),
  reactions: z.array(Reaction).optional(),
  quote: Quote.nullable().optional(),
  referral: Referral.nullable().optional(),
  forwarded: z.boolean().optional(),
  history: z.array(z.object({ text: z.string(), at: z.iso.datetime() })).optional().describe("what it said before it was edited, oldest first"),
}).meta({ id: "Entry" });
export type Entry = z.infer<typeof Entry>;

export const EntryPage = z.object({
  items: z.array(Entry),
  cursor: z.int().describe("the conversation's revision this page was read at; resume the live socket from it"),
  before: z.int().nullable().describe("pass as `before` for the page above; null at the beginning"),
}).meta({ id: "EntryPage" });
export type EntryPage = z.infer<typeof EntryPage>;

/** An answer the customer may tap: it comes back as their own words. One with a url opens it. */
export const ButtonDraft = z.object({ text: z.string().trim().min(1).max(60), url: z.url({ protocol: /^https?$/ }).nullable().default(null) });
export type ButtonDraft = z.infer<typeof ButtonDraft>;

/** `clientId` makes a retry safe: the same id is one message. */
export const MessageDraft = z.strictObject({
  clientId: z.uuid(),
  channel: ChannelKind,
  connectionId: z.string().optional().describe("which of our addresses; left out, the sticky one is used"),
  text: z.string().max(100_000).default(""),
  html: z.string().max(500_000).optional().describe("email: cleaned of what runs or styles the rest. `<img src=\"cid:…\">` with the id of one of `attachments` shows it in its place"),
  subject: z.string().max(998).optional(),
  to: z.array(z.string().max(320)).max(50).optional().describe("email: recipients; others: one of the contact's addresses"),
  cc: z.array(z.string().max(320)).max(50).optional(),
  bcc: z.array(z.string().max(320)).max(50).optional(),
  replyTo: z.string().optional().describe("the entry this answers"),
  attachments: z.array(z.string()).max(20).optional(),
  voice: z.boolean().optional().describe("the attachment is a voice note"),
  location: Place.partial({ name: true, address: true, url: true }).optional(),
  buttons: z.array(ButtonDraft).min(1).max(20).optional().describe("answers to tap, where the connection's `capabilities.buttons` says how many and how long"),
  template: TemplateUse.optional().describe("a template instead of text"),
  forward: z.array(z.string().max(80)).min(1).max(100).optional().describe("email: entries of this conversation to carry on below the text, with their files; `to` must be given. `attachments` may name files of theirs; left out, all go"),
  signature: z.boolean().optional().describe("email: your signature below the text; default true for people, false for API keys"),
  quote: z.boolean().optional().describe("email: the email being answered, quoted below the text when it leaves; default true for people, false for API keys"),
  sendAt: z.iso.datetime({ offset: true }).optional(),
  undoMs: z.int().min(0).max(30_000).optional().describe("how long it may be taken back; default 5,000 for people, 0 for API keys"),
}).meta({ id: "MessageDraft" });
export type MessageDraft = z.infer<typeof MessageDraft>;

/** New words or a new time for a message that still waits; what is left out stays. */
export const MessageRevision = z.strictObject({
  text: z.string().trim().min(1).max(100_000).optional(),
  sendAt: z.iso.datetime({ offset: true }).optional(),
}).meta({ id: "MessageRevision" });
export type MessageRevision = z.infer<typeof MessageRevision>;

/** Sets or (null) takes away one's own reaction to a message. */
export const ReactionDraft = z.strictObject({ emoji: z.string().min(1).max(64).nullable() }).meta({ id: "ReactionDraft" });
export type ReactionDraft = z.infer<typeof ReactionDraft>;

export const CommentDraft = z.strictObject({
  clientId: z.uuid(),
  text: z.string().trim().min(1).max(20_000),
  attachments: z.array(z.string()).max(20).optional(),
}).meta({ id: "CommentDraft" });
export type CommentDraft = z.infer<typeof CommentDraft>;

/** An unfinished reply, kept per conversation, member and mode, so that it survives a reload on another machine. */
export const Draft = z.object({
  mode: z.enum(["reply", "comment"]),
  channel: ChannelKind.nullable(),
  text: z.string().max(100_000),
  html: z.string().max(500_000).optional(),
  subject: z.string().max(998).optional(),
  to: z.array(z.string()).optional(),
  cc: z.array(z.string()).optional(),
  bcc: z.array(z.string()).optional(),
  attachments: z.array(Attachment).optional(),
  forward: z.array(z.string().max(80)).max(100).optional().describe("entries that are carried on"),
  signature: z.boolean().optional().describe("false: without the signature"),
  quote: z.boolean().optional().describe("false: without the email being answered below it"),
  buttons: z.array(z.object({ text: z.string().max(60), url: z.string().max(2_000).nullable().optional() })).max(20).optional().describe("answers to tap; one without words is left out when it is sent"),
  updatedAt: z.iso.datetime(),
}).meta({ id: "Draft" });
export type Draft = z.infer<typeof Draft>;
