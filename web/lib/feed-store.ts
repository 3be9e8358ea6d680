import { batch, createSignal, type Accessor } from "solid-js";
import { createStore, produce } from "solid-js/store";
import type { Conversation, ConversationPage, ConversationPatch, ConversationRow, MemberState } from "../../worker/contract/conversation";
import type { FeedFrame } from "../../worker/contract/frame";
import type { ApiProblem } from "./api";
import { readFeedFrame } from "./frame";
import { queryKey, type Query } from "./listing";
import { createLink, type Link, type LiveStatus, type Position } from "./live";
import { createList, type List, type ManagedList } from "./lists";
import { local } from "./local";
import { applyPatch, noState, type Row } from "./patch";

/** Without a socket by then, the list is read anyway; it is read again when the socket comes. */
const SOCKET_WAIT_MS = 2_000;
const SAVE_EVERY_MS = 1_000;
/** Lists remembered, so that going back to one paints at once. */
const LISTS = 24;

/** What the server has told us. `fresh` and `live` are about this visit: everything before comes from this device. */
export interface FeedState {
  cursor: number;
  rows: Map<string, ConversationRow>;
  mine: Map<string, MemberState>;
  /** Confirmed by a page or a frame; the rest is only painted until a page says otherwise. */
  fresh: Set<string>;
  /** Own states heard since the socket opened: newer than what a page can hold. */
  live: Set<string>;
}

export const emptyFeed = (): FeedState => ({ cursor: 0, rows: new Map(), mine: new Map(), fresh: new Set(), live: new Set() });

/** Pure on `state`. Rows are newest-version-wins, so duplicates and replays change nothing. */
export function applyFeedFrame(state: FeedState, frame: Extract<FeedFrame, { type: "sync" | "reset" }>): { position: Position; changed: string[] } {
  if (frame.type === "reset") {
    state.cursor = 0;
    state.fresh.clear();
    state.live.clear();
    return { position: "reset", changed: [] };
  }
  if (frame.from > state.cursor) return { position: "behind", changed: [] };
  const changed = new Set<string>();
  for (const row of frame.rows) if (adoptRow(state, row)) changed.add(row.id);
  for (const mine of frame.mine) {
    state.mine.set(mine.conversationId, mine);
    state.live.add(mine.conversationId);
    changed.add(mine.conversationId);
  }
  for (const id of frame.removed) {
    state.rows.delete(id);
    changed.add(id);
  }
  state.cursor = Math.max(state.cursor, frame.to);
  return { position: frame.more ? "behind" : "current", changed: [...changed] };
}

/** Answers whether anything is different now. */
function adoptRow(state: FeedState, row: ConversationRow): boolean {
  const known = state.rows.get(row.id);
  const wasFresh = state.fresh.has(row.id);
  state.fresh.add(row.id);
  if (known && known.version >= row.version) return !wasFresh;
  state.rows.set(row.id, row);
  return true;
}

/** A page is read from a copy that may be a second behind: it never overrules what was heard live. */
export function adoptPage(state: FeedState, items: readonly Conversation[]): string[] {
  return items.flatMap(({ mine, ...row }) => {
    if (!state.live.has(row.id)) state.mine.set(row.id, mine);
    adoptRow(state, row);
    return [row.id];
  });
}

export interface FeedDeps {
  open: (cursor: number) => WebSocket;
  fetch: (query: Query, cursor: string | null) => Promise<ConversationPage>;
  memberId: () => string;
  /** `ids`: which of them, where only some are meant. */
  changed: (what: Extract<FeedFrame, { type: "changed" }>["what"], ids?: readonly string[]) => void;
  /** Our rights have changed: asks whether anything is left of them. */
  mayStay: () => Promise<boolean>;
  /** Throws what is no answer of the server. */
  problemOf: (error: unknown) => ApiProblem;
}

export interface Feed {
  /** What to show: the server's rows with what this person has just done already done. */
  rows: Record<string, ConversationRow>;
  mine: Record<string, MemberState>;
  online: Accessor<readonly string[]>;
  status: Accessor<LiveStatus>;
  /** Grows whenever any row changes. */
  moves: Accessor<number>;
  list: (query: Query) => List;
  /** Rows the Conversation itself has answered: as new as can be. */
  adopt: (items: readonly (ConversationRow & { mine?: MemberState })[]) => void;
  /** Shows a patch before it is answered; the answer takes it back, whether it was accepted or not. */
  expect: (id: string, patch: ConversationPatch) => () => void;
  start: () => void;
  stop: () => void;
}

/** What the store still holds and the row has no longer, such as the stars of a review that is gone: merging leaves it unless it is said to be nothing. */
const without = <T extends object>(held: T | undefined, next: T): Partial<T> => Object.fromEntries(Object.keys(held ?? {}).filter((key) => !(key in next)).map((key) => [key, undefined])) as Partial<T>;

