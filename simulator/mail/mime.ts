import type { Address } from "./address";

/** RFC 5322 section 2.1.1: what a line should not exceed, and what it must not. */
const LINE = 76;
const LONGEST_LINE = 998;
/** RFC 2047 section 2: an encoded word has at most 75 characters, 63 of them for base64, which is 45 bytes. */
const WORD_BYTES = 45;

export interface Part { type: string; name: string; bytes: Uint8Array; contentId?: string }

export interface Mail {
  from: Address;
  to: Address[];
  cc: Address[];
  subject: string;
  at: number;
  /** With angle brackets; empty leaves the header out. */
  messageId: string;
  inReplyTo: string | null;
  references: string[];
  /** Further headers, above the others as an exchanger adds them. */
  headers: Record<string, string>;
  text: string;
  html: string | null;
  attachments: Part[];
}

const encoder = new TextEncoder();
const isAscii = (text: string): boolean => /^[\x20-\x7e\r\n\t]*$/.test(text);
/** A line break within a value would begin a header of the writer's choice. */
const oneLine = (text: string): string => text.replace(/[\r\n]+/g, " ").trim();

const base64Lines = (bytes: Uint8Array): string => {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return (btoa(binary).match(new RegExp(`.{1,${LINE}}`, "g")) ?? []).join("\r\n");
};

/** Encoded words, never cut within a character. */
export function headerText(value: string): string {
  const text = oneLine(value);
  if (isAscii(text) && !text.includes("=?")) return text;
  const words: string[] = [];
  let word = "";
  for (const character of text) {
    if (encoder.encode(word + character).byteLength > WORD_BYTES) {
      words.push(word);
      word = "";
    }
    word += character;
  }
  return [...words, word].map((part) => `=?UTF-8?B?${base64Lines(encoder.encode(part))}?=`).join("\r\n ");
}

function headerAddress({ name, address }: Address): string {
  if (name === "") return oneLine(address);
  const shown = isAscii(name) ? `"${oneLine(name).replace(/["\\]/g, "\\$&")}"` : headerText(name);
  return `${shown} <${oneLine(address)}>`;
}

/** RFC 2231 for what is not ASCII. */
const parameter = (key: string, value: string): string =>
  isAscii(value) ? `${key}="${oneLine(value).replace(/["\\]/g, "\\$&")}"` : `${key}*=UTF-8''${encodeURIComponent(value).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)}`;

function body(type: string, text: string): string {
  const lines = text.replace(/\r?\n/g, "\r\n");
  const fits = lines.split("\r\n").every((line) => line.length <= LONGEST_LINE);
  return isAscii(text) && fits
    ? `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n${lines}\r\n`
    : `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64Lines(encoder.encode(lines))}\r\n`;
}

function file({ type, name, bytes, contentId }: Part): string {
  const inline = contentId ? `Content-ID: <${oneLine(contentId)}>\r\n` : "";
  return `Content-Type: ${oneLine(type)};\r\n ${parameter("name", name)}\r\nContent-Disposition: ${contentId ? "inline" : "attachment"};\r\n ${parameter("filename", name)}\r\n${inline}Content-Transfer-Encoding: base64\r\n\r\n${base64Lines(bytes)}\r\n`;
}

/** Parts under one boundary. `extra` are parameters of the type, such as `report-type`. */
export function multipart(type: string, parts: readonly string[], extra = ""): string {
  const boundary = `--=_${crypto.randomUUID()}`;
  return `Content-Type: multipart/${type}; boundary="${boundary}"${extra}\r\n\r\n${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join("")}--${boundary}--\r\n`;
}

export function headers(mail: Omit<Mail, "text" | "html" | "attachments">): string {
  const { from, to, cc, subject, at, messageId, inReplyTo, references } = mail;
  const lines: [string, string][] = [
    ...Object.entries(mail.headers).map(([name, value]): [string, string] => [name, headerText(value)]),
    ["From", headerAddress(from)], ["To", to.map(headerAddress).join(",\r\n ")], ["Cc", cc.map(headerAddress).join(",\r\n ")], ["Subject", headerText(subject)],
    ["Date", new Date(at).toUTCString().replace("GMT", "+0000")], ["Message-ID", oneLine(messageId)], ["In-Reply-To", oneLine(inReplyTo ?? "")], ["References", references.map(oneLine).join("\r\n ")], ["MIME-Version", "1.0"],
  ];
  return lines.filter(([, value]) => value !== "").map(([name, value]) => `${name}: ${value}\r\n`).join("");
}

/** The mail as it goes over the wire: text, both text and HTML, with inline parts and attachments around them. */
export function build(mail: Mail): Uint8Array {
  const isInline = ({ contentId }: Part) => contentId !== undefined && mail.html !== null;
  const inline = mail.attachments.filter(isInline);
  const attached = mail.attachments.filter((part) => !isInline(part));
  let whole = body("text/plain", mail.text);
  if (mail.html !== null) {
    const html = body("text/html", mail.html);
    whole = multipart("alternative", [whole, inline.length > 0 ? multipart("related", [html, ...inline.map(file)]) : html]);
  }
  if (attached.length > 0) whole = multipart("mixed", [whole, ...attached.map(file)]);
  return encoder.encode(headers(mail) + whole);
}

/** A part of plain text, for reports. */
export const textPart = (text: string): string => body("text/plain", text);
