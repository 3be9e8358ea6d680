import type { Attempt, Failure, FailureClass } from "../../worker/contract/entry";
import type { ChannelConnection } from "../../worker/channels/channel";
import { blockedSince, findContact } from "../../worker/db/contact-records";
import type { Account } from "../../worker/db/locate";
import { accountFacts } from "../../worker/flows/account-facts";
import { quietFor } from "../../worker/flows/compose";
import { ofGroup, refusingIn } from "../../worker/flows/group";
import { forgetConnection, openConnection, type OpenConnection } from "../../worker/flows/open-connection";
import { channelIo } from "../../worker/flows/provider-io";
import { renewedNow } from "../../worker/flows/renewal";
import { maySend, type SendQuestion } from "../../worker/domain/sendable";
import { freshWindow, windowOf } from "../../worker/domain/window";
import { log } from "../../worker/platform/log";
import type { Timers } from "../lib/timers";
import { isWaiting } from "./deciding";
import { answer, spent, unbound, unspent, type Head } from "./head";
import { standInFor, wentBy } from "./instead";
import { outbound } from "./outbound";
import { holding } from "./planning";
import { BACKOFF_MS, closed, MAX_TRIES, notTaken, taken, UNKNOWN_AFTER_MS, type Answered } from "./provider-answer";
import { settled } from "./reports";
import type { Store, Stored } from "./store";

/** A provider that has not answered by then will not: the outcome counts as unknown. */
const CALL_TIMEOUT_MS = 30_000;
/** Longer than a call may take, so that a lease never ends under a running call. */
const LEASE_MS = 45_000;
/** Another conversation is just renewing the access token. */
const RENEWAL_MS = 2_000;
/** Failures of our own (a database that restarts) pass soon: looked at again after a second, then ever later. */
const OWN_BACKOFF_MAX_MS = 30_000;

/** A person sends: they were told the hour while they wrote. */
const NO_QUIET: SendQuestion["quiet"] = { hours: null, zone: null, accountZone: "UTC" };

/** What a class of failure means when the provider's code has no sentence of its own. */
const SENTENCES: Record<FailureClass, string> = {
  temporary: "The provider could not take the message for now. Try again in a few minutes.",
  rate: "The provider is limiting how fast you send. Try again in a few minutes.",
  permanent: "The provider refused this message. Check the address and the text.",
  auth: "The provider refused the credentials of this connection. An admin can renew them in Settings, Channels.",
  config: "The connection is not set up for this message. An admin can check it in Settings, Channels.",
  window: "The time for free replies is over. Write on another channel.",
  optout: "This person has asked not to be written to here. Write on another channel.",
  unknown: "The provider did not answer, so the message may or may not have arrived. Ask the customer, or send it again.",
};

/** What sending needs from the object around it. */
export interface SendingHost {
  readonly env: Env;
  readonly store: Store;
  readonly timers: Timers;
  readonly accountId: string;
  write<T>(act: () => T): T;
  now(): number;
}

/**
 * Sends due messages one at a time, in the order they were written. Everything that must survive a crash is a row
 * before the provider hears of it: the message's timer becomes the lease of the call, and one that ends without an answer is `unknown`,
 * never a blind second send (unless the provider drops repeats by itself).
 */
export class Sending {
  private running: Promise<void> | null = null;
  private readonly calling = new Set<number>();
  /** Failures of our own in a row. */
  private ownFailures = 0;

  constructor(private readonly host: SendingHost) {}

  /** One drain at a time; a call while one runs waits for it and looks again. */
  async drain(): Promise<void> {
    while (this.running) await this.running;
    const run = this.drainAll().finally(() => { if (this.running === run) this.running = null; });
    this.running = run;
    await run;
  }

  private async drainAll(): Promise<void> {
    for (let next = this.next(); next; next = this.next()) {
      try {
        await this.send(next);
        this.ownFailures = 0;
      } catch (error) {
        // Ours, not the provider's: the row is still queued, so try again later instead of losing or repeating it.
        log("send-failed", { account: this.host.accountId, entry: next.entry.id, error });
        if (!this.host.store.exists) return;
        const stored = this.host.store.at(next.entry.seq);
        if (stored && isWaiting(stored)) this.host.timers.set(`send:${next.entry.seq}`, this.host.now() + Math.min(OWN_BACKOFF_MAX_MS, BACKOFF_MS * 2 ** this.ownFailures++));
      }
    }
  }

