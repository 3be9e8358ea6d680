import PostalMime, { type Attachment } from "postal-mime";
import { formatMailAddress, isMailAddress } from "../domain/mail-address";
import type { EmailAddress } from "../contract/entry";
import type { MediaRef } from "./channel";
import { mailOf, type ParsedMail, UNREADABLE_TEXT } from "./mime";

const MAX_HEADERS = 65_536; // characters; long Exchange routes reach 30 kB, and what is beyond is padding
const NAME = /^[!-9;-~]+$/; // RFC 5322, 3.6.8

/** A mail that a provider took apart: decoded texts and files, and the header lines as far as it passes them on. */
export interface MailFields {
  /** In their order; a name may come more than once. Values may be raw, folded or decoded. */
  headers: readonly (readonly [name: string, value: string])[];
  text: string;
  html: string | null;
  /** `contentId` with or without angle brackets. */
  files: readonly { name: string | null; type: string; bytes: Uint8Array; contentId?: string | null }[];
}

/** The value of a header that names people, from addresses that a provider has parsed already; null when there are none. */
export function peopleHeader(people: readonly EmailAddress[]): string | null {
  const valid = people.filter(({ address }) => isMailAddress(address));
  return valid.length > 0 ? valid.map(formatMailAddress).join(", ") : null;
}

/** The header lines again, as one block: one reader for all mail means one set of rules for addresses, ids and charsets. */
function headerBlock(headers: MailFields["headers"]): string {
  let block = "";
  for (const [name, value] of headers) {
    if (!NAME.test(name)) continue;
    const line = `${name}: ${value.replace(/[\r\n]+/g, " ")}\r\n`;
    if (block.length + line.length > MAX_HEADERS) break;
    block += line;
  }
  return `${block}\r\n`;
}

const attachmentOf = ({ name, type, bytes, contentId }: MailFields["files"][number]): Attachment => ({
  filename: name || null,
  mimeType: type.split(";", 1)[0]!.trim().toLowerCase(),
  disposition: "attachment",
  content: bytes,
  ...(contentId && { contentId }),
});

/** What is too long for an entry, as files. */
function longTexts({ text, html }: MailFields): MediaRef[] {
  const file = (ref: string, type: string, name: string, content: string): MediaRef => ({ ref, type, name, bytes: new TextEncoder().encode(content) });
  return [file("text", "text/plain", "original-text.txt", text), ...(html ? [file("html", "text/html", "original-page.html", html)] : [])];
}

/** The same facts as `parseMail` finds in the raw mail, as far as the provider has kept them. Never throws. */
export async function mailOfFields(fields: MailFields): Promise<ParsedMail> {
  const content = { html: fields.html ?? undefined, attachments: fields.files.map(attachmentOf) };
  const rest = (): MediaRef[] => longTexts(fields);
  try {
    return mailOf({ ...await PostalMime.parse(headerBlock(fields.headers)), ...content, text: fields.text }, rest);
  } catch {
    return mailOf({ ...await PostalMime.parse(""), ...content, text: fields.text || UNREADABLE_TEXT }, rest);
  }
}
