import type { OutboundMedia } from "./channel";

/** A body that is made while it is sent, so that a large file is never whole in memory. */
export interface Streamed { type: string; stream: ReadableStream<Uint8Array> }

/** A text, or a file where it stands in a body: as it is, or as base64. */
type Piece = string | { file: OutboundMedia; as: "raw" | "base64" };

const encoder = new TextEncoder();
/** Three bytes are four letters. */
const BASE64_UNIT = 3;

const opened = async ({ stream, bytes }: OutboundMedia): Promise<AsyncIterable<Uint8Array>> => stream ? await stream() : one(await bytes());
async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> { yield bytes; }

/** The bytes of a file in runs whose length is a multiple of `unit`; only the last may be shorter. */
export async function* runsOf(file: OutboundMedia, unit: number): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of await opened(file)) {
    const joined = rest.byteLength === 0 ? chunk : joinedOf(rest, chunk);
    const whole = joined.byteLength - (joined.byteLength % unit);
    if (whole > 0) yield joined.subarray(0, whole);
    rest = joined.slice(whole);
  }
  if (rest.byteLength > 0) yield rest;
}

function joinedOf(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.byteLength + second.byteLength);
  both.set(first);
  both.set(second, first.byteLength);
  return both;
}

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");

const sizeOf = (piece: Piece): number =>
  typeof piece === "string" ? encoder.encode(piece).byteLength : piece.as === "raw" ? piece.file.size : Math.ceil(piece.file.size / BASE64_UNIT) * 4;

/** The pieces one after the other. Its length is known before it begins: some providers take no other. */
function streamOf(pieces: readonly Piece[]): ReadableStream<Uint8Array> {
  const { readable, writable } = new FixedLengthStream(pieces.reduce((size, piece) => size + sizeOf(piece), 0));
  void fill(pieces, writable.getWriter() as WritableStreamDefaultWriter<Uint8Array>);
  return readable;
}

async function fill(pieces: readonly Piece[], writer: WritableStreamDefaultWriter<Uint8Array>): Promise<void> {
  try {
    for (const piece of pieces) {
      if (typeof piece === "string") await writer.write(encoder.encode(piece));
      else for await (const run of runsOf(piece.file, piece.as === "raw" ? 1 : BASE64_UNIT)) await writer.write(piece.as === "raw" ? run : encoder.encode(base64(run)));
    }
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
    pieces.push(`${index > 0 ? "," : ""}${JSON.stringify(own).slice(0, -1)},${JSON.stringify(content)}:"`, { file, as: "base64" }, `"}`);
  pieces.push("]}");
  if (files.some(({ file }) => file.stream)) return streamOf(pieces);
  const texts: string[] = [];
  for (const piece of pieces) texts.push(typeof piece === "string" ? piece : base64(await piece.file.bytes()));
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
  for (const { name, file, type, fileName } of files) pieces.push(part(name, `; filename="${quoted(fileName)}"\r\nContent-Type: ${quoted(type) || "application/octet-stream"}`), { file, as: "raw" }, "\r\n");
  pieces.push(`--${boundary}--\r\n`);
  return { type: `multipart/form-data; boundary=${boundary}`, stream: streamOf(pieces) };
}

/** A form as `fetch` takes it. */
export const formBody = (form: FormData | Streamed): { body: FormData | ReadableStream<Uint8Array>; headers: Record<string, string> } =>
  form instanceof FormData ? { body: form, headers: {} } : { body: form.stream, headers: { "content-type": form.type } };
