import type { Delivery, Received, ResolvedEvent } from "../../durable-objects/conversation/receiving";
import type { ChannelConnection, Handle, InboundEvent, RawRequest } from "../channels/channel";
import type { Attachment } from "../contract/entry";
import { openConnection, type OpenConnection } from "./open-connection";
import { readConsent } from "../domain/consent";
import { addAddress } from "../db/contact-records";
import { addClaims, conversationOfIdentity, conversationOfMail, forgetIdentity, isKnown, nextConversation, resolveIdentity, type IdentityKey, type Target } from "../db/contacts";
import { useOf } from "../db/connections";
import { keepConsent, type ConsentRow } from "../db/consents";
import type { Account } from "../db/locate";
import { changedFrom, groupOf } from "./group";
import { cleanName } from "../domain/file-name";
import { mailDomain } from "../domain/mail-address";
import { isOwnMessageId } from "../domain/mail-thread";
import { sha256Hex } from "../platform/hex";
import { repliedChat, repliedConversation } from "./reply-to";
import { storeMedia } from "./media";
import { askingIo } from "./provider-io";
import { applyTemplateEvent } from "./templates";

/** Raw requests up to this size lie beside their entries; larger ones (mail) lie in the bucket. An object's row may have 2 MB. */
const RAW_INLINE_BYTES = 256 * 1024;
/** How often a delivery follows a contact to their next conversation; more than two means two isolates disagree about time. */
const MAX_MOVES = 3;
/** How many conversations back a message is looked for that somebody reacted to, changed or took back. */
const MAX_LOOKS = 10;

/** How many conversations back a receipt reaches: what is older has been read long ago, or never will be. */
const MAX_READ_BACK = 3;

/** Which conversation holds a mail of ours is known a second after it was written or, where the provider names it, answered for; later only when the database was down. */
const MAIL_KNOWN_AFTER_MS = 60_000;

/** What became of the events of one request in one conversation. */
export interface Delivered { conversationId: string; entries: { id: string; seq: number; repeated: boolean }[] }

type Placed = Delivered & Pick<Extract<Received, { moved: false }>, "raw" | "lost">;

/** A group of events that belong to one conversation. */
interface Group { target: Target; person: Person | null; joiner?: IdentityKey; events: ResolvedEvent[] }

interface Place { target: Target; person: Person | null; author: ResolvedEvent["author"]; /** Who joined a thread that is not theirs. */ joiner?: IdentityKey; /** What stands above the event. */ news?: InboundEvent }

/** A customer by all the addresses their provider vouches for. */
type Person = [IdentityKey, ...IdentityKey[]];

/**
 * Brings verified events to their conversations. Safe to repeat: every event is idempotent on `(connection, externalId)`.
 * Throws when something we depend on refuses, and while a report is here before the mail it speaks of is known; the caller keeps
 * the raw request and tries again.
 */
export async function deliver(account: Account, connection: ChannelConnection<unknown>, events: readonly InboundEvent[], request: RawRequest): Promise<Delivered[]> {
  const open = await openConnection(account.env, connection.id);
  if (!open || open.account.id !== account.id) throw new Error("the connection is gone");
  const rawId = await digest(`${connection.id}\n${request.receivedAt}\n`, request.body);
  const groups = await grouped(open, (await collected(open, events)).toSorted(inOrder), request.receivedAt);
  const raw: Delivery["raw"] = { id: rawId, request: { method: request.method, url: request.url, headers: request.headers, receivedAt: request.receivedAt }, body: request.body };
  // What several people said lies in one place: what one of them unsends is gone for all.
  if ((request.body.byteLength > RAW_INLINE_BYTES && groups.length > 0) || groups.length > 1) {
    await account.bucket.put(rawKey(account.id, rawId), request.body);
    raw.body = null;
  }
  const placed: Placed[] = [];
  for (const group of groups) placed.push(await place(open, group, raw));
  for (const group of await grouped(open, unreachable(open, placed), request.receivedAt)) await place(open, group, raw);
  // A repeat makes no entry that would name these bytes, so nobody would ever delete them.
  if (raw.body === null && (placed.some((one) => one.raw === "barred") || !placed.some((one) => one.raw === "kept"))) await account.bucket.delete(rawKey(account.id, rawId));
  return placed.map(({ conversationId, entries }) => ({ conversationId, entries }));
}

