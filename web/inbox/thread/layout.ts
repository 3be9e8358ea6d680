import type { Entry } from "../../../worker/contract/entry";

/** Bubbles of one person closer than this belong together. */
const GROUP_MS = 5 * 60_000;
/** Rows per chunk of the timeline: about three screens, so that few chunks are in the document at once. */
const CHUNK = 40;

/** What a row looks like, decided by its neighbours. */
export interface Placed {
  entry: Entry;
  /** A new day begins above this row. */
  opensDay: boolean;
  opensGroup: boolean;
  closesGroup: boolean;
}

/** A message that was taken back before it left: nobody but its writer ever knew of it, so nothing needs to be said. What had arrived leaves a trace. */
export const isTakenBack = (entry: Entry): boolean => entry.deleted && entry.direction === "out" && entry.attempts.length === 0 && !entry.deletedBy;

/** Pure. `before` and `after` are the rows around these, so that chunks join without a seam. */
export function place(entries: readonly Entry[], before: Entry | null, after: Entry | null, dayOf: (iso: string) => string): Placed[] {
  return entries.map((entry, index) => {
    const above = index > 0 ? entries[index - 1]! : before;
    const below = index < entries.length - 1 ? entries[index + 1]! : after;
    return {
      entry,
      opensDay: !above || dayOf(above.at) !== dayOf(entry.at),
      opensGroup: !above || !isTogether(above, entry, dayOf),
      closesGroup: !below || !isTogether(entry, below, dayOf),
    };
  });
}

const isBubble = (entry: Entry): boolean => entry.kind === "message" && entry.email === null;
const needsWords = (entry: Entry): boolean => entry.state === "failed" || entry.state === "unknown" || entry.dueAt !== null;

function isTogether(above: Entry, below: Entry, dayOf: (iso: string) => string): boolean {
  return isBubble(above) && isBubble(below)
    && above.direction === below.direction && above.channel === below.channel && above.author.type === below.author.type && above.author.id === below.author.id
    && !needsWords(above) && !needsWords(below)
    && Date.parse(below.at) - Date.parse(above.at) < GROUP_MS && dayOf(above.at) === dayOf(below.at);
}

/** Pure. The name of the chunk a row stands in. */
export const chunkKey = (conversationId: string, seq: number): string => `${conversationId}#${Math.floor(seq / CHUNK)}`;

export interface Chunk { key: string; ids: readonly string[] }

/** Pure. Cuts a thread at fixed places, so that a page on top or a row below never moves another row into a new chunk. */
export function chunksOf(conversationId: string, order: readonly string[], seqOf: (id: string) => number): Chunk[] {
  const chunks: { key: string; ids: string[] }[] = [];
  for (const id of order) {
    const key = chunkKey(conversationId, seqOf(id));
    const last = chunks.at(-1);
    if (last?.key === key) last.ids.push(id);
    else chunks.push({ key, ids: [id] });
  }
  return chunks;
}

/** Pure. The first of the newest `unread` messages of the customer; null when everything is read or it is not loaded. */
export function firstUnread(order: readonly string[], entries: Readonly<Record<string, Entry>>, unread: number): string | null {
  if (unread <= 0) return null;
  let left = unread;
  for (let index = order.length - 1; index >= 0; index--) {
    const entry = entries[order[index]!]!;
    if (entry.direction !== "in") continue;
    if (--left === 0) return entry.id;
  }
  return null;
}

/** Pure. The email that is open when the thread is: the last one; the others are one line each. */
export function lastEmail(order: readonly string[], entries: Readonly<Record<string, Entry>>): string | null {
  return order.findLast((id) => entries[id]!.email !== null) ?? null;
}
