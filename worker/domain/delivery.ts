import type { EntryState } from "../contract/entry";

const RANK: Record<EntryState, number> = { scheduled: 0, queued: 1, sending: 2, unknown: 3, sent: 4, delivered: 5, read: 6, failed: 7 };

/**
 * Which state a message is in after a report, whatever order reports come in.
 * States only move forward; `failed` after delivered or read is an annotation, not a change;
 * delivered after failed is accepted, because carriers send late receipts.
 */
export function advance(from: EntryState, to: EntryState): EntryState {
  if (to === "failed") return from === "delivered" || from === "read" ? from : "failed";
  if (from === "failed") return to === "delivered" || to === "read" ? to : "failed";
  return RANK[to] > RANK[from] ? to : from;
}

/** A message to several people shows the worst of its main recipients. */
export function worst(states: readonly EntryState[]): EntryState | null {
  if (states.length === 0) return null;
  if (states.includes("failed")) return "failed";
  return states.reduce((low, state) => (RANK[state] < RANK[low] ? state : low));
}