/** Whom mail of ours did not reach, for their own conversations to hear, whosesoever it was sent from. */
const unreachable = ({ channel: { reaches: [reached] } }: OpenConnection, placed: readonly Placed[]): InboundEvent[] =>
  placed.flatMap(({ lost = [] }) => lost).flatMap(({ address, text, at }) => (reached ? [{ kind: "unreachable", person: { kind: reached.kind, address }, text, at }] : []));

/** The events by the conversation they belong to; without those that belong to none. */
async function grouped(open: OpenConnection, events: readonly InboundEvent[], now: number): Promise<Group[]> {
  const groups = new Map<string, Group>();
  for (const event of events) {
    if (event.kind === "template") await applyTemplateEvent(open.account, open.row.id, event);
    if (event.kind === "notice") await open.account.connection(open.row.id).noticed(event.sentence, event.at);
    const found = await targetOf(open, event, now);
    if (!found) continue;
    const key = `${found.target.conversationId}\n${(found.person?.[0] ?? found.joiner)?.address ?? ""}`;
    const group = groups.get(key) ?? { ...found, events: [] };
    groups.set(key, group);
    if (found.news) group.events.push(await resolve(open, found.news, { id: null, name: "" }));
    group.events.push(await resolve(open, event, found.author));
  }
  return [...groups.values()];
}

/** The events with those that only pointed at something replaced by what they point at. */
async function collected({ channel, connection, appliesSuspected }: OpenConnection, events: readonly InboundEvent[]): Promise<InboundEvent[]> {
  const found: InboundEvent[] = [];
  for (const event of events) found.push(...ofOne(event, appliesSuspected), ...(event.kind === "pending" ? await channel.collect?.(event.ref, connection, askingIo(Date.now())) ?? [] : [event]));
  return found;
}

/** STOP or START within a group is about one person: it goes to their own conversation too, which is where consent is kept. */
function ofOne(event: InboundEvent, appliesSuspected: boolean): InboundEvent[] {
  if (event.kind !== "message" || !event.group) return [];
  const words = readConsent(event.text, false);
  const heard = event.optOut ?? words.change ?? (words.suspected && appliesSuspected ? "stop" : null);
  return heard === "stop" || heard === "start" ? [{ kind: "consent", person: event.from, change: heard, purpose: "all", text: event.text, at: event.at }] : [];
}

/** What is said before what is said about it, each in the provider's order: a batch has none of its own. */
const inOrder = (a: InboundEvent, b: InboundEvent): number => Number(isAfterthought(a)) - Number(isAfterthought(b)) || a.at - b.at;
const isAfterthought = ({ kind }: InboundEvent): boolean => kind === "reaction" || kind === "edit" || kind === "delete" || kind === "receipt" || kind === "status";

/** Where the bytes of a request lie that are too large for its conversation. */
export const rawKey = (accountId: string, rawId: string): string => `a/${accountId}/raw/${rawId}`;

/** Takes events to the conversation they once went to: what it knows does not change, what it lost comes back. */
export async function redeliver(open: OpenConnection, conversationId: string, events: readonly InboundEvent[], request: RawRequest): Promise<Delivered[]> {
  const { account, reopenDays } = open;
  const resolved = await Promise.all(events.map((event) => resolve(open, event, { id: null, name: "" })));
  const delivery: Delivery = {
    birth: { id: conversationId, contactId: "", contactName: "", previousId: null }, connection: lineOf(open),
    events: resolved, raw: { id: "", request: { method: request.method, url: request.url, headers: {}, receivedAt: request.receivedAt }, body: null }, reopenDays, onlyIfKnown: true,
  };
  const { known: found, rest } = await askEarlier(account, conversationId, delivery, Date.now());
  const others = rest.length > 0 ? await deliver(account, open.connection, rest.map(({ event }) => event), request) : [];
  return found.length > 0 ? [{ conversationId, entries: found }, ...others] : others;
}

