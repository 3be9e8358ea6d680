import type { AppFacts } from "../../api";
import { type Fields, type Refusal, isFields, isRefusal } from "../graph";
import { type MediaKind, misfit } from "./media";
import { filled } from "./filled";
import type { Template } from "./template";
import { digits } from "./webhook";

const MAX_TEXT = 4_096;
const MAX_CAPTION = 1_024;
const MAX_REFERENCE = 512;
const MAX_BUTTONS = 3;
const MAX_ROWS = 10;

/** What Meta knows and a request does not say. */
export interface Facts {
  /** Our number, in digits. */
  ours: string;
  media(id: string): { type: string; size: number } | null;
  isMessage(id: string): boolean;
  template(name: string, language: string): Template | null;
}

export interface MediaNamed { kind: MediaKind; id?: string; link?: string; filename?: string; voice: boolean }

export type Verdict =
  | { ok: true; do: "read"; messageId: string; typing: boolean }
  | { ok: true; do: "react"; to: string; target: string; emoji: string }
  | { ok: true; do: "send"; to: string; text: string; app: AppFacts; media: MediaNamed[]; template: Template | null }
  | ({ ok: false } & Refusal);

const param = (message: string): Refusal => ({ code: 100, message: `(#100) ${message}` });
const missing = (details: string): Refusal => ({ code: 131_008, message: "(#131008) Required parameter is missing", details });
const wrong = (details: string): Refusal => ({ code: 131_009, message: "(#131009) Parameter value is not valid", details });

const str = (value: unknown): string => (typeof value === "string" ? value : "");
const fields = (value: unknown): Fields => (isFields(value) ? value : {});

/** `POST /{phone number}/messages`, judged as Meta does before it answers. */
export function checkSend(body: Fields, facts: Facts): Verdict {
  const refuse = (refusal: Refusal): Verdict => ({ ok: false, ...refusal });
  if (body["messaging_product"] !== "whatsapp") return refuse(param("The parameter messaging_product is required."));
  if (body["status"] !== undefined) return checkRead(body, facts);
  const to = recipientOf(body, facts);
  if (typeof to !== "string") return refuse(to);
  if (str(body["biz_opaque_callback_data"]).length > MAX_REFERENCE) return refuse(param(`Param biz_opaque_callback_data must be at most ${MAX_REFERENCE} characters long.`));
  const type = body["type"] === undefined ? "text" : str(body["type"]);
  if (type === "reaction") {
    const { message_id: target, emoji } = fields(body["reaction"]);
    if (typeof target !== "string" || !facts.isMessage(target)) return refuse(wrong("Reaction: message_id is not known."));
    return typeof emoji === "string" ? { ok: true, do: "react", to, target, emoji } : refuse(missing("Reaction: emoji"));
  }
  const replyTo = fields(body["context"])["message_id"];
  const said = contentOf(type, body, facts);
  if (isRefusal(said)) return refuse(said);
  const media = said.media ?? [];
  return { ok: true, do: "send", to, text: said.text ?? "", app: { ...said.app, ...(typeof replyTo === "string" && { replyTo }) }, media, template: said.template ?? null };
}

function checkRead(body: Fields, facts: Facts): Verdict {
  const id = str(body["message_id"]);
  if (body["status"] !== "read") return { ok: false, ...param("Param status must be one of {READ}") };
  if (!facts.isMessage(id)) return { ok: false, ...wrong("Message ID is not known.") };
  const typing = body["typing_indicator"];
  if (typing !== undefined && fields(typing)["type"] !== "text") return { ok: false, ...param("Param typing_indicator[type] must be one of {TEXT}") };
  return { ok: true, do: "read", messageId: id, typing: typing !== undefined };
}

/** `to` wins over `recipient`. A number is answered as `+` and digits. */
function recipientOf({ to, recipient, type, template }: Fields, { ours, template: find }: Facts): string | Refusal {
  if (typeof to === "string" && to !== "") {
    const number = digits(to);
    if (!/^\+?[\d\s()-]+$/.test(to) || number.length < 7 || number.length > 15) return param("Invalid parameter: to");
    return number === ours ? { code: 131_021, message: "(#131021) Recipient cannot be sender" } : `+${number}`;
  }
  if (typeof recipient !== "string" || recipient === "") return param("The parameter to is required.");
  if (!/^[A-Z]{2}\.\w+$/.test(recipient)) return param("Invalid parameter: recipient");
  const named = fields(template);
  const isAuthentication = type === "template" && find(str(named["name"]), str(fields(named["language"])["code"]))?.category === "AUTHENTICATION";
  return isAuthentication ? { code: 131_062, message: "(#131062) Business-scoped user IDs are not supported for this message" } : recipient;
}

interface Said { text?: string; app: AppFacts; media?: MediaNamed[]; template?: Template }

function contentOf(type: string, body: Fields, facts: Facts): Said | Refusal {
  const content = fields(body[type]);
  switch (type) {
    case "text": return textOf(content);
    case "image": case "video": case "audio": case "document": case "sticker": return mediaOf(type, content, facts);
    case "location": return placeOf(content);
    case "contacts": return cardsOf(body["contacts"]);
    case "template": return filled(content, facts);
    case "interactive": return interactiveOf(content);
    default: return param(`Param type must be one of {AUDIO, CONTACTS, DOCUMENT, IMAGE, INTERACTIVE, LOCATION, REACTION, STICKER, TEMPLATE, TEXT, VIDEO} - got "${type}".`);
  }
}

