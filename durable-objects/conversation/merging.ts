import type { ChannelKind } from "../../worker/contract/channel";
import type { ConsentState } from "../../worker/contract/contact";
import type { Draft } from "../../worker/contract/entry";
import { draftTogether, strictest, workApart, workTogether, type Work } from "../../worker/domain/merge";
import type { Timers } from "../lib/timers";
import type { Head } from "./head";
import type { ResolvedEvent } from "./receiving";
import type { Store } from "./store";

type Consent = Partial<Record<ChannelKind, ConsentState>>;

/** What a merge did to this conversation, so that it can be taken back. `contactId` is whose it was. */
export interface Joined {
  contactId: string;
  at: number;
  /** It was closed, because the person has another open one. */
  away?: Pick<Head, "status" | "waitingSince" | "snoozedUntil" | "closedAt" | "closeReason">;
  /** What the closed one brought. */
  brought?: { /** The closed one was there to bring it. */ isWhole: boolean; sticky: Head["sticky"]; channels: ChannelKind[]; windows: string[]; consent: [ChannelKind, ConsentState | null, ConsentState][]; waiting: { before: number | null; after: number | null }; /** What was arranged about it, and how often the customer had written by then. */ work?: { before: Work; after: Work; inboundCount: number } };
}

/** What the person's other conversation needs to go on with every channel of this one. */
export type Carried = Pick<Head, "sticky" | "channels" | "consent" | "waitingSince"> & { windows: NonNullable<Head["windows"]>; unreachable: ChannelKind[]; /** As it was before it was closed. */ work: Work; /** What colleagues have not sent yet. */ drafts: { memberId: string; draft: Draft }[] };

interface Order { mergeId: string; /** Who did it and the line that says so. */ author: { id: string; name: string }; text: string }
/** `away`: closed in favour of another. `in`: goes on for both. `along`: past, only its owner changes. `undo`: each is its own again. */
export type MergeStep =
  | Order & { kind: "away" | "along"; contactId: string; contactName: string }
  | Order & { kind: "in"; contactId: string; contactName: string; carried: Carried | null; consent: Consent }
  | Order & { kind: "undo"; /** Both contacts as they are again; `refused`: what was forbidden while they were one. */ people: Record<string, { name: string; addresses: string[] }>; refused: Consent };

const CLOSED = "merged";
/** Undone merges that are remembered: what is told late comes within minutes. */
const PARTED_MAX = 20;

/** Takes one step. Safe to repeat: what a merge did here is remembered under its id. */
export function merge(store: Store, timers: Timers, step: MergeStep, now: number): Carried | null {
  const { head } = store;
  if (step.kind === "undo") return undo(store, timers, step, now);
  // Whoever told it was slower than who undid it.
  if (head.parted?.includes(step.mergeId)) return null;
  const known = head.merges?.[step.mergeId];
  const joined: Joined = known ?? { contactId: head.contactId, at: now };
  head.contactId = step.contactId;
  head.contactName = step.contactName;
  if (!known && step.kind !== "along") say(store, step, "merged", now);
  if (step.kind === "away" && !joined.away) {
    const { status, waitingSince, snoozedUntil, closedAt, closeReason } = head;
    joined.away = { status, waitingSince, snoozedUntil, closedAt, closeReason };
    if (status !== "closed") Object.assign(head, { status: "closed", closedAt: now, closeReason: CLOSED });
    Object.assign(head, { waitingSince: null, snoozedUntil: null, mergedAway: step.mergeId });
    timers.clear("snooze");
  }
  if (step.kind === "in" && (!joined.brought || (step.carried && !joined.brought.isWhole))) {
    bring(head, timers, joined, step);
    for (const one of step.carried?.drafts ?? []) addDraft(store, one);
  }
  head.merges = { ...head.merges, [step.mergeId]: joined };
  return step.kind === "away" ? { sticky: head.sticky, channels: head.channels, consent: head.consent, waitingSince: joined.away!.waitingSince, windows: head.windows ?? {}, unreachable: head.unreachable ?? [], work: { ...workOf(head), status: joined.away!.status, snoozedUntil: joined.away!.snoozedUntil }, drafts: joined.away!.status === "closed" ? [] : store.allDrafts() } : null;
}

/** A copy: the closed conversation keeps its own, for a screen that shows it still writes there, and for an undo. */
function addDraft(store: Store, { memberId, draft }: Carried["drafts"][number]): void {
  const state = store.member(memberId);
  store.setDraft(memberId, draft.mode, draftTogether(store.drafts(memberId).find(({ mode }) => mode === draft.mode) ?? null, draft));
  if (!state.draft) store.setMember(memberId, state);
}

const workOf = ({ status, assigneeId, teamId, labelIds, followerIds, wakeOnReply, snoozedUntil }: Head): Work => ({ status, assigneeId, teamId, labelIds, followerIds, wakeOnReply, snoozedUntil });

function arrange(head: Head, timers: Timers, work: Work): void {
  if (work.snoozedUntil !== head.snoozedUntil && work.snoozedUntil === null) timers.clear("snooze");
  else if (work.snoozedUntil !== head.snoozedUntil) timers.set("snooze", work.snoozedUntil!);
  Object.assign(head, work);
}

