import type { Capabilities, ChannelKind } from "../../../worker/contract/channel";
import { bareType, countMessages, takesType } from "../../../worker/contract/file-limits";

/** What is wrong with adding a file, before a byte is sent. `kind-size`: too large for a file of its kind, whatever else goes along. `shrink`: an image that fits once made smaller. */
export type Refusal =
  | { why: "no-files" }
  | { why: "count"; max: number }
  | { why: "type"; type: string }
  | { why: "size" | "kind-size"; bytes: number; max: number; shrink: boolean };

export interface FileFacts { name: string; type: string; size: number }

// What a browser can decode and write again; others (HEIC outside Safari, SVG, GIF with frames) would be harmed or fail.
const REDRAWABLE = ["image/jpeg", "image/png", "image/webp"];
export const canShrink = (type: string) => REDRAWABLE.includes(type);

/** Comments are kept by us alone: the only limits are the upload route's own. */
export const COMMENT_MEDIA: NonNullable<Capabilities["media"]> = { max: 20, bytes: 25_000_000, types: ["*"], limits: [], together: true, caption: true };

/** Null when the file may join `others`. `media` is the capability of the chosen channel. */
export function refuseFile(media: Capabilities["media"], file: FileFacts, others: readonly FileFacts[]): Refusal | null {
  if (media === null) return { why: "no-files" };
  if (others.length >= media.max) return { why: "count", max: media.max };
  const kindOf = bareType(file.type);
  if (!takesType(media.types, kindOf)) return { why: "type", type: file.type };
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

/** How many messages a text, its files and its answers to tap become on this channel; one where files go nowhere. */
export const messagesOf = (media: Capabilities["media"], text: string, files: readonly { type: string }[], answers = 0): number =>
  (media === null ? 1 : Math.max(1, countMessages(media, text, files, answers)));
