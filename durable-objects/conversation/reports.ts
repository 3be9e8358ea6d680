import type { EntryState, Failure } from "../../worker/contract/entry";
import type { Handle, InboundEvent } from "../../worker/channels/channel";
import { channelOf } from "../../worker/channels/registry";
import { advance, worst } from "../../worker/domain/delivery";
import { windowKey } from "../../worker/domain/window";
import type { Timers } from "../lib/timers";
import type { Quoting } from "./amending";
import { recordConsent } from "./consenting";
import { PRICE_LOOKS_MS } from "./errands";
import type { Head } from "./head";
import type { Delivery, Lost } from "./receiving";
import type { Store, Stored } from "./store";

/** What speaks of a message we do not know waits this long for the message. */
export const KEEP_PARKED_MS = 24 * 3_600_000;
/** An echo without a reference belongs to the send that began within this time of it. */
const ECHO_WITHIN_MS = 60_000;

type Status = Extract<InboundEvent, { kind: "status" }>;
type Receipt = Extract<InboundEvent, { kind: "receipt" }>;

const addressesOf = ({ address, aliases = [] }: Handle): string[] => [address, ...aliases.map((alias) => alias.address)];

type Line = Pick<Delivery["connection"], "id" | "provider">;

/** The message of ours that a report speaks of. */
function reportedOn(store: Store, { id: connectionId }: Line, event: Status): Stored | null {
  const external = event.externalId ? `${connectionId}:${event.externalId}` : null;
  const byReference = event.reference ? store.find(event.reference.slice(event.reference.indexOf(":") + 1)) : null;
  const found = (external ? store.byExternal(external) : null) ?? byReference ?? (event.messageId ? store.byMessageId(event.messageId) : null);
  // A connection may speak only of messages that went through it; a mailbox also reports on mail that another one sent.
  return found && found.entry.direction === "out" && (found.entry.connectionId === connectionId || event.messageId !== undefined) ? found : null;
}

/**
 * Whose address a report says will not work again, of those a mail of ours went to: each may be anybody, also who only had a copy. The
 * same however often it is reported.
 */
export function lostBy(store: Store, line: Line, event: InboundEvent): Lost | null {
  if (event.kind !== "status" || event.state !== "failed" || event.recipient === undefined || !event.code) return null;
  const channel = channelOf(line.provider);
  const address = event.recipient.toLowerCase();
  const isLost = channel?.capabilities.copies === true && channel.consentAfter?.(event.code) === "inactive";
  return isLost && reportedOn(store, line, event)?.entry.recipients.some((one) => one.address === address) ? { address, text: reasonOf(failureOf(event, line.provider)), at: event.at } : null;
}

