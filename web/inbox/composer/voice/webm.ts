/** Opus packets as a recording holds them, with the header that describes them. */
export interface OpusTrack { head: Uint8Array; packets: Uint8Array[] }

// EBML ids of what is walked into or read; everything else is skipped.
// https://www.matroska.org/technical/elements.html
const SEGMENT = 0x18538067, TRACKS = 0x1654ae6b, TRACK_ENTRY = 0xae, CODEC_PRIVATE = 0x63a2, CLUSTER = 0x1f43b675, BLOCK_GROUP = 0xa0, BLOCK = 0xa1, SIMPLE_BLOCK = 0xa3;
const INSIDE = new Set([SEGMENT, TRACKS, TRACK_ENTRY, CLUSTER, BLOCK_GROUP]);
/** Before the frame: track number (one byte below 128 tracks), time (two), flags. */
const BLOCK_HEADER = 4;
const LACING = 0x06;
const OPUS_MARK = "OpusHead";

/** Reads a variable-length number; `keepMarker` for ids, whose length bit belongs to them. Null at a broken or cut end. */
function vint(bytes: Uint8Array, at: number, keepMarker: boolean): { value: number; length: number; isUnknown: boolean } | null {
  const first = bytes[at];
  if (first === undefined || first === 0) return null;
  const length = Math.clz32(first) - 23;
  if (at + length > bytes.length) return null;
  let value = keepMarker ? first : first & (0xff >> length);
  let isUnknown = value === 0xff >> length;
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index]!;
    isUnknown &&= byte === 0xff;
    value = value * 256 + byte;
  }
  return { value, length, isUnknown: isUnknown && !keepMarker };
}

/**
 * The Opus packets of a WebM recording with one track, as browsers make it: no lacing, segments and clusters of unknown
 * length. Null when it is anything else.
 */
export function readOpus(webm: Uint8Array): OpusTrack | null {
  let head: Uint8Array | null = null;
  const packets: Uint8Array[] = [];
  let at = 0;
  while (at < webm.length) {
    const id = vint(webm, at, true);
    const size = id && vint(webm, at + id.length, false);
    // A recording that was cut off ends in the middle of an element: what came before it counts.
    if (!id || !size) break;
    const start = at + id.length + size.length;
    if (INSIDE.has(id.value)) {
      at = start;
      continue;
    }
    if (size.isUnknown || start + size.value > webm.length) break;
    const body = webm.subarray(start, start + size.value);
    if (id.value === CODEC_PRIVATE) head = body;
    if (id.value === SIMPLE_BLOCK || id.value === BLOCK) {
      if ((body[BLOCK_HEADER - 1]! & LACING) !== 0) return null;
      packets.push(body.subarray(BLOCK_HEADER));
    }
    at = start + size.value;
  }
  if (!head || packets.length === 0 || new TextDecoder().decode(head.subarray(0, OPUS_MARK.length)) !== OPUS_MARK) return null;
  return { head, packets };
}
