import { z } from "zod";
import type { AutoMail, InboundResult, MailFacts, MailInbound, WorldConnection, WorldMessage } from "../api";
import { type Realm, Refused, secretOf } from "../provider";
import { bytesOf, store, toMedia } from "../upload";
import { UploadInput } from "../upload-input";
import { type Address, domainOf, parseAddress } from "./address";
import { carriers } from "./carriers";
import { build } from "./mime";
import { buildReport, isReport } from "./report";
import { answerTo, htmlOf, quoted } from "./thread";

const list = z.union([z.string(), z.array(z.string())]).optional();
const Inbound: z.ZodType<MailInbound> = z.object({
  from: z.string(), fromName: z.string().optional(), to: list, cc: list, subject: z.string().optional(), text: z.string().optional(), html: z.string().optional(), inReplyTo: z.string().optional(),
  attachments: z.array(UploadInput).optional(), auto: z.union([z.boolean(), z.enum(["out-of-office", "newsletter", "bounce", "delayed", "read", "complaint"])]).optional(), quote: z.boolean().optional(),
  dmarc: z.enum(["pass", "fail"]).optional(), messageId: z.string().optional(),
});

/** Under which name a company writes what it found of the sender; Mailgun, Postmark and SendGrid say it in their own ways. */
const SIGNED_BY: Readonly<Record<string, string>> = { resend: "amazonses.com" };

const addressesOf = (value: string | string[] | undefined): Address[] => [value ?? []].flat().map((text) => {
  const parsed = parseAddress(text);
  if (!parsed) throw new Refused(`${text} is not a mail address`);
  return parsed;
});

/** What marks a mail that no person wrote. */
function autoHeaders(auto: AutoMail | undefined): Record<string, string> {
  if (auto === true || auto === "out-of-office") return { "Auto-Submitted": "auto-replied (vacation)", "X-Auto-Response-Suppress": "All", "X-Autoreply": "yes", Precedence: "bulk", "Return-Path": "<>" };
  return auto === "newsletter" ? { "List-Id": "News <news.example.com>", "List-Unsubscribe": "<https://news.example.com/unsubscribe?u=1>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", Precedence: "bulk" } : {};
}

/**
 * The mailbox of ours that an address is, if it is one: an exact address before a domain that a connection receives for,
 * and `asked` before other companies that serve the same one.
 */
function receiver(address: string, asked: string, realm: Realm): WorldConnection | undefined {
  const mine = realm.connections().filter(({ provider }) => Object.hasOwn(carriers, provider)).toSorted((a, b) => Number(b.provider === asked) - Number(a.provider === asked));
  const [wanted, domain] = [address.toLowerCase(), domainOf(address)];
  return mine.find((connection) => connection.address.toLowerCase() === wanted)
    ?? mine.find((connection) => secretOf(connection, "domain").toLowerCase() === domain || domainOf(connection.address) === domain);
}

const findAnswered = (reference: string, realm: Realm): WorldMessage | undefined =>
  realm.messages.get(reference) ?? realm.messages.all().findLast(({ mail }) => mail?.messageId === reference);

