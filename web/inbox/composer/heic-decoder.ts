/** What one photo may take; a phone's takes about three seconds. */
const PATIENCE_MS = 60_000;

/** Sent back by the worker: the pixels, or that there are none. */
export type Decoded = { ok: true; width: number; height: number; pixels: ArrayBuffer } | { ok: false };

/** The pixels of a photo. Throws when it cannot be read. */
export async function decoded(file: File): Promise<Extract<Decoded, { ok: true }>> {
  const bytes = await file.arrayBuffer();
  const worker = new Worker(new URL("./heic-worker.ts", import.meta.url), { type: "module" });
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new Error("the photo took too long")), PATIENCE_MS);
      worker.addEventListener("message", ({ data }: MessageEvent<Decoded>) => (data.ok ? resolve(data) : reject(new Error("the photo could not be read"))));
      worker.addEventListener("error", () => reject(new Error("the decoder could not be loaded")));
      worker.postMessage(bytes, { transfer: [bytes] });
    });
  } finally {
    clearTimeout(timer);
    worker.terminate();
  }
}
