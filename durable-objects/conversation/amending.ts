import type { InboundEvent } from "../../worker/channels/channel";
import type { Content, Reaction } from "../../worker/contract/content";
import type { Timers } from "../lib/timers";
import { previewOf, quoteOf, reopen, unspent } from "./head";
import type { Delivery } from "./receiving";
import { applyStatus, park } from "./reports";
import type { Store, Stored } from "./store";

type Amendment = Extract<InboundEvent, { kind: "reaction" | "edit" | "delete" }>;
/** A message that answers one which is not here yet waits for it. */
export interface Quoting { kind: "quoting"; seq: number }
type Line = Pick<Delivery["connection"], "id" | "provider">;

/** What somebody did to a message that is here; one that is not waits for it, unless only what is known may change. Null when nothing changed. */
export function amend(store: Store, timers: Timers, connection: Line, event: Amendment, now: number, onlyIfKnown = false): Stored | null {
  const external = `${connection.id}:${event.target}`;
  const stored = store.byExternal(external);
  // One that changes nothing any more is a repeat, and must not wait elsewhere.
  if (stored) return apply(store, timers, stored, event, now) ?? (onlyIfKnown ? stored : null);
  if (!onlyIfKnown) park(store, timers, external, event, now);
  return null;
}

/** Everything that was said about a message before it was known. */
export function amended(store: Store, timers: Timers, connection: Line, stored: Stored, now: number): Stored {
  for (const event of stored.external === null ? [] : store.unpark(stored.external) as (InboundEvent | Quoting)[]) {
    if (event.kind === "quoting") store.update(store.at(event.seq)!, { quote: quoteOf(store.at(stored.entry.seq)!.entry) });
    if (event.kind === "status") applyStatus(store, timers, connection, event, now);
    if (event.kind === "reaction" || event.kind === "edit" || event.kind === "delete") amend(store, timers, connection, event, now);
  }
  return store.at(stored.entry.seq)!;
}

function apply(store: Store, timers: Timers, stored: Stored, event: Amendment, now: number): Stored | null {
  if (stored.entry.deleted) return event.kind === "edit" && event.content?.kind === "review" && stored.entry.deletedBy === "contact" ? restored(store, stored, event, event.content) : null;
  switch (event.kind) {
    case "delete": return unsend(store, timers, stored, event, now);
    case "edit": return edit(store, stored, event);
    case "reaction": return react(store, stored, event);
  }
}

/** Platforms ask that what was unsent is gone here too: words, files, history, search and the request that brought it. */
function unsend(store: Store, timers: Timers, stored: Stored, { by }: Amendment, now: number): Stored {
  const { entry } = stored;
  if (entry.direction === "out" && entry.connectionId) unspent(store.head, entry.connectionId, entry.to ?? "");
  const rawId = store.dropRaw(entry.seq, stored.internal.externalId);
  const next = store.update(stored,
    { deleted: true, deletedBy: by === "contact" ? "contact" : "member", text: "", attachments: [], content: null, quote: null, referral: null, reactions: [], history: [], editedAt: null },
    { refs: {}, wipe: { files: entry.attachments.map(({ id }) => id), rawId } }, { reindex: true });
  timers.set(`wipe:${entry.seq}`, now);
  if (entry.content?.kind === "review") {
    delete store.head.stars;
    store.head.reviewGone = true;
  }
  for (const other of store.quoting(entry.id)) store.update(other, { quote: quoteOf(next.entry) });
  if (store.head.preview?.entryId === entry.id) store.head.preview = store.newestPreview();
  return next;
}

/** A review that was gone stands at Google again: written anew by the same person, or let back in by moderation. */
function restored(store: Store, stored: Stored, { text, version, at }: Extract<Amendment, { kind: "edit" }>, content: Content & { kind: "review" }): Stored {
  const { head } = store;
  const next = store.update(stored, { deleted: false, deletedBy: null, text, content, editedAt: new Date(at).toISOString() }, { version }, { reindex: true });
  head.stars = content.stars;
  delete head.reviewGone;
  head.lastAt = Math.max(head.lastAt, at);
  head.preview = store.newestPreview();
  reopen(head);
  return next;
}

/** Keeps the words of an edit whose message never came. */
export function noteLostEdit(store: Store, event: InboundEvent): void {
  if (event.kind !== "edit" || event.text === "") return;
  const { contactId, contactName } = store.head;
  store.insert({ kind: "activity", author: { type: "contact", id: contactId, name: contactName }, at: event.at, text: event.text, event: { type: "edit-lost", data: {} } });
}

function edit(store: Store, stored: Stored, { text, content, version, at }: Extract<Amendment, { kind: "edit" }>): Stored | null {
  const { entry, internal } = stored;
  if (version <= (internal.version ?? 0)) return null;
  if (text === entry.text && (!content || JSON.stringify(content) === JSON.stringify(entry.content))) return store.remember(stored, { version });
  const history = [...(entry.history ?? []), { text: entry.text, at: entry.editedAt ?? entry.at }];
  const next = store.update(stored, { text, ...(content && { content }), history, editedAt: new Date(at).toISOString() }, { version }, { reindex: true });
  if (content?.kind === "review") {
    store.head.stars = content.stars;
    store.head.lastAt = Math.max(store.head.lastAt, at);
    reopen(store.head);
  }
  if (store.head.preview?.entryId === entry.id) store.head.preview = previewOf(next.entry);
  return next;
}

/** `person`: who of a group it was; elsewhere the customer has one reaction, whichever address they use. */
export function react(store: Store, stored: Stored, { by, emoji, at }: Extract<Amendment, { kind: "reaction" }>, person?: { id: string | null; name: string }): Stored | null {
  const { entry, internal } = stored;
  const reactedAt = internal.reactedAt ?? {};
  const author = by === "contact" ? "contact" : "member";
  const isOneOfMany = store.head.kind === "group" && by === "contact" && Boolean(person?.id);
  const key = isOneOfMany ? person!.id! : by;
  // Taking a reaction away may arrive before the reaction itself.
  if (at < (reactedAt[key] ?? 0)) return null;
  const { id, name } = by === "us" ? { id: "", name: "" } : isOneOfMany ? { id: person!.id!, name: person!.name } : { id: store.head.contactId, name: store.head.contactName };
  const own: Reaction[] = emoji === null ? [] : [{ emoji, by: author, id, name, state: by === "contact" ? null : "sent" }];
  const reactions = [...(entry.reactions ?? []).filter((one) => one.by !== author || (isOneOfMany && one.id !== id)), ...own];
  if (JSON.stringify(reactions) === JSON.stringify(entry.reactions ?? [])) return store.remember(stored, { reactedAt: { ...reactedAt, [key]: at } });
  return store.update(stored, { reactions }, { reactedAt: { ...reactedAt, [key]: at } });
}
