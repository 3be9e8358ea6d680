import { z } from "zod";
import type { Handle, InboundEvent, RawRequest } from "./channel";
import { metaJson } from "./meta";
import { Count, Flag, Id, Label, List, Moment, OptionalId, Party, Text, timeOf } from "./meta-fields";
import { Message, type MetaReferral, OptionalReferral, referralOf, saidOf } from "./meta-message";

/** Meta puts at most 1,000 updates into one request. */
const EVENTS_MAX = 1_000;
const EMOJI_MAX = 64; // what a reaction may have
const LABEL_MAX = 80; // of what we do not understand
/** `<conversation>:<entry>`, as we write it into `metadata`. Other apps write there what they like. */
const OUR_REFERENCE = /^c_[0-9a-z]{1,40}:[\w.-]{1,80}$/;
/** Reactions by name, should the sign itself be missing. */
const REACTIONS: Readonly<Record<string, string>> = { love: "❤️", like: "👍", dislike: "👎", smile: "😆", wow: "😮", sad: "😢", angry: "😡" };
/** Links into a chat open it: https://developers.facebook.com/docs/messenger-platform/discovery/m-me-links. A tap on an ad opens nothing until they write. */
const OPENING_SOURCES = new Set(["SHORTLINK", "IGME-SOURCE-LINK"]);

/** The account that a connection receives for. `object` is what Meta calls its kind. */
export interface MetaAccount { object: "page" | "instagram"; id: string; ownAddresses: readonly string[] }

/** An event of the account's page or profile: no message, so each channel reads its own. */
export type ReadChange = (field: string, value: unknown, at: number) => InboundEvent;

interface Context { person: Handle; by: "contact" | "us"; at: number; standby: boolean }
type Reader = (body: unknown, context: Context) => InboundEvent[];

const Envelope = z.object({ object: Label, entry: z.array(z.unknown()) });
const Batch = z.object({ id: Id, time: Moment, messaging: List, standby: List, changes: List });
const Change = z.object({ field: Label, value: z.unknown() });
const Messaging = z.looseObject({ sender: Party, recipient: Party, timestamp: Moment });
const Edit = z.object({ mid: Id, text: Text, num_edit: Count });
const Postback = z.object({ mid: OptionalId, title: Text, payload: Text, referral: OptionalReferral });
const Reaction = z.object({ mid: Id, action: Label, reaction: Label, emoji: Label });
const Receipt = z.object({ mid: OptionalId, mids: z.array(Id).nullish().catch(null), watermark: Moment });
const OptIn = z.object({ type: Label, ref: Label, payload: Label, title: Label, topic: Label, notification_messages_status: Label });
const Handover = z.object({ previous_owner_app_id: OptionalId, new_owner_app_id: OptionalId, requested_owner_app_id: OptionalId, metadata: Label });
const Policy = z.object({ action: Label, reason: Label });

/**
 * The events of one request that are meant for this account; others' are none of ours. Messenger and Instagram speak alike:
 * https://developers.facebook.com/docs/messenger-platform/reference/webhook-events
 */
export function metaEvents(request: RawRequest, account: MetaAccount, readChange: ReadChange): InboundEvent[] {
  const { receivedAt } = request;
  const envelope = Envelope.safeParse(metaJson(request.body)).data;
  if (!envelope) return [other("unreadable request", receivedAt)];
  if (envelope.object !== account.object) return [other(`object ${envelope.object}`, receivedAt)];
  const events: InboundEvent[] = [];
  for (const raw of envelope.entry) {
    const batch = Batch.safeParse(raw).data;
    if (batch?.id !== account.id) continue;
    for (const one of batch.messaging) events.push(...eventsOf(one, account, false, receivedAt));
    for (const one of batch.standby) events.push(...eventsOf(one, account, true, receivedAt));
    for (const one of batch.changes) events.push(...changesOf(one, account, batch.time, receivedAt, readChange));
    if (events.length > EVENTS_MAX) return [...events.slice(0, EVENTS_MAX), other("more events than one request may have", receivedAt)];
  }
  return events;
}

const other = (label: string, at: number): InboundEvent => ({ kind: "other", label: label.slice(0, LABEL_MAX), at });

