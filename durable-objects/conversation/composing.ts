import type { Attachment, CommentDraft, Entry, MessageDraft } from "../../worker/contract/entry";
import type { ConnectionView } from "../../worker/contract/channel";
import type { MemberActor } from "../../worker/domain/access";
import { ownMessageId, replyReferences, replySubject } from "../../worker/domain/mail-thread";
import { mailDomain, parseMailAddress, sameAddress } from "../../worker/domain/mail-address";
import { htmlToText } from "../../worker/domain/mail-text";
import { maySend, type Refusal } from "../../worker/domain/sendable";
import type { Timers } from "../lib/timers";
import { previewOf, type Head } from "./head";
import { threadOf } from "./receiving";
import type { Store, Stored } from "./store";

/** What the route looked up for a draft: our connection, and uploads that belong to the account. */
export interface Prepared {
  connection: Pick<ConnectionView, "id" | "channel" | "address" | "name" | "status" | "capabilities"> | null;
  /** The contact's address on that channel, when the draft names none and nothing is sticky. */
  fallbackTo: string | null;
  attachments: Attachment[];
  /** Our own addresses: left out of a reply to all. */
  ownAddresses: string[];
}

export type Submitted =
  | { ok: true; entry: Entry; repeated: boolean }
  | { ok: false; code: "not-found" }
  | { ok: false; code: "refused"; reason: Refusal["reason"] | "no-address" | "empty" | "too-long" | "bad-address" | "too-large" | "taken-id"; sentence: string };

const TAKEN = { ok: false, code: "refused", reason: "taken-id", sentence: "This clientId belongs to something else in this conversation. Send a fresh one." } as const;

/** Stores a message of ours; runs inside a transaction. The same clientId again answers the message stored first. */
export function submit(store: Store, timers: Timers, draft: MessageDraft, prepared: Prepared, actor: MemberActor, undoMs: number, now: number): Submitted {
  const known = store.find(draft.clientId);
  if (known) return known.entry.kind === "message" ? { ok: true, entry: known.entry, repeated: true } : TAKEN;
  const { head } = store;
  const { connection } = prepared;
  const refusal = maySend({ head, channel: draft.channel, connection: connection?.status ?? null, automated: false });
  if (refusal) return { ok: false, code: "refused", reason: refusal.reason, sentence: refusal.sentence };
  const text = draft.text.trim() === "" && draft.html ? htmlToText(draft.html) : draft.text;
  if (text.trim() === "" && prepared.attachments.length === 0) return { ok: false, code: "refused", reason: "empty", sentence: "Write something first, or attach a file." };
  const { capabilities } = connection!;
  if (text.length > capabilities.text.max) return { ok: false, code: "refused", reason: "too-long", sentence: `This is longer than the ${capabilities.text.max.toLocaleString("en")} characters this channel takes. Shorten it or send two messages.` };
  const bytes = prepared.attachments.reduce((sum, { size }) => sum + size, 0);
  if (capabilities.media === null ? prepared.attachments.length > 0 : bytes > capabilities.media.bytes || prepared.attachments.length > capabilities.media.max)
    return { ok: false, code: "refused", reason: "too-large", sentence: capabilities.media ? `This channel takes ${capabilities.media.max} files of ${Math.floor(capabilities.media.bytes / 1_000_000)} MB together. Remove some or send a smaller copy.` : "This channel takes no files." };
  const sticky = head.sticky[draft.channel];
  // A visitor is known to one widget alone.
  const last = capabilities.transport === "visitor" && sticky?.connectionId !== connection!.id ? undefined : sticky?.address;
  const to = capabilities.copies ? null : (draft.to?.[0] ?? last ?? prepared.fallbackTo);
  if (!capabilities.copies && !to) return { ok: false, code: "refused", reason: "no-address", sentence: `${head.contactName || "This contact"} has no address on this channel. Add one in the contact panel.` };
  const mail = capabilities.copies ? composeMail(store, draft, prepared, actor, text) : null;
  if (mail && "sentence" in mail) return { ok: false, code: "refused", reason: "bad-address", sentence: mail.sentence };

  const sendAt = draft.sendAt ? Date.parse(draft.sendAt) : null;
  const dueAt = Math.max(now, sendAt ?? now + undoMs);
  const undoable = sendAt === null && dueAt > now;
  const stored = store.insert({
    kind: "message", direction: "out", channel: draft.channel, connectionId: connection!.id, author: { type: "member", id: actor.id, name: actor.name },
    text, html: draft.html ?? null, state: dueAt > now ? "scheduled" : "queued", at: now, dueAt: dueAt > now ? dueAt : null, undoable, clientId: draft.clientId,
    attachments: prepared.attachments, to: to ?? mail?.fields.to[0]?.address ?? null, email: mail?.fields ?? null,
    recipients: mail ? [...mail.fields.to, ...mail.fields.cc, ...mail.fields.bcc].map(({ address }) => ({ address: address.toLowerCase(), state: "sending" as const, failure: null })) : [],
    internal: { answered: sendAt === null ? head.waitingSince : null, visitorId: capabilities.transport === "visitor" ? to : null, email: mail?.internal ?? null },
  });
  if (dueAt > now) timers.set(`send:${stored.entry.seq}`, dueAt);
  else timers.soon(`send:${stored.entry.seq}`, now);
  if (sendAt !== null && sendAt > now) head.scheduledIds = [...head.scheduledIds, stored.entry.id];
  else answer(head, stored, now);
  store.setDraft(actor.id, "reply", null);
  if (store.member(actor.id).draft || head.inboundCount > store.member(actor.id).readCount) store.setMember(actor.id, { ...store.member(actor.id), readCount: head.inboundCount });
  return { ok: true, entry: stored.entry, repeated: false };
}

