import { generateKeyPairSync } from "node:crypto";
import { FORGES } from "../../support/hooks";
import { fileIn, json, posted, referenceIn, type Line, type Place, type Says, type Taken } from "./line";
import { instagram, messenger, whatsapp } from "./lines-meta";

const iso = (at: number): string => new Date(at).toISOString();
const form = (fields: Record<string, string>) => ({ type: "application/x-www-form-urlencoded; charset=UTF-8", body: new URLSearchParams(fields).toString() });

const twilioStatus = (word: string, says: Says): Line["words"] => ({
  [word]: { says, post: ({ id, to }, { ours }) => form({ MessageSid: id, MessageStatus: word, To: to, From: ours, ...(says === "failed" && { ErrorCode: "30008" }) }) },
});

const twilio: Line = {
  reaches: "phone",
  token: "authToken",
  reads({ url, body }) {
    if (url.host !== "api.twilio.com" || !url.pathname.endsWith("/Messages.json")) return null;
    const fields = new URLSearchParams(body);
    const statusUrl = fields.get("StatusCallback") ?? "";
    return { to: fields.get("To") ?? "", statusUrl, reference: referenceIn(statusUrl) };
  },
  takes: (id) => json({ sid: id, status: "queued", num_segments: "1" }, 201),
  refuses: {
    "for good": () => json({ code: 21211, message: "invalid number" }, 400), busy: (headers) => json({ code: 20429, message: "too many" }, 429, headers),
    token: () => json({ code: 20003, message: "authenticate" }, 401), unavailable: { answer: "later", response: () => json({ code: 20503, message: "unavailable" }, 503) },
  },
  stories: [[5, ["queued", "sent", "delivered"]], [2, ["sent", "undelivered"]], [1, ["sent", "failed", "delivered"]], [1, ["sent"]], [1, []], [1, ["queued", "sending", "failed"]]],
  words: { ...twilioStatus("queued", "nothing"), ...twilioStatus("sending", "nothing"), ...twilioStatus("sent", "sent"), ...twilioStatus("delivered", "delivered"), ...twilioStatus("undelivered", "failed"), ...twilioStatus("failed", "failed") },
  acts: {},
  serves: ({ url }, file) => (url.host === "api.twilio.com" && url.pathname.includes("/Media/") ? file(fileIn(url)) : null),
};

const resendEvent = (word: string, says: Says): Line["words"] => ({
  [word]: {
    says,
    post: ({ id, to, reference }) => {
      const [conversation, message] = reference.split(":");
      return posted({ type: word, created_at: iso(Date.now()), data: { email_id: id, to: to.split(","), tags: { conversation, message }, ...(says === "failed" && { bounce: { type: "Transient", subType: "MailboxFull", message: "full" } }) } });
    },
  },
});

const resend: Line = {
  reaches: "mail",
  token: "apiKey",
  reads({ url, headers, body, method }) {
    if (url.host !== "api.resend.com" || method !== "POST") return null;
    const { to, tags } = JSON.parse(body) as { to: string[]; tags: { name: string; value: string }[] };
    const tag = (name: string) => tags.find((one) => one.name === name)?.value ?? "";
    return { to: to.join(), reference: `${tag("conversation")}:${tag("message")}`, key: headers.get("idempotency-key") ?? undefined };
  },
  takes: (id) => json({ id }),
  refuses: {
    "for good": () => json({ name: "validation_error", message: "no" }, 422), busy: (headers) => json({ name: "rate_limit_exceeded", message: "slow down" }, 429, headers),
    // Of its 500 nobody knows, but a repeat is safe.
    token: () => json({ name: "invalid_api_key", message: "no" }, 403), unavailable: { answer: "later", response: () => json({ name: "internal_server_error", message: "sorry" }, 500) },
  },
  stories: [[5, ["email.sent", "email.delivered"]], [2, ["email.sent", "email.bounced"]], [1, ["email.delivery_delayed", "email.delivered"]], [1, ["email.sent"]], [1, []], [1, ["email.sent", "email.bounced", "email.delivered"]]],
  words: { ...resendEvent("email.sent", "sent"), ...resendEvent("email.delivered", "delivered"), ...resendEvent("email.delivery_delayed", "nothing"), ...resendEvent("email.bounced", "failed") },
  acts: {},
};

const telnyxStatus = (word: string, event: string, state: string, says: Says): Line["words"] => ({
  [word]: {
    says,
    post: ({ id, to, at }, { ours }) => posted({ data: { event_type: event, id: crypto.randomUUID(), occurred_at: iso(at), record_type: "event", payload: { id, direction: "outbound", from: { phone_number: ours }, to: [{ phone_number: to, status: state }], cc: [], media: [], parts: 1, errors: says === "failed" ? [{ code: "40008", title: "Undeliverable" }] : [] } } }),
  },
});

