import type { Attachment, Entry, MessageDraft } from "../../worker/contract/entry";
import { forwardSubject } from "../../worker/contract/forward-subject";
import type { MemberActor } from "../../worker/domain/access";
import { headerText, mailDomain, parseMailAddress, sameAddress } from "../../worker/domain/mail-address";
import { forwarded } from "../../worker/domain/mail-forward";
import type { Quotable } from "../../worker/domain/mail-quoted";
import { cleanHtml, escapeHtml, textToHtml } from "../../worker/domain/mail-html";
import { htmlToText } from "../../worker/domain/mail-text";
import { ownMessageId, replyReferences, replySubject } from "../../worker/domain/mail-thread";
import type { Prepared } from "./composing";
import { isWaiting } from "./deciding";
import { threadOf } from "./receiving";
import type { Store, Stored } from "./store";

/** More than any thread holds that somebody reads. */
const FORWARD_MAX = 100;
/** As every mail program knows it (RFC 3676, 4.3). */
const SIGNATURE_MARK = "-- ";

/** A draft as it becomes a mail: what the entry shows, what only the engine needs, and both parts. */
export interface Mail {
  fields: NonNullable<Entry["email"]>;
  internal: NonNullable<Stored["internal"]["email"]>;
  text: string;
  /** Null: the words say it all; the page is made of them when it leaves. */
  html: string | null;
  files: Attachment[];
}

/** What is carried on; null when it may not be. */
export interface Carried { mails: Stored[]; files: Attachment[] }

/** A mail that has left, or came: what waits or was taken back is nobody's to carry on. */
const isForwardable = (stored: Stored): boolean => stored.entry.kind === "message" && stored.entry.email !== null && !stored.entry.deleted && !isWaiting(stored);

/** The mails a draft carries on, and their files: those it names, else all. Pictures within a page stay with it. */
export function carriedBy(store: Store, { forward = [], attachments }: Pick<MessageDraft, "forward" | "attachments">, borrowed: readonly string[]): Carried | { sentence: string } {
  const mails: Stored[] = [];
  for (const id of forward.slice(0, FORWARD_MAX)) {
    const found = store.find(id);
    if (!found || !isForwardable(found)) return { sentence: "Only emails of this conversation can be forwarded, once they have left or arrived." };
    if (!mails.some(({ entry }) => entry.id === found.entry.id)) mails.push(found);
  }
  mails.sort((a, b) => a.entry.seq - b.entry.seq);
  const all = [...new Map(mails.flatMap(({ entry }) => entry.attachments.map((file) => [file.id, { file, hasHtml: entry.email!.hasHtml }] as const))).values()];
  const missing = borrowed.find((id) => !all.some(({ file }) => file.id === id));
  if (missing !== undefined) return { sentence: "One of the files belongs to none of the forwarded emails. Choose the files again." };
  const wanted = all.filter(({ file, hasHtml }) => attachments === undefined || borrowed.includes(file.id) || (file.contentId && hasHtml));
  const absent = wanted.find(({ file }) => file.state !== "ready");
  if (absent) return { sentence: `“${absent.file.name}” is not here yet. Wait until it is, or leave it out.` };
  return { mails, files: wanted.map(({ file, hasHtml }) => ({ ...file, contentId: file.contentId && hasHtml ? file.id : null })) };
}

/** The mail that an answer without further words answers: what went to others and what they said of it is not the customer's. */
function newestOfCustomer(store: Store): Stored | null {
  const aside = store.head.asideThreads ?? [];
  return store.newestMails().find(({ entry }) => !aside.includes(entry.email?.threadId ?? "")) ?? null;
}

