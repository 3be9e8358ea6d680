import type { WindowRule } from "../contract/channel";

/** What a channel's window is counted from. */
export interface Window {
  /** ms, the provider's time of their newest message */
  openedAt: number;
  /** An ad brought them here. */
  ad: boolean;
  /** ms, the provider's time of the newest message that an ad brought; left out: of their newest message. */
  adAt?: number;
  /** Messages of ours since then; null where nobody counts them. */
  used: number | null;
}

/**
 * How things stand with a customer. `human`: people may still write, automation may not. `closesAt` is ms, null when it is closed or never closes;
 * `left` is how many messages of ours they take before they answer, null where nobody counts.
 */
export interface Standing { state: "open" | "human" | "closed"; closesAt: number | null; left: number | null }

const HOUR_MS = 3_600_000;

/** Where the window stands at `now`; null: the channel has none. Somebody who never wrote has not opened it. */
export function standing(rule: WindowRule | null, window: Window | null, now: number): Standing | null {
  if (rule === null) return null;
  const closed: Standing = { state: "closed", closesAt: null, left: rule.perTurn === null ? null : 0 };
  if (window === null) return closed;
  const left = rule.perTurn === null ? null : Math.max(0, rule.perTurn - (window.used ?? 0));
  if (rule.hours === null) return { state: "open", closesAt: null, left };
  const adUntil = window.ad && rule.adHours !== null ? (window.adAt ?? window.openedAt) + rule.adHours * HOUR_MS : 0;
  const openUntil = Math.max(window.openedAt + rule.hours * HOUR_MS, adUntil);
  if (now < openUntil) return { state: "open", closesAt: openUntil, left };
  const humanUntil = window.openedAt + (rule.humanHours ?? 0) * HOUR_MS;
  return now < humanUntil ? { state: "human", closesAt: humanUntil, left } : closed;
}

/** One window of two: the newer word counts, and the newest ad, whichever was heard first. */
export function together(before: Window, other: Window): Window {
  const newer = other.openedAt > before.openedAt ? other : before;
  const adTimes = [before, other].filter(({ ad }) => ad).map(({ adAt, openedAt }) => adAt ?? openedAt);
  return { openedAt: newer.openedAt, used: newer.used, ad: adTimes.length > 0, ...(adTimes.length > 0 && { adAt: Math.max(...adTimes) }) };
}

/** A window belongs to one address of theirs and one of ours. */
export const windowKey = (connectionId: string, address: string): string => `${connectionId} ${address}`;

export const windowOf = (windows: Readonly<Record<string, Window>> | undefined, connectionId: string | undefined, address: string | null | undefined): Window | null =>
  (connectionId === undefined || !address ? null : windows?.[windowKey(connectionId, address)] ?? null);

/** What a message that needs no open window is judged by. */
export const freshWindow = (now: number): Window => ({ openedAt: now, ad: false, used: null });
