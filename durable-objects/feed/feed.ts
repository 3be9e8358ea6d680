import { DurableObject } from "cloudflare:workers";
import { CLOSE_UNAUTHORIZED, Cursor, MAX_CLIENT_FRAME_BYTES, type FeedFrame } from "../../worker/contract/frame";
import type { ConversationRow, MemberState } from "../../worker/contract/conversation";
import { findAccount } from "../../worker/db/locate";
import { loadActor } from "../../worker/db/people";
import { project, type Once } from "../../worker/db/projection";
import { maySee, type MemberActor } from "../../worker/domain/access";
import { log } from "../../worker/platform/log";
import { migrate } from "../lib/migrate";
import type { Publication } from "./publication";
import { migrations } from "./schema";

/** Rows of one frame or one D1 batch: a page stays far under the socket's and the statement's limits. */
const PAGE = 100;
/** Everything of this time goes to D1 in one batch. */
const PROJECT_EVERY_MS = 1_000;
const PROJECT_RETRY_MS = 5_000;
/** An alarm this long past its time was lost by the platform and is set again. */
const STUCK_AFTER_MS = 60_000;
/** What goes to D1 at once, in characters: escaped and in UTF-8 each statement stays under its 2 MB. */
const BATCH_CHARS = 400_000;
/** How often the place D1 has reached is written down; a restart brings at most this much there again. */
const DONE_EVERY_MS = 60_000;
/** Sending a frame costs about 40 µs a socket; the gathering window grows with the sockets so that a shard spends at most a third of its time on it. */
const GATHER_MS_PER_SOCKET = 0.1;
const GATHER_MAX_MS = 100;
/** A credential is looked up again after this long even if nobody revoked it, so that expiry is noticed. */
const ACCESS_MS = 10 * 60_000;
/** Rows older than this are dropped; a client that was away longer starts over. */
const KEEP_MS = 30 * 24 * 3_600_000;
/** No socket lives this long: deploys and networks close them, and each new one is written down again. */
const WATCHED_MS = 7 * 24 * 3_600_000;
const PRUNE_EVERY_MS = 24 * 3_600_000;

type Row = { key: string; rev: number; version: number; member: string | null; at: number; body: string };
type Viewer = Pick<MemberActor, "id" | "role" | "teamIds">;

