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
