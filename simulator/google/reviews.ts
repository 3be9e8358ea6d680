import { z } from "zod";
import type { InboundResult, WorldConnection, WorldMessage } from "../api";
import { digitsOf } from "../meta/wire";
import { addressed, type Answer, type Call, json, type Progress, type Provider, type Realm, Refused, secretOf, type Webhook } from "../provider";
import { error, grant, isAllowed, KEYS_HOST, published, pushToken, revokedKey, TOKEN_HOST } from "./access";
import { type Fields, fieldsOf, pushed, RETRIES_MS } from "./fields";
import type { Review } from "./review";

const NAME = "google-reviews";
const API_HOST = "mybusiness.googleapis.com";
const REPLY_BYTES = 4_096;
/** Google's moderation takes a moment. */
const MODERATED_AFTER_MS = 1_500;
const STARS = ["STAR_RATING_UNSPECIFIED", "ONE", "TWO", "THREE", "FOUR", "FIVE"] as const;

/** The same `from` is the same reviewer, who has one review of a place: a second one changes it. */
const Wish = z.object({
  kind: z.enum(["review", "delete", "reply"]).default("review"), from: z.string().min(1).max(128), name: z.string().max(200).optional(), to: z.string().optional(),
  stars: z.int().min(0).max(5).default(5), text: z.string().max(4_000).optional(), at: z.iso.datetime({ offset: true }).optional(),
}).describe("reply: the owner answers on Google itself");

/** The reviews of Google Business Profile, the tokens for all of Google, and its public keys. */
export const googleReviews: Provider = {
  name: NAME,
  hosts: [API_HOST, TOKEN_HOST, KEYS_HOST],
  finalStates: ["APPROVED", "REJECTED"],
  isSend: ({ method, url }) => method === "PUT" && url.hostname === API_HOST,
  answer,
  refuse: (status, retryAfterS) => json(status, { error: { code: status, status: status === 429 ? "RESOURCE_EXHAUSTED" : status >= 500 ? "UNAVAILABLE" : "INVALID_ARGUMENT", message: "Refused by the weather" } }, retryAfterS === null ? {} : { "retry-after": String(retryAfterS) }),
  receive,
  progress,
  sign: async (delivery, connection) => ({ authorization: `Bearer ${await pushToken(delivery.url, secretOf(connection, "pushServiceAccount"))}` }),
  retryDelaysMs: () => RETRIES_MS,
  actions: { token: async (input, realm) => { realm.notes.put(revokedKey(NAME), !z.object({ valid: z.boolean() }).parse(input).valid); return {}; } },
  views: { reviews: (realm) => realm.connections().filter(({ provider }) => provider === NAME).flatMap((connection) => Object.values(reviewsOf(connection, realm))) },
};

const key = ({ connectionId }: WorldConnection): string => `google reviews ${connectionId}`;
const reviewsOf = (connection: WorldConnection, realm: Realm): Record<string, Review> => realm.notes.get<Record<string, Review>>(key(connection)) ?? {};
const keep = (connection: WorldConnection, reviews: Record<string, Review>, realm: Realm): void => realm.notes.put(key(connection), reviews);

async function answer(call: Call, realm: Realm): Promise<Answer> {
  if (call.url.hostname === TOKEN_HOST) return grant(call, realm);
  if (call.url.hostname === KEYS_HOST) return published();
  const [, location, review, reply] = /^\/v4\/(accounts\/\d+\/locations\/\d+)\/reviews(?:\/([\w-]+)(\/reply)?)?$/.exec(call.url.pathname) ?? [];
  const connection = realm.connections().find((one) => one.provider === NAME && one.address === location);
  if (!connection) return error(404, "NOT_FOUND", "Requested entity was not found.");
  if (!isAllowed(call, NAME, connection.connectionId, realm)) return error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
  const reviews = reviewsOf(connection, realm);
  if (review === undefined) return listed(call, Object.values(reviews));
  const name = `${location}/reviews/${review}`;
  const found = reviews[name];
  if (!found) return error(404, "NOT_FOUND", "Requested entity was not found.");
  if (!reply) return json(200, found);
  if (call.method === "DELETE") {
    delete found.reviewReply;
    keep(connection, reviews, realm);
    return json(200, {});
  }
  return put(String(fieldsOf(call.body)["comment"] ?? ""), found, connection, reviews, realm);
}

