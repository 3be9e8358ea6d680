import { z } from "zod";
import type { ContactCard } from "../contract/content";
import type { MediaRef, Said } from "./channel";
import { whatsAppError } from "./whatsapp-errors";
import { mediaRef } from "./whatsapp-media";

const WHAT_MAX = 80; // a name of a kind of message, not a text
const FORM_FIELDS_MAX = 100; // no form of WhatsApp's has as many
const FORM_DEPTH_MAX = 3; // a list of choices; deeper is no answer of a person
const BYTES_UNKNOWN = "application/octet-stream";

const words = z.string().catch("");
const some = z.string().nullish().catch(null);
const number = z.union([z.number(), z.string().trim().min(1).transform(Number)]).pipe(z.number());
const list = <T extends z.ZodType>(of: T) => z.array(of).catch([]);

const Text = z.object({ body: z.string() });
const Media = z.object({ id: z.string(), mime_type: words, sha256: words, caption: words, filename: some, voice: z.boolean().catch(false) });
const Location = z.object({ latitude: number.pipe(z.number().min(-90).max(90)), longitude: number.pipe(z.number().min(-180).max(180)), name: some, address: some, url: some });
const Card = z.object({
  name: z.object({ formatted_name: words, first_name: words, last_name: words }).catch({ formatted_name: "", first_name: "", last_name: "" }),
  org: z.object({ company: some }).catch({ company: null }),
  phones: list(z.object({ phone: words, wa_id: words, user_id: words, type: some })),
  emails: list(z.object({ email: words })),
  addresses: list(z.object({ street: words, city: words, state: words, zip: words, country: words })),
  urls: list(z.object({ url: words })),
  origin: words,
});
const Button = z.object({ text: z.string(), payload: some });
const Reply = z.object({ id: some, title: z.string(), description: some });
const Interactive = z.union([
  z.object({ type: z.literal("button_reply"), button_reply: Reply }),
  z.object({ type: z.literal("list_reply"), list_reply: Reply }),
  z.object({ type: z.literal("nfm_reply"), nfm_reply: z.object({ name: some, body: words, response_json: words }) }),
]);
const Item = z.object({ product_retailer_id: z.string(), quantity: number, item_price: number, currency: words });
const Order = z.object({ text: words, product_items: list(z.unknown()) });
const Unsupported = z.object({ unsupported: z.object({ type: words }).catch({ type: "" }), errors: list(z.object({ code: z.coerce.string().catch("") })) });
const Context = z.object({ id: some, forwarded: z.boolean().catch(false), frequently_forwarded: z.boolean().catch(false), referred_product: z.object({ product_retailer_id: words }).nullish().catch(null) });
const Ad = z.object({ source_url: words, source_id: some, source_type: words, headline: some, body: some });
const Around = z.object({ context: Context.nullish().catch(null), referral: Ad.nullish().catch(null) });

