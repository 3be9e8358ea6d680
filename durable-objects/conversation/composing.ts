import type { ConnectionView } from "../../worker/contract/channel";
import type { Attachment, CommentDraft, Entry, MessageDraft } from "../../worker/contract/entry";
import type { Template } from "../../worker/contract/template";
import { shownAddress } from "../../worker/contract/shown-address";
import type { MemberActor } from "../../worker/domain/access";
import { htmlToText } from "../../worker/domain/mail-text";
import { machineMayNot } from "../../worker/domain/mail-loop";
import { partsOf } from "../../worker/domain/parts";
import { maySend, type Reason, type SendQuestion, type Verdict } from "../../worker/domain/sendable";
import { checkValues } from "../../worker/domain/template";
import { freshWindow, windowOf } from "../../worker/domain/window";
import { ofGroup } from "../../worker/flows/group";
import type { Timers } from "../lib/timers";
import { answer, previewOf, quoteOf, unbound, type Head } from "./head";
import { carriedBy, composeMail, type Carried, type Mail } from "./mailing";
import { holding } from "./planning";
import { machineQuestion } from "./machine-mail";
import type { Store, Stored } from "./store";

/** What the route looked up for a draft: our connection, uploads that belong to the account, the template, and when it is quiet. */
export interface Prepared {
  connection: Pick<ConnectionView, "id" | "channel" | "address" | "name" | "status" | "capabilities"> | null;
  /** The contact's address on that channel, when the draft names none and nothing is sticky. */
  fallbackTo: string | null;
  attachments: Attachment[];
  /** Our own addresses: left out of a reply to all. */
  ownAddresses: string[];
  template: Template | null;
  quiet: SendQuestion["quiet"];
  /** Who of a group may not be written to. */
  refusing?: string[];
  /** The writer's signature as clean HTML, if it goes below this mail. */
  signature?: string | null;
  /** Files that are no uploads of the writer's: they must belong to what is forwarded. */
  borrowed?: string[];
  /** None of its recipients is the customer. */
  isAside?: boolean;
}

export type Submitted =
  | { ok: true; entry: Entry; repeated: boolean }
  | { ok: false; code: "not-found" }
  | Refused;
interface Refused { ok: false; code: "refused"; reason: Reason | "no-address" | "bad-address" | "taken-id" | "template-values" | "automatic-mail" | "mail-loop" | "not-forwardable"; sentence: string }

const refused = (reason: Refused["reason"], sentence: string): Refused => ({ ok: false, code: "refused", reason, sentence });
const TAKEN = refused("taken-id", "This clientId belongs to something else in this conversation. Send a fresh one.");

/** Whoever asks about a mail to others does not meet them in an older one. */
const ASIDES_MAX = 50;
/** What is carried on without a word is not empty. */
const UNCOMMENTED = "-";

/** Stores what a draft says; runs inside a transaction. The same clientId again answers the message stored first. */
export function submit(store: Store, timers: Timers, draft: MessageDraft, prepared: Prepared, actor: MemberActor, undoMs: number, now: number): Submitted {
  const known = store.find(draft.clientId);
  if (known) return known.entry.kind === "message" ? { ok: true, entry: known.entry, repeated: true } : TAKEN;
  const cleared = clear(store, draft, prepared, actor, now);
  if (!cleared.ok) return cleared;
  const { head } = store;
  const { verdict, sendAt, isAside, mail } = cleared;
  const held = verdict.outcome === "held" ? holding(verdict, head.id, draft.clientId) : null;
  const dueAt = Math.max(now, held?.dueAt ?? sendAt ?? now + undoMs);
  const undoable = sendAt === null && dueAt > now && verdict.outcome !== "held";
  const made = insertParts(store, draft, prepared, cleared, actor, { dueAt, undoable, ...(held && { held: held.held }) }, now);
  for (const { entry } of made) {
    if (dueAt > now) timers.set(`send:${entry.seq}`, dueAt);
    else timers.soon(`send:${entry.seq}`, now);
  }
  if (!undoable && dueAt > now) head.scheduledIds = [...head.scheduledIds, ...made.map(({ entry }) => entry.id)];
  else answer(head, made.at(-1)!, now);
  if (isAside && cleared.carried && mail) head.asideThreads = [...head.asideThreads ?? [], mail.fields.threadId].slice(-ASIDES_MAX);
  store.setDraft(actor.id, "reply", null);
  if (store.member(actor.id).draft || head.inboundCount > store.member(actor.id).readCount) store.setMember(actor.id, { ...store.member(actor.id), readCount: head.inboundCount });
  return { ok: true, entry: made[0].entry, repeated: false };
}

