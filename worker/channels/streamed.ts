import type { OutboundMedia } from "./channel";

/** A body that is made while it is sent, so that a large file is never whole in memory. */
export interface Streamed { type: string; stream: ReadableStream<Uint8Array> }

/** Bytes that need never be whole: how many there are, and the same ones each time they are asked for. A chunk holds only until the next is asked for. */
export interface Bytes { size: number; chunks(): AsyncIterable<Uint8Array> }

/** A text, or bytes where they stand in a body: as they are, or as base64. */
export type Piece = string | { bytes: Bytes; as: "raw" | "base64" };

const encoder = new TextEncoder();
/** A read each; 25 MB are 400. Whole lines and units of base64, so that little is left over between two. */
const READ_BYTES = 57 * 1_150;
/** Three bytes are four letters. */
const BASE64_UNIT = 3;

/** A file as its bucket hands it out. */
export const fileBytes = (file: OutboundMedia): Bytes => ({ size: file.size, chunks: () => opened(file) });

async function* opened({ stream, bytes }: OutboundMedia): AsyncGenerator<Uint8Array> {
  if (stream) yield* inReads(await stream());
  else yield await bytes();
}

/** The platform's own streams hand out 4 kB at a time unless they are asked for more. */
async function* inReads(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = body.getReader({ mode: "byob" });
  } catch {
    return yield* body;
  }
  try {
    for (let buffer = new ArrayBuffer(READ_BYTES); ;) {
      const { value, done } = await reader.read(new Uint8Array(buffer));
      if (done) return;
      yield value;
      ({ buffer } = value);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Bytes in runs whose length is a multiple of `unit`; only the last may be shorter. */
export async function* runsOf(bytes: Bytes, unit: number): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0), room = new Uint8Array(0);
  for await (const chunk of bytes.chunks()) {
    const size = rest.byteLength + chunk.byteLength;
    if (rest.byteLength > 0 && room.byteLength < size) room = new Uint8Array(size);
    if (rest.byteLength > 0) {
      room.set(rest);
      room.set(chunk, rest.byteLength);
    }
    const both = rest.byteLength > 0 ? room.subarray(0, size) : chunk;
    const whole = both.byteLength - (both.byteLength % unit);
    if (whole > 0) yield both.subarray(0, whole);
    rest = both.slice(whole);
  }
  if (rest.byteLength > 0) yield rest;
}

/** Bytes in runs of at least `size`; only the last may be shorter. */
export async function* gathered({ chunks }: Bytes, size: number): AsyncGenerator<Uint8Array> {
  let held = new Uint8Array(2 * size), length = 0;
  for await (const chunk of chunks()) {
    if (length + chunk.byteLength > held.byteLength) held = joinedOf([held.subarray(0, length), new Uint8Array(chunk.byteLength)]);
    held.set(chunk, length);
    length += chunk.byteLength;
    if (length < size) continue;
    yield held.slice(0, length);
    length = 0;
  }
  if (length > 0) yield held.slice(0, length);
}

/** The parts one behind the other, in bytes of their own. */
export function joinedOf(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, { byteLength }) => size + byteLength, 0));
  let filled = 0;
  for (const part of parts) {
    whole.set(part, filled);
    filled += part.byteLength;
  }
  return whole;
}

const LETTERS = encoder.encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const PADDING = 61, CR = 13, LF = 10;

/** As ASCII bytes: a text of 25 MB between bucket and provider would be 60 MB more to clear up. `line` letters (a multiple of 4), then CRLF; 0 for none. Written into `room` if it is large enough. */
function base64Bytes(bytes: Uint8Array, line = 0, room?: ArrayBuffer): Uint8Array<ArrayBuffer> {
  const letters = Math.ceil(bytes.length / BASE64_UNIT) * 4;
  const size = letters + (line > 0 ? 2 * Math.ceil(letters / line) : 0);
  const out = room && room.byteLength >= size ? new Uint8Array(room, 0, size) : new Uint8Array(size);
  let at = 0, column = 0;
  for (let from = 0; from < bytes.length; from += BASE64_UNIT) {
    const first = bytes[from]!, second = bytes[from + 1], third = bytes[from + 2];
    out[at++] = LETTERS[first >> 2]!;
    out[at++] = LETTERS[((first & 3) << 4) | ((second ?? 0) >> 4)]!;
    out[at++] = second === undefined ? PADDING : LETTERS[((second & 15) << 2) | ((third ?? 0) >> 6)]!;
    out[at++] = third === undefined ? PADDING : LETTERS[third & 63]!;
    column += 4;
    if (line === 0 || (column < line && from + BASE64_UNIT < bytes.length)) continue;
    out[at++] = CR;
    out[at++] = LF;
    column = 0;
  }
  return out;
}

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");

