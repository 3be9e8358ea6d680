import type { AppFacts } from "../../api";
import { type Fields, type Refusal, isRefusal } from "../graph";
import { type FileNamed, asFields } from "./files";
import type { Flavour } from "./flavour";

const MAX_METADATA = 1_000;
const MAX_QUICK_REPLIES = 13;
const MAX_TITLE = 20;
const MAX_BUTTONS = 3;
const MAX_ELEMENTS = 10;
const MAX_IMAGES = 10;
const ACTIONS = ["mark_seen", "typing_on", "typing_off", "react", "unreact"] as const;
export type Action = (typeof ACTIONS)[number];
const FILES: readonly string[] = ["image", "video", "audio", "file"];

export type Verdict =
  | { ok: true; do: "act"; to: string; action: Action; target: string | null; emoji: string | null }
  | { ok: true; do: "send"; to: string | null; comment: string | null; text: string; app: AppFacts; files: FileNamed[]; isHuman: boolean }
  | ({ ok: false } & Refusal);

const param = (message: string, subcode?: number): Refusal => ({ code: 100, message: `(#100) ${message}`, ...(subcode !== undefined && { subcode }) });
const str = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(asFields) : []);

/** `POST /{account}/messages`, judged by its form alone; whether the customer may be written to is for `mayReach`. */
export function checkSend(flavour: Flavour, body: Fields): Verdict {
  const refuse = (refusal: Refusal): Verdict => ({ ok: false, ...refusal });
  const { id, comment_id: comment } = asFields(body["recipient"]);
  const to = str(id) || null;
  if (to === null && str(comment) === "") return refuse(param("The parameter recipient is required"));
  if (body["sender_action"] !== undefined) return to === null ? refuse(param("The parameter recipient is required")) : checkAction(body, to);
  const type = body["messaging_type"];
  if (type === undefined && flavour.needsMessagingType) return refuse(param("The parameter messaging_type is required"));
  if (type !== undefined && !["RESPONSE", "UPDATE", "MESSAGE_TAG"].includes(str(type))) return refuse(param("Param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG}"));
  const tag = body["tag"];
  if (type === "MESSAGE_TAG" && tag === undefined) return refuse(param("A tag is required for messages with messaging_type MESSAGE_TAG"));
  // The other tags ended on 27 April 2026.
  if (tag !== undefined && tag !== "HUMAN_AGENT") return refuse(param(`Message tag ${str(tag)} is not supported`));
  const said = contentOf(flavour, asFields(body["message"]));
  if (isRefusal(said)) return refuse(said);
  const replyTo = str(asFields(body["reply_to"])["mid"]);
  return { ok: true, do: "send", to, comment: str(comment) || null, ...said, app: { ...said.app, ...(replyTo !== "" && { replyTo }) }, isHuman: tag === "HUMAN_AGENT" };
}

function checkAction(body: Fields, to: string): Verdict {
  const action = ACTIONS.find((known) => known === str(body["sender_action"]).toLowerCase());
  if (!action) return { ok: false, ...param(`Param sender_action must be one of {${ACTIONS.join(", ")}}`) };
  const { message_id: target, reaction } = asFields(body["payload"]);
  if ((action === "react" || action === "unreact") && str(target) === "") return { ok: false, ...param("The parameter payload[message_id] is required") };
  if (action === "react" && str(reaction) === "") return { ok: false, ...param("The parameter payload[reaction] is required") };
  return { ok: true, do: "act", to, action, target: str(target) || null, emoji: action === "react" ? emojiOf(str(reaction)) : null };
}

/** Reactions may be named. */
const NAMED: Readonly<Record<string, string>> = { love: "❤️", smile: "😆", wow: "😮", sad: "😢", angry: "😠", like: "👍", dislike: "👎" };
const emojiOf = (reaction: string): string => NAMED[reaction] ?? reaction;

/** The word that webhooks use for an emoji. */
export const reactionWord = (emoji: string): string => Object.entries(NAMED).find(([, known]) => known.replace("\ufe0f", "") === emoji.replace("\ufe0f", ""))?.[0] ?? "other";

interface Said { text: string; app: AppFacts; files: FileNamed[] }

