import { z } from "zod";
import type { EntryState } from "../contract/entry";
import { addressKey, formatMailAddress, headerText, isMailAddress, mailDomain, parseMailAddress } from "../domain/mail-address";
import { htmlToText } from "../domain/mail-text";
import { angled, bare } from "../domain/mail-thread";
import { jsonOf } from "./answer";
import { type ChannelConnection, type ChannelIo, defineChannel, type Handle, type InboundEvent, type OutboundEmail, type OutboundMessage, type RawRequest, type SendResult } from "./channel";
import { jsonWithFiles } from "./streamed";
import type { OriginalMail } from "./mail-original";
import { DETAIL_MAX, mailCapabilities, retryAfterOf, threadHeaders } from "./mail-send";
import { resendError } from "./resend-errors";
import { collectMail, ourAddresses, resendOriginal } from "./resend-inbound";
import { isSignedBySvix } from "./svix";

const API = "https://api.resend.com";
/** Resend answers 403 without one, and Workers send none by themselves. */
const USER_AGENT = "Switchboard/1.0";
const ATTACHMENT_BYTES = 28 * 1024 * 1024; // 40 MB after base64, which adds a third
const MAX_FILES = 20;
const SENDS_PER_SECOND = 5; // Resend's default for a whole team
const IN_FLIGHT_RETRY_MS = 2_000; // an earlier request with the same key is still running
const TAG_VALUE = /^[A-Za-z0-9_-]{1,256}$/;

const secret = z.string().trim().regex(/^[\x21-\x7e]+$/, "must not be empty or contain spaces");
const Settings = z.object({
  apiKey: secret,
  /** Missing until the webhook exists at Resend, which needs our URL first; until then nothing is accepted. */
  webhookSecret: secret.regex(/^whsec_[A-Za-z0-9+/]+=*$/, "starts with whsec_").optional(),
  domain: z.string().trim().toLowerCase().min(1, "Name the domain you send from").max(253),
});
type Connection = ChannelConnection<z.infer<typeof Settings>>;

const Accepted = z.object({ id: z.string().min(1) });
const Refused = z.object({ name: z.string(), message: z.string().catch("") });
const Domains = z.object({ data: z.array(z.object({ name: z.string(), status: z.string() })) });

const addresses = z.union([z.string().transform((one) => [one]), z.array(z.string())]).catch([]);
/** Tags are an object in webhooks of today and were a list in older ones. */
const tags = z.union([z.record(z.string(), z.string()), z.array(z.object({ name: z.string(), value: z.string() })).transform((list) => Object.fromEntries(list.map(({ name, value }) => [name, value])))]).catch({});
const Hook = z.object({
  type: z.string(),
  created_at: z.string().catch(""),
  data: z.object({
    email_id: z.string().optional().catch(undefined),
    message_id: z.string().optional().catch(undefined),
    to: addresses, cc: addresses, bcc: addresses, received_for: addresses, tags,
    bounce: z.object({ type: z.string().catch(""), subType: z.string().catch(""), message: z.string().catch(""), diagnosticCode: z.array(z.string()).catch([]) }).optional().catch(undefined),
    failed: z.object({ reason: z.string().catch("") }).optional().catch(undefined),
    suppressed: z.object({ message: z.string().catch(""), type: z.string().catch("") }).optional().catch(undefined),
  }),
});
type Hook = z.infer<typeof Hook>;

/** Opens and clicks are missing on purpose: privacy proxies and scanners cause most of them. */
const STATES: Readonly<Record<string, EntryState>> = {
  "email.scheduled": "queued", "email.sent": "sent", "email.delivered": "delivered", "email.delivery_delayed": "sending",
  "email.bounced": "failed", "email.failed": "failed", "email.suppressed": "failed", "email.complained": "delivered",
};

function failureOf({ type, data }: Hook): { code?: string; detail?: string } {
  const code = (...parts: string[]): string => parts.filter(Boolean).join("/");
  if (type === "email.bounced") return { code: code("bounced", data.bounce?.type || "Undetermined", data.bounce?.subType ?? ""), detail: data.bounce?.diagnosticCode[0] || data.bounce?.message };
  if (type === "email.suppressed") return { code: code("suppressed", data.suppressed?.type ?? ""), detail: data.suppressed?.message };
  if (type === "email.failed") return { code: code("failed", data.failed?.reason ?? ""), detail: data.failed?.reason };
  return {};
}

