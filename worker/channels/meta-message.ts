import { z } from "zod";
import type { Content, Referral } from "../contract/content";
import type { MediaRef, Said } from "./channel";
import { Flag, Id, Label, Link, List, OptionalId, Text } from "./meta-fields";

/** Instagram sends up to 10 pictures in one message, Messenger about 30. */
const ATTACHMENTS_MAX = 30;
/** How long a story can be seen: https://developers.facebook.com/docs/instagram-platform/webhooks */
const STORY_MS = 24 * 3_600_000;
const HEART = "❤️";
const NOT_PASSED_ON = "A message that can only be seen in the app";

/** What a file is until its bytes say it better. */
const FILE_TYPES: Readonly<Record<string, string>> = { image: "image/jpeg", video: "video/mp4", audio: "audio/mp4", file: "application/octet-stream" };
type Shared = Extract<Content, { kind: "share" }>["what"];
const SHARES: Readonly<Record<string, Shared>> = { share: "post", post: "post", ig_post: "post", story: "post", ig_story: "post", reel: "reel", ig_reel: "reel", fallback: "link" };

const Product = z.object({ title: Label, subtitle: Label });
const Payload = z.object({
  url: Link, title: Label, text: Label, sticker_id: OptionalId,
  coordinates: z.object({ lat: z.number().min(-90).max(90), long: z.number().min(-180).max(180) }).nullish().catch(null),
  elements: z.array(Product).max(ATTACHMENTS_MAX).catch([]),
  product: z.object({ elements: z.array(Product).max(ATTACHMENTS_MAX) }).nullish().catch(null),
});
const Attachment = z.object({ type: Label, title: Label, url: Link, payload: Payload.nullish().catch(null) });
type Attachment = z.infer<typeof Attachment>;

const ReferralShape = z.object({
  ref: Label, source: Label, ad_id: OptionalId, referer_uri: Link,
  ads_context_data: z.object({ ad_title: Label, post_id: OptionalId }).nullish().catch(null),
  product: z.object({ id: Id }).nullish().catch(null),
});
export const OptionalReferral = ReferralShape.nullish().catch(null);
export type MetaReferral = z.infer<typeof ReferralShape>;

/** What somebody wrote: https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/messages */
export const Message = z.object({
  mid: Id,
  text: Text,
  is_echo: Flag, is_self: Flag, is_deleted: Flag, is_unsupported: Flag,
  metadata: Label,
  attachments: List,
  quick_reply: z.object({ payload: Text }).nullish().catch(null),
  reply_to: z.object({ mid: OptionalId, story: z.object({ url: Link }).nullish().catch(null) }).nullish().catch(null),
  referral: OptionalReferral,
});
export type Message = z.infer<typeof Message>;

/** What one attachment adds to a message; `words` say it where there is no file to show. */
interface Piece { media?: MediaRef; content?: Content; words?: string }

export function saidOf(message: Message, at: number): Said {
  const pieces = onceEach(message.attachments.slice(0, ATTACHMENTS_MAX).map((raw) => Attachment.safeParse(raw).data ?? null)).map((one) => pieceOf(one, at));
  const media = pieces.flatMap((piece) => piece.media ?? []);
  const content = contentOf(message, pieces, at);
  // Beside words of their own, what `content` shows need not be said again.
  const isSaid = (piece: Piece) => message.text !== "" && piece.content === content;
  const lines = [message.text, ...pieces.flatMap((piece) => (piece.words === undefined || isSaid(piece) ? [] : [piece.words]))].filter((line) => line !== "");
  if (lines.length === 0 && media.length === 0) {
    return { text: NOT_PASSED_ON, media, content: content ?? { kind: "unsupported", what: "empty" }, ...extras(message) };
  }
  return { text: lines.join("\n"), media, ...(content && { content }), ...extras(message) };
}

function extras({ reply_to, referral }: Message): Pick<Said, "quote" | "referral"> {
  return { ...(reply_to?.mid && { quote: { externalId: reply_to.mid } }), ...(referral && { referral: referralOf(referral) }) };
}

function contentOf({ is_unsupported, reply_to, quick_reply }: Message, pieces: readonly Piece[], at: number): Content | undefined {
  if (is_unsupported) return { kind: "unsupported", what: "message" };
  // The picture is our own story, and its address ends with it: the link is all we keep.
  if (reply_to?.story) return storyOf("reply", reply_to.story.url, at);
  if (quick_reply) return { kind: "choice", how: "quick-reply", payload: quick_reply.payload || null, description: null };
  const found = pieces.find(({ content }) => content !== undefined)?.content;
  // Among other files, a sound is a file like them.
  return found?.kind === "voice" && pieces.length > 1 ? undefined : found;
}

