/** How many days a link to a file may live. */
export const LINK_DAYS = [7, 30] as const;
export type LinkDays = (typeof LINK_DAYS)[number];

/** The most that one upload may have, for a link: below what one request to a Worker may carry (100 MB). */
export const MAX_LINKED_BYTES = 95 * 1024 * 1024;