/** Whose messages come under an id that has become another: they are this customer's. */
export function adopted(head: Head, event: ResolvedEvent): ResolvedEvent {
  const isOurs = event.author.id !== null && Object.values(head.merges ?? {}).some(({ contactId }) => contactId === event.author.id);
  return isOurs ? { ...event, author: { ...event.author, id: head.contactId } } : event;
}

/** What the customer does now belongs into the conversation that goes on; what is said about messages that are here stays. */
export const goesElsewhere = (head: Head, { event }: ResolvedEvent): boolean =>
  head.mergedAway !== undefined && head.status === "closed" && (event.kind === "consent" || event.kind === "complaint" || event.kind === "unreachable" || event.kind === "activity" || event.kind === "identity");

function bring(head: Head, timers: Timers, joined: Joined, { carried, consent }: Extract<MergeStep, { kind: "in" }>): void {
  const { sticky, channels, windows, unreachable, waitingSince }: Omit<Carried, "work" | "drafts"> = carried ?? { sticky: {}, channels: [], consent: {}, windows: {}, unreachable: [], waitingSince: null };
  const held = strictest(head.consent, strictest(carried?.consent ?? {}, consent));
  const changed = (Object.entries(held) as [ChannelKind, ConsentState][]).filter(([channel, state]) => (head.consent[channel] ?? "active") !== state);
  const after = waitingSince === null ? head.waitingSince : Math.min(waitingSince, head.waitingSince ?? waitingSince);
  const fresh = Object.keys(windows).filter((key) => head.windows?.[key] === undefined);
  const added = channels.filter((channel) => !head.channels.includes(channel));
  const { brought } = joined;
  const work = workOf(head);
  const arranged = carried ? workTogether(work, carried.work) : work;
  joined.brought = {
    isWhole: carried !== null, sticky: brought?.sticky ?? head.sticky, channels: [...brought?.channels ?? [], ...added], windows: [...brought?.windows ?? [], ...fresh],
    consent: [...changed.map(([channel, state]): [ChannelKind, ConsentState | null, ConsentState] => [channel, head.consent[channel] ?? null, state]), ...brought?.consent ?? []],
    waiting: { before: brought ? brought.waiting.before : head.waitingSince, after },
    work: { before: work, after: arranged, inboundCount: head.inboundCount },
  };
  arrange(head, timers, arranged);
  head.unreachable = [...new Set([...(head.unreachable ?? []), ...unreachable.filter((channel) => changed.some(([one, state]) => one === channel && state === "inactive"))])];
  head.consent = { ...head.consent, ...Object.fromEntries(changed) };
  head.sticky = { ...sticky, ...head.sticky };
  head.channels = [...head.channels, ...added];
  head.windows = { ...windows, ...head.windows };
  head.waitingSince = after;
}

function undo(store: Store, timers: Timers, step: Extract<MergeStep, { kind: "undo" }>, now: number): null {
  const { head } = store;
  const joined = head.merges?.[step.mergeId];
  const owner = joined && step.people[joined.contactId];
  if (!head.parted?.includes(step.mergeId)) head.parted = [...head.parted ?? [], step.mergeId].slice(-PARTED_MAX);
  if (!joined || !owner) return null;
  const { [step.mergeId]: _gone, ...rest } = head.merges!;
  Object.assign(head, { merges: rest, contactId: joined.contactId, contactName: owner.name });
  if (joined.away && head.mergedAway === step.mergeId) {
    delete head.mergedAway;
    // Somebody has reopened or closed it since: that holds.
    if (head.status === "closed" && (head.closeReason === CLOSED || joined.away.status === "closed")) Object.assign(head, joined.away);
    if (head.status === "snoozed" && head.snoozedUntil !== null) timers.set("snooze", head.snoozedUntil);
  }
  if (joined.brought) takeBack(head, timers, joined, joined.brought, owner.addresses);
  // What was refused while they were one was refused by either.
  head.consent = Object.keys(step.refused).length > 0 ? strictest(head.consent, step.refused) : head.consent;
  if (joined.away || joined.brought) say(store, step, "unmerged", now);
  return null;
}

function takeBack(head: Head, timers: Timers, joined: Joined, { sticky, channels, windows, consent, waiting, work }: NonNullable<Joined["brought"]>, addresses: readonly string[]): void {
  const own = Object.entries(head.sticky).filter(([, { address }]) => addresses.includes(address));
  head.sticky = { ...sticky, ...Object.fromEntries(own) };
  head.channels = head.channels.filter((channel) => !channels.includes(channel) || head.sticky[channel] !== undefined);
  head.windows = Object.fromEntries(Object.entries(head.windows ?? {}).filter(([key]) => !windows.includes(key)));
  for (const [channel, before, after] of consent) {
    const isSaidAgain = Object.entries(head.heard?.[channel] ?? {}).some(([state, at]) => state !== "active" && at > joined.at);
    if (head.consent[channel] !== after || isSaidAgain) continue;
    if (before === null) delete head.consent[channel];
    else head.consent[channel] = before;
  }
  if (head.waitingSince === waiting.after) head.waitingSince = waiting.before;
  if (work) arrange(head, timers, workApart(workOf(head), work.before, work.after, head.inboundCount > work.inboundCount));
}

function say(store: Store, { author, text, mergeId }: Order, type: string, now: number): void {
  store.insert({ kind: "system", author: { type: "member", ...author }, at: now, text, event: { type, data: { mergeId } } });
}