const storyOf = (relation: "reply" | "mention", url: string | null, at: number): Content => ({ kind: "story", relation, url, expiresAt: new Date(at + STORY_MS).toISOString() });

/** A sticker may come twice, as a picture and as a sticker: the picture goes. */
function onceEach(attachments: readonly (Attachment | null)[]): (Attachment | null)[] {
  const stickers = new Set(attachments.flatMap((one) => (one?.type === "sticker" && one.payload?.sticker_id ? [one.payload.sticker_id] : [])));
  return attachments.filter((one) => !(one?.type === "image" && one.payload?.sticker_id && stickers.has(one.payload.sticker_id)));
}

function pieceOf(attachment: Attachment | null, at: number): Piece {
  if (attachment === null) return unsupported("attachment");
  const { type, title, payload } = attachment;
  const url = payload?.url ?? null;
  if (Object.hasOwn(FILE_TYPES, type) || type === "sticker") {
    if (url === null) return unsupported(type);
    const isSticker = type === "sticker" || (type === "image" && !!payload?.sticker_id);
    const media: MediaRef = { ref: url, type: FILE_TYPES[isSticker ? "image" : type]!, ...named(url) };
    if (isSticker) return { media, content: { kind: "sticker" } };
    // What the apps send as a sound is what was spoken into them.
    return type === "audio" ? { media, content: { kind: "voice" } } : { media };
  }
  if (type === "like_heart") return { content: { kind: "sticker" }, words: HEART };
  if (type === "location") return placeOf(attachment) ?? unsupported(type);
  // Its media belongs to whoever told the story and must not outlive it: the link is all we keep.
  if (type === "story_mention") return { content: storyOf("mention", url, at), words: "Mentioned you in a story" };
  if (type === "template") return templateOf(attachment);
  if (Object.hasOwn(SHARES, type)) {
    const what = SHARES[type]!;
    const label = payload?.title || title || null;
    if (url === null && label === null) return unsupported(type);
    const about = label ?? (what === "link" ? url! : "");
    const noun = type.endsWith("story") ? "story" : what;
    return { content: { kind: "share", what, title: label, url }, words: `Shared a ${noun}${about === "" ? "" : `: ${about}`}` };
  }
  return unsupported(type || "attachment");
}

const unsupported = (what: string): Piece => ({ content: { kind: "unsupported", what }, words: NOT_PASSED_ON });

function placeOf({ title, url, payload }: Attachment): Piece | null {
  if (!payload?.coordinates) return null;
  const { lat: latitude, long: longitude } = payload.coordinates;
  return {
    content: { kind: "location", latitude, longitude, name: title || null, address: null, url: payload.url ?? url },
    words: [title, `${latitude}, ${longitude}`].filter((line) => line !== "").join("\n"),
  };
}

/** Cards with buttons: their words are all that another app can show. A customer sends one to ask about a product. */
function templateOf({ title, url, payload }: Attachment): Piece {
  const products = payload?.product?.elements;
  const cards = products ?? payload?.elements ?? [];
  const lines = [payload?.text ?? "", ...cards.flatMap((card) => [card.title, card.subtitle]), title].filter((line) => line !== "");
  if (products) return { content: { kind: "share", what: "product", title: products[0]?.title || null, url: payload?.url ?? url }, words: lines.join("\n") || "Shared a product" };
  return lines.length > 0 ? { words: lines.join("\n") } : unsupported("template");
}

/** The file's name, where its address ends with one. */
function named(url: string): { name?: string } {
  const last = new URL(url).pathname.split("/").at(-1)!;
  return /^[\w%.-]{1,200}\.[A-Za-z0-9]{2,5}$/.test(last) ? { name: last.replace(/%20/g, " ") } : {};
}

const SOURCES: Readonly<Record<string, Referral["kind"]>> = { ADS: "ad", AD: "ad", CUSTOMER_CHAT_PLUGIN: "site", STORY: "story", SHOPS: "shop", POST: "post" };

export function referralOf({ ref, source, ad_id, referer_uri, ads_context_data, product }: MetaReferral): Referral {
  const kind = product ? "shop" : ad_id ? "ad" : Object.hasOwn(SOURCES, source.toUpperCase()) ? SOURCES[source.toUpperCase()]! : "link";
  return { kind, headline: ads_context_data?.ad_title || null, body: null, url: referer_uri, ref: ref || product?.id || null };
}