function contentOf({ text: { max, unit }, hasMetadata }: Flavour, message: Fields): Said | Refusal {
  const { text, attachment, attachments, quick_replies: quick, metadata } = message;
  const given = [...(attachment === undefined ? [] : [asFields(attachment)]), ...list(attachments)];
  if (str(text) !== "" && given.length > 0) return param("Only one of the text or attachment must be set in a message");
  if (str(text) === "" && given.length === 0) return param("The parameter message must hold text or an attachment");
  const length = unit === "bytes" ? new TextEncoder().encode(str(text)).byteLength : [...str(text)].length;
  if (length > max) return param(`Length of param message[text] must be less than or equal to ${max}`);
  if (hasMetadata && str(metadata).length > MAX_METADATA) return param(`Length of param message[metadata] must be less than or equal to ${MAX_METADATA}`);
  const choices = list(quick);
  if (choices.length > MAX_QUICK_REPLIES || choices.some(({ title }) => [...str(title)].length > MAX_TITLE)) return param(`At most ${MAX_QUICK_REPLIES} quick replies with titles of at most ${MAX_TITLE} characters`);
  const buttons = choices.map(({ title, payload }) => ({ kind: "quick-reply" as const, text: str(title), payload: str(payload) }));
  if (given.length === 0) return { text: str(text), app: { kind: "text", ...(buttons.length > 0 && { buttons }) }, files: [] };
  return attached(given, hasMetadata);
}

function attached(given: readonly Fields[], isMessenger: boolean): Said | Refusal {
  const [first] = given;
  if (given.length > 1) {
    if (given.length > MAX_IMAGES || given.some(({ type }) => type !== "image")) return param(`Several attachments may only be images, at most ${MAX_IMAGES}`);
  } else {
    if (first!["type"] === "template") return templateOf(asFields(first!["payload"]));
    if (!isMessenger && first!["type"] === "like_heart") return { text: "❤️", app: { kind: "sticker" }, files: [] };
    if (!isMessenger && first!["type"] === "MEDIA_SHARE") return { text: "", app: { kind: "share", link: { title: "Post", url: `https://www.instagram.com/p/${str(asFields(first!["payload"])["id"])}` } }, files: [] };
  }
  const files: FileNamed[] = [];
  for (const { type, payload } of given) {
    const { url, attachment_id: attachmentId } = asFields(payload);
    if (!FILES.includes(str(type))) return param(`Param message[attachment][type] must be one of {${FILES.join(", ")}, template}`);
    if (url !== undefined && !/^https?:$/.test(URL.parse(str(url))?.protocol ?? "")) return param("Param message[attachment][payload][url] is not a valid URL");
    files.push({ type: str(type), ...(url === undefined ? attachmentId === undefined ? { carried: true as const } : { attachmentId: String(attachmentId) } : { url: str(url) }) });
  }
  return { text: "", app: { kind: "media" }, files };
}

function templateOf({ template_type: type, text, buttons, elements }: Fields): Said | Refusal {
  const told = (given: Fields[]): NonNullable<AppFacts["buttons"]> =>
    given.map((button) => (button["type"] === "postback" ? { kind: "postback", text: str(button["title"]), payload: str(button["payload"]) } : { kind: "link", text: str(button["title"]), payload: str(button["url"]) }));
  if (type === "button") {
    if (list(buttons).length === 0 || list(buttons).length > MAX_BUTTONS) return param(`A button template has 1 to ${MAX_BUTTONS} buttons`);
    return { text: str(text), app: { kind: "template", buttons: told(list(buttons)) }, files: [] };
  }
  if (type !== "generic") return param("Param message[attachment][payload][template_type] must be one of {button, generic}");
  if (list(elements).length === 0 || list(elements).length > MAX_ELEMENTS) return param(`A generic template has 1 to ${MAX_ELEMENTS} elements`);
  return { text: list(elements).map(({ title, subtitle }) => [str(title), str(subtitle)].filter(Boolean).join("\n")).join("\n\n"), app: { kind: "template", buttons: list(elements).flatMap((element) => told(list(element["buttons"]))) }, files: [] };
}
