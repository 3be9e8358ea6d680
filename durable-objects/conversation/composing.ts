import type { Capabilities, ConnectionView } from "../../worker/contract/channel";
import type { Content } from "../../worker/contract/content";
import type { Attachment, CommentDraft, Entry, MessageDraft } from "../../worker/contract/entry";
import { filesByMessage } from "../../worker/contract/file-limits";
import type { Template } from "../../worker/contract/template";
import type { MemberActor } from "../../worker/domain/access";
import { htmlToText } from "../../worker/domain/mail-text";
import { machineMayNot } from "../../worker/domain/mail-loop";
import { maySend, type Reason, type SendQuestion } from "../../worker/domain/sendable";
import { checkValues, render } from "../../worker/domain/template";
import { freshWindow, windowOf } from "../../worker/domain/window";
import { ofGroup } from "../../worker/flows/group";
import type { Timers } from "../lib/timers";
import { answer, previewOf, quoteOf, unbound } from "./head";
import { carriedBy, composeMail } from "./mailing";
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
  | { ok: false; code: "refused"; reason: Reason | "no-address" | "bad-address" | "taken-id" | "template-values" | "automatic-mail" | "mail-loop" | "not-forwardable"; sentence: string };

const TAKEN = { ok: false, code: "refused", reason: "taken-id", sentence: "This clientId belongs to something else in this conversation. Send a fresh one." } as const;

/** Whoever asks about a mail to others does not meet them in an older one. */
const ASIDES_MAX = 50;
/** What is carried on without a word is not empty. */
const UNCOMMENTED = "-";
/** Stores what a draft says; runs inside a transaction. The same clientId again answers the message stored first. */
export function submit(store: Store, timers: Timers, draft: MessageDraft, prepared: Prepared, actor: MemberActor, undoMs: number, now: number): Submitted {
  const known = store.find(draft.clientId);
  if (known) return known.entry.kind === "message" ? { ok: true, entry: known.entry, repeated: true } : TAKEN;
  const { head } = store;
  const { connection, template } = prepared;
  const { capabilities = null } = connection ?? {};
  const carried = draft.forward ? (capabilities?.copies ? carriedBy(store, draft, prepared.borrowed ?? []) : { sentence: "Only emails can be forwarded, and only by email." }) : null;
  if (carried && "sentence" in carried) return { ok: false, code: "refused", reason: "not-forwardable", sentence: carried.sentence };
  const answers = draft.replyTo ? store.find(draft.replyTo)?.entry.email?.threadId : undefined;
  const isAside = prepared.isAside === true && (carried !== null || (answers !== undefined && head.asideThreads?.includes(answers) === true));
  const attachments = [...prepared.attachments, ...carried?.files ?? []];
  const text = draft.text.trim() === "" && draft.html ? htmlToText(draft.html) : draft.text;
  const sticky = head.sticky[draft.channel];
  // A visitor is known to one widget alone.
  const last = capabilities?.transport === "visitor" && sticky?.connectionId !== connection!.id ? undefined : sticky?.address;
  const to = capabilities?.copies ? null : (draft.to?.[0] ?? prepared.fallbackTo ?? last ?? null);
  const automated = actor.via === "key";
  const answered = draft.replyTo && capabilities?.replies && !capabilities.copies ? store.find(draft.replyTo) : null;
  // A public comment may be answered in private once, though it opens no window.
  const isPrivateReply = answered?.entry.content?.kind === "comment" && answered.entry.direction === "in";
  const ask = (at: number, scheduled: boolean) => maySend({
    head: isAside ? unbound(head) : ofGroup(head, draft.channel, prepared.refusing ?? []), isGroup: head.kind === "group", channel: draft.channel, connection: connection?.status ?? null, capabilities, window: isPrivateReply ? freshWindow(now) : windowOf(head.windows, connection?.id, to), automated, scheduled, quiet: prepared.quiet, role: actor.role, now: at,
    draft: { text: text.trim() === "" && carried ? UNCOMMENTED : text, files: attachments, template, hasLocation: draft.location !== undefined, ...(draft.buttons && { buttons: draft.buttons }) },
  });
  const sendAt = draft.sendAt ? Date.parse(draft.sendAt) : null;
  const isPlanned = sendAt !== null && sendAt > now;
  const present = ask(now, false);
  // What is planned is asked about its own time; only who may never be written to is refused at once.
  const verdict = isPlanned && !(present.outcome === "refused" && (present.class === "optout" || present.class === "config")) ? ask(sendAt, true) : present;
  if (verdict.outcome === "refused") return { ok: false, code: "refused", reason: verdict.reason, sentence: verdict.sentence };
  if (!capabilities!.copies && !to) return { ok: false, code: "refused", reason: "no-address", sentence: `${head.contactName || "This contact"} has no address on this channel. Add one in the contact panel.` };
  const [wrong] = template ? checkValues(template.parts, draft.template!.values) : [];
  if (wrong !== undefined) return { ok: false, code: "refused", reason: "template-values", sentence: wrong };
  const mail = capabilities!.copies ? composeMail(store, draft, prepared, prepared.attachments, carried, actor, text) : null;
  if (mail && "sentence" in mail) return { ok: false, code: "refused", reason: "bad-address", sentence: mail.sentence };
  const machine = mail && automated ? machineMayNot(machineQuestion(store, mail, now)) : null;
  if (machine) return { ok: false, code: "refused", reason: machine.reason, sentence: machine.sentence };

  const held = verdict.outcome === "held" ? holding(verdict, head.id, draft.clientId) : null;
  const dueAt = Math.max(now, held?.dueAt ?? sendAt ?? now + undoMs);
  const undoable = sendAt === null && dueAt > now && verdict.outcome !== "held";
  const made = partsOf(draft, capabilities!, mail?.files ?? attachments, mail?.text ?? text, template).map((part, index) => {
    const stored = store.insert({
      kind: "message", direction: "out", channel: draft.channel, connectionId: connection!.id, author: { type: "member", id: actor.id, name: actor.name },
      text: part.text, html: mail?.html ?? null, state: dueAt > now ? "scheduled" : "queued", at: now, dueAt: dueAt > now ? dueAt : null, undoable, ...(held && { held: held.held }),
      clientId: index === 0 ? draft.clientId : partId(draft.clientId, index), attachments: part.files, ...(part.content && { content: part.content }), ...(carried && { forwarded: true }), ...(answered && index === 0 && { quote: quoteOf(answered.entry) }),
      to: to ?? mail?.fields.to[0]?.address ?? null, email: mail?.fields ?? null,
      recipients: (mail ? [...mail.fields.to, ...mail.fields.cc, ...mail.fields.bcc].map(({ address }) => address.toLowerCase()) : head.kind === "group" ? to!.split(",") : []).map((address) => ({ address, state: "sending" as const, failure: null })),
      internal: {
        answered: sendAt === null && !isAside ? head.waitingSince : null, ...(isAside && { isAside }), visitorId: capabilities!.transport === "visitor" ? to : null, email: mail?.internal ?? null, automated, scheduled: sendAt !== null,
        ...(answered?.internal.externalId && index === 0 && { answers: answered.internal.externalId, isPrivateReply }),
        ...(template && { template: { name: template.name, language: template.language, category: template.category, named: template.named, parts: template.parts, values: draft.template!.values } }),
      },
    });
    if (dueAt > now) timers.set(`send:${stored.entry.seq}`, dueAt);
    else timers.soon(`send:${stored.entry.seq}`, now);
    return stored;
  });
  const [first] = made as [Stored, ...Stored[]];
  if (!undoable && dueAt > now) head.scheduledIds = [...head.scheduledIds, ...made.map(({ entry }) => entry.id)];
  else answer(head, made.at(-1)!, now);
  if (isAside && carried && mail) head.asideThreads = [...head.asideThreads ?? [], mail.fields.threadId].slice(-ASIDES_MAX);
  store.setDraft(actor.id, "reply", null);
  if (store.member(actor.id).draft || head.inboundCount > store.member(actor.id).readCount) store.setMember(actor.id, { ...store.member(actor.id), readCount: head.inboundCount });
  return { ok: true, entry: first.entry, repeated: false };
}