const sizeOf = (piece: Piece): number =>
  typeof piece === "string" ? encoder.encode(piece).byteLength : piece.as === "raw" ? piece.bytes.size : Math.ceil(piece.bytes.size / BASE64_UNIT) * 4;

/** The pieces one after the other. */
export const joined = (pieces: readonly Piece[]): Bytes => ({ size: pieces.reduce((size, piece) => size + sizeOf(piece), 0), chunks: () => chunksOf(pieces) });

async function* chunksOf(pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    if (typeof piece === "string") yield encoder.encode(piece);
    else if (piece.as === "raw") yield* piece.bytes.chunks();
    else yield* asBase64(piece.bytes, BASE64_UNIT, 0);
  }
}

/** Base64 of bytes read in multiples of `unit`, `line` letters in a line, all in one buffer. */
export async function* asBase64(bytes: Bytes, unit: number, line: number): AsyncGenerator<Uint8Array> {
  let room = new ArrayBuffer(0);
  for await (const run of runsOf(bytes, unit)) {
    const out = base64Bytes(run, line, room);
    room = out.buffer;
    yield out;
  }
}

/** As a body. Its length is known before it begins: some providers take no other. */
export function streamOf({ size, chunks }: Bytes): ReadableStream<Uint8Array> {
  const { readable, writable } = new FixedLengthStream(size);
  void fill(chunks(), writable.getWriter() as WritableStreamDefaultWriter<Uint8Array>);
  return readable;
}

async function fill(chunks: AsyncIterable<Uint8Array>, writer: WritableStreamDefaultWriter<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of chunks) await writer.write(chunk);
    await writer.close();
  } catch (error) {
    // The request that reads it fails with this; nobody else waits for it.
    await writer.abort(error).catch(() => undefined);
  }
}

/** A file of a JSON body: its own fields, and the name of the one that holds its base64. */
export interface JsonFile { file: OutboundMedia; fields: Record<string, string>; content: string }

/**
 * `fields` as JSON with the files as the list `key` at its end. The same message makes the same bytes. A text where there is
 * no file, or its bytes are at hand already.
 */
export async function jsonWithFiles(fields: Record<string, unknown>, key: string, files: readonly JsonFile[]): Promise<string | ReadableStream<Uint8Array>> {
  if (files.length === 0) return JSON.stringify(fields);
  const pieces: Piece[] = [`${JSON.stringify(fields).slice(0, -1)},${JSON.stringify(key)}:[`];
  for (const [index, { file, fields: own, content }] of files.entries())
    pieces.push(`${index > 0 ? "," : ""}${JSON.stringify(own).slice(0, -1)},${JSON.stringify(content)}:"`, { bytes: fileBytes(file), as: "base64" }, `"}`);
  pieces.push("]}");
  return files.some(({ file }) => file.stream) ? streamOf(joined(pieces)) : textOf(joined(pieces));
}

/** What is small, or at hand already, as a text. */
export async function textOf({ chunks }: Bytes): Promise<string> {
  const decoder = new TextDecoder();
  const texts: string[] = [];
  for await (const chunk of chunks()) texts.push(decoder.decode(chunk, { stream: true }));
  return texts.join("");
}

export interface FormFile { name: string; file: OutboundMedia; type: string; fileName: string }

/** As browsers write names in a form. https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data */
const quoted = (name: string): string => name.replace(/\r\n|\r|\n/g, "%0D%0A").replace(/"/g, "%22");

/** A form with files, made while it is sent where the files can be read that way. */
export async function formWithFiles(fields: readonly (readonly [string, string])[], files: readonly FormFile[]): Promise<FormData | Streamed> {
  if (!files.some(({ file }) => file.stream)) {
    const form = new FormData();
    for (const [name, value] of fields) form.append(name, value);
    for (const { name, file, type, fileName } of files) form.append(name, new Blob([await file.bytes() as Uint8Array<ArrayBuffer>], { type }), fileName);
    return form;
  }
  // 122 random bits: no file holds it by chance, and nobody can know it before.
  const boundary = `switchboard-${crypto.randomUUID()}`;
  const part = (name: string, more = ""): string => `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"${more}\r\n\r\n`;
  const pieces: Piece[] = fields.map(([name, value]) => `${part(name)}${value}\r\n`);
  for (const { name, file, type, fileName } of files) pieces.push(part(name, `; filename="${quoted(fileName)}"\r\nContent-Type: ${quoted(type) || "application/octet-stream"}`), { bytes: fileBytes(file), as: "raw" }, "\r\n");
  pieces.push(`--${boundary}--\r\n`);
  return { type: `multipart/form-data; boundary=${boundary}`, stream: streamOf(joined(pieces)) };
}

/** A form as `fetch` takes it. */
export const formBody = (form: FormData | Streamed): { body: FormData | ReadableStream<Uint8Array>; headers: Record<string, string> } =>
  form instanceof FormData ? { body: form, headers: {} } : { body: form.stream, headers: { "content-type": form.type } };
