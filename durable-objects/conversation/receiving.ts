import { channelOf } from "../../worker/channels/registry";
import type { ChannelKind } from "../../worker/contract/channel";
import type { Attachment } from "../../worker/contract/entry";
import type { Handle, InboundEvent, RawRequest, Said } from "../../worker/channels/channel";
import type { Timers } from "../lib/timers";
import { amend, amended } from "./amending";
import { continuedThread } from "./continuing";
import { reached, recordConsent } from "./consenting";
import { answer, opened, previewOf, quoteOf, reopen, spent, succeeded, type Birth, type Head } from "./head";
import { hearWords, tap, tappedOn } from "./hearing";
import { adopted, goesElsewhere } from "./merging";
import { applyReceipt, applyStatus, hasSeen, lostBy, ownSend, park } from "./reports";
import type { Store, Stored } from "./store";

const DAY_MS = 24 * 3_600_000;
/** Raw bytes are kept this long; after that an entry cannot be replayed. */
export const KEEP_RAW_MS = 30 * DAY_MS;
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
  connection: { id: string; channel: ChannelKind; provider: string; address: string; /** What we answer to STOP, START and HELP where the provider does not; null: nothing. */ keywords?: { stop: string | null; start: string | null; help: string | null } };
  events: ResolvedEvent[];
  raw: { id: string; request: Omit<RawRequest, "body">; body: Uint8Array | null };
  reopenDays: number;
  /** Free wording that may be an opt-out counts as one. */
  appliesSuspected?: boolean;
  /** Only look whether these events are already here; store nothing new. */
  onlyIfKnown?: boolean;
  /** The contact's earlier conversation has been asked and does not know these events. */
  asked?: boolean;
  /** The database was asked just now and says that this is where they belong: this merge, which closed the conversation, has been undone, which it is yet to hear. */
  undone?: string;
}

/**
 * `moved`: this conversation is over; ask for the contact's next one, which begins with this one's `consent`. `ask`: it is so young that a repeat of something
 * in the conversation before it may arrive here; ask that one first. `entries` are the ids made or found. `raw`: an entry names the request, or
 * nobody may, because it holds words that were unsent.
 */
export type Received = { moved: false; entries: { id: string; seq: number; repeated: boolean }[]; ask?: string; /** The conversation before: a receipt speaks of what is still unread there too. */ earlier?: string; raw?: "kept" | "barred"; /** Whose addresses will not work again, by these reports: for their own conversations to hear. */ lost?: Lost[] } | { moved: true; /** Its contact was merged into another: ask again who they are. */ mergeId?: string; consent: Head["consent"]; unreachable?: Head["unreachable"] };

export interface Lost { address: string; /** What proves it. */ text: string; at: number }

/** Is this conversation over, so that a new message belongs to the next one? */
export function isOver(head: Head, at: number, reopenDays: number): boolean {
  return head.status === "closed" && head.closedAt !== null && at - head.closedAt > reopenDays * DAY_MS;
}