/** Only what may be a link: a customer's words can say `javascript:`. */
const link = (url: string | null | undefined): string | null => (url && /^https?:\/\//i.test(url) && URL.canParse(url) ? url : null);
const lines = (...parts: (string | null | undefined)[]): string => parts.filter(Boolean).join("\n");

const READERS: Readonly<Record<string, (body: unknown) => Said | null>> = {
  text: (body) => ofParsed(Text, body, ({ body: text }) => ({ text, media: [] })),
  image: mediaSaid, video: mediaSaid, document: mediaSaid, audio: mediaSaid,
  sticker: (body) => withContent(mediaSaid(body), { kind: "sticker" }),
  location: (body) => ofParsed(Location, body, placeSaid),
  contacts: (body) => ofParsed(z.array(Card).min(1), body, (cards) => cardsSaid(cards.map(cardOf))),
  button: (body) => ofParsed(Button, body, ({ text, payload }) => ({ text, media: [], content: { kind: "choice", how: "quick-reply", payload: payload ?? null, description: null } })),
  interactive: (body) => ofParsed(Interactive, body, interactiveSaid),
  order: (body) => ofParsed(Order, body, orderSaid),
};

/** What a message of this type says. Never nothing: a kind we cannot read is said to be one. `message` is the raw object. */
export function saidIn(type: string, message: object): Said {
  const read = Object.hasOwn(READERS, type) ? READERS[type]! : null;
  const said = read?.(memberOf(message, type)) ?? unsupported(type, message);
  return { ...said, ...aroundIt(message) };
}

/** The phone that a customer gave when we asked for it; null where the card is another's, or proves nothing. */
export function sharedPhone(message: object, userId: string): string | null {
  const cards = z.array(Card).safeParse(memberOf(message, "contacts")).data ?? [];
  const own = cards.filter(({ origin }) => origin === "contact_request").flatMap(({ phones }) => phones).find((phone) => phone.user_id === userId && phone.wa_id !== "");
  return own?.wa_id ?? null;
}

/** The new words of an edited message; null when there are none to be found. */
export function editedText(message: object): string | null {
  const type = memberOf(message, "type");
  if (typeof type !== "string") return null;
  const body = memberOf(message, type);
  return type === "text" ? Text.safeParse(body).data?.body ?? null : z.object({ caption: words }).safeParse(body).data?.caption ?? null;
}

export const memberOf = (object: object, key: string): unknown => (Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined);

function ofParsed<T>(schema: z.ZodType<T>, body: unknown, said: (parsed: T) => Said | null): Said | null {
  const parsed = schema.safeParse(body);
  return parsed.success ? said(parsed.data) : null;
}

const withContent = (said: Said | null, content: Said["content"]): Said | null => said && { ...said, content };

function mediaSaid(body: unknown): Said | null {
  const media = Media.safeParse(body);
  const ref = media.success ? mediaRef(media.data.id, media.data.sha256) : null;
  if (!media.success || ref === null) return null;
  const { caption, filename, mime_type: type, voice } = media.data;
  const file: MediaRef = { ref, type: type || BYTES_UNKNOWN, ...(filename && { name: filename }) };
  return { text: caption, media: [file], ...(voice && { content: { kind: "voice" as const } }) };
}

function placeSaid({ latitude, longitude, name, address, url }: z.infer<typeof Location>): Said {
  const place = { latitude, longitude, name: name || null, address: address || null, url: link(url) };
  return { text: lines(place.name, place.address, `${latitude}, ${longitude}`), media: [], content: { kind: "location", ...place } };
}

function cardOf({ name, org, phones, emails, addresses, urls }: z.infer<typeof Card>): ContactCard {
  return {
    name: name.formatted_name || `${name.first_name} ${name.last_name}`.trim(),
    company: org.company || null,
    phones: phones.map(({ phone, wa_id, type }) => ({ number: phone || (wa_id && `+${wa_id}`), label: type || null })).filter(({ number }) => number !== ""),
    emails: emails.map(({ email }) => email).filter(Boolean),
    addresses: addresses.map(({ street, city, state, zip, country }) => [street, city, `${state} ${zip}`.trim(), country].filter(Boolean).join(", ")).filter(Boolean),
    urls: urls.map(({ url }) => link(url)).filter((url) => url !== null),
  };
}

const cardsSaid = (cards: ContactCard[]): Said => ({
  text: cards.map(({ name, phones, emails }) => [name || "Contact", ...phones.map(({ number }) => number), ...emails].join(", ")).join("\n"),
  media: [], content: { kind: "contacts", cards },
});

function interactiveSaid(interactive: z.infer<typeof Interactive>): Said {
  if (interactive.type === "nfm_reply") return formSaid(interactive.nfm_reply);
  const [how, { id, title, description }] = interactive.type === "button_reply" ? ["button" as const, interactive.button_reply] : ["list" as const, interactive.list_reply];
  return { text: title, media: [], content: { kind: "choice", how, payload: id ?? null, description: description || null } };
}

/** `flow_token` is ours, not an answer of theirs. */
function formSaid({ name, body, response_json }: { name?: string | null; body: string; response_json: string }): Said {
  const answers = parsedObject(response_json);
  const fields = Object.entries(answers).filter(([label]) => label !== "flow_token").slice(0, FORM_FIELDS_MAX).map(([label, value]) => ({ label, value: valueText(value) }));
  return { text: lines(body, ...fields.map(({ label, value }) => `${label}: ${value}`)), media: [], content: { kind: "form", name: name || null, fields } };
}

function parsedObject(json: string): object {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    // A form whose answers cannot be read still says that it was sent.
    return {};
  }
}

function valueText(value: unknown, depth = 0): string {
  if (typeof value !== "object" || value === null) return value === null ? "" : String(value);
  return depth < FORM_DEPTH_MAX ? Object.values(value).map((one) => valueText(one, depth + 1)).filter(Boolean).join(", ") : "…";
}

function orderSaid({ text, product_items }: z.infer<typeof Order>): Said {
  const items = product_items.map((item) => Item.safeParse(item).data).filter((item) => item !== undefined)
    .map(({ product_retailer_id: id, quantity, item_price: price, currency }) => ({ id, quantity, price, currency }));
  const unread = product_items.length - items.length;
  return {
    text: lines(text, ...items.map(({ id, quantity, price, currency }) => `${quantity} × ${id}, ${price} ${currency}`.trim()), unread > 0 && `and ${unread} more` || null),
    media: [], content: { kind: "order", items },
  };
}

/** So that a person sees that something came, and what to do. */
function unsupported(type: string, message: object): Said {
  const { unsupported: told, errors } = Unsupported.parse(message);
  const what = (told.type || (type === "unsupported" ? "" : type)).slice(0, WHAT_MAX);
  const sentence = errors.map(({ code }) => (code === "131051" ? null : whatsAppError(code)?.sentence ?? null)).find(Boolean);
  // Neutral as to who sent it: it may have been us, on the phone.
  const text = sentence ?? (told.type || type === "unsupported" ? `WhatsApp does not pass this on${what && `: ${what}`}` : `This inbox cannot show this yet: ${what || "unknown"}`);
  return { text, media: [], content: { kind: "unsupported", what: what || "unknown" } };
}

/** What it answers, whether it was passed on, and what brought the customer here. */
function aroundIt(message: object): Pick<Said, "quote" | "referral" | "forwarded"> {
  const { context, referral } = Around.parse(message);
  const product = context?.referred_product?.product_retailer_id;
  const isForwarded = context?.forwarded || context?.frequently_forwarded;
  return {
    ...((context?.id || product) && { quote: { ...(context?.id && { externalId: context.id }), kind: product ? "product" as const : "message" as const, ...(product && { text: product }) } }),
    ...(isForwarded && { forwarded: true }),
    ...(referral && { referral: {
      kind: referral.source_type === "ad" || referral.source_type === "post" ? referral.source_type : "link" as const,
      headline: referral.headline || null, body: referral.body || null, url: link(referral.source_url), ref: referral.source_id || null,
    } }),
  };
}
