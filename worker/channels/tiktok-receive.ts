import { z } from "zod";
import type { By, Handle, InboundEvent, MediaRef, RawRequest, Said } from "./channel";
import { Id, Label, Link, List, Moment, OptionalId, Text, timeOf } from "./meta-fields";
import { tiktokJson } from "./tiktok-api";

const EMOJI_MAX = 64; // what a reaction may have
const LABEL_MAX = 80; // of what we do not understand
const UNSEEN = "A message that can only be seen in the app";

/** A conversation, as sending wants it named. It becomes part of addresses, so it holds nothing but what base64 does. */
const ConversationId = z.string().regex(/^[A-Za-z0-9+/=_-]{1,200}$/);

const Envelope = z.object({ event: Label, create_time: Moment, user_openid: z.string(), content: z.string() });
const User = z.object({ id: Id.pipe(z.string().regex(/^[\w+/=.:-]{1,200}$/)), role: Label.optional() }).nullish().catch(null);
const Happened = z.looseObject({ conversation_id: ConversationId, timestamp: Moment, from: Label, to: Label, from_user: User, to_user: User });
type Happened = z.infer<typeof Happened>;

const Message = z.looseObject({
  message_id: Id, type: Label,
  referenced_message_info: z.object({ referenced_message_id: Id }).nullish().catch(null),
  reply_source_payload: z.object({ reply_source_unique_id: Label }).nullish().catch(null),
});
const Words = z.object({ body: Text });
const File = z.object({ media_id: Id });
const Picture = z.object({ url: Link });
const Post = z.object({ embed_url: Link, video_id: OptionalId });
const Card = z.object({ elements: z.array(z.object({ title: Label, buttons: z.array(z.object({ text: Label })).catch([]) })).catch([]) });
const Reaction = z.object({ operation: Label, type: Label, emoji: Label, timestamp: Moment, original_msg_id: Id });
const Read = z.object({ last_read_timestamp: Moment });
const Referral = z.object({
  source: Label, ref: Label,
  ad: z.object({ ad_id: OptionalId, ad_name: Label, embed_url: Link }).nullish().catch(null),
});
const Comment = z.object({ comment_id: Id, comment_text: Label, timestamp: Moment, from_user: User, video_id: OptionalId });

interface Context { happened: Happened; person: Handle; by: By; at: number }

const other = (label: string, at: number): InboundEvent => ({ kind: "other", label: label.slice(0, LABEL_MAX), at });

/**
 * What one request says to this business; another's is none of ours. A request holds one event, whose `content` is JSON once more.
 * https://business-api.tiktok.com/portal/docs?id=1832190670631937
 */
export function tiktokEvents({ body, receivedAt }: RawRequest, businessId: string): InboundEvent[] {
  const envelope = Envelope.safeParse(tiktokJson(new TextDecoder().decode(body))).data;
  if (!envelope) return [other("unreadable request", receivedAt)];
  if (envelope.user_openid !== businessId) return [];
  const { event } = envelope;
  const at = timeOf(envelope.create_time, receivedAt);
  const content = tiktokJson(envelope.content);
  if (content === null) return [other(`${event} with unreadable content`, at)];
  if (event === "im_receive_msg_eu") return [{ kind: "notice", code: "region", sentence: "Somebody in the European Economic Area, Switzerland or the United Kingdom wrote on TikTok, which does not pass such messages on. Answer in the TikTok app.", at }];
  if (event === "im_receive_high_intent_comment") return [commentOf(content, receivedAt, at)];
  if (!Object.hasOwn(READERS, event)) return [other(event || "event without a name", at)];
  const happened = Happened.safeParse(content).data;
  const context = happened && contextOf(happened, event, receivedAt, at);
  return context ? READERS[event]!(content, context) : [other(`${event} of nobody`, at)];
}

/** The customer is who wrote to us, or whom we wrote to. */
function contextOf(happened: Happened, event: string, receivedAt: number, at: number): Context | null {
  const by: By = event === "im_send_msg" || happened.from_user?.role === "business_account" ? "us" : "contact";
  const [user, name] = by === "us" ? [happened.to_user, happened.to] : [happened.from_user, happened.from];
  return user ? { happened, by, person: personOf(happened.conversation_id, user.id, name), at: timeOf(happened.timestamp ?? at, receivedAt) } : null;
}

/**
 * Somebody is addressed by their conversation with us: the only thing that a message can be sent to, and there is one for each
 * customer. Their id is an alias, by which comments are theirs too.
 */
const personOf = (conversationId: string, userId: string, name: string): Handle => ({
  kind: "user", address: conversationId, ...(name !== "" && { name }), aliases: [{ kind: "user", address: userId }],
});

const READERS: Readonly<Record<string, (content: unknown, context: Context) => InboundEvent[]>> = {
  im_receive_msg: messageOf,
  im_send_msg: messageOf,
  im_mark_read_msg: readOf,
  im_referral_msg: referralOf,
};

function messageOf(content: unknown, context: Context): InboundEvent[] {
  const message = Message.safeParse(content).data;
  const { person, by, at, happened } = context;
  if (!message) return [other("message without an id", at)];
  if (message.type === "reaction") return reactionsOf(message["reaction"], context);
  const quoted = message.referenced_message_info?.referenced_message_id;
  const said: Said = { ...saidIn(message, happened.conversation_id), ...(quoted !== undefined && { quote: { externalId: quoted } }) };
  return [by === "us" ? { kind: "echo", externalId: message.message_id, to: person, at, ...said } : { kind: "message", externalId: message.message_id, from: person, at, ...said }];
}

