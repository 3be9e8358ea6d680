import { z } from "zod";
import { UploadInput } from "../upload-input";

const place = { latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180), name: z.string().optional(), address: z.string().optional(), url: z.string().optional() };

const Card = z.object({ name: z.string(), phones: z.array(z.string()).default([]), emails: z.array(z.string()).optional(), company: z.string().optional() });

/** What brought somebody here: an ad, a link, a story. */
const Referral = z.object({ source: z.enum(["ad", "post", "link", "story", "product"]).default("ad"), ref: z.string().optional(), headline: z.string().optional(), body: z.string().optional(), url: z.string().optional(), id: z.string().optional() });
export type ReferralInput = z.infer<typeof Referral>;

const common = {
  /** WhatsApp: a number, or a user id or name for somebody who has only a username. Messenger and Instagram: any words, the same words being the same person; 10 digits or more are their id. */
  from: z.string().min(1).max(128),
  name: z.string().max(256).optional(),
  username: z.string().max(64).optional(),
  /** WhatsApp: the business sees their user id and no number. */
  hidesPhone: z.boolean().optional(),
  /** An address of ours or a connection id; left out where there is one only. */
  to: z.string().optional(),
  /** When they wrote, also long ago; left out: now, on the pretend world's clock. */
  at: z.iso.datetime({ offset: true }).optional(),
  /** For repeating a message under its id. */
  id: z.string().max(256).optional(),
};
const said = { replyTo: z.string().optional(), forwarded: z.boolean().optional(), referral: Referral.optional() };
const text = z.string().min(1).max(20_000);
/** An id, or `ours` or `theirs` for the newest message of either side. */
const target = z.string().min(1);

/**
 * What a customer does in a messenger app. `kind` may be left out of a text or a file. Targets and `replyTo` are ids of
 * messages, `ours` or `theirs`.
 */
const Wish = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("text"), ...common, ...said, text }),
  z.object({ kind: z.literal("media"), ...common, ...said, text: z.string().optional(), media: z.array(UploadInput).min(1).max(10) }),
  z.object({ kind: z.literal("voice"), ...common, ...said, media: z.array(UploadInput).length(1).optional() }),
  z.object({ kind: z.literal("sticker"), ...common, ...said, media: z.array(UploadInput).length(1).optional() }),
  z.object({ kind: z.literal("location"), ...common, ...said, ...place }),
  z.object({ kind: z.literal("contacts"), ...common, ...said, contacts: z.array(Card).min(1) }),
  z.object({ kind: z.literal("reaction"), ...common, target, emoji: z.string().max(64).nullable() }),
  z.object({ kind: z.literal("edit"), ...common, target, text }),
  z.object({ kind: z.literal("delete"), ...common, target }),
  z.object({ kind: z.literal("button"), ...common, target: target.optional(), text, payload: z.string().optional() }).describe("of a template, or a button, menu entry or ice breaker of Messenger and Instagram"),
  z.object({ kind: z.literal("reply"), ...common, target: target.optional(), text, payload: z.string().optional() }).describe("WhatsApp: a button of an interactive message"),
  z.object({ kind: z.literal("list"), ...common, target: target.optional(), text, payload: z.string().optional(), description: z.string().optional() }),
  z.object({ kind: z.literal("quick-reply"), ...common, target: target.optional(), text, payload: z.string().optional() }),
  z.object({ kind: z.literal("form"), ...common, target: target.optional(), name: z.string().default("flow"), fields: z.record(z.string(), z.unknown()) }),
  z.object({ kind: z.literal("story-reply"), ...common, text, storyId: z.string().optional() }),
  z.object({ kind: z.literal("story-mention"), ...common, media: z.array(UploadInput).length(1).optional() }),
  z.object({ kind: z.literal("share"), ...common, what: z.enum(["post", "reel", "video", "link"]).default("post"), title: z.string().optional(), url: z.string().optional(), text: z.string().optional() }),
  z.object({ kind: z.literal("order"), ...common, text: z.string().optional(), items: z.array(z.object({ id: z.string(), quantity: z.number(), price: z.number(), currency: z.string().default("USD") })).min(1) }),
  z.object({ kind: z.literal("referral"), ...common, referral: Referral }).describe("they came by a link or an ad and said nothing yet"),
  z.object({ kind: z.literal("comment"), ...common, text, postId: z.string().optional(), parentId: z.string().optional(), live: z.boolean().optional() }).describe("Instagram: in public, under a post"),
  z.object({ kind: z.literal("unsupported"), ...common, what: z.string().optional() }),
  z.object({ kind: z.literal("number-change"), ...common, number: z.string().min(5) }),
  z.object({ kind: z.literal("id-change"), ...common }),
  z.object({ kind: z.literal("identity-change"), ...common }).describe("WhatsApp: a new phone, hence a new security code"),
  z.object({ kind: z.literal("read"), ...common }).describe("they looked at the chat"),
  z.object({ kind: z.literal("typing"), ...common }).describe("RCS: they are writing"),
  z.object({ kind: z.literal("preference"), ...common, value: z.enum(["stop", "resume"]) }).describe("marketing messages"),
  z.object({ kind: z.literal("echo"), ...common, text }).describe("the owner wrote to them in the platform's own app"),
  z.object({ kind: z.literal("raw"), ...common, field: z.string().optional(), value: z.record(z.string(), z.unknown()) }).describe("any event: the value of a change of this field, or an event of `messaging`"),
]);
export type AppInbound = z.infer<typeof Wish>;
/** As a caller writes it, with the defaults left out. */
export type AppInboundInput = z.input<typeof Wish>;
export type AppInboundOf<K extends AppInbound["kind"]> = Extract<AppInbound, { kind: K }>;

export const AppInboundBody: z.ZodType<AppInbound> = z.preprocess((input) => {
  if (typeof input !== "object" || input === null || "kind" in input) return input;
  return { ...input, kind: "media" in input && Array.isArray(input.media) && input.media.length > 0 ? "media" : "text" };
}, Wish);

/** What opens the window: they said something to us. */
const SAYS: ReadonlySet<AppInbound["kind"]> = new Set(["text", "media", "voice", "sticker", "location", "contacts", "button", "reply", "list", "quick-reply", "form", "story-reply", "story-mention", "share", "order", "unsupported"]);
export const isSaying = (kind: AppInbound["kind"]): boolean => SAYS.has(kind);
