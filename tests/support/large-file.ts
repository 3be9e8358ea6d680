import type { OutboundMedia } from "../../worker/channels/channel";
import type { Bytes } from "../../worker/channels/streamed";

export const MB = 1024 * 1024;
/** As a bucket hands files out. */
export const CHUNK = 64 * 1024;
const byteAt = (at: number): number => (at * 31 + (at >> 8)) & 0xff;
export const content = (size: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length: size }, (_, at) => byteAt(at));

/** A file that is made as it is read, in uneven chunks, anew for each reader; `made` counts the bytes of the latest. */
export function largeFile(size: number, chunk = CHUNK - 1): OutboundMedia & { made: number; readers: number } {
  const file = {
    id: "a_1", name: "film.mp4", type: "video/mp4", size, url: "https://inbox.example.com/x", made: 0, readers: 0,
    bytes: () => Promise.reject(new Error("nobody may hold it whole")),
    stream() {
      file.made = 0;
      file.readers++;
      return Promise.resolve(new ReadableStream<Uint8Array>({
        pull(controller) {
          if (file.made >= size) return controller.close();
          const from = file.made;
          const part = Uint8Array.from({ length: Math.min(chunk, size - from) }, (_, at) => byteAt(from + at));
          file.made += part.length;
          controller.enqueue(part);
        },
      }, { highWaterMark: 0 }));
    },
  };
  return file;
}

/** For tests that look at all of it. */
export async function wholeOf({ size, chunks }: Bytes): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(size);
  let filled = 0;
  for await (const chunk of chunks()) {
    whole.set(chunk, filled);
    filled += chunk.byteLength;
  }
  if (filled !== size) throw new Error(`${filled} bytes instead of ${size}`);
  return whole;
}
