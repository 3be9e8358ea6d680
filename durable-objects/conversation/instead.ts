import type { Content } from "../../worker/contract/content";
import type { Capabilities } from "../../worker/contract/channel";
import { type OpenConnection, openConnection, openOwnConnection } from "../../worker/flows/open-connection";
import type { Timers } from "../lib/timers";
import { spoken } from "./head";
import { settled } from "./reports";
import type { SendingHost } from "./sending";
import type { Store, Stored } from "./store";

/** Whether one connection can carry a message to an address of the other's: both mean the same by it. */
const canStandIn = (other: OpenConnection, { channel }: OpenConnection): boolean =>
  other.row.status === "active" && other.channel.capabilities.transport === "provider" && other.channel.reaches.some(({ kind, scoped }) => !scoped && kind === channel.reaches[0]!.kind);

/** The connection that carries instead what surely did not arrive with this code, if the account named one that can. */
export async function standInFor(open: OpenConnection, code: string): Promise<OpenConnection | null> {
  const id = open.channel.instead?.(code, open.connection.settings) ?? null;
  const other = id === null ? null : await openOwnConnection(open.account, id);
  return other && canStandIn(other, open) ? other : null;
}

/** What a person reads of a failure that was made good: what happened. What to do about it has been done. */
export const wentBy = (sentence: string, { row }: OpenConnection): string => `${/^.*?\.(?=\s|$)/.exec(sentence)?.[0] ?? sentence} It went out over ${row.name} instead.`;

/** A report said that a message never arrived: sends it by the other connection. */
export async function replace({ env, store, timers, write, now }: SendingHost, seq: number): Promise<void> {
  const failed = store.at(seq);
  const open = failed?.entry.connectionId ? await openConnection(env, failed.entry.connectionId) : null;
  const other = open && failed?.entry.failure ? await standInFor(open, failed.entry.failure.code) : null;
  write(() => {
    timers.clear(`instead:${seq}`);
    const current = store.at(seq);
    // Sent again by a person meanwhile, or arrived after all.
    if (!other || current?.entry.state !== "failed" || !current.entry.failure || current.entry.replacedBy) return;
    sendInstead(store, timers, store.update(current, { failure: { ...current.entry.failure, sentence: wentBy(current.entry.failure.sentence, other) } }), other, now());
  });
}

/** Answers to tap become words where there are none. */
function worded(text: string, content: Content | null | undefined, { buttons }: Capabilities): { text: string; content: Content | null } {
  if (content?.kind !== "buttons") return { text, content: null };
  if (buttons && content.options.length <= buttons.max) return { text, content };
  return { text: [text, "", ...content.options.map((option) => (option.url === null ? `• ${option.text}` : `• ${option.text}: ${option.url}`))].join("\n"), content: null };
}

/** Sends what has surely not gone out over another connection, as a message of its own; once for each message. */
export function sendInstead(store: Store, timers: Timers, stored: Stored, { row, channel }: OpenConnection, now: number): void {
  const { entry, internal } = stored;
  if (entry.replacedBy) return;
  const { author, attachments, to } = entry;
  const next = store.insert({ kind: "message", direction: "out", channel: channel.kind, connectionId: row.id, author, ...worded(entry.text, entry.content, channel.capabilities), attachments, to, state: "queued", at: now, internal: { automated: internal.automated } });
  timers.soon(`send:${next.entry.seq}`, now);
  // Nobody has to deal with it: its successor tells what becomes of it, in the list too.
  settled(store.head, store.update(store.at(entry.seq)!, { replacedBy: next.entry.id }));
  spoken(store.head, next, now);
}
