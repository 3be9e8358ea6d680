import { z } from "zod";
import { addressKey, headerText, isMailAddress, mailDomain } from "../domain/mail-address";
import { bare } from "../domain/mail-thread";
import { type BoundMail, mailBinding } from "../platform/mail-binding";
import { jsonOf } from "./answer";
import { type ChannelConnection, type ChannelIo, defineChannel, type InboundEvent, type OutboundEmail, type OutboundMessage, type RawRequest, type SendResult } from "./channel";
import { mailCode } from "./mail-codes";
import { DETAIL_MAX, MAIL_REFUSALS, mailCapabilities, type MailRefusal, mailToSend, plainText, threadHeaders } from "./mail-send";

const ATTACHMENT_BYTES = 3.5 * 1024 * 1024; // 5 MB with everything, after base64 has added a third
const MAX_FILES = 20;
const MAX_RECIPIENTS = 50; // To, Cc and Bcc together
const SENDS_PER_SECOND = 5; // Cloudflare's limit is by day and account
/** Headers that Cloudflare lets us set; with any other it refuses the mail. */
const SETTABLE = /^(?:in-reply-to|references|list-[a-z-]+|precedence|auto-submitted|importance|x-[a-z0-9-]+)$/i;

const Settings = z.object({ domain: z.string().trim().toLowerCase().min(1, "Name the domain you send from").max(253) });
type Connection = ChannelConnection<z.infer<typeof Settings>>;

const BUG: MailRefusal = { class: "permanent", sentence: "Cloudflare refused a field of this message. Check the recipients and the subject." };
const LATER: MailRefusal = { class: "temporary", sentence: "Cloudflare could not send the message. Try again later." };
const NOT_READY: MailRefusal = { class: "config", sentence: "Cloudflare does not send for this domain yet. Add it in Cloudflare, Email Service, and wait until its records are verified." };
const RATE: MailRefusal = { class: "rate", sentence: "Cloudflare is limiting how much you send. The message is tried again by itself." };

const ERRORS: Readonly<Record<string, MailRefusal>> = {
  ...MAIL_REFUSALS,
  no_binding: { class: "config", sentence: "This installation cannot send through Cloudflare: wrangler.toml needs a [[send_email]] binding named EMAIL." },
  foreign_sender: { class: "config", sentence: "This connection sends for its own domain only. Check its address in Settings, Channels." },
  E_VALIDATION_ERROR: BUG, E_FIELD_MISSING: BUG, E_TOO_MANY_RECIPIENTS: MAIL_REFUSALS["too_many_recipients"]!,
  E_CONTENT_TOO_LARGE: { class: "permanent", sentence: "The message is too large for Cloudflare, which takes 5 MB with files. Send the files as links." },
  E_SENDER_NOT_VERIFIED: NOT_READY, E_SENDER_DOMAIN_NOT_AVAILABLE: NOT_READY,
  E_RECIPIENT_NOT_ALLOWED: { class: "config", sentence: "This installation may send to chosen addresses only. An admin can change the EMAIL binding in wrangler.toml." },
  E_RECIPIENT_SUPPRESSED: { class: "permanent", dead: true, sentence: "Cloudflare does not send to one of these addresses any more, because mail to it bounced or was reported as spam. Remove it, or the address from the suppression list in Cloudflare." },
  E_RATE_LIMIT_EXCEEDED: RATE, E_DAILY_LIMIT_EXCEEDED: RATE, E_DELIVERY_FAILED: LATER, E_INTERNAL_SERVER_ERROR: LATER,
  "bounce/hard": { class: "permanent", dead: true, sentence: "The recipient's mail server refused the message for good. Check the address or ask for another one." },
  "bounce/soft": { class: "temporary", sentence: "The recipient's mail server could not take the message, for example because the mailbox is full. Try again later." },
  failed: LATER,
  rejected: { class: "permanent", sentence: "Cloudflare did not send this message. The details below say why." },
  "rejected/suppressed": { class: "permanent", dead: true, sentence: "Cloudflare does not send to this address any more, because mail to it bounced or was reported as spam. Remove it from the suppression list in Cloudflare if that was wrong." },
};

