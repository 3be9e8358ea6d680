import { z } from "zod";
import { displayName, formatMailAddress, isMailAddress, mailDomain } from "../domain/mail-address";
import { type Authenticity, isAligned } from "../domain/mail-authenticity";
import { fromBase64 } from "../platform/vault";
import type { ChannelConnection, InboundEvent } from "./channel";
import { type MailFields, mailOfFields, peopleHeader } from "./mail-fields";
import { mailEvents } from "./mail-inbound";
import { type OriginalMail, originalMail } from "./mail-original";
import { parseMail } from "./mime";

const text = z.string().catch("");
const person = z.object({ Email: text, Name: text });
const people = z.array(person).catch([]);
const Inbound = z.object({
  MessageID: z.string().min(1),
  FromFull: person.catch({ Email: "", Name: "" }), From: text, FromName: text, ToFull: people, CcFull: people, BccFull: people, ReplyTo: text, OriginalRecipient: text, Subject: text, Date: text,
  TextBody: text, HtmlBody: text,
  RawEmail: z.string().optional().catch(undefined),
  Headers: z.array(z.object({ Name: z.string(), Value: z.string() })).catch([]),
  Attachments: z.array(z.object({ Name: text, Content: text, ContentType: text, ContentID: z.string().nullish().catch(null) })).catch([]),
});
type Inbound = z.infer<typeof Inbound>;

/** Where a server without a domain of its own takes mail in; whoever forwards there means us. */
const POSTMARK_INBOX = "inbound.postmarkapp.com";

/** The bytes of base64; what is none is kept as it is, so that no file vanishes. */
function bytesOf(content: string): Uint8Array {
  try {
    return fromBase64(content);
  } catch {
    return new TextEncoder().encode(content);
  }
}

const listed = (people: Inbound["ToFull"]): string | null => peopleHeader(people.map(({ Email, Name }) => ({ name: Name, address: Email })));

function fieldsOf(mail: Inbound): MailFields {
  const { FromFull, From, FromName, Headers, Attachments } = mail;
  const address = FromFull.Email || From;
  const from = isMailAddress(address) ? formatMailAddress({ name: displayName(FromFull.Name || FromName), address }) : From;
  const own: [string, string | null][] = [
    ["From", from], ["To", listed(mail.ToFull)], ["Cc", listed(mail.CcFull)], ["Bcc", listed(mail.BccFull)], ["Reply-To", mail.ReplyTo], ["Subject", mail.Subject], ["Date", mail.Date],
  ];
  const named = new Set(own.map(([name]) => name.toLowerCase()));
  return {
    headers: [...own.flatMap(([name, value]): [string, string][] => (value ? [[name, value]] : [])), ...Headers.filter(({ Name }) => !named.has(Name.toLowerCase())).map(({ Name, Value }): [string, string] => [Name, Value])],
    text: mail.TextBody,
    html: mail.HtmlBody || null,
    files: Attachments.map(({ Name, Content, ContentType, ContentID }) => ({ name: Name, type: ContentType, bytes: bytesOf(Content), contentId: ContentID })),
  };
}

/** Raw mail in JSON is text: bytes of other charsets did not survive the way, and Postmark's own decoding of them is better. */
const isIntact = (raw: string | undefined): raw is string => raw !== undefined && raw !== "" && !/[^\u0000-\u007f]/.test(raw);

/** The password proves the Postmark server, not the mailbox: a server may take in mail of other domains too. */
function isForUs({ OriginalRecipient, ToFull, CcFull, BccFull }: Inbound, { address, ownAddresses }: ChannelConnection<unknown>): boolean {
  const domains = [address, ...ownAddresses].map(domainOf);
  const reached = [OriginalRecipient, ...[...ToFull, ...CcFull, ...BccFull].map(({ Email }) => Email)].filter(Boolean).map(domainOf);
  return reached.length === 0 || reached.some((domain) => domain === POSTMARK_INBOX || domains.some((own) => domain === own || domain.endsWith(`.${own}`)));
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1).toLowerCase();

/**
 * What Postmark's SpamAssassin found: `DKIM_VALID_AU` is a signature of the author's own domain that holds, and SPF counts for
 * the domain it was asked about. A header that stands there twice was also written by the sender.
 */
function authenticity({ Headers }: Inbound, from: string): Authenticity {
  const only = (name: string): string => { const values = Headers.filter(({ Name }) => Name.toLowerCase() === name); return values.length === 1 ? values[0]!.Value : ""; };
  const tests = only("x-spam-tests").split(/[\s,]+/);
  const spf = only("received-spf");
  const sender = /\benvelope-from="?<?([^\s;">]+)/i.exec(spf)?.[1] ?? "";
  if (tests.includes("DKIM_VALID_AU") || (/^pass\b/i.test(spf) && isAligned(mailDomain(sender), mailDomain(from)))) return "verified";
  return /^(?:soft)?fail\b/i.test(spf) && !tests.includes("DKIM_VALID") ? "failed" : "unverified";
}

/** What a mail that Postmark brings is; null when the body is none. https://postmarkapp.com/developer/webhooks/inbound-webhook */
export async function postmarkMail(body: unknown, receivedAt: number, connection: ChannelConnection<unknown>): Promise<InboundEvent[] | null> {
  const mail = Inbound.safeParse(body).data;
  if (!mail) return null;
  if (!isForUs(mail, connection)) return [{ kind: "other", label: "mail to another address", at: receivedAt }];
  const parsed = isIntact(mail.RawEmail) ? await parseMail(new TextEncoder().encode(mail.RawEmail)) : await mailOfFields(fieldsOf(mail));
  return mailEvents(parsed, { envelopeFrom: null, envelopeTo: [mail.OriginalRecipient], identity: mail.MessageID, receivedAt, authenticity: authenticity(mail, parsed.from?.address ?? "") }, connection);
}

/** Where Postmark took it in, which To and Cc need not show; null when the body is no mail. */
export function postmarkRecipients(body: unknown): string[][] | null {
  const mail = Inbound.safeParse(body).data;
  return mail ? [[mail.OriginalRecipient]] : null;
}

/** The mail in such a body; null when it holds none. */
export function postmarkOriginal(body: unknown): OriginalMail | null {
  const mail = Inbound.safeParse(body).data;
  if (!mail) return null;
  return mail.RawEmail ? originalMail(new TextEncoder().encode(mail.RawEmail)) : { raw: null, headers: mail.Headers.map(({ Name, Value }): [string, string] => [Name, Value]) };
}
