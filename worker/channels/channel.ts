import type { z } from "zod";
import type { Capabilities, ChannelKind, IdentityKind } from "../contract/channel";
import type { Content, Place, Referral } from "../contract/content";
import type { EmailAddress, EmailFields, Entry, EntryState, FailureClass } from "../contract/entry";
import type { Template, TemplateDraft, TemplateStatus } from "../contract/template";
import type { MailBinding } from "../platform/mail-binding";
import type { Connect } from "../platform/sockets";
import type { OriginalMail } from "./mail-original";

/** A person as a provider names them. */
export interface Handle {
  kind: IdentityKind;
  address: string;
  name?: string;
  /** Proved to be theirs by what brought this, such as a mail that its domain vouches for. */
  verified?: true;
  /** What they said of themselves without proof: shown to agents, never used to find or merge a contact. */
  claims?: { email?: string; phone?: string };
  /** Other addresses that the provider vouches for as the same person's: they find and join one contact. */
  aliases?: { kind: IdentityKind; address: string }[];
}

/** Media of an inbound message that we still have to fetch; `bytes` when the request itself carried it. */
export interface MediaRef {
  ref: string; type: string; name?: string; bytes?: Uint8Array; contentId?: string;
  /** It lies in our bucket already, as this attachment: nothing is fetched or copied. */
  stored?: { id: string; size: number };
}

/** What the provider takes for one message: a decimal number as it writes it, and ISO 4217. */
export type Price = NonNullable<Entry["price"]>;

/** Where an entry lives, as we hand it to providers that echo a reference: `<conversation>:<entry>`. */
export type Reference = string;

/** Email facts of an inbound message; addresses are already cleaned and groups flattened. */
export interface InboundEmail extends Omit<EmailFields, "threadId" | "hasHtml" | "from"> {
  html: string | null;
  inReplyTo: string[];
  references: string[];
  /** The verified signed reply address it came to, if any: the conversation it belongs to. */
  conversationId: string | null;
  /** Addresses of ours it was delivered to, also when To and Cc do not show them (BCC, forwards). */
  deliveredTo?: string[];
}

/** What somebody said, in whichever form. `text` says it in words also when `content` says it better. */
export interface Said {
  text: string;
  media: MediaRef[];
  content?: Content;
  /** What it answers: the provider's id of that message, or the words of something we never had. */
  quote?: { externalId?: string; kind?: "message" | "product"; text?: string };
  referral?: Referral;
  forwarded?: boolean;
}

/** Whose doing it was: the customer's, or ours in the provider's own app. */
export type By = "contact" | "us";

/**
 * What a request may tell us. `person` is always the customer, whoever acted. `target` is the provider's id of the message
 * meant; one that has not arrived yet waits for it. `at` is the provider's time in ms.
 * `activity` is something a customer did that is no message; `other` keeps what we do not understand yet: nothing is dropped
 * without a trace. `template` and `notice` are about the connection itself.
 */
