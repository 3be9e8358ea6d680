import type { Capabilities } from "../contract/channel";
import { bareType, countMessages, takesType, wordsBeside } from "../contract/file-limits";
import { countSegments } from "../contract/segments";
import type { Refusal, SendDraft } from "./sendable";

type Media = NonNullable<Capabilities["media"]>;
type Buttons = NonNullable<Capabilities["buttons"]>;
type File = SendDraft["files"][number];

/** Why a channel cannot carry this draft; null when it can. */
export function unfit(draft: SendDraft, capabilities: Capabilities): Refusal | null {
  if (draft.template === null) {
    if (draft.text.trim() === "" && draft.files.length === 0 && !draft.hasLocation) return no("empty", "There is nothing to send yet. Write something, or attach a file.");
    const long = tooLong(draft.text, capabilities.text);
    if (long) return no("too-long", long);
    const beside = wordsBeside(capabilities.media, draft.files.length, draft.buttons?.length ?? 0);
    if (beside !== null && draft.text.length > beside) return no("too-long", `This has ${number(draft.text.length)} characters, but beside a file this channel takes ${number(beside)}. Shorten it, or send the file on its own.`);
  }
  if (draft.hasLocation && !capabilities.location) return no("no-location", "This channel cannot carry a place on the map. Write the address instead.");
  if (draft.buttons && draft.buttons.length > 0) {
    const wrong = unfitButtons(draft.buttons, draft.text, capabilities.buttons ?? null);
    if (wrong) return wrong;
  }
  return unfitFiles(draft.files, capabilities.media);
}

/** How many messages a draft becomes: its words and files, and a place on the map as one of its own. */
export const messagesIn = ({ text, files, hasLocation, buttons = [] }: SendDraft, media: Media): number =>
  Math.max(1, countMessages(media, text, files, buttons.length) + (hasLocation ? 1 : 0));

const no = (reason: Refusal["reason"], sentence: string): Refusal => ({ class: "permanent", reason, sentence, wayOut: null });

const UTF8 = new TextEncoder();

function tooLong(text: string, { max, unit }: Capabilities["text"]): string | null {
  const length = unit === "segments" ? countSegments(text).segments : unit === "bytes" ? UTF8.encode(text).length : text.length;
  if (length <= max) return null;
  const why = unit === "bytes" ? " Emoji and letters with accents take several bytes." : unit === "segments" ? " Emoji and curly quotes take more room than plain letters." : "";
  return `This has ${number(length)} ${unit}, but this channel takes ${number(max)}.${why} Shorten it, or send it in parts.`;
}

function unfitButtons(buttons: NonNullable<SendDraft["buttons"]>, text: string, limits: Buttons | null): Refusal | null {
  if (limits === null) return no("no-buttons", "This channel has no answers to tap. Write the choices as text instead.");
  if (text.trim() === "") return no("no-buttons", "Answers to tap stand under a question. Write it above them.");
  if (limits.words !== null && text.length > limits.words) return no("too-long", `Above answers to tap this channel takes ${number(limits.words)} characters, and this has ${number(text.length)}. Shorten it, or remove the answers.`);
  if (buttons.length > limits.max) return no("bad-buttons", `There are ${number(buttons.length)} answers to tap, but this channel takes ${number(limits.max)}. Remove some.`);
  const long = buttons.find((button) => button.text.length > limits.characters);
  if (long) return no("bad-buttons", `The answer “${long.text}” has ${number(long.text.length)} characters, but this channel takes ${number(limits.characters)}. Shorten it.`);
  const twice = buttons.find((button, index) => buttons.findIndex(({ text: other }) => other.toLowerCase() === button.text.toLowerCase()) !== index);
  if (twice) return no("bad-buttons", `The answer “${twice.text}” is there twice. Remove one of them.`);
  const link = limits.links ? undefined : buttons.find(({ url }) => url !== null);
  return link ? no("bad-buttons", `The answer “${link.text}” opens a link, which this channel does not take. Put the link into the text.`) : null;
}

function unfitFiles(files: readonly File[], media: Media | null): Refusal | null {
  if (files.length === 0) return null;
  if (media === null) return no("bad-type", `This channel takes no files. Remove ${named(files[0]!)}, or write on another channel.`);
  if (files.length > media.max)
    return no("too-large", `There are ${number(files.length)} files, but ${media.together ? "one message takes" : "at once go"} ${number(media.max)}. Remove ${named(files[media.max]!)} or others, or send them in a second message.`);
  for (const file of files) {
    const type = bareType(file.type);
    if (!takesType(media.types, type))
      return no("bad-type", `${named(file)} is of a kind this channel does not take. Send ${listed(media.types)}, or put a link to it into the text.`);
    const limit = Math.min(media.bytes, media.limits.find((one) => type.startsWith(one.type))?.bytes ?? media.bytes);
    if (file.size > limit) return no("too-large", `${named(file)} has ${sizeOf(file.size, Math.ceil)}, but this channel takes ${sizeOf(limit, Math.floor)}. ${smaller(type)}`);
  }
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (!media.together || bytes <= media.bytes) return null;
  const largest = files.reduce((one, other) => (other.size > one.size ? other : one));
  return no("too-large", `The files have ${sizeOf(bytes, Math.ceil)} together, but one message takes ${sizeOf(media.bytes, Math.floor)}. Remove ${named(largest)}, or send it in a second message.`);
}

const named = ({ name }: File): string => `“${name || "the file"}”`;

/** What people call the types that providers list; others go by the second half of their own name. */
const KINDS: Readonly<Record<string, string>> = {
  "image/*": "a picture", "audio/*": "a sound", "video/*": "a video", "text/*": "a text file",
  "image/jpeg": "JPEG", "image/svg+xml": "SVG", "audio/mpeg": "MP3", "audio/mp4": "M4A", "audio/amr": "AMR", "audio/ogg": "OGG", "video/quicktime": "MOV", "video/x-msvideo": "AVI", "video/3gpp": "3GP",
  "text/plain": "plain text", "text/vcard": "a contact card", "text/x-vcard": "a contact card", "application/pdf": "PDF",
  "application/msword": "Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
  "application/vnd.ms-excel": "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
  "application/vnd.ms-powerpoint": "PowerPoint", "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
};

function listed(types: readonly string[]): string {
  const kinds = [...new Set(types.map((type) => KINDS[type] ?? type.slice(type.indexOf("/") + 1).replace(/^(?:x-|vnd\.)/, "").toUpperCase()))];
  return new Intl.ListFormat("en", { type: "disjunction" }).format(kinds);
}

function smaller(type: string): string {
  if (type.startsWith("image/")) return "Send a smaller copy of the picture.";
  if (type.startsWith("video/") || type.startsWith("audio/")) return "Send a shorter one, or put a link to it into the text.";
  return "Send a smaller file, or put a link to it into the text.";
}

const number = (value: number): string => value.toLocaleString("en");

/** One place after the point. A size is rounded up and a limit down, so that the two never read the same. */
function sizeOf(bytes: number, round: (value: number) => number): string {
  const [unit, name] = bytes >= 1_000_000 ? [1_000_000, "MB"] as const : [1_000, "kB"] as const;
  return `${number(round((bytes / unit) * 10) / 10)} ${name}`;
}
