import type { Attempt, Failure } from "../../worker/contract/entry";
import type { SendResult } from "../../worker/channels/channel";
import type { OpenConnection } from "../../worker/flows/open-connection";
import type { Timers } from "../lib/timers";
import { amended } from "./amending";
import { recordConsent } from "./consenting";
import { unspent } from "./head";
import { sendInstead } from "./instead";
import { reasonOf, receiptFor, settled } from "./reports";
import type { Store, Stored } from "./store";

/** How long a status may still tell us what became of a send whose answer we never saw. */
export const UNKNOWN_AFTER_MS = 120_000;
export const MAX_TRIES = 5;
export const BACKOFF_MS = 1_000;
const BACKOFF_MAX_MS = 5 * 60_000;

/** What came of a call to a provider; `unknown`: no answer, or none that says whether it has the message. */
export type Answered = SendResult | { ok: "unknown"; detail: string };
type Taken = Extract<SendResult, { ok: true }>;

interface Host { readonly store: Store; readonly timers: Timers }

/** The provider has the message. Runs inside a transaction, as does what follows. */
export function taken({ store, timers }: Host, seq: number, open: OpenConnection, result: Taken, now: number): void {
  const stored = store.at(seq)!;
  timers.clear(`send:${seq}`);
  const external = `${open.row.id}:${result.externalId}`;
  // A status may have taught us this id already; anything else that holds it is a repeat of ours and keeps it.
  const { externalId: learned, pastIds = [] } = stored.internal;
  const earlier = learned !== null && learned !== result.externalId ? learned : null;
  // One of ours that was taken back leaves its place to the next: a review has room for one reply.
  const holder = store.byExternal(external);
  const isVacant = holder !== null && holder.entry.direction === "out" && holder.entry.deleted;
  if (isVacant) store.update(holder, {}, { externalId: null }, { external: null });
  const mayTake = (stored.external === null || earlier !== null) && (holder === null || isVacant);
  // That an attempt before this one failed, heard only now, says nothing of this one.
  const state = stored.entry.state === "delivered" || stored.entry.state === "read" || (stored.entry.state === "failed" && earlier === null) ? stored.entry.state : receiptFor(store.head, stored);
  const email = stored.entry.email && result.messageId ? { ...stored.entry.email, messageId: result.messageId } : stored.entry.email;
  const next = store.update(stored, { state, failure: state === "failed" ? stored.entry.failure : null, email, segments: result.segments ?? stored.entry.segments, ...(result.price && { price: result.price }), attempts: closed(stored, now, "sent", null), recipients: stored.entry.recipients.map((one) => (one.state === "sending" ? { ...one, state: "sent" } : one)) },
    { externalId: result.externalId, pastIds: earlier === null ? pastIds : [...pastIds, earlier] }, { external: mayTake ? external : undefined });
  settled(store.head, next);
  amended(store, timers, { id: open.row.id, provider: open.channel.provider }, store.at(seq)!, now);
}

/** The provider does not have it, or did not say: tried again, left to a late status, or over. `standIn` is the connection it goes out by then. */
export function notTaken({ store, timers }: Host, seq: number, { row, channel }: OpenConnection, result: Exclude<Answered, Taken>, failure: Failure, standIn: OpenConnection | null, now: number): void {
  const stored = store.at(seq)!;
  timers.clear(`send:${seq}`);
  // A status overtook the answer: the message is out, whatever the answer was.
  if (stored.entry.state !== "sending") return void store.update(stored, { attempts: closed(stored, now, "unknown", failure) });
  const tries = stored.entry.attempts.length;
  const isSafe = result.ok === false || channel.capabilities.resend === "safe";
  if (isSafe) unspent(store.head, row.id, stored.entry.to ?? "");
  const again = isSafe && tries < MAX_TRIES && (failure.class === "temporary" || failure.class === "rate" || failure.class === "unknown");
  if (again) {
    const wait = (result.ok === false && result.retryAfterMs) || Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** tries);
    timers.set(`send:${seq}`, now + wait);
    return settled(store.head, store.update(stored, { state: "queued", dueAt: new Date(now + wait).toISOString(), failure, attempts: closed(stored, now, "retry", failure) }));
  }
  if (!isSafe) {
    timers.set(`send:${seq}`, Date.parse(stored.entry.attempts.at(-1)!.at) + UNKNOWN_AFTER_MS);
    return void store.update(stored, { failure, attempts: closed(stored, now, "unknown", failure) });
  }
  learnConsent(store, stored, (result.ok === false && channel.consentAfter?.(result.code)) || (failure.class === "optout" ? "inactive" : null), failure, now);
  // Asked often enough without an answer: it may have arrived, so it has not failed.
  const state = failure.class === "unknown" ? "unknown" : "failed";
  settled(store.head, store.update(stored, { state, failure, attempts: closed(stored, now, state, failure), recipients: stored.entry.recipients.map((one) => ({ ...one, state, failure })) }));
  if (standIn) sendInstead(store, timers, stored, standIn, now);
}

/** A refusal may say that the customer does not want it, or cannot be reached. Of several people it may be any that the provider refused. */
function learnConsent(store: Store, { entry, internal }: Stored, said: string | null, failure: Failure, now: number): void {
  if (said === null || store.head.kind === "group" || internal.isAside || entry.recipients.length > 1) return;
  const isUnreachable = said === "inactive" && failure.class !== "optout";
  recordConsent(store, { channel: entry.channel!, state: said === "no-marketing" ? said : "inactive", isUnreachable }, isUnreachable ? reasonOf(failure) : null, now);
}

/** The attempts with the running one ended. */
export function closed({ entry }: Stored, now: number, outcome: Attempt["outcome"], failure: Failure | null): Attempt[] {
  return entry.attempts.map((attempt, index) => (index === entry.attempts.length - 1 && attempt.endedAt === null ? { ...attempt, endedAt: new Date(now).toISOString(), outcome, failure } : attempt));
}
