import type { ConversationFilter, ConversationRow, MemberState, Sort } from "../../worker/contract/conversation";

/** What decides which rows a list shows, and in which order. */
export interface Query { filter: ConversationFilter; sort: Sort }

export const queryKey = ({ filter, sort }: Query): string => JSON.stringify([sort, ...Object.entries(filter).filter(([, value]) => value !== undefined && value !== "").sort()]);

/** Pure. Whether a live row belongs into this list; the same rules as the server's, which alone can answer `q`. */
export function belongs(row: ConversationRow, mine: MemberState | undefined, filter: ConversationFilter, memberId: string): boolean {
  const { view, tab, teamId, assigneeId, labelId, channel, connectionId, contactId, stars, q } = filter;
  if (q) return false;
  if (view === "mine" && row.assigneeId !== memberId) return false;
  if (view === "unassigned" && row.assigneeId !== null) return false;
  if (view === "following" && !row.followerIds.includes(memberId)) return false;
  if (teamId && row.teamId !== teamId) return false;
  if (assigneeId && row.assigneeId !== assigneeId) return false;
  if (labelId && !row.labelIds.includes(labelId)) return false;
  if (channel && !row.channels.includes(channel)) return false;
  if (connectionId && row.connectionId !== connectionId) return false;
  if (stars !== undefined && row.stars !== stars) return false;
  if (contactId && row.contactId !== contactId) return false;
  // Without a tab a list holds what is open; a contact's conversations are all of them.
  return tab || !contactId ? TABS[tab ?? "recent"](row, mine) : true;
}

const TABS: Record<NonNullable<ConversationFilter["tab"]>, (row: ConversationRow, mine: MemberState | undefined) => boolean> = {
  recent: (row) => row.status === "open",
  open: (row) => row.status === "open",
  unread: (row, mine) => row.status === "open" && unread(row, mine) > 0,
  "needs-reply": (row) => row.status === "open" && row.needsReply,
  starred: (_row, mine) => mine?.starred ?? false,
  snoozed: (row) => row.status === "snoozed",
  closed: (row) => row.status === "closed",
  scheduled: (row) => row.scheduled > 0,
};

export const unread = (row: ConversationRow, mine: MemberState | undefined): number => Math.max(0, row.inboundCount - (mine?.readCount ?? 0));

/** The place of a row in a list: a value, then the id, so that no two are equal. */
export type Place = readonly [string, string];

export function placeOf(row: ConversationRow, sort: Sort): Place {
  return [sort === "waiting-longest" ? row.waitingSince ?? "9999" : row.lastAt, row.id];
}

/** Negative when `a` stands above `b`. */
export function comparePlaces(a: Place, b: Place, sort: Sort): number {
  const order = a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0;
  return sort === "newest" ? -order : order;
}

/** Pure. `ids` with the moved rows taken out and, where `admits` says so, put where they belong now. */
export function rearrange(ids: readonly string[], moved: ReadonlySet<string>, admits: (id: string) => boolean, place: (id: string) => Place, sort: Sort): string[] {
  const kept = ids.filter((id) => !moved.has(id));
  for (const id of moved) {
    if (!admits(id)) continue;
    const at = place(id);
    let low = 0;
    let high = kept.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comparePlaces(place(kept[middle]!), at, sort) < 0) low = middle + 1;
      else high = middle;
    }
    kept.splice(low, 0, id);
  }
  return kept;
}