interface Part { text: string; files: Attachment[]; content: Content | null }

/** The further messages of a draft have its clientId with their number. */
const partId = (clientId: string, index: number): string => `${clientId}.${index + 1}`;

/** One draft becomes as many messages as the provider needs calls: a call that fails is one message that failed. */
function partsOf(draft: MessageDraft, { media }: Capabilities, files: Attachment[], text: string, template: Template | null): Part[] {
  if (template) {
    const parts = render(template.parts, draft.template!.values);
    return [{ text: [parts.header?.text, parts.body, parts.footer].filter(Boolean).join("\n\n"), files, content: { kind: "template", name: template.name, language: template.language, parts } }];
  }
  const content: Content | null = draft.buttons ? { kind: "buttons", options: draft.buttons } : draft.voice && files.length === 1 ? { kind: "voice" } : null;
  const { name = null, address = null, url = null, ...point } = draft.location ?? { latitude: 0, longitude: 0 };
  const place: Part[] = draft.location ? [{ text: [name, address].filter(Boolean).join(", ") || `${point.latitude}, ${point.longitude}`, files: [], content: { kind: "location", ...point, name, address, url } }] : [];
  const words: Part[] = text.trim() === "" ? [] : [{ text, files: [], content: draft.buttons ? content : null }];
  if (files.length === 0) return draft.buttons ? [...place, ...words] : [...words, ...place];
  if (media!.together && (media!.caption || words.length === 0)) return [{ text, files, content }, ...place];
  const contentOfFiles = draft.buttons ? null : content;
  const alone: Part[] = filesByMessage(files, media!).map((some) => ({ text: "", files: some, content: contentOfFiles }));
  // Answers to tap vanish on some platforms when anything comes after them.
  if (draft.buttons) return [...alone, ...place, ...words];
  // A voice note carries no words on any platform.
  if (media!.caption && content === null) return [{ ...alone[0]!, text }, ...alone.slice(1), ...place];
  return [...words, ...alone, ...place];
}

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
