import { SegmentedMessage } from "sms-segments-calculator";
import type { Media, WorldMessage } from "../api";

/** What one part of a text and one MMS cost here, in US dollars. */
const PRICE_PER_PART = 0.004;
const PRICE_PER_MMS = 0.015;

const CARRIER = "T-Mobile USA";
const party = (phone_number: string, status?: string) => ({ phone_number, carrier: CARRIER, line_type: "Wireless", ...(status !== undefined && { status }) });

export const partsOf = (text: string, mediaCount: number): number => (mediaCount > 0 ? 1 : Math.max(1, new SegmentedMessage(text).segmentsCount));
const encodingOf = (text: string): string => (new SegmentedMessage(text).encodingName === "GSM-7" ? "GSM-7" : "UCS-2");

export interface EventFacts { event: "message.received" | "message.sent" | "message.finalized"; eventId: string; at: string; attempt: number; url: string; payload: Record<string, unknown> }

/** The envelope of every webhook. */
export const envelope = ({ event, eventId, at, attempt, url, payload }: EventFacts) =>
  ({ data: { event_type: event, id: eventId, occurred_at: at, payload, record_type: "event" }, meta: { attempt, delivered_to: url } });

const common = ({ id, text, media, at }: Pick<WorldMessage, "id" | "text" | "media" | "at">, profileId: string, isMms: boolean) => ({
  id, record_type: "message", messaging_profile_id: profileId, type: isMms ? "MMS" : "SMS", subject: "", tags: [], text, encoding: isMms ? null : encodingOf(text), parts: partsOf(text, media.length),
  received_at: at, valid_until: null, webhook_failover_url: null, cost_breakdown: null,
});

/** The payload of what a customer wrote; `others` are in a group with them. */
export const inboundPayload = (message: WorldMessage, others: readonly string[], media: { url: string; type: string; size: number }[], profileId: string, autoresponse: string | null) => ({
  ...common(message, profileId, media.length > 0 || others.length > 0), direction: "inbound", from: party(message.from), to: [party(message.to, "webhook_delivered")], cc: others.map((one) => party(one, "unknown")),
  media: media.map(({ url, type, size }) => ({ url, content_type: type, size, hash_sha256: null })), completed_at: null, sent_at: null, cost: null, errors: [], ...(autoresponse && { autoresponse_type: autoresponse }),
});

/** The payload of a report: of a group, each of them has a state of their own; the last is the one that fails. */
export function statusPayload(message: WorldMessage, state: string, code: string | null, profileId: string, at: string) {
  const people = message.to.split(", ");
  const isFinal = state !== "queued" && state !== "sent" && state !== "sending";
  const isMms = message.media.length > 0 || people.length > 1;
  const amount = (isMms ? PRICE_PER_MMS : PRICE_PER_PART * partsOf(message.text, 0)) * people.length;
  return {
    ...common(message, profileId, isMms), direction: "outbound", from: party(message.from), cc: [], media: message.media.map((file: Media) => ({ url: file.url, content_type: file.type, size: file.size, sha256: null })),
    to: people.map((one, index) => party(one, code !== null && people.length > 1 && index < people.length - 1 ? "delivered" : state)),
    completed_at: isFinal ? at : null, sent_at: message.history.find((step) => step.state === "sent")?.at ?? null,
    cost: isFinal && code === null ? { amount: amount.toFixed(4), currency: "USD" } : null, errors: code === null ? [] : [{ code, title: "Delivery failed", detail: "The pretend carrier was asked to fail this message", meta: {} }],
  };
}