/** Codes may end in details (`bounce/hard/invalid_recipient`): the longest known beginning counts. */
function explained(code: string): MailRefusal | null {
  for (let known = code; ; known = known.slice(0, known.lastIndexOf("/"))) {
    if (Object.hasOwn(ERRORS, known)) return ERRORS[known]!;
    if (!known.includes("/")) return known.startsWith("E_HEADER_") ? BUG : mailCode(code);
  }
}

async function mailOf(message: OutboundMessage, email: OutboundEmail): Promise<BoundMail> {
  const attachments: NonNullable<BoundMail["attachments"]> = [];
  for (const file of message.media) attachments.push({ content: Uint8Array.from(await file.bytes()).buffer, filename: headerText(file.name), type: file.type, ...(file.contentId ? { disposition: "inline", contentId: file.contentId } : { disposition: "attachment" }) });
  const list = (people: OutboundEmail["to"]): string[] => people.map(({ address }) => address);
  const name = headerText(email.from.name);
  return {
    from: name ? { email: email.from.address, name } : email.from.address, to: list(email.to),
    ...(email.cc.length > 0 && { cc: list(email.cc) }), ...(email.bcc.length > 0 && { bcc: list(email.bcc) }), ...(email.replyTo && { replyTo: email.replyTo }),
    subject: headerText(email.subject), text: plainText(message, email), ...(email.html && { html: email.html }),
    // Cloudflare gives the mail an id of its own; answers find their way by it and by the address they go to.
    headers: Object.fromEntries(Object.entries(threadHeaders(email)).filter(([header]) => SETTABLE.test(header))),
    ...(attachments.length > 0 && { attachments }),
  };
}

const refused = (code: string, detail: string): SendResult & { ok: false } => ({ ok: false, class: explained(code)?.class ?? "permanent", code, detail: detail.slice(0, DETAIL_MAX) });

async function send(message: OutboundMessage, { address }: Connection, io: ChannelIo): Promise<SendResult> {
  const ready = mailToSend(message, MAX_RECIPIENTS);
  if ("ok" in ready) return ready;
  const { email } = ready;
  // The binding sends for every domain of the installation: whose it is was settled when the connection was made.
  if (mailDomain(email.from.address) !== mailDomain(address)) return refused("foreign_sender", email.from.address);
  const binding = io.mail ?? await mailBinding();
  if (!binding) return refused("no_binding", "");
  try {
    const { messageId } = await binding.send(await mailOf(message, email));
    return { ok: true, externalId: bare(messageId), messageId: bare(messageId) };
  } catch (error) {
    const code = codeOf(error);
    // Whatever has no code of Cloudflare's is an accident on the way: the outcome is unknown.
    if (code === null) throw error;
    return refused(code, error instanceof Error ? error.message : String(error));
  }
}

const Thrown = z.object({ code: z.string().catch(""), message: z.string().catch("") });

/** The code is a property; some paths keep only the words. */
function codeOf(error: unknown): string | null {
  const thrown = Thrown.safeParse(error).data;
  return /^E_[A-Z_]{3,60}$/.exec(thrown?.code ?? "")?.[0] ?? /^E_[A-Z_]{3,60}/.exec(thrown?.message ?? "")?.[0] ?? null;
}

const text = z.string().catch("");
const Event = z.object({
  type: z.string(),
  payload: z.object({
    messageId: z.string(), sender: text, recipient: text,
    delivery: z.object({ smtpEnhancedStatusCode: text, smtpResponse: text }).optional().catch(undefined),
    bounce: z.object({ type: text, classification: text, reason: text }).optional().catch(undefined),
    failure: z.object({ reason: text }).optional().catch(undefined),
    rejection: z.object({ reason: text, detail: text }).optional().catch(undefined),
  }),
  metadata: z.object({ eventTimestamp: text }).catch({ eventTimestamp: "" }),
});
const PREFIX = "cf.email.sending.message.";