  /** The first due message by place, unless an earlier one on the same connection is waiting for its next try. */
  private next(): Stored | null {
    const { store, timers } = this.host;
    const now = this.host.now();
    const waiting = timers.all("send:").map(({ key, due }) => ({ seq: Number(key.slice("send:".length)), due })).toSorted((a, b) => a.seq - b.seq);
    const blocked = new Set<string>();
    for (const { seq, due } of waiting) {
      const stored = store.at(seq);
      const connection = stored?.entry.connectionId ?? "";
      if (!stored || stored.entry.state === "sending") continue;
      if (due <= now && !blocked.has(connection)) return stored;
      // What a status has settled meanwhile holds nobody up, although its answer may still come.
      if (isWaiting(stored) && stored.entry.attempts.length > 0) blocked.add(connection);
    }
    return null;
  }

  private async send(candidate: Stored): Promise<void> {
    const { seq } = candidate.entry;
    const { env, store, timers, accountId } = this.host;
    const open = candidate.entry.connectionId ? await openConnection(env, candidate.entry.connectionId) : null;
    // Planned long ago, perhaps: a closed conversation has not heard what its customer forbade in a later one.
    const refusing = open && store.head.kind === "group" ? await refusingIn(open.account, (candidate.entry.to ?? "").split(","), candidate.entry.channel!) : [];
    const blocked = open && store.head.status === "closed" ? await blockedSince(open.account, store.head.contactId, store.head.id) : {};
    const since = open && store.head.mergedAway !== undefined ? await heardElsewhere(open.account, store.head) : {};
    const stored = store.at(seq);
    if (!stored || !isWaiting(stored)) return timers.clear(`send:${seq}`);
    if (Object.keys(since).length > 0) this.host.write(() => { store.head.windows = { ...store.head.windows, ...since }; });
    if (Object.keys(blocked).length > 0) this.host.write(() => { store.head.consent = { ...store.head.consent, ...blocked }; });
    const quiet = await this.quietHours(stored, open);
    if (!this.isAllowed(stored, open && open.account.id === accountId ? open : null, quiet, refusing)) return;
    if (open!.channel.capabilities.transport === "visitor") {
      const continues = open!.channel.continues?.(open!.connection.settings) ?? null;
      this.host.write(() => {
        timers.clear(`send:${seq}`);
        if (continues) timers.set(`continue:${seq}`, this.host.now() + continues.afterMs);
        this.leave(store.update(stored, { state: "sent", dueAt: null, undoable: false, ...(stored.entry.held && { held: null }) }), stored);
      });
      return open!.account.connection(open!.row.id).sent(this.host.now(), null);
    }
    const now = this.host.now();
    if (stored.internal.slotAt === null) {
      const slotAt = await open!.account.connection(open!.row.id).reserve(now, open!.channel.capabilities.perSecond);
      const current = store.at(seq);
      if (!current || !isWaiting(current)) return;
      store.remember(current, { slotAt });
      if (slotAt > this.host.now()) return timers.set(`send:${seq}`, slotAt);
    }
    await this.call(seq, open!);
  }

