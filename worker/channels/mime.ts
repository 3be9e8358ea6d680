import PostalMime, { type Address, type Email } from "postal-mime";
import type { EmailAddress } from "../contract/entry";
import { displayName, headerText, isMailAddress } from "../domain/mail-address";
import type { MailHeaders } from "../domain/mail-auto";
import { htmlToText } from "../domain/mail-text";
import { messageIds } from "../domain/mail-thread";
import type { MediaRef } from "./channel";
import { mailFiles } from "./mime-attachments";
import { repairMime } from "./mime-repair";
import { readReport, type MailReport } from "./mime-report";

const MAX_DEPTH = 20; // people's mail nests about five levels
const MAX_HEADERS = 65_536; // bytes of the mail's own header block; long Exchange routes reach 30 kB
const MAX_ALL_HEADERS = 512 * 1024; // with those of 200 parts
const MAX_ADDRESSES = 200; // per header; what is beyond is a mailing without list headers
const MAX_SUBJECT = 998;
const MAX_TEXT = 150_000; // characters; with the HTML, in UTF-8, it must fit a stored row of 2 MB
const MAX_HTML = 400_000; // characters; what is beyond is a page of data, of which the beginning is read

export const UNREADABLE_TEXT = "This mail could not be displayed.";

/** A mail as facts. Addresses are valid and flat, ids without brackets, line ends are LF. */
export interface ParsedMail {
  headers: MailHeaders;
  from: EmailAddress | null;
  sender: EmailAddress | null;
  to: EmailAddress[];
  cc: EmailAddress[];
  bcc: EmailAddress[];
  replyTo: EmailAddress[];
  /** Where servers delivered it, beyond what To and Cc say. */
  deliveredTo: string[];
  subject: string;
  /** Milliseconds, from the sender's own clock. */
  date: number | null;
  messageId: string | null;
  inReplyTo: string[];
  references: string[];
  text: string;
  html: string | null;
  files: MediaRef[];
  report: MailReport | null;
  /** Text or HTML is only the beginning; the whole mail is among the files. */
  cut: boolean;
}

const cleanText = (text: string): string => text.replace(/\r\n?/g, "\n").replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "");

/** Flattens groups and drops what no mail could be sent to. */
function cleanAddresses(list: readonly Address[] | undefined): EmailAddress[] {
  return (list ?? []).flatMap((entry) => entry.group ?? [entry])
    .filter(({ address }) => isMailAddress(address ?? ""))
    .slice(0, MAX_ADDRESSES)
    .map(({ name, address }) => ({ name: displayName(name), address: address! }));
}

function headersOf(mail: Email): MailHeaders {
  const headers = new Map<string, string[]>();
  for (const { key, value } of mail.headers) {
    const values = headers.get(key);
    if (values) values.push(value);
    else headers.set(key, [value]);
  }
  return headers;
}

const all = (headers: MailHeaders, name: string): string => headers.get(name)?.join(" ") ?? "";

function factsOf(mail: Email): Omit<ParsedMail, "text" | "html" | "files" | "report" | "cut"> {
  const headers = headersOf(mail);
  const date = mail.date ? Date.parse(mail.date) : Number.NaN;
  return {
    headers,
    from: cleanAddresses(mail.from && [mail.from])[0] ?? null,
    sender: cleanAddresses(mail.sender && [mail.sender])[0] ?? null,
    to: cleanAddresses(mail.to),
    cc: cleanAddresses(mail.cc),
    bcc: cleanAddresses(mail.bcc),
    replyTo: cleanAddresses(mail.replyTo),
    deliveredTo: ["delivered-to", "x-original-to"].flatMap((name) => headers.get(name) ?? []).map((value) => value.trim().replace(/^<|>$/g, "")).filter(isMailAddress).slice(0, MAX_ADDRESSES),
    subject: headerText(mail.subject ?? "").slice(0, MAX_SUBJECT),
    date: Number.isNaN(date) ? null : date,
    messageId: messageIds(mail.messageId)[0] ?? null,
    inReplyTo: messageIds(all(headers, "in-reply-to")),
    references: messageIds(all(headers, "references")),
  };
}

const rawFile = (raw: Uint8Array): MediaRef => ({ ref: "raw", type: "message/rfc822", name: "original-mail.eml", bytes: raw });

/** Offset of the first empty line, or the length. */
function headerLength(raw: Uint8Array): number {
  for (let at = raw.indexOf(10); at >= 0; at = raw.indexOf(10, at + 1)) {
    if (raw[at + 1] === 10 || (raw[at + 1] === 13 && raw[at + 2] === 10)) return at + 1;
  }
  return raw.length;
}

/** Who wrote, as far as can be told, with the whole mail as a file: nothing that arrived may be lost. */
async function unreadable(raw: Uint8Array): Promise<ParsedMail> {
  const head = raw.subarray(0, Math.min(headerLength(raw), MAX_HEADERS));
  let facts;
  try {
    facts = factsOf(await PostalMime.parse(head.slice()));
  } catch {
    facts = factsOf(await PostalMime.parse(""));
  }
  return { ...facts, text: UNREADABLE_TEXT, html: null, files: [rawFile(raw)], report: null, cut: false };
}

/** The parser copies a view but not a buffer, and a mail of 25 MB has no room for another copy. */
const wholeBuffer = (bytes: Uint8Array): ArrayBuffer | Uint8Array =>
  bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes;

/** The first part of a page, up to its last whole tag: half a tag would show as text. */
function beginning(html: string): string {
  const part = html.slice(0, MAX_HTML);
  const end = part.lastIndexOf(">");
  return end > 0 ? part.slice(0, end + 1) : part;
}

/** The facts of what the parser read. `rest` are the files that stand in for whatever is too long or too many to keep. */
export function mailOf(mail: Email, rest: () => MediaRef[]): ParsedMail {
  const facts = factsOf(mail);
  const report = readReport(mail);
  const html = mail.html?.trim() ? mail.html.replaceAll("\u0000", "") : null;
  const text = cleanText(mail.text?.trim() || html === null ? mail.text ?? "" : htmlToText(html));
  const { files, complete } = mailFiles(mail.attachments, html, report !== null);
  const cut = text.length > MAX_TEXT || (html?.length ?? 0) > MAX_HTML;
  return {
    ...facts,
    text: text.slice(0, MAX_TEXT),
    html: html === null || html.length <= MAX_HTML ? html : beginning(html),
    files: complete && !cut ? files : [...files, ...rest()],
    report, cut,
  };
}

/** Reads raw MIME. Never throws: what cannot be read becomes a mail that says so and carries the original. */
export async function parseMail(raw: Uint8Array): Promise<ParsedMail> {
  if (headerLength(raw) > MAX_HEADERS) return unreadable(raw);
  try {
    const mail = await PostalMime.parse(wholeBuffer(repairMime(raw)), { maxNestingDepth: MAX_DEPTH, maxHeadersSize: MAX_ALL_HEADERS, forceRfc822Attachments: true });
    return mailOf(mail, () => [rawFile(raw)]);
  } catch {
    return unreadable(raw);
  }
}
