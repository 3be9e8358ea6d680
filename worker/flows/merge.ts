import type { Contact } from "../contract/contact";
import type { Duplicate, MergeOutcome } from "../contract/merge";
import { findContact } from "../db/contact-records";
import { spokenOf } from "../db/contacts";
import type { Account } from "../db/locate";
import { candidatesFor, findMerge, forgetPeople, gathered, type MergeRow, type Standing, standingOf, startMerge, type Talk, undoMerge, undoneFacts } from "../db/merges";
import { aliasesShared, forgetApart, keepApart } from "../db/pairs";
import { mayReachContact } from "../db/reach";
import type { MemberActor } from "../domain/access";
import { byLikelihood, isGroup, resemblance, sentenceOf } from "../domain/duplicates";
import { conflictsOf, disputed, goesOn, united, type Work, workTogether } from "../domain/merge";
import { announce } from "./rights";

/** How often a merge is planned anew because one of both wrote meanwhile. */
const TRIES = 3;

/** `kind`: one of them is a group or the author of a review; `busy`: something changed meanwhile at each try. */
export type Merged = { ok: true; outcome: MergeOutcome } | { ok: false; why: "not-found" | "forbidden" | "same" | "kind" | "busy" };
/** `later`: a merge since then has to be undone first; `gone`: its time is over, or a contact is deleted. */
export type Unmerged = { ok: true; contact: Contact; other: Contact } | { ok: false; why: "not-found" | "forbidden" | "later" | "gone" };

/** Other contacts that may be this person, as far as this member may see them. */
export async function duplicatesOf(account: Account, actor: MemberActor, contact: Contact): Promise<Duplicate[]> {
  const [candidates, aliases] = await Promise.all([candidatesFor(account, contact), aliasesShared(account, contact.id)]);
  const found = candidates.flatMap((other) => {
    const alias = isGroup(contact) || isGroup(other) ? undefined : aliases.get(other.id);
    const reason = alias === undefined ? resemblance(contact, other) : "shared-alias";
    return reason ? [{ contact: other, reason, sentence: sentenceOf(reason, alias) }] : [];
  });
  const seen = await Promise.all(found.map(({ contact: other }) => mayReachContact(account, actor, other.id)));
  return found.filter((_, index) => seen[index]).toSorted(byLikelihood);
}

/** Makes `otherId` the same person as `keptId`, or (`dryRun`) tells what that would do. The member must reach both. */
export async function mergeContacts(account: Account, actor: MemberActor, keptId: string, otherId: string, dryRun: boolean, now: number): Promise<Merged> {
  if (keptId === otherId) return { ok: false, why: "same" };
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const [kept, other] = await Promise.all([reach(account, actor, keptId), reach(account, actor, otherId)]);
    if (!kept || !other) return { ok: false, why: "not-found" };
    if (!mayMerge(actor)) return { ok: false, why: "forbidden" };
    const standing = await standingOf(account, kept, other);
    // A group or a review is a conversation of its own kind, and what stands for its contact is no person we talk with.
    if (isGroup(kept) || isGroup(other) || [standing.kept, standing.other].some((one) => one !== null && one.kind !== "customer")) return { ok: false, why: "kind" };
    const { into, from } = goesOn(standing.kept, standing.other);
    const outcome = {
      contact: united(kept, other, into), other, conflicts: conflictsOf(kept, other), consent: disputed(kept.consent, other.consent),
      notes: standing.notes, conversations: standing.conversations, closes: from, work: arranged(standing, into, from),
    };
    if (dryRun) return { ok: true, outcome: { mergeId: null, ...outcome } };
    const merge = await startMerge(account, {
      keptId, other: { id: otherId, name: calledBy(other) }, into, from, seen: { kept: kept.conversationId, other: other.conversationId }, consent: outcome.consent,
    }, actor, now);
    if (!merge) continue;
    forgetPeople(account, kept, other);
    await tellMerge(account, merge, now);
    await announce(account, "contacts", [keptId, otherId]);
    return { ok: true, outcome: { mergeId: merge.id, ...outcome, contact: (await findContact(account, keptId)) ?? outcome.contact } };
  }
  return { ok: false, why: "busy" };
}

