import type { Entry, MessageRevision } from "../../worker/contract/entry";
import type { MemberActor } from "../../worker/domain/access";
import { releaseDelay } from "../../worker/domain/quiet-hours";
import { maySend, type Reason, type Verdict } from "../../worker/domain/sendable";
import { windowOf } from "../../worker/domain/window";
import { ofGroup } from "../../worker/flows/group";
import type { Timers } from "../lib/timers";
import type { Prepared } from "./composing";
import { waitingSiblings, waits } from "./deciding";
import type { Head } from "./head";
import type { Store, Stored } from "./store";

/** When what is held may go, and what stands beside it until then. All that one night holds back does not leave in one second. */
export const holding = ({ until, open, reason, note }: Extract<Verdict, { outcome: "held" }>, conversationId: string, entryId: string): { dueAt: number; held: NonNullable<Entry["held"]> } =>
  ({ dueAt: until + releaseDelay(`${conversationId} ${entryId}`, open), held: { reason, sentence: note } });

/** Sends at once what waits for its time. Who may not decide over quiet hours cannot send what they hold back. */
export function sendNow(store: Store, timers: Timers, stored: Stored, actor: MemberActor, now: number): Entry | "forbidden" {
  const { entry } = stored;
  if (entry.state !== "scheduled") return entry;
  const mayWaive = actor.role === "owner" || actor.role === "admin";
  if (entry.held && !mayWaive) return "forbidden";
  const [next] = [stored, ...waitingSiblings(store, entry.id)].map((one) => {
    timers.soon(`send:${one.entry.seq}`, now);
    return store.update(one, { state: "queued", dueAt: null, undoable: false, held: null }, { ...(mayWaive && { waivesQuiet: true }) });
  });
  if (entry.held)
    store.insert({ kind: "system", channel: entry.channel, author: { type: "member", id: actor.id, name: actor.name }, at: now, text: `${actor.name} sent a message that quiet hours held back`, event: { type: "released", data: { entryId: entry.id } } });
  return next!.entry;
}

/** `left`: it is on its way already; `no-edit`: it has more than plain words; `past`: the time is over. `sentence` is for a person. */
export type Revised = { ok: true; entry: Entry } | { ok: false; reason: Reason | "left" | "no-edit" | "past"; sentence: string };

/** Changes the words or the time of what waits; asks the engine anew, as for a message written now. */
export function revise(store: Store, timers: Timers, head: Head, stored: Stored, { text, sendAt }: MessageRevision, prepared: Prepared, actor: MemberActor, now: number): Revised {
  const { entry, internal } = stored;
  if (!waits(stored) || entry.state !== "scheduled") return { ok: false, reason: "left", sentence: "This message has left already and cannot be changed." };
  const words = text ?? entry.text;
  if (words !== entry.text && (internal.template || entry.email?.hasHtml || entry.content)) return { ok: false, reason: "no-edit", sentence: "Only plain words can be changed while they wait. Cancel this message and write it anew." };
  const wanted = sendAt === undefined ? null : Date.parse(sendAt);
  if (wanted !== null && wanted <= now) return { ok: false, reason: "past", sentence: "This time has passed. Choose a later one, or send it now." };
  const { connection, quiet, refusing = [] } = prepared;
  const at = Math.max(now, wanted ?? Date.parse(entry.dueAt!));
  const verdict = maySend({
    head: ofGroup(head, entry.channel!, refusing), isGroup: head.kind === "group", channel: entry.channel!, connection: connection?.status ?? null, capabilities: connection?.capabilities ?? null,
    window: windowOf(head.windows, connection?.id, entry.to), automated: internal.automated, scheduled: true, quiet, role: actor.role, now: at,
    draft: internal.template ? { text: words, files: [], template: { status: "approved", category: internal.template.category }, hasLocation: false } : { text: words, files: entry.attachments, template: null, hasLocation: entry.content?.kind === "location" },
  });
  if (verdict.outcome === "refused") return { ok: false, reason: verdict.reason, sentence: verdict.sentence };
  const planned = verdict.outcome === "held" ? holding(verdict, head.id, entry.id) : { dueAt: at, held: null };
  const dueAt = new Date(planned.dueAt).toISOString();
  for (const one of waitingSiblings(store, entry.id)) {
    timers.set(`send:${one.entry.seq}`, planned.dueAt);
    store.update(one, { dueAt, held: planned.held });
  }
  timers.set(`send:${entry.seq}`, planned.dueAt);
  return { ok: true, entry: store.update(stored, { text: words, dueAt, undoable: false, held: planned.held }, { scheduled: true }, { reindex: words !== entry.text }).entry };
}
