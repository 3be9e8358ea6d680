import type { Capabilities } from "../../../worker/contract/channel";
import type { ComposeChannel } from "../../../worker/contract/compose";
import type { Draft, Entry } from "../../../worker/contract/entry";
import { countSegments } from "../../../worker/contract/segments";
import type { OutgoingMessage } from "../../lib/outbox";
import { troubleOf, written, type Trouble } from "./answers/answers";
import { firstRefused, type Refusal } from "./limits";
import { filesOf } from "./pictures";
import { replySubject, replyTo, type Recipients } from "./recipients";

/** Why the button is off, as the key of a sentence. Null: it may be sent. */
export type Hindrance =
  | { why: "empty" | "no-channel" | "no-recipient" }
  | { why: "bad-address"; text: string }
  | { why: "refused"; sentence: string }
  | { why: "too-long"; over: number; unit: "characters" | "bytes" | "segments" }
  | { why: "caption"; over: number; max: number }
  | { why: "answers"; trouble: Trouble }
  | { why: "file"; name: string; refusal: Refusal };

/** Who the email goes to: what was chosen, else the sender of what it answers, else the contact. */
export function recipientsOf(draft: Draft, via: ComposeChannel, answering: Entry | null, own: readonly string[]): Recipients {
  // What is carried on goes to nobody that was not chosen.
  if (draft.forward?.length) return { to: draft.to ?? [], cc: draft.cc ?? [], bcc: draft.bcc ?? [] };
  const start = answering ? replyTo(answering, false, own) : { to: via.to.slice(0, 1), cc: [], bcc: [] };
  return { to: draft.to ?? start.to, cc: draft.cc ?? start.cc, bcc: draft.bcc ?? start.bcc };
}

export const subjectOf = (draft: Draft, answering: Entry | null): string => draft.subject ?? (answering?.email ? replySubject(answering.email.subject) : "");

/** How much of a channel's room a text takes, in the unit the channel counts. */
export function lengthOf(text: string, unit: "characters" | "bytes" | "segments"): number {
  if (unit === "segments") return countSegments(text).segments;
  return unit === "bytes" ? new TextEncoder().encode(text).length : text.length;
}

/** How much text a message takes: less beside a file, on some channels. */
export const limitOf = ({ text, media }: Capabilities, files: number, answers = 0): Capabilities["text"] =>
  (files > 0 && media?.caption && (media.together || answers === 0) && media.words !== undefined ? { max: media.words, unit: "characters" } : text);

/** The capability rules that can be told before asking anyone. The engine asks them again when it sends. */
export function hindrance(draft: Draft, via: ComposeChannel | undefined, recipients: Recipients): Hindrance | null {
  if (!via) return { why: "no-channel" };
  if (via.outcome === "refused") return { why: "refused", sentence: via.sentence };
  const files = filesOf(draft);
  const { text, copies, media, buttons = null } = via.capabilities;
  const trouble = troubleOf(draft, buttons);
  if (trouble) return { why: "answers", trouble };
  if (draft.text.trim() === "" && files.length === 0 && !(copies && draft.forward?.length)) return { why: "empty" };
  if (copies && recipients.to.length + recipients.cc.length + recipients.bcc.length === 0) return { why: "no-recipient" };
  const over = lengthOf(draft.text, text.unit) - text.max;
  if (over > 0) return { why: "too-long", over, unit: text.unit };
  const beside = limitOf(via.capabilities, files.length, written(draft).length).max;
  if (draft.text.length > beside && beside < text.max) return { why: "caption", over: draft.text.length - beside, max: beside };
  const bad = firstRefused(media, files);
  return bad && files.length > 0 ? { why: "file", name: bad.file.name, refusal: bad.refusal } : null;
}

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
  if (subject) message.subject = subjectOf(draft, answering).trim();
  // The files that were left are named, also when that is none.
  if (draft.forward?.length) return { ...message, forward: [...draft.forward], attachments: files.map(({ id }) => id) };
  const same = answering?.email && replySubject(answering.email.subject) === replySubject(message.subject ?? "");
  if (answering && same) message.replyTo = answering.id;
  return message;
}
