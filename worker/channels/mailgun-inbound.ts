import { z } from "zod";
import { isMailAddress, mailDomain } from "../domain/mail-address";
import { type Authenticity, isAligned } from "../domain/mail-authenticity";
import { jsonOf } from "./answer";
import type { ChannelConnection, InboundEvent } from "./channel";
import { fieldText, type FormField } from "./form-body";
import { type MailFields, mailOfFields } from "./mail-fields";
import { mailEvents } from "./mail-inbound";
import { type OriginalMail, originalMail } from "./mail-original";
import { parseMail, type ParsedMail } from "./mime";

const Headers = z.array(z.tuple([z.string(), z.string()])).catch([]);
const ContentIds = z.record(z.string(), z.string()).catch({});

/** Headers that are read also where `message-headers` leaves them out: their name, their field's, and whether repeated ones add up. */
const AS_FIELDS = [
  ["From", "from", false], ["To", "To", true], ["Cc", "Cc", true], ["Reply-To", "Reply-To", true], ["Subject", "subject", false], ["Date", "Date", false],
  ["Message-Id", "Message-Id", false], ["In-Reply-To", "In-Reply-To", true], ["References", "References", true],
] as const;

const fieldNamed = (form: readonly FormField[], name: string): FormField | undefined => form.find((field) => field.name === name);
const textOf = (form: readonly FormField[], name: string): string => { const field = fieldNamed(form, name); return field ? fieldText(field) : ""; };

/** Every header of a mail is a field too, where it can pass for one of Mailgun's: `message-headers` is the truth, as far as it goes. */
function fieldsOf(form: readonly FormField[]): MailFields {
  const headers = Headers.parse(jsonOf(textOf(form, "message-headers")));
  const known = new Set(headers.map(([name]) => name.toLowerCase()));
  const missing = AS_FIELDS.filter(([name]) => !known.has(name.toLowerCase())).flatMap(([name, field, isList]): [string, string][] => {
    const values = form.filter((one) => one.name === field).map((one) => fieldText(one));
    return values.length > 0 ? [[name, isList ? values.join(", ") : values[0]!]] : [];
  });
  const ids = new Map(Object.entries(ContentIds.parse(jsonOf(textOf(form, "content-id-map")))).map(([id, field]) => [field, id]));
  return {
    headers: [...missing, ...headers],
    text: textOf(form, "body-plain"),
    html: textOf(form, "body-html") || null,
    files: form.filter(({ name, fileName }) => fileName !== null || /^attachment-\d+$/.test(name))
      .map(({ name, bytes, type, fileName }) => ({ name: fileName, type: type || "application/octet-stream", bytes, contentId: ids.get(name) })),
  };
}

/**
 * Mailgun says whether a signature holds, but not whose it is: only SPF of the sender's own domain proves anything. SPF alone
 * fails for every forwarded mail; a signature that holds outweighs it. A header that stands there twice is the sender's too.
 */
function authenticity({ headers, from }: ParsedMail, envelopeFrom: string | null): Authenticity {
  const [spf, dkim] = ["x-mailgun-spf", "x-mailgun-dkim-check-result"].map((name) => { const values = headers.get(name) ?? []; return values.length === 1 ? values[0]!.trim().toLowerCase() : undefined; });
  if (spf === "pass" && from && isAligned(mailDomain(envelopeFrom ?? ""), mailDomain(from.address))) return "verified";
  return dkim !== "pass" && (spf === "fail" || spf === "softfail") ? "failed" : "unverified";
}

/** Who the route took it in for. */
export const mailgunRecipients = (form: readonly FormField[]): string[] => textOf(form, "recipient").split(",").map((address) => address.trim()).filter(isMailAddress);

/** What a mail that a Mailgun route brings is; null when the form is none. https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store/receive-http */
export async function mailgunMail(form: readonly FormField[], receivedAt: number, connection: ChannelConnection<{ domain: string }>): Promise<InboundEvent[] | null> {
  const raw = fieldNamed(form, "body-mime")?.bytes;
  if (!raw && !fieldNamed(form, "message-headers") && !fieldNamed(form, "body-plain")) return null;
  const envelopeTo = mailgunRecipients(form);
  // The key signs for the whole Mailgun account, which may hold domains that are connected elsewhere.
  const ours = [connection.settings.domain, mailDomain(connection.address)];
  if (envelopeTo.length > 0 && !envelopeTo.some((address) => ours.includes(mailDomain(address)))) return [{ kind: "other", label: "mail to another domain", at: receivedAt }];
  const mail = raw ? await parseMail(raw) : await mailOfFields(fieldsOf(form));
  // Of a mail that was taken apart, its words are what every copy shares: Mailgun has no id for it.
  const identity = raw ?? new TextEncoder().encode(JSON.stringify([mail.subject, mail.text, mail.html]));
  const sender = fieldNamed(form, "sender");
  const envelopeFrom = sender ? fieldText(sender) : null;
  return mailEvents(mail, { envelopeFrom, envelopeTo, identity, receivedAt, authenticity: authenticity(mail, envelopeFrom) }, connection);
}

/** The mail in such a form; null when it holds none. */
export function mailgunOriginal(form: readonly FormField[]): OriginalMail | null {
  const raw = fieldNamed(form, "body-mime")?.bytes;
  if (raw) return originalMail(raw);
  return fieldNamed(form, "message-headers") ? { raw: null, headers: Headers.parse(jsonOf(textOf(form, "message-headers"))) } : null;
}