/** Makes them two again. Who may undo is who reaches the kept contact. */
export async function unmergeContacts(account: Account, actor: MemberActor, mergeId: string, now: number): Promise<Unmerged> {
  const merge = await findMerge(account, mergeId);
  const before = merge && await reach(account, actor, merge.keptId);
  if (!merge || !before) return { ok: false, why: "not-found" };
  if (!mayMerge(actor)) return { ok: false, why: "forbidden" };
  const outcome = await undoMerge(account, merge, actor, now);
  if (outcome !== "undone") return { ok: false, why: outcome };
  forgetPeople(account, before);
  await tellMerge(account, (await findMerge(account, mergeId))!, now);
  await announce(account, "contacts", [merge.keptId, merge.otherId]);
  const [contact, other] = await Promise.all([findContact(account, merge.keptId), findContact(account, merge.otherId)]);
  return contact && other ? { ok: true, contact, other } : { ok: false, why: "gone" };
}

/**
 * Tells every conversation of both what the database says: the merge, or that it was undone. Safe to repeat, and repeated by the
 * job: for what died in between, and for messages that were on their way with what somebody knew before.
 */
export async function tellMerge(account: Account, merge: MergeRow, now: number): Promise<void> {
  if (merge.undoneAt !== null) return tellUndo(account, merge, now);
  const ids = await gathered(account, merge);
  const kept = await findContact(account, merge.keptId);
  // Merged further or deleted since: that has told them more.
  if (!kept) return;
  const name = calledBy(kept);
  const order = { mergeId: merge.id, author: { id: merge.byId, name: merge.byName }, contactId: kept.id, contactName: name };
  const { intoId, fromId } = merge;
  const carried = fromId ? await account.conversation(fromId).merge({ ...order, kind: "away", text: `${merge.byName} merged two contacts. It goes on in their other conversation` }, now) : null;
  if (intoId) await account.conversation(intoId).merge({ ...order, kind: "in", carried, consent: kept.consent, text: `${merge.byName} merged ${merge.otherName} into this contact` }, now);
  for (const id of ids) if (id !== intoId && id !== fromId) await account.conversation(id).merge({ ...order, kind: "along", text: "" }, now);
}

async function tellUndo(account: Account, merge: MergeRow, now: number): Promise<void> {
  const people = await Promise.all([merge.keptId, merge.otherId].map((id) => findContact(account, id)));
  const { conversations, refused } = await undoneFacts(account, merge);
  const step = {
    kind: "undo" as const, mergeId: merge.id, author: { id: merge.byId, name: merge.byName }, refused, text: `${merge.otherName} is a contact of their own again. What was written meanwhile stays where it was written`,
    people: Object.fromEntries(people.flatMap((one) => (one ? [[one.id, { name: calledBy(one), addresses: one.identities.map(({ address }) => address) }]] : []))),
  };
  for (const id of new Set([merge.intoId, merge.fromId, ...conversations])) if (id) await account.conversation(id).merge(step, now);
}

/** A colleague says that two are not one person (`apart`), or takes it back. */
export async function tellApart(account: Account, actor: MemberActor, id: string, otherId: string, apart: boolean, now: number): Promise<"done" | "not-found" | "forbidden" | "same"> {
  if (id === otherId) return "same";
  const both = await Promise.all([reach(account, actor, id), reach(account, actor, otherId)]);
  if (both.includes(null)) return "not-found";
  if (!mayMerge(actor)) return "forbidden";
  await (apart ? keepApart : forgetApart)(account, id, otherId, actor, now);
  await announce(account, "contacts", [id, otherId]);
  return "done";
}

/** A merge closes a conversation of colleagues and opens notes that were not theirs: nothing for who sees only a part. */
const mayMerge = ({ role }: MemberActor): boolean => role !== "restricted";

/** How the conversation that goes on will stand; null when none is closed for it. */
function arranged({ kept, other }: Standing, into: string | null, from: string | null): MergeOutcome["work"] {
  const [goesOn, closes] = [into, from].map((id) => [kept, other].find((talk) => talk?.id === id && id !== null));
  if (!goesOn || !closes) return null;
  const { snoozedUntil, status, assigneeId, teamId, labelIds, followerIds } = workTogether(workOf(goesOn), workOf(closes));
  return { status, assigneeId, teamId, labelIds, followerIds, snoozedUntil: snoozedUntil === null ? null : new Date(snoozedUntil).toISOString(), scheduled: closes.scheduled };
}

const workOf = ({ snoozedUntil, ...talk }: Talk): Work => ({ ...talk, snoozedUntil: snoozedUntil === null ? null : Date.parse(snoozedUntil) });

/** What to call a contact in a sentence. */
const calledBy = ({ name, identities: [first] }: Contact): string => name || (first ? spokenOf(first) : "");

async function reach(account: Account, actor: MemberActor, id: string): Promise<Contact | null> {
  const contact = await findContact(account, id);
  return contact && await mayReachContact(account, actor, id) ? contact : null;
}
