import type { ChannelKind } from "../../worker/contract/channel";
import type { ConversationRow } from "../../worker/contract/conversation";
import type { Quote } from "../../worker/contract/content";
import type { Entry } from "../../worker/contract/entry";
import type { ConsentState } from "../../worker/contract/contact";
import { together, type Window, windowKey } from "../../worker/domain/window";
import type { Handle } from "../../worker/channels/channel";
import type { Joined } from "./merging";
import type { Stored } from "./store";

/** Where a customer is reached on a channel: their address and which of ours they last used. */
export interface Sticky { address: string; connectionId: string; name: string }

/** The conversation's own state, one JSON value in one row. Times are milliseconds. */
export interface Head {
  id: string;
  kind: ConversationRow["kind"];
  contactId: string;
  contactName: string;
  /** The contact's conversation before this one: asked for events older than this one. */
  previousId: string | null;
  status: ConversationRow["status"];
  subject: string | null;
  assigneeId: string | null;
  teamId: string | null;
  followerIds: string[];
  labelIds: string[];
  channels: ChannelKind[];
  connectionId: string | null;
  sticky: Partial<Record<ChannelKind, Sticky>>;
  consent: Partial<Record<ChannelKind, ConsentState>>;
  /** Channels that are `inactive` only because messages did not arrive: whatever the customer writes there lifts it. */
  unreachable?: ChannelKind[];
  /** When they (or their provider) last spoke of each kind of refusal (ms): what is older and comes later is no news. */
  heard?: Partial<Record<ChannelKind, Partial<Record<ConsentState, number>>>>;
  /** When they last wrote, by `windowKey`: what lets us answer freely. */
  windows?: Record<string, Window>;
  /** The `windowKey`s that took the place of one: people change their numbers. */
  successors?: Record<string, string[]>;
  /** How far they have received and read (ms), by `windowKey`; kept only while a send is waiting for its answer. */
  receipts?: Record<string, { delivered: number; read: number }>;
  /** The email thread in which a chat goes on that its visitor has left, by `windowKey` of widget and visitor. */
  continued?: Record<string, { threadId: string; messageId: string; address: string }>;
  /** The place up to which the customer's app was told that we have read. */
  seenSeq?: number;
  /** Email threads with others than the customer, the newest last. */
  asideThreads?: string[];
  /** How often their provider could not say what they are called; left out: nothing is to be asked. */
  nameTries?: number;
  /** Of their review, as it stands now. */
  stars?: number;
  /** Their review was taken away where it stood: nobody can answer it there until it is back. */
  reviewGone?: true;
  /** What merges of contacts did here, by merge. */
  merges?: Record<string, Joined>;
  /** The merges that were undone last: what is told of them later counts no more. */
  parted?: string[];
  /** The merge that closed this conversation: what the customer says now belongs into their other one. */
  mergedAway?: string;
  preview: ConversationRow["preview"];
  lastAt: number;
  inboundCount: number;
  /** When a colleague last read everything there was. */
  readAt: number | null;
  /** The oldest customer message that no person has answered; null when nothing waits or it was dismissed. */
  waitingSince: number | null;
  /** Messages of ours that failed or are unknown, by entry id. */
  failedIds: string[];
  /** Messages that wait for their time, undo holds included. */
  scheduledIds: string[];
  snoozedUntil: number | null;
  wakeOnReply: boolean;
  closedAt: number | null;
  closeReason: string | null;
  createdAt: number;
}

export interface Birth { id: string; contactId: string; contactName: string; previousId: string | null; kind?: Head["kind"]; consent?: Head["consent"]; unreachable?: Head["unreachable"]; /** Messages do not say what they are called. */ isNameless?: boolean }

export const newHead = ({ id, contactId, contactName, previousId, kind, consent, unreachable }: Birth, now: number): Head => ({
  id, kind: kind ?? "customer", contactId, contactName, previousId, status: "open", subject: null, assigneeId: null, teamId: null, followerIds: [], labelIds: [],
  channels: [], connectionId: null, sticky: {}, consent: consent ?? {}, ...(unreachable && { unreachable }), preview: null, lastAt: now, inboundCount: 0, readAt: null, waitingSince: null, failedIds: [], scheduledIds: [],
  snoozedUntil: null, wakeOnReply: true, closedAt: null, closeReason: null, createdAt: now,
});

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** The list row as the contract has it; `version` is the revision of its last change. */
export const toRow = (head: Head, version: number): ConversationRow => ({
  id: head.id, version, kind: head.kind, contactId: head.contactId, contactName: head.contactName, status: head.status, subject: head.subject,
  assigneeId: head.assigneeId, teamId: head.teamId, followerIds: head.followerIds, labelIds: head.labelIds, channels: head.channels, connectionId: head.connectionId,
  preview: head.preview, lastAt: iso(head.lastAt)!, inboundCount: head.inboundCount, needsReply: head.waitingSince !== null, waitingSince: iso(head.waitingSince),
  failed: head.failedIds.length > 0, scheduled: head.scheduledIds.length, snoozedUntil: iso(head.snoozedUntil), wakeOnReply: head.wakeOnReply,
  closedAt: iso(head.closedAt), closeReason: head.closeReason, createdAt: iso(head.createdAt)!, ...(head.stars !== undefined && { stars: head.stars }),
});

