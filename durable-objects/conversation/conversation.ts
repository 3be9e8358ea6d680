import { DurableObject } from "cloudflare:workers";
import type { Attachment, CommentDraft, Draft, Entry, EntryPage, MessageDraft, MessageRevision } from "../../worker/contract/entry";
import { isEmptyDraft } from "../../worker/contract/unfinished";
import type { Conversation as ConversationView, ConversationPatch } from "../../worker/contract/conversation";
import { Cursor, MAX_CLIENT_FRAME_BYTES } from "../../worker/contract/frame";
import type { VisitorMessage } from "../../worker/contract/widget";
import type { InboundEvent } from "../../worker/channels/channel";
import { maySee, type MemberActor } from "../../worker/domain/access";
import { rawKey } from "../../worker/flows/inbound";
import { openConnection } from "../../worker/flows/open-connection";
import { log } from "../../worker/platform/log";
import { objectKey } from "../../worker/platform/media";
import { migrate } from "../lib/migrate";
import { Timers } from "../lib/timers";
import { noteLostEdit } from "./amending";
import { change, wakeUp, type Names } from "./changes";
import { comment, submit, type Prepared, type Submitted } from "./composing";
import { Continuing } from "./continuing";
import { cancel, resolve, retry } from "./deciding";
import { askName, Errands, withReaction } from "./errands";
import { Fetching } from "./fetching";
import { replace } from "./instead";
import { addPast, type Importer, type PastMessage } from "./past";
import type { Birth, Head } from "./head";
import { merge, type Carried, type MergeStep } from "./merging";
import { KEEP_RAW_MS, receive, type Delivery, type Received } from "./receiving";
import { applyVisit, KEEP_PARKED_MS } from "./reports";
import { Projecting } from "./projecting";
import { revise, sendNow, type Revised } from "./planning";
import { migrations } from "./schema";
import { Sending, type SendingHost } from "./sending";
import { Sockets } from "./sockets";
import { Store } from "./store";

/** If the drain after a commit dies, the alarm does the work this much later. */
const BACKSTOP_MS = 10_000;
const TIMER_RETRY_MS = 60_000;
/** The bucket deletes at most this many objects at once. */
const DELETE_AT_ONCE = 1_000;