function textOf({ body, preview_url: preview }: Fields): Said | Refusal {
  if (typeof body !== "string" || body.trim() === "") return param("The parameter text['body'] is required.");
  if ([...body].length > MAX_TEXT) return param(`Param text['body'] must be at most ${MAX_TEXT} characters long.`);
  return preview === undefined || typeof preview === "boolean" ? { text: body, app: { kind: "text" } } : param("Param text['preview_url'] must be a boolean.");
}

function mediaOf(kind: MediaKind, content: Fields, facts: Facts): Said | Refusal {
  const { id, link, caption, filename, voice } = content;
  if ((typeof id === "string") === (typeof link === "string")) return param(`Exactly one of ${kind}['id'] and ${kind}['link'] is required.`);
  if (caption !== undefined && (kind === "audio" || kind === "sticker")) return param(`Unexpected key "caption" on param "${kind}".`);
  if (filename !== undefined && kind !== "document") return param(`Unexpected key "filename" on param "${kind}".`);
  if ([...str(caption)].length > MAX_CAPTION) return param(`Param ${kind}['caption'] must be at most ${MAX_CAPTION} characters long.`);
  if (typeof link === "string" && !/^https?:$/.test(URL.parse(link)?.protocol ?? "")) return param(`Param ${kind}['link'] is not a valid URI.`);
  const stored = typeof id === "string" ? facts.media(id) : undefined;
  if (stored === null) return wrong(`Media ID ${str(id)} is not known.`);
  const flaw = stored && misfit(kind, stored.type, stored.size);
  if (flaw) return flaw === "type" ? wrong(`Media of type ${stored.type} cannot be sent as ${kind}.`) : { code: 131_053, message: "(#131053) Media upload error", details: "The file is too large." };
  if (voice === true && stored && !stored.type.startsWith("audio/ogg")) return wrong("A voice message needs OGG with OPUS.");
  const named: MediaNamed = { kind, voice: voice === true, ...(typeof id === "string" && { id }), ...(typeof link === "string" && { link }), ...(typeof filename === "string" && { filename }) };
  return { text: str(caption), app: { kind: voice === true ? "voice" : kind === "sticker" ? "sticker" : "media" }, media: [named] };
}

function placeOf({ latitude, longitude, name, address }: Fields): Said | Refusal {
  const [north, east] = [Number(latitude), Number(longitude)];
  if (latitude === undefined || longitude === undefined) return missing("location: latitude and longitude");
  if (!(Math.abs(north) <= 90 && Math.abs(east) <= 180)) return wrong("location: latitude or longitude is not valid.");
  return { text: "", app: { kind: "location", location: { latitude: north, longitude: east, ...(typeof name === "string" && { name }), ...(typeof address === "string" && { address }) } } };
}

function cardsOf(value: unknown): Said | Refusal {
  const cards = (Array.isArray(value) ? value : []).map((card) => ({ name: str(fields(fields(card)["name"])["formatted_name"]), phones: listOf(fields(card)["phones"]).map((phone) => str(phone["phone"])) }));
  return cards.length === 0 || cards.some(({ name }) => name === "") ? missing("contacts: name['formatted_name']") : { app: { kind: "contacts", contacts: cards } };
}

const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(fields) : []);

function interactiveOf({ type, body, header, footer, action }: Fields): Said | Refusal {
  const text = str(fields(body)["text"]);
  const { buttons, sections, button, parameters } = fields(action);
  const frame = { ...(str(fields(header)["text"]) && { header: str(fields(header)["text"]) }), ...(str(fields(footer)["text"]) && { footer: str(fields(footer)["text"]) }) };
  const told = (choices: NonNullable<AppFacts["buttons"]>): Said => ({ text, app: { kind: "interactive", ...frame, buttons: choices } });
  if (text === "") return missing("interactive: body['text']");
  if ([...text].length > (type === "list" ? MAX_TEXT : MAX_CAPTION)) return wrong("interactive: body['text'] is too long.");
  switch (type) {
    case "button": {
      const replies = listOf(buttons).map((one) => fields(one["reply"]));
      if (replies.length === 0 || replies.length > MAX_BUTTONS) return wrong(`interactive: 1 to ${MAX_BUTTONS} buttons.`);
      if (replies.some(({ id, title }) => str(id) === "" || str(title) === "" || [...str(title)].length > 20)) return wrong("interactive: a button needs an id and a title of at most 20 characters.");
      return told(replies.map(({ id, title }) => ({ kind: "reply", text: str(title), payload: str(id) })));
    }
    case "list": {
      const rows = listOf(sections).flatMap((section) => listOf(section["rows"]));
      if (str(button) === "" || rows.length === 0 || rows.length > MAX_ROWS) return wrong(`interactive: a list needs a button and 1 to ${MAX_ROWS} rows.`);
      if (rows.some(({ id, title }) => str(id) === "" || str(title) === "" || [...str(title)].length > 24)) return wrong("interactive: a row needs an id and a title of at most 24 characters.");
      return told(rows.map(({ id, title }) => ({ kind: "list", text: str(title), payload: str(id) })));
    }
    case "cta_url": return told([{ kind: "link", text: str(fields(parameters)["display_text"]), payload: str(fields(parameters)["url"]) }]);
    case "location_request_message": case "flow": return told([]);
    default: return wrong("interactive: type is not known.");
  }
}
