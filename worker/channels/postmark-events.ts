import { z } from "zod";
import { addressKey, isMailAddress } from "../domain/mail-address";
import type { Handle, InboundEvent } from "./channel";
import { DETAIL_MAX } from "./mail-send";
import { postmarkError } from "./postmark-errors";

const text = z.string().catch("");
const Event = z.object({
  RecordType: z.string(),
  MessageID: text, Recipient: text, Email: text, Type: text, Details: text, Description: text, DeliveredAt: text, BouncedAt: text, ChangedAt: text, ReceivedAt: text, SuppressionReason: text,
  SuppressSending: z.boolean().catch(false),
  Metadata: z.record(z.string(), z.string()).catch({}),
});
type Event = z.infer<typeof Event>;

/** Bounces that are no failure of the message: it arrived, and a machine or the recipient answered. */
const ARRIVED = new Set(["AutoResponder", "AddressChange", "ChallengeVerification", "OpenRelayTest", "Subscribe", "Unconfirmed"]);

const recipientOf = ({ Recipient, Email }: Event): string | null => [Recipient, Email].filter(isMailAddress).map(addressKey)[0] ?? null;
const handle = (address: string): Handle => ({ kind: "email", address });

const aboutOf = ({ MessageID, Metadata }: Event, recipient: string | null) => ({
  ...(MessageID && { externalId: MessageID }),
  ...(Metadata["conversation"] && Metadata["message"] && { reference: `${Metadata["conversation"]}:${Metadata["message"]}` }),
  ...(recipient && { recipient }),
});

function bounced(event: Event, at: number): InboundEvent[] {
  const recipient = recipientOf(event);
  const { Type, Details, Description } = event;
  if (Type === "SpamComplaint") return complained(event, at);
  if (Type === "Transient") return [{ kind: "status", state: "sending", at, ...aboutOf(event, recipient) }];
  if (Type === "Unsubscribe" && recipient) return [{ kind: "consent", person: handle(recipient), change: "stop", purpose: "all", text: null, at }];
  if (Type === "InboundError") return [{ kind: "notice", code: "inbound-error", sentence: "Postmark could not bring a mail to us. Look at the server's inbound Activity in Postmark and send it again from there.", at }];
  if (ARRIVED.has(Type)) return [{ kind: "other", label: `bounce ${Type}`, at }];
  const code = `bounce/${Type.slice(0, DETAIL_MAX)}`;
  const detail = (Details || Description).slice(0, DETAIL_MAX);
  return [{ kind: "status", state: "failed", at, ...aboutOf(event, recipient), code, ...(detail && { detail }), class: postmarkError(code)!.class }];
}

/** Who reports a mail as spam has received it. */
function complained(event: Event, at: number): InboundEvent[] {
  const recipient = recipientOf(event);
  const arrived: InboundEvent = { kind: "status", state: "delivered", at, ...aboutOf(event, recipient) };
  return recipient ? [arrived, { kind: "complaint", from: handle(recipient), at }] : [arrived];
}

/** Bounces and complaints suppress an address too, but they say so themselves, with the message. */
function subscribed(event: Event, at: number): InboundEvent[] {
  const recipient = recipientOf(event);
  const isTold = event.SuppressSending && (event.SuppressionReason === "HardBounce" || event.SuppressionReason === "SpamComplaint");
  if (!recipient || isTold) return [{ kind: "other", label: "SubscriptionChange", at }];
  return [{ kind: "consent", person: handle(recipient), change: event.SuppressSending ? "stop" : "start", purpose: "all", text: null, at }];
}

/** What one of Postmark's event webhooks says; null when it is none. Opens and clicks are only noted: privacy proxies and scanners cause most of them. */
export function postmarkEvents(body: unknown, receivedAt: number): InboundEvent[] | null {
  const event = Event.safeParse(body).data;
  if (!event) return null;
  const time = Date.parse(event.DeliveredAt || event.BouncedAt || event.ChangedAt || event.ReceivedAt);
  const at = Number.isNaN(time) ? receivedAt : time;
  switch (event.RecordType) {
    case "Delivery": return [{ kind: "status", state: "delivered", at, ...aboutOf(event, recipientOf(event)) }];
    case "Bounce": return bounced(event, at);
    case "SpamComplaint": return complained(event, at);
    case "SubscriptionChange": return subscribed(event, at);
    default: return [{ kind: "other", label: event.RecordType.slice(0, DETAIL_MAX), at }];
  }
}
