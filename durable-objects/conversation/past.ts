import type { ChannelKind } from "../../worker/contract/channel";
import { previewOf } from "./head";
import type { Store } from "./store";

/** A message from another system, which no connection of ours carried. `externalId` tells it from all others; `at` in ms. */
export interface PastMessage { externalId: string; channel: ChannelKind; from: "customer" | "us"; author: string; text: string; at: number }

/** Who brought it here. */
export interface Importer { id: string; name: string }

/**
 * Adds what is not there yet, oldest first; runs inside a transaction. A conversation that began with it is closed: there is
 * nobody to answer, and no way to.
 */
export function addPast(store: Store, messages: readonly PastMessage[], isNew: boolean, by: Importer, now: number): number {
  const { head } = store;
  let added = 0;
  for (const { externalId, channel, from, author, text, at } of messages.toSorted((a, b) => a.at - b.at)) {
    if (store.byExternal(externalId)) continue;
    const isTheirs = from === "customer";
    const stored = store.insert({
      kind: "message", channel, connectionId: null, direction: isTheirs ? "in" : "out", text, at, external: externalId, state: isTheirs ? "delivered" : "sent",
      author: isTheirs ? { type: "contact", id: head.contactId, name: author || head.contactName } : { type: "member", id: null, name: author },
    });
    added++;
    if (!isNew) continue;
    head.channels = [channel];
    head.lastAt = at;
    head.preview = previewOf(stored.entry);
    Object.assign(head, { status: "closed", closedAt: at, closeReason: "Imported" });
  }
  if (added > 0) store.insert({ kind: "system", author: { type: "member", ...by }, at: now, text: `${by.name} imported ${added === 1 ? "one message" : `${added} messages`}`, event: { type: "imported", data: { added } } });
  return added;
}