  private async call(seq: number, open: OpenConnection): Promise<void> {
    const { store, timers } = this.host;
    const written = store.at(seq);
    if (!written) return;
    // Made before the call is marked: what fails here has surely not been sent.
    const message = await outbound(this.host, written, open);
    const ready = store.at(seq);
    if (!ready || !isWaiting(ready)) return;
    // Asked again: they may have opted out while the slot and the message were made.
    if (!this.isAllowed(ready, open, NO_QUIET)) return;
    const startedAt = this.host.now();
    this.host.write(() => {
      const current = store.at(seq)!;
      timers.set(`send:${seq}`, startedAt + LEASE_MS);
      spent(store.head, open.row.id, current.entry.to ?? "");
      const attempt: Attempt = { at: new Date(startedAt).toISOString(), endedAt: null, outcome: "running", failure: null };
      this.leave(store.update(current, { state: "sending", dueAt: null, undoable: false, ...(current.entry.held && { held: null }), failure: null, attempts: [...current.entry.attempts, attempt] }, { slotAt: null, resend: open.channel.capabilities.resend }), current);
    });
    this.calling.add(seq);
    let result: Answered;
    const send = ({ channel, connection }: OpenConnection) => channel.send!(message, connection as ChannelConnection<never>, channelIo(() => this.host.now(), CALL_TIMEOUT_MS));
    try {
      result = await send(open);
      if (result.ok === false && open.channel.renewFor?.includes(result.code)) {
        const renewed = await renewedNow(open, this.host.now()).catch(() => null);
        if (renewed === "waiting") result = { ...result, class: "temporary", retryAfterMs: RENEWAL_MS };
        else if (renewed) result = await send(renewed);
      }
    } catch (error) {
      result = { ok: "unknown", detail: String(error) };
    } finally {
      this.calling.delete(seq);
    }
    await this.record(seq, open, result);
  }

  private async record(seq: number, open: OpenConnection, result: Answered): Promise<void> {
    const now = this.host.now();
    const { channel } = open;
    const stub = open.account.connection(open.row.id);
    if (result.ok === true) {
      this.host.write(() => taken(this.host, seq, open, result, now));
      return stub.sent(now, null);
    }
    // This machine may still use a token that was replaced a moment ago: read anew, the next try has the new one.
    if (result.ok === false && result.class === "auth") forgetConnection(open.row.id);
    const failure: Failure = result.ok === false
      ? { class: result.class, code: result.code, detail: result.detail, sentence: channel.explain(result.code) ?? SENTENCES[result.class] }
      : { class: "unknown", code: "no-answer", detail: result.detail, sentence: SENTENCES.unknown };
    const standIn = result.ok === false ? await standInFor(open, result.code) : null;
    if (standIn) failure.sentence = wentBy(failure.sentence, standIn);
    this.host.write(() => notTaken(this.host, seq, open, result, failure, standIn, now));
    if (failure.class === "rate" && result.ok === false && result.retryAfterMs) await stub.slowDown(now + result.retryAfterMs);
    if (failure.class === "auth" || failure.class === "config") await stub.sent(now, failure.sentence, failure.class);
  }

  /** A message that is still "sending" when its timer comes: its lease has ended, or nothing was heard of it in time. */
  overdue(seq: number): void {
    const stored = this.host.store.at(seq);
    if (!stored) return this.host.timers.clear(`send:${seq}`);
    if (isWaiting(stored)) return;
    if (stored.entry.state !== "sending") return this.host.timers.clear(`send:${seq}`);
    if (this.calling.has(seq)) return this.host.timers.set(`send:${seq}`, this.host.now() + LEASE_MS);
    if (stored.entry.attempts.at(-1)?.endedAt === null) this.leaseEnded(stored);
    else this.becomeUnknown(stored);
  }

  /** Nobody is calling: the object died in the middle of a call. */
  private leaseEnded(stored: Stored): void {
    const { store, timers } = this.host;
    const now = this.host.now();
    const failure: Failure = { class: "unknown", code: "interrupted", detail: "", sentence: SENTENCES.unknown };
    this.host.write(() => {
      const isSafe = stored.internal.resend === "safe" && stored.entry.attempts.length < MAX_TRIES;
      if (isSafe) unspent(store.head, stored.entry.connectionId ?? "", stored.entry.to ?? "");
      timers.set(`send:${stored.entry.seq}`, isSafe ? now : Date.parse(stored.entry.attempts.at(-1)!.at) + UNKNOWN_AFTER_MS);
      store.update(stored, { state: isSafe ? "queued" : "sending", failure, attempts: closed(stored, now, isSafe ? "retry" : "unknown", failure) });
    });
  }