/** What the customer allows says nothing of others. */
export const unbound = ({ contactName }: Head): { contactName: string; consent: Head["consent"] } => ({ contactName, consent: {} });

const PREVIEW_CHARS = 160;

/** The customer wrote: from then on we may answer freely for a while. What arrives late neither shortens it nor loses that an ad brought them. */
export function opened(head: Head, connectionId: string, person: Pick<Handle, "address" | "aliases">, at: number, ad: boolean, isCounted: boolean): void {
  for (const { address } of [person, ...(person.aliases ?? [])]) widen(head, windowKey(connectionId, address), { openedAt: at, ad, ...(ad && { adAt: at }), used: isCounted ? 0 : null });
}

/** One address of theirs took the place of another: what lets us answer the one lets us answer the other, also what is heard of the old one only now. */
export function succeeded(head: Head, connectionId: string, from: string, to: string): void {
  const [before, after] = [windowKey(connectionId, from), windowKey(connectionId, to)];
  const known = head.successors?.[before] ?? [];
  if (!known.includes(after)) head.successors = { ...head.successors, [before]: [...known, after] };
  const window = head.windows?.[before];
  if (window) widen(head, after, window);
  const receipts = head.receipts?.[before];
  if (!receipts) return;
  const { delivered, read } = head.receipts?.[after] ?? receipts;
  head.receipts = { ...head.receipts, [after]: { delivered: Math.max(delivered, receipts.delivered), read: Math.max(read, receipts.read) } };
}

/** Ends also where addresses went round in a circle: nothing is told on that says nothing new. */
function widen(head: Head, key: string, window: Window): void {
  const before = head.windows?.[key];
  const widened = before ? together(before, window) : window;
  if (before && before.openedAt === widened.openedAt && before.adAt === widened.adAt) return;
  head.windows = { ...head.windows, [key]: widened };
  for (const after of head.successors?.[key] ?? []) widen(head, after, widened);
}

/** A message of ours counts against those the customer's last one allows. */
export function spent(head: Head, connectionId: string, address: string): void {
  const key = windowKey(connectionId, address);
  const before = head.windows?.[key];
  if (before && before.used !== null) head.windows = { ...head.windows, [key]: { ...before, used: before.used + 1 } };
}

/** It has surely not gone out, or was taken back: there is room for another. */
export function unspent(head: Head, connectionId: string, address: string): void {
  const key = windowKey(connectionId, address);
  const before = head.windows?.[key];
  if (before && before.used !== null) head.windows = { ...head.windows, [key]: { ...before, used: Math.max(0, before.used - 1) } };
}

/** The customer is heard again: what was closed, or waits for their answer, is open. */
export function reopen(head: Head): void {
  if (head.status !== "closed" && (head.status !== "snoozed" || !head.wakeOnReply)) return;
  head.status = "open";
  head.snoozedUntil = null;
  head.closedAt = null;
  head.closeReason = null;
}

/** What an answer shows of the message it answers. */
export const quoteOf = (entry: Entry): Quote => ({ entryId: entry.id, kind: "message", author: entry.author.name, text: previewOf(entry).text });

/** The newest that was said, for the list. */
export function spoken(head: Head, stored: Stored, now: number): void {
  const { channel } = stored.entry;
  head.channels = [channel!, ...head.channels.filter((one) => one !== channel)];
  head.lastAt = now;
  head.preview = previewOf(stored.entry);
}

/** What a person's message does to the conversation when it goes out: one to the customer answers whatever waited, and (`reopens`) opens what was closed. */
export function answer(head: Head, stored: Stored, now: number, reopens = true): void {
  if (stored.internal.isAside) {
    head.lastAt = now;
    head.preview = previewOf(stored.entry);
    return;
  }
  spoken(head, stored, now);
  head.waitingSince = null;
  if (head.subject === null && stored.entry.email) head.subject = stored.entry.email.subject;
  // What was planned in a conversation that has gone on elsewhere leaves from there, and a person keeps one open conversation.
  if (reopens && head.status === "closed" && head.mergedAway === undefined) {
    head.status = "open";
    head.closedAt = null;
    head.closeReason = null;
  }
}

/** What a file is called that has no name of its own. */
const FILE_WORDS: Partial<Record<string, string>> = { voice: "Voice note", sticker: "Sticker" };

/** The list's second line: the words, else the subject, else a file's name. */
export function previewOf(entry: Entry): NonNullable<Head["preview"]> {
  const text = entry.text.slice(0, entry.email?.quoteAt ?? undefined).trim() || entry.text.trim() || entry.email?.subject || FILE_WORDS[entry.content?.kind ?? ""] || entry.attachments[0]?.name || "";
  return { entryId: entry.id, kind: entry.kind, channel: entry.channel, direction: entry.direction, author: entry.author, text: text.replace(/\s+/g, " ").slice(0, PREVIEW_CHARS), state: entry.state };
}