function statusOf(hook: Hook, state: EntryState, recipient: string | null, at: number): InboundEvent {
  const { data } = hook;
  const { code, detail } = failureOf(hook);
  const { conversation, message } = data.tags;
  return {
    kind: "status", state, at,
    ...(data.email_id && { externalId: data.email_id }),
    ...(data.message_id && { messageId: bare(data.message_id) }),
    ...(conversation && message && { reference: `${conversation}:${message}` }),
    ...(recipient && { recipient }),
    ...(code && { code, class: resendError(code)?.class ?? "permanent" }),
    ...(detail && { detail: detail.slice(0, DETAIL_MAX) }),
  };
}

/** Mail for one of ours waits to be fetched: the webhook only says that it is there. */
function arrived({ data }: Hook, connection: Connection, at: number): InboundEvent[] {
  const isOurs = ourAddresses([...data.received_for, ...data.to, ...data.cc, ...data.bcc], connection).length > 0;
  return data.email_id && isOurs ? [{ kind: "pending", ref: data.email_id, at }] : [{ kind: "other", label: "email.received", at }];
}

/** Whom it was received for; what the mail itself says where Resend says no more. */
function recipients({ body }: RawRequest): string[][] | null {
  const hook = Hook.safeParse(jsonOf(new TextDecoder().decode(body))).data;
  return hook?.type === "email.received" ? [hook.data.received_for, [...hook.data.to, ...hook.data.cc, ...hook.data.bcc]] : null;
}

function eventsOf(request: RawRequest, connection: Connection): InboundEvent[] {
  const hook = Hook.safeParse(jsonOf(new TextDecoder().decode(request.body))).data;
  if (!hook) return [{ kind: "other", label: "unreadable", at: request.receivedAt }];
  const time = Date.parse(hook.created_at);
  const at = Number.isNaN(time) ? request.receivedAt : time;
  if (hook.type === "email.received") return arrived(hook, connection, at);
  const state = Object.hasOwn(STATES, hook.type) ? STATES[hook.type] : undefined;
  if (!state) return [{ kind: "other", label: hook.type.slice(0, DETAIL_MAX), at }];
  const people = [...new Set([...hook.data.to, ...hook.data.cc, ...hook.data.bcc].map((one) => parseMailAddress(one)?.address ?? "").filter(Boolean).map(addressKey))];
  // A report on a mail to several people does not say which of them it is about.
  const only = people.length === 1 ? people[0]! : null;
  const events = [statusOf(hook, state, only, at)];
  if (hook.type === "email.complained" && only) events.push({ kind: "complaint", from: { kind: "email", address: only } satisfies Handle, at });
  return events;
}

/** The same message makes the same body, byte for byte: Resend refuses a repeated key with another one. */
function bodyOf({ reference, text, media }: OutboundMessage, email: OutboundEmail): ReturnType<typeof jsonWithFiles> {
  const [conversation = "", message = ""] = reference.split(":", 2);
  const list = (people: OutboundEmail["to"]): string[] => people.map(formatMailAddress);
  return jsonWithFiles({
    from: formatMailAddress(email.from),
    to: list(email.to),
    ...(email.cc.length > 0 && { cc: list(email.cc) }),
    ...(email.bcc.length > 0 && { bcc: list(email.bcc) }),
    ...(email.replyTo && { reply_to: email.replyTo }),
    subject: headerText(email.subject),
    text: text || htmlToText(email.html ?? ""),
    ...(email.html && { html: email.html }),
    headers: { "Message-ID": angled(email.messageId), ...threadHeaders(email) },
    ...(TAG_VALUE.test(conversation) && TAG_VALUE.test(message) && { tags: [{ name: "conversation", value: conversation }, { name: "message", value: message }] }),
  }, "attachments", media.map((file) => ({ file, fields: { filename: headerText(file.name), content_type: file.type, ...(file.contentId && { content_id: file.contentId }) }, content: "content" })));
}

const headersFor = ({ settings }: Connection): Record<string, string> => ({ authorization: `Bearer ${settings.apiKey}`, "user-agent": USER_AGENT });

