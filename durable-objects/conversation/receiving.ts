import type { ChannelKind } from "../../worker/contract/channel";
import type { Attachment, EntryState, Failure } from "../../worker/contract/entry";
import type { ConsentState } from "../../worker/contract/contact";
import type { InboundEvent, RawRequest } from "../../worker/channels/channel";
import { channelOf } from "../../worker/channels/registry";
import { readConsent } from "../../worker/domain/consent";
import { advance, worst } from "../../worker/domain/delivery";
import type { Timers } from "../lib/timers";
import { previewOf, type Birth, type Head } from "./head";
import type { Store, Stored } from "./store";

const DAY_MS = 24 * 3_600_000;
/** Raw bytes are kept this long; after that an entry cannot be replayed. */
export const KEEP_RAW_MS = 30 * DAY_MS;
/** A status for a message we do not know waits this long for the message. */
export const KEEP_PARKED_MS = DAY_MS;
/** Providers repeat a webhook for at most about this long. */
const ASK_PREVIOUS_MS = DAY_MS;
/** The first try to fetch provider media: at once, after the answer. */
const FETCH_SOON_MS = 0;

/** An event with what the flow found out about it: who wrote, and media whose bytes already lie in the bucket. */
export interface ResolvedEvent {
  event: InboundEvent;
  /** The customer; differs from the conversation's contact when a stranger joined an email thread. */
  author: { id: string | null; name: string };
  attachments: Attachment[];
  /** Provider references of the attachments that are still to be fetched. */
  refs: Record<string, string>;
}

export interface Delivery {
  birth: Birth;
  connection: { id: string; channel: ChannelKind; provider: string; address: string };
  events: ResolvedEvent[];
  raw: { id: string; request: Omit<RawRequest, "body">; body: Uint8Array | null };
  reopenDays: number;
  /** Only look whether these events are already here; store nothing new. */
  onlyIfKnown?: boolean;
  /** The contact's earlier conversation has been asked and does not know these events. */
  asked?: boolean;
}

/**
 * `moved`: this conversation is over; ask for the contact's next one, which begins with this one's `consent`. `ask`: it is so young that a repeat of something
 * in the conversation before it may arrive here; ask that one first. `entries` are the ids made or found.
 */
export type Received = { moved: false; entries: { id: string; seq: number; repeated: boolean }[]; ask?: string } | { moved: true; consent: Head["consent"] };

/** Is this conversation over, so that a new message belongs to the next one? */
export function isOver(head: Head, at: number, reopenDays: number): boolean {
  return head.status === "closed" && head.closedAt !== null && at - head.closedAt > reopenDays * DAY_MS;
}

/** Stores one delivery; runs inside a transaction. Repeats change nothing. */
export function receive(store: Store, timers: Timers, delivery: Delivery, now: number): Received {
  const { connection, events } = delivery;
  const made: { id: string; seq: number; repeated: boolean }[] = [];
  let isStored = false;
  const isNew = ({ event }: ResolvedEvent) => event.kind === "message" && !store.byExternal(`${connection.id}:${event.externalId}`);
  if (!delivery.onlyIfKnown && events.some(isNew) && isOver(store.head, now, delivery.reopenDays)) return { moved: true, consent: store.head.consent };
  const { previousId, createdAt } = store.head;
  if (!delivery.onlyIfKnown && !delivery.asked && previousId && now - createdAt < ASK_PREVIOUS_MS && events.some(isNew)) return { moved: false, entries: [], ask: previousId };
  for (const resolved of events) {
    const { event } = resolved;
    const external = "externalId" in event && event.externalId ? `${connection.id}:${event.externalId}` : null;
    const known = external ? store.byExternal(external) : null;
    if (event.kind === "status") {
      const changed = applyStatus(store, timers, connection, event, now);
      if (changed) made.push({ id: changed.entry.id, seq: changed.entry.seq, repeated: false });
      continue;
    }
    if (known) {
      made.push({ id: known.entry.id, seq: known.entry.seq, repeated: true });
      continue;
    }
    if (delivery.onlyIfKnown) continue;
    const stored = keep(store, timers, delivery, resolved, external, now);
    if (!stored) continue;
    made.push({ id: stored.entry.id, seq: stored.entry.seq, repeated: false });
    isStored = true;
  }
  // A receipt makes no entry, and nobody replays one.
  if (isStored) keepRaw(store, timers, delivery, now);
  return { moved: false, entries: made };
}

