import { z } from "zod";
import type { TemplateButton } from "../contract/content";
import { bareType } from "../contract/file-limits";
import { missing } from "../domain/template";
import type { ChannelConnection, ChannelIo, OutboundMedia, OutboundMessage, SendResult, Signal } from "./channel";
import { graph, graphCode, outcomeOf, type GraphAnswer } from "./meta";
import { recipientOf } from "./whatsapp-address";
import { classOf } from "./whatsapp-errors";
import { uploadMedia } from "./whatsapp-media";
import type { WhatsAppSettings } from "./whatsapp-settings";
import { variablesOf } from "./whatsapp-templates";

type Connection = ChannelConnection<WhatsAppSettings>;
type Json = Record<string, unknown>;
type Refused = Extract<SendResult, { ok: false }>;

export const TEXT_MAX = 4_096;
export const CAPTION_MAX = 1_024;
/** https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-reply-buttons-messages */
export const REPLY_BUTTONS = { max: 3, characters: 20, words: 1_024, links: false };
const REFERENCE_MAX = 512;
const DETAIL_MAX = 300; // what we keep of an error's words
/** One message in six seconds to the same person is what WhatsApp takes for long. */
const PAIR_LIMIT = 131_056;
const PAIR_WAIT_MS = 6_000;
/** The types that WhatsApp shows in the thread; any other file is a document. WebP would have to be a sticker of 512 × 512. */
const SHOWN: Readonly<Record<string, "image" | "video" | "audio">> = {
  "image/jpeg": "image", "image/png": "image", "video/mp4": "video", "video/3gpp": "video",
  "audio/aac": "audio", "audio/amr": "audio", "audio/mpeg": "audio", "audio/mp4": "audio", "audio/ogg": "audio",
};
export const VOICE_TYPE = "audio/ogg";

const ENVELOPE = { messaging_product: "whatsapp", recipient_type: "individual" };

const Accepted = z.object({ messages: z.array(z.object({ id: z.string().min(1) })).min(1) });
const Done = z.object({ success: z.literal(true) });

/** One message, and before it its file, which nobody sees until the message is there. */
export async function sendMessage(message: OutboundMessage, connection: Connection, io: ChannelIo): Promise<SendResult> {
  const recipient = recipientOf(message.to);
  if (!recipient) return no("no-recipient", message.to);
  const made = await contentOf(message, connection, io);
  if ("ok" in made) return made;
  return post({
    ...ENVELOPE, ...recipient, ...made.content,
    ...(message.replyTo && { context: { message_id: message.replyTo } }),
    ...(message.reference.length <= REFERENCE_MAX && { biz_opaque_callback_data: message.reference }),
  }, connection, io);
}

export async function sendReaction({ target, to, emoji }: { target: string; to: string; emoji: string | null }, connection: Connection, io: ChannelIo): Promise<SendResult> {
  const recipient = recipientOf(to);
  return recipient ? post({ ...ENVELOPE, ...recipient, type: "reaction", reaction: { message_id: target, emoji: emoji ?? "" } }, connection, io) : no("no-recipient", to);
}

/** WhatsApp shows typing only together with the blue ticks, on a message of theirs, and for 25 seconds at most. */
export async function sendSignal({ kind, target }: Signal, connection: Connection, io: ChannelIo): Promise<void> {
  if (target === null) return;
  const answer = await call({ messaging_product: "whatsapp", status: "read", message_id: target, ...(kind === "typing" && { typing_indicator: { type: "text" } }) }, connection, io);
  if (!Done.safeParse(answer.body).success) throw new Error(`WhatsApp did not take the signal: ${answer.error ? graphCode(answer.error) : answer.status}`);
}

const call = (body: Json, { settings }: Connection, io: ChannelIo): Promise<GraphAnswer> =>
  graph(io, { path: `${settings.phoneNumberId}/messages`, token: settings.accessToken, appSecret: settings.appSecret, method: "POST", body });

async function post(body: Json, connection: Connection, io: ChannelIo): Promise<SendResult> {
  const answer = await call(body, connection, io);
  const retryAfterMs = answer.retryAfterMs ?? (answer.error?.code === PAIR_LIMIT ? PAIR_WAIT_MS : undefined);
  return outcomeOf({ ...answer, retryAfterMs }, classOf, (given) => Accepted.safeParse(given).data?.messages[0]!.id ?? null);
}

const no = (code: string, detail: string): Refused => ({ ok: false, class: "permanent", code, detail });

/** A part of the body, or why it cannot be sent. */
type Made = { content: Json } | Refused;

