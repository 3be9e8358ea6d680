import type { OpenConnection } from "../../worker/flows/open-connection";
import type { Timers } from "../lib/timers";
import type { Store, Stored } from "./store";

/** Whether one connection can carry a message to an address of the other's: both mean the same by it. */
export const canStandIn = (other: OpenConnection, { channel }: OpenConnection): boolean =>
  other.row.status === "active" && other.channel.capabilities.transport === "provider" && other.channel.reaches.some(({ kind, scoped }) => !scoped && kind === channel.reaches[0]!.kind);

/** Sends what has surely not gone out over another connection, as a message of its own; once for each message. */
export function sendInstead(store: Store, timers: Timers, stored: Stored, { row, channel }: OpenConnection, now: number): void {
  const { entry, internal } = stored;
  if (internal.wentInstead) return;
  const { text, author, attachments, to } = entry;
  const next = store.insert({ kind: "message", direction: "out", channel: channel.kind, connectionId: row.id, author, text, attachments, to, state: "queued", at: now, internal: { automated: internal.automated } });
  timers.soon(`send:${next.entry.seq}`, now);
  store.remember(store.at(entry.seq)!, { wentInstead: true });
  // Nobody has to deal with it: its successor tells what becomes of it.
  store.head.failedIds = store.head.failedIds.filter((id) => id !== entry.id);
}