/** Applies a report to its message, or parks it until the message is known. Null when nothing changed. */
export function applyStatus(store: Store, timers: Timers, line: Line, event: Status, now: number): Stored | null {
  const { id: connectionId, provider } = line;
  const external = event.externalId ? `${connectionId}:${event.externalId}` : null;
  const stored = reportedOn(store, line, event);
  if (!stored) {
    if (external) park(store, timers, external, event, now);
    return null;
  }
  const before = stored.entry;
  // Of an attempt that a person has sent again since: only that it arrived after all is news.
  const { externalId: newest, pastIds = [] } = stored.internal;
  const isPast = event.externalId !== undefined && (pastIds.includes(event.externalId) || (newest !== null && newest !== event.externalId));
  if (isPast && event.state !== "delivered" && event.state !== "read") return null;
  // Before the provider's answer is recorded, a report by reference also tells us the provider's id.
  const learned = external && stored.external === null && !isPast ? external : undefined;
  const recipients = event.recipient
    ? before.recipients.map((one) => (one.address === event.recipient!.toLowerCase() ? { ...one, state: advance(one.state, event.state), failure: event.state === "failed" ? failureOf(event, provider) : one.failure } : one))
    : before.recipients.map((one) => ({ ...one, state: advance(one.state, event.state) }));
  const current: EntryState = before.state ?? "sent";
  // Whoever queues it has it: that ends the doubt, as the lost answer would have.
  const reported = current === "unknown" && event.externalId !== undefined && event.state !== "failed" ? advance("sent", event.state) : event.state;
  const state = recipients.length > 1 ? advance(current, worst(recipients.map((one) => one.state)) ?? reported) : advance(current, reported);
  const failure = event.state === "failed" && before.state !== "failed" ? failureOf(event, provider) : before.failure;
  const segments = event.segments ?? before.segments;
  const price = event.price ?? before.price ?? null;
  if (state === before.state && !learned && segments === before.segments && JSON.stringify(price) === JSON.stringify(before.price ?? null) && JSON.stringify(recipients) === JSON.stringify(before.recipients)) return null;
  const next = store.update(stored, { state, recipients, failure: state === "failed" ? failure : null, segments, ...(price && { price }) }, learned ? { externalId: event.externalId! } : undefined, { external: learned });
  settled(store.head, next);
  askPrice(timers, next, provider, now);
  if (state === "failed" && before.state !== "failed" && event.code && channelOf(provider)?.instead) timers.set(`instead:${before.seq}`, now);
  // Where several people get a message, whoever it did not reach is told of by their own address (`lostBy`).
  const isTheirs = channelOf(provider)?.capabilities.copies ? event.recipient === undefined && before.recipients.length <= 1 : event.recipient === undefined || event.recipient.toLowerCase() === before.to?.toLowerCase();
  const consent = state === "failed" && event.code && isTheirs ? channelOf(provider)?.consentAfter?.(event.code) : null;
  // In a group it is one of them who cannot be written to: that is kept with the person, not with the group.
  if (consent && next.entry.channel && store.head.kind !== "group" && !next.internal.isAside) recordConsent(store, { channel: next.entry.channel, state: consent === "no-marketing" ? consent : "inactive", isUnreachable: consent === "inactive" }, consent === "inactive" ? reasonOf(failureOf(event, provider)) : null, now);
  return next;
}

/** Where the provider knows only later what a message cost: asks then, once for all reports. */
function askPrice(timers: Timers, { entry, internal }: Stored, provider: string, now: number): void {
  const isOut = entry.state === "sent" || entry.state === "delivered" || entry.state === "failed";
  const key = `price:${entry.seq}`;
  if (isOut && !entry.price && internal.priceLooks === undefined && channelOf(provider)?.bill && timers.get(key) === null) timers.set(key, now + PRICE_LOOKS_MS[0]);
}

/** Keeps an event until its message is here. */
export function park(store: Store, timers: Timers, external: string, event: InboundEvent | Quoting, now: number): void {
  store.park(external, event, now);
  if ((timers.get("purge") ?? Infinity) > now + KEEP_PARKED_MS) timers.set("purge", now + KEEP_PARKED_MS);
}

/** Has a message of ours on this line come as far as a receipt says before? Then so have those of earlier conversations. */
export function hasSeen(store: Store, connectionId: string, { person, state }: Receipt): boolean {
  const addresses = addressesOf(person);
  return store.page({ limit: RECEIPT_REACH }).some(({ entry }) => entry.direction === "out" && entry.connectionId === connectionId && addresses.includes(entry.to ?? "") && (entry.state === "read" || entry.state === state));
}

/** The customer's app has, or shows, everything of ours up to a time or a message. The changed entries. */
export function applyReceipt(store: Store, { id: connectionId }: Pick<Delivery["connection"], "id">, { person, state, upTo, externalId }: Receipt): Stored[] {
  const addresses = addressesOf(person);
  const marked = externalId ? store.byExternal(`${connectionId}:${externalId}`) : null;
  const ours = store.page({ limit: RECEIPT_REACH }).filter(({ entry }) => entry.direction === "out" && entry.connectionId === connectionId && addresses.includes(entry.to ?? ""));
  // Sent but not answered yet: what the receipt says of it is kept until we know its id.
  if (ours.some(({ entry }) => entry.state === "sending")) {
    for (const address of addresses) {
      const key = windowKey(connectionId, address);
      const before = store.head.receipts?.[key] ?? { delivered: 0, read: 0 };
      store.head.receipts = { ...store.head.receipts, [key]: { ...before, [state]: Math.max(before[state], upTo) } };
    }
  }
  return ours.filter((stored) => marked ? stored.entry.seq <= marked.entry.seq : wentOut(stored) <= upTo)
    .filter(({ entry }) => (entry.state === "sent" || entry.state === "delivered") && advance(entry.state, state) !== entry.state)
    .map((stored) => store.update(stored, { state }));
}