function keep(store: Store, timers: Timers, delivery: Delivery, resolved: ResolvedEvent, external: string | null, now: number): Stored | null {
  const { connection, raw } = delivery;
  const { event, author, attachments, refs } = resolved;
  const { head } = store;
  const common = { channel: connection.channel, connectionId: connection.id, external: external ?? undefined, rawId: raw.id, at: event.at };
  switch (event.kind) {
    case "message": {
      const { email } = event;
      const stored = store.insert({
        ...common, kind: "message", direction: "in", author: { type: "contact", id: author.id, name: author.name }, text: event.text, state: "delivered",
        attachments, to: event.from.address, segments: event.segments ?? null, html: email?.html ?? null,
        email: email ? {
          threadId: threadOf(store, email.inReplyTo, email.references, email.messageId ?? event.externalId), subject: email.subject,
          from: { name: event.from.name ?? "", address: event.from.address }, to: email.to, cc: email.cc, bcc: email.bcc, replyTo: email.replyTo,
          messageId: email.messageId, hasHtml: email.html !== null, quoteAt: email.quoteAt, automatic: email.automatic, warning: email.warning,
        } : null,
        internal: {
          externalId: event.externalId, visitorId: event.from.kind === "visitor" ? event.from.address : null,
          refs: Object.fromEntries(Object.entries(refs).map(([id, ref]) => [id, { ref, tries: 0 }])),
          email: email ? { inReplyTo: email.inReplyTo[0] ?? null, references: email.references, html: null } : null,
        },
      });
      for (const id of Object.keys(refs)) timers.set(`fetch:${stored.entry.seq}:${id}`, now + FETCH_SOON_MS);
      arrived(head, stored, connection, event.from.name ?? author.name, email?.automatic ?? "no", now);
      readWords(store, connection, event, stored);
      return stored;
    }
    case "echo":
      return store.insert({ ...common, kind: "message", direction: "out", author: { type: "member", id: null, name: "" }, text: event.text, state: "sent", attachments, to: event.to.address, internal: { externalId: event.externalId } });
    case "complaint":
      recordConsent(store, { channel: connection.channel, state: "inactive" }, null, event.at);
      return null;
    case "other":
      return external === null && !event.from ? null
        : store.insert({ ...common, kind: "activity", author: { type: "contact", id: author.id, name: author.name }, text: event.label, event: { type: "unsupported", data: { label: event.label } } });
    case "status":
      return null;
  }
}

/** What a customer's message does to the conversation. Automatic mail is kept but is nobody's work. */
function arrived(head: Head, stored: Stored, connection: Delivery["connection"], name: string, automatic: string, now: number): void {
  const { entry } = stored;
  head.channels = [connection.channel, ...head.channels.filter((channel) => channel !== connection.channel)];
  head.connectionId = connection.id;
  if (entry.author.id === head.contactId || head.sticky[connection.channel] === undefined)
    head.sticky[connection.channel] = { address: entry.to!, connectionId: connection.id, name };
  if (entry.email && head.subject === null) head.subject = entry.email.subject;
  head.lastAt = now;
  head.preview = previewOf(entry);
  if (automatic !== "no") return;
  head.inboundCount++;
  head.waitingSince ??= now;
  if (head.status === "closed" || (head.status === "snoozed" && head.wakeOnReply)) {
    head.status = "open";
    head.snoozedUntil = null;
    head.closedAt = null;
    head.closeReason = null;
  }
}

/** Words by which a customer opts out or in. The provider's own verdict goes first; without one the whole body must be the word. */
function readWords(store: Store, { channel, provider }: Delivery["connection"], event: Extract<InboundEvent, { kind: "message" }>, stored: Stored): void {
  if (channelOf(provider)?.reaches[0]?.kind !== "phone") return;
  const isOut = (store.head.consent[channel] ?? "active") !== "active";
  const words = readConsent(event.text, isOut);
  const heard = event.optOut ?? words.change;
  if (heard === "stop") recordConsent(store, { channel, state: "inactive" }, event.text, event.at);
  // A manual or permanent block is not lifted by a word.
  if (heard === "start" && store.head.consent[channel] === "inactive") recordConsent(store, { channel, state: "active" }, event.text, event.at);
  if (heard === null && words.suspected)
    store.insert({ kind: "activity", channel, author: { type: "system", id: null, name: "" }, at: event.at, text: "This may be a request to stop. Ask, or switch this channel off in the contact panel.", event: { type: "suspected-opt-out", data: { entryId: stored.entry.id } } });
}