/** A customer writes a mail: it goes to each of our mailboxes by the company that serves it, `asked` where several do. */
export async function receiveMail(input: unknown, asked: string, realm: Realm): Promise<InboundResult> {
  const wish = Inbound.parse(input);
  const [sender] = addressesOf(wish.from);
  const from: Address = { name: wish.fromName ?? sender!.name, address: sender!.address };
  const messageId = wish.messageId ?? `<${crypto.randomUUID()}@${domainOf(from.address)}>`;
  const answered = wish.inReplyTo === undefined ? undefined : findAnswered(wish.inReplyTo, realm);
  if (isReport(wish.auto)) return report(wish, from, messageId, answered, asked, realm);

  const reply = answered?.mail ? answerTo(answered.mail, answered.from) : null;
  const ours = realm.connections().find(({ provider, address }) => provider === asked && address.includes("@"))?.address;
  const to = addressesOf(wish.to ?? reply?.to ?? ours);
  const cc = addressesOf(wish.cc);
  if (to.length === 0) throw new Refused("nobody is named in `to`, and we have no mailbox");
  const quote = wish.quote && answered ? quoted(answered) : null;
  const plain = wish.text ?? "";
  const html = wish.html ?? (quote ? htmlOf(plain) : null);
  const content = {
    text: plain + (quote?.text ?? ""), html: html === null ? null : html + (quote?.html ?? ""), subject: wish.subject ?? reply?.subject ?? "",
    // An id we never saw is still what the mail says it answers.
    inReplyTo: reply?.inReplyTo ?? wish.inReplyTo ?? null, references: reply?.references ?? (wish.inReplyTo ? [wish.inReplyTo] : []),
  };
  const verdict = wish.dmarc ?? "pass";
  const headers: Record<string, string> = { "Authentication-Results": `${SIGNED_BY[asked] ?? "mx.cloudflare.net"}; dkim=${verdict} header.d=${domainOf(from.address)}; dmarc=${verdict} header.from=${domainOf(from.address)}; spf=${verdict} smtp.mailfrom=${from.address}`, ...autoHeaders(wish.auto) };
  const attachments = (wish.attachments ?? []).map(({ name, type, base64 }) => ({ name, type, bytes: bytesOf(base64) }));
  const raw = build({ from, to, cc, at: realm.now(), messageId, headers, attachments, ...content });
  const mail: MailFacts = { fromName: from.name, to: to.map(({ address }) => address), cc: cc.map(({ address }) => address), bcc: [], replyTo: null, messageId, headers, subject: content.subject, html: content.html, inReplyTo: content.inReplyTo, references: content.references };
  const media = (wish.attachments ?? []).map((upload) => toMedia(store(realm.blobs, upload)));
  // The envelope of an automatic answer has no sender, so that nobody answers it in turn.
  const envelope = headers["Return-Path"] === "<>" ? "" : from.address;
  return bring({ from: from.address, text: content.text, mail, media }, raw, envelope, asked, realm);
}

function report(wish: MailInbound, from: Address, messageId: string, answered: WorldMessage | undefined, asked: string, realm: Realm): Promise<InboundResult> {
  if (!answered?.mail || answered.by !== "app" || !isReport(wish.auto)) throw new Refused("`inReplyTo` names no mail that the app sent");
  const { raw, subject, text } = buildReport({ kind: wish.auto, original: answered.mail, from: answered.from, recipient: from.address, at: realm.now(), messageId });
  const mail: MailFacts = { fromName: from.name, to: [answered.from], cc: [], bcc: [], replyTo: null, subject, html: null, messageId, inReplyTo: answered.mail.messageId, references: [answered.mail.messageId], headers: {} };
  return bring({ from: from.address, text, mail, media: [] }, raw, wish.auto === "read" ? from.address : "", asked, realm);
}

/** One delivery for each of our addresses, as mail exchangers do it. */
async function bring(content: Pick<WorldMessage, "from" | "text" | "media"> & { mail: MailFacts }, raw: Uint8Array, envelopeFrom: string, asked: string, realm: Realm): Promise<InboundResult> {
  const receivers = [...new Set([...content.mail.to, ...content.mail.cc])].flatMap((address) => {
    const connection = receiver(address, asked, realm);
    return connection ? [{ address, connection }] : [];
  });
  if (receivers.length === 0) throw new Refused(`none of ${[...content.mail.to, ...content.mail.cc].join(", ")} is a mailbox of ours`, 404);
  const blob = realm.blobs.put("mail.eml", "message/rfc822", raw);
  const at = new Date(realm.now()).toISOString();
  const id = crypto.randomUUID();
  const first = receivers[0]!.connection;
  realm.messages.add({
    id, provider: first.provider, connectionId: first.connectionId, by: "customer", at, ...content, to: [...content.mail.to, ...content.mail.cc].join(", "), state: "sent", code: null,
    history: [{ state: "sent", code: null, at, answered: null }], raw: { file: `/simulator/api/files/${blob.id}` },
  });
  const outcomes = await Promise.all(receivers.map(({ address, connection }) =>
    realm.deliver(carriers[connection.provider]!({ id, raw, blob: blob.id, from: envelopeFrom, to: address, text: content.text, mail: content.mail, sender: content.from }, connection))));
  return {
    id: content.mail.messageId || id, ids: [id], delivered: outcomes.flatMap(({ delivered }) => delivered),
    delayed: outcomes.reduce((sum, { delayed }) => sum + delayed, 0), lost: outcomes.reduce((sum, { lost }) => sum + lost, 0),
  };
}
