import { z } from "zod";
import type { Content } from "../contract/content";
import { fromBase64 } from "../platform/vault";
import { jsonOf } from "./answer";
import type { Handle, InboundEvent, RawRequest } from "./channel";

/** What a review is called everywhere: no word of a notification is trusted to be more than this. */
export const REVIEW_NAME = /^(accounts\/\d{1,30}\/locations\/\d{1,30})\/reviews\/[\w-]{1,300}$/;
const REVIEW_NAME_WITHIN = /accounts\/\d{1,30}\/locations\/\d{1,30}\/reviews\/[\w-]{1,300}/;
const LABEL_MAX = 80;
const NAME_MAX = 200;
const MEDIA_MAX = 10;
const STARS: Readonly<Record<string, number>> = { ONE: 1, TWO: 2, THREE: 3, FOUR: 4, FIVE: 5 };
/** What Google writes around a review that it has translated. */
const TRANSLATED = /^\(Translated by Google\)\s*([\s\S]*?)\n+\(Original\)\n?([\s\S]*)$/;
const ORIGINAL_FIRST = /^([\s\S]*?)\n+\(Translated by Google\)\s*([\s\S]*)$/;
const REPLY_STATES: Readonly<Record<string, "delivered" | "failed">> = { APPROVED: "delivered", ACTIVE: "delivered", PUBLISHED: "delivered", REJECTED: "failed" };

const text = z.string().catch("");
const link = z.url({ protocol: /^https$/ }).optional().catch(undefined);
const Reply = z.looseObject({ comment: text, updateTime: text, reviewReplyState: text, state: text, policyViolation: z.unknown().optional() });
export const Review = z.object({
  name: z.string().regex(REVIEW_NAME),
  reviewer: z.object({ displayName: text, isAnonymous: z.boolean().catch(false) }).catch({ displayName: "", isAnonymous: true }),
  starRating: text, comment: text, createTime: text, updateTime: text,
  reviewReply: Reply.optional().catch(undefined),
  reviewMediaItems: z.array(z.object({ thumbnailUrl: link, videoUrl: link })).catch([]),
  reviewReplyUrl: link,
});
export type Review = z.infer<typeof Review>;
export const ReviewPage = z.object({ reviews: z.array(z.unknown()).catch([]), nextPageToken: text });

const Push = z.object({ message: z.object({ data: z.string() }) });

/** The name under which our reply to a review is known. */
export const replyId = (review: string): string => `${review}/reply`;
/** The review that a reply belongs to. */
export const reviewOf = (reply: string): string => reply.replace(/\/reply$/, "");

/** The review that a notification points at, if it is of this location. Google documents no shape, and there are three. */
export function pushedReview({ body, receivedAt }: RawRequest, location: string): InboundEvent[] {
  const push = Push.safeParse(jsonOf(new TextDecoder().decode(body))).data;
  const data = push && jsonOf(decoded(push.message.data));
  if (data === null || data === undefined) return [{ kind: "other", label: "unreadable notification", at: receivedAt }];
  const name = stringsIn(data).map((one) => REVIEW_NAME_WITHIN.exec(one)?.[0]).find((one) => one !== undefined);
  if (name === undefined) return [{ kind: "other", label: typeOf(data).slice(0, LABEL_MAX), at: receivedAt }];
  return name.startsWith(`${location}/`) ? [{ kind: "pending", ref: name, at: receivedAt }] : [];
}

/**
 * What a review says as it stands now: the review, how it was changed, our reply and what became of it. Safe to repeat.
 * Nobody's name is an identity, so each review is a person of its own.
 */
export function reviewEvents(review: Review, place: string, now: number): InboundEvent[] {
  const { name, reviewReply: reply } = review;
  const person: Handle = { kind: "handle", address: name, name: review.reviewer.displayName.slice(0, NAME_MAX) };
  const { text: words, original } = spoken(review.comment);
  const content: Content = { kind: "review", stars: STARS[review.starRating] ?? 0, place: place || null, url: review.reviewReplyUrl ?? null, original };
  const at = timeOf(review.createTime, now);
  const changedAt = timeOf(review.updateTime, at);
  const media = review.reviewMediaItems.slice(0, MEDIA_MAX).flatMap(({ thumbnailUrl }, index) => (thumbnailUrl ? [{ ref: thumbnailUrl, type: "image/jpeg", name: `review-${index + 1}.jpg` }] : []));
  return [
    { kind: "message", externalId: name, from: person, at, text: words, media, content },
    { kind: "edit", target: name, person, by: "contact", text: words, content, version: changedAt, at: changedAt },
    ...(reply && reply.comment !== "" ? replyEvents(reply, name, person, now) : []),
  ];
}

/** A reply that somebody wrote on Google is one of ours too; Google keeps one, so a later one is a change of it. */
function replyEvents(reply: z.infer<typeof Reply>, name: string, person: Handle, now: number): InboundEvent[] {
  const at = timeOf(reply.updateTime, now);
  const target = replyId(name);
  const state = REPLY_STATES[reply.reviewReplyState || reply.state];
  return [
    { kind: "echo", externalId: target, to: person, at, text: reply.comment, media: [] },
    { kind: "edit", target, person, by: "us", text: reply.comment, version: at, at },
    ...(state === undefined ? [] : [statusOf(target, person, state, reply.policyViolation, at)]),
  ];
}

const statusOf = (target: string, person: Handle, state: "delivered" | "failed", violation: unknown, at: number): InboundEvent => ({
  kind: "status", externalId: target, recipient: person.address, state, at,
  ...(state === "failed" && { class: "permanent" as const, code: "reply-rejected", detail: typeof violation === "string" ? violation.slice(0, NAME_MAX) : "" }),
});

export const removed = (name: string, at: number): InboundEvent => ({ kind: "delete", target: name, person: { kind: "handle", address: name }, by: "contact", at });

/** The words as most of us can read them, and as they were written where that is something else. */
function spoken(comment: string): { text: string; original: string | null } {
  const [, translation, before] = TRANSLATED.exec(comment) ?? [];
  if (translation !== undefined) return { text: translation.trim(), original: before!.trim() };
  const [, first, after] = ORIGINAL_FIRST.exec(comment) ?? [];
  return after === undefined ? { text: comment, original: null } : { text: after.trim(), original: first!.trim() };
}

/** RFC 3339 with up to nine digits of a second, in ms. */
export function timeOf(written: string, fallback: number): number {
  const at = Date.parse(written.replace(/(\.\d{3})\d+/, "$1"));
  return Number.isNaN(at) ? fallback : at;
}

function stringsIn(value: unknown, depth = 0): string[] {
  if (typeof value === "string") return [value];
  if (value === null || typeof value !== "object" || depth > 5) return [];
  return Object.values(value).flatMap((one) => stringsIn(one, depth + 1));
}

const Type = z.object({ type: text, notificationType: text, notification_type: text });
function typeOf(data: unknown): string {
  const { type = "", notificationType = "", notification_type = "" } = Type.safeParse(data).data ?? {};
  return type || notificationType || notification_type || "notification without a review";
}

function decoded(base64: string): string {
  try {
    return new TextDecoder().decode(fromBase64(base64));
  } catch {
    // Whoever may push may push anything.
    return "";
  }
}
