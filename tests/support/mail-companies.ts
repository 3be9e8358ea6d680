import PostalMime, { type Email } from "postal-mime";
import { createHmac } from "node:crypto";
import { repairMime } from "../../worker/channels/mime-repair";
import { NOW } from "./mail-channel";

export const POSTMARK = { serverToken: "T", basicUser: "inbound", basicPassword: "test-postmark-password", messageStream: "outbound" };
export const MAILGUN = { apiKey: "key", signingKey: "test-mailgun-signing-key", domain: "mg.acme.example", region: "eu" as const };
/** How Postmark proves itself to the webhooks above. */
export const BASIC = `Basic ${btoa(`${POSTMARK.basicUser}:${POSTMARK.basicPassword}`)}`;

/** A form of Mailgun's with a proof that holds at `now`. */
export function mailgunForm(fields: Record<string, string | Uint8Array> | [string, string][], now = NOW, key = MAILGUN.signingKey): string {
  const [timestamp, token] = [String(Math.floor(now / 1000)), crypto.randomUUID().replaceAll("-", "").padEnd(50, "0")];
  const pairs = Array.isArray(fields) ? fields : Object.entries(fields);
  const encoded = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${typeof value === "string" ? encodeURIComponent(value) : [...value].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("")}`);
  return [...encoded, `timestamp=${timestamp}`, `token=${token}`, `signature=${createHmac("sha256", key).update(timestamp + token).digest("hex")}`].join("&");
}

const base64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const contentOf = (content: ArrayBuffer | Uint8Array | string): Uint8Array => (typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content));

/** A mail as a company's own reader takes it apart. */
const apart = (raw: Uint8Array): Promise<Email> => PostalMime.parse(repairMime(raw), { forceRfc822Attachments: true });
const people = (list: Email["to"]) => (list ?? []).flatMap((one) => one.group ?? [one]).map(({ name, address }) => ({ Email: address ?? "", Name: name, MailboxHash: "" }));

/** What Postmark posts of a raw mail, with it (`isRaw`) or without. */
export async function postmarkJson(raw: Uint8Array, recipient: string, isRaw: boolean): Promise<string> {
  const mail = await apart(raw);
  const from = people(mail.from && [mail.from])[0] ?? { Email: "", Name: "", MailboxHash: "" };
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value ?? "";
  const own = new Set(["from", "to", "cc", "bcc", "reply-to", "subject", "date"]);
  return JSON.stringify({
    MessageID: "22c74902-a0c1-4511-804f-341342852c90", From: from.Email, FromName: from.Name, FromFull: from, ToFull: people(mail.to), CcFull: people(mail.cc), BccFull: people(mail.bcc), ReplyTo: header("reply-to"), OriginalRecipient: recipient,
    Subject: mail.subject ?? "", Date: header("date"), TextBody: mail.text ?? "", HtmlBody: mail.html ?? "", StrippedTextReply: "", Tag: "",
    Headers: mail.headers.filter(({ key }) => !own.has(key)).map(({ originalKey, value }) => ({ Name: originalKey, Value: value })),
    Attachments: mail.attachments.map(({ filename, mimeType, content, contentId }) => ({ Name: filename ?? "", Content: base64(contentOf(content)), ContentType: mimeType, ContentID: contentId ?? "" })),
    ...(isRaw && { RawEmail: Array.from(raw, (byte) => String.fromCharCode(byte)).join("") }),
  });
}

/** What a Mailgun route posts of a raw mail that it takes apart, as a multipart form when there are files. */
export async function mailgunParsed(raw: Uint8Array, sender: string, recipient: string): Promise<FormData> {
  const mail = await apart(raw);
  const form = new FormData();
  const fields = { recipient, sender, from: mail.headers.find(({ key }) => key === "from")?.value ?? "", subject: mail.subject ?? "", "body-plain": mail.text ?? "", "body-html": mail.html ?? "", "message-headers": JSON.stringify(mail.headers.map(({ originalKey, value }) => [originalKey, value])) };
  for (const [name, value] of Object.entries(fields)) if (value) form.append(name, value);
  const ids: Record<string, string> = {};
  for (const [index, { filename, mimeType, content, contentId }] of mail.attachments.entries()) {
    const name = `attachment-${index + 1}`;
    form.append(name, new Blob([contentOf(content) as Uint8Array<ArrayBuffer>], { type: mimeType }), filename ?? "");
    if (contentId) ids[contentId] = name;
  }
  form.append("content-id-map", JSON.stringify(ids));
  return form;
}