function changesOf(raw: unknown, account: MetaAccount, time: number | null, receivedAt: number, readChange: ReadChange): InboundEvent[] {
  const change = Change.safeParse(raw).data;
  if (!change) return [other("unreadable change", receivedAt)];
  // Some subscriptions wrap what others send plainly.
  const wrapped = Messaging.safeParse(change.value).data;
  if (wrapped?.sender && wrapped.recipient) return eventsOf(change.value, account, false, receivedAt);
  return [readChange(change.field, change.value, timeOf(time, receivedAt))];
}

function eventsOf(raw: unknown, account: MetaAccount, standby: boolean, receivedAt: number): InboundEvent[] {
  const event = Messaging.safeParse(raw).data;
  if (!event) return [other("unreadable event", receivedAt)];
  const at = timeOf(event.timestamp, receivedAt);
  const key = Object.keys(event).find((name) => Object.hasOwn(READERS, name) && event[name] != null);
  if (key === undefined) return [unknownOf(event, at)];
  const isOurs = event.sender?.id === account.id || isEcho(event["message"]);
  const customer = (isOurs ? event.recipient : event.sender)?.id;
  // They wrote to themselves, or from another account of ours.
  if (customer === account.id) return [];
  if (customer === undefined) return [other(`${key} of nobody`, at)];
  if (account.ownAddresses.includes(customer)) return [other(`${key} of our own account`, at)];
  return READERS[key]!(event[key], { person: { kind: "user", address: customer }, by: isOurs ? "us" : "contact", at, standby });
}

const isEcho = (message: unknown): boolean => z.object({ is_echo: Flag }).safeParse(message).data?.is_echo ?? false;

function unknownOf(event: z.infer<typeof Messaging>, at: number): InboundEvent {
  const policy = Policy.safeParse(event["policy_enforcement"]).data;
  if (policy) return { kind: "notice", code: `policy-${policy.action || "unknown"}`, sentence: policyOf(policy), at };
  return other(Object.keys(event).find((name) => !["sender", "recipient", "timestamp"].includes(name)) ?? "empty event", at);
}

function policyOf({ action, reason }: z.infer<typeof Policy>): string {
  if (action === "unblock") return "Meta lets this page send messages again.";
  const what = action === "warning" ? "Meta warns that this page breaks its messaging rules" : "Meta has stopped this page from sending messages, because it broke the rules";
  return `${what}${reason === "" ? "" : `: ${reason.replace(/\.$/, "")}`}. See Page Quality on Facebook.`;
}

/** Where Meta gives an event no id: the same repeat has the same one. */
const idOf = (key: string, { person, at }: Context): string => `${key}:${person.address}:${at}`;

/** By the name under which the event stands. */
const READERS: Readonly<Record<string, Reader>> = {
  message: messageOf,
  message_edit: editOf,
  postback: postbackOf,
  referral: (body, context) => {
    const referral = OptionalReferral.parse(body);
    return referral ? [referralEvent(referral, context)] : [other("unreadable referral", context.at)];
  },
  reaction: reactionOf,
  delivery: (body, context) => receiptOf(body, "delivered", context),
  read: (body, context) => receiptOf(body, "read", context),
  optin: optInOf,
  pass_thread_control: (body, context) => handoverOf(body, "passed", "us", "Another app handed this conversation to us", context),
  take_thread_control: (body, context) => handoverOf(body, "taken", "other", "Another app took this conversation over", context),
  request_thread_control: (body, context) => handoverOf(body, "requested", "us", "Another app asks for this conversation", context),
};

function messageOf(body: unknown, { person, by, at, standby }: Context): InboundEvent[] {
  const message = Message.safeParse(body).data;
  if (!message) return [other("message without an id", at)];
  const { mid, metadata } = message;
  if (message.is_self) return [];
  if (message.is_deleted) return [{ kind: "delete", target: mid, person, by, at }];
  const said = saidOf(message, at);
  if (by === "us") return [{ kind: "echo", externalId: mid, to: person, ...(OUR_REFERENCE.test(metadata) && { reference: metadata }), at, ...said }];
  return [{ kind: "message", externalId: mid, from: person, at, ...(standby && { standby }), ...said }];
}

function editOf(body: unknown, { person, by, at }: Context): InboundEvent[] {
  const edit = Edit.safeParse(body).data;
  // Without a number it is no edit: Instagram also announces new messages so, with none of their words.
  if (!edit || edit.num_edit === null) return [other("edit without a number", at)];
  return [{ kind: "edit", target: edit.mid, person, by, text: edit.text, version: edit.num_edit, at }];
}

