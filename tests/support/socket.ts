import { expect, vi } from "vitest";
import type { ConversationRow, MemberState } from "../../worker/contract/conversation";
import type { Entry } from "../../worker/contract/entry";
import { ConversationFrame, FeedFrame } from "../../worker/contract/frame";
import type { VisitorFrame } from "../../worker/contract/widget";
import type { MemberActor } from "../../worker/domain/access";
import type { Remote } from "../../worker/db/locate";

type Door = Pick<Remote<object>, "fetch">;

async function open(door: Door, headers: Record<string, string>, cursor: number): Promise<WebSocket> {
  const response = await door.fetch(new Request(`https://object/?cursor=${cursor}`, { headers: { upgrade: "websocket", ...headers } }));
  if (!response.webSocket) throw new Error(`no socket: ${response.status}`);
  return response.webSocket;
}

interface Thread { cursor: number; entries: Record<string, Entry>; conversation: ConversationRow | null; mine: MemberState | null }

/** A colleague's screen on one conversation: it only ever sees frames, and follows the public rule for them. */
export async function thread(door: Door, actor: MemberActor, cursor = 0) {
  const state: Thread = { cursor, entries: {}, conversation: null, mine: null };
  const socket = await open(door, { "x-actor": JSON.stringify(actor) }, cursor);
  const ask = () => socket.send(JSON.stringify({ type: "sync", cursor: state.cursor }));
  let closed: number | null = null;
  socket.addEventListener("close", ({ code }) => { closed = code; });
  socket.addEventListener("message", ({ data }) => {
    const frame = ConversationFrame.parse(JSON.parse(data as string));
    if (frame.type === "presence") return;
    if (frame.type === "reset") { Object.assign(state, { cursor: 0, entries: {} }); return ask(); }
    if (frame.from > state.cursor) return ask();
    for (const entry of frame.entries) if (entry.rev > (state.entries[entry.id]?.rev ?? 0)) state.entries[entry.id] = entry;
    if (frame.conversation && frame.conversation.version >= (state.conversation?.version ?? 0)) state.conversation = frame.conversation;
    if (frame.mine && frame.to >= state.cursor) state.mine = frame.mine;
    state.cursor = Math.max(state.cursor, frame.to);
    if (frame.more) ask();
  });
  socket.accept();
  return { state, closed: () => closed, close: () => socket.close(), say: (frame: object) => socket.send(JSON.stringify(frame)) };
}

interface List { cursor: number; rows: Record<string, ConversationRow>; mine: Record<string, MemberState> }

/** A colleague's list: complete up to where it began, and live from there. */
export async function list(door: Door, actor: MemberActor, { rows = [], mine = [], cursor = 0 }: { rows?: ConversationRow[]; mine?: MemberState[]; cursor?: number } = {}) {
  const state: List = { cursor, rows: Object.fromEntries(rows.map((row) => [row.id, row])), mine: Object.fromEntries(mine.map((one) => [one.conversationId, one])) };
  const socket = await open(door, { "x-actor": JSON.stringify(actor) }, cursor);
  let resets = 0;
  let begun = false;
  const newer = (row: ConversationRow) => row.version >= (state.rows[row.id]?.version ?? 0);
  socket.addEventListener("message", ({ data }) => {
    const frame = FeedFrame.parse(JSON.parse(data as string));
    if (frame.type === "reset") { resets++; return; }
    if (frame.type !== "sync") return;
    if (frame.from > state.cursor) return socket.send(String(state.cursor));
    begun = true;
    for (const row of frame.rows) if (newer(row)) state.rows[row.id] = row;
    for (const one of frame.mine) state.mine[one.conversationId] = one;
    for (const id of frame.removed) delete state.rows[id];
    state.cursor = Math.max(state.cursor, frame.to);
    if (frame.more) socket.send(String(state.cursor));
  });
  socket.accept();
  /** What D1 says, read after the socket began: older than what frames brought meanwhile, or the same. */
  const add = (page: { items: (ConversationRow & { mine: MemberState })[] }) => {
    for (const { mine: own, ...row } of page.items) {
      if (newer(row)) state.rows[row.id] = row;
      state.mine[row.id] ??= own;
    }
  };
  return { state, add, hasBegun: () => begun, resets: () => resets, close: () => socket.close() };
}

/** A visitor's page: every word that came over the wire. */
export async function visitor(door: Door, visitorId: string, connectionId: string) {
  const socket = await open(door, { "x-visitor": visitorId, "x-connection": connectionId }, 0);
  const wire: string[] = [];
  socket.addEventListener("message", ({ data }) => { wire.push(data as string); });
  socket.accept();
  return { wire, frames: () => wire.map((text) => JSON.parse(text) as VisitorFrame), say: (frame: object) => socket.send(JSON.stringify(frame)), close: () => socket.close() };
}

/** Waits until the assertion holds. */
export const settles = (assertion: () => unknown): Promise<unknown> => vi.waitFor(assertion, { timeout: 5_000, interval: 10 });
export const reaches = (value: () => unknown, expected: unknown): Promise<unknown> => settles(() => expect(value()).toEqual(expected));