  /** No status came: a person has to decide. */
  private becomeUnknown(stored: Stored): void {
    const { store, timers } = this.host;
    this.host.write(() => {
      timers.clear(`send:${stored.entry.seq}`);
      // A report that named the provider's id says that it has the message, however early it was.
      const isTaken = stored.internal.externalId !== null;
      settled(store.head, store.update(stored, isTaken ? { state: "sent", failure: null } : { state: "unknown" }));
    });
  }

  /** Asks whether it may go; what may not fails with the reason, or waits until it may. */
  private isAllowed(stored: Stored, open: OpenConnection | null, quiet: SendQuestion["quiet"], refusing: readonly string[] = []): boolean {
    const { store, timers } = this.host;
    const { entry, internal } = stored;
    const verdict = maySend({
      head: internal.isAside ? unbound(store.head) : ofGroup(store.head, entry.channel!, refusing), isGroup: store.head.kind === "group", channel: entry.channel!, connection: open?.row.status ?? null, capabilities: open?.channel.capabilities ?? null, window: internal.isPrivateReply ? freshWindow(this.host.now()) : windowOf(store.head.windows, open?.row.id, entry.to),
      automated: internal.automated, answersKeyword: internal.answersKeyword === true, scheduled: internal.scheduled === true, quiet, role: null, now: this.host.now(),
      // Its size and words were looked at when it was written; what can change since is consent, window, connection and hour.
      draft: internal.template ? { text: entry.text, files: [], template: { status: "approved", category: internal.template.category }, hasLocation: false } : null,
    });
    if (verdict.outcome === "refused") this.fail(stored, { class: verdict.class, code: verdict.reason, detail: "", sentence: verdict.sentence });
    if (verdict.outcome === "held") this.host.write(() => {
      const { dueAt, held } = holding(verdict, store.head.id, entry.id);
      timers.set(`send:${entry.seq}`, dueAt);
      if (!store.head.scheduledIds.includes(entry.id)) store.head.scheduledIds = [...store.head.scheduledIds, entry.id];
      store.update(stored, { state: "scheduled", dueAt: new Date(dueAt).toISOString(), undoable: false, held });
    });
    return verdict.outcome === "allowed" || verdict.outcome === "warning";
  }

  /** Only what nobody sends by hand keeps quiet hours: a person was warned when they wrote. */
  private async quietHours({ internal }: Stored, open: OpenConnection | null): Promise<SendQuestion["quiet"]> {
    if (!open || internal.waivesQuiet || (!internal.automated && !internal.scheduled)) return NO_QUIET;
    const { settings } = await accountFacts(open.account, this.host.now());
    if (!settings.quietHours?.on) return NO_QUIET;
    const contact = await findContact(open.account, this.host.store.head.contactId);
    return quietFor(contact, settings);
  }

  private fail(stored: Stored, failure: Failure): void {
    const { store, timers } = this.host;
    this.host.write(() => {
      timers.clear(`send:${stored.entry.seq}`);
      settled(store.head, this.leave(store.update(stored, { state: "failed", dueAt: null, undoable: false, ...(stored.entry.held && { held: null }), failure }), null));
    });
  }

  /** A message stops being scheduled. One that waited for its own time answers the customer only now. */
  private leave(stored: Stored, before: Stored | null): Stored {
    const { head } = this.host.store;
    const { id } = stored.entry;
    // What was planned leaves a closed conversation closed: its customer opens it again, if they answer.
    if (before && head.scheduledIds.includes(id)) answer(head, stored, this.host.now(), false);
    head.failedIds = head.failedIds.filter((one) => one !== id);
    head.scheduledIds = head.scheduledIds.filter((one) => one !== id);
    return stored;
  }
}

/** The windows that are newer where the person's conversation goes on: what they wrote there lets us answer here. */
async function heardElsewhere(account: Account, { id, contactId, windows = {} }: Head): Promise<NonNullable<Head["windows"]>> {
  const conversationId = (await findContact(account, contactId))?.conversationId ?? id;
  const there = conversationId === id ? null : await account.conversation(conversationId).windows();
  return Object.fromEntries(Object.entries(there ?? {}).filter(([key, { openedAt }]) => openedAt > (windows[key]?.openedAt ?? 0)));
}
