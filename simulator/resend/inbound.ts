import type { WorldConnection, WorldMessage } from "../api";
import { domainOf } from "../mail/address";
import type { Letter } from "../mail/carriers";
import { type Answer, type Call, type Realm, json, type Webhook } from "../provider";

/** Where Resend keeps received mail; its addresses are signed and need no key. */
export const STORAGE = "inbound-cdn.resend.com";

/** `email.received` tells that a mail is there, and nothing of what it says. */
export function resendDelivery({ id, to, sender, mail }: Letter, { connectionId, webhookUrl }: WorldConnection): Webhook {
  const at = new Date().toISOString();
  const data = { email_id: id, created_at: at, from: mail.fromName ? `${mail.fromName} <${sender}>` : sender, to: mail.to, cc: mail.cc, bcc: [], received_for: [to], message_id: mail.messageId || null, subject: mail.subject, attachments: [] };
  return { kind: "webhook", provider: "resend", connectionId, eventId: `msg_${id.replaceAll("-", "")}`, url: webhookUrl, type: "application/json", body: JSON.stringify({ type: "email.received", created_at: at, data }), messageId: id };
}

const fileOf = ({ raw }: WorldMessage): string | undefined => (typeof raw["file"] === "string" ? raw["file"].split("/").at(-1) : undefined);

/** `GET /emails/receiving/{id}`; null when the account of this key has no such mail. */
export function received({ url }: Call, mine: WorldConnection[], realm: Realm): Answer | null {
  const message = realm.messages.get(decodeURIComponent(url.pathname.split("/")[3] ?? ""));
  if (message?.by !== "customer" || !message.mail) return null;
  const { mail } = message;
  const domains = [...mail.to, ...mail.cc].map(domainOf);
  if (!mine.some(({ address }) => domains.includes(domainOf(address)))) return null;
  const names: [string, string][] = [["in-reply-to", mail.inReplyTo ?? ""], ["references", mail.references.join(" ")]];
  return json(200, {
    object: "email", id: message.id, to: mail.to, from: mail.fromName ? `${mail.fromName} <${message.from}>` : message.from, created_at: message.at, subject: mail.subject, bcc: [], cc: mail.cc, reply_to: [], html: mail.html, text: message.text,
    headers: { ...mail.headers, ...Object.fromEntries(names.filter(([, value]) => value !== "")) }, message_id: mail.messageId, attachments: [],
    raw: { download_url: `https://${STORAGE}/${fileOf(message)}?signature=pretend`, expires_at: new Date(realm.now() + 3_600_000).toISOString() },
  });
}

/** The raw mail. */
export function stored({ url }: Call, realm: Realm): Answer {
  const id = url.pathname.slice(1);
  return realm.blobs.head(id) ? { status: 200, headers: { "content-type": "message/rfc822" }, body: Uint8Array.from(realm.blobs.bytes(id)) } : { status: 404, headers: {}, body: "" };
}
