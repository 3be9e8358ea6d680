import { z } from "zod";
import { addressKey, mailDomain, parseMailAddress, sameAddress } from "../domain/mail-address";
import { authenticityOf } from "../domain/mail-authenticity";
import type { ChannelConnection, ChannelIo, InboundEvent } from "./channel";
import { mailOfFields } from "./mail-fields";
import { mailEvents } from "./mail-inbound";
import { type OriginalMail, originalMail } from "./mail-original";
import { parseMail, type ParsedMail } from "./mime";
import { bytesOf, fetchOutside } from "./outside";

/** Resend takes mail in through Amazon SES, which puts its results above all others. */
const SERVERS = ["amazonses.com"];
const RAW_BYTES = 30 * 1024 * 1024; // four copies must fit a Worker's 128 MB; mail servers take 25 MB at most
const MAX_FILES = 100; // each is asked for and fetched by itself

const text = z.string().nullish().catch(null).transform((value) => value ?? "");
const list = z.array(z.string()).nullish().catch([]).transform((value) => value ?? []);
const Received = z.object({
  to: list, cc: list, bcc: list, received_for: list, from: text, subject: text, message_id: text, html: text, text,
  created_at: text,
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).nullish().catch(null).transform((value) => value ?? {}),
  raw: z.object({ download_url: z.string() }).nullish().catch(null),
  attachments: z.array(z.object({ id: z.string(), filename: text, content_type: text, content_id: text })).nullish().catch([]).transform((value) => value ?? []),
});
type Received = z.infer<typeof Received>;
const Attachment = z.object({ download_url: z.string() });

type Mailbox = Pick<ChannelConnection<{ apiKey: string; domain: string }>, "address" | "ownAddresses" | "settings">;

/** The addresses it was sent to, as far as they are at this connection's domain: Resend tells every webhook of all mail of the team. */
export function ourAddresses(recipients: readonly string[], { address, settings }: Mailbox): string[] {
  const all = [...new Set(recipients.map((one) => parseMailAddress(one)?.address ?? "").filter(Boolean).map(addressKey))];
  const domain = all.some((one) => sameAddress(one, address)) ? mailDomain(address) : settings.domain;
  return all.filter((one) => mailDomain(one) === domain);
}

/** Signed addresses need no key, and must not get one. */
async function fetched(address: string, io: ChannelIo): Promise<Uint8Array> {
  const response = await fetchOutside(address, io);
  if (!response.ok) throw new Error(`Resend's storage answered ${response.status}`);
  const bytes = await bytesOf(response, RAW_BYTES);
  if (!bytes) throw new Error("the mail is larger than any mail");
  return bytes;
}

/** Fetches one received mail: the raw one where Resend offers it, else what it made of it. Throws when it cannot be had now. */
export async function collectMail(id: string, connection: Mailbox, ask: (path: string) => Promise<unknown>, io: ChannelIo): Promise<InboundEvent[]> {
  const received = Received.parse(await ask(`/emails/receiving/${encodeURIComponent(id)}?html_format=cid`));
  const mail = received.raw ? await parseMail(await fetched(received.raw.download_url, io)) : await takenApart(id, received, ask, io);
  const time = Date.parse(received.created_at);
  return mailEvents(mail, {
    envelopeFrom: null, envelopeTo: ourAddresses([...received.received_for, ...received.to, ...received.cc, ...received.bcc], connection),
    // A retry of the webhook names the same id.
    identity: id, receivedAt: Number.isNaN(time) ? io.now() : time,
    // Of a mail that was taken apart nobody knows the order of its headers, by which Amazon's own is told from the sender's.
    authenticity: authenticityOf(mail.headers.get("authentication-results")?.[0], received.raw ? SERVERS : [], mail.from?.address ?? ""),
  }, connection);
}

async function takenApart(id: string, received: Received, ask: (path: string) => Promise<unknown>, io: ChannelIo): Promise<ParsedMail> {
  const headers = Object.entries(received.headers).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one]));
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  const known: [string, string][] = [["from", received.from], ["to", received.to.join(", ")], ["cc", received.cc.join(", ")], ["subject", received.subject], ["message-id", received.message_id]];
  const files = [];
  for (const { id: file, filename, content_type, content_id } of received.attachments.slice(0, MAX_FILES)) {
    const { download_url } = Attachment.parse(await ask(`/emails/receiving/${encodeURIComponent(id)}/attachments/${encodeURIComponent(file)}`));
    files.push({ name: filename || null, type: content_type || "application/octet-stream", contentId: content_id || null, bytes: await fetched(download_url, io) });
  }
  return mailOfFields({ headers: [...headers.filter(([name]) => !/^(?:content-|mime-version$)/i.test(name)), ...known.filter(([name, value]) => value && !names.has(name))], text: received.text, html: received.html || null, files });
}

/** The mail as Resend received it, or its headers where the raw form is gone. */
export async function resendOriginal(id: string, ask: (path: string) => Promise<unknown>, io: ChannelIo): Promise<OriginalMail> {
  const { raw, headers } = Received.parse(await ask(`/emails/receiving/${encodeURIComponent(id)}`));
  if (raw) return originalMail(await fetched(raw.download_url, io));
  return { raw: null, headers: Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one])) };
}
