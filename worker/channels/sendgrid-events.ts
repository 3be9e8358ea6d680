import { z } from "zod";
import type { EntryState } from "../contract/entry";
import { addressKey, isMailAddress } from "../domain/mail-address";
import { bare } from "../domain/mail-thread";
import { jsonOf } from "./answer";
import type { Handle, InboundEvent } from "./channel";
import { DETAIL_MAX } from "./mail-send";
import { sendGridError } from "./sendgrid-errors";

const LONG_ID = 16; // ids of today have 22 letters before their first dot; shorter ones only count whole

const text = z.string().catch("");
const Event = z.object({
  event: z.string(), email: text, timestamp: z.number().catch(Number.NaN), sg_message_id: text, "smtp-id": text, type: text, reason: text, response: text, status: text,
  // Our own, as they were sent with the message.
  conversation: text, message: text,
});
type Event = z.infer<typeof Event>;

/** Opens and clicks are missing on purpose: privacy proxies and scanners cause most of them. */
const STATES: Readonly<Record<string, EntryState>> = { processed: "sent", deferred: "sending", delivered: "delivered", bounce: "failed", dropped: "failed", spamreport: "delivered" };

/** The id that the answer to our request had: events lengthen it by where the message passed (`….filter0001…`, `….recvd-…`). */
export const sendGridId = (id: string): string => {
  const first = id.slice(0, id.includes(".") ? id.indexOf(".") : undefined);
  return first.length >= LONG_ID ? first : id.split(/\.(?:filter|recvd)/, 1)[0]!;
};

function failureOf({ event, type, reason, status }: Event): { code: string } | null {
  if (event === "dropped") return { code: `dropped/${reason.toLowerCase().replace(/[^a-z]+/g, "_").slice(0, DETAIL_MAX)}` };
  // A block passes, whatever the other server's code says; a bounce puts the address on SendGrid's list.
  if (event === "bounce" && type === "blocked") return { code: "blocked" };
  return event === "bounce" ? { code: /^5\.\d{1,3}\.\d{1,3}$/.test(status) ? status : "bounce" } : null;
}

function eventsOf(event: Event, receivedAt: number): InboundEvent[] {
  const at = Number.isFinite(event.timestamp) ? event.timestamp * 1000 : receivedAt;
  const recipient = isMailAddress(event.email) ? addressKey(event.email) : null;
  const person: Handle | null = recipient === null ? null : { kind: "email", address: recipient };
  const kind = event.event;
  if (kind === "unsubscribe" && person) return [{ kind: "consent", person, change: "stop", purpose: "all", text: null, at }];
  // Groups are kinds of mailings; what people write to each other belongs to none.
  if ((kind === "group_unsubscribe" || kind === "group_resubscribe") && person) return [{ kind: "consent", person, change: kind === "group_unsubscribe" ? "stop" : "start", purpose: "marketing", text: null, at }];
  const state = Object.hasOwn(STATES, kind) ? STATES[kind] : undefined;
  if (!state) return [{ kind: "other", label: kind.slice(0, DETAIL_MAX), at }];
  const failure = failureOf(event);
  const detail = (event.reason || event.response).slice(0, DETAIL_MAX);
  const status: InboundEvent = {
    kind: "status", state, at,
    ...(event.sg_message_id && { externalId: sendGridId(event.sg_message_id) }),
    ...(event["smtp-id"] && { messageId: bare(event["smtp-id"]) }),
    ...(event.conversation && event.message && { reference: `${event.conversation}:${event.message}` }),
    ...(recipient && { recipient }),
    ...(failure && { ...failure, class: sendGridError(failure.code)?.class ?? "permanent" }),
    ...(state !== "sent" && state !== "delivered" && detail && { detail }),
  };
  return kind === "spamreport" && person ? [status, { kind: "complaint", from: person, at }] : [status];
}

/** What a request of the Event Webhook says: many events about many messages, repeated and out of order; each stands for itself. */
export function sendGridEvents(body: Uint8Array, receivedAt: number): InboundEvent[] {
  const list = z.array(z.unknown()).safeParse(jsonOf(new TextDecoder().decode(body))).data;
  if (!list) return [{ kind: "other", label: "unreadable", at: receivedAt }];
  return list.flatMap((one): InboundEvent[] => {
    const event = Event.safeParse(one).data;
    return event ? eventsOf(event, receivedAt) : [{ kind: "other", label: "unreadable", at: receivedAt }];
  });
}
