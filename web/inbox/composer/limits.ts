import type { Capabilities, ChannelKind } from "../../../worker/contract/channel";
import { filesByMessage } from "../../../worker/contract/file-limits";

/** What is wrong with adding a file, before a byte is sent. `kind-size`: too large for a file of its kind, whatever else goes along. `shrink`: an image that fits once made smaller. */
export type Refusal =
  | { why: "no-files" }
  | { why: "count"; max: number }
  | { why: "type"; type: string }
  | { why: "size" | "kind-size"; bytes: number; max: number; shrink: boolean };

export interface FileFacts { name: string; type: string; size: number }

/** Without parameters: `text/plain; charset=utf-8` is text/plain. */
const typeOf = ({ type }: FileFacts): string => type.split(";")[0]!.trim().toLowerCase();

/** `image/*` and `*` are patterns; anything else must be the same. */
const matches = (pattern: string, type: string) =>
  pattern === "*" || pattern === "*/*" || pattern === type || (pattern.endsWith("/*") && type.startsWith(pattern.slice(0, -1)));

// What a browser can decode and write again; others (HEIC outside Safari, SVG, GIF with frames) would be harmed or fail.
const REDRAWABLE = ["image/jpeg", "image/png", "image/webp"];
export const canShrink = (type: string) => REDRAWABLE.includes(type);

/** Comments are kept by us alone: the only limits are the upload route's own. */
export const COMMENT_MEDIA: NonNullable<Capabilities["media"]> = { max: 20, bytes: 25_000_000, types: ["*"], limits: [], together: true, caption: true };

/** Null when the file may join `others`. `media` is the capability of the chosen channel. */
export function refuseFile(media: Capabilities["media"], file: FileFacts, others: readonly FileFacts[]): Refusal | null {
  if (media === null) return { why: "no-files" };
  if (others.length >= media.max) return { why: "count", max: media.max };
  const kindOf = typeOf(file);
  if (!media.types.some((pattern) => matches(pattern, kindOf))) return { why: "type", type: file.type };
  const kind = media.limits.find(({ type }) => kindOf.startsWith(type))?.bytes ?? Infinity;
  // Files that travel alone do not share their room.
  const room = Math.max(0, media.bytes - (media.together ? others.reduce((sum, { size }) => sum + size, 0) : 0));
  const max = Math.min(kind, room);
  if (file.size > max) return { why: kind < room ? "kind-size" : "size", bytes: file.size, max, shrink: canShrink(file.type) && max > 0 };
  return null;
}

/** The first file that no longer fits, for example after the channel was switched. */
export function firstRefused<File extends FileFacts>(media: Capabilities["media"], files: readonly File[]): { file: File; refusal: Refusal } | null {
  for (const [index, file] of files.entries()) {
    const refusal = refuseFile(media, file, files.slice(0, index));
    if (refusal) return { file, refusal };
  }
  return null;
}

/** Channels whose carriers cut a text into segments and charge for each. */
const SEGMENTED: Partial<Record<ChannelKind, true>> = { sms: true };
export const isSegmented = (channel: ChannelKind | null): boolean => channel !== null && SEGMENTED[channel] === true;

/** How many messages a text and its files become on this channel. Answers to tap stand under words of their own where files travel alone. */
export function messagesOf(media: Capabilities["media"], text: string, files: readonly { type: string }[], hasAnswers = false): number {
  if (media === null || files.length === 0) return 1;
  const carriers = filesByMessage(files, media).length;
  return carriers + (text.trim() !== "" && (!media.caption || (hasAnswers && !media.together)) ? 1 : 0);
}
