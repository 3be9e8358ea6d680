import { readOpus, type OpusTrack } from "./webm";

// https://www.rfc-editor.org/rfc/rfc3533 (pages) and https://www.rfc-editor.org/rfc/rfc7845 (Opus in them).
const PAGE_HEADER = 27;
const FIRST = 0x02, LAST = 0x04;
const SEGMENTS_MAX = 255;
/** A page for each second keeps the file small and seekable. */
const PACKETS_PER_PAGE = 50;
const PRE_SKIP_AT = 10;
/** Opus counts in samples of 48 kHz, whatever was recorded. */
const SAMPLES_PER_MS = 48;
const VENDOR = "Switchboard";
/** One recording is one stream: any number will do. */
const SERIAL = 1;

const CRC = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

function crc(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) value = ((value << 8) ^ CRC[((value >>> 24) ^ byte) & 0xff]!) >>> 0;
  return value;
}

/** How long a packet plays, from its first byte: https://www.rfc-editor.org/rfc/rfc6716#section-3.1 */
export function samplesOf(packet: Uint8Array): number {
  const toc = packet[0] ?? 0;
  const config = toc >> 3;
  const frameMs = config < 12 ? [10, 20, 40, 60][config & 3]! : config < 16 ? [10, 20][config & 1]! : [2.5, 5, 10, 20][config & 3]!;
  const code = toc & 3;
  const frames = code === 0 ? 1 : code === 3 ? (packet[1] ?? 1) & 0x3f : 2;
  return frames * frameMs * SAMPLES_PER_MS;
}

/** Lengths as Ogg writes them: 255 for as long as there is more, then the rest. */
const lacing = (length: number): number[] => [...Array<number>(Math.floor(length / 255)).fill(255), length % 255];

function page(packets: readonly Uint8Array[], sequence: number, granule: number, flags: number): Uint8Array {
  const lengths = packets.flatMap((packet) => lacing(packet.length));
  const bytes = new Uint8Array(PAGE_HEADER + lengths.length + packets.reduce((sum, { length }) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("OggS"));
  bytes[5] = flags;
  view.setBigUint64(6, BigInt(granule), true);
  view.setUint32(14, SERIAL, true);
  view.setUint32(18, sequence, true);
  bytes[26] = lengths.length;
  bytes.set(lengths, PAGE_HEADER);
  let at = PAGE_HEADER + lengths.length;
  for (const packet of packets) {
    bytes.set(packet, at);
    at += packet.length;
  }
  view.setUint32(22, crc(bytes), true);
  return bytes;
}

function tags(): Uint8Array {
  const vendor = new TextEncoder().encode(VENDOR);
  const bytes = new Uint8Array(8 + 4 + vendor.length + 4);
  bytes.set(new TextEncoder().encode("OpusTags"));
  new DataView(bytes.buffer).setUint32(8, vendor.length, true);
  bytes.set(vendor, 12);
  return bytes;
}

/** The same packets in an Ogg file; nothing is decoded, so nothing is lost. */
export function writeOgg({ head, packets }: OpusTrack): Uint8Array {
  const pages = [page([head], 0, 0, FIRST), page([tags()], 1, 0, 0)];
  let granule = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint16(PRE_SKIP_AT, true);
  let waiting: Uint8Array[] = [];
  let room = SEGMENTS_MAX;
  const flush = (flags: number) => {
    pages.push(page(waiting, pages.length, granule, flags));
    waiting = [];
    room = SEGMENTS_MAX;
  };
  for (const packet of packets) {
    const needed = lacing(packet.length).length;
    if (waiting.length >= PACKETS_PER_PAGE || needed > room) flush(0);
    waiting.push(packet);
    room -= needed;
    granule += samplesOf(packet);
  }
  flush(LAST);
  const whole = new Uint8Array(pages.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of pages) {
    whole.set(one, at);
    at += one.length;
  }
  return whole;
}

/** A browser's WebM recording as Ogg; null when it holds no Opus we can read. */
export async function oggOf(webm: Blob): Promise<Blob | null> {
  const track = readOpus(new Uint8Array(await webm.arrayBuffer()));
  return track && new Blob([writeOgg(track) as Uint8Array<ArrayBuffer>], { type: "audio/ogg" });
}
