const QUALITY = 0.9;

const NAMED = /\.(heic|heif)$/i;
const TYPED = /^image\/hei[cf](-sequence)?$/;
/** Photos as iPhones keep them. Most systems give them no type, so the name counts too. */
export const isHeic = ({ name, type }: Pick<File, "name" | "type">): boolean => TYPED.test(type) || (type === "" && NAMED.test(name));

/**
 * The photo as a JPEG, which everybody can open; throws when it cannot be read. Safari reads it itself; elsewhere a decoder of
 * 3 MB is loaded for it, in a worker, so that a broken file stops nothing but itself.
 */
export async function jpegOf(file: File): Promise<File> {
  const canvas = await drawn(file);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  return new File([blob], `${file.name.replace(/\.[^.]*$/, "") || "photo"}.jpg`, { type: "image/jpeg" });
}

async function drawn(file: File): Promise<OffscreenCanvas> {
  const native = await createImageBitmap(file).catch(() => null);
  const canvas = new OffscreenCanvas(native?.width ?? 1, native?.height ?? 1);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas to draw on");
  if (native) {
    context.drawImage(native, 0, 0);
    native.close();
    return canvas;
  }
  const { decoded } = await import("./heic-decoder");
  const { width, height, pixels } = await decoded(file);
  canvas.width = width;
  canvas.height = height;
  context.putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0);
  return canvas;
}