/** One shard of an account's live list: the latest row of every conversation, to every colleague who may see it. */
export class Feed extends DurableObject<Env> {
  private readonly sql = this.ctx.storage.sql;
  private gathering: number | null = null;
  private sentAt = 0;
  /** How far D1 has everything. Written now and then: after a restart some rows go there once more, and it refuses what it has. */
  private done: number;
  private doneWrittenAt = 0;
  private projecting: Promise<void> | null = null;
  private rev: number;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    migrate(ctx.storage, migrations);
    this.rev = Math.max(this.sql.exec<{ rev: number | null }>("SELECT max(rev) AS rev FROM row").one().rev ?? 0, this.kv("floor"));
    this.done = this.kv("projected");
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    void ctx.blockConcurrencyWhile(async () => {
      const alarm = await ctx.storage.getAlarm();
      if ((alarm === null || alarm < Date.now() - STUCK_AFTER_MS) && this.hasUnprojected()) await ctx.storage.setAlarm(Date.now());
    });
  }

  // ---- RPC surface --------------------------------------------------------------------------

  /** Safe to repeat and reorder: older versions of a row and of its facts are refused. Answers once it is durable here. */
  publish(publication: Publication, now: number): void {
    const { row, nextDueAt, members, facts } = publication;
    const wasQuiet = !this.hasUnprojected();
    const sent = this.rev;
    const known = this.stored(`c:${row.id}`);
    const hasFacts = facts !== null && facts.version > (known?.body.factsVersion ?? 0);
    if (!known || row.version > known.version || hasFacts) {
      // What D1 has not got yet stays with the row; a repeat of it would be harmless, a loss would not.
      const waiting = known && known.rev > this.projected() ? known.body.once : [];
      const newer = known && known.version > row.version ? known.body : { row, nextDueAt };
      this.put(`c:${row.id}`, Math.max(row.version, known?.version ?? 0), null, now, {
        row: newer.row, nextDueAt: newer.nextDueAt, once: hasFacts && this.isFirstShard() ? [...waiting, ...facts.once] : waiting, factsVersion: hasFacts ? facts.version : (known?.body.factsVersion ?? 0),
      } satisfies Stored);
    }
    for (const { memberId, version, ...state } of members) {
      const key = `m:${memberId}:${row.id}`;
      if (version > (this.version(key) ?? 0)) this.put(key, version, memberId, now, state);
    }
    if (this.isFirstShard() && wasQuiet && this.hasUnprojected()) void this.ctx.storage.setAlarm(now + PROJECT_EVERY_MS);
    if (this.rev > sent) this.gather(sent, now);
  }

  /** Who holds this credential, or null. Exact: `forget` is called on every revocation. */
  async authorize(hash: string, now: number, watch?: string): Promise<MemberActor | null> {
    const known = this.sql.exec<{ actor: string }>("SELECT actor FROM access WHERE hash = ? AND until > ?", hash, now).toArray()[0];
    const epoch = this.forgotten;
    const actor = known ? (JSON.parse(known.actor) as MemberActor) : await loadActor(this.env, hash, now);
    if (!actor || actor.accountId !== this.accountId()) return null;
    // Someone was revoked while we asked: what we read may be older than that.
    if (!known && epoch !== this.forgotten) return this.authorize(hash, now, watch);
    if (!known) this.sql.exec("INSERT OR REPLACE INTO access VALUES(?, ?, ?, ?)", hash, actor.id, now + ACCESS_MS, JSON.stringify(actor));
    if (watch) this.sql.exec("INSERT OR REPLACE INTO watching VALUES(?, ?, ?)", actor.id, watch, now);
    return actor;
  }

  /** Drops what is known of a member or credential and closes the member's sockets, here and in conversations. */
  async forget(who: { memberId?: string; hash?: string }): Promise<void> {
    this.forgotten++;
    const { memberId, hash } = who;
    const members = hash ? this.sql.exec<{ member: string }>("DELETE FROM access WHERE hash = ? RETURNING member", hash).toArray().map((row) => row.member) : [];
    if (memberId) {
      this.sql.exec("DELETE FROM access WHERE member = ?", memberId);
      members.push(memberId);
    }
    for (const member of new Set(members)) {
      for (const socket of this.ctx.getWebSockets(`member:${member}`)) socket.close(CLOSE_UNAUTHORIZED, "signed out");
      const watched = this.sql.exec<{ conversation: string }>("DELETE FROM watching WHERE member = ? RETURNING conversation", member).toArray();
      const account = watched.length > 0 ? await findAccount(this.env, this.accountId()) : null;
      await Promise.all(watched.map(({ conversation }) => account?.conversation(conversation).kick(member)));
    }
  }

  /** Forgets a conversation for good; open screens drop it. */
  erase(conversationId: string): void {
    this.sql.exec("DELETE FROM row WHERE key = ? OR key LIKE ?", `c:${conversationId}`, `m:%:${conversationId}`);
    this.ctx.storage.kv.put("floor", Math.max(this.kv("floor"), this.rev));
    this.broadcast({ type: "sync", from: this.rev, to: this.rev, more: false, rows: [], mine: [], removed: [conversationId] });
  }

  /** Tells every colleague that a list they hold (labels, members …) is out of date; what is one member's own, only their screens. */
  changed(what: Extract<FeedFrame, { type: "changed" }>["what"], { ids, memberId }: { ids?: string[]; memberId?: string } = {}): void {
    this.broadcast({ type: "changed", what, ...(ids && { ids }) }, memberId === undefined ? undefined : `member:${memberId}`);
  }

  /** Rows after `cursor` that this member may see. Cursor 0 starts where D1 is complete, for a client that reads D1 next. */
  since(cursor: number, viewer: Viewer): FeedFrame {
    if (cursor > this.rev || (cursor > 0 && cursor < this.kv("floor"))) return { type: "reset", reason: "too far behind" };
    const start = cursor === 0 ? this.projected() : cursor;
    const rows = this.sql.exec<Row>("SELECT * FROM row WHERE rev > ? AND (member IS NULL OR member = ?) ORDER BY rev LIMIT ?", start, viewer.id, PAGE).toArray();
    const more = rows.length === PAGE;
    return { type: "sync", from: cursor, to: more ? rows.at(-1)!.rev : Math.max(this.rev, start), more, ...sorted(rows, viewer) };
  }

  // ---- Runtime events -------------------------------------------------------------------------

  override fetch(request: Request): Response {
    const actor = JSON.parse(request.headers.get("x-actor")!) as MemberActor;
    const viewer: Viewer = { id: actor.id, role: actor.role, teamIds: actor.teamIds };
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server, [`member:${actor.id}`]);
    server.serializeAttachment(viewer);
    server.send(JSON.stringify(this.since(Cursor.parse(new URL(request.url).searchParams.get("cursor")), viewer)));
    this.announce();
    return new Response(null, { status: 101, webSocket: client });
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void {
    if (typeof data !== "string" || data.length > MAX_CLIENT_FRAME_BYTES) return socket.close(1009, "frame too large");
    socket.send(JSON.stringify(this.since(Cursor.parse(data), socket.deserializeAttachment() as Viewer)));
  }

  override webSocketClose(): void { this.announce(); }
  override webSocketError(): void { this.announce(); }

  override async alarm(): Promise<void> {
    this.projecting ??= this.projectAll().finally(() => { this.projecting = null; });
    await this.projecting;
  }

  // ---- Private --------------------------------------------------------------------------------

  private forgotten = 0;

  private put(key: string, version: number, member: string | null, now: number, body: unknown): void {
    this.sql.exec("INSERT INTO row VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(key) DO UPDATE SET rev = excluded.rev, version = excluded.version, at = excluded.at, body = excluded.body",
      key, ++this.rev, version, member, now, JSON.stringify(body));
  }

  private stored(key: string): { rev: number; version: number; body: Stored } | null {
    const row = this.sql.exec<Pick<Row, "rev" | "version" | "body">>("SELECT rev, version, body FROM row WHERE key = ?", key).toArray()[0];
    return row ? { ...row, body: JSON.parse(row.body) as Stored } : null;
  }

  private version(key: string): number | null {
    return this.sql.exec<{ version: number }>("SELECT version FROM row WHERE key = ?", key).toArray()[0]?.version ?? null;
  }

  /** The first change is heard at once; what follows within the window of many sockets is heard in one frame. */
  private gather(from: number, now: number): void {
    if (this.gathering !== null) return;
    const window = Math.min(GATHER_MAX_MS, Math.floor(this.ctx.getWebSockets().length * GATHER_MS_PER_SOCKET));
    const wait = this.sentAt + window - now;
    if (wait <= 0) {
      this.sentAt = now;
      return this.send(from);
    }
    this.gathering = from;
    setTimeout(() => {
      this.gathering = null;
      this.sentAt = Date.now();
      this.send(from);
    }, wait);
  }

  private send(from: number): void {
    const rows = this.sql.exec<Row>("SELECT * FROM row WHERE rev > ? ORDER BY rev LIMIT ?", from, PAGE).toArray();
    if (rows.length === 0) return;
    const more = rows.length === PAGE;
    const to = more ? rows.at(-1)!.rev : this.rev;
    const personal = new Set(rows.map((row) => row.member).filter((member) => member !== null));
    const shared = rows.filter((row) => row.member === null);
    const texts = new Map<string, string>();
    for (const socket of this.ctx.getWebSockets()) {
      const viewer = socket.deserializeAttachment() as Viewer;
      // Everyone who sees everything and did nothing themselves gets the same words: they are made once.
      const kind = viewer.role === "restricted" || personal.has(viewer.id) ? viewer.id : "";
      let text = texts.get(kind);
      if (text === undefined) {
        const visible = kind === "" ? shared : rows.filter((row) => row.member === null || row.member === viewer.id);
        text = JSON.stringify({ type: "sync", from, to, more, ...sorted(visible, viewer) } satisfies FeedFrame);
        texts.set(kind, text);
      }
      deliver(socket, text);
    }
  }

  private broadcast(frame: FeedFrame, tag?: string): void {
    const text = JSON.stringify(frame);
    for (const socket of this.ctx.getWebSockets(tag)) deliver(socket, text);
  }

  private announcing = false;
  /** Who is here, at most once in a window that grows with the colleagues, so that a reconnect storm stays cheap. */
  private announce(): void {
    if (this.announcing) return;
    this.announcing = true;
    setTimeout(() => {
      this.announcing = false;
      const open = this.ctx.getWebSockets().filter((socket) => socket.readyState === WebSocket.OPEN);
      this.broadcast({ type: "online", memberIds: [...new Set(open.map((socket) => (socket.deserializeAttachment() as Viewer).id))] });
    }, 100 + this.ctx.getWebSockets().length * 5);
  }

  private projected(): number {
    return this.isFirstShard() ? this.done : this.rev;
  }

  private hasUnprojected(): boolean {
    return this.isFirstShard() && this.done < this.rev;
  }

  private async projectAll(): Promise<void> {
    const account = await findAccount(this.env, this.accountId()).catch(() => null);
    try {
      if (!account) throw new Error("account not found");
      while (this.hasUnprojected()) {
        let size = 0;
        const rows = this.sql.exec<Row>("SELECT * FROM row WHERE rev > ? ORDER BY rev LIMIT ?", this.done, PAGE).toArray().filter(({ body }, index) => (size += body.length) <= BATCH_CHARS || index === 0);
        const shared = rows.filter((row) => row.member === null).map((row) => JSON.parse(row.body) as Stored);
        await project(account, {
          rows: shared, once: shared.flatMap(({ once }) => once),
          members: rows.filter((row) => row.member !== null).map((row) => ({ memberId: row.member!, version: row.version, ...(JSON.parse(row.body) as MemberState) })),
        });
        // Rows that were erased meanwhile leave nothing to bring.
        this.done = rows.at(-1)?.rev ?? this.rev;
      }
      this.keepDone(Date.now());
      this.prune(Date.now());
    } catch (error) {
      log("projection-failed", { account: this.accountId(), error });
      await this.ctx.storage.setAlarm(Date.now() + PROJECT_RETRY_MS);
    }
  }

  private keepDone(now: number): void {
    if (now - this.doneWrittenAt < DONE_EVERY_MS) return;
    this.doneWrittenAt = now;
    this.ctx.storage.kv.put("projected", this.done);
  }

  private prune(now: number): void {
    if (this.kv("pruned") > now - PRUNE_EVERY_MS) return;
    const floor = this.sql.exec<{ rev: number }>("DELETE FROM row WHERE at < ? AND rev <= ? RETURNING rev", now - KEEP_MS, this.projected()).toArray().reduce((max, row) => Math.max(max, row.rev), this.kv("floor"));
    this.sql.exec("DELETE FROM watching WHERE at < ?", now - WATCHED_MS);
    this.sql.exec("DELETE FROM access WHERE until < ?", now);
    this.ctx.storage.kv.put("floor", floor);
    this.ctx.storage.kv.put("pruned", now);
  }

  private kv(name: "projected" | "floor" | "pruned"): number {
    return this.ctx.storage.kv.get<number>(name) ?? 0;
  }

  private accountId(): string { return this.ctx.id.name!.split("/")[0]!; }
  private isFirstShard(): boolean { return this.ctx.id.name!.endsWith("/0"); }
}

/** A conversation's row: what lists show, when it is due, and the facts that are still on their way to D1. */
interface Stored { row: ConversationRow; nextDueAt: number | null; once: Once[]; factsVersion: number }

/** Splits stored rows into what a viewer gets: rows they may see, their own states, and what they may no longer see. */
function sorted(rows: Row[], viewer: Viewer): { rows: ConversationRow[]; mine: MemberState[]; removed: string[] } {
  const shared = rows.filter((row) => row.member === null).map((row) => (JSON.parse(row.body) as Stored).row);
  return {
    rows: shared.filter((row) => maySee(viewer, row)),
    mine: rows.filter((row) => row.member !== null).map((row) => JSON.parse(row.body) as MemberState),
    removed: shared.filter((row) => !maySee(viewer, row)).map((row) => row.id),
  };
}

function deliver(socket: WebSocket, text: string): void {
  try { socket.send(text); } catch { /* closing: it will be back with its cursor */ }
}
