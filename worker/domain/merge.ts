import type { ChannelKind } from "../contract/channel";
import type { ConsentState, Contact, Identity } from "../contract/contact";
import type { ConversationRow } from "../contract/conversation";
import type { Draft } from "../contract/entry";
import type { MergeConflict } from "../contract/merge";
import { stricter } from "./consent";
import { textToHtml } from "./mail-html";

type Consent = Partial<Record<ChannelKind, ConsentState>>;

/** How long a merge can be undone; what it needs is kept no longer. */
export const UNDO_MS = 30 * 24 * 3_600_000;

/** What one person allows whom we knew as two: on each channel the stricter of both. */
export function strictest(one: Consent, other: Consent): Consent {
  const channels = [...new Set([...Object.keys(one), ...Object.keys(other)])] as ChannelKind[];
  return Object.fromEntries(channels.map((channel) => [channel, stricter(one[channel] ?? "active", other[channel] ?? "active")]));
}

/** The channels on which two allow different things, with what holds. */
export function disputed(one: Consent, other: Consent): Consent {
  return Object.fromEntries(Object.entries(strictest(one, other)).filter(([channel]) => (one[channel as ChannelKind] ?? "active") !== (other[channel as ChannelKind] ?? "active")));
}

const TEXTS = ["name", "company", "language", "timeZone", "address"] as const;

/** The kept contact as it will be: what it says holds, what it leaves open comes from the other. */
export function united(kept: Contact, other: Contact, conversationId: string | null): Contact {
  return {
    ...kept,
    ...Object.fromEntries(TEXTS.map((field) => [field, kept[field] || other[field]])),
    // What one of them claimed and the other has is the same address once.
    identities: [...kept.identities, ...other.identities.map((one) => ({ ...one, primary: false }))]
      .filter((one, _, all) => one.connectionId === null || !isAddress(one) || !all.some((known) => known !== one && known.connectionId === null && known.kind === one.kind && known.address === one.address)),
    tags: [...new Set([...kept.tags, ...other.tags])],
    consent: strictest(kept.consent, other.consent),
    fields: { ...other.fields, ...kept.fields },
    conversationId,
  };
}

const isAddress = ({ kind }: Identity): boolean => kind === "phone" || kind === "email";

/** What both say, differently. */
export function conflictsOf(kept: Contact, other: Contact): MergeConflict[] {
  const told = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value) ?? "");
  const pairs = [
    ...TEXTS.map((field) => ({ field: field as string, kept: kept[field], other: other[field] })),
    ...Object.keys(kept.fields).map((field) => ({ field, kept: told(kept.fields[field]), other: told(other.fields[field]) })),
  ];
  return pairs.filter((pair) => pair.kept !== "" && pair.other !== "" && pair.kept !== pair.other);
}

/** A conversation as far as it matters for which of two goes on; null: the contact never had one. */
export interface Current { id: string; isOpen: boolean; lastAt: number }

/**
 * A person has one open conversation, which all their channels share: of two that are not closed the one that moved last goes
 * on, and an open one goes before a closed one.
 */
export function goesOn(kept: Current | null, other: Current | null): { into: string | null; from: string | null } {
  if (!kept || !other) return { into: kept?.id ?? other?.id ?? null, from: null };
  const isOther = kept.isOpen === other.isOpen ? other.lastAt > kept.lastAt : other.isOpen;
  return isOther ? { into: other.id, from: kept.id } : { into: kept.id, from: other.id };
}

/** What colleagues have arranged about a conversation. `snoozedUntil` in ms. */
export type Work = Pick<ConversationRow, "status" | "assigneeId" | "teamId" | "labelIds" | "followerIds" | "wakeOnReply"> & { snoozedUntil: number | null };

/**
 * The work on the conversation that goes on after another was merged into it. Of a case that was closed nothing comes along: its
 * labels and its owner say what it was. Of one that was still worked on: labels and followers come along; whoever has the one that
 * goes on keeps it, nobody's goes to those who had the other; who had it and loses it follows. It sleeps only if both did, until
 * the earlier time.
 */
export function workTogether(into: Work, from: Work): Work {
  if (from.status === "closed") return into;
  const isNobodys = into.assigneeId === null && into.teamId === null;
  const { assigneeId, teamId } = isNobodys ? from : into;
  const loser = from.assigneeId !== null && from.assigneeId !== assigneeId ? [from.assigneeId] : [];
  const sleeps = into.status === "snoozed" && from.status === "snoozed";
  const ends = [into.snoozedUntil, from.snoozedUntil].filter((at) => at !== null);
  return {
    assigneeId, teamId, labelIds: together(into.labelIds, from.labelIds), followerIds: together(into.followerIds, [...from.followerIds, ...loser]),
    status: sleeps ? "snoozed" : into.status === "snoozed" ? "open" : into.status,
    snoozedUntil: sleeps && ends.length > 0 ? Math.min(...ends) : null,
    wakeOnReply: sleeps ? into.wakeOnReply || from.wakeOnReply : into.wakeOnReply,
  };
}

/** The work as it is after a merge is undone: what the merge brought goes, what colleagues have arranged since stays. `isHeard`: the customer has written since, which ends any sleep. */
export function workApart(now: Work, before: Work, after: Work, isHeard: boolean): Work {
  const without = (ids: string[], had: readonly string[], got: readonly string[]) => ids.filter((id) => had.includes(id) || !got.includes(id));
  const isOwned = now.assigneeId === after.assigneeId && now.teamId === after.teamId;
  const isAsLeft = now.status === after.status && now.snoozedUntil === after.snoozedUntil && !isHeard;
  return {
    ...(isOwned ? { assigneeId: before.assigneeId, teamId: before.teamId } : { assigneeId: now.assigneeId, teamId: now.teamId }),
    labelIds: without(now.labelIds, before.labelIds, after.labelIds), followerIds: without(now.followerIds, before.followerIds, after.followerIds),
    ...(isAsLeft ? { status: before.status, snoozedUntil: before.snoozedUntil, wakeOnReply: now.wakeOnReply === after.wakeOnReply ? before.wakeOnReply : now.wakeOnReply } : { status: now.status, snoozedUntil: now.snoozedUntil, wakeOnReply: now.wakeOnReply }),
  };
}

const together = (some: readonly string[], others: readonly string[]): string[] => [...new Set([...some, ...others])];

/** What a person left unfinished in the conversation that goes on (null: nothing), with what they left in the other below it. Who it goes to is decided by the first alone. */
export function draftTogether(first: Draft | null, other: Draft): Draft {
  // Mails that are carried on are the other conversation's own.
  const { forward: _forward, ...rest } = other;
  if (!first) return rest;
  const joined = (parts: string[], between: string) => parts.filter((part) => part.trim() !== "").join(between);
  const files = [...first.attachments ?? [], ...other.attachments ?? []];
  const buttons = [...first.buttons ?? [], ...other.buttons ?? []];
  return {
    ...first, text: joined([first.text, other.text], "\n\n"), updatedAt: first.updatedAt > other.updatedAt ? first.updatedAt : other.updatedAt,
    ...((first.html ?? other.html) !== undefined && { html: joined([first, other].map(({ html, text }) => html ?? textToHtml(text)), "") }),
    ...(first.subject?.trim() ? {} : { subject: other.subject }),
    ...(files.length > 0 && { attachments: files.filter((file, index) => files.findIndex(({ id }) => id === file.id) === index) }),
    ...(buttons.length > 0 && { buttons: buttons.filter((button, index) => buttons.findIndex(({ text }) => text === button.text) === index) }),
  };
}