export function createFeed(deps: FeedDeps): Feed {
  const truth = emptyFeed();
  const expected = new Map<string, ConversationPatch[]>();
  const [shown, setShown] = createStore<{ rows: Record<string, ConversationRow>; mine: Record<string, MemberState> }>({ rows: {}, mine: {} });
  const [online, setOnline] = createSignal<readonly string[]>([]);
  const [moves, setMoves] = createSignal(0);
  const [link, setLink] = createSignal<Link | null>(null);
  const lists = new Map<string, ManagedList>();
  const unsaved = new Set<string>();
  let saving: ReturnType<typeof setTimeout> | undefined;
  let hasRestarted = false;
  let hearFirst: () => void = () => {};
  const synced = new Promise<void>((resolve) => { hearFirst = resolve; });

  function get(id: string): Row | undefined {
    const row = truth.rows.get(id);
    if (!row) return undefined;
    const known = { row, mine: truth.mine.get(id) ?? noState(id) };
    return expected.get(id)?.reduce((state, patch) => applyPatch(state, patch, new Date().toISOString()), known) ?? known;
  }

  function show(ids: readonly string[], now = false): void {
    if (ids.length === 0) return;
    batch(() => {
      for (const id of ids) {
        const known = get(id);
        if (known) {
          // Copies, merged field by field: a store edits what it holds, and the truth must stay as it was told.
          setShown("rows", id, { ...without(shown.rows[id], known.row), ...known.row });
          setShown("mine", id, { ...known.mine });
        } else setShown(produce((draft) => { delete draft.rows[id]; delete draft.mine[id]; }));
        unsaved.add(id);
      }
      for (const list of lists.values()) list.touch(ids, now);
      setMoves((count) => count + 1);
    });
    saving ??= setTimeout(save, SAVE_EVERY_MS);
  }

  function save(): void {
    saving = undefined;
    const known = [...unsaved].map((id) => ({ id, row: truth.rows.get(id), mine: truth.mine.get(id) ?? null }));
    unsaved.clear();
    const gone = known.filter(({ row }) => !row).map(({ id }) => id);
    void local.putRows(known.flatMap(({ id, row, mine }) => (row ? [{ id, at: row.lastAt, row, mine }] : []))).catch(() => { /* a full disk only costs the copy */ });
    if (gone.length > 0) void local.forget(gone).catch(() => { /* as above */ });
  }

  async function paintLocal(): Promise<void> {
    const known = await local.rows();
    const unknown = known.filter(({ id }) => !truth.rows.has(id));
    for (const { id, row, mine } of unknown) {
      truth.rows.set(id, row);
      if (mine) truth.mine.set(id, mine);
    }
    show(unknown.map(({ id }) => id), true);
  }

  function hear(frame: FeedFrame): Position {
    if (frame.type === "online") { setOnline(frame.memberIds); return "current"; }
    if (frame.type === "changed") { deps.changed(frame.what, frame.ids); return "current"; }
    const { position, changed } = applyFeedFrame(truth, frame);
    show(changed);
    if (position !== "current") return position;
    hearFirst();
    if (hasRestarted) for (const known of lists.values()) void known.reload();
    hasRestarted = false;
    return position;
  }

  // Register, fetch, apply: a change between the page and the first frame would otherwise be seen by nobody.
  async function read(list: ManagedList): Promise<void> {
    const wait = new Promise<"late">((resolve) => { setTimeout(() => resolve("late"), SOCKET_WAIT_MS); });
    const first = await Promise.race([synced, wait]);
    await list.reload();
    if (first !== "late") return;
    await synced;
    await list.reload();
  }

  function list(query: Query): List {
    const key = queryKey(query);
    let known = lists.get(key);
    if (known) lists.delete(key);
    else {
      known = createList(query, {
        get, memberId: deps.memberId, fetch: deps.fetch,
        all: () => truth.rows.keys(),
        isFresh: (id) => truth.fresh.has(id),
        adopt: (page) => show(adoptPage(truth, page.items)),
        problemOf: deps.problemOf,
      });
      void read(known);
    }
    lists.set(key, known);
    for (const old of lists.keys()) {
      if (lists.size <= LISTS) break;
      lists.delete(old);
    }
    return known;
  }

  function connect(): void {
    setLink(createLink({
      open: deps.open, cursor: () => truth.cursor, ask: String, signedOut: () => void startOver(),
      receive: (data) => hear(readFeedFrame(data)),
      // First ask from the beginning, then read the pages: the same order as at the start.
      restart: () => { hasRestarted = true; return Promise.resolve(); },
    }));
  }

  // What we may see may be more or less than before: everything is read anew.
  async function startOver(): Promise<void> {
    if (!await deps.mayStay() || link() === null) return;
    show(applyFeedFrame(truth, { type: "reset", reason: "rights" }).changed);
    hasRestarted = true;
    connect();
  }

  return {
    rows: shown.rows, mine: shown.mine, online, moves, list,
    status: () => link()?.status() ?? "connecting",
    adopt(items) {
      const changed = items.filter(({ mine, ...row }) => {
        const isNew = adoptRow(truth, row);
        if (mine) { truth.mine.set(row.id, mine); truth.live.add(row.id); }
        return isNew || mine !== undefined;
      });
      show(changed.map(({ id }) => id));
    },
    expect(id, patch) {
      expected.set(id, [...(expected.get(id) ?? []), patch]);
      show([id], true);
      return () => {
        const rest = (expected.get(id) ?? []).filter((other) => other !== patch);
        if (rest.length > 0) expected.set(id, rest);
        else expected.delete(id);
        show([id], true);
      };
    },
    start() {
      void paintLocal();
      connect();
    },
    stop() {
      link()?.close();
      setLink(null);
      if (saving === undefined) return;
      clearTimeout(saving);
      save();
    },
  };
}