function saidIn(message: z.infer<typeof Message>, conversationId: string): Said {
  const { type, message_id: messageId } = message;
  const of = message[type];
  switch (type) {
    case "text": {
      const tapped = message.reply_source_payload?.reply_source_unique_id;
      return { text: Words.safeParse(of).data?.body ?? "", media: [], ...(tapped && { content: { kind: "choice", how: "quick-reply", payload: tapped, description: null } }) };
    }
    case "image": case "video": {
      const file = File.safeParse(of).data;
      return file ? { text: "", media: [fileOf({ conversationId, messageId, mediaId: file.media_id }, type)] } : unseen(type);
    }
    case "sticker": case "emoji": {
      const url = Picture.safeParse(of).data?.url;
      return url ? { text: "", media: [{ ref: url, type: "image/webp" }], content: { kind: "sticker" } } : unseen(type);
    }
    case "share_post": {
      const post = Post.safeParse(of).data;
      const url = post?.embed_url ?? (post?.video_id ? `https://www.tiktok.com/player/v1/${encodeURIComponent(post.video_id)}` : null);
      return { text: "Shared a video", media: [], content: { kind: "share", what: "video", title: null, url } };
    }
    case "template": {
      const elements = Card.safeParse(of).data?.elements ?? [];
      const options = elements.flatMap(({ buttons }) => buttons).filter(({ text }) => text !== "").map(({ text }) => ({ text, url: null }));
      return { text: elements.map(({ title }) => title).filter(Boolean).join("\n") || UNSEEN, media: [], content: options.length > 0 ? { kind: "buttons", options } : { kind: "unsupported", what: "template" } };
    }
    default: return unseen(type);
  }
}

const unseen = (type: string): Said => ({ text: UNSEEN, media: [], content: { kind: "unsupported", what: type || "message" } });

/** Where a customer's file can be asked for. */
export interface FilePlace { conversationId: string; messageId: string; mediaId: string }
const FILES = { image: { type: "image/jpeg", name: "image.jpg" }, video: { type: "video/mp4", name: "video.mp4" } } as const;
const fileOf = (place: FilePlace, kind: keyof typeof FILES): MediaRef => ({ ref: `${kind}?${new URLSearchParams({ ...place }).toString()}`, ...FILES[kind] });

/** The place that a reference of ours names; null: it is an address by itself. */
export function placeOf(ref: string): (FilePlace & { kind: string }) | null {
  const [kind = "", query = ""] = ref.split("?", 2);
  const [conversationId, messageId, mediaId] = ["conversationId", "messageId", "mediaId"].map((name) => new URLSearchParams(query).get(name) ?? "") as [string, string, string];
  return Object.hasOwn(FILES, kind) ? { kind, conversationId, messageId, mediaId } : null;
}

function reactionsOf(given: unknown, { person, by, at }: Context): InboundEvent[] {
  const events = List.parse(given).map((one): InboundEvent => {
    const reaction = Reaction.safeParse(one).data;
    if (!reaction) return other("unreadable reaction", at);
    const isTaken = reaction.operation.toUpperCase() === "REMOVE";
    if (!isTaken && (reaction.emoji === "" || reaction.emoji.length > EMOJI_MAX)) return other("reaction without a sign", at);
    return { kind: "reaction", target: reaction.original_msg_id, person, by, emoji: isTaken ? null : reaction.emoji, at: timeOf(reaction.timestamp, at) };
  });
  return events.length > 0 ? events : [other("reaction without a sign", at)];
}

/** All of ours until then is read. What we have read ourselves says nothing of our messages. */
function readOf(content: unknown, { person, by, at }: Context): InboundEvent[] {
  const upTo = z.object({ read: Read }).safeParse(content).data?.read.last_read_timestamp;
  if (by === "us") return [other("read by ourselves", at)];
  return [upTo ? { kind: "receipt", person, state: "read", upTo, at } : other("read receipt about nothing", at)];
}

/** They opened the chat from an ad or a link and have said nothing yet, so nothing is opened for us. */
function referralOf(content: unknown, { person, at }: Context): InboundEvent[] {
  const referral = z.object({ referral: Referral }).safeParse(content).data?.referral;
  if (!referral) return [other("unreadable referral", at)];
  const { source, ref, ad } = referral;
  const headline = ad?.ad_name || null;
  return [{
    kind: "activity", externalId: `referral:${person.address}:${at}`, person, type: "referral", text: ad ? `Opened the chat from an ad${headline ? `: ${headline}` : ""}` : "Opened the chat from a link",
    data: { source: source || null, adId: ad?.ad_id ?? null }, opensWindow: false, at,
    referral: { kind: ad ? "ad" : "link", headline, body: null, url: ad?.embed_url ?? null, ref: ref || null },
  }];
}

/** A public comment that TikTok takes for somebody who wants to buy. It does not let us write to them, and often names nobody. */
function commentOf(content: unknown, receivedAt: number, now: number): InboundEvent {
  const comment = Comment.safeParse(content).data;
  const at = timeOf(comment?.timestamp ?? now, receivedAt);
  if (!comment?.from_user) return other(`comment of nobody named${comment?.comment_text ? `: ${comment.comment_text}` : ""}`, at);
  const { comment_id: commentId, comment_text: words, video_id: videoId, from_user: { id } } = comment;
  return {
    kind: "activity", externalId: `comment:${commentId}`, person: { kind: "user", address: id }, type: "comment", text: `Commented on a video${words ? `: ${words}` : ""}`,
    data: { commentId, videoId: videoId ?? null }, opensWindow: false, at,
  };
}
