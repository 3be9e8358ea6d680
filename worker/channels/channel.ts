import type { z } from "zod";
import type { Capabilities, ChannelKind, IdentityKind } from "../contract/channel";
import type { EmailAddress, EmailFields, EntryState, FailureClass } from "../contract/entry";

/** A person as a provider names them. */
export interface Handle {
  kind: IdentityKind;
  address: string;
  name?: string;
  /** What they said of themselves without proof: shown to agents, never used to find or merge a contact. */
  claims?: { email?: string; phone?: string };
}

/** Media of an inbound message that we still have to fetch; `bytes` when the request itself carried it. */
export interface MediaRef {
  ref: string; type: string; name?: string; bytes?: Uint8Array; contentId?: string;
  /** It lies in our bucket already, as this attachment: nothing is fetched or copied. */
  stored?: { id: string; size: number };
}

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

/** What a request may tell us. `other` keeps what we do not understand yet: nothing is dropped without a trace. */
export type InboundEvent =
  | { kind: "message"; externalId: string; from: Handle; text: string; media: MediaRef[]; at: number; email?: InboundEmail; optOut?: "stop" | "start" | "help"; segments?: number }
  | { kind: "echo"; externalId: string; to: Handle; reference?: Reference; text: string; media: MediaRef[]; at: number }
  | { kind: "status"; externalId?: string; messageId?: string; reference?: Reference; state: EntryState; recipient?: string; code?: string; detail?: string; class?: FailureClass; segments?: number; at: number }
  | { kind: "complaint"; from: Handle; at: number }
  | { kind: "other"; label: string; from?: Handle; externalId?: string; at: number };

/** One HTTP request or raw mail, exactly as it came. `url` is the public one that the provider signed. */
export interface RawRequest { method: string; url: string; headers: Record<string, string>; body: Uint8Array; receivedAt: number }

export interface OutboundMedia { id: string; name: string; type: string; size: number; url: string; bytes(): Promise<Uint8Array> }

export interface OutboundEmail { from: EmailAddress; to: EmailAddress[]; cc: EmailAddress[]; bcc: EmailAddress[]; subject: string; html: string | null; messageId: string; inReplyTo: string | null; references: string[]; replyTo: string | null }

export interface OutboundMessage {
  id: string;
  reference: Reference;
  from: string;
  to: string;
  text: string;
  media: OutboundMedia[];
  email: OutboundEmail | null;
  /** Where the provider should report progress on this very message. */
  statusUrl: string;
}

/** `ok: false` means surely not sent. A throw means "outcome unknown". */
export type SendResult =
  | { ok: true; externalId: string; messageId?: string; segments?: number }
  | { ok: false; class: FailureClass; code: string; detail: string; retryAfterMs?: number };

/** All a channel may touch of the outside world; tests pass their own. */
export interface ChannelIo { fetch: typeof fetch; now(): number }

/** The connection a request or message belongs to, with its secrets opened. */
export interface ChannelConnection<S> { id: string; accountId: string; address: string; settings: S; /** Our other addresses of this channel: never taken for customers. */ ownAddresses: string[]; /** ISO 3166, for numbers without +. */ country: string }

/** A field of the connect form. */
export interface SettingField { key: string; label: string; help: string; secret: boolean; optional?: boolean; options?: readonly string[] }

export interface Channel<S extends z.ZodType = z.ZodType> {
  /** The provider's name in URLs and in `ConnectionDraft.provider`. */
  readonly provider: string;
  readonly kind: ChannelKind;
  readonly title: string;
  /** How a customer's address is normalised and shown. */
  readonly identity: IdentityKind;
  /** The address means something only to one connection (a visitor of one widget, a page-scoped id). */
  readonly scoped: boolean;
  readonly settings: S;
  readonly fields: readonly SettingField[];
  readonly capabilities: Capabilities;
  /** What a provider's error code means: a sentence that says what happened and what to do. */
  explain(code: string): string | null;
  /** Whether a failure with this code ends writing to them: `permanent` when only they can change it, `inactive` when it may pass. Both are recorded as an opt-out, which START or a colleague lifts. */
  consentAfter?(code: string): "inactive" | "permanent" | null;
  /** Over the raw bytes; `now` because most signatures carry a timestamp that goes stale. */
  verify(request: RawRequest, connection: ChannelConnection<z.infer<S>>, now: number): Promise<boolean>;
  /** Answers the one-time GET that some providers make when a webhook is registered. */
  handshake?(url: URL, settings: z.infer<S>): string | null;
  /** No I/O: one request may carry many events. */
  receive(request: RawRequest, connection: ChannelConnection<z.infer<S>>): Promise<InboundEvent[]>;
  /** What the provider wants to hear when all is well; JSON `{}` when left out. */
  readonly answer?: { type: string; body: string };
  /** Left out where `capabilities.transport` is not `provider`. */
  send?(message: OutboundMessage, connection: ChannelConnection<z.infer<S>>, io: ChannelIo): Promise<SendResult>;
  /** Fetches what `MediaRef.ref` points at; the caller limits size and time. */
  download?(media: { ref: string }, connection: ChannelConnection<z.infer<S>>, io: ChannelIo): Promise<Response>;
  /** Asks the provider whether these settings work; null means all is well, else a sentence. */
  probe?(connection: ChannelConnection<z.infer<S>>, io: ChannelIo): Promise<string | null>;
}

export const defineChannel = <S extends z.ZodType>(channel: Channel<S>): Channel<S> => channel;
