/** A picture of more pixels is handed out, but shown nowhere: unpacked it takes four bytes for each, and a few kB can claim billions. */
export const MAX_SHOWN_PIXELS = 64_000_000;

interface Size { width: number; height: number }

/** Width and height that a picture says it has; null where its first bytes do not tell. */
export function pictureSize(head: Uint8Array, type: string): Size | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return READERS[type]?.(view) ?? null;
}

type Reader = (view: DataView) => Size | null;
const READERS: Readonly<Record<string, Reader>> = { "image/png": png, "image/gif": gif, "image/jpeg": jpeg, "image/webp": webp, "image/avif": isoMedia, "image/heic": isoMedia };

/** IHDR is the first chunk. https://www.w3.org/TR/png-3/#11IHDR */
function png(view: DataView): Size | null {
  return view.byteLength < 24 ? null : { width: view.getUint32(16), height: view.getUint32(20) };
}

function gif(view: DataView): Size | null {
  return view.byteLength < 10 ? null : { width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** Any start of frame (C0 to CF) but the three that mean something else. ITU T.81, B.1.1.3. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Walks from segment to segment; photos have colour profiles and small copies of themselves before the frame. */
function jpeg(view: DataView): Size | null {
  let at = 2;
  while (at + 9 <= view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (isFrame(marker)) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    // Fill bytes may stand before a marker.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}

/** The three kinds of first chunk. https://developers.google.com/speed/webp/docs/riff_container */
function webp(view: DataView): Size | null {
  if (view.byteLength < 30) return null;
  const three = (at: number): number => view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
  switch (view.getUint32(12)) {
    case 0x56503858: return { width: three(24) + 1, height: three(27) + 1 };
    case 0x5650384c: {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 0x56503820: return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    default: return null;
  }
}

const ISPE = 0x69737065;

/** The largest of the sizes it lists: tiles and small copies have their own. ISO 23008-12, 6.5.3. */
function isoMedia(view: DataView): Size | null {
  let largest: Size | null = null;
  for (let at = 0; at + 16 <= view.byteLength; at++) {
    if (view.getUint32(at) !== ISPE) continue;
    const found = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (!largest || found.width * found.height > largest.width * largest.height) largest = found;
  }
  return largest;
}