async function contentOf(message: OutboundMessage, connection: Connection, io: ChannelIo): Promise<Made> {
  const { text, location, template, buttons, media: [file] } = message;
  if (template) return templateOf(message, template, connection, io);
  if (location) {
    const { latitude, longitude, name, address } = location;
    return { content: { type: "location", location: { latitude, longitude, ...(name && { name }), ...(address && { address }) } } };
  }
  // What is tapped comes back with its id, which says no more than its words.
  if (!file && buttons.length > 0)
    return { content: { type: "interactive", interactive: { type: "button", body: { text }, action: { buttons: buttons.map(({ text: title }) => ({ type: "reply", reply: { id: title, title } })) } } } };
  if (!file) return { content: { type: "text", text: { body: text, preview_url: /https?:\/\//i.test(text) } } };
  if (text.length > CAPTION_MAX) return no("caption-too-long", `${text.length} characters`);
  const kind = kindOf(file, text);
  const uploaded = await upload(file, connection, io);
  if ("ok" in uploaded) return uploaded;
  const isVoice = kind === "audio" && message.voice && bareType(file.type) === VOICE_TYPE;
  return { content: { type: kind, [kind]: { ...uploaded, ...(text !== "" && { caption: text }), ...(kind === "document" && { filename: file.name }), ...(isVoice && { voice: true }) } } };
}

/** Sounds carry no words there, so one with words travels as a document. */
function kindOf(file: OutboundMedia, text: string): "image" | "video" | "audio" | "document" {
  const type = bareType(file.type);
  const kind = Object.hasOwn(SHOWN, type) ? SHOWN[type]! : "document";
  return kind === "audio" && text !== "" ? "document" : kind;
}

/** Whatever goes wrong here, the customer has got nothing: it is safe to try again. */
async function upload(file: OutboundMedia, connection: Connection, io: ChannelIo): Promise<{ id: string } | Refused> {
  let uploaded: Awaited<ReturnType<typeof uploadMedia>>;
  try {
    uploaded = await uploadMedia(file, connection, io);
  } catch (error) {
    return { ok: false, class: "temporary", code: "file-not-uploaded", detail: String(error).slice(0, DETAIL_MAX) };
  }
  if ("id" in uploaded) return uploaded;
  const { status, error, retryAfterMs } = uploaded.answer;
  if (!error) return { ok: false, class: "temporary", code: "file-not-uploaded", detail: `WhatsApp answered ${status}` };
  return { ok: false, class: classOf(error), code: graphCode(error), detail: error.detail, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

type Template = NonNullable<OutboundMessage["template"]>;

/** The variables and the header's file; the words themselves are WhatsApp's. */
async function templateOf(message: OutboundMessage, { name, language, named, parts, values }: Template, connection: Connection, io: ChannelIo): Promise<Made> {
  const [gap] = missing(parts, values);
  if (gap) return no("template-incomplete", gap);
  const header = await headerOf(message, parts, connection, io);
  if (header && "ok" in header) return header;
  const parameters = (part: "header" | "body") => variablesOf(parts, part).map((variable) => ({ type: "text", ...(named && { parameter_name: variable }), text: oneLine(values[`${part}.${variable}`]!) }));
  const [top, body] = [header ? [header.content] : parameters("header"), parameters("body")];
  const components = [
    ...(top.length > 0 ? [{ type: "header", parameters: top }] : []),
    ...(body.length > 0 ? [{ type: "body", parameters: body }] : []),
    ...parts.buttons.flatMap(({ type }, index) => buttonOf(type, index, values[`button.${index}`])),
  ];
  return { content: { type: "template", template: { name, language: { code: language }, ...(components.length > 0 && { components }) } } };
}

/** The file or place above the words; null where the header has none. */
async function headerOf({ media: [file], location }: OutboundMessage, { header }: Template["parts"], connection: Connection, io: ChannelIo): Promise<Made | null> {
  if (!header || header.format === "text") return null;
  if (header.format === "location") {
    if (!location) return no("template-incomplete", "location");
    return { content: { type: "location", location: { latitude: location.latitude, longitude: location.longitude, name: location.name ?? "", address: location.address ?? "" } } };
  }
  if (!file) return no("template-incomplete", "header file");
  const uploaded = await upload(file, connection, io);
  return "ok" in uploaded ? uploaded : { content: { type: header.format, [header.format]: { ...uploaded, ...(header.format === "document" && { filename: file.name }) } } };
}

function buttonOf(type: TemplateButton["type"], index: number, value: string | undefined): Json[] {
  if (value === undefined || (type !== "url" && type !== "copy-code")) return [];
  const parameter = type === "url" ? { type: "text", text: value } : { type: "coupon_code", coupon_code: value };
  return [{ type: "button", sub_type: type === "url" ? "url" : "copy_code", index: String(index), parameters: [parameter] }];
}

/** WhatsApp refuses line breaks, tabs and five spaces inside a variable. */
const oneLine = (value: string): string => value.replaceAll(/\s*[\r\n\t]\s*/g, " ").replaceAll(/ {5,}/g, "    ").trim();