/** What a person's message does to the conversation when it goes out: it answers whatever waited. */
export function answer(head: Head, stored: Stored, now: number): void {
  const { channel } = stored.entry;
  head.channels = [channel!, ...head.channels.filter((one) => one !== channel)];
  head.lastAt = now;
  head.waitingSince = null;
  if (head.subject === null && stored.entry.email) head.subject = stored.entry.email.subject;
  if (head.status === "closed") {
    head.status = "open";
    head.closedAt = null;
    head.closeReason = null;
  }
  head.preview = previewOf(stored.entry);
}

type Mail = { fields: NonNullable<Entry["email"]>; internal: NonNullable<Stored["internal"]["email"]> };

function composeMail(store: Store, draft: MessageDraft, { connection, fallbackTo, ownAddresses }: Prepared, actor: MemberActor, text: string): Mail | { sentence: string } {
  const answered = draft.replyTo ? store.find(draft.replyTo)?.entry : store.newestMail()?.entry;
  const sticky = store.head.sticky[draft.channel];
  const answerTo = answered?.email && answered.direction === "in" ? (answered.email.replyTo[0] ?? answered.email.from) : null;
  const wanted = draft.to ?? (answerTo ? [answerTo.address] : [sticky?.address ?? fallbackTo].filter((one) => one !== null && one !== undefined));
  const lists: Record<"to" | "cc" | "bcc", { name: string; address: string }[]> = { to: [], cc: [], bcc: [] };
  const seen = new Set<string>();
  for (const [list, given] of [["to", wanted], ["cc", draft.cc ?? []], ["bcc", draft.bcc ?? []]] as const) {
    for (const one of given) {
      const parsed = parseMailAddress(one);
      if (!parsed) return { sentence: `“${one.slice(0, 80)}” is not an email address. Correct it or remove it.` };
      const key = parsed.address.toLowerCase();
      if (seen.has(key) || ownAddresses.some((own) => sameAddress(own, key))) continue;
      seen.add(key);
      lists[list].push(parsed);
    }
  }
  if (lists.to.length === 0) return { sentence: "Add at least one person to write to." };
  const previous = answered?.email ? { messageId: answered.email.messageId, references: store.find(answered.id)?.internal.email?.references ?? [] } : null;
  // Whoever names the mail they answer stays with it, whatever they call theirs.
  const isNewThread = draft.replyTo === undefined && draft.subject !== undefined && answered?.email !== undefined && answered.email !== null && replySubject(draft.subject) !== replySubject(answered.email.subject);
  const chain = previous && !isNewThread ? { inReplyTo: previous.messageId, references: replyReferences(previous.references, previous.messageId) } : { inReplyTo: null, references: [] };
  const messageId = ownMessageId(`msg_${draft.clientId.replaceAll("-", "")}`, mailDomain(connection!.address));
  return {
    fields: {
      threadId: threadOf(store, chain.inReplyTo ? [chain.inReplyTo] : [], chain.references, messageId),
      subject: draft.subject?.trim() || (answered?.email ? replySubject(answered.email.subject) : text.trim().split("\n")[0]!.slice(0, 80)),
      from: { name: `${actor.name}`, address: connection!.address }, ...lists, replyTo: [], messageId,
      hasHtml: draft.html !== undefined, quoteAt: null, automatic: "no", warning: null,
    },
    internal: { ...chain, html: draft.html ?? null },
  };
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
