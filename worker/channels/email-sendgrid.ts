import { z } from "zod";
import { headerText } from "../domain/mail-address";
import { angled, bare } from "../domain/mail-thread";
import { sameSecret } from "../platform/vault";
import type { EmailAddress } from "../contract/entry";
import { jsonOf } from "./answer";
import { type ChannelConnection, type ChannelIo, defineChannel, type InboundEvent, type OutboundEmail, type OutboundMessage, type RawRequest, type SendResult } from "./channel";
import { jsonWithFiles } from "./streamed";
import { DETAIL_MAX, dispositionOf, mailCapabilities, mailToSend, plainText, retryAfterOf, threadHeaders } from "./mail-send";
import { sendGridError } from "./sendgrid-errors";
import { sendGridEvents, sendGridId } from "./sendgrid-events";
import { sendGridMail, sendGridOriginal, sendGridRecipients } from "./sendgrid-inbound";
import { isSignedBySendGrid } from "./sendgrid-signature";

const ATTACHMENT_BYTES = 20 * 1024 * 1024; // 30 MB with everything after base64, which adds a third
const INBOUND_BYTES = 30 * 1024 * 1024; // SendGrid passes on no larger mail
const MAX_FILES = 50; // nobody's limit: more in one mail is a mistake
const MAX_RECIPIENTS = 1_000; // To, Cc and Bcc together
const SENDS_PER_SECOND = 10; // SendGrid allows hundreds; mailboxes frown on bursts
const TOKEN_MIN = 12; // it is all that tells SendGrid from a stranger

