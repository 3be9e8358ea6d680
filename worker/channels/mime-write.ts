import type { EmailAddress } from "../contract/entry";
import { displayName, headerText, mailDomain } from "../domain/mail-address";
import { angled } from "../domain/mail-thread";
import type { OutboundEmail, OutboundMedia, OutboundMessage } from "./channel";
import { dispositionOf, plainText, threadHeaders } from "./mail-send";
import { asBase64, base64, type Bytes, fileBytes, joined, type Piece } from "./streamed";

const WORD_BYTES = 45; // an encoded word has at most 75 characters, 60 of them for base64 (RFC 2047, 2)
const PLAIN_HEADER = 900; // characters; a line may have 998 with its name (RFC 5322, 2.1.1)
const QP_LINE = 75; // characters before the soft break, which is the 76th (RFC 2045, 6.7)
const BASE64_LINE = 76;
const BASE64_UNIT = 3; // bytes that make four letters
const FILE_LINE = 57; // bytes that make one line of base64
const TAB = 9, LF = 10, CR = 13, SPACE = 32, EQUALS = 61, TILDE = 126;

const encoder = new TextEncoder();
const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** The address as every mail server understands it: the domain in Punycode. Null when its local part is not ASCII. */
export function asciiAddress(address: string): string | null {
  const local = address.slice(0, address.lastIndexOf("@"));
  if (!isAscii(local)) return null;
  const domain = mailDomain(address);
  return `${local}@${isAscii(domain) || !URL.canParse(`http://${domain}`) ? domain : new URL(`http://${domain}`).hostname}`;
}

/** A value that is not plain ASCII as encoded words, none of them cut within a character. */
function encodedWords(text: string): string {
  const words: string[] = [];
  let word = "", size = 0;
  for (const character of text) {
    const bytes = encoder.encode(character).length;
    if (size + bytes > WORD_BYTES) {
      words.push(word);
      [word, size] = ["", 0];
    }
    word += character;
    size += bytes;
  }
  return [...words, word].map((part) => `=?UTF-8?B?${base64(encoder.encode(part))}?=`).join("\r\n ");
}

function headerValue(value: string): string {
  const text = headerText(value);
  return isAscii(text) && text.length <= PLAIN_HEADER && !text.includes("=?") ? text : encodedWords(text);
}

/** What needs no quotation marks stands without; whatever else a name holds stays one quoted string or encoded word. */
function person({ name, address }: EmailAddress): string {
  const shown = displayName(name);
  const mailbox = asciiAddress(address) ?? address;
  if (!shown) return mailbox;
  const phrase = /^[A-Za-z0-9 ]+$/.test(shown) ? shown : isAscii(shown) && !shown.includes("=?") ? `"${shown.replace(/["\\]/g, "\\$&")}"` : encodedWords(shown);
  return `${phrase} <${mailbox}>`;
}

const people = (list: readonly EmailAddress[]): string => list.map(person).join(",\r\n ");

function headers(email: OutboundEmail, at: number): string {
  const lines: [string, string][] = [
    ["From", person(email.from)], ["To", people(email.to)], ["Cc", people(email.cc)], ["Reply-To", email.replyTo ?? ""], ["Subject", headerValue(email.subject)],
    ["Date", new Date(at).toUTCString().replace("GMT", "+0000")], ["Message-ID", angled(email.messageId)],
    // Ids are folded between each other: each is shorter than a line.
    ...Object.entries(threadHeaders(email)).map(([name, value]): [string, string] => [name, headerValue(value).replace(/> </g, ">\r\n <")]),
    ["MIME-Version", "1.0"],
  ];
  return lines.filter(([, value]) => value !== "").map(([name, value]) => `${name}: ${value}\r\n`).join("");
}

/** RFC 2045, 6.7. Line ends become CRLF. */
export function quotedPrintable(text: string): string {
  const bytes = encoder.encode(text.replace(/\r\n?/g, "\n"));
  const lines: string[] = [];
  let line = "";
  for (const [at, byte] of bytes.entries()) {
    if (byte === LF) {
      lines.push(line);
      line = "";
      continue;
    }
    const endsLine = at + 1 === bytes.length || bytes[at + 1] === LF;
    // A space at the end of a line may be lost on the way.
    const isPlain = (byte > SPACE && byte <= TILDE && byte !== EQUALS) || ((byte === SPACE || byte === TAB) && !endsLine);
    const piece = isPlain && byte !== CR ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    if (line.length + piece.length > QP_LINE) {
      lines.push(`${line}=`);
      line = "";
    }
    line += piece;
  }
  return [...lines, line].join("\r\n");
}

const textPart = (type: string, text: string): string => `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${quotedPrintable(text)}\r\n`;

/** RFC 2231 for what is not ASCII. */
function fileName(key: string, value: string): string {
  const name = headerText(value) || "file";
  return isAscii(name) ? `${key}="${name.replace(/["\\]/g, "\\$&")}"` : `${key}*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)}`;
}

/** A file's part: what stands before it, and the file in lines of base64. */
function filePart(file: OutboundMedia): Piece[] {
  const { name, type, contentId } = file;
  const known = /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : "application/octet-stream";
  return [
    `Content-Type: ${known};\r\n ${fileName("name", name)}\r\nContent-Disposition: ${dispositionOf(file)};\r\n ${fileName("filename", name)}\r\n${contentId ? `Content-ID: ${angled(contentId)}\r\n` : ""}Content-Transfer-Encoding: base64\r\n\r\n`,
    { bytes: inLines(fileBytes(file)), as: "raw" },
  ];
}

/** Base64 in lines, each with its end. */
function inLines(file: Bytes): Bytes {
  const letters = Math.ceil(file.size / BASE64_UNIT) * 4;
  return { size: letters + 2 * Math.ceil(letters / BASE64_LINE), chunks: () => asBase64(file, FILE_LINE, BASE64_LINE) };
}

/**
 * The mail as it goes over the wire, all ASCII, without BCC. The same message at the same moment makes the same bytes, each
 * time they are read. Every address must have passed `asciiAddress`.
 */
export function writeMail(message: Pick<OutboundMessage, "id" | "text" | "media">, email: OutboundEmail, at: number): Bytes {
  // No text can hold a boundary: it is encoded, and this has characters that encoding changes.
  const boundary = (nth: number): string => `=_${nth}_${message.id.replace(/[^\w-]/g, "").slice(0, 50)}`;
  const plain = textPart("text/plain", plainText(message, email));
  const multipart = (nth: number, type: string, parts: readonly (readonly Piece[])[]): Piece[] =>
    [`Content-Type: multipart/${type}; boundary="${boundary(nth)}"\r\n\r\n`, ...parts.flatMap((part) => [`--${boundary(nth)}\r\n`, ...part]), `--${boundary(nth)}--\r\n`];
  const isShown = ({ contentId }: OutboundMedia): boolean => Boolean(contentId) && email.html !== null;
  const shown = message.media.filter(isShown).map(filePart);
  const beside = message.media.filter((file) => !isShown(file)).map(filePart);
  const page = email.html === null ? [] : [textPart("text/html", email.html)];
  const related = shown.length === 0 ? page : multipart(2, 'related; type="text/html"', [page, ...shown]);
  const words = email.html === null ? [plain] : multipart(1, "alternative", [[plain], related]);
  return joined([headers(email, at), ...(beside.length === 0 ? words : multipart(0, "mixed", [words, ...beside]))]);
}
