/**
 * Mends, byte for byte, what the MIME parser would read wrongly: text appended to a base64 body by a gateway,
 * charset labels nobody knows on text that is UTF-8, and soft line breaks inside format=flowed quotes.
 */
const LF = 10, CR = 13, SPACE = 32, DASH = 45, GREATER = 62;
const MAX_PART_HEADERS = 65_536; // what follows in a longer header block is not looked at
const MAX_ENCODING = 200; // the longest name has 16 characters; the rest is comments
const MAX_LEVELS = 50; // the parser refuses far fewer; this only bounds the search for boundaries

interface Edit { from: number; to: number; put: Uint8Array }
interface Leaf { headerFrom: number; headerTo: number; bodyFrom: number; type: string; encoding: string }

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Headers are decoded as latin1 so that one character is one byte and offsets stay true. */
const latin1 = (bytes: Uint8Array): string => {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};

const headerValue = (headers: string, name: string): string =>
  new RegExp(`^${name}[ \\t]*:[ \\t]*((?:.|\\r?\\n[ \\t])*)`, "im").exec(headers)?.[1]?.replace(/\r?\n[ \t]/g, " ") ?? "";

const parameter = (value: string, name: string): string => {
  const match = new RegExp(`;\\s*${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, "i").exec(value);
  return match?.[1]?.replace(/\\(.)/g, "$1") ?? match?.[2] ?? "";
};

const encodingOf = (headers: string): string =>
  /[\w-]+/.exec(headerValue(headers, "content-transfer-encoding").slice(0, MAX_ENCODING).replace(/\([^)]*\)/g, ""))?.[0]?.toLowerCase() ?? "";

const isKnownCharset = (label: string): boolean => {
  try { return Boolean(new TextDecoder(label)); } catch { return false; }
};

const isUtf8WithAccents = (bytes: Uint8Array): boolean => {
  if (!bytes.some((byte) => byte > 127)) return false;
  try { new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes); return true; } catch { return false; }
};

const decodeQuotedPrintable = (bytes: Uint8Array): Uint8Array => {
  const text = latin1(bytes).replace(/=\r?\n/g, "").replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
};

const decodeBase64 = (bytes: Uint8Array): Uint8Array => {
  const text = latin1(bytes).replace(/[^a-z0-9+/]/gi, "");
  return Uint8Array.from(atob(text.slice(0, text.length - (text.length % 4 === 1 ? 1 : 0))), (char) => char.charCodeAt(0));
};

const isBase64Byte = (byte: number): boolean =>
  (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) || byte === 43 || byte === 47 || byte === 61;
const isBlank = (byte: number): boolean => byte === SPACE || byte === 9 || byte === CR;

/** Calls `visit` with each line's start and end (without its line end) until it returns false. */
function eachLine(bytes: Uint8Array, from: number, to: number, visit: (start: number, end: number, next: number) => boolean): void {
  for (let start = from; start < to;) {
    const found = bytes.indexOf(LF, start);
    const next = found < 0 || found >= to ? to : found + 1;
    let end = found < 0 || found >= to ? to : found;
    if (end > start && bytes[end - 1] === CR) end--;
    if (!visit(start, end, next)) return;
    start = next;
  }
}

/** Where the first line begins that is not base64; `to` when all of it is. */
function base64End(bytes: Uint8Array, from: number, to: number): number {
  let end = to;
  eachLine(bytes, from, to, (start, stop) => {
    let left = start, right = stop;
    while (left < right && isBlank(bytes[left]!)) left++;
    while (right > left && isBlank(bytes[right - 1]!)) right--;
    for (let at = left; at < right; at++) if (!isBase64Byte(bytes[at]!)) { end = start; return false; }
    return true;
  });
  return end;
}

/** Quoted lines keep their own line: joined, the inner `>` would end up inside the text. */
function flowedQuoteEdits(bytes: Uint8Array, from: number, to: number, quotedPrintable: boolean): Edit[] {
  const edits: Edit[] = [];
  eachLine(bytes, from, to, (start, end) => {
    if (bytes[start] !== GREATER) return true;
    const soft = bytes[end - 1] === SPACE ? 1 : quotedPrintable && latin1(bytes.subarray(Math.max(start, end - 3), end)) === "=20" ? 3 : 0;
    if (soft > 0 && end - soft > start) edits.push({ from: end - soft, to: end, put: new Uint8Array() });
    return true;
  });
  return edits;
}

function leafEdits(bytes: Uint8Array, leaf: Leaf, to: number): Edit[] {
  const edits: Edit[] = [];
  const headers = latin1(bytes.subarray(leaf.headerFrom, Math.min(leaf.headerTo, leaf.headerFrom + MAX_PART_HEADERS)));
  const isBase64 = leaf.encoding === "base64";
  const end = isBase64 ? base64End(bytes, leaf.bodyFrom, to) : to;
  const charset = parameter(leaf.type, "charset");
  const isText = !leaf.type || /^text\//i.test(leaf.type);
  if (isText && charset && !isKnownCharset(charset)) {
    const body = bytes.subarray(leaf.bodyFrom, end);
    const decoded = isBase64 ? decodeBase64(body) : leaf.encoding === "quoted-printable" ? decodeQuotedPrintable(body) : body;
    const typeAt = headers.search(/^content-type[ \t]*:/im);
    const at = headers.indexOf(charset, headers.toLowerCase().indexOf("charset", typeAt));
    if (at >= 0 && isUtf8WithAccents(decoded)) edits.push({ from: leaf.headerFrom + at, to: leaf.headerFrom + at + charset.length, put: bytesOf("utf-8") });
  }
  if (isText && !isBase64 && /^flowed$/i.test(parameter(leaf.type, "format"))) edits.push(...flowedQuoteEdits(bytes, leaf.bodyFrom, end, leaf.encoding === "quoted-printable"));
  if (end < to) edits.push({ from: end, to, put: bytesOf("\r\n") });
  return edits;
}

function apply(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const out = new Uint8Array(edits.reduce((size, edit) => size - (edit.to - edit.from) + edit.put.length, bytes.length));
  let read = 0, write = 0;
  for (const edit of edits) {
    out.set(bytes.subarray(read, edit.from), write);
    write += edit.from - read;
    out.set(edit.put, write);
    write += edit.put.length;
    read = edit.to;
  }
  out.set(bytes.subarray(read), write);
  return out;
}

/** The depth of the boundary a line is, and whether it closes; null for every other line. */
function boundaryAt(bytes: Uint8Array, start: number, end: number, boundaries: readonly Uint8Array[]): { depth: number; closes: boolean } | null {
  if (end - start < 3 || bytes[start] !== DASH || bytes[start + 1] !== DASH) return null;
  for (let depth = boundaries.length - 1; depth >= 0; depth--) {
    const boundary = boundaries[depth]!;
    let at = start + 2;
    if (end - at < boundary.length || !boundary.every((byte, index) => bytes[at + index] === byte)) continue;
    at += boundary.length;
    const closes = bytes[at] === DASH && bytes[at + 1] === DASH && at + 2 <= end;
    if (closes) at += 2;
    while (at < end && isBlank(bytes[at]!)) at++;
    if (at === end) return { depth, closes };
  }
  return null;
}

/** Returns `raw` itself when nothing needs mending. Never throws on any bytes; reads each byte a bounded number of times. */
export function repairMime(raw: Uint8Array): Uint8Array {
  const boundaries: Uint8Array[] = [];
  const edits: Edit[] = [];
  let headerFrom: number | null = 0;
  let leaf: Leaf | null = null;

  eachLine(raw, 0, raw.length, (start, end, next) => {
    const boundary = boundaryAt(raw, start, end, boundaries);
    if (boundary) {
      if (leaf) edits.push(...leafEdits(raw, leaf, start));
      leaf = null;
      boundaries.length = boundary.depth + (boundary.closes ? 0 : 1);
      headerFrom = boundary.closes ? null : next;
    } else if (headerFrom !== null && end === start) {
      const headers = latin1(raw.subarray(headerFrom, Math.min(start, headerFrom + MAX_PART_HEADERS)));
      const type = headerValue(headers, "content-type");
      const level = /^multipart\//i.test(type) ? parameter(type, "boundary") : "";
      if (level && boundaries.length < MAX_LEVELS) boundaries.push(Uint8Array.from(level, (char) => char.charCodeAt(0)));
      else if (!/^multipart\//i.test(type)) leaf = { headerFrom, headerTo: start, bodyFrom: next, type, encoding: encodingOf(headers) };
      headerFrom = null;
    }
    return true;
  });
  if (leaf) edits.push(...leafEdits(raw, leaf, raw.length));
  return edits.length > 0 ? apply(raw, edits) : raw;
}