/** Newest first, page after page. */
function listed({ url }: Call, all: Review[]): Answer {
  const size = Math.min(50, Number(url.searchParams.get("pageSize")) || 50);
  const start = Number(url.searchParams.get("pageToken")) || 0;
  const page = all.toSorted((a, b) => (a.updateTime < b.updateTime ? 1 : -1)).slice(start, start + size);
  return json(200, { ...(page.length > 0 && { reviews: page }), totalReviewCount: all.length, ...(start + size < all.length && { nextPageToken: String(start + size) }) });
}

function put(comment: string, review: Review, connection: WorldConnection, reviews: Record<string, Review>, realm: Realm): Answer {
  const asked = /\bfail:([A-Z_]+)/.exec(comment)?.[1];
  if (asked) return error(asked === "RESOURCE_EXHAUSTED" ? 429 : 400, asked, "Asked to fail");
  if (comment === "" || new TextEncoder().encode(comment).length > REPLY_BYTES) return error(400, "INVALID_ARGUMENT", `A reply has 1 to ${REPLY_BYTES} bytes.`);
  const at = new Date(realm.now()).toISOString();
  review.reviewReply = { comment, updateTime: at, reviewReplyState: "PENDING" };
  keep(connection, reviews, realm);
  const state = comment.includes("moderate:reject") ? "REJECTED" : "APPROVED";
  realm.accept({
    id: crypto.randomUUID(), provider: NAME, connectionId: connection.connectionId, by: "app", at, from: connection.address, to: review.name, text: comment, state: "PENDING", code: null, media: [],
    history: [{ state: "PENDING", code: null, at, answered: null }], raw: { comment }, app: { kind: "review" },
  }, [{ afterMs: MODERATED_AFTER_MS, state, code: null }]);
  return json(200, { comment, updateTime: at });
}

/** What moderation decided is told like a change of the review. */
async function progress(message: WorldMessage, step: { state: string; code: string | null }, realm: Realm): Promise<Progress> {
  const connection = realm.connections().find(({ connectionId }) => connectionId === message.connectionId);
  const reviews = connection ? reviewsOf(connection, realm) : {};
  const reply = reviews[message.to]?.reviewReply;
  if (!connection || reply?.comment !== message.text) return { ...step, delivery: null };
  reply.reviewReplyState = step.state;
  if (step.state === "REJECTED") reply.policyViolation = step.code ?? "OFF_TOPIC";
  keep(connection, reviews, realm);
  return { ...step, delivery: hook(connection, "UPDATED_REVIEW", message.to, realm.now(), message.id) };
}

async function receive(input: unknown, realm: Realm): Promise<InboundResult> {
  const wish = Wish.parse(input);
  const connection = addressed(NAME, realm, wish.to);
  const reviews = reviewsOf(connection, realm);
  const reviewId = `Ab${digitsOf(`${connection.address} ${wish.from}`, 16)}`;
  const name = `${connection.address}/reviews/${reviewId}`;
  const known = reviews[name];
  const at = wish.at ?? new Date(realm.now()).toISOString();
  const { comment, ...rest } = known ?? {};
  const words = wish.text ?? comment;
  if (wish.kind !== "review" && !known) throw new Refused(`${wish.from} has written no review`);
  if (wish.kind === "delete") delete reviews[name];
  else if (wish.kind === "reply") known!.reviewReply = { comment: wish.text ?? "Thank you", updateTime: at, reviewReplyState: "APPROVED" };
  else reviews[name] = {
    ...rest, name, reviewId, reviewer: { displayName: wish.name ?? known?.reviewer.displayName ?? wish.from, isAnonymous: false }, starRating: STARS[wish.stars]!,
    ...(words && { comment: words }), createTime: known?.createTime ?? at, updateTime: at,
  };
  keep(connection, reviews, realm);
  return { id: name, ids: [name], ...await realm.deliver(hook(connection, known ? "UPDATED_REVIEW" : "NEW_REVIEW", name, realm.now(), null)) };
}

function hook(connection: WorldConnection, type: string, review: string, now: number, messageId: string | null): Webhook {
  const data: Fields = { name: `${connection.address.split("/locations/")[0]}/notifications/1`, type, location_name: connection.address, review_name: review };
  return { kind: "webhook", provider: NAME, connectionId: connection.connectionId, ...pushed(data, {}, now), url: connection.webhookUrl, type: "application/json", messageId };
}
