import type { ChannelKind } from "../../worker/contract/channel";
import type { Entry } from "../../worker/contract/entry";
import { ConversationClientFrame, CLOSE_UNAUTHORIZED, MAX_SERVER_FRAME_BYTES, type ConversationFrame, type Presence } from "../../worker/contract/frame";
import { VisitorClientFrame, type VisitorFrame, type VisitorMessage } from "../../worker/contract/widget";
import { maySee, type MemberActor } from "../../worker/domain/access";
import { cleanPageUrl } from "../../worker/domain/widget";
import { mediaUrl } from "../../worker/platform/media";
import { isContinued } from "./continuing";
import type { Delivery } from "./receiving";
import type { Changes, Store, Stored } from "./store";
import { Visits } from "./visits";

/** Rows of one frame; more come in the next page. */
const PAGE = 200;
/** Someone who has not typed for this long is only looking. */
const TYPING_MS = 6_000;
/** A messenger app tells that somebody writes, and not that they stopped; it shows as much for about as long. */
const APP_TYPING_MS = 20_000;
/** A visitor may say this much in a minute; a person cannot type faster, a script can. */
const VISITOR_FRAMES_PER_MINUTE = 120;

type Member = { kind: "member"; id: string; name: string; role: MemberActor["role"]; teamIds: string[]; typingAt: number; mode: "reply" | "comment" | null; draft: string | null };
type Visitor = { kind: "visitor"; visitorId: string; connectionId: string; typingAt: number; page: { url: string; title: string } | null; minute: number; frames: number };
type Viewer = Member | Visitor;

/** What the sockets need from the object around them. */
export interface SocketHost {
  readonly env: Env;
  readonly ctx: DurableObjectState;
  readonly store: Store;
  readonly accountId: string;
  now(): number;
  /** The visitor's own page said it has, or has read, our messages up to a place. */
  /** A colleague is writing an answer on this channel. */
  typing(channel: string): void;
  visitorReached(visitor: { visitorId: string; connectionId: string }, state: "delivered" | "read", seq: number): void;
}

/** The live viewers of one conversation. Who they are is in each socket's attachment, so nothing is lost in hibernation. */
export class Sockets {
  private readonly visits: Visits;
  /** Whether visitors were told that the conversation is closed; null when this instance has told nothing yet. */
  private toldClosed: boolean | null = null;
  /** The customer is writing in a messenger app. In memory only: it is over before it would be missed. */
  private writing: { channel: ChannelKind; until: number } | null = null;

  constructor(private readonly host: SocketHost) { this.visits = new Visits(host.ctx.storage); }

  /** Has this visitor the page with our widget open? */
  isHere({ visitorId, connectionId }: { visitorId: string; connectionId: string }): boolean {
    return this.host.ctx.getWebSockets("visitor").some((socket) => {
      const viewer = socket.deserializeAttachment() as Visitor;
      return socket.readyState === WebSocket.OPEN && viewer.visitorId === visitorId && viewer.connectionId === connectionId;
    });
  }

  /** In which language the visitor's browser speaks, as far as it told. */
  localeOf({ visitorId, connectionId }: { visitorId: string; connectionId: string }): string | null { return this.visits.of(`${connectionId} ${visitorId}`)?.locale ?? null; }

  acceptMember(actor: MemberActor, cursor: number): Response {
    const viewer: Member = { kind: "member", id: actor.id, name: actor.name, role: actor.role, teamIds: actor.teamIds, typingAt: 0, mode: null, draft: null };
    const client = this.accept(viewer, [`member:${actor.id}`], undefined);
    client.server.send(JSON.stringify(this.since(cursor, viewer)));
    this.announce();
    return client.response;
  }

  /** `protocol` is echoed: a browser refuses the socket otherwise. */
  acceptVisitor(visitor: { visitorId: string; connectionId: string }, cursor: number, protocol: string | null): Response {
    const viewer: Visitor = { kind: "visitor", ...visitor, typingAt: 0, page: null, minute: 0, frames: 0 };
    const client = this.accept(viewer, ["visitor"], protocol ?? undefined);
    client.server.send(JSON.stringify(this.visitorSince(cursor, viewer)));
    this.announce();
    return client.response;
  }

  /** Sends what one transaction changed. Whoever missed the frame before asks again from their cursor. */
  publish({ from, to, entries, head, members }: Changes): void {
    const conversation = head ? this.host.store.row() : null;
    let shared: string | null = null;
    for (const socket of this.host.ctx.getWebSockets()) {
      const viewer = socket.deserializeAttachment() as Viewer;
      if (viewer.kind === "visitor") {
        const messages = entries.filter((stored) => this.isFor(stored, viewer)).map((stored) => this.toVisitor(stored));
        if (messages.length > 0) deliver(socket, JSON.stringify({ type: "sync", from, to, more: false, messages, readBy: null } satisfies VisitorFrame));
        continue;
      }
      if (conversation && !maySee(viewer, conversation)) {
        socket.close(CLOSE_UNAUTHORIZED, "no longer yours");
        continue;
      }
      const frame = (mine: boolean): ConversationFrame => ({ type: "sync", from, to, more: false, entries: entries.map(({ entry }) => entry), conversation, mine: mine ? this.host.store.member(viewer.id) : null });
      if (members.includes(viewer.id)) deliver(socket, JSON.stringify(frame(true)));
      else deliver(socket, shared ??= JSON.stringify(frame(false)));
    }
    const closed = this.host.store.head.status === "closed";
    if (head && this.toldClosed !== closed) this.tellVisitors({ type: "closed", closed });
    this.toldClosed = closed;
  }

