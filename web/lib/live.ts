import { createSignal, type Accessor } from "solid-js";
import type { ConversationRow, MemberState } from "../../worker/contract/conversation";
import type { Entry } from "../../worker/contract/entry";
import type { CLOSE_UNAUTHORIZED as Unauthorized, ConversationFrame, Presence, VisitorPresence, Writing } from "../../worker/contract/frame";

export type LiveStatus = "connecting" | "live" | "offline";

/** `behind`: ask again from the state's cursor. `reset`: what we hold is too old, start over. */
export type Position = "current" | "behind" | "reset";

/** What a screen holds of one conversation. `order` is always replaced, never edited in place. */
export interface ThreadState {
  cursor: number;
  entries: Record<string, Entry>;
  /** Ids by place in the thread, without a hole, from `floor` to the end. */
  order: readonly string[];
  /** The lowest `seq` shown. Older rows that change early are kept in `entries` until their page is read. */
  floor: number;
  /** Names the page above; null at the beginning of the conversation. */
  before: number | null;
  conversation: ConversationRow | null;
  mine: MemberState | null;
  members: Presence[];
  visitor: VisitorPresence | null;
  writing: Writing | null;
}

export const emptyThread = (): ThreadState => ({ cursor: 0, entries: {}, order: [], floor: 0, before: null, conversation: null, mine: null, members: [], visitor: null, writing: null });

/** A newer `rev` replaces an older one; the same or an older one changes nothing. */
export function mergeEntries(state: ThreadState, entries: readonly Entry[]): void {
  let moved = false;
  for (const entry of entries) {
    const known = state.entries[entry.id];
    if (known && known.rev >= entry.rev) continue;
    state.entries[entry.id] = entry;
    if (known ? known.seq === entry.seq : append(state, entry)) continue;
    moved = true;
  }
  if (moved) reorder(state);
}

/** The usual case, a new row at the end, without sorting ten thousand others. */
function append(state: ThreadState, entry: Entry): boolean {
  const last = state.order.at(-1);
  if (entry.seq < state.floor) return true;
  if (last !== undefined && state.entries[last]!.seq > entry.seq) return false;
  state.order = [...state.order, entry.id];
  return true;
}

/** Reads how far down the loaded pages reach, after `floor` or the rows changed. */
export function reorder(state: ThreadState): void {
  const shown = Object.values(state.entries).filter((entry) => entry.seq >= state.floor);
  state.order = shown.sort((a, b) => a.seq - b.seq || (a.id < b.id ? -1 : 1)).map((entry) => entry.id);
}

/** Pure. Duplicates and replays change nothing, so every history of frames ends where a fresh read begins. */
export function applyFrame(state: ThreadState, frame: ConversationFrame): Position {
  if (frame.type === "reset") return "reset";
  if (frame.type === "presence") {
    state.members = frame.members;
    state.visitor = frame.visitor;
    state.writing = frame.writing ?? null;
    return "current";
  }
  if (frame.from > state.cursor) return "behind";
  mergeEntries(state, frame.entries);
  if (frame.conversation && frame.conversation.version >= (state.conversation?.version ?? 0)) state.conversation = frame.conversation;
  if (frame.mine && frame.to >= state.cursor) state.mine = frame.mine;
  state.cursor = Math.max(state.cursor, frame.to);
  return frame.more ? "behind" : "current";
}

/** The contract's own number, by type: its module would bring every schema into the first load. */
const CLOSE_UNAUTHORIZED: typeof Unauthorized = 4401;
/** A ping this often is answered without waking the object. */
const PING_MS = 25_000;
/** Two pings without any sound: the network is gone although the socket has not noticed. */
const SILENT_MS = 60_000;
const BACKOFF_FIRST_MS = 500;
const BACKOFF_MAX_MS = 30_000;

/** Full jitter: a thousand colleagues cut off at once come back spread out. */
export const backoff = (attempt: number, random: number): number => random * Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** attempt);