const telnyx: Line = {
  reaches: "phone",
  token: "apiKey",
  reads({ url, body, method }) {
    if (url.host !== "api.telnyx.com" || method !== "POST") return null;
    const { to, webhook_url: statusUrl } = JSON.parse(body) as { to: string; webhook_url: string };
    return { to, statusUrl, reference: referenceIn(statusUrl) };
  },
  takes: (id) => json({ data: { id, parts: 1 } }),
  refuses: {
    "for good": () => json({ errors: [{ code: "10015", title: "no" }] }, 400), busy: (headers) => json({ errors: [{ code: "10011", title: "too many" }] }, 429, headers),
    token: () => json({ errors: [{ code: "10009", title: "authentication failed" }] }, 401), unavailable: { answer: "none", response: () => json({ errors: [{ code: "10007", title: "unexpected" }] }, 500) },
  },
  stories: [[5, ["sent", "delivered"]], [2, ["sent", "failed"]], [1, ["sent", "unconfirmed"]], [1, ["failed", "delivered"]], [1, []]],
  words: {
    ...telnyxStatus("sent", "message.sent", "sent", "sent"), ...telnyxStatus("delivered", "message.finalized", "delivered", "delivered"),
    ...telnyxStatus("unconfirmed", "message.finalized", "delivery_unconfirmed", "sent"), ...telnyxStatus("failed", "message.finalized", "delivery_failed", "failed"),
  },
  acts: {
    picture: ({ id, ours, customer, words, picture, at }) => posted({ data: { event_type: "message.received", id, occurred_at: iso(at), record_type: "event", payload: { id, direction: "inbound", type: "MMS", from: { phone_number: customer }, to: [{ phone_number: ours }], cc: [], text: words, media: [{ url: `https://media.telnyx.com/${picture}`, content_type: "image/jpeg" }], received_at: iso(at) } } }),
  },
  serves: ({ url }, file) => (url.host === "media.telnyx.com" ? file(fileIn(url)) : null),
};

const postmarkEvent = (word: string, says: Says, fields: object): Line["words"] => ({
  [word]: {
    says,
    post: ({ id, to, reference, at }) => {
      const [conversation, message] = reference.split(":");
      return posted({ MessageID: id, Recipient: to, Email: to, DeliveredAt: iso(at), BouncedAt: iso(at), Metadata: { conversation, message }, ...fields });
    },
  },
});

const postmark: Line = {
  reaches: "mail",
  token: "serverToken",
  reads({ url, body, method }) {
    if (url.host !== "api.postmarkapp.com" || method !== "POST") return null;
    const { To, Metadata } = JSON.parse(body) as { To: string; Metadata: Record<string, string> };
    return { to: To.replace(/^.*<|>$/g, ""), reference: `${Metadata["conversation"]}:${Metadata["message"]}` };
  },
  takes: (id) => json({ ErrorCode: 0, Message: "OK", MessageID: id }),
  refuses: {
    "for good": () => json({ ErrorCode: 300, Message: "no" }, 422), busy: (headers) => json({ ErrorCode: 0, Message: "too many" }, 429, headers),
    token: () => json({ ErrorCode: 10, Message: "bad token" }, 401), unavailable: { answer: "none", response: () => json({ ErrorCode: 0, Message: "sorry" }, 500) },
  },
  stories: [[5, ["delivered"]], [2, ["bounced"]], [1, ["bounced", "delivered"]], [1, []]],
  words: { ...postmarkEvent("delivered", "delivered", { RecordType: "Delivery" }), ...postmarkEvent("bounced", "failed", { RecordType: "Bounce", Type: "SoftBounce", Description: "full" }) },
  acts: {},
};

const rcsKey = (generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }) as string);
const rcsPush = (said: object) => posted({ message: { attributes: { type: "event" }, data: Buffer.from(JSON.stringify(said)).toString("base64"), messageId: crypto.randomUUID() }, subscription: "projects/p/subscriptions/s" });
const rcsEvent = (eventType: string, says: Says): Line["words"] => ({
  [eventType]: { says, post: ({ id, to, at }, { settings }) => rcsPush({ ...(says === "failed" ? { phoneNumber: to } : { senderPhoneNumber: to }), eventType, eventId: crypto.randomUUID(), messageId: id, sendTime: iso(at), agentId: settings["agentId"] }) },
});
const googleRefuses = (status: string, code: number, headers: Record<string, string> = {}) => json({ error: { code, status, message: "no" } }, code, headers);

const rcs: Line = {
  reaches: "phone",
  connects: { address: "agent_of_the_world@rbm.goog", settings: { agentId: "agent_of_the_world@rbm.goog", region: "us", serviceAccountKey: JSON.stringify({ client_email: "agent@world.example", private_key: rcsKey }), clientToken: "client-token-of-the-world" } },
  reads({ url, method }) {
    const phone = /^\/v1\/phones\/([^/]+)\/agentMessages$/.exec(url.pathname)?.[1];
    return method === "POST" && phone && url.host.endsWith("rcsbusinessmessaging.googleapis.com") ? { to: decodeURIComponent(phone), key: url.searchParams.get("messageId") ?? undefined } : null;
  },
  idOf: ({ key }) => key!,
  takes: (id) => json({ name: `phones/x/agentMessages/${id}` }),
  refuses: {
    "for good": () => googleRefuses("INVALID_ARGUMENT", 400), busy: (headers) => googleRefuses("RESOURCE_EXHAUSTED", 429, headers),
    token: () => googleRefuses("UNAUTHENTICATED", 401), unavailable: { answer: "later", response: () => googleRefuses("UNAVAILABLE", 503) },
  },
  stories: [[4, ["DELIVERED", "READ"]], [2, ["DELIVERED"]], [1, ["READ"]], [1, ["TTL_EXPIRATION_REVOKED"]], [1, []]],
  words: { ...rcsEvent("DELIVERED", "delivered"), ...rcsEvent("READ", "read"), ...rcsEvent("TTL_EXPIRATION_REVOKED", "failed") },
  acts: {},
  serves: ({ url }) => (url.host === "oauth2.googleapis.com" ? json({ access_token: "token", expires_in: 3_600 }) : null),
};

