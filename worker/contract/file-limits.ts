import type { Capabilities } from "./channel";

type Media = NonNullable<Capabilities["media"]>;

/** Without parameters: `text/plain; charset=utf-8` is text/plain. */
export const bareType = (type: string): string => type.split(";")[0]!.trim().toLowerCase();

/** Whether a bare type is among those a channel takes. A star alone, or in a half, stands for any. */
export const takesType = (taken: readonly string[], type: string): boolean =>
  taken.some((pattern) => pattern === "*" || pattern === "*/*" || (pattern.endsWith("/*") ? type.startsWith(pattern.slice(0, -1)) : pattern === type));

// Answers to tap stand under words of their own where files travel alone.
const carriesWords = ({ caption, together }: Media, buttons: number): boolean => caption && (together || buttons === 0);

/** How many characters may stand beside files; null: as many as without them. */
export const wordsBeside = (media: Media | null, files: number, buttons: number): number | null =>
  (files > 0 && media && carriesWords(media, buttons) ? media.words ?? null : null);

/** How many messages words and files become: files that do not travel together, or not with the words, go as messages of their own. */
export function countMessages(media: Media, text: string, files: readonly { type: string }[], buttons: number): number {
  const carriers = filesByMessage(files, media).length;
  return carriers + (text.trim() === "" || (carriers > 0 && carriesWords(media, buttons)) ? 0 : 1);
}

/**
 * The files of each message that a draft becomes: all in one where they travel together, else pictures beside each other as
 * many as an album holds, and everything else alone.
 */
export function filesByMessage<F extends { type: string }>(files: readonly F[], media: { together: boolean; album?: number }): F[][] {
  if (media.together) return files.length === 0 ? [] : [[...files]];
  const messages: F[][] = [];
  for (const file of files) {
    const last = messages.at(-1);
    const joins = last && last.length < (media.album ?? 1) && [...last, file].every(({ type }) => type.startsWith("image/"));
    if (joins) last.push(file);
    else messages.push([file]);
  }
  return messages;
}

/** How many days a link to a file may live. */
export const LINK_DAYS = [7, 30] as const;
export type LinkDays = (typeof LINK_DAYS)[number];

/** The most that one upload may have, for a link: below what one request to a Worker may carry (100 MB). */
export const MAX_LINKED_BYTES = 95 * 1024 * 1024;
