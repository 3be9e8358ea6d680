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
  const parts = body === null ? [] : body instanceof Uint8Array ? inParts([body]) : inParts(body);
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

/** Equal parts of the size R2 wants; only the last is smaller. */
async function* inParts(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let part = new Uint8Array(PART_BYTES), filled = 0;
  for await (const chunk of chunks) {
    for (let offset = 0; offset < chunk.byteLength;) {
      const take = Math.min(chunk.byteLength - offset, PART_BYTES - filled);
      part.set(chunk.subarray(offset, offset + take), filled);
      filled += take;
      offset += take;
      if (filled < PART_BYTES) continue;
      yield part;
      part = new Uint8Array(PART_BYTES);
      filled = 0;
    }
  }
  if (filled > 0) yield part.subarray(0, filled);
}
