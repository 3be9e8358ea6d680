import type { EmailAddress } from "../contract/entry";
import { addressKey, isMailAddress, sameAddress } from "../domain/mail-address";
import type { Authenticity } from "../domain/mail-authenticity";
import { automaticMail, mailWarning, ownMail } from "../domain/mail-auto";
import { quoteStart } from "../domain/mail-quote";
import { sha256Hex } from "../platform/hex";
import type { ChannelConnection, Handle, InboundEvent } from "./channel";
import { mailCode } from "./mail-codes";
import type { ParsedMail } from "./mime";
import type { MailReport } from "./mime-report";

const OLDEST_DATE_MS = 7 * 24 * 60 * 60 * 1000; // mail servers give up after about five days; an older date is a wrong clock
const NEWEST_DATE_MS = 5 * 60 * 1000; // clocks of honest senders differ by no more
const DATED_HASH_LETTERS = 8; // tells apart the few mails that share one Message-ID
/** Reserved by RFC 2606: nobody can own it, so no answer can go astray. */
const NOBODY = "unknown-sender@mail.invalid";

/** How a mail reached us, whoever brought it. */
export interface MailArrival {
  /** The envelope's sender; "" is the null sender of reports, null when the provider does not say. */
  envelopeFrom: string | null;
  /** The addresses of ours it was delivered to, which To and Cc need not show. */
  envelopeTo: readonly string[];
  /** What every copy of this mail shares, for mail without a Message-ID: its raw bytes, or the provider's own id of it. */
  identity: Uint8Array | string;
  receivedAt: number;
  /** What our receiving side found of the sender's authenticity; nothing that the sender could have written. */
  authenticity: Authenticity;
}

type Addresses = Pick<ChannelConnection<unknown>, "address" | "ownAddresses">;

const hashOf = (...parts: string[]): Promise<string> => sha256Hex(new TextEncoder().encode(JSON.stringify(parts)));

/**
 * The same for every copy of one mail, different for two mails. Some machines give all their mail the same Message-ID, and
 * anybody may claim a foreign one first: so sender and date belong to it. Without an id, envelope and bytes decide.
 */
async function externalIdOf(mail: ParsedMail, { envelopeFrom, envelopeTo, identity }: MailArrival): Promise<string> {
  if (mail.messageId === null) return `sha256:${await hashOf(envelopeFrom ?? "", envelopeTo.join(","), typeof identity === "string" ? identity : await sha256Hex(identity))}`;
  const dated = await hashOf(addressKey(mail.from?.address ?? ""), String(mail.date ?? mail.text));
  return `${mail.messageId}~${dated.slice(0, DATED_HASH_LETTERS)}`;
}

const timeOf = (date: number | null, receivedAt: number): number =>
  date !== null && date > receivedAt - OLDEST_DATE_MS && date < receivedAt + NEWEST_DATE_MS ? date : receivedAt;

const handleOf = ({ name, address }: EmailAddress, authenticity: Authenticity): Handle =>
  ({ kind: "email", address: addressKey(address), ...(name && { name }), ...(authenticity === "verified" && { verified: true }) });

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
function senderOf(mail: ParsedMail, { address, ownAddresses }: Addresses, envelopeFrom: string | null): EmailAddress | "loop" | "own" {
  const own = [address, ...ownAddresses];
  const envelope = envelopeFrom && isMailAddress(envelopeFrom) ? { name: "", address: envelopeFrom } : null;
  const from = mail.from ?? mail.sender ?? envelope ?? { name: "", address: NOBODY };
  const whose = ownMail({ headers: mail.headers, from: from.address, messageId: mail.messageId }, own);
  if (whose === "no") return from;
  if (whose === "loop") return "loop";
  return mail.replyTo.find((one) => !own.some((ours) => sameAddress(ours, one.address))) ?? "own";
}

/** What a mail to us is: a message, reports on messages of ours, or something that is noted only. Reads no clock, does no I/O. */
export async function mailEvents(mail: ParsedMail, arrival: MailArrival, connection: Addresses): Promise<InboundEvent[]> {
  const { envelopeFrom, envelopeTo, receivedAt } = arrival;
  const at = timeOf(mail.date, receivedAt);
  if (mail.report) return reportEvents(mail.report, at);
  const from = senderOf(mail, connection, envelopeFrom);
  if (from === "loop") return [{ kind: "other", label: "loop", at }];
  if (from === "own") return [{ kind: "other", label: "own-address", at }];
  // What is proved is the From line; whoever is taken from elsewhere is only named there.
  const authenticity = from === mail.from || arrival.authenticity === "failed" ? arrival.authenticity : "unverified";
  const { subject, to, cc, bcc, replyTo, messageId, inReplyTo, references, html, text, cut } = mail;
  const isReply = inReplyTo.length > 0 || references.length > 0;
  return [{
    kind: "message",
    externalId: await externalIdOf(mail, arrival),
    from: handleOf(from, authenticity),
    text,
    media: mail.files,
    at,
    email: {
      subject, to, cc, bcc, replyTo, messageId, inReplyTo, references, html,
      quoteAt: quoteStart(text, isReply),
      automatic: automaticMail({ headers: mail.headers, from: from.address, subject, envelopeFrom }),
      warning: mailWarning(authenticity, from), authenticity, ...(cut && { cut }),
      conversationId: null,
      deliveredTo: [...new Set([...envelopeTo.filter(isMailAddress), ...mail.deliveredTo])],
    },
  }];
}
