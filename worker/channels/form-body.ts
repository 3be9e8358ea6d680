/**
 * Forms as bytes. The platform's own reader takes every text for UTF-8, but providers of mail pass on texts in the charset
 * they came in, and raw mail, whose bytes must not change.
 */
const MAX_FIELDS = 2_000; // a mail's headers and attachments as fields; more is an attack
const MAX_PART_HEADERS = 16_384; // three short lines in every honest form
const LF = 10, CR = 13, DASH = 45, PLUS = 43, PERCENT = 37, EQUALS = 61, AMPERSAND = 38, SPACE = 32;

/** A field of a form. `type` is what its part says ("" where it does not); `fileName` is null where it is no file. */
export interface FormField { name: string; bytes: Uint8Array; type: string; fileName: string | null }

const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The text of a field, in the charset it names or the one given; what is no known charset is read as UTF-8. */
export function fieldText({ bytes, type }: FormField, charset = parameterOf(type, "charset")): string {
  try {
    return new TextDecoder(charset || "utf-8", { fatal: false, ignoreBOM: true }).decode(bytes);
  } catch {
    return utf8(bytes);
  }
}

/** The fields of `application/x-www-form-urlencoded` or `multipart/form-data`, repeated ones in their order; empty for anything else. */
export function readForm(contentType: string, body: Uint8Array): FormField[] {
  const type = contentType.split(";", 1)[0]!.trim().toLowerCase();
  if (type === "application/x-www-form-urlencoded") return urlencoded(body);
  const boundary = type === "multipart/form-data" ? parameterOf(contentType, "boundary") : "";
  return boundary ? multipart(body, new TextEncoder().encode(`--${boundary}`)) : [];
}

const hexDigit = (byte: number | undefined): number => {
  if (byte === undefined) return -1;
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
};

const isEscape = (bytes: Uint8Array, at: number): boolean => bytes[at] === PERCENT && hexDigit(bytes[at + 1]) >= 0 && hexDigit(bytes[at + 2]) >= 0;

/** Measured first: a raw mail of 25 MB has no room for a buffer that is cut to size afterwards. */
function percentDecoded(bytes: Uint8Array): Uint8Array {
  let size = bytes.length;
  for (let at = bytes.indexOf(PERCENT); at >= 0; at = bytes.indexOf(PERCENT, at + 1)) if (isEscape(bytes, at)) size -= 2;
  const out = new Uint8Array(size);
  for (let at = 0, write = 0; at < bytes.length; at++, write++) {
    const byte = bytes[at]!;
    if (byte === PERCENT && isEscape(bytes, at)) {
      out[write] = hexDigit(bytes[at + 1]) * 16 + hexDigit(bytes[at + 2]);
      at += 2;
    } else {
      out[write] = byte === PLUS ? SPACE : byte;
    }
  }
  return out;
}

function urlencoded(body: Uint8Array): FormField[] {
  const fields: FormField[] = [];
  for (let from = 0; from < body.length && fields.length < MAX_FIELDS;) {
    const found = body.indexOf(AMPERSAND, from);
    const to = found < 0 ? body.length : found;
    const pair = body.subarray(from, to);
    const equals = pair.indexOf(EQUALS);
    const name = utf8(percentDecoded(equals < 0 ? pair : pair.subarray(0, equals)));
    if (name) fields.push({ name, bytes: equals < 0 ? new Uint8Array() : percentDecoded(pair.subarray(equals + 1)), type: "", fileName: null });
    from = to + 1;
  }
  return fields;
}

/** Where `wanted` next begins at the start of a line; -1 when it does not. */
function lineThatBegins(body: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = from; at >= 0 && at + wanted.length <= body.length;) {
    if ((at === 0 || body[at - 1] === LF) && wanted.every((byte, index) => body[at + index] === byte)) return at;
    const next = body.indexOf(LF, at);
    at = next < 0 ? -1 : next + 1;
  }
  return -1;
}

function multipart(body: Uint8Array, delimiter: Uint8Array): FormField[] {
  const fields: FormField[] = [];
  let open = lineThatBegins(body, delimiter, 0);
  while (open >= 0 && fields.length < MAX_FIELDS) {
    const after = open + delimiter.length;
    if (body[after] === DASH && body[after + 1] === DASH) break;
    const lineEnd = body.indexOf(LF, after);
    if (lineEnd < 0) break;
    const next = lineThatBegins(body, delimiter, lineEnd + 1);
    // A form cut off in the middle still has what came before the cut.
    const field = partOf(body.subarray(lineEnd + 1, next < 0 ? body.length : withoutLineEnd(body, next)));
    if (field) fields.push(field);
    open = next;
  }
  return fields;
}

const withoutLineEnd = (body: Uint8Array, end: number): number => end - (body[end - 1] === LF ? (body[end - 2] === CR ? 2 : 1) : 0);

function partOf(part: Uint8Array): FormField | null {
  let headersEnd = -1, bodyFrom = -1;
  for (let at = part.indexOf(LF); at >= 0 && at < MAX_PART_HEADERS; at = part.indexOf(LF, at + 1)) {
    if (part[at + 1] === LF) { headersEnd = at; bodyFrom = at + 2; break; }
    if (part[at + 1] === CR && part[at + 2] === LF) { headersEnd = at; bodyFrom = at + 3; break; }
  }
  if (headersEnd < 0) return null;
  const headers = utf8(part.subarray(0, headersEnd)).replace(/\r?\n[ \t]+/g, " ");
  const header = (name: string): string => new RegExp(`^${name}[ \\t]*:[ \\t]*(.*)$`, "im").exec(headers)?.[1]?.trim() ?? "";
  const disposition = header("content-disposition");
  const name = parameterOf(disposition, "name");
  if (!name) return null;
  return { name, bytes: part.subarray(bodyFrom), type: header("content-type"), fileName: fileNameOf(disposition) };
}

/** A parameter of a header value, unquoted; "" when it is missing. */
function parameterOf(value: string, name: string): string {
  const match = new RegExp(`;[ \\t]*${name}[ \\t]*=[ \\t]*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, "i").exec(value);
  return match?.[1]?.replace(/\\(["\\])/g, "$1") ?? match?.[2] ?? "";
}

/** The name of a file, plain, percent-encoded by a browser, or by RFC 2231 (`filename*=utf-8''…`). */
function fileNameOf(disposition: string): string | null {
  const extended = /^([\w-]*)'[\w-]*'(.*)$/.exec(parameterOf(disposition, "filename\\*"));
  if (extended) return fieldText({ name: "", bytes: percentDecoded(new TextEncoder().encode(extended[2]!.replaceAll("+", "%2B"))), type: "", fileName: null }, extended[1]!);
  const plain = /;[ \t]*filename[ \t]*=/i.test(disposition) ? parameterOf(disposition, "filename") : null;
  return plain?.replace(/%(22|0D|0A)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))) ?? null;
}