/** Stores one delivery; runs inside a transaction. Repeats change nothing. */
export function receive(store: Store, timers: Timers, delivery: Delivery, now: number): Received {
  const { connection } = delivery;
  const events = delivery.events.map((one) => adopted(store.head, one));
  const made: { id: string; seq: number; repeated: boolean }[] = [];
  let isStored = false;
  const isUnknown = (id: string) => !store.byExternal(`${connection.id}:${id}`);
  // A text that is a reaction begins nothing, however long ago its message was.
  const isNew = ({ event }: ResolvedEvent) => event.kind === "message" && isUnknown(event.externalId) && !tappedOn(store, connection, event);
  const isAbout = ({ event }: ResolvedEvent) => "target" in event && isUnknown(event.target);
  if (!delivery.onlyIfKnown && store.head.mergedAway !== undefined && store.head.mergedAway !== delivery.undone && events.some((one) => (isNew(one) && store.head.status === "closed") || goesElsewhere(store.head, one))) return { moved: true, mergeId: store.head.mergedAway, consent: {} };
  if (!delivery.onlyIfKnown && events.some(isNew) && isOver(store.head, now, delivery.reopenDays)) return { moved: true, consent: store.head.consent, unreachable: store.head.unreachable };
  const { previousId, createdAt } = store.head;
  // A repeat comes soon; what is said about an old message may come years after it.
  if (!delivery.onlyIfKnown && !delivery.asked && previousId && ((now - createdAt < ASK_PREVIOUS_MS && events.some(isNew)) || events.some(isAbout))) return { moved: false, entries: [], ask: previousId };
  const isFirst = ({ event }: ResolvedEvent) => event.kind === "receipt" && !hasSeen(store, connection.id, event);
  const earlier = previousId !== null && events.some(isFirst) ? previousId : null;
  for (const resolved of events) {
    const { event } = resolved;
    const external = "externalId" in event && event.externalId ? `${connection.id}:${event.externalId}` : null;
    const report = reported(store, timers, delivery, resolved, now);
    if (report) {
      made.push(...report.map(({ entry }) => ({ id: entry.id, seq: entry.seq, repeated: false })));
      continue;
    }
    const known = external ? store.byExternal(external) : null;
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
  // A receipt makes no entry, and nobody replays one. What holds the words of something unsent is not kept.
  const isBarred = events.some(({ event }) => idsIn(event).some((id) => store.byExternal(`${connection.id}:${id}`)?.entry.deleted));
  if (isStored && !isBarred) keepRaw(store, timers, delivery, now);
  // What is said about an old message may be about one that is older still.
  const ask = delivery.onlyIfKnown && made.length === 0 && events.some(isAbout) ? previousId : null;
  const lost = events.flatMap(({ event }) => lostBy(store, connection, event) ?? []);
  return { moved: false, entries: made, ...(lost.length > 0 && { lost }), ...(ask && { ask }), ...(earlier && { earlier }), ...(isBarred ? { raw: "barred" as const } : (isStored || store.hasRaw(delivery.raw.id)) && { raw: "kept" as const }) };
}

const idsIn = (event: InboundEvent): string[] => ["externalId" in event ? event.externalId : undefined, "target" in event ? event.target : undefined].filter((id) => id !== undefined);

/** The entries changed by an event that speaks of what is here already; null when it is none. */
function reported(store: Store, timers: Timers, { connection, onlyIfKnown }: Delivery, resolved: ResolvedEvent, now: number): Stored[] | null {
  const { event } = resolved;
  switch (event.kind) {
    case "status": return list(applyStatus(store, timers, connection, event, now));
    case "receipt": return applyReceipt(store, connection, event);
    case "reaction": case "edit": case "delete": return list(amend(store, timers, connection, event, now, onlyIfKnown === true));
    case "echo": {
      const own = ownSend(store, connection.id, event);
      if (!own) return null;
      applyStatus(store, timers, connection, { kind: "status", externalId: event.externalId, reference: `:${own.entry.id}`, state: "sent", at: event.at }, now);
      // Now that its id is known, what waited for it finds it, also if the answer to our call never comes.
      return [amended(store, timers, connection, store.at(own.entry.seq)!, now)];
    }
    case "message": {
      const tapped = store.byExternal(`${connection.id}:${event.externalId}`) ? null : tappedOn(store, connection, event);
      if (tapped && event.from.kind === "phone") reached(store, connection.channel, event.at);
      return tapped && [tap(store, tapped, event, resolved)];
    }
    default: return null;
  }
}

const list = (stored: Stored | null): Stored[] => (stored ? [stored] : []);

function keep(store: Store, timers: Timers, delivery: Delivery, resolved: ResolvedEvent, external: string | null, now: number): Stored | null {
  const { connection, raw } = delivery;
  const { event, author } = resolved;
  const { head } = store;
  // The machine that resolved them may remember for a while what they were called before their name was asked for.
  const contact = { type: "contact" as const, id: author.id, name: author.id === head.contactId ? head.contactName : author.name };
  const common = { channel: connection.channel, connectionId: connection.id, external: external ?? undefined, rawId: raw.id, at: event.at };
  switch (event.kind) {
    case "message": {
      const { email } = event;
      const stored = store.insert({
        ...common, kind: "message", direction: "in", author: contact, state: "delivered", ...saidBy(store, connection.id, resolved, event),
        to: event.group?.toSorted().join(",") ?? event.from.address, segments: event.segments ?? null, html: email?.html ?? null,
        email: email ? {
          threadId: threadOf(store, email.inReplyTo, email.references, continuedThread(head, email.conversationId, event.from.address) ?? email.messageId ?? event.externalId), subject: email.subject,
          from: { name: event.from.name ?? "", address: event.from.address }, to: email.to, cc: email.cc, bcc: email.bcc, replyTo: email.replyTo,
          messageId: email.messageId, hasHtml: email.html !== null, quoteAt: email.quoteAt, automatic: email.automatic, warning: email.warning,
          ...(email.authenticity && { authenticity: email.authenticity }), ...(email.cut && { cut: true }),
        } : null,
        internal: {
          externalId: event.externalId, visitorId: event.from.kind === "visitor" ? event.from.address : null, refs: wanted(resolved),
          email: email ? { inReplyTo: email.inReplyTo[0] ?? null, references: email.references } : null,
        },
      });
      fetchSoon(timers, stored, now);
      arrived(head, stored, connection, event.from.name ?? author.name, email?.automatic ?? "no", now);
      if (!event.opensNoWindow) opened(head, connection.id, event.group ? { address: stored.entry.to! } : event.from, event.at, event.referral?.kind === "ad", isCounted(connection));
      if (author.id === head.contactId && (email?.automatic ?? "no") === "no") reached(store, connection.channel, event.at);
      hearWords(store, timers, delivery, event, stored, now);
      awaitQuoted(store, timers, connection, stored, event, now);
      return amended(store, timers, connection, stored, now);
    }
    case "echo": {
      // Written in the provider's own app: it answers the customer as one of ours would.
      const stored = store.insert({ ...common, kind: "message", direction: "out", author: { type: "member", id: null, name: "" }, state: "sent", ...saidBy(store, connection.id, resolved, event), to: event.to.address, internal: { externalId: event.externalId, refs: wanted(resolved) } });
      fetchSoon(timers, stored, now);
      head.sticky[connection.channel] ??= { address: event.to.address, connectionId: connection.id, name: event.to.name ?? head.contactName };
      answer(head, stored, now);
      spent(head, connection.id, event.to.address);
      awaitQuoted(store, timers, connection, stored, event, now);
      return amended(store, timers, connection, stored, now);
    }
    case "activity":
      if (event.opensWindow) opened(head, connection.id, event.person, event.at, event.referral?.kind === "ad", isCounted(connection));
      return store.insert({ ...common, kind: "activity", author: contact, text: event.text, event: { type: event.type, data: event.data ?? {} }, ...(event.referral && { referral: event.referral }) });
    case "identity": {
      for (const [from, to] of successors(event.person, event.becomes)) followIdentity(store, connection, from, to);
      return store.insert({ ...common, kind: "activity", author: contact, text: event.text, event: { type: "identity", data: { from: event.person.address, to: event.becomes.address } } });
    }
    case "consent":
      recordConsent(store, event.purpose === "marketing" ? { channel: connection.channel, state: event.change === "start" ? "active" : "no-marketing", lifts: ["no-marketing"], how: event.how }
        : { channel: connection.channel, state: event.change === "start" ? "active" : "inactive", how: event.how }, event.text, event.at);
      return null;
    case "complaint":
      recordConsent(store, { channel: connection.channel, state: "inactive", how: "complaint" }, null, event.at);
      return null;
    case "unreachable":
      // Not if they wrote, or refused, since: that says more.
      if (event.at > (head.heard?.[connection.channel]?.inactive ?? 0)) recordConsent(store, { channel: connection.channel, state: "inactive", isUnreachable: true }, event.text, Math.min(event.at, now));
      return null;
    case "other":
      return external === null && !event.from ? null
        : store.insert({ ...common, kind: "activity", author: contact, text: event.label, event: { type: "unsupported", data: { label: event.label } } });
    default: return null;
  }
}

/** Which address took the place of which: number for number, id for id, else the new one for the one they wrote with. */
function successors(person: Handle, becomes: Handle): [from: string, to: string][] {
  const after = [becomes, ...becomes.aliases ?? []];
  const pairs = [person, ...person.aliases ?? []].flatMap(({ kind, address }): [string, string][] => after.filter((one) => one.kind === kind && one.address !== address).map((one) => [address, one.address]));
  return pairs.length > 0 ? pairs : [[person.address, becomes.address]];
}

/** The customer has another number or id now: what they allow, and what waits for them, goes with them. */
function followIdentity(store: Store, { id, channel }: Delivery["connection"], from: string, to: string): void {
  const { head } = store;
  const sticky = head.sticky[channel];
  if (sticky?.address === from) head.sticky[channel] = { ...sticky, address: to };
  succeeded(head, id, from, to);
  for (const stored of head.scheduledIds.map((entryId) => store.find(entryId)))
    if (stored?.entry.connectionId === id && stored.entry.to === from) store.update(stored, { to });
}

const isCounted = ({ provider }: Delivery["connection"]): boolean => typeof channelOf(provider)?.capabilities.window?.perTurn === "number";

/** What an entry says: words, files and the rest of the content. */
function saidBy(store: Store, connectionId: string, { attachments, author }: ResolvedEvent, { text, content, quote, referral, forwarded }: Said) {
  const answered = quote?.externalId ? store.byExternal(`${connectionId}:${quote.externalId}`) : null;
  return {
    text, attachments, ...(content && { content }), ...(referral && { referral }), ...(forwarded && { forwarded }),
    ...(quote && { quote: answered ? quoteOf(answered.entry) : { entryId: null, kind: quote.kind ?? "message" as const, author: quote.text === undefined ? "" : author.name, text: quote.text ?? "" } }),
  };
}

function awaitQuoted(store: Store, timers: Timers, { id }: Delivery["connection"], { entry }: Stored, { quote }: Said, now: number): void {
  if (quote?.externalId && entry.quote?.entryId === null && quote.kind !== "product") park(store, timers, `${id}:${quote.externalId}`, { kind: "quoting", seq: entry.seq }, now);
}

const wanted = ({ refs }: ResolvedEvent) => Object.fromEntries(Object.entries(refs).map(([id, ref]) => [id, { ref, tries: 0 }]));

function fetchSoon(timers: Timers, { entry, internal }: Stored, now: number): void {
  for (const id of Object.keys(internal.refs)) timers.set(`fetch:${entry.seq}:${id}`, now + FETCH_SOON_MS);
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
  if (entry.content?.kind === "review") head.stars = entry.content.stars;
  if (automatic !== "no") return;
  head.inboundCount++;
  head.waitingSince ??= now;
  reopen(head);
}

/** The email thread: that of the message it answers, else its own. */
export function threadOf(store: Store, inReplyTo: readonly string[], references: readonly string[], own: string): string {
  for (const id of [...inReplyTo, ...references.toReversed()]) {
    const answered = store.byMessageId(id);
    if (answered?.entry.email) return answered.entry.email.threadId;
  }
  return own;
}

function keepRaw(store: Store, timers: Timers, { raw }: Delivery, now: number): void {
  store.keepRaw(raw.id, now, JSON.stringify(raw.request), raw.body);
  if (timers.get("purge") === null) timers.set("purge", now + KEEP_RAW_MS);
}

