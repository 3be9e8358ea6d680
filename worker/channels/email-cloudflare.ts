import { z } from "zod";
import type { EmailAddress } from "../contract/entry";
import { addressKey, isMailAddress, sameAddress } from "../domain/mail-address";
import { automaticMail, mailWarning, ownMail } from "../domain/mail-auto";
import { quoteStart } from "../domain/mail-quote";
import { type ChannelConnection, defineChannel, type Handle, type InboundEvent, type RawRequest, WORDS_AND_FILES } from "./channel";
import { mailCode } from "./mail-codes";
import { parseMail, type ParsedMail } from "./mime";
import type { MailReport } from "./mime-report";

const MAX_BYTES = 25 * 1024 * 1024; // Cloudflare refuses larger mail: https://developers.cloudflare.com/email-routing/limits/
const OLDEST_DATE_MS = 7 * 24 * 60 * 60 * 1000; // mail servers give up after about five days; an older date is a wrong clock
const NEWEST_DATE_MS = 5 * 60 * 1000; // clocks of honest senders differ by no more
const DATED_HASH_LETTERS = 8; // tells apart the few mails that share one Message-ID
/** Reserved by RFC 2606: nobody can own it, so no answer can go astray. */
const NOBODY = "unknown-sender@mail.invalid";

const Settings = z.object({
  domain: z.string().trim().toLowerCase().min(1, "Name the domain that receives the mail").max(253),
  signingSecret: z.string().trim().min(8, "Use at least 8 characters").max(200).optional(),
});
type Connection = ChannelConnection<z.infer<typeof Settings>>;

async function hash(bytes: Uint8Array): Promise<string> {
  return [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const hashOf = (...parts: string[]): Promise<string> => hash(new TextEncoder().encode(JSON.stringify(parts)));

/**
 * The same for every copy of one mail, different for two mails. Some machines give all their mail the same Message-ID, and
 * anybody may claim a foreign one first: so sender and date belong to it. Without an id, envelope and bytes decide.
 */
async function externalIdOf(mail: ParsedMail, request: RawRequest): Promise<string> {
  if (mail.messageId === null) return `sha256:${await hashOf(request.headers["x-envelope-from"] ?? "", request.headers["x-envelope-to"] ?? "", await hash(request.body))}`;
  const dated = await hashOf(addressKey(mail.from?.address ?? ""), String(mail.date ?? mail.text));
  return `${mail.messageId}~${dated.slice(0, DATED_HASH_LETTERS)}`;
}

const timeOf = (date: number | null, receivedAt: number): number =>
  date !== null && date > receivedAt - OLDEST_DATE_MS && date < receivedAt + NEWEST_DATE_MS ? date : receivedAt;

const handleOf = ({ name, address }: EmailAddress): Handle => ({ kind: "email", address: addressKey(address), ...(name && { name }) });

function reportEvents(report: MailReport, at: number): InboundEvent[] {
  if (report.kind === "complaint") return report.recipient ? [{ kind: "complaint", from: { kind: "email", address: addressKey(report.recipient) }, at }] : [{ kind: "other", label: "complaint", at }];
  const { messageId } = report;
  if (!messageId) return [{ kind: "other", label: report.kind === "read" ? "read-receipt" : "bounce", at }];
  if (report.kind === "read") {
    if (!report.displayed) return [{ kind: "other", label: "read-receipt", at }];
    return [{ kind: "status", messageId, state: "read", ...(report.recipient && { recipient: addressKey(report.recipient) }), at }];
  }
  if (report.recipients.length === 0) return [{ kind: "other", label: "bounce", at }];
  return report.recipients.map(({ address, state, code, detail }) => ({
    kind: "status", messageId, state, at,
    ...(address && { recipient: addressKey(address) }),
    ...(code && { code }),
    ...(detail && { detail }),
    ...(state === "failed" && { class: mailCode(code)?.class ?? "permanent" }),
  }));
}

/** Who a mail is from. Forms on websites send from the site's own address and name the visitor in Reply-To. */
function senderOf(mail: ParsedMail, connection: Connection, envelopeFrom: string | null): EmailAddress | "loop" | "own" {
  const own = [connection.address, ...connection.ownAddresses];
  const envelope = envelopeFrom && isMailAddress(envelopeFrom) ? { name: "", address: envelopeFrom } : null;
  const from = mail.from ?? mail.sender ?? envelope ?? { name: "", address: NOBODY };
  const whose = ownMail({ headers: mail.headers, from: from.address, messageId: mail.messageId }, own);
  if (whose === "no") return from;
  if (whose === "loop") return "loop";
  return mail.replyTo.find(({ address }) => !own.some((one) => sameAddress(one, address))) ?? "own";
}

async function receive(request: RawRequest, connection: Connection): Promise<InboundEvent[]> {
  const envelopeFrom = request.headers["x-envelope-from"] ?? null;
  const envelopeTo = request.headers["x-envelope-to"] ?? "";
  const mail = await parseMail(request.body);
  const at = timeOf(mail.date, request.receivedAt);
  if (mail.report) return reportEvents(mail.report, at);
  const from = senderOf(mail, connection, envelopeFrom);
  if (from === "loop") return [{ kind: "other", label: "loop", at }];
  if (from === "own") return [{ kind: "other", label: "own-address", at }];
  const { subject, to, cc, bcc, replyTo, messageId, inReplyTo, references, html, text } = mail;
  const isReply = inReplyTo.length > 0 || references.length > 0;
  return [{
    kind: "message",
    externalId: await externalIdOf(mail, request),
    from: handleOf(from),
    text,
    media: mail.files,
    at,
    email: {
      subject, to, cc, bcc, replyTo, messageId, inReplyTo, references, html,
      quoteAt: quoteStart(text, isReply),
      automatic: automaticMail({ headers: mail.headers, from: from.address, subject, envelopeFrom }),
      warning: mailWarning(mail.headers, from),
      conversationId: null,
      deliveredTo: [...new Set([...(isMailAddress(envelopeTo) ? [envelopeTo] : []), ...mail.deliveredTo])],
    },
  }];
}

/** Mail that Cloudflare Email Routing hands to the Worker's `email()`: https://developers.cloudflare.com/email-routing/email-workers/ */
export const cloudflareEmail = defineChannel({
  provider: "cloudflare-email",
  kind: "email",
  title: "Cloudflare Email Routing",
  reaches: [{ kind: "email", scoped: false }],
  settings: Settings,
  fields: [
    { key: "domain", label: "Domain", help: "The domain whose mail Cloudflare routes to this Worker, such as example.com. Enable sub-addressing there, so that answers find their conversation.", secret: false },
    { key: "signingSecret", label: "Signing secret", help: "Only if another Worker of yours passes the mail on.", secret: true, optional: true },
  ],
  capabilities: {
    text: { max: 100_000, unit: "characters" },
    subject: true, html: true, copies: true,
    media: { max: 200, bytes: MAX_BYTES, types: ["*/*"], limits: [], together: true, caption: true },
    ...WORDS_AND_FILES,
    typing: false, readReceipts: false, deliveryReceipts: false,
    start: false, resend: "ask", transport: "none", perSecond: 1,
  },
  explain: (code) => mailCode(code)?.sentence ?? null,
  consentAfter: (code) => (mailCode(code)?.dead ? "inactive" : null),
  // Mail comes through the Worker's email handler only: a request to /hooks proves nothing.
  verify: () => Promise.resolve(false),
  receive,
});
