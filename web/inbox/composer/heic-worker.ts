import libheif from "libheif-js";
import type { Decoded } from "./heic-decoder";

/** Twice what the best phones take; a file that says more is an attack. */
const MAX_PIXELS = 100_000_000;
const CHANNELS = 4;

const scope = globalThis as unknown as { addEventListener: (kind: "message", act: (event: MessageEvent<ArrayBuffer>) => void) => void; postMessage: (answer: Decoded, options?: { transfer: Transferable[] }) => void };
const answer = (decoded: Decoded): void => scope.postMessage(decoded, { transfer: decoded.ok ? [decoded.pixels] : [] });

scope.addEventListener("message", ({ data }) => {
  try {
    const [image] = new libheif.HeifDecoder().decode(new Uint8Array(data));
    const [width, height] = [image?.get_width() ?? 0, image?.get_height() ?? 0];
    if (!image || width * height === 0 || width * height > MAX_PIXELS) return answer({ ok: false });
    image.display({ data: new Uint8ClampedArray(width * height * CHANNELS), width, height }, (shown) => {
      answer(shown ? { ok: true, width, height, pixels: shown.data.buffer } : { ok: false });
    });
  } catch {
    answer({ ok: false });
  }
});