/** Hands a group to its conversation, or to the contact's next one if that conversation is over. */
async function place(open: OpenConnection, group: Group, raw: Delivery["raw"]): Promise<Placed> {
  const { account, reopenDays, appliesSuspected } = open;
  const { joiner } = group;
  let { target: current, person, events } = group;
  // Nobody is behind it but a message of ours: without that there is nothing to report on.
  const onlyIfKnown = current.contactId === "" && events.every(({ event }) => event.kind === "status" || event.kind === "receipt" || event.kind === "typing");
  let undone: string | undefined;
  for (let move = 0; move < MAX_MOVES; move++) {
    const delivery: Delivery = {
      birth: { id: current.conversationId, contactId: current.contactId, contactName: current.contactName, previousId: current.previousId, consent: current.consent, unreachable: current.unreachable, kind: current.kind, isNameless: !group.person?.some(({ name }) => name !== "") },
      connection: lineOf(open), events, raw, reopenDays, appliesSuspected, onlyIfKnown, ...(undone && { undone }),
    };
    const now = Date.now();
    const stub = account.conversation(current.conversationId);
    let received = await stub.receive(delivery, now);
    if (!received.moved && received.ask) {
      const { known, rest } = await askEarlier(account, received.ask, delivery, now);
      if (rest.length === 0) return { conversationId: received.ask, entries: known };
      received = await stub.receive({ ...delivery, events: rest, asked: true }, now);
    }
    if (!received.moved) {
      await readEarlier(account, received.earlier, delivery, now);
      return { conversationId: current.conversationId, entries: received.entries, raw: received.raw, lost: received.lost };
    }
    if (person && received.mergeId) {
      // What this machine remembers is older than the merge.
      for (const one of person) forgetIdentity(account, one);
      const { kind } = current;
      const before = current.conversationId;
      current = { ...await resolveIdentity(account, person, now), ...(kind && { kind }) };
      if (current.conversationId === before) undone = received.mergeId;
      events = authoredBy(events, current);
    } else if (person) {
      current = await nextConversation(account, person, { ...current, consent: received.consent, unreachable: received.unreachable }, now);
    } else if (joiner) {
      // The thread they answer is over. It was never theirs, so they begin one of their own.
      person = [joiner];
      current = await resolveIdentity(account, person, now);
      events = authoredBy(events, current);
    } else {
      throw new Error("the conversation is over and nobody has a next one");
    }
  }
  throw new Error("the conversation kept moving");
}

const authoredBy = (events: readonly ResolvedEvent[], contact: Target): ResolvedEvent[] => events.map((resolved) => ({ ...resolved, author: authorOf(resolved.event, contact) }));

/** Who said it. Mail that was found forged stands in the conversation of the address it claims, but not as that customer's word. */
function authorOf(event: InboundEvent, { contactId, contactName }: Target): ResolvedEvent["author"] {
  const isForged = event.kind === "message" && event.email?.authenticity === "failed";
  return isForged ? { id: null, name: event.from.name || event.from.address } : { id: contactId, name: contactName };
}

/** A connection as a conversation needs to know it. */
function lineOf({ row, channel, accountName }: OpenConnection): Delivery["connection"] {
  const { confirmsOptOut, helpText } = useOf(row);
  return {
    id: row.id, channel: channel.kind, provider: channel.provider, address: row.address,
    ...((confirmsOptOut || helpText) && { keywords: { stop: confirmsOptOut ? confirmation(accountName, "stop") : null, start: confirmsOptOut ? confirmation(accountName, "start") : null, help: helpText } }),
  };
}

/** What the rules of US carriers ask to be in it: who we are, that it holds, and the way back. */
const confirmation = (name: string, change: "stop" | "start"): string => (change === "stop"
  ? `${name}: You have opted out and will receive no more texts from us. Reply START to receive them again.`
  : `${name}: You will receive our texts again. Reply HELP for help, STOP to opt out.`);

/** A receipt is for all that was sent before it, also in conversations that are over. */
async function readEarlier(account: Account, first: string | undefined, delivery: Delivery, now: number): Promise<void> {
  const receipts = delivery.events.filter(({ event }) => event.kind === "receipt");
  let at = first;
  for (let looked = 0; at !== undefined && looked < MAX_READ_BACK; looked++) {
    const answer: Received = await account.conversation(at).receive({ ...delivery, events: receipts, onlyIfKnown: true }, now);
    at = answer.moved ? undefined : answer.earlier;
  }
}

/** Which of these events the conversations before this one have already, and the rest. */
async function askEarlier(account: Account, conversationId: string, delivery: Delivery, now: number): Promise<{ known: Delivered["entries"]; rest: ResolvedEvent[] }> {
  const known: Delivered["entries"] = [];
  const rest: ResolvedEvent[] = [];
  for (const resolved of delivery.events) {
    let at: string | undefined = conversationId;
    let found: Delivered["entries"] = [];
    for (let looked = 0; at !== undefined && found.length === 0 && looked < MAX_LOOKS; looked++) {
      const answer: Received = await account.conversation(at).receive({ ...delivery, events: [resolved], onlyIfKnown: true }, now);
      [found, at] = answer.moved ? [[], undefined] : [answer.entries, answer.ask];
    }
    if (found.length > 0) known.push(...found);
    else rest.push(resolved);
  }
  return { known, rest };
}