export interface LinkOptions {
  open: (cursor: number) => WebSocket;
  cursor: () => number;
  /** Reads one frame into the state. Throws when it cannot be read. */
  receive: (data: string) => Position;
  /** The words that ask for everything after `cursor`. */
  ask: (cursor: number) => string;
  /** After a `reset`: reads the state afresh, so that `cursor` is a place the server knows. */
  restart: () => Promise<void>;
  /** The server says that our rights have changed; there is no point in trying again. */
  signedOut: () => void;
  /** Called when a connection could not be made at all. */
  refused?: () => void;
}

export interface Link {
  status: Accessor<LiveStatus>;
  /** False when there is nobody to hear it. */
  say: (text: string) => boolean;
  close: () => void;
}

/** A socket that resumes from its cursor for as long as it is not closed. */
export function createLink(options: LinkOptions): Link {
  const [status, setStatus] = createSignal<LiveStatus>("connecting");
  let socket: WebSocket | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let heard = 0;
  let asked = -1;
  let closed = false;

  function connect(): void {
    drop();
    heard = Date.now();
    asked = options.cursor();
    const opened = options.open(asked);
    let welcome = false;
    socket = opened;
    opened.onmessage = ({ data }) => {
      heard = Date.now();
      welcome = true;
      if (data !== "pong") hear(opened, String(data));
    };
    opened.onclose = ({ code }) => {
      if (code === CLOSE_UNAUTHORIZED) {
        close();
        options.signedOut();
      } else {
        if (!welcome) options.refused?.();
        reconnect();
      }
    };
  }

  function hear(from: WebSocket, data: string): void {
    let position: Position;
    try {
      position = options.receive(data);
    } catch (error) {
      console.error("A live frame could not be read", error);
      return reconnect();
    }
    if (position === "reset") {
      void restart(from);
    } else if (position === "behind") ask();
    else {
      asked = -1;
      attempt = 0;
      setStatus("live");
    }
  }

  async function restart(from: WebSocket): Promise<void> {
    const isRead = await options.restart().then(() => true, () => false);
    // Another socket has taken over meanwhile; it asks for itself.
    if (socket !== from) return;
    if (isRead) ask();
    else reconnect();
  }

  // Once per position: while an answer is on its way, a busy conversation must not make us ask again.
  function ask(): void {
    if (asked === options.cursor()) return;
    asked = options.cursor();
    say(options.ask(asked));
  }

  function say(text: string): boolean {
    if (socket?.readyState !== WebSocket.OPEN) return false;
    socket.send(text);
    return true;
  }

  function reconnect(): void {
    drop();
    setStatus("offline");
    retry = setTimeout(connect, backoff(attempt++, Math.random()));
  }

  // A dead network never fires `close` in time: drop the handlers first, so they cannot fire twice either.
  function drop(): void {
    clearTimeout(retry);
    if (!socket) return;
    socket.onclose = socket.onmessage = null;
    socket.close();
    socket = null;
  }

  function beat(): void {
    if (!socket) return;
    if (Date.now() - heard > SILENT_MS) reconnect();
    else say("ping");
  }

  // Timers sleep with the laptop: whoever comes back should not wait for the next beat.
  function awake(): void {
    if (document.visibilityState !== "visible" || closed) return;
    if (!socket || Date.now() - heard > PING_MS + BACKOFF_FIRST_MS) connect();
  }

  function offline(): void {
    drop();
    setStatus("offline");
  }

  function close(): void {
    closed = true;
    clearInterval(pulse);
    drop();
    document.removeEventListener("visibilitychange", awake);
    removeEventListener("online", connect);
    removeEventListener("offline", offline);
  }

  const pulse = setInterval(beat, PING_MS);
  document.addEventListener("visibilitychange", awake);
  addEventListener("online", connect);
  addEventListener("offline", offline);
  connect();
  return { status, say, close };
}

/** The address of a socket on our own host. */
export function liveUrl(path: string, cursor: number): string {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("cursor", String(cursor));
  return url.href;
}