  since(cursor: number, viewer: { id: string }): ConversationFrame {
    const { store } = this.host;
    if (cursor > store.rev) return { type: "reset", reason: "unknown cursor" };
    const { page, more } = paged(store.since(cursor, PAGE).map(({ entry }) => entry));
    return { type: "sync", from: cursor, to: more ? page.at(-1)!.rev : store.rev, more, entries: page, conversation: store.row(), mine: store.member(viewer.id) };
  }

  visitorSince(cursor: number, visitor: { visitorId: string; connectionId: string }): VisitorFrame {
    const { store } = this.host;
    if (cursor > store.rev) return { type: "reset", reason: "unknown cursor" };
    const rows = store.since(cursor, PAGE);
    const more = rows.length === PAGE;
    return { type: "sync", from: cursor, to: more ? rows.at(-1)!.entry.rev : store.rev, more, messages: rows.filter((stored) => this.isFor(stored, visitor)).map((stored) => this.toVisitor(stored)), readBy: this.readBy() };
  }

  /** The visitor's own thread, oldest first: never a comment, never another channel or person. */
  visitorPage(visitor: { visitorId: string; connectionId: string }, before: number | null, limit: number): VisitorMessage[] {
    const found: VisitorMessage[] = [];
    for (let place = before ?? Number.MAX_SAFE_INTEGER; found.length < limit;) {
      const page = this.host.store.page({ before: place, limit: PAGE });
      if (page.length === 0) break;
      found.unshift(...page.filter((stored) => this.isFor(stored, visitor)).map((stored) => this.toVisitor(stored)));
      place = page[0]!.entry.seq;
    }
    return found.slice(-limit);
  }

  message(socket: WebSocket, data: string): void {
    const viewer = socket.deserializeAttachment() as Viewer;
    if (viewer.kind === "member") this.memberMessage(socket, viewer, data);
    else this.visitorMessage(socket, viewer, data);
  }

  left(): void { this.announce(); }

  /** What was delivered tells whether the customer is writing in their app: until they have written. */
  heard({ connection: { channel }, events }: Delivery): void {
    const last = events.findLast(({ event }) => event.kind === "typing" || event.kind === "message")?.event;
    if (!last || (last.kind === "message" && this.writing === null)) return;
    this.writing = last.kind === "typing" ? { channel, until: last.at + APP_TYPING_MS } : null;
    this.announce();
  }

  /** Closes every socket of a member: signed out, or their rights changed. */
  kick(memberId: string): void {
    for (const socket of this.host.ctx.getWebSockets(`member:${memberId}`)) socket.close(CLOSE_UNAUTHORIZED, "signed out");
  }

  private memberMessage(socket: WebSocket, viewer: Member, data: string): void {
    const frame = ConversationClientFrame.safeParse(parse(data));
    if (!frame.success) return;
    if (frame.data.type === "sync") return deliver(socket, JSON.stringify(this.since(frame.data.cursor, viewer)));
    const { on, mode, draft, channel } = frame.data;
    socket.serializeAttachment({ ...viewer, typingAt: on ? this.host.now() : 0, mode, draft: mode === "reply" ? draft : null } satisfies Member);
    this.announce();
    if (on && mode === "reply" && channel) this.host.typing(channel);
    if (mode === "reply") this.tellVisitors({ type: "typing", name: viewer.name, on });
  }

  private visitorMessage(socket: WebSocket, viewer: Visitor, data: string): void {
    const minute = Math.floor(this.host.now() / 60_000);
    const frames = viewer.minute === minute ? viewer.frames + 1 : 1;
    if (frames > VISITOR_FRAMES_PER_MINUTE) return socket.close(1008, "too many frames");
    const frame = VisitorClientFrame.safeParse(parse(data));
    const next: Visitor = { ...viewer, minute, frames };
    if (frame.success && frame.data.type === "typing") next.typingAt = frame.data.on ? this.host.now() : 0;
    if (frame.success && frame.data.type === "page") next.page = pageOf(frame.data);
    if (frame.success && frame.data.type === "visit") next.page = frame.data.pages.length > 0 ? pageOf(frame.data.pages.at(-1)!) : null;
    socket.serializeAttachment(next);
    if (!frame.success) return;
    switch (frame.data.type) {
      case "sync": return deliver(socket, JSON.stringify(this.visitorSince(frame.data.cursor, viewer)));
      case "visit": this.visits.keep(`${viewer.connectionId} ${viewer.visitorId}`, frame.data, this.host.now()); return this.announce();
      case "page": if (next.page) this.visits.turn(`${viewer.connectionId} ${viewer.visitorId}`, next.page, this.host.now()); return this.announce();
      case "typing": return this.announce();
      case "read": case "delivered": return this.host.visitorReached(viewer, frame.data.type === "read" ? "read" : "delivered", frame.data.seq);
    }
  }

