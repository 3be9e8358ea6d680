import { getDocument, GlobalWorkerOptions } from "pdfjs-dist";

/** Twice the width it is shown at, for fine screens. */
const WIDTH = 480;
/** A page ten times as high as wide is no page to look at. */
const MAX_RATIO = 3;

let worker: Worker | null = null;

/**
 * The first page of a PDF as a picture. It is read in a worker and only drawn: nothing in it runs, and it loads nothing.
 * Throws where it cannot be read, for example behind a password.
 */
export async function firstPage(bytes: ArrayBuffer): Promise<Blob> {
  worker ??= new Worker(new URL("pdfjs-dist/build/pdf.worker.min.mjs", import.meta.url), { type: "module" });
  GlobalWorkerOptions.workerPort = worker;
  const task = getDocument({ data: new Uint8Array(bytes), useWasm: false, useSystemFonts: true, enableXfa: false, stopAtErrors: true });
  try {
    const page = await (await task.promise).getPage(1);
    const whole = page.getViewport({ scale: 1 });
    const viewport = page.getViewport({ scale: WIDTH / whole.width });
    const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: Math.round(Math.min(viewport.height, WIDTH * MAX_RATIO)) });
    await page.render({ canvas, viewport, background: "white" }).promise;
    return await new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture of the page")))));
  } finally {
    await task.destroy();
  }
}
