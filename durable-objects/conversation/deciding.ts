import type { Entry } from "../../worker/contract/entry";
import type { Timers } from "../lib/timers";
import type { Head } from "./head";
import { settled } from "./reports";
import type { Store, Stored } from "./store";

/** Takes a message back before it leaves; one draft may have become several messages: what has not left goes with it. */
export function cancel(store: Store, timers: Timers, head: Head, stored: Stored): { cancelled: boolean; entry: Entry } {
  const { entry } = stored;
  if (entry.deleted) return { cancelled: true, entry };
  if (!waits(stored)) return { cancelled: false, entry };
  // The provider had it once and could not deliver it: that stays true, only the repeat is taken back.
  if (entry.attempts.some(({ outcome }) => outcome === "sent")) return { cancelled: true, entry: failAgain(store, timers, head, stored) };
  const [next] = [stored, ...waitingSiblings(store, entry.id)].map((one) => takeBack(store, timers, head, one));
  return { cancelled: true, entry: next!.entry };
}

/** Takes back a repeat that has not left: the message is again what it was before. */
function failAgain(store: Store, timers: Timers, head: Head, stored: Stored): Entry {
  const { entry, internal: { pastIds = [], failedBefore = null } } = stored;
  const externalId = pastIds.at(-1) ?? null;
  const external = externalId === null ? null : `${entry.connectionId}:${externalId}`;
  timers.clear(`send:${entry.seq}`);
  head.scheduledIds = head.scheduledIds.filter((one) => one !== entry.id);
  const next = store.update(stored, { state: "failed", failure: failedBefore, dueAt: null, undoable: false, recipients: entry.recipients.map((one) => ({ ...one, state: "failed" as const, failure: failedBefore })) },
    { externalId, pastIds: pastIds.slice(0, -1), failedBefore: undefined }, { external: external !== null && store.byExternal(external) === null ? external : null });
  settled(head, next);
  return next.entry;
}

/** Empties a message that has not left. */
function takeBack(store: Store, timers: Timers, head: Head, stored: Stored): Stored {
  const { id, seq } = stored.entry;
  timers.clear(`send:${seq}`);
  const next = store.update(stored, { deleted: true, text: "", attachments: [], content: null, quote: null, state: null, dueAt: null, undoable: false }, undefined, { reindex: true });
  if (stored.internal.answered && head.waitingSince === null && head.status === "open") head.waitingSince = stored.internal.answered;
  head.scheduledIds = head.scheduledIds.filter((one) => one !== id);
  settled(head, next);
  if (head.preview?.entryId === id) head.preview = store.newestPreview();
  return next;
}

/** It has yet to leave, perhaps once more. */
export const isWaiting = ({ entry }: Stored): boolean => entry.state === "queued" || entry.state === "scheduled";

/** Has it surely not left yet? A try that nobody answered may have arrived, even if it is to be repeated. */
export const waits = (stored: Stored): boolean => isWaiting(stored) && !stored.entry.attempts.some(({ failure }) => failure?.class === "unknown");

/** The further messages of its draft that wait too. */
export const waitingSiblings = (store: Store, id: string): Stored[] => store.siblings(id).filter(isWaiting);

/** Sends a failed or unknown message again, as a new attempt of the same message. */
export function retry(store: Store, timers: Timers, head: Head, stored: Stored, now: number): Entry {
  if (stored.entry.state !== "failed" && stored.entry.state !== "unknown") return stored.entry;
  // The customer has it already, by another channel.
  if (stored.entry.replacedBy) return stored.entry;
  timers.soon(`send:${stored.entry.seq}`, now);
  const { externalId, pastIds = [] } = stored.internal;
  const recipients = stored.entry.recipients.map((one) => ({ ...one, state: "sending" as const, failure: null }));
  const next = store.update(stored, { state: "queued", failure: null, recipients },
    { slotAt: null, externalId: null, pastIds: externalId ? [...pastIds, externalId] : pastIds, failedBefore: stored.entry.failure }, { external: null });
  settled(head, next);
  return next.entry;
}

/** A person says what became of a message whose outcome we do not know. */
export function resolve(store: Store, head: Head, stored: Stored, outcome: "sent" | "failed"): Entry {
  if (stored.entry.state !== "unknown") return stored.entry;
  const isSent = outcome === "sent";
  const recipients = stored.entry.recipients.map((one) => (one.state === "unknown" ? { ...one, state: outcome, failure: isSent ? null : one.failure } : one));
  const next = store.update(stored, { state: outcome, recipients, failure: isSent ? null : stored.entry.failure });
  settled(head, next);
  return next.entry;
}