/** The conversation an event belongs to; null when it is about nobody we know. */
async function targetOf(open: OpenConnection, event: InboundEvent, now: number): Promise<Place | null> {
  const { account, channel } = open;
  if (event.kind === "template" || event.kind === "notice" || event.kind === "pending") return null;
  if (event.kind === "status") {
    const conversationId = event.reference?.split(":")[0] ?? (event.messageId ? (await conversationOfMail(account, [event.messageId], null))?.conversationId : undefined);
    if (conversationId) return { target: known(conversationId), person: null, author: { id: null, name: "" } };
    if (isOfOurMail(open, event) && Date.now() - now < MAIL_KNOWN_AFTER_MS) throw new Error("the report is here before its mail is known");
    // A provider also reports on what others sent with the same account: that makes nobody our contact.
    const conversation = event.recipient ? await conversationOfIdentity(account, channel.reaches.map(({ kind }) => keyOf(open, { kind, address: event.recipient! }))) : null;
    return conversation === null ? null : { target: known(conversation), person: null, author: { id: null, name: "" } };
  }
  const handle = handleOf(event);
  if (!handle) return null;
  const person: Person = [keyOf(open, handle), ...(handle.aliases ?? []).map((alias) => keyOf(open, { ...alias, name: handle.name }))];
  // An id made for us alone says more than a number, which may have had another owner.
  person.sort((a, b) => Number(a.scope === "") - Number(b.scope === ""));
  if (event.kind === "message" && event.email) {
    const joined = await joinedThread(open, event, person[0]);
    if (joined) return joined;
  }
  // Who complains of, has seen, cannot get or wants no more mail of what others sent with the same account is not our contact either.
  if (event.kind === "complaint" || event.kind === "unreachable" || event.kind === "receipt" || event.kind === "typing" || (event.kind === "consent" && handle.kind === "email")) {
    const conversation = await conversationOfIdentity(account, person);
    if (conversation === null) {
      const step = stepOf(event);
      if (step) await keepConsent(account, person[0], { channel: channel.kind, ...step }, now);
      return null;
    }
    if (event.kind === "receipt" || event.kind === "typing") return { target: known(conversation), person: null, author: { id: null, name: "" } };
  }
  const target = await resolveIdentity(account, person, now);
  if (event.kind === "message" && event.group) return inGroup(open, event.group, target, now);
  if (event.kind === "message" && event.content?.kind === "review") target.kind = "review";
  if (event.kind === "message" && handle.claims) await addClaims(account, target.contactId, open.row.id, handle.claims, now);
  if (event.kind === "identity") for (const one of [event.becomes, ...(event.becomes.aliases ?? [])]) await addAddress(account, target.contactId, keyOf(open, one), now);
  return { target, person, author: authorOf(event, target) };
}

/** Whether a report speaks of a mail that we sent, by the form of its id or because the provider reports on nobody else's. */
const isOfOurMail = ({ connection }: OpenConnection, { messageId, isOurs }: Extract<InboundEvent, { kind: "status" }>): boolean =>
  messageId !== undefined && (isOurs === true || isOwnMessageId(messageId, [connection.address, ...connection.ownAddresses].map(mailDomain)));

/** What an event forbids, for the ledger of somebody who has no conversation that could hear it. */
function stepOf(event: InboundEvent): Pick<ConsentRow, "state" | "how" | "text"> | null {
  if (event.kind === "complaint") return { state: "inactive", how: "complaint", text: null };
  if (event.kind === "unreachable") return { state: "inactive", how: "delivery", text: event.text };
  return event.kind === "consent" && event.change === "stop" ? { state: event.purpose === "marketing" ? "no-marketing" : "inactive", how: event.how ?? "message", text: event.text } : null;
}

/** Who of a group wrote, and to the group. */
async function inGroup(open: OpenConnection, phones: string[], author: Target, now: number): Promise<Place> {
  const { account, row } = open;
  const isNew = !await isKnown(account, { kind: "group", scope: row.id, address: phones.toSorted().join(",") });
  const { target, identity } = await groupOf(account, row.id, phones, now);
  const changed = isNew ? await changedFrom(account, row.id, phones) : null;
  const news: InboundEvent | null = changed && { kind: "activity", externalId: `group ${identity.address}`, person: { kind: "group", address: identity.address }, type: "group-changed", ...changed, at: now };
  return { target, person: [identity], author: { id: author.contactId, name: author.contactName }, ...(news && { news }) };
}

