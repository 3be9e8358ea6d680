import { batch, createRoot, createSignal, onCleanup, type Accessor } from "solid-js";
import { createStore, produce, unwrap } from "solid-js/store";
import type { ChannelKind } from "../../worker/contract/channel";
import type { Conversation, ConversationPage, ConversationPatch } from "../../worker/contract/conversation";
import type { Entry, EntryPage } from "../../worker/contract/entry";
import { api, ApiProblem } from "./api";
import { feed } from "./feed";
import { readConversationFrame } from "./frame";
import { local, type LocalThread } from "./local";
import { applyFrame, createLink, emptyThread, liveUrl, mergeEntries, reorder, type Link, type LiveStatus, type Position, type ThreadState } from "./live";

/** A page fills two tall screens; the server refuses more than 100. */
const PAGE = 50;
/** States kept after their screen has gone, so that going back paints at once. */
const KEPT = 30;
/** Changes are written to the local copy at most this often. */
const SAVE_EVERY_MS = 500;
/** Typing is repeated while it lasts; a colleague's screen forgets it after a little longer. */
const TYPING_EVERY_MS = 1_500;

/** An earlier conversation of the same contact, shown above the open one. */
export interface Earlier { conversation: Conversation; entries: Record<string, Entry>; order: readonly string[]; before: number | null }

export interface OpenConversation {
  id: string;
  state: ThreadState;
  earlier: Earlier[];
  status: Accessor<LiveStatus>;
  /** Why nothing can be shown; null while something is, or may still come. */
  problem: Accessor<ApiProblem | null>;
  /** Nothing is known yet, not even locally. */
  isLoading: Accessor<boolean>;
  /** The very beginning of everything this contact ever said is loaded. */
  isComplete: Accessor<boolean>;
  loadingOlder: Accessor<boolean>;
  loadOlder: () => Promise<void>;
  /** Tells colleagues, and the customer on the channel a reply is written for; called on every keystroke, sent rarely. */
  typing: (on: boolean, mode: "reply" | "comment", draft: string | null, channel?: ChannelKind | null) => void;
  /** Rows from an answer of the server. */
  merge: (entries: readonly Entry[]) => void;
  retry: () => void;
}

interface Held { conversation: OpenConversation; count: number; attach: () => void; detach: () => void; dispose: () => void }
const held = new Map<string, Held>();

/**
 * The open conversation with this id: live for as long as the calling component lives, remembered a while after.
 * Everyone who asks for the same id shares one store and one socket.
 */
export function conversation(id: string): OpenConversation {
  let entry = held.get(id);
  if (entry) held.delete(id);
  else entry = createRoot((dispose) => ({ ...createConversation(id), count: 0, dispose }));
  held.set(id, entry);
  const mine = entry;
  if (mine.count++ === 0) mine.attach();
  onCleanup(() => {
    if (--mine.count === 0) mine.detach();
    for (const [key, other] of held) {
      if (held.size <= KEPT) break;
      if (other.count > 0) continue;
      held.delete(key);
      other.dispose();
    }
  });
  return mine.conversation;
}

/** The store if some screen has this conversation open or remembered; for those who must not open it. */
export const knownConversation = (id: string): OpenConversation | undefined => held.get(id)?.conversation;

export function forgetConversations(): void {
  for (const { detach, dispose } of held.values()) {
    detach();
    dispose();
  }
  held.clear();
}

const path = (id: string) => `/api/v1/conversations/${encodeURIComponent(id)}`;

