import { SegmentedMessage } from "sms-segments-calculator";
import type { WorldMessage } from "../api";

const API_VERSION = "2010-04-01";

/** Twilio numbers text messages SM and those with media MM. */
export const newSid = (prefix: "SM" | "MM" | "ME"): string => prefix + crypto.randomUUID().replaceAll("-", "");

/** Multimedia messages are not cut into segments. */
export const segmentsOf = (body: string, mediaCount: number): string => (mediaCount > 0 ? "1" : String(Math.max(1, new SegmentedMessage(body).segmentsCount)));

export interface InboundFacts { sid: string; accountSid: string; serviceSid: string; from: string; to: string; body: string; media: { url: string; type: string }[]; optOutType?: string }

/** The form of an incoming message. Places are sent for US numbers only: anywhere else fields are missing. */
export function inboundParams({ sid, accountSid, serviceSid, from, to, body, media, optOutType }: InboundFacts): URLSearchParams {
  const params = new URLSearchParams();
  if (to.startsWith("+1")) for (const [key, value] of [["ToCountry", "US"], ["ToState", "CA"], ["ToCity", "OAKLAND"], ["ToZip", "94612"]] as const) params.set(key, value);
  if (from.startsWith("+1")) for (const [key, value] of [["FromCountry", "US"], ["FromState", "CA"], ["FromCity", "SAN FRANCISCO"], ["FromZip", "94105"]] as const) params.set(key, value);
  const rest = {
    SmsMessageSid: sid, NumMedia: String(media.length), SmsSid: sid, SmsStatus: "received", Body: body, ...(serviceSid && { MessagingServiceSid: serviceSid }),
    NumSegments: segmentsOf(body, media.length), MessageSid: sid, AccountSid: accountSid, From: from, To: to, ApiVersion: API_VERSION, ...(optOutType && { OptOutType: optOutType }),
  };
  for (const [key, value] of Object.entries(rest)) params.set(key, value);
  for (const [index, { url, type }] of media.entries()) {
    params.set(`MediaContentType${index}`, type);
    params.set(`MediaUrl${index}`, url);
  }
  return params;
}

/** The form of a status callback. */
export function statusParams(message: WorldMessage, state: string, code: string | null, accountSid: string): URLSearchParams {
  const service = message.raw["MessagingServiceSid"];
  return new URLSearchParams({
    SmsSid: message.id, SmsStatus: state, MessageStatus: state, To: message.to, ...(typeof service === "string" && { MessagingServiceSid: service }),
    MessageSid: message.id, AccountSid: accountSid, From: message.from, ApiVersion: API_VERSION, ...(code !== null && { ErrorCode: code }),
  });
}

/** `Sun, 22 Nov 2026 10:00:00 +0000`, the way Twilio writes times. */
const rfc2822 = (at: number | string): string => new Date(at).toUTCString().replace("GMT", "+0000");

/** What a text costs in the US, for each segment, and an MMS. Twilio writes what it takes as a negative number. */
const SEGMENT_PRICE = 0.0083;
const MMS_PRICE = 0.022;

/** Known once the carrier is done with it, not while it is on its way. */
function priceOf(message: WorldMessage, isOurs: boolean): string | null {
  if (!isOurs || !["delivered", "undelivered", "failed"].includes(message.state)) return null;
  return (-(message.media.length > 0 ? MMS_PRICE : SEGMENT_PRICE * Number(segmentsOf(message.text, 0)))).toFixed(5);
}

/** The message resource of Twilio's API. */
export function messageResource(message: WorldMessage, accountSid: string): Record<string, unknown> {
  const service = message.raw["MessagingServiceSid"] ?? null;
  const isOurs = message.by === "app";
  const uri = `/${API_VERSION}/Accounts/${accountSid}/Messages/${message.id}`;
  const sentStep = message.history.find(({ state }) => state === "sent" || state === "received");
  return {
    account_sid: accountSid, api_version: API_VERSION, body: message.text, date_created: rfc2822(message.at), date_sent: sentStep ? rfc2822(sentStep.at) : null,
    date_updated: rfc2822(message.history.at(-1)?.at ?? message.at), direction: isOurs ? "outbound-api" : "inbound", error_code: message.code === null ? null : Number(message.code), error_message: null,
    // A messaging service has not chosen its sender when it answers.
    from: service !== null && message.state === "accepted" ? null : message.from, messaging_service_sid: service, num_media: String(message.media.length),
    num_segments: service !== null && message.state === "accepted" ? "0" : segmentsOf(message.text, message.media.length), price: priceOf(message, isOurs), price_unit: "USD", sid: message.id, status: message.state,
    subresource_uris: { media: `${uri}/Media.json` }, to: message.to, uri: `${uri}.json`,
  };
}