/** A draft as a mail; or what is wrong with it. `text` is what the writer wrote, in words. */
export function composeMail(store: Store, draft: MessageDraft, { connection, fallbackTo, ownAddresses, signature = null, quiet: { accountZone } }: Prepared, uploads: readonly Attachment[], carried: Carried | null, actor: MemberActor, text: string): Mail | { sentence: string } {
  const answered = carried ? undefined : (draft.replyTo ? store.find(draft.replyTo) : newestOfCustomer(store))?.entry;
  const sticky = store.head.sticky[draft.channel];
  const answerTo = answered?.email && answered.direction === "in" ? (answered.email.replyTo[0] ?? answered.email.from) : null;
  const usual = carried ? [] : answerTo ? [answerTo.address] : [sticky?.address ?? fallbackTo].filter((one) => one !== null && one !== undefined);
  const lists = recipientsOf({ ...draft, to: draft.to ?? usual }, ownAddresses);
  if ("sentence" in lists) return lists;
  if (lists.to.length === 0) return { sentence: carried ? "Say who gets the forwarded email." : "Add at least one person to write to." };
  const previous = answered?.email ? { messageId: answered.email.messageId, references: store.find(answered.id)?.internal.email?.references ?? [] } : null;
  // Whoever names the mail they answer stays with it, whatever they call theirs.
  const isNewThread = draft.replyTo === undefined && draft.subject !== undefined && answered?.email !== undefined && answered.email !== null && replySubject(draft.subject) !== replySubject(answered.email.subject);
  const chain = previous && !isNewThread ? { inReplyTo: previous.messageId, references: replyReferences(previous.references, previous.messageId) } : { inReplyTo: null, references: [] };
  const messageId = ownMessageId(`msg_${draft.clientId.replaceAll("-", "")}`, mailDomain(connection!.address));
  const written = wordsOf(store, draft, uploads, carried && { ...carried, zone: accountZone }, signature, text);
  const usualSubject = carried ? forwardSubject(headerText(carried.mails.at(-1)!.entry.email!.subject)) : answered?.email ? replySubject(answered.email.subject) : text.trim().split("\n")[0]!.slice(0, 80);
  return {
    fields: {
      threadId: threadOf(store, chain.inReplyTo ? [chain.inReplyTo] : [], chain.references, messageId),
      subject: draft.subject?.trim() || usualSubject,
      from: { name: `${actor.name}`, address: connection!.address }, ...lists, replyTo: [], messageId,
      hasHtml: written.html !== null, quoteAt: written.quoteAt, automatic: "no", warning: null,
    },
    internal: { ...chain, ...(chain.inReplyTo !== null && (draft.quote ?? actor.via === "session") && { quotes: true as const }) }, text: written.text, html: written.html, files: written.files,
  };
}

/** The mail that a mail of ours answers, to stand below it; null where none shall, or where it was taken back since. */
export function quotedBelow(store: Store, { email }: Stored["internal"]): Quotable | null {
  const answered = email?.quotes && email.inReplyTo !== null ? store.byMessageId(email.inReplyTo) : null;
  if (!answered?.entry.email || answered.entry.deleted) return null;
  const { id, text, at, email: { from } } = answered.entry;
  return { from, at, text, html: store.html(id) };
}

type People = Record<"to" | "cc" | "bcc", { name: string; address: string }[]>;

/** Everybody once, and none of us. */
function recipientsOf(draft: Pick<MessageDraft, "to" | "cc" | "bcc">, ownAddresses: readonly string[]): People | { sentence: string } {
  const lists: People = { to: [], cc: [], bcc: [] };
  const seen = new Set<string>();
  for (const list of ["to", "cc", "bcc"] as const) {
    for (const one of draft[list] ?? []) {
      const parsed = parseMailAddress(one);
      if (!parsed) return { sentence: `“${one.slice(0, 80)}” is not an email address. Correct it or remove it.` };
      const key = parsed.address.toLowerCase();
      if (seen.has(key) || ownAddresses.some((own) => sameAddress(own, key))) continue;
      seen.add(key);
      lists[list].push(parsed);
    }
  }
  return lists;
}

/** What the mail says: the writer's words, their signature, and below both what is carried on. */
function wordsOf(store: Store, draft: MessageDraft, uploads: readonly Attachment[], carried: (Carried & { zone: string }) | null, signature: string | null, text: string): { text: string; html: string | null; quoteAt: number | null; files: Attachment[] } {
  const shown = new Set<string>();
  const page = draft.html === undefined ? null : cleanHtml(draft.html, (id) => {
    if (!uploads.some((file) => file.id === id)) return null;
    shown.add(id);
    return id;
  });
  const files = [...uploads.map((file) => (shown.has(file.id) ? { ...file, contentId: file.id } : file)), ...carried?.files ?? []];
  const words = text.trimEnd();
  if (!signature && !carried) return { text: words, html: page, quoteAt: null, files };
  const below = carried && forwarded(carried.mails.map(({ entry }) => ({
    email: entry.email!, at: entry.at, text: entry.text, html: store.html(entry.id),
    contentIds: new Map(entry.attachments.flatMap(({ id, contentId }) => (contentId ? [[contentId, id] as const] : []))),
  })), carried.zone);
  const html = [page ?? textToHtml(text), signature && `<br><div class="gmail_signature">${escapeHtml(SIGNATURE_MARK)}<br>${signature}</div>`, below && `<br>${below.html}`];
  return {
    text: [words, signature && `${SIGNATURE_MARK}\n${htmlToText(signature)}`, below?.text].filter(Boolean).join("\n\n"),
    html: html.filter(Boolean).join(""), quoteAt: signature && !below ? words.length : null, files,
  };
}
