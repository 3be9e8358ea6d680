import type { ChannelKind } from "../contract/channel";
import type { ConsentState, Contact } from "../contract/contact";
import type { MergeConflict } from "../contract/merge";
import { stricter } from "./consent";

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
    identities: [...kept.identities, ...other.identities.map((one) => ({ ...one, primary: false }))],
    tags: [...new Set([...kept.tags, ...other.tags])],
    consent: strictest(kept.consent, other.consent),
    fields: { ...other.fields, ...kept.fields },
    conversationId,
  };
}

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