/** One customer conversation: the only writer of its entries, timers, sends and sockets. */
export class Conversation extends DurableObject<Env> {
  readonly store = new Store(this.ctx.storage);
  readonly timers = new Timers(this.ctx.storage);
  private readonly sockets = new Sockets({ env: this.env, ctx: this.ctx, store: this.store, accountId: this.accountId, now: () => Date.now(), visitorReached: (visitor, state, seq) => this.commit(() => applyVisit(this.store, visitor, state, seq)), typing: (channel) => this.ctx.waitUntil(this.errands.typing(channel)) });
  private readonly host: SendingHost = { env: this.env, store: this.store, timers: this.timers, accountId: this.accountId, write: (act) => this.commit(act), now: () => Date.now() };
  private readonly sending = new Sending(this.host);
  private readonly fetching = new Fetching(this.host);
  private readonly errands = new Errands(this.host);
  private readonly projecting = new Projecting(this.host);

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    migrate(ctx.storage, migrations);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    void ctx.blockConcurrencyWhile(async () => {
      await this.timers.repair(Date.now());
      // Told again after each sleep: cheap, because the Feed refuses what it knows, and it heals whatever was lost.
      if (!this.store.isProjected) ctx.waitUntil(this.projecting.run());
      // After a power cut the alarm may be late; whoever wakes the object starts what is due.
      if (this.store.exists && this.timers.due(Date.now()).length > 0) ctx.waitUntil(this.alarm());
    });
  }

  // ---- RPC surface: inbound -------------------------------------------------------------------

  /** Idempotent on `(connection, externalId)`. Entry and raw bytes commit together; the answer comes after that. */
  receive(delivery: Delivery, now: number): Received {
    const isNew = !this.store.exists;
    if (isNew) {
      if (delivery.onlyIfKnown) return { moved: false, entries: [] };
      this.store.create(delivery.birth, now);
    }
    this.sockets.heard(delivery);
    return this.commit(() => {
      askName(this.store, this.timers, delivery, isNew, now);
      return receive(this.store, this.timers, delivery, now);
    });
  }

  /** Makes an empty conversation with a contact, the starter's own; one that is there already stays as it is. Null when it is not for them. */
  begin(birth: Birth, actor: MemberActor, now: number): ConversationView | null {
    if (!this.store.exists) {
      this.store.create(birth, now);
      this.commit((head) => { head.assigneeId = actor.id; });
    }
    return this.open(actor);
  }

  /** Adds what was said before we were here; what is there already stays. Answers how many messages are new. */
  addPast(birth: Birth, messages: readonly PastMessage[], by: Importer, now: number): number {
    const isNew = !this.store.exists;
    this.store.create(birth, now);
    return this.commit(() => addPast(this.store, messages, isNew, by, now));
  }

  // ---- RPC surface: people --------------------------------------------------------------------

  /** The list row and the asker's own state; null when there is no such conversation for them. */
  open(actor: MemberActor): ConversationView | null {
    return this.admits(actor) ? this.view(actor) : null;
  }

  /** Idempotent on `draft.clientId`. */
  submit(draft: MessageDraft, prepared: Prepared, actor: MemberActor, undoMs: number, now: number): Submitted {
    if (!this.admits(actor)) return { ok: false, code: "not-found" };
    return this.commit(() => submit(this.store, this.timers, draft, prepared, actor, undoMs, now));
  }

  /** Idempotent on `draft.clientId`. Never reaches a customer. */
  comment(draft: CommentDraft, attachments: Attachment[], actor: MemberActor, now: number): Submitted {
    if (!this.admits(actor)) return { ok: false, code: "not-found" };
    return this.commit(() => comment(this.store, draft, attachments, actor, now));
  }

  /** Takes a message back before it leaves. `cancelled: false` says it already has. */
  cancel(entryId: string, actor: MemberActor): { cancelled: boolean; entry: Entry } | null {
    const stored = this.ownMessage(entryId, actor);
    return stored && this.commit((head) => cancel(this.store, this.timers, head, stored));
  }

  /** Sends at once what waits for its time; only owners and admins may send what is held back. "forbidden" where the asker is neither. */
  sendNow(entryId: string, actor: MemberActor, now: number): Entry | "forbidden" | null {
    const stored = this.ownMessage(entryId, actor);
    return stored && this.commit(() => sendNow(this.store, this.timers, stored, actor, now));
  }

  /** Changes the words or the time of what waits. */
  revise(entryId: string, change: MessageRevision, prepared: Prepared, actor: MemberActor, now: number): Revised | null {
    const stored = this.ownMessage(entryId, actor);
    return stored && this.commit((head) => revise(this.store, this.timers, head, stored, change, prepared, actor, now));
  }

  /** Sets or (null) takes away our reaction to a message. "impossible" where the channel has none. */
  async react(entryId: string, emoji: string | null, actor: MemberActor, now: number): Promise<Entry | "impossible" | null> {
    if (!this.admits(actor)) return null;
    const connectionId = this.store.find(entryId)?.entry.connectionId;
    const open = connectionId ? await openConnection(this.env, connectionId) : null;
    const stored = this.admits(actor) ? this.store.find(entryId) : null;
    if (stored?.entry.kind !== "message") return null;
    const reactions = withReaction(stored, open?.row.provider, emoji, actor);
    if (!reactions) return "impossible";
    return this.commit(() => {
      this.timers.set(`react:${stored.entry.seq}`, now);
      return this.store.update(stored, { reactions }, { reaction: { emoji, tries: 0 }, reactedAt: { ...stored.internal.reactedAt, us: now } }).entry;
    });
  }

  /** Sends a failed or unknown message again, as a new attempt of the same message. */
  retry(entryId: string, actor: MemberActor, now: number): Entry | null {
    const stored = this.ownMessage(entryId, actor);
    return stored && this.commit((head) => retry(this.store, this.timers, head, stored, now));
  }

  /** A person says what became of a message whose outcome we do not know. */
  resolve(entryId: string, outcome: "sent" | "failed", actor: MemberActor): Entry | null {
    const stored = this.ownMessage(entryId, actor);
    return stored && this.commit((head) => resolve(this.store, head, stored, outcome));
  }

  /** Changes (null: takes back) a message of ours that has arrived, where its channel can. */
  async amend(entryId: string, text: string | null, actor: MemberActor): Promise<{ ok: true; entry: Entry } | { ok: false; sentence: string } | null> {
    const stored = this.ownMessage(entryId, actor);
    return stored && this.errands.amend(stored, text, actor.via === "key");
  }

  /** Starts fetching an attachment that could not be fetched. */
  retryMedia(entryId: string, attachmentId: string, actor: MemberActor, now: number): Entry | null {
    const stored = this.admits(actor) ? this.store.find(entryId) : null;
    if (!stored?.entry.attachments.some(({ id }) => id === attachmentId)) return null;
    if (!stored.internal.refs[attachmentId]) return stored.entry;
    return this.commit(() => {
      this.timers.set(`fetch:${stored.entry.seq}:${attachmentId}`, now);
      return this.store.update(stored, { attachments: stored.entry.attachments.map((file) => (file.id === attachmentId ? { ...file, state: "fetching" as const, problem: undefined } : file)) }).entry;
    });
  }

  /** The same patch again changes nothing. `names` of people, teams and labels are for the lines it writes. */
  change(patch: ConversationPatch, actor: MemberActor, names: Names, now: number): ConversationView | null {
    if (!this.admits(actor)) return null;
    this.commit(() => change(this.store, this.timers, patch, actor, names, now));
    if (patch.readCount !== undefined) {
      this.sockets.seen();
      this.ctx.waitUntil(this.errands.read());
    }
    return this.view(actor);
  }

  /** Keeps an unfinished reply or comment; null or an empty one drops it. */
  saveDraft(mode: Draft["mode"], draft: Draft | null, actor: MemberActor): boolean {
    if (!this.admits(actor)) return false;
    const had = this.store.member(actor.id).draft;
    this.commit(() => {
      this.store.setDraft(actor.id, mode, draft && !isEmptyDraft(draft) ? draft : null);
      const mine = this.store.member(actor.id);
      if (this.store.drafts(actor.id).length > 0 !== had) this.store.setMember(actor.id, mine);
    });
    return true;
  }
  drafts(actor: MemberActor): Draft[] | null { return this.admits(actor) ? this.store.drafts(actor.id) : null; }

  /** A page of the thread, oldest first; `before` and `after` are places: an entry's `seq` or its id. Null when there is no such place. */
  entries({ before, after, limit }: { before?: string; after?: string; limit: number }, actor: MemberActor): EntryPage | null {
    if (!this.admits(actor)) return null;
    const [above, below] = [before, after].map((place) => (place === undefined ? undefined : /^\d{1,15}$/.test(place) ? Number(place) : this.store.find(place)?.entry.seq ?? null));
    if (above === null || below === null) return null;
    const items = this.store.page({ before: above, after: below, limit }).map(({ entry }) => entry);
    return { items, cursor: this.store.rev, before: items.length > 0 && items[0]!.seq > 1 ? items[0]!.seq : null };
  }
  entry(entryId: string, actor: MemberActor): Entry | null { return this.admits(actor) ? this.store.find(entryId)?.entry ?? null : null; }
  html(entryId: string, actor: MemberActor): string | null { return this.admits(actor) ? this.store.html(entryId) : null; }

  /** What composing needs to know: sticky addresses, consent, who it is. */
  compose(actor: MemberActor): Pick<Head, "kind" | "status" | "sticky" | "consent" | "unreachable" | "contactId" | "contactName" | "channels" | "windows" | "reviewGone"> | null {
    if (!this.admits(actor)) return null;
    const { kind, status, sticky, consent, unreachable = [], contactId, contactName, channels, windows = {}, reviewGone } = this.store.head;
    return { kind, status, sticky, consent, unreachable, contactId, contactName, channels, windows, reviewGone };
  }

  /** What the customer allows, as of now; null when nothing has been said here yet. */
  consent(): Head["consent"] | null { return this.store.exists ? this.store.head.consent : null; }
  /** When they last wrote, for a conversation that was closed in favour of this one; null when nothing has been said here yet. */
  windows(): Head["windows"] | null { return this.store.exists ? this.store.head.windows ?? {} : null; }

  /** Keeps copies of contact data in step: name, the channels whose consent a colleague set, and the addresses they still have. */
  contactChanged({ name, consent, addresses }: { name?: string; consent?: Head["consent"]; addresses?: string[] }): void {
    if (!this.store.exists) return;
    this.commit((head) => {
      if (name !== undefined) head.contactName = name;
      if (consent !== undefined) {
        head.consent = { ...head.consent, ...consent };
        // A colleague decided: what they say holds, whatever is written or delivered.
        if (head.unreachable) head.unreachable = head.unreachable.filter((channel) => consent[channel] === undefined);
      }
      if (addresses !== undefined) head.sticky = Object.fromEntries(Object.entries(head.sticky).filter(([, sticky]) => addresses.includes(sticky.address)));
    });
  }

  /** One step of making two contacts one, or of undoing it; idempotent. `away` answers what the conversation that goes on needs; null when there is no such conversation. */
  merge(step: MergeStep, now: number): Carried | null {
    if (!this.store.exists) return null;
    const { rev } = this.store;
    const carried = this.commit(() => merge(this.store, this.timers, step, now));
    // Their chat goes on elsewhere now: they come back there.
    if (this.store.rev > rev && (step.kind === "away" || step.kind === "undo")) for (const socket of this.ctx.getWebSockets("visitor")) socket.close(1012, "moved");
    return carried;
  }

  // ---- RPC surface: visitors ------------------------------------------------------------------

  visitorPage(visitorId: string, connectionId: string, before: number | null, limit: number): { messages: VisitorMessage[]; cursor: number; closed: boolean } {
    return this.store.exists ? { messages: this.sockets.visitorPage({ visitorId, connectionId }, before, limit), cursor: this.store.rev, closed: this.store.head.status === "closed" } : { messages: [], cursor: 0, closed: false };
  }

  // ---- RPC surface: operations ----------------------------------------------------------------

  /** The raw request an entry came from, for replay; null after 30 days. */
  rawRequest(entryId: string): { id: string; request: string; body: ArrayBuffer | null } | null { return this.store.exists ? this.store.raw(entryId) : null; }
  /** Closes a revoked member's sockets. */
  kick(memberId: string): void { this.sockets.kick(memberId); }
  /** Does what is due and answers when the next thing is; called by the sweep for objects whose alarm was lost. */
  async poke(): Promise<number | null> {
    if (!this.store.exists) return null;
    await this.alarm();
    return this.timers.next();
  }
  /** Writes every copy of this conversation anew. */
  async reproject(): Promise<void> {
    // A run that began before would mark as done what it never wrote.
    await this.projecting.ended();
    if (!this.store.exists) return;
    this.store.forgetProjection();
    await this.projecting.run();
  }
  /** Deletes everything this object holds, and what its customer sent that lies in the bucket. Files of ours may stand in other conversations too and stay. */
  async erase(): Promise<void> {
    for (const socket of this.ctx.getWebSockets()) socket.close(1000, "gone");
    // The bytes first: a row that is left names them, and a repeat finds them again.
    const keys = this.store.exists ? [...this.store.filesReceived().map((id) => objectKey(this.accountId, id)), ...this.store.oldRaw(Infinity).map((id) => rawKey(this.accountId, id))] : [];
    for (let from = 0; from < keys.length; from += DELETE_AT_ONCE) await this.env.BUCKET.delete(keys.slice(from, from + DELETE_AT_ONCE));
    // A publication on its way would bring the row back.
    await this.projecting.ended();
    const deleted = this.ctx.storage.deleteAll();
    this.store.forget();
    this.timers.forget();
    await deleted;
    migrate(this.ctx.storage, migrations);
  }

  // ---- Runtime events -------------------------------------------------------------------------

  override fetch(request: Request): Response {
    const cursor = Cursor.parse(new URL(request.url).searchParams.get("cursor"));
    const visitorId = request.headers.get("x-visitor");
    if (visitorId) return this.store.exists ? this.sockets.acceptVisitor({ visitorId, connectionId: request.headers.get("x-connection")! }, cursor, request.headers.get("x-protocol")) : new Response(null, { status: 404 });
    const actor = JSON.parse(request.headers.get("x-actor")!) as MemberActor;
    return this.admits(actor) ? this.sockets.acceptMember(actor, cursor) : new Response(null, { status: 404 });
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void {
    if (typeof data !== "string" || data.length > MAX_CLIENT_FRAME_BYTES) return socket.close(1009, "frame too large");
    this.sockets.message(socket, data);
  }
  override webSocketClose(): void { this.sockets.left(); }
  override webSocketError(): void { this.sockets.left(); }

  override async alarm(): Promise<void> {
    if (!this.store.exists) return;
    const now = Date.now();
    try {
      for (const key of this.timers.due(now)) await this.attempt(key, now);
      await this.sending.drain();
      await this.projecting.run();
      await this.fetching.stay();
    } finally {
      this.timers.rearm(Date.now());
    }
    if (!this.store.isProjected) this.projecting.again();
  }

  // ---- Private --------------------------------------------------------------------------------

  /** One timer that throws must not keep the others waiting: it is tried again later. */
  private async attempt(key: string, now: number): Promise<void> {
    try {
      await this.due(key, now);
    } catch (error) {
      log("timer-failed", { account: this.accountId, timer: key, error });
      if (this.store.exists) this.timers.set(key, now + TIMER_RETRY_MS);
    }
  }

  /** What each timer kind does when it is due. Safe to repeat: a timer that found nothing to do is cleared. */
  private async due(key: string, now: number): Promise<void> {
    const [kind, seq = "", rest = ""] = key.split(":");
    switch (kind) {
      case "send": return this.sending.overdue(Number(seq)); // what is queued, the drain below looks at
      case "fetch": return this.fetching.start(Number(seq), rest);
      case "react": return this.errands.react(Number(seq));
      case "wipe": return this.errands.wipe(Number(seq));
      case "instead": return replace(this.host, Number(seq));
      case "profile": return this.errands.profile();
      case "price": return this.ctx.waitUntil(this.errands.price(Number(seq), now));
      case "continue": return new Continuing(this.host, this.sockets).run(Number(seq));
      case "snooze": return this.commit(() => {
        this.timers.clear(key);
        wakeUp(this.store, now);
      });
      case "purge": {
        // The bytes first: a row that is left names them, bytes without a row are never found again.
        for (const id of this.store.oldRaw(now - KEEP_RAW_MS)) await this.env.BUCKET.delete(rawKey(this.accountId, id));
        // An edit of something that never came is still something they said.
        this.commit(() => { for (const event of this.store.parkedBefore(now - KEEP_PARKED_MS)) noteLostEdit(this.store, event as InboundEvent); });
        const { raw, parked } = this.store.purge(now - KEEP_RAW_MS, now - KEEP_PARKED_MS);
        const next = Math.min(raw === null ? Infinity : raw + KEEP_RAW_MS, parked === null ? Infinity : parked + KEEP_PARKED_MS);
        return next === Infinity ? this.timers.clear(key) : this.timers.set(key, next);
      }
      default: return this.timers.clear(key);
    }
  }

  /** Commits `act`, tells the sockets, and starts what must follow. The alarm, set in the same tick, is the backstop. */
  private commit<T>(act: (head: Head) => T): T {
    const { result, changes } = this.written(act);
    if (changes.to > changes.from) {
      this.timers.wake(Date.now() + BACKSTOP_MS);
      this.sockets.publish(changes);
      this.ctx.waitUntil(this.follow());
    }
    return result;
  }

  private written<T>(act: (head: Head) => T) {
    try {
      return this.store.write(act);
    } catch (error) {
      this.timers.forget();
      throw error;
    }
  }

  /** After a commit: due sends first, then the list. Both survive a crash: their rows are already there. */
  private async follow(): Promise<void> {
    await Promise.all([this.projecting.run(), this.timers.due(Date.now()).some((key) => key.startsWith("send:")) ? this.sending.drain() : null]);
  }

  private ownMessage(entryId: string, actor: MemberActor) {
    const stored = this.admits(actor) ? this.store.find(entryId) : null;
    return stored?.entry.kind === "message" && stored.entry.direction === "out" ? stored : null;
  }

  private view(actor: MemberActor): ConversationView { return { ...this.store.row(), mine: this.store.member(actor.id) }; }
  private admits(actor: MemberActor): boolean { return this.store.exists && actor.accountId === this.accountId && maySee(actor, this.store.head); }
  private get accountId(): string { return this.ctx.id.name!.split("/")[0]!; }
}