function refusal(response: Response, text: string): SendResult {
  const body = Refused.safeParse(jsonOf(text)).data;
  // A refused domain shares its name with refused fields; only the status tells them apart.
  const code = !body ? (response.status === 403 ? "refused" : `http_${response.status}`) : response.status === 403 && body.name === "validation_error" ? "domain_not_verified" : body.name.slice(0, 80);
  const byStatus = response.status === 401 ? "auth" : response.status === 403 ? "config" : response.status === 429 ? "rate" : response.status === 409 ? "temporary" : "permanent";
  const failure = resendError(code)?.class ?? byStatus;
  const retryAfterMs = retryAfterOf(response).retryAfterMs ?? (failure === "temporary" ? IN_FLIGHT_RETRY_MS : undefined);
  return { ok: false, class: failure, code, detail: (body?.message ?? text).slice(0, DETAIL_MAX), ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

async function send(message: OutboundMessage, connection: Connection, io: ChannelIo): Promise<SendResult> {
  const { email } = message;
  if (!email) return { ok: false, class: "permanent", code: "no_email", detail: "no email fields" };
  const wrong = [email.from, ...email.to, ...email.cc, ...email.bcc].find(({ address }) => !isMailAddress(address));
  if (wrong) return { ok: false, class: "permanent", code: "invalid_address", detail: headerText(wrong.address).slice(0, DETAIL_MAX) };
  const response = await io.fetch(`${API}/emails`, {
    method: "POST",
    headers: { ...headersFor(connection), "content-type": "application/json", "idempotency-key": message.id },
    body: await bodyOf(message, email),
  });
  const text = await response.text();
  if (response.ok) return { ok: true, externalId: Accepted.parse(jsonOf(text)).id, messageId: bare(email.messageId) };
  // Their outcome is unknown, and the idempotency key makes a repeat safe.
  if (response.status >= 500 || response.status === 408) throw new Error(`Resend answered ${response.status}`);
  return refusal(response, text);
}

const asking = (connection: Connection, io: ChannelIo) => async (path: string): Promise<unknown> => {
  const response = await io.fetch(`${API}${path}`, { headers: headersFor(connection) });
  const text = await response.text();
  // Right after the webhook it may not be there yet; everything else passes too, or an admin ends it.
  if (!response.ok) throw new Error(`Resend answered ${response.status} for a received mail`);
  return jsonOf(text);
};

const collect = (ref: string, connection: Connection, io: ChannelIo): Promise<InboundEvent[]> => collectMail(ref, connection, asking(connection, io), io);

/** The webhook only names the mail: Resend is asked for it once more. */
async function original(request: RawRequest, connection: Connection, io: ChannelIo): Promise<OriginalMail | null> {
  const id = Hook.safeParse(jsonOf(new TextDecoder().decode(request.body))).data?.data.email_id;
  return id ? resendOriginal(id, asking(connection, io), io) : null;
}

async function probe(connection: Connection, io: ChannelIo): Promise<string | null> {
  const response = await io.fetch(`${API}/domains`, { headers: headersFor(connection) });
  const text = await response.text();
  if (response.ok) {
    const { domain } = connection.settings;
    const found = Domains.parse(jsonOf(text)).data.find(({ name }) => mailDomain(name) === domain);
    if (!found) return `Resend does not know ${domain}. Add it in Resend, Domains.`;
    return found.status === "verified" ? null : `Resend has not verified ${domain} yet. Add its DNS records and verify it in Resend, Domains.`;
  }
  const failed = refusal(response, text);
  // A key that may only send cannot read domains; that is no fault.
  if (failed.ok || failed.code === "restricted_api_key") return null;
  return resendError(failed.code)?.sentence ?? `Resend answered ${response.status}. Try again later.`;
}

/** https://resend.com/docs/api-reference/emails/send-email */
export const resend = defineChannel({
  provider: "resend",
  kind: "email",
  title: "Resend",
  reaches: [{ kind: "email", scoped: false }],
  settings: Settings,
  fields: [
    { key: "apiKey", label: "API key", help: "Resend → API Keys. Sending access is enough to send; to receive mail too, it needs full access. Starts with re_.", secret: true },
    { key: "webhookSecret", label: "Webhook signing secret", help: "Resend → Webhooks → add the address shown here, choose all email events, then copy the signing secret. Starts with whsec_. You can add it after connecting.", secret: true, optional: true },
    { key: "domain", label: "Domain", help: "The verified domain you send from, such as example.com. To receive mail here, switch on receiving for it in Resend → Domains.", secret: false },
  ],
  capabilities: mailCapabilities({ files: MAX_FILES, bytes: ATTACHMENT_BYTES, perSecond: SENDS_PER_SECOND, resend: "safe" }),
  explain: (code) => resendError(code)?.sentence ?? null,
  consentAfter: (code) => resendError(code)?.consent ?? null,
  verify: async (request, { settings }, now) => settings.webhookSecret !== undefined && await isSignedBySvix(request, settings.webhookSecret, now),
  recipients,
  receive: (request, connection) => Promise.resolve(eventsOf(request, connection)),
  collect,
  original,
  send,
  probe,
});