export type InboundEvent =
  | { kind: "message"; externalId: string; from: Handle; at: number; email?: InboundEmail; optOut?: "stop" | "start" | "help"; segments?: number; /** Says nothing that lets us answer freely (a public comment). */ opensNoWindow?: boolean; /** Another app holds the conversation: no automation answers. */ standby?: boolean; /** A group of people and us: everybody's address but ours. `from` is one of them. */ group?: string[] } & Said
  | { kind: "echo"; externalId: string; to: Handle; reference?: Reference; at: number } & Said
  | { kind: "status"; externalId?: string; messageId?: string; reference?: Reference; state: EntryState; recipient?: string; code?: string; detail?: string; class?: FailureClass; segments?: number; price?: Price; /** A mail that we sent, whether or not its id is known yet. */ isOurs?: true; at: number }
  | { kind: "receipt"; person: Handle; state: "delivered" | "read"; /** Everything of ours up to this time (ms), or up to this message. */ upTo: number; externalId?: string; at: number }
  /** They are writing just now. Shown for a moment, kept nowhere. */
  | { kind: "typing"; person: Handle; at: number }
  | { kind: "reaction"; target: string; person: Handle; by: By; /** Null takes it away. */ emoji: string | null; at: number }
  | { kind: "edit"; target: string; person: Handle; by: By; text: string; content?: Content; /** Only a higher one replaces. */ version: number; at: number }
  | { kind: "delete"; target: string; person: Handle; by: By; at: number }
  | { kind: "activity"; externalId?: string; person: Handle; type: string; text: string; data?: Record<string, unknown>; referral?: Referral; opensWindow?: boolean; at: number }
  | { kind: "identity"; person: Handle; becomes: Handle; text: string; externalId?: string; at: number }
  | { kind: "consent"; person: Handle; change: "stop" | "start"; purpose: "all" | "marketing"; text: string | null; /** Where it was not said in a message. */ how?: "unsubscribe"; at: number }
  | { kind: "complaint"; from: Handle; at: number }
  /** Mail to them did not arrive and will not: `text` says why. Made of reports on mail of ours, by nobody else. */
  | { kind: "unreachable"; person: Handle; text: string; at: number }
  | { kind: "template"; externalId: string; name: string; language: string; status?: TemplateStatus; quality?: Template["quality"]; category?: Template["category"]; reason?: string | null; at: number }
  /** The request only says that there is something: `collect` fetches it. */
  | { kind: "pending"; ref: string; at: number }
  | { kind: "notice"; code: string; sentence: string; at: number }
  | { kind: "other"; label: string; from?: Handle; externalId?: string; at: number };

/** One HTTP request or raw mail, exactly as it came. `url` is the public one that the provider signed. */
export interface RawRequest { method: string; url: string; headers: Record<string, string>; body: Uint8Array; receivedAt: number }

export interface OutboundMedia { id: string; name: string; type: string; size: number; url: string; /** Under this name (`cid:`; letters, digits, `_` and `-`) the HTML of a mail shows it; none: a file beside the words. */ contentId?: string | null; bytes(): Promise<Uint8Array>; /** The bytes as they come, for files that are too large to hold; left out where they are at hand. */ stream?(): Promise<ReadableStream<Uint8Array>> }

export interface OutboundEmail { from: EmailAddress; to: EmailAddress[]; cc: EmailAddress[]; bcc: EmailAddress[]; subject: string; html: string | null; messageId: string; inReplyTo: string | null; references: string[]; replyTo: string | null; /** Further headers, already safe: `Auto-Submitted`, `List-Unsubscribe`. */ headers: Record<string, string> }

export interface OutboundMessage {
  id: string;
  reference: Reference;
  from: string;
  to: string;
  /** Everybody in a group; empty when it goes to one person. */
  group: string[];
  text: string;
  media: OutboundMedia[];
  email: OutboundEmail | null;
  /** The provider's id of the message this answers. */
  replyTo: string | null;
  /** The only file is a voice note. */
  voice: boolean;
  location: Place | null;
  /** Answers to tap under the words, as many and as long as the capabilities allow; `[]`: none. */
  buttons: { text: string; url: string | null }[];
  /** `parts` still hold the variables; `values` are by variable key. A header file is `media[0]`. */
  template: (Pick<Template, "name" | "language" | "category" | "named" | "parts"> & { values: Record<string, string> }) | null;
  /** No person wrote it. */
  automated: boolean;
  /** The free window is over and a person writes in the longer one. */
  inHumanWindow: boolean;
  /** Where the provider should report progress on this very message. */
  statusUrl: string;
}

/** A message that only has words and files. */
export const PLAIN_MESSAGE = { group: [], replyTo: null, voice: false, location: null, buttons: [], template: null, automated: false, inHumanWindow: false } satisfies Partial<OutboundMessage>;

/** `ok: false` means surely not sent. A throw means "outcome unknown". */
export type SendResult =
  | { ok: true; externalId: string; messageId?: string; segments?: number; price?: Price }
  | { ok: false; class: FailureClass; code: string; detail: string; retryAfterMs?: number };

/** All a channel may touch of the outside world; tests pass their own. */
export interface ChannelIo { fetch: typeof fetch; now(): number; /** TCP; the platform's own when left out. */ connect?: Connect; /** The Worker's own mail; the platform's when left out. */ mail?: MailBinding }