function createConversation(id: string): Pick<Held, "conversation" | "attach" | "detach"> {
  const [state, setState] = createStore<ThreadState>(emptyThread());
  const [earlier, setEarlier] = createStore<Earlier[]>([]);
  const [problem, setProblem] = createSignal<ApiProblem | null>(null);
  const [isLoading, setLoading] = createSignal(true);
  const [loadingOlder, setLoadingOlder] = createSignal(false);
  const [past, setPast] = createSignal<Conversation[] | null>(null);
  const [link, setLink] = createSignal<Link | null>(null);
  let attached = false;
  let saving: ReturnType<typeof setTimeout> | undefined;

  const edit = (change: (draft: ThreadState) => void): void => {
    setState(produce(change));
    saving ??= setTimeout(() => { saving = undefined; save(); }, SAVE_EVERY_MS);
  };

  function save(): void {
    if (state.cursor > 0 && state.conversation) void local.putThread(id, unwrap(state));
  }

  // Known rows are painted first; the socket then resumes from where they stand.
  async function begin(): Promise<void> {
    if (state.cursor === 0) {
      const known = await local.thread(id).catch(() => null);
      if (known && state.cursor === 0) restore(known);
    }
    if (state.cursor === 0) await load();
    if (attached && !link()) connect();
  }

  function restore(known: LocalThread): void {
    edit((draft) => {
      Object.assign(draft, { cursor: known.cursor, before: known.before, floor: known.floor, conversation: known.conversation, mine: known.mine });
      mergeEntries(draft, known.entries);
      reorder(draft);
    });
    setLoading(false);
  }

  /** Reads the newest page afresh. Throws what the server answered. */
  async function load(): Promise<void> {
    try {
      const [row, page] = await Promise.all([
        api.get<Conversation>(path(id)),
        api.get<EntryPage>(`${path(id)}/entries?limit=${PAGE}`),
      ]);
      batch(() => {
        edit((draft) => {
          const { mine, ...conversation } = row;
          Object.assign(draft, emptyThread(), { members: draft.members, visitor: draft.visitor, writing: draft.writing, cursor: page.cursor, conversation, mine });
          adopt(draft, page);
        });
        feed().adopt([row]);
        setProblem(null);
      });
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (state.order.length === 0) setProblem(error);
      throw error;
    } finally {
      setLoading(false);
    }
  }

  function connect(): void {
    setLink(createLink({
      open: (cursor) => new WebSocket(liveUrl(`/live/conversations/${encodeURIComponent(id)}`, cursor)),
      cursor: () => state.cursor,
      ask: (cursor) => JSON.stringify({ type: "sync", cursor }),
      receive: (data) => {
        const frame = readConversationFrame(data);
        let position: Position = "behind";
        batch(() => {
          edit((draft) => { position = applyFrame(draft, frame); });
          if (frame.type === "sync" && frame.conversation) feed().adopt([{ ...frame.conversation, mine: frame.mine ?? undefined }]);
        });
        return position;
      },
      restart: load,
      signedOut: () => void refused(),
      refused: () => void askWhy(),
    }));
  }

  // A socket that is not let in looks like a broken network: it may be that the conversation is no longer ours to see.
  async function askWhy(): Promise<void> {
    try {
      await api.get<Conversation>(path(id));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (error.status !== 404) return;
      link()?.close();
      setLink(null);
      setProblem(error);
    }
  }

  // Closed for good: either this conversation is no longer ours to see, or we are signed out. Asking tells which.
  async function refused(): Promise<void> {
    setLink(null);
    try {
      await load();
      if (attached) connect();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
    }
  }

  function attach(): void {
    attached = true;
    begin().catch(() => { /* shown by `problem`; the screen offers to try again */ });
  }

  function detach(): void {
    attached = false;
    link()?.close();
    setLink(null);
    setState(produce((draft) => { draft.members = []; draft.visitor = null; draft.writing = null; }));
    if (saving === undefined) return;
    clearTimeout(saving);
    saving = undefined;
    save();
  }

  async function loadOlder(): Promise<void> {
    if (loadingOlder() || isLoading()) return;
    setLoadingOlder(true);
    try {
      if (state.before !== null) {
        const page = await api.get<EntryPage>(`${path(id)}/entries?before=${state.before}&limit=${PAGE}`);
        edit((draft) => adopt(draft, page));
      } else await loadEarlier();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
    } finally {
      setLoadingOlder(false);
    }
  }

  async function loadEarlier(): Promise<void> {
    const row = state.conversation;
    if (!row || row.kind !== "customer") return void setPast([]);
    const top = earlier[0];
    if (top && top.before !== null) {
      const page = await api.get<EntryPage>(`${path(top.conversation.id)}/entries?before=${top.before}&limit=${PAGE}`);
      return setEarlier(0, (old) => segment(old.conversation, page, Object.values(old.entries)));
    }
    const filter = JSON.stringify({ contactId: row.contactId });
    const list = past() ?? (await api.get<ConversationPage>(`/api/v1/conversations?filter=${encodeURIComponent(filter)}&sort=newest&limit=100`)).items
      .filter((other) => other.id !== id && other.kind === row.kind && other.createdAt < row.createdAt)
      .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
    const [next, ...rest] = list;
    const page = next && await api.get<EntryPage>(`${path(next.id)}/entries?limit=${PAGE}`);
    batch(() => {
      setPast(rest);
      if (next && page) setEarlier((all) => [segment(next, page, []), ...all]);
    });
  }

  const lastTyped = { at: 0, on: false };
  let lastWords: ReturnType<typeof setTimeout> | undefined;
  function typing(on: boolean, mode: "reply" | "comment", draft: string | null, channel: ChannelKind | null = null): void {
    const now = Date.now();
    clearTimeout(lastWords);
    if (!on && !lastTyped.on) return;
    const tooEarlyMs = on && lastTyped.on ? lastTyped.at + TYPING_EVERY_MS - now : 0;
    if (tooEarlyMs > 0) {
      // A colleague may be reading along: the last words of a burst are told too.
      lastWords = setTimeout(() => typing(on, mode, draft, channel), tooEarlyMs);
      return;
    }
    if (link()?.say(JSON.stringify({ type: "typing", on, mode, draft: draft === null ? null : draft.slice(0, 300), ...(channel && { channel }) }))) Object.assign(lastTyped, { at: now, on });
  }

  return {
    attach,
    detach,
    conversation: {
      id, state, earlier, problem, isLoading, loadingOlder, loadOlder, typing,
      status: () => link()?.status() ?? "connecting",
      isComplete: () => !isLoading() && state.before === null && past()?.length === 0 && (earlier[0]?.before ?? null) === null,
      merge: (entries) => edit((draft) => mergeEntries(draft, entries)),
      retry: () => { setProblem(null); setLoading(true); attach(); },
    },
  };
}

/** Puts a page on top of what is shown. */
function adopt(draft: ThreadState, page: EntryPage): void {
  draft.before = page.before;
  draft.floor = page.before === null ? 0 : Math.min(draft.floor || Infinity, ...page.items.map((entry) => entry.seq));
  mergeEntries(draft, page.items);
  reorder(draft);
}

function segment(conversation: Conversation, page: EntryPage, known: readonly Entry[]): Earlier {
  const entries = Object.fromEntries([...page.items, ...known].map((entry) => [entry.id, entry]));
  const order = Object.values(entries).sort((a, b) => a.seq - b.seq).map((entry) => entry.id);
  return { conversation, entries, order, before: page.before };
}

/**
 * Changes a conversation: shown at once, taken back with an explanation if refused.
 * Answers null when done, else why not.
 */
export async function patchConversation(id: string, patch: ConversationPatch): Promise<ApiProblem | null> {
  const settle = feed().expect(id, patch);
  try {
    feed().adopt([await api.patch<Conversation>(path(id), patch)]);
    return null;
  } catch (error) {
    if (error instanceof ApiProblem) return error;
    throw error;
  } finally {
    settle();
  }
}