/** Consent belongs to the contact; the conversation keeps what holds so that sending need not ask anyone. */
export function recordConsent(store: Store, { channel, state }: { channel: ChannelKind; state: ConsentState }, text: string | null, at: number): void {
  const { head } = store;
  const before = head.consent[channel] ?? "active";
  // A colleague's block stays one: as a mere opt-out, the customer's START would lift it.
  if (before === state || (before === "permanent" && state === "inactive")) return;
  head.consent[channel] = state;
  store.insert({ kind: "activity", channel, author: { type: "contact", id: head.contactId, name: head.contactName }, at, text: state === "active" ? "Opted in again" : "Opted out", event: { type: "consent", data: { channel, state, text } } });
}

/** The email thread: that of the message it answers, else its own. */
export function threadOf(store: Store, inReplyTo: readonly string[], references: readonly string[], own: string): string {
  for (const id of [...inReplyTo, ...references.toReversed()]) {
    const answered = store.byMessageId(id);
    if (answered?.entry.email) return answered.entry.email.threadId;
  }
  return own;
}

type Status = Extract<InboundEvent, { kind: "status" }>;

/** Applies a report to its message, or parks it until the message is known. Null when nothing changed. */
export function applyStatus(store: Store, timers: Timers, { id: connectionId, provider }: Pick<Delivery["connection"], "id" | "provider">, event: Status, now: number): Stored | null {
  const external = event.externalId ? `${connectionId}:${event.externalId}` : null;
  const byReference = event.reference ? store.find(event.reference.slice(event.reference.indexOf(":") + 1)) : null;
  const found = (external ? store.byExternal(external) : null) ?? byReference ?? (event.messageId ? store.byMessageId(event.messageId) : null);
  // A connection may speak only of messages that went through it; a mailbox also reports on mail that another one sent.
  const stored = found && found.entry.direction === "out" && (found.entry.connectionId === connectionId || event.messageId !== undefined) ? found : null;
  if (!stored) {
    if (external) store.park(external, event, now);
    if (external && timers.get("purge") === null) timers.set("purge", now + KEEP_PARKED_MS);
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
  if (state === before.state && !learned && segments === before.segments && JSON.stringify(recipients) === JSON.stringify(before.recipients)) return null;
  const next = store.update(stored, { state, recipients, failure: state === "failed" ? failure : null, segments }, learned ? { externalId: event.externalId! } : undefined, { external: learned });
  settled(store.head, next);
  const consent = state === "failed" && event.code ? channelOf(provider)?.consentAfter?.(event.code) : null;
  if (consent && next.entry.channel) recordConsent(store, { channel: next.entry.channel, state: "inactive" }, null, now);
  return next;
}

const failureOf = ({ code = "", detail = "", class: kind = "permanent" }: Status, provider: string): Failure =>
  ({ class: kind, code, detail, sentence: channelOf(provider)?.explain(code) ?? "The message was accepted but could not be delivered. Try again or use another channel." });

/** Keeps the head's failed list and preview in step with a message of ours. */
export function settled(head: Head, stored: Stored): void {
  const { id, state, deleted } = stored.entry;
  const isBad = !deleted && (state === "failed" || state === "unknown");
  if (isBad !== head.failedIds.includes(id)) head.failedIds = isBad ? [...head.failedIds, id] : head.failedIds.filter((one) => one !== id);
  // The list shows what went wrong and nothing of the rest: a receipt is no reason to write every list anew.
  const { preview } = head;
  if (preview?.entryId === id && preview.state !== state && (isBad || preview.state === "failed" || preview.state === "unknown")) head.preview = { ...preview, state };
}

function keepRaw(store: Store, timers: Timers, { raw }: Delivery, now: number): void {
  store.keepRaw(raw.id, now, JSON.stringify(raw.request), raw.body);
  if (timers.get("purge") === null) timers.set("purge", now + KEEP_RAW_MS);
}

