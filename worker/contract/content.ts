import { z } from "zod";

const words = z.string().nullable();

export const Place = z.object({
  latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180),
  name: words, address: words, url: words,
}).meta({ id: "Place" });
export type Place = z.infer<typeof Place>;

export const ContactCard = z.object({
  name: z.string(), company: words,
  phones: z.array(z.object({ number: z.string(), label: words })), emails: z.array(z.string()), addresses: z.array(z.string()), urls: z.array(z.string()),
}).meta({ id: "ContactCard" });
export type ContactCard = z.infer<typeof ContactCard>;

export const TemplateButton = z.object({ type: z.enum(["quick-reply", "url", "phone", "copy-code", "other"]), text: z.string(), url: words, phone: words }).meta({ id: "TemplateButton" });
export type TemplateButton = z.infer<typeof TemplateButton>;

/** What a customer sees of a template. In a template itself the texts hold `{{1}}` or `{{name}}`; in a message they are filled in. */
export const TemplateParts = z.object({
  header: z.object({ format: z.enum(["text", "image", "video", "document", "location"]), text: words }).nullable(),
  body: z.string(),
  footer: words,
  buttons: z.array(TemplateButton),
}).meta({ id: "TemplateParts" });
export type TemplateParts = z.infer<typeof TemplateParts>;

/**
 * What a message is besides its words and files. `text` of the entry always says it in words too, so that a client which
 * knows a kind not yet shows something that makes sense. URLs come from outside: http(s) only, never opened by themselves.
 */
export const Content = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("location"), ...Place.shape }),
  z.object({ kind: z.literal("contacts"), cards: z.array(ContactCard) }),
  z.object({ kind: z.literal("sticker") }).describe("the file is a sticker, shown without a bubble"),
  z.object({ kind: z.literal("voice") }).describe("the file is a voice note"),
  z.object({ kind: z.literal("story"), relation: z.enum(["reply", "mention"]), url: words, expiresAt: z.iso.datetime().nullable() }).describe("an answer to, or a mention in, a story"),
  z.object({ kind: z.literal("share"), what: z.enum(["post", "reel", "video", "link", "product"]), title: words, url: words }),
  z.object({ kind: z.literal("order"), items: z.array(z.object({ id: z.string(), quantity: z.number(), price: z.number(), currency: z.string() })) }),
  z.object({ kind: z.literal("choice"), how: z.enum(["button", "list", "quick-reply", "menu", "ice-breaker", "tap"]), payload: words, description: words }).describe("they tapped something; `text` is its label. `ice-breaker`: what begins a chat (Get Started, an opening question). `tap`: the platform does not say what"),
  z.object({ kind: z.literal("form"), name: words, fields: z.array(z.object({ label: z.string(), value: z.string() })) }),
  z.object({ kind: z.literal("comment"), where: z.enum(["post", "live"]), commentId: z.string(), postId: words, parentId: words }).describe("a public comment"),
  z.object({ kind: z.literal("review"), stars: z.int().min(0).max(5).describe("0: without stars"), place: words, url: words, original: words.describe("the words before they were translated") }),
  z.object({ kind: z.literal("buttons"), options: z.array(z.object({ text: z.string(), url: words })) }).describe("choices the customer may tap"),
  z.object({ kind: z.literal("template"), name: z.string(), language: z.string(), parts: TemplateParts }),
  z.object({ kind: z.literal("unsupported"), what: z.string() }).describe("the platform did not pass it on, or we do not know this kind yet"),
]).meta({ id: "Content" });
export type Content = z.infer<typeof Content>;

/** `state` is of our own reactions only: they travel to the provider. */
export const Reaction = z.object({ emoji: z.string().max(64), by: z.enum(["contact", "member"]), id: z.string().describe("who"), name: z.string(), state: z.enum(["sending", "sent", "failed"]).nullable() }).meta({ id: "Reaction" });
export type Reaction = z.infer<typeof Reaction>;

/** What a message answers. `entryId` is null when we do not have it (a story, or something from before we were connected). */
export const Quote = z.object({ entryId: words, kind: z.enum(["message", "product"]), author: z.string(), text: z.string() }).meta({ id: "Quote" });
export type Quote = z.infer<typeof Quote>;

/** What brought the customer here. */
export const Referral = z.object({ kind: z.enum(["ad", "post", "link", "shop", "story", "site"]), headline: words, body: words, url: words, ref: words }).meta({ id: "Referral" });
export type Referral = z.infer<typeof Referral>;