const visible = z.string().trim().regex(/^[\x21-\x7e]+$/, "must not be empty or contain spaces");
const Settings = z.object({
  apiKey: visible,
  /** Missing until signing is switched on at SendGrid; until then no events are accepted. */
  eventPublicKey: visible.regex(/^[A-Za-z0-9+/]+=*$/, "is the verification key that SendGrid shows").optional(),
  parseToken: visible.min(TOKEN_MIN, `Use at least ${TOKEN_MIN} characters`).regex(/^[^:@/?#]+$/, "must not contain : @ / ? #").optional(),
  region: z.enum(["global", "eu"]).default("global"),
});
type Connection = ChannelConnection<z.infer<typeof Settings>>;

const HOSTS = { global: "https://api.sendgrid.com", eu: "https://api.eu.sendgrid.com" } as const;
const Refused = z.object({ errors: z.array(z.object({ message: z.string().catch(""), field: z.string().nullish().catch(null) })).min(1) });
const Scopes = z.object({ scopes: z.array(z.string()) });

const isForm = ({ headers }: RawRequest): boolean => (headers["content-type"] ?? "").toLowerCase().startsWith("multipart/form-data");

/** SendGrid signs events, and mail where a security policy is attached; else mail is proved by the password in the URL it was given. */
async function verify(request: RawRequest, { settings }: Connection, now: number): Promise<boolean> {
  if (settings.eventPublicKey !== undefined && await isSignedBySendGrid(request, settings.eventPublicKey, now)) return true;
  if (settings.parseToken === undefined || !isForm(request)) return false;
  const [scheme = "", given = ""] = (request.headers["authorization"] ?? "").split(" ", 2);
  return scheme.toLowerCase() === "basic" && sameSecret(passwordOf(given), settings.parseToken);
}

function passwordOf(credentials: string): string {
  try {
    const plain = atob(credentials);
    return plain.includes(":") ? plain.slice(plain.indexOf(":") + 1) : "";
  } catch {
    return "";
  }
}

async function receive(request: RawRequest, connection: Connection): Promise<InboundEvent[]> {
  if (!isForm(request)) return sendGridEvents(request.body, request.receivedAt);
  return await sendGridMail(request, connection) ?? [{ kind: "other", label: "unreadable", at: request.receivedAt }];
}

const personOf = ({ name, address }: EmailAddress): { email: string; name?: string } => ({ email: address, ...(headerText(name) && { name: headerText(name) }) });

/** SendGrid refuses an address that stands twice in one message, in whatever case. */
function eachOnce(email: OutboundEmail): Record<string, { email: string }[]> {
  const seen = new Set<string>();
  const lists = (["to", "cc", "bcc"] as const).map((kind) => [kind, email[kind].filter(({ address }) => !seen.has(address.toLowerCase()) && seen.add(address.toLowerCase())).map(personOf)] as const);
  return Object.fromEntries(lists.filter(([, people]) => people.length > 0));
}

function bodyOf(message: OutboundMessage, email: OutboundEmail): ReturnType<typeof jsonWithFiles> {
  const [conversation = "", entry = ""] = message.reference.split(":", 2);
  return jsonWithFiles({
    personalizations: [{ ...eachOnce(email), custom_args: { conversation, message: entry } }],
    from: personOf(email.from),
    ...(email.replyTo && { reply_to: { email: email.replyTo } }),
    subject: headerText(email.subject) || "(no subject)", // it refuses an empty one
    // Plain text must come first.
    content: [{ type: "text/plain", value: plainText(message, email) || " " }, ...(email.html ? [{ type: "text/html", value: email.html }] : [])],
    headers: { "Message-ID": angled(email.messageId), ...threadHeaders(email) },
    // A person's mail carries no pixel, and its links are the ones they wrote.
    tracking_settings: { click_tracking: { enable: false }, open_tracking: { enable: false }, subscription_tracking: { enable: false } },
  }, "attachments", message.media.map((file) => ({ file, fields: { type: file.type, filename: headerText(file.name), disposition: dispositionOf(file), ...(file.contentId && { content_id: file.contentId }) }, content: "content" })));
}

const headersFor = ({ settings }: Connection): Record<string, string> => ({ authorization: `Bearer ${settings.apiKey}` });

/** How long until the rate limit ends: `X-RateLimit-Reset` is a time in seconds. */
function untilReset(response: Response, now: number): { retryAfterMs?: number } {
  const reset = Number(response.headers.get("x-ratelimit-reset") ?? Number.NaN) * 1000;
  return Number.isFinite(reset) && reset > now ? { retryAfterMs: reset - now } : retryAfterOf(response);
}

function refusal(response: Response, text: string, now: number): SendResult & { ok: false } {
  const first = Refused.safeParse(jsonOf(text)).data?.errors[0];
  const code = response.status === 403 && first?.field === "from" ? "sender_not_verified" : `http_${response.status}`;
  const detail = first ? [first.field, first.message].filter(Boolean).join(": ") : text;
  return { ok: false, class: sendGridError(code)?.class ?? "permanent", code, detail: detail.slice(0, DETAIL_MAX), ...(response.status === 429 && untilReset(response, now)) };
}

async function send(message: OutboundMessage, connection: Connection, io: ChannelIo): Promise<SendResult> {
  const ready = mailToSend(message, MAX_RECIPIENTS);
  if ("ok" in ready) return ready;
  const response = await io.fetch(`${HOSTS[connection.settings.region]}/v3/mail/send`, {
    method: "POST",
    headers: { ...headersFor(connection), "content-type": "application/json" },
    body: await bodyOf(message, ready.email),
  });
  const text = await response.text();
  // SendGrid drops no repeated request: what may have been sent is for a person to judge.
  if (response.status >= 500 || response.status === 408) throw new Error(`SendGrid answered ${response.status}`);
  if (!response.ok) return refusal(response, text, io.now());
  const id = response.headers.get("x-message-id");
  if (!id) throw new Error("SendGrid took the message without naming it");
  return { ok: true, externalId: sendGridId(id), messageId: bare(ready.email.messageId) };
}

async function probe(connection: Connection, io: ChannelIo): Promise<string | null> {
  const response = await io.fetch(`${HOSTS[connection.settings.region]}/v3/scopes`, { headers: headersFor(connection) });
  const text = await response.text();
  if (response.ok) return Scopes.safeParse(jsonOf(text)).data?.scopes.includes("mail.send") ? null : sendGridError("http_403")!.sentence;
  return sendGridError(refusal(response, text, io.now()).code)?.sentence ?? `SendGrid answered ${response.status}. Try again later.`;
}

/** https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send: mail out, and in by Inbound Parse. */
export const sendgrid = defineChannel({
  provider: "sendgrid",
  kind: "email",
  title: "SendGrid",
  reaches: [{ kind: "email", scoped: false }],
  settings: Settings,
  fields: [
    { key: "apiKey", label: "API key", help: "SendGrid → Settings → API Keys. Restricted access with Mail Send is enough. Starts with SG.", secret: true },
    { key: "eventPublicKey", label: "Event webhook verification key", help: "SendGrid → Settings → Mail Settings → Event Webhooks: add the address shown here, choose the deliverability and unsubscribe events, switch on Signature Verification, then copy the verification key. You can add it after connecting.", secret: false, optional: true },
    { key: "parseToken", label: "Inbound Parse password", help: "To receive mail: make up a long password of letters and digits. In SendGrid → Settings → Inbound Parse, give your host the address shown here with the password in front, as https://inbox:password@…, and switch on “POST the raw, full MIME message”.", secret: true, optional: true },
    { key: "region", label: "Region", help: "eu if the account's data stays in the EU; global when left empty.", secret: false, optional: true, options: ["global", "eu"] },
  ],
  capabilities: mailCapabilities({ files: MAX_FILES, bytes: ATTACHMENT_BYTES, perSecond: SENDS_PER_SECOND }),
  explain: (code) => sendGridError(code)?.sentence ?? null,
  consentAfter: (code) => (sendGridError(code)?.dead ? "inactive" : null),
  verify,
  maxBodyBytes: INBOUND_BYTES,
  recipients: (request) => (isForm(request) ? sendGridRecipients(request) : null),
  receive,
  original: (request) => Promise.resolve(isForm(request) ? sendGridOriginal(request) : null),
  send,
  probe,
});
