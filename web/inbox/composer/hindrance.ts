import type { Capabilities } from "../../../worker/contract/channel";
import type { ComposeChannel } from "../../../worker/contract/compose";
import type { Draft } from "../../../worker/contract/entry";
import { wordsBeside } from "../../../worker/contract/file-limits";
import { countSegments } from "../../../worker/contract/segments";
import { troubleOf, written, type Trouble } from "./answers/answers";
import { filesOf } from "./draft-files";
import { firstRefused, type Refusal } from "./limits";
import type { Recipients } from "./recipients";

/** Why the button is off, as the key of a sentence. Null: it may be sent. */
export type Hindrance =
  | { why: "empty" | "no-channel" | "no-recipient" }
  | { why: "bad-address"; text: string }
  | { why: "refused"; sentence: string }
  | { why: "too-long"; over: number; unit: "characters" | "bytes" | "segments" }
  | { why: "caption"; over: number; max: number }
  | { why: "answers"; trouble: Trouble }
  | { why: "file"; name: string; refusal: Refusal };

/** How much of a channel's room a text takes, in the unit the channel counts. */
export function lengthOf(text: string, unit: "characters" | "bytes" | "segments"): number {
  if (unit === "segments") return countSegments(text).segments;
  return unit === "bytes" ? new TextEncoder().encode(text).length : text.length;
}

/** How much text a message takes: less beside a file, on some channels. */
export function limitOf({ text, media }: Capabilities, files: number, answers = 0): Capabilities["text"] {
  const beside = wordsBeside(media, files, answers);
  return beside === null ? text : { max: beside, unit: "characters" };
}

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