/** The customer an event is about, whoever acted. */
function handleOf(event: Exclude<InboundEvent, { kind: "status" | "template" | "notice" | "pending" }>): Handle | undefined {
  if (event.kind === "echo") return event.to;
  return "person" in event ? event.person : event.from;
}

/** A handle as it is stored: with the connection for addresses that mean something only there. */
function keyOf({ channel, row }: OpenConnection, { kind, address, name, verified }: Pick<Handle, "kind" | "address" | "name" | "verified">): IdentityKey {
  return { kind, scope: channel.reaches.some((one) => one.kind === kind && one.scoped) ? row.id : "", address, name: name ?? "", ...(verified && { verified }) };
}

/**
 * Mail that answers a thread of another contact: its sender joins that conversation as a new participant, named by their
 * own address. Knowing an id or an address never makes anyone the customer: only the sender's own identity does.
 */
async function joinedThread(open: OpenConnection, { email, from }: Extract<InboundEvent, { kind: "message" }>, identity: IdentityKey): Promise<Place | null> {
  const { account } = open;
  const addresses = [...email!.to, ...email!.cc].map(({ address }) => address).concat(email!.deliveredTo ?? []);
  const answered = [...email!.inReplyTo, ...email!.references.toReversed()];
  const chat = await repliedChat(account.env, addresses);
  const byAddress = chat ?? await repliedConversation(account.env, addresses);
  if (!byAddress && answered.length === 0) return null;
  const thread = await conversationOfMail(account, answered, byAddress);
  if (!thread) return null;
  email!.conversationId = chat;
  // A customer's own answer takes their usual way, which knows about closed and next conversations. Who was mailed what they had not read in
  // the chat answers there, whoever else they are to us: nothing of theirs is joined to it.
  if (await isKnown(account, identity) && (chat === null || await conversationOfIdentity(account, [identity]) === chat)) return null;
  return { target: { ...known(thread.conversationId), contactId: thread.contactId }, person: null, joiner: identity, author: { id: null, name: from.name || from.address } };
}

const known = (conversationId: string): Target => ({ contactId: "", contactName: "", conversationId, previousId: null, consent: {} });

/** Puts media that came with the request into the bucket and names what is still to be fetched. */
async function resolve(open: OpenConnection, event: InboundEvent, author: ResolvedEvent["author"]): Promise<ResolvedEvent> {
  const media = event.kind === "message" || event.kind === "echo" ? event.media : [];
  const attachments: Attachment[] = [];
  const refs: Record<string, string> = {};
  for (const [index, { ref, type, name, bytes, contentId, stored: held }] of media.entries()) {
    if (held) {
      attachments.push({ id: held.id, name: cleanName(name ?? "", type), type, size: held.size, url: "", state: "ready" });
      continue;
    }
    // The same file of the same message has the same id, so a repeat overwrites instead of adding. Senders choose the ids of
    // their mail: with the bytes in it, nobody replaces a file that is here by sending another under its message's id.
    const id = `a_${(await digest(`${open.row.id}\n${"externalId" in event ? event.externalId : ""}\n${index}`, bytes ?? new Uint8Array())).slice(0, 26)}`;
    const stored = bytes ? await storeMedia(open.account.env, open.account.id, id, bytes, { declared: type }) : null;
    if (!stored) refs[id] = ref;
    attachments.push({ id, name: cleanName(name ?? "", stored?.type ?? type), type: stored?.type ?? type, size: stored?.size ?? 0, url: "", state: stored ? "ready" : "fetching", contentId: contentId ?? null });
  }
  return { event: withoutBytes(event), author, attachments, refs };
}

/** Bytes are in the bucket now; they need not travel further. */
function withoutBytes(event: InboundEvent): InboundEvent {
  return event.kind === "message" || event.kind === "echo" ? { ...event, media: [] } : event;
}

/** A stable id of a text and bytes, 128 bits. The bytes are hashed where they are: a mail may have 25 MB. */
async function digest(prefix: string, body: Uint8Array): Promise<string> {
  const inner = new Uint8Array(await crypto.subtle.digest("SHA-256", body as Uint8Array<ArrayBuffer>));
  return (await sha256Hex(new Uint8Array([...new TextEncoder().encode(prefix), ...inner]))).slice(0, 32);
}
