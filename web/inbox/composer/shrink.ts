// Each step is tried in turn; the last is still legible as a photo of a document.
const STEPS = [{ edge: 2_000, quality: 0.82 }, { edge: 1_600, quality: 0.75 }, { edge: 1_200, quality: 0.7 }, { edge: 800, quality: 0.6 }] as const;

/** Draws an image again, smaller, until it fits `max` bytes; null when it never does. Always a JPEG on white. */
export async function shrinkImage(file: File, max: number): Promise<File | null> {
  const bitmap = await createImageBitmap(file);
  try {
    for (const { edge, quality } of STEPS) {
      const scale = Math.min(1, edge / Math.max(bitmap.width, bitmap.height));
      const canvas = new OffscreenCanvas(Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale)));
      const context = canvas.getContext("2d");
      if (context === null) return null;
      context.fillStyle = "white";
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      const blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
      if (blob.size <= max) return new File([blob], file.name.replace(/\.[^.]+$/, "") + ".jpg", { type: "image/jpeg" });
    }
    return null;
  } finally {
    bitmap.close();
  }
}

/** The same of a file that we hold already. */
export async function smallerCopy({ url, name, type }: { url: string; name: string; type: string }, max: number): Promise<File | null> {
  const response = await fetch(url);
  return response.ok ? shrinkImage(new File([await response.blob()], name, { type }), max) : null;
}