/** The address of ours that an event is about; null when it is no event of Email Sending. */
export const senderOfEvent = (event: unknown): string | null => {
  const sender = Event.safeParse(event).data?.payload.sender ?? "";
  return isMailAddress(sender) ? addressKey(sender) : null;
};

function events({ body, receivedAt }: RawRequest): InboundEvent[] {
  const event = Event.safeParse(jsonOf(new TextDecoder().decode(body))).data;
  if (!event) return [{ kind: "other", label: "unreadable", at: receivedAt }];
  const { delivery, bounce, failure, rejection, messageId, recipient } = event.payload;
  const time = Date.parse(event.metadata.eventTimestamp);
  const at = Number.isNaN(time) ? receivedAt : time;
  const person = isMailAddress(recipient) ? addressKey(recipient) : null;
  const about = { kind: "status" as const, at, externalId: bare(messageId), messageId: bare(messageId), isOurs: true as const, ...(person && { recipient: person }) };
  const failed = (code: string, detail: string): InboundEvent => ({ ...about, state: "failed", code: code.slice(0, DETAIL_MAX), class: explained(code)?.class ?? "permanent", ...(detail && { detail: detail.slice(0, DETAIL_MAX) }) });
  switch (event.type.startsWith(PREFIX) ? event.type.slice(PREFIX.length) : "") {
    case "delivered": return [{ ...about, state: "delivered" }];
    case "deferred": return [{ ...about, state: "sending", ...(delivery?.smtpResponse && { detail: delivery.smtpResponse.slice(0, DETAIL_MAX) }) }];
    case "bounced": return [failed(["bounce", bounce?.type === "soft" ? "soft" : "hard", bounce?.classification ?? ""].filter(Boolean).join("/"), bounce?.reason ?? "")];
    case "failed": return [failed("failed", failure?.reason ?? "")];
    case "rejected": return [failed(["rejected", rejection?.reason ?? ""].filter(Boolean).join("/"), rejection?.detail ?? "")];
    case "complained": return [{ ...about, state: "delivered" }, ...(person ? [{ kind: "complaint" as const, from: { kind: "email" as const, address: person }, at }] : [])];
    default: return [{ kind: "other", label: event.type.slice(0, DETAIL_MAX), at }];
  }
}

/** Cloudflare Email Sending, by the Worker's own binding; what becomes of a mail comes through a queue (`jobs/mail-events.ts`). */
export const cloudflareSending = defineChannel({
  provider: "cloudflare-sending",
  kind: "email",
  title: "Cloudflare Email Sending",
  reaches: [{ kind: "email", scoped: false }],
  settings: Settings,
  fields: [{ key: "domain", label: "Domain", help: "The domain you send from, such as example.com. Add it in Cloudflare → Email Service → Email Sending, in the account of this installation. For delivery reports, subscribe the queue mail-events to its events there.", secret: false }],
  capabilities: mailCapabilities({ files: MAX_FILES, bytes: ATTACHMENT_BYTES, perSecond: SENDS_PER_SECOND }),
  claims: ["cloudflare-email", "cloudflare-sending"],
  explain: (code) => explained(code)?.sentence ?? null,
  consentAfter: (code) => (explained(code)?.dead && code !== "E_RECIPIENT_SUPPRESSED" ? "inactive" : null),
  // Events come through the Worker's own queue only: a request to /hooks proves nothing.
  verify: () => Promise.resolve(false),
  receive: (request) => Promise.resolve(events(request)),
  send,
  probe: async (_connection, io) => (io.mail ?? await mailBinding() ? null : ERRORS["no_binding"]!.sentence),
});
