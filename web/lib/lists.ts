import { batch, createSignal, type Accessor } from "solid-js";
import type { ConversationPage } from "../../worker/contract/conversation";
import type { ApiProblem } from "./api";
import { belongs, comparePlaces, placeOf, rearrange, type Place, type Query } from "./listing";
import type { Row } from "./patch";

/** A resting pointer holds the order this long, so that a click hits what was aimed at, and no list stands still for ever. */
const HOLD_MS = 3_000;

export interface List {
  query: Query;
  ids: Accessor<readonly string[]>;
  /** False until the server has answered once; what is shown before comes from this device. */
  isLoaded: Accessor<boolean>;
  isLoading: Accessor<boolean>;
  hasMore: Accessor<boolean>;
  problem: Accessor<ApiProblem | null>;
  loadMore: () => Promise<void>;
  /** Reads the first page afresh. */
  reload: () => Promise<void>;
  /** The pointer is over the rows: contents change, places do not. */
  hold: (on: boolean) => void;
  /** This row stays although it no longer belongs, for example the unread one being read. */
  keep: (id: string | null) => void;
}

export interface ListSource {
  get: (id: string) => Row | undefined;
  all: () => Iterable<string>;
  /** Confirmed by the server in this visit. */
  isFresh: (id: string) => boolean;
  memberId: () => string;
  fetch: (query: Query, cursor: string | null) => Promise<ConversationPage>;
  adopt: (page: ConversationPage) => void;
  problemOf: (error: unknown) => ApiProblem;
}

export interface ManagedList extends List {
  /** These rows changed; `now` when the person did it, who must see it at once. */
  touch: (ids: readonly string[], now: boolean) => void;
}

export function createList(query: Query, source: ListSource): ManagedList {
  const { filter, sort } = query;
  const isSearch = Boolean(filter.q);
  const [ids, setIds] = createSignal<readonly string[]>([]);
  const [isLoaded, setLoaded] = createSignal(false);
  const [isLoading, setLoading] = createSignal(false);
  const [problem, setProblem] = createSignal<ApiProblem | null>(null);
  const [next, setNext] = createSignal<string | null>(null);
  let bound: Place | null = null;
  let moved = new Set<string>();
  let frame = 0;
  let held = false;
  let release: ReturnType<typeof setTimeout> | undefined;
  let kept: string | null = null;
  let reading = 0;

  function admits(id: string): boolean {
    const known = source.get(id);
    if (!known || (isLoaded() && !source.isFresh(id))) return false;
    if (!belongs(known.row, known.mine, filter, source.memberId())) return false;
    return bound === null || comparePlaces(placeOf(known.row, sort), bound, sort) <= 0;
  }
  const place = (id: string): Place => { const known = source.get(id); return known ? placeOf(known.row, sort) : ["", id]; };

  function rebuild(): void {
    if (isSearch) return;
    const staying = kept !== null && ids().includes(kept) ? kept : null;
    const shown = [...source.all()].filter((id) => id === staying || admits(id)).map((id) => [id, place(id)] as const);
    setIds(shown.sort((a, b) => comparePlaces(a[1], b[1], sort)).map(([id]) => id));
    moved = new Set();
  }

  function flush(): void {
    frame = 0;
    if (held || moved.size === 0) return;
    const changed = moved;
    moved = new Set();
    if (isSearch) return void setIds(ids().filter((id) => source.get(id)));
    const stays = kept !== null && changed.has(kept) && ids().includes(kept) && !admits(kept) && source.get(kept) ? kept : null;
    if (stays) changed.delete(stays);
    const order = rearrange(ids(), changed, admits, place, sort);
    if (order.length !== ids().length || order.some((id, index) => id !== ids()[index])) setIds(order);
  }

  function touch(changed: readonly string[], now: boolean): void {
    for (const id of changed) moved.add(id);
    if (now) {
      const waiting = held;
      held = false;
      flush();
      held = waiting;
    } else frame ||= requestAnimationFrame(flush);
  }

  async function read(cursor: string | null): Promise<void> {
    const turn = ++reading;
    setLoading(true);
    try {
      const page = await source.fetch(query, cursor);
      if (turn !== reading) return;
      batch(() => {
        source.adopt(page);
        const last = page.items.at(-1);
        bound = page.nextCursor !== null && last ? placeOf(last, sort) : null;
        setNext(page.nextCursor);
        setLoaded(true);
        setProblem(null);
        // What moved meanwhile may stand on two pages: it is one row.
        if (isSearch) setIds([...new Set([...(cursor === null ? [] : ids()), ...page.items.map(({ id }) => id)])]);
        else rebuild();
      });
    } catch (error) {
      if (turn === reading) setProblem(source.problemOf(error));
    } finally {
      if (turn === reading) setLoading(false);
    }
  }

  rebuild();
  return {
    query, ids, isLoaded, isLoading, problem, touch,
    hasMore: () => next() !== null,
    loadMore: async () => { if (next() !== null && !isLoading()) await read(next()); },
    reload: () => read(null),
    hold(on) {
      clearTimeout(release);
      held = on;
      if (on) release = setTimeout(() => { held = false; flush(); }, HOLD_MS);
      else flush();
    },
    keep(id) {
      const before = kept;
      kept = id;
      if (before && before !== id) touch([before], false);
    },
  };
}
