import type { EmailAddress } from "../contract/entry";

const MAX_LOCAL = 64; // RFC 5321, 4.5.3.1.1
const MAX_ADDRESS = 254; // RFC 5321 path of 256 without its angle brackets
const MAX_NAME = 200; // longer display names are abuse; the list row shows about 30 characters

// Line and paragraph separators end a line in some parsers; bidi overrides make a name read as another one.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+/g;
const DOMAIN = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}_-]*[\p{L}\p{N}\p{M}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?$/u;
const LOCAL = /^[^\s"(),:;<>@[\\\]]+$/u;

/** One line of text that is safe inside a mail header: no line ends, control or direction characters. */
export const headerText = (text: string): string => text.replace(CONTROL, " ").replace(/ {2,}/g, " ").trim();

/** Whether mail could go to `text`. Unicode local parts and domains (RFC 6531) are welcome, quoted local parts are not. */
export function isMailAddress(text: string): boolean {
  const at = text.indexOf("@");
  const local = text.slice(0, at);
  return at > 0 && text.length <= MAX_ADDRESS && local.length <= MAX_LOCAL && local === headerText(local) && LOCAL.test(local) && DOMAIN.test(text.slice(at + 1));
}

/** What two spellings of one address have in common. */
export const addressKey = (address: string): string => address.trim().normalize("NFC").toLowerCase();

export const sameAddress = (left: string, right: string): boolean => addressKey(left) === addressKey(right);

export const mailDomain = (address: string): string => addressKey(address.slice(address.lastIndexOf("@") + 1));

const withoutTag = (address: string): string => address.replace(/\+[^@]*(?=@)/, "");

/** The mailboxes that mail to these people is for, each once: of the very address, else of the one it is a sub-address of (`name+anything@`). Of two with one address the first. */
export function mailboxesOf<T extends { address: string }>(recipients: readonly string[], mailboxes: readonly T[]): T[] {
  const at = (address: string): T | undefined => mailboxes.find((one) => sameAddress(one.address, address));
  const reached = recipients.map((one) => parseMailAddress(one)?.address ?? "").filter(Boolean).flatMap((address) => at(address) ?? at(withoutTag(address)) ?? []);
  return mailboxes.filter((one) => reached.includes(one));
}

/** Reads `Name <a@b>`, `"Last, First" <a@b>` or a bare address; null when no mail could go there. */
export function parseMailAddress(text: string): EmailAddress | null {
  const open = text.lastIndexOf("<");
  const close = text.lastIndexOf(">");
  const address = (open >= 0 && close > open ? text.slice(open + 1, close) : text).trim();
  if (!isMailAddress(address)) return null;
  return { name: open > 0 ? displayName(text.slice(0, open)) : "", address };
}

/** A person's name as shown: one line, unquoted, of bounded length. */
export function displayName(text: string): string {
  const line = headerText(text);
  const bare = line.startsWith('"') && line.endsWith('"') && line.length > 1 ? line.slice(1, -1).replace(/\\(.)/g, "$1") : line;
  return [...bare].slice(0, MAX_NAME).join("").trim();
}

/** `"Name" <a@b>` for a header; whatever the name holds, it stays one quoted string. Throws on an address that is none. */
export function formatMailAddress({ name, address }: EmailAddress): string {
  if (!isMailAddress(address)) throw new Error("not a mail address");
  const shown = displayName(name);
  if (!shown) return address;
  return `${/^[\p{L}\p{N} ]+$/u.test(shown) ? shown : `"${shown.replace(/["\\]/g, "\\$&")}"`} <${address}>`;
}
