import { bareType } from "../contract/file-limits";

/** The first bytes decide what a file is; its name and its sender's word do not. */
const SIGNATURES: readonly (readonly [offset: number, bytes: readonly number[], type: string])[] = [
  [0, [0xff, 0xd8, 0xff], "image/jpeg"],
  [0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], "image/png"],
  [0, [0x47, 0x49, 0x46, 0x38], "image/gif"],
  [8, [0x57, 0x45, 0x42, 0x50], "image/webp"],
  [8, [0x57, 0x41, 0x56, 0x45], "audio/wav"],
  [0, [0x25, 0x50, 0x44, 0x46, 0x2d], "application/pdf"],
  [0, [0x49, 0x44, 0x33], "audio/mpeg"],
  [0, [0xff, 0xfb], "audio/mpeg"],
  [0, [0x4f, 0x67, 0x67, 0x53], "audio/ogg"],
  [0, [0x23, 0x21, 0x41, 0x4d, 0x52], "audio/amr"],
  [0, [0x1a, 0x45, 0xdf, 0xa3], "video/webm"],
  [0, [0x50, 0x4b, 0x03, 0x04], "application/zip"],
];
/** ISO base media brands at byte 8, after `ftyp`. */
const BRANDS: Record<string, string> = { heic: "image/heic", heix: "image/heic", mif1: "image/heic", avif: "image/avif", "M4A ": "audio/mp4", "3gp4": "video/3gpp", "3gp5": "video/3gpp", "3gp6": "video/3gpp", "qt  ": "video/quicktime" };

/** Types a browser may show inside our pages; they cannot run anything. Everything else is a download, PDF too: it may hold a script. */
const SHOWN = new Set(["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "audio/mpeg", "audio/ogg", "audio/wav", "audio/mp4", "audio/webm", "video/mp4", "video/webm", "video/quicktime"]);
/** Containers whose bytes look alike: the sender's word decides between these and nothing else. */
const REFINES: Record<string, readonly string[]> = {
  "video/webm": ["audio/webm"], "video/mp4": ["audio/mp4"],
  "application/zip": ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.openxmlformats-officedocument.presentationml.presentation", "application/epub+zip"],
};
/** Plain data that has no signature and cannot run. */
const DECLARED = new Set(["text/plain", "text/csv", "text/vcard", "text/x-vcard", "text/calendar", "message/rfc822", "application/json"]);

/** What the bytes are. `declared` counts only where the bytes cannot tell and the answer is harmless. */
export function mediaType(head: Uint8Array, declared: string): string {
  const said = bareType(declared);
  const text = String.fromCharCode(...head.subarray(4, 12));
  const found = SIGNATURES.find(([offset, bytes]) => bytes.every((byte, index) => head[offset + index] === byte))?.[2]
    ?? (text.startsWith("ftyp") ? (BRANDS[text.slice(4)] ?? "video/mp4") : undefined);
  if (found) return REFINES[found]?.includes(said) ? said : found;
  return DECLARED.has(said) ? said : "application/octet-stream";
}

/** Whether a browser may show it in place; anything else is a download. */
export const isShown = (type: string): boolean => SHOWN.has(type);