/** The visitor's own page has, or has shown, our messages up to a place. */
export function applyVisit(store: Store, visitor: { visitorId: string; connectionId: string }, state: "delivered" | "read", seq: number): void {
  const reached = store.page({ before: seq + 1, limit: VISIT_REACH }).filter(({ entry, internal }) => entry.direction === "out" && internal.visitorId === visitor.visitorId && entry.connectionId === visitor.connectionId && (entry.state === "sent" || entry.state === "delivered"));
  for (const stored of reached) if (advance(stored.entry.state!, state) !== stored.entry.state) settled(store.head, store.update(stored, { state }));
}

/** The state that receipts give a message which has just become `sent`. */
export function receiptFor(head: Head, stored: Stored): EntryState {
  const kept = head.receipts?.[windowKey(stored.entry.connectionId ?? "", stored.entry.to ?? "")];
  const at = wentOut(stored);
  return kept && at <= kept.read ? "read" : kept && at <= kept.delivered ? "delivered" : "sent";
}

/** What a page shows at once. */
const VISIT_REACH = 50;
/** How many of the newest entries a receipt is compared with. */
const RECEIPT_REACH = 200;

const wentOut = ({ entry }: Stored): number => Date.parse(entry.attempts.at(-1)?.at ?? entry.at);

/** Our own message that an echo repeats: by the reference we gave, else the one that is being sent with these very words. Null when it was written elsewhere, or is known by its id. */
export function ownSend(store: Store, connectionId: string, event: Extract<InboundEvent, { kind: "echo" }>): Stored | null {
  if (store.byExternal(`${connectionId}:${event.externalId}`)) return null;
  const named = event.reference ? store.find(event.reference.slice(event.reference.indexOf(":") + 1)) : null;
  if (named?.entry.direction === "out" && named.entry.connectionId === connectionId) return named;
  const addresses = addressesOf(event.to);
  return store.unsettled().find((stored) => stored.entry.connectionId === connectionId && addresses.includes(stored.entry.to ?? "") && stored.internal.externalId === null
    && stored.entry.text === event.text && (stored.entry.attachments.length > 0) === (event.media.length > 0) && Math.abs(wentOut(stored) - event.at) <= ECHO_WITHIN_MS) ?? null;
}

const failureOf = ({ code = "", detail = "", class: kind = "permanent" }: Status, provider: string): Failure =>
  ({ class: kind, code, detail, sentence: channelOf(provider)?.explain(code) ?? "The message was accepted but could not be delivered. Try again or use another channel." });

/** What proves that an address cannot be reached: our words and the provider's code. */
export const reasonOf = ({ sentence, code }: Failure): string => (code ? `${sentence} (${code})` : sentence);

/** Keeps the head's failed list and preview in step with a message of ours. */
export function settled(head: Head, stored: Stored): void {
  const { id, state, deleted, replacedBy } = stored.entry;
  const isBad = !deleted && !replacedBy && (state === "failed" || state === "unknown");
  if (isBad !== head.failedIds.includes(id)) head.failedIds = isBad ? [...head.failedIds, id] : head.failedIds.filter((one) => one !== id);
  // The list shows what went wrong and nothing of the rest: a receipt is no reason to write every list anew.
  const { preview } = head;
  if (preview?.entryId === id && preview.state !== state && (isBad || preview.state === "failed" || preview.state === "unknown")) head.preview = { ...preview, state };
}