/** The connection a request or message belongs to, with its secrets opened. */
export interface ChannelConnection<S> { id: string; accountId: string; address: string; settings: S; /** Our other addresses of this channel: never taken for customers. */ ownAddresses: string[]; /** ISO 3166, for numbers without +. */ country: string }

/** What the customer's app shows of us: not a message, lost without harm. `target` is the newest message of theirs. */
export interface Signal { kind: "read" | "typing"; to: string; target: string | null }

/** A template as the provider has it. */
export type ProviderTemplate = Omit<Template, "id" | "connectionId" | "variables" | "updatedAt"> & { externalId: string };

/** A field of the connect form. */
export interface SettingField { key: string; label: string; help: string; secret: boolean; optional?: boolean; options?: readonly string[]; /** It names a connection of the same account, of this kind, that sends. */ connection?: ChannelKind }

export interface Channel<S extends z.ZodType = z.ZodType> {
  /** The provider's name in URLs and in `ConnectionDraft.provider`. */
  readonly provider: string;
  readonly kind: ChannelKind;
  readonly title: string;
  /**
   * What a customer's address here may be, the usual one first. `scoped`: it means something only to one connection
   * (a visitor of one widget, a page-scoped id).
   */
  readonly reaches: readonly { kind: IdentityKind; scoped: boolean }[];
  readonly settings: S;
  readonly fields: readonly SettingField[];
  /** Settings that no field asks for and that are no secret: a screen of their own shows and changes them. */
  readonly shown?: readonly string[];
  readonly capabilities: Capabilities;
  /** What a provider's error code means: a sentence that says what happened and what to do. */
  explain(code: string): string | null;
  /** Whether a failure with this code ends writing to them: `permanent` is recorded as an opt-out, which their START lifts; `inactive` says that they cannot be reached for now, which anything they write lifts. A colleague may lift both. */
  consentAfter?(code: string): "no-marketing" | "inactive" | "permanent" | null;
  /** Connections of one provider app share one URL: a request to one of them is offered to its siblings, each with its own secret. */
  readonly sharesUrl?: boolean;
  /**
   * Mail: who a request that brings one is for, as the provider says and no sender can write. Where that names none of our
   * mailboxes, the next list is asked. It goes to those of the account's mailboxes here that are named, whichever of them it came to,
   * and else to that one. Null: it brings no mail.
   */
  recipients?(request: RawRequest): readonly (readonly string[])[] | null;
  /** Providers of one installation that tell its accounts apart by the domain of an address alone: a domain belongs to the account that named it first with any of these. */
  readonly claims?: readonly string[];
  /** Over the raw bytes; `now` because most signatures carry a timestamp that goes stale; `io`, always given for webhooks, for keys that are published. Throws when those cannot be had now. */
  verify(request: RawRequest, connection: ChannelConnection<z.infer<S>>, now: number, io?: ChannelIo): Promise<boolean>;
  /** What proves a request without covering its body: it counts for the bytes it first came with, and for no others. Null: this one has none. */
  proofOf?(request: RawRequest): string | null;
  /** Answers a first request that is not signed but carries a token of ours; null when it is none. */
  greet?(request: RawRequest, connection: ChannelConnection<z.infer<S>>): { type: string; body: string } | null;
  /** The largest request it makes, in bytes; 1 MB when left out. */
  readonly maxBodyBytes?: number;
  /** Answers the one-time GET that some providers make when a webhook is registered; null refuses it. */
  handshake?(url: URL, settings: z.infer<S>): string | null;
  /** No I/O: one request may carry many events. Only what is meant for this very connection. */
  receive(request: RawRequest, connection: ChannelConnection<z.infer<S>>): Promise<InboundEvent[]>;
  /** Fetches what a `pending` event points at. Throws when it cannot be had now: it is tried again. */
  collect?(ref: string, connection: ChannelConnection<z.infer<S>>, io: ChannelIo): Promise<InboundEvent[]>;
  /**
   * What there is that nobody may have told us of, newer than `since` (ms); asked every few minutes. Once a day `known` names
   * the addresses whose messages we show: what is gone at the provider is then told as deleted.
   */
  poll?(connection: ChannelConnection<z.infer<S>>, since: number, io: ChannelIo, known?: readonly string[]): Promise<InboundEvent[]>;
  /** The mail in such a request, as far as the provider passes it on; null when it holds none. Throws when it cannot be had now. */
  original?(request: RawRequest, connection: ChannelConnection<z.infer<S>>, io: ChannelIo): Promise<OriginalMail | null>;
  /** What the provider wants to hear when all is well; JSON `{}` when left out. */
  readonly answer?: { type: string; body: string };
  /** Left out where `capabilities.transport` is not `provider`. */
  send?(message: OutboundMessage, connection: ChannelConnection<z.infer<S>>, io: ChannelIo): Promise<SendResult>;
  /** What the provider took for a message of ours, where it knows only some time after that went out; null: not yet. A throw is as good as not yet. */
  bill?(externalId: string, connection: ChannelConnection<z.infer<S>>, io: ChannelIo): Promise<{ price: Price; segments?: number } | null>;
  /** The connection of ours that what surely did not arrive with this code is sent by instead; null: by none. Asked of a refusal and of a later report alike. */
  instead?(code: string, settings: z.infer<S>): string | null;
  /** Changes what we sent (`capabilities.edit`), or takes it back (`capabilities.delete`); safe to repeat. */
  edit?(change: { target: string; to: string; text: string }, connection: ChannelConnection<z.infer<S>>, io: ChannelIo): Promise<SendResult>;
  unsend?(target: { target: string; to: string }, connection: ChannelConnection<z.infer<S>>, io: ChannelIo): Promise<SendResult>;
  /** Sets or takes away (null) our reaction; safe to repeat. */
  react?(reaction: { target: string; to: string; emoji: string | null }, connection: ChannelConnection<z.infer<S>>, io: ChannelIo): Promise<SendResult>;
  /** Best effort; a throw is only logged. */
  signal?(signal: Signal, connection: ChannelConnection<z.infer<S>>, io: ChannelIo): Promise<void>;
  /** What the customer calls themselves, where messages do not say; null when the provider does not tell. */
  profile?(address: string, connection: ChannelConnection<z.infer<S>>, io: ChannelIo): Promise<{ name: string } | null>;
  /** A new access token before the old one ends; null when there is nothing to renew. `expiresAt` in ms. */
  renew?(connection: ChannelConnection<z.infer<S>>, io: ChannelIo): Promise<{ settings: Partial<z.infer<S>>; expiresAt: number } | null>;
  /** Codes of refusals that a new access token cures: it is asked for at once, and the message sent again. */
  readonly renewFor?: readonly string[];
  /** How long (ms) what a visitor has not read waits until it is also mailed to them, and by which of our connections (empty: the first that can); null: never. */
  continues?(settings: z.infer<S>): { afterMs: number; mailbox: string } | null;
  /** Templates that the platform approves before they may be sent. */
  readonly templates?: {
    list(connection: ChannelConnection<z.infer<S>>, io: ChannelIo): Promise<ProviderTemplate[]>;
    create(draft: TemplateDraft, connection: ChannelConnection<z.infer<S>>, io: ChannelIo): Promise<{ ok: true; externalId: string; status: TemplateStatus } | { ok: false; sentence: string }>;
  };
  /** Fetches what `MediaRef.ref` points at, the `nth` file of the message with this id of the provider's; the caller limits size and time. Throws `MediaGone` when the provider says that it is there no more. */
  download?(media: { ref: string; message?: string; nth?: number }, connection: ChannelConnection<z.infer<S>>, io: ChannelIo): Promise<Response>;
  /** Asks the provider whether these settings work; null means all is well, else a sentence. */
  probe?(connection: ChannelConnection<z.infer<S>>, io: ChannelIo): Promise<string | null>;
}

/** The capabilities of a channel that carries words and files and nothing else. */
export const WORDS_AND_FILES = {
  voice: null, location: false, window: null, templates: false, reactions: false, replies: false, edit: false, delete: false, groups: false,
} satisfies Partial<Capabilities>;

export const defineChannel = <S extends z.ZodType>(channel: Channel<S>): Channel<S> => channel;
