import type { Conversation } from "../../../worker/contract/conversation";
import type { VisitorFrame, VisitorMessage } from "../../../worker/contract/widget";
import type { MemberActor } from "../../../worker/domain/access";
import type { Remote } from "../../../worker/db/locate";
import { list, thread } from "../../support/socket";

type Door = Pick<Remote<object>, "fetch">;

/** Something that shows a live state, loses its socket now and then, and comes back with its cursor. */
export interface Screen { resume(): Promise<void>; cut(): void }

/** A colleague's screen on one conversation. */
export class ThreadScreen implements Screen {
  private live: Awaited<ReturnType<typeof thread>> | null = null;
  constructor(private readonly door: () => Door, private readonly actor: MemberActor) {}

  get state() { return this.live!.state; }
  cut(): void { this.live?.close(); }

  async resume(): Promise<void> {
    const before = this.live?.state;
    const next = await thread(this.door(), this.actor, before?.cursor ?? 0);
    this.live?.close();
    if (before) Object.assign(next.state, { entries: { ...before.entries, ...next.state.entries }, conversation: next.state.conversation ?? before.conversation, mine: next.state.mine ?? before.mine });
    this.live = next;
  }
}

/** A colleague's list: what D1 says when it begins, live from there. */
export class ListScreen implements Screen {
  private live: Awaited<ReturnType<typeof list>> | null = null;
  constructor(private readonly door: () => Door, private readonly actor: MemberActor, private readonly read: () => Promise<Conversation[]>) {}

  get state() { return this.live!.state; }
  cut(): void { this.live?.close(); }

  async resume(): Promise<void> {
    const before = this.live && this.live.resets() === 0 ? this.live.state : undefined;
    const next = await list(this.door(), this.actor, { cursor: before?.cursor ?? 0, rows: Object.values(before?.rows ?? {}), mine: Object.values(before?.mine ?? {}) });
    // A cursor of 0 means "from where D1 is complete": what came before is read there, after the socket is open.
    const items = before?.cursor ? [] : await this.read().catch((error: unknown) => { next.close(); throw error; });
    for (const { mine, ...row } of items) {
      if (row.version > (next.state.rows[row.id]?.version ?? 0)) next.state.rows[row.id] = row;
      next.state.mine[row.id] ??= mine;
    }
    this.live?.close();
    this.live = next;
  }
}

/** A visitor's page: only what came over its socket. */
export class VisitorScreen implements Screen {
  readonly wire: string[] = [];
  readonly messages = new Map<string, VisitorMessage>();
  private cursor = 0;
  private socket: WebSocket | null = null;
  constructor(private readonly door: () => Door, private readonly visitorId: string, private readonly connectionId: string) {}

  cut(): void { this.socket?.close(); }

  say(what: "read" | "delivered"): void {
    const seq = Math.max(0, ...[...this.messages.values()].map((message) => message.seq));
    try { this.socket?.send(JSON.stringify({ type: what, seq })); } catch { /* the socket is dead: nobody hears it */ }
  }

  async resume(): Promise<void> {
    const { webSocket } = await this.door().fetch(new Request(`https://object/?cursor=${this.cursor}`, { headers: { upgrade: "websocket", "x-visitor": this.visitorId, "x-connection": this.connectionId } }));
    if (!webSocket) return;
    this.cut();
    this.socket = webSocket;
    webSocket.addEventListener("message", ({ data }) => this.hears(webSocket, data as string));
    webSocket.accept();
  }

  private hears(socket: WebSocket, text: string): void {
    this.wire.push(text);
    const frame = JSON.parse(text) as VisitorFrame;
    if (frame.type !== "sync") return;
    if (frame.from > this.cursor) return socket.send(JSON.stringify({ type: "sync", cursor: this.cursor }));
    for (const message of frame.messages) if (message.rev > (this.messages.get(message.id)?.rev ?? 0)) this.messages.set(message.id, message);
    this.cursor = Math.max(this.cursor, frame.to);
    if (frame.more) socket.send(JSON.stringify({ type: "sync", cursor: this.cursor }));
  }
}