const talkOf = (customer: string): string => `${customer}+talk==`;
/** What TikTok posts; the customer and the shop on either side of it. */
const onTikTok = (event: string, by: "customer" | "shop", { customer, settings }: Pick<Place, "customer" | "settings">, at: number, fields: object) => {
  const [theirs, own] = [{ id: customer, role: "personal_account" }, { id: "shop", role: "business_account" }];
  const sides = by === "customer" ? { from: customer, to: "shop", from_user: theirs, to_user: own } : { from: "shop", to: customer, from_user: own, to_user: theirs };
  return posted({ client_key: settings["clientKey"], event, create_time: Math.floor(at / 1_000), user_openid: settings["businessId"], content: JSON.stringify({ ...sides, conversation_id: talkOf(customer), timestamp: at, ...fields }) });
};
const customerOf = ({ to }: Taken): string => to.slice(0, -talkOf("").length);

const tiktok: Line = {
  reaches: "user",
  addressOf: talkOf,
  token: "accessToken",
  reads({ url, body, method }) {
    if (method !== "POST" || !url.pathname.endsWith("/business/message/send/")) return null;
    const { recipient, message_type: type } = JSON.parse(body) as { recipient: string; message_type: string };
    return type === "TEXT" ? { to: recipient } : null;
  },
  takes: (id) => json({ code: 0, message: "OK", data: { message: { message_id: id } } }),
  refuses: {
    "for good": () => json({ code: 40002, message: "no" }), busy: (headers) => json({ code: 40100, message: "too many" }, 200, headers),
    token: () => json({ code: 40105, message: "expired" }), unavailable: { answer: "later", response: () => json({ code: 51065, message: "sorry" }) },
  },
  stories: [[4, ["echo", "read"]], [2, ["echo"]], [2, ["read"]], [1, []]],
  words: {
    echo: { says: "sent", post: (taken, place) => onTikTok("im_send_msg", "shop", { ...place, customer: customerOf(taken) }, taken.at, { message_id: taken.id, type: "text", text: { body: taken.words } }) },
    read: { says: "read", isWatermark: true, post: (taken, place) => onTikTok("im_mark_read_msg", "customer", { ...place, customer: customerOf(taken) }, taken.at, { read: { last_read_timestamp: taken.at } }) },
  },
  acts: {
    words: (told) => onTikTok("im_receive_msg", "customer", told, told.at, { message_id: told.id, type: "text", text: { body: told.words } }),
    picture: (told) => onTikTok("im_receive_msg", "customer", told, told.at, { message_id: told.id, type: "image", image: { media_id: told.picture } }),
    react: (told) => onTikTok("im_receive_msg", "customer", told, told.at, { message_id: told.id, type: "reaction", reaction: [{ operation: told.emoji === null ? "REMOVE" : "ADD", type: "EMOJI", emoji: told.emoji ?? "", timestamp: told.at, original_msg_id: told.target }] }),
    app: (told) => onTikTok("im_send_msg", "shop", told, told.at, { message_id: told.id, type: "text", text: { body: told.words } }),
  },
  serves: ({ url, body }, file) => {
    if (url.pathname.endsWith("/media/download/")) return json({ code: 0, data: { download_url: `https://p16.tiktokcdn.com/${(JSON.parse(body) as { media_id: string }).media_id}` } });
    return url.host === "p16.tiktokcdn.com" ? file(fileIn(url)) : null;
  },
};

/** Every provider of the simulated world: one entry each. */
export const LINES = { twilio, resend, whatsapp, messenger, instagram, tiktok, telnyx, "google-rcs": rcs, postmark } satisfies Record<string, Line>;
export type LineName = keyof typeof LINES;
export const lineOf = (name: LineName): Line => LINES[name];

/** Every world has a text line and mail; of the others as many as its schedule says. */
export const BASE = ["twilio", "resend"] as const satisfies LineName[];
export const OTHERS = (Object.keys(LINES) as LineName[]).filter((name) => !(BASE as readonly string[]).includes(name));

/** Signs a webhook as its provider does, wherever that puts the proof. */
export function signed(name: LineName, url: string, given: { type: string; body: string }, settings: Record<string, unknown>): RequestInit {
  const forge = FORGES[name]!;
  const proof = forge.sign(url, given, settings, Date.now());
  const { body, type } = forge.carry?.(given, proof) ?? given;
  return { method: "POST", body, headers: { "content-type": type, ...proof } };
}
