import { describe, expect, it } from "vitest";
import { pictureSize } from "../../worker/domain/picture-size";

const big = (value: number, bytes: number): number[] => Array.from({ length: bytes }, (_, at) => (value / 256 ** (bytes - 1 - at)) & 0xff);
const little = (value: number, bytes: number): number[] => big(value, bytes).toReversed();
const ascii = (text: string): number[] => [...text].map((char) => char.charCodeAt(0));
const bytes = (...parts: number[][]): Uint8Array => Uint8Array.from(parts.flat());

const png = (width: number, height: number) => bytes([0x89, ...ascii("PNG"), 13, 10, 26, 10], big(13, 4), ascii("IHDR"), big(width, 4), big(height, 4), [8, 6, 0, 0, 0]);
const segment = (marker: number, body: number[]): number[] => [0xff, marker, ...big(body.length + 2, 2), ...body];
const jpeg = (width: number, height: number, ...before: number[][]) => bytes([0xff, 0xd8], ...before, segment(0xc2, [8, ...big(height, 2), ...big(width, 2), 3, 0, 0, 0]));
const webp = (kind: string, body: number[]) => bytes(ascii("RIFF"), little(100, 4), ascii("WEBP"), ascii(kind), little(80, 4), body, Array<number>(20).fill(0));
const ispe = (width: number, height: number): number[] => [...big(20, 4), ...ascii("ispe"), 0, 0, 0, 0, ...big(width, 4), ...big(height, 4)];

describe("the size of a picture", () => {
  it.each<[string, string, Uint8Array, [number, number]]>([
    ["a PNG", "image/png", png(640, 480), [640, 480]],
    ["a PNG that claims a billion pixels", "image/png", png(30_000, 30_000), [30_000, 30_000]],
    ["a PNG as wide as can be said", "image/png", png(0xffffffff, 1), [4_294_967_295, 1]],
    ["a GIF", "image/gif", bytes(ascii("GIF89a"), little(320, 2), little(200, 2)), [320, 200]],
    ["a JPEG", "image/jpeg", jpeg(4000, 3000), [4000, 3000]],
    ["a JPEG with a small copy of itself before it", "image/jpeg", jpeg(4000, 3000, segment(0xe1, [...jpeg(160, 120)]), segment(0xdb, Array<number>(64).fill(1)), segment(0xc4, [0, 0])), [4000, 3000]],
    ["a JPEG with fill bytes", "image/jpeg", jpeg(4000, 3000, [0xff, 0xff]), [4000, 3000]],
    ["an extended WebP", "image/webp", webp("VP8X", [0, 0, 0, 0, ...little(1999, 3), ...little(999, 3)]), [2000, 1000]],
    ["a lossless WebP", "image/webp", webp("VP8L", [0x2f, ...little((299 | (199 << 14)) >>> 0, 4)]), [300, 200]],
    ["a lossy WebP", "image/webp", webp("VP8 ", [0, 0, 0, 0x9d, 1, 0x2a, ...little(550, 2), ...little(368, 2)]), [550, 368]],
    ["a HEIC of tiles", "image/heic", bytes(ascii("....ftypheic"), ispe(512, 512), ispe(4032, 3024), ispe(240, 320)), [4032, 3024]],
    ["an AVIF", "image/avif", bytes(ascii("....ftypavif"), ispe(1200, 800)), [1200, 800]],
  ])("of %s is what it says", (_, type, head, [width, height]) => expect(pictureSize(head, type)).toEqual({ width, height }));

  it.each<[string, string, Uint8Array]>([
    ["no picture", "application/pdf", bytes(ascii("%PDF-1.7"))], ["nothing", "image/png", new Uint8Array()], ["a cut PNG", "image/png", png(1, 1).slice(0, 20)], ["a cut JPEG", "image/jpeg", jpeg(1, 1).slice(0, 6)],
    ["a JPEG whose segment leads nowhere", "image/jpeg", bytes([0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff, 0, 0, 0, 0, 0, 0])], ["a JPEG of segments without length", "image/jpeg", bytes([0xff, 0xd8], Array<number>(2_000).fill(0).map((_, at) => (at % 4 < 2 ? 0xff : 0)))], ["an unknown WebP", "image/webp", webp("ABCD", Array<number>(20).fill(0))], ["an AVIF without a size", "image/avif", bytes(ascii("....ftypavif"))],
  ])("of %s is not known", (_, type, head) => expect(pictureSize(head, type)).toBeNull());
});