/** What a draft that may leave becomes. */
interface Cleared {
  ok: true;
  verdict: Exclude<Verdict, { outcome: "refused" }>;
  /** When the writer wants it to go, in ms; null: now. */
  sendAt: number | null;
  text: string;
  files: Attachment[];
  /** Where it goes; null for a mail, which says so itself. */
  to: string | null;
  /** The mails it carries on. */
  carried: Carried | null;
  /** The message it answers, where the channel can say so. */
  answered: Stored | null;
  /** A public comment may be answered in private once, though it opens no window. */
  isPrivateReply: boolean;
  /** None of its recipients is the customer. */
  isAside: boolean;
  mail: Mail | null;
}

/** Whether a draft may leave, and as what. The first reason why not is the answer. */
function clear(store: Store, draft: MessageDraft, prepared: Prepared, actor: MemberActor, now: number): Cleared | Refused {
  const { head } = store;
  const { connection, template } = prepared;
  const { capabilities = null } = connection ?? {};
  const carried = draft.forward ? (capabilities?.copies ? carriedBy(store, draft, prepared.borrowed ?? []) : { sentence: "Only emails can be forwarded, and only by email." }) : null;
  if (carried && "sentence" in carried) return refused("not-forwardable", carried.sentence);
  const thread = draft.replyTo ? store.find(draft.replyTo)?.entry.email?.threadId : undefined;
  const isAside = prepared.isAside === true && (carried !== null || (thread !== undefined && head.asideThreads?.includes(thread) === true));
  const files = [...prepared.attachments, ...carried?.files ?? []];
  const text = draft.text.trim() === "" && draft.html ? htmlToText(draft.html) : draft.text;
  const to = addressOf(head, draft, prepared);
  const automated = actor.via === "key";
  const answered = (draft.replyTo && capabilities?.replies && !capabilities.copies ? store.find(draft.replyTo) : null) ?? null;
  const isPrivateReply = answered?.entry.content?.kind === "comment" && answered.entry.direction === "in";
  const ask = (at: number, scheduled: boolean) => maySend({
    head: isAside ? unbound(head) : ofGroup(head, draft.channel, prepared.refusing ?? []), isGroup: head.kind === "group", channel: draft.channel, connection: connection?.status ?? null, capabilities, window: isPrivateReply ? freshWindow(now) : windowOf(head.windows, connection?.id, to), automated, scheduled, quiet: prepared.quiet, role: actor.role, now: at,
    draft: { text: text.trim() === "" && carried ? UNCOMMENTED : text, files, template, hasLocation: draft.location !== undefined, ...(draft.buttons && { buttons: draft.buttons }) },
  });
  const sendAt = draft.sendAt ? Date.parse(draft.sendAt) : null;
  const present = ask(now, false);
  // What is planned is asked about its own time; only who may never be written to is refused at once.
  const isNever = present.outcome === "refused" && (present.class === "optout" || present.class === "config");
  const verdict = sendAt !== null && sendAt > now && !isNever ? ask(sendAt, true) : present;
  if (verdict.outcome === "refused") return refused(verdict.reason, verdict.sentence);
  if (!capabilities!.copies && !to) return refused("no-address", `${shownAddress(head.contactName) || "This contact"} has no address on this channel. Add one in the contact panel.`);
  const [wrong] = template ? checkValues(template.parts, draft.template!.values) : [];
  if (wrong !== undefined) return refused("template-values", wrong);
  const mail = capabilities!.copies ? composeMail(store, draft, prepared, prepared.attachments, carried, actor, text) : null;
  if (mail && "sentence" in mail) return refused("bad-address", mail.sentence);
  const machine = mail && automated ? machineMayNot(machineQuestion(store, mail, now)) : null;
  if (machine) return refused(machine.reason, machine.sentence);
  return { ok: true, verdict, sendAt, text: mail?.text ?? text, files: mail?.files ?? files, to, carried, answered, isPrivateReply, isAside, mail };
}