/**
 * A tap on a button, a menu or an opening question: they look alike on the wire, and the payload is only known to the app that
 * made it. Only one that brings along where they came from is sure to have begun the chat.
 */
function postbackOf(body: unknown, context: Context): InboundEvent[] {
  const postback = Postback.safeParse(body).data;
  if (!postback) return [other("unreadable postback", context.at)];
  const { mid, title, payload, referral } = postback;
  return [{
    kind: "message", externalId: mid ?? idOf("postback", context), from: context.person, at: context.at, ...(context.standby && { standby: true }),
    text: title || payload || "A tap on a button", media: [], content: { kind: "choice", how: referral ? "ice-breaker" : "tap", payload: payload || null, description: null },
    ...(referral && { referral: referralOf(referral) }),
  }];
}

const CAME_FROM = { ad: "an ad", post: "a post", link: "a link", shop: "a product", story: "a story", site: "a website" } as const;

function referralEvent(meta: MetaReferral, context: Context): InboundEvent {
  const referral = referralOf(meta);
  const data = { source: meta.source || null, adId: meta.ad_id ?? null, postId: meta.ads_context_data?.post_id ?? null, productId: meta.product?.id ?? null };
  return {
    kind: "activity", externalId: idOf("referral", context), person: context.person, type: "referral", text: `Opened the chat from ${CAME_FROM[referral.kind]}${referral.headline ? `: ${referral.headline}` : ""}`,
    data, referral, opensWindow: OPENING_SOURCES.has(meta.source.toUpperCase()), at: context.at,
  };
}

function reactionOf(body: unknown, { person, by, at }: Context): InboundEvent[] {
  const reaction = Reaction.safeParse(body).data;
  if (!reaction) return [other("unreadable reaction", at)];
  const { mid: target, action } = reaction;
  if (action === "unreact") return [{ kind: "reaction", target, person, by, emoji: null, at }];
  const emoji = reaction.emoji || (Object.hasOwn(REACTIONS, reaction.reaction) ? REACTIONS[reaction.reaction]! : "");
  if (emoji === "" || emoji.length > EMOJI_MAX) return [other("reaction without a sign", at)];
  return [{ kind: "reaction", target, person, by, emoji, at }];
}

/** All of ours until then: Messenger names the time, Instagram the newest message. */
function receiptOf(body: unknown, state: "delivered" | "read", { person, by, at }: Context): InboundEvent[] {
  const receipt = Receipt.safeParse(body).data;
  const externalId = receipt?.mid ?? receipt?.mids?.at(-1);
  // What we have read ourselves says nothing of our messages.
  if (!receipt || by === "us") return [other(`${state} receipt of nobody`, at)];
  if (receipt.watermark !== null) return [{ kind: "receipt", person, state, upTo: receipt.watermark, at }];
  return [externalId === undefined ? other(`${state} receipt about nothing`, at) : { kind: "receipt", person, state, upTo: at, externalId, at }];
}

function optInOf(body: unknown, context: Context): InboundEvent[] {
  const { person, at } = context;
  const optIn = OptIn.safeParse(body).data;
  if (!optIn) return [other("unreadable optin", at)];
  const { type, topic, title, ref, payload, notification_messages_status: status } = optIn;
  if (type === "notification_messages" && status.startsWith("STOP")) return [{ kind: "consent", person, change: "stop", purpose: "marketing", text: topic || title || null, at }];
  if (type === "notification_messages") return [{ kind: "consent", person, change: "start", purpose: "marketing", text: topic || title || null, at }];
  return [{ kind: "activity", externalId: idOf("optin", context), person, type: "optin", text: "Agreed to hear from us", data: { type: type || null, ref: ref || null, payload: payload || null }, at }];
}

function handoverOf(body: unknown, what: string, owner: "us" | "other", text: string, context: Context): InboundEvent[] {
  const handover = Handover.safeParse(body).data;
  if (!handover) return [other("unreadable handover", context.at)];
  const data = { owner, previousAppId: handover.previous_owner_app_id ?? null, newAppId: handover.new_owner_app_id ?? handover.requested_owner_app_id ?? null, note: handover.metadata || null };
  return [{ kind: "activity", externalId: idOf(`handover-${what}`, context), person: context.person, type: "handover", text, data, at: context.at }];
}
