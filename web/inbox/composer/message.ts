import type { ComposeChannel } from "../../../worker/contract/compose";
import type { Draft, Entry } from "../../../worker/contract/entry";
import type { OutgoingMessage } from "../../lib/outbox";
import { written } from "./answers/answers";
import { filesOf } from "./draft-files";
import { replySubject, replyTo, type Recipients } from "./recipients";

/** Who the email goes to: what was chosen, else the sender of what it answers, else the contact. */
export function recipientsOf(draft: Draft, via: ComposeChannel, answering: Entry | null, own: readonly string[]): Recipients {
  // What is carried on goes to nobody that was not chosen.
  if (draft.forward?.length) return { to: draft.to ?? [], cc: draft.cc ?? [], bcc: draft.bcc ?? [] };
  const start = answering ? replyTo(answering, false, own) : { to: via.to.slice(0, 1), cc: [], bcc: [] };
  return { to: draft.to ?? start.to, cc: draft.cc ?? start.cc, bcc: draft.bcc ?? start.bcc };
}

export const subjectOf = (draft: Draft, answering: Entry | null): string => draft.subject ?? (answering?.email ? replySubject(answering.email.subject) : "");

/** Whether an email stays in the thread of what it answers: another subject begins a new one. */
export const continues = (draft: Draft, answering: Entry | null): boolean =>
  Boolean(answering?.email) && replySubject(answering!.email!.subject) === replySubject(subjectOf(draft, answering).trim());

/** The draft as the API takes it; `answering` is the message it names. A changed subject begins a new email thread, so it answers nothing. */
export function toMessage(draft: Draft, via: ComposeChannel, answering: Entry | null, own: readonly string[], undoMs: number): OutgoingMessage {
  const message: OutgoingMessage = { channel: via.channel, connectionId: via.connectionId, text: draft.text.trim(), undoMs };
  const files = filesOf(draft);
  if (files.length > 0) message.attachments = files.map(({ id }) => id);
  const answers = written(draft);
  if (answers.length > 0) message.buttons = answers;
  const { copies, subject, html, replies } = via.capabilities;
  if (!copies) return { ...message, ...(draft.to?.length && { to: draft.to.slice(0, 1) }), ...(replies && answering && { replyTo: answering.id }) };
  const { to, cc, bcc } = recipientsOf(draft, via, answering, own);
  Object.assign(message, { to }, cc.length > 0 && { cc }, bcc.length > 0 && { bcc });
  // The words in plain text are made of the formatted ones: those know lists and links.
  if (html && draft.html) Object.assign(message, { html: draft.html, text: "" });
  if (draft.signature === false) message.signature = false;
  if (draft.quote === false) message.quote = false;
  if (subject) message.subject = subjectOf(draft, answering).trim();
  // The files that were left are named, also when that is none.
  if (draft.forward?.length) return { ...message, forward: [...draft.forward], attachments: files.map(({ id }) => id) };
  if (answering && continues(draft, answering)) message.replyTo = answering.id;
  return message;
}