/** Where a message goes: what was chosen, else the contact's address, else the one they wrote from last. */
function addressOf(head: Head, draft: MessageDraft, { connection, fallbackTo }: Prepared): string | null {
  if (connection?.capabilities.copies) return null;
  const sticky = head.sticky[draft.channel];
  // A visitor is known to one widget alone.
  const last = connection?.capabilities.transport === "visitor" && sticky?.connectionId !== connection.id ? undefined : sticky?.address;
  return draft.to?.[0] ?? fallbackTo ?? last ?? null;
}

/** When it goes, and why not now. */
interface Timing { dueAt: number; undoable: boolean; held?: NonNullable<Entry["held"]> }

function insertParts(store: Store, draft: MessageDraft, { connection, template }: Prepared, cleared: Cleared, actor: MemberActor, { dueAt, ...timing }: Timing, now: number): [Stored, ...Stored[]] {
  const { head } = store;
  const { sendAt, text, files, to, carried, answered, isPrivateReply, isAside, mail } = cleared;
  const { capabilities } = connection!;
  const everybody = mail ? [...mail.fields.to, ...mail.fields.cc, ...mail.fields.bcc].map(({ address }) => address.toLowerCase()) : head.kind === "group" ? to!.split(",") : [];
  const made = partsOf(draft, capabilities, files, text, template).map((part, index) => store.insert({
    kind: "message", direction: "out", channel: draft.channel, connectionId: connection!.id, author: { type: "member", id: actor.id, name: actor.name },
    text: part.text, html: mail?.html ?? null, state: dueAt > now ? "scheduled" : "queued", at: now, dueAt: dueAt > now ? dueAt : null, ...timing,
    clientId: index === 0 ? draft.clientId : partId(draft.clientId, index), attachments: part.files, ...(part.content && { content: part.content }), ...(carried && { forwarded: true }), ...(answered && index === 0 && { quote: quoteOf(answered.entry) }),
    to: to ?? mail?.fields.to[0]?.address ?? null, email: mail?.fields ?? null,
    recipients: everybody.map((address) => ({ address, state: "sending" as const, failure: null })),
    internal: {
      answered: sendAt === null && !isAside ? head.waitingSince : null, ...(isAside && { isAside }), visitorId: capabilities.transport === "visitor" ? to : null, email: mail?.internal ?? null, automated: actor.via === "key", scheduled: sendAt !== null,
      ...(answered?.internal.externalId && index === 0 && { answers: answered.internal.externalId, isPrivateReply }),
      ...(template && { template: { name: template.name, language: template.language, category: template.category, named: template.named, parts: template.parts, values: draft.template!.values } }),
    },
  }));
  return made as [Stored, ...Stored[]];
}

/** The further messages of a draft have its clientId with their number. */
const partId = (clientId: string, index: number): string => `${clientId}.${index + 1}`;

/** A comment is its own kind from the first line on: no path leads from here to a channel. */
export function comment(store: Store, draft: CommentDraft, attachments: Attachment[], actor: MemberActor, now: number): Submitted {
  const known = store.find(draft.clientId);
  if (known) return known.entry.kind === "comment" ? { ok: true, entry: known.entry, repeated: true } : TAKEN;
  const stored = store.insert({ kind: "comment", author: { type: "member", id: actor.id, name: actor.name }, text: draft.text, at: now, clientId: draft.clientId, attachments });
  store.head.lastAt = now;
  store.head.preview = previewOf(stored.entry);
  store.setDraft(actor.id, "comment", null);
  if (store.member(actor.id).draft) store.setMember(actor.id, store.member(actor.id));
  return { ok: true, entry: stored.entry, repeated: false };
}