  private accept(viewer: Viewer, tags: string[], protocol: string | undefined): { server: WebSocket; response: Response } {
    const { 0: client, 1: server } = new WebSocketPair();
    this.host.ctx.acceptWebSocket(server, tags);
    server.serializeAttachment(viewer);
    return { server, response: new Response(null, { status: 101, webSocket: client, ...(protocol && { headers: { "sec-websocket-protocol": protocol } }) }) };
  }

  /** Who is here and what they do, to colleagues only. */
  private announce(): void {
    const now = this.host.now();
    const open = this.host.ctx.getWebSockets().filter((socket) => socket.readyState === WebSocket.OPEN).map((socket) => ({ socket, viewer: socket.deserializeAttachment() as Viewer }));
    const people = new Map<string, Presence>();
    for (const { viewer } of open) {
      if (viewer.kind !== "member") continue;
      const typing = now - viewer.typingAt < TYPING_MS;
      if (people.get(viewer.id)?.state === "typing" && !typing) continue;
      people.set(viewer.id, { memberId: viewer.id, name: viewer.name, state: typing ? "typing" : "viewing", mode: typing ? viewer.mode : null, draft: typing ? viewer.draft : null });
    }
    const visitors = open.flatMap(({ viewer }) => (viewer.kind === "visitor" ? [viewer] : []));
    const newest = visitors.at(-1);
    const visit = newest ? this.visits.of(`${newest.connectionId} ${newest.visitorId}`) : this.visits.newest();
    const text = JSON.stringify({
      type: "presence", members: [...people.values()],
      visitor: newest ? { online: true, typing: visitors.some((visitor) => now - visitor.typingAt < TYPING_MS), page: newest.page, visit } : visit && { online: false, typing: false, page: null, visit },
      writing: this.writing && this.writing.until > now ? { channel: this.writing.channel, until: new Date(this.writing.until).toISOString() } : null,
    } satisfies ConversationFrame);
    for (const { socket, viewer } of open) if (viewer.kind === "member") deliver(socket, text);
  }

  /** A colleague has read up to now. */
  seen(): void {
    const { rev } = this.host.store;
    this.tellVisitors({ type: "sync", from: rev, to: rev, more: false, messages: [], readBy: this.readBy() });
  }

  private readBy(): string | null {
    const { readAt } = this.host.store.head;
    // Heads stored before this was kept have no such field.
    return readAt ? new Date(readAt).toISOString() : null;
  }

  private tellVisitors(frame: VisitorFrame): void {
    for (const socket of this.host.ctx.getWebSockets("visitor")) deliver(socket, JSON.stringify(frame));
  }

  /** A visitor sees messages between them and us on their widget, once they have left our hands, and the mails in which the chat went on. */
  private isFor({ entry, internal }: Stored, visitor: { visitorId: string; connectionId: string }): boolean {
    if (entry.kind !== "message" || (entry.direction === "out" && entry.state !== "sent" && entry.state !== "delivered" && entry.state !== "read")) return false;
    if (entry.email) return internal.continues !== true && isContinued(this.host.store.head, entry.email, visitor);
    return entry.connectionId === visitor.connectionId && internal.visitorId === visitor.visitorId;
  }

  private toVisitor({ entry, internal }: Stored): VisitorMessage {
    const { env, accountId } = this.host;
    const text = entry.email ? entry.text.slice(0, entry.email.quoteAt ?? undefined).trim() : entry.text;
    return {
      ...(entry.content?.kind === "buttons" && { buttons: entry.content.options }), ...(entry.email && { byMail: true }),
      id: entry.id, ...(entry.direction === "in" && internal.externalId !== null && { clientId: internal.externalId }), rev: entry.rev, seq: entry.seq, mine: entry.direction === "in", author: entry.direction === "in" ? "" : entry.author.name, text, state: entry.state, at: entry.at, deleted: entry.deleted,
      attachments: entry.attachments.map((file) => ({ ...file, url: mediaUrl(env, accountId, file.id, file.name, this.host.now()) })),
    };
  }
}

/** A page as colleagues may see it: its address may carry tokens of the visitor's. */
function pageOf({ url, title }: { url: string; title: string }): Visitor["page"] {
  const clean = cleanPageUrl(url);
  return clean === null ? null : { url: clean, title };
}

/** As many rows as fit a frame; always at least one. */
function paged(entries: Entry[]): { page: Entry[]; more: boolean } {
  let size = 0;
  const fits = entries.findIndex((entry, index) => (size += entry.text.length + 2_000) > MAX_SERVER_FRAME_BYTES && index > 0);
  const page = fits < 0 ? entries : entries.slice(0, fits);
  return { page, more: fits >= 0 || entries.length === PAGE };
}

function parse(data: string): unknown {
  try { return JSON.parse(data); } catch { return null; }
}

function deliver(socket: WebSocket, text: string): void {
  try { socket.send(text); } catch { /* closing: it will be back with its cursor */ }
}
