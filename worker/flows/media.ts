import { mediaType } from "../domain/media-type";
import { MAX_SHOWN_PIXELS, pictureSize } from "../domain/picture-size";
import { objectKey } from "../platform/media";

/** The largest file we take in or hand out. */
export const MAX_FILE_BYTES = 25 * 1024 * 1024;
/** Enough for every signature we look for. */
const SNIFF_BYTES = 32;
/** Cameras put their settings and a small copy of the picture before its size. */
const HEADER_BYTES = 256 * 1024;
/** R2 takes a stream only with its length, or in parts of at least this size. */
const PART_BYTES = 5 * 1024 * 1024;

/** Marks a file that no page of ours shows as a picture; its value counts the pixels. */
export const UNSHOWN = "unshown";

export class TooLarge extends Error {
  constructor(max: number) { super(`A file may have ${max / 1024 / 1024} MB`); }
}

/**
 * Streams bytes into the bucket, a part in memory at a time, and answers what they are. Writing the same id again
 * replaces it, so a repeat is harmless. Throws `TooLarge` past the limit and leaves nothing behind.
 */
export async function storeMedia(env: Env, accountId: string, attachmentId: string, body: ReadableStream<Uint8Array> | Uint8Array | null, { declared, max = MAX_FILE_BYTES }: { declared: string; max?: number }): Promise<{ type: string; size: number }> {
  const key = objectKey(accountId, attachmentId);
  const parts = body === null ? [] : inParts(body);
  let upload: R2MultipartUpload | null = null;
  const uploaded: R2UploadedPart[] = [];
  let type = "application/octet-stream", size = 0, held = new Uint8Array(0);
  let about: ReturnType<typeof aboutFile> = { httpMetadata: { contentType: type } };
  try {
    for await (const part of parts) {
      if (size === 0) {
        type = mediaType(part.subarray(0, SNIFF_BYTES), declared);
        about = aboutFile(part.subarray(0, HEADER_BYTES), type);
      }
      size += part.byteLength;
      if (size > max) throw new TooLarge(max);
      if (held.byteLength > 0) {
        upload ??= await env.BUCKET.createMultipartUpload(key, about);
        uploaded.push(await upload.uploadPart(uploaded.length + 1, held));
      }
      held = part;
    }
    if (!upload) await env.BUCKET.put(key, held, about);
    else {
      uploaded.push(await upload.uploadPart(uploaded.length + 1, held));
      await upload.complete(uploaded);
    }
    return { type, size };
  } catch (error) {
    await upload?.abort();
    throw error;
  }
}

function aboutFile(head: Uint8Array, type: string): { httpMetadata: { contentType: string }; customMetadata?: Record<string, string> } {
  const picture = pictureSize(head, type);
  const pixels = picture ? picture.width * picture.height : 0;
  return { httpMetadata: { contentType: type }, ...(pixels > MAX_SHOWN_PIXELS && { customMetadata: { [UNSHOWN]: String(pixels) } }) };
}

/**
 * Equal parts of the size R2 wants; only the last is smaller. There are two buffers in all: a part is over once the next but
 * one is asked for.
 */
async function* inParts(body: ReadableStream<Uint8Array> | Uint8Array): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const source = body instanceof Uint8Array ? copying([body]) : readerOf(body);
  let [buffer, spare] = [new ArrayBuffer(PART_BYTES), null as ArrayBuffer | null];
  try {
    for (let filled = 0; ;) {
      const read = await source.read(new Uint8Array(buffer, filled));
      ({ buffer } = read);
      filled += read.size;
      if (read.size > 0 && filled < PART_BYTES) continue;
      if (filled > 0) yield new Uint8Array(buffer, 0, filled);
      if (read.size === 0) return;
      [buffer, spare, filled] = [spare ?? new ArrayBuffer(PART_BYTES), buffer, 0];
    }
  } finally {
    await source.end();
  }
}

interface Source {
  /** Puts some bytes where `room` is and says how many; none at the end. The buffer may come back as another one, with all that was in it. */
  read(room: Uint8Array<ArrayBuffer>): Promise<{ buffer: ArrayBuffer; size: number }>;
  /** Nobody wants the rest. */
  end(): Promise<unknown>;
}

/** The platform's own streams fill our buffer directly; 25 MB in small pieces would be 25 MB more until somebody clears up. */
function readerOf(body: ReadableStream<Uint8Array>): Source {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = body.getReader({ mode: "byob" });
  } catch {
    return copying(body);
  }
  return {
    async read(room) {
      const { value, done } = await reader.read(room);
      if (!value) throw new Error("the stream kept the buffer");
      return { buffer: value.buffer, size: done ? 0 : value.byteLength };
    },
    // One that broke is over already, and its error known.
    end: () => reader.cancel().catch(() => undefined),
  };
}

/** For streams that are made in pieces. */
function copying(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Source {
  const pieces = (async function* () { yield* chunks; })();
  let rest: Uint8Array = new Uint8Array(0);
  return {
    async read(room) {
      while (rest.byteLength === 0) {
        const next = await pieces.next();
        if (next.done) return { buffer: room.buffer, size: 0 };
        rest = next.value;
      }
      const size = Math.min(rest.byteLength, room.byteLength);
      room.set(rest.subarray(0, size));
      rest = rest.subarray(size);
      return { buffer: room.buffer, size };
    },
    end: () => pieces.return(),
  };
}
