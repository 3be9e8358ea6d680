import { env } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { storeMedia, TooLarge } from "../../worker/flows/media";
import { objectKey } from "../../worker/platform/media";
import { content, MB } from "../support/large-file";

const PART = 5 * MB;
const ACCOUNT = `a_media_${crypto.randomUUID()}`;
const declared = { declared: "application/octet-stream" };

/** In pieces as a network gives them; `state` says how far it was read and whether its sender was told to stop. */
function pieces(size: number, piece: number, breaksAt = Infinity) {
  const state = { made: 0, cancelled: false };
  const whole = content(Math.min(size, 2 * PART + 7));
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (state.made >= breaksAt) return controller.error(new Error("the line broke"));
      if (state.made >= size) return controller.close();
      const from = state.made % whole.length;
      const part = whole.slice(from, Math.min(from + piece, from + size - state.made));
      state.made += part.length;
      controller.enqueue(part);
    },
    cancel() { state.cancelled = true; },
  }, { highWaterMark: 0 });
  return { stream, state };
}
const native = (bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> => new Response(bytes).body!;
const stored = async (id: string) => { const object = await env.BUCKET.get(objectKey(ACCOUNT, id)); return object && new Uint8Array(await object.arrayBuffer()); };
const isSame = (a: Uint8Array | null, b: Uint8Array) => a !== null && a.length === b.length && a.every((byte, at) => byte === b[at]);

describe("a file on its way into the bucket", () => {
  it.each([0, 1, PART - 1, PART, PART + 1, 2 * PART, 2 * PART + 7])("of %i bytes is kept as it came, from the network, in pieces, and at hand", async (size) => {
    const bytes = content(size);
    for (const [way, body] of [["network", native(bytes)], ["pieces", pieces(size, 64 * 1024 - 1).stream], ["hand", bytes]] as const) {
      expect(await storeMedia(env, ACCOUNT, `f_${size}_${way}`, body, declared)).toMatchObject({ size });
      expect([way, isSame(await stored(`f_${size}_${way}`), bytes)]).toEqual([way, true]);
    }
  });

  it("exactly at the limit is taken; a byte more is not, leaves nothing, and its sender is told to stop", async () => {
    expect(await storeMedia(env, ACCOUNT, "f_at", pieces(PART, 60_000).stream, { ...declared, max: PART })).toMatchObject({ size: PART });
    const { stream, state } = pieces(100 * MB, 60_000);
    await expect(storeMedia(env, ACCOUNT, "f_over", stream, { ...declared, max: PART })).rejects.toThrow(TooLarge);
    expect(state.cancelled).toBe(true);
    expect(state.made).toBeLessThan(3 * PART);
    expect(await stored("f_over")).toBeNull();
  });

  it("that is cut in the middle leaves nothing", async () => {
    for (const breaksAt of [100_000, PART + 100_000, 2 * PART + 1]) {
      await expect(storeMedia(env, ACCOUNT, `f_cut_${breaksAt}`, pieces(20 * MB, 60_000, breaksAt).stream, declared)).rejects.toThrow("the line broke");
      expect(await stored(`f_cut_${breaksAt}`)).toBeNull();
    }
  });

  it("never has more than two parts between the network and the bucket (B14: 16 MB)", async () => {
    const { stream, state } = pieces(25 * MB, 64 * 1024);
    let kept = 0, most = 0;
    const counted = <A extends unknown[], R>(put: (...args: A) => Promise<R>, bytesOf: (...args: A) => number) => async (...args: A): Promise<R> => {
      most = Math.max(most, state.made - kept);
      const done = await put(...args);
      kept += bytesOf(...args);
      return done;
    };
    const bucket = {
      createMultipartUpload: async (key: string, options?: R2MultipartOptions) => {
        const upload = await env.BUCKET.createMultipartUpload(key, options);
        return { uploadPart: counted((nth: number, part: Uint8Array) => upload.uploadPart(nth, part), (_nth, part) => part.byteLength), complete: (parts: R2UploadedPart[]) => upload.complete(parts), abort: () => upload.abort() };
      },
    };
    expect(await storeMedia({ ...env, BUCKET: bucket } as unknown as Env, ACCOUNT, "f_large", stream, declared)).toMatchObject({ size: 25 * MB });
    expect(kept).toBe(25 * MB);
    expect(most).toBeLessThanOrEqual(2 * PART + 64 * 1024);
  });
});
