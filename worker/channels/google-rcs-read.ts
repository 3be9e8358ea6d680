import { z } from "zod";
import type { Content } from "../contract/content";
import { fromBase64, sameSecret, toBase64 } from "../platform/vault";
import { jsonOf } from "./answer";
import type { Handle, InboundEvent, MediaRef, RawRequest } from "./channel";
import { timeOf } from "./google-reviews-read";

const LABEL_MAX = 80;
const GREETING_MAX = 500; // Google's secret is ten digits; nobody gets more echoed

const text = z.string().catch("");
const Push = z.object({ message: z.object({ data: z.string().min(1), attributes: z.looseObject({ type: text, event_type: text, business_id: text }).catch({ type: "", event_type: "", business_id: "" }) }) });
const Greeting = z.strictObject({ clientToken: z.string().min(1), secret: z.union([z.string().min(1).max(GREETING_MAX), z.number()]) });
const Phone = z.string().regex(/^\+\d{5,20}$/);
const File = z.object({ mimeType: text, fileUri: z.url({ protocol: /^https$/ }), fileName: z.string().optional().catch(undefined) });
const Message = z.object({
  senderPhoneNumber: Phone, messageId: z.string().min(1).max(300), sendTime: text, agentId: text,
  text: z.string().optional().catch(undefined),
  userFile: z.object({ payload: File }).optional().catch(undefined),
  location: z.object({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) }).optional().catch(undefined),
  suggestionResponse: z.object({ postbackData: text, text }).optional().catch(undefined),
});
const UserEvent = z.object({ senderPhoneNumber: Phone, eventType: z.string().min(1), messageId: text, sendTime: text, agentId: text });
const ServerEvent = z.object({ phoneNumber: Phone, eventType: z.string().min(1), messageId: z.string().min(1), sendTime: text, agentId: text });
const Launch = z.object({ agentId: text, launchState: text, oldLaunchState: text, regionId: text });
const OfAgent = z.object({ agentId: text });

/** The secret to give back when Google first calls the webhook with our token; null for anything else. */
export function greetingOf({ body }: RawRequest, clientToken: string): string | null {
  const greeting = Greeting.safeParse(jsonOf(new TextDecoder().decode(body))).data;
  return greeting && clientToken !== "" && sameSecret(clientToken, greeting.clientToken) ? String(greeting.secret) : null;
}

/**
 * HMAC-SHA512 under the client token, over the decoded data and nothing around it; so only the data is believed.
 * https://developers.google.com/business-communications/rcs-business-messaging/guides/integrate/webhooks
 */
export async function isSignedByRcs({ headers, body }: RawRequest, clientToken: string): Promise<boolean> {
  const given = headers["x-goog-signature"];
  const data = dataOf(body);
  if (!given || !data || clientToken === "") return false;
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(clientToken), { name: "HMAC", hash: "SHA-512" }, false, ["sign"]);
  return sameSecret(toBase64(new Uint8Array(await crypto.subtle.sign("HMAC", key, data))), given);
}

/** The events of one request that are for this agent. */
export function rcsEvents(request: RawRequest, agentId: string): InboundEvent[] {
  const { receivedAt: now } = request;
  const data = dataOf(request.body);
  const said = data && jsonOf(new TextDecoder().decode(data));
  if (said === null) return [other("unreadable request", now)];
  const agent = OfAgent.safeParse(said).data?.agentId ?? "";
  // A partner has one webhook for all its agents.
  if (agent !== "" && agent.toLowerCase() !== agentId.toLowerCase()) return [];
  const event = UserEvent.safeParse(said).data;
  if (event) return userEvent(event, now);
  const server = ServerEvent.safeParse(said).data;
  if (server) return [serverEvent(server, now)];
  const message = Message.safeParse(said).data;
  if (message) return [messageOf(message, now)];
  const launch = Launch.safeParse(said).data;
  if (launch && launch.launchState !== "") return [noticeOf(launch, now)];
  return [other("unknown event", now)];
}

const other = (label: string, at: number): InboundEvent => ({ kind: "other", label: label.slice(0, LABEL_MAX), at });

function messageOf(message: z.infer<typeof Message>, now: number): InboundEvent {
  const { senderPhoneNumber, messageId, sendTime, location, userFile, suggestionResponse } = message;
  const from: Handle = { kind: "phone", address: senderPhoneNumber };
  const base = { externalId: messageId, from, at: timeOf(sendTime, now), media: [] as MediaRef[] };
  if (message.text !== undefined) return { kind: "message", ...base, text: message.text };
  if (userFile) {
    const { fileUri, mimeType, fileName } = userFile.payload;
    return { kind: "message", ...base, text: "", media: [{ ref: fileUri, type: mimeType || "application/octet-stream", ...(fileName && { name: fileName }) }] };
  }
  if (location) return { kind: "message", ...base, text: `${location.latitude}, ${location.longitude}`, content: { kind: "location", ...location, name: null, address: null, url: null } };
  if (suggestionResponse) {
    const content: Content = { kind: "choice", how: "quick-reply", payload: suggestionResponse.postbackData || null, description: null };
    return { kind: "message", ...base, text: suggestionResponse.text, content };
  }
  return { kind: "message", ...base, text: "A message that can only be seen in the app", content: { kind: "unsupported", what: "rcs" } };
}

function userEvent({ senderPhoneNumber, eventType, messageId, sendTime }: z.infer<typeof UserEvent>, now: number): InboundEvent[] {
  const at = timeOf(sendTime, now);
  const person: Handle = { kind: "phone", address: senderPhoneNumber };
  if ((eventType === "DELIVERED" || eventType === "READ") && messageId !== "")
    return [{ kind: "status", externalId: messageId, recipient: senderPhoneNumber, state: eventType === "READ" ? "read" : "delivered", at }];
  if (eventType === "UNSUBSCRIBE" || eventType === "SUBSCRIBE") return [{ kind: "consent", person, change: eventType === "SUBSCRIBE" ? "start" : "stop", purpose: "all", text: null, at }];
  return [eventType === "IS_TYPING" ? { kind: "typing", person, at } : other(eventType, at)];
}

/** Withdrawn unread: it failed. Where the withdrawal failed it may still arrive, which DELIVERED will say. */
function serverEvent({ phoneNumber, eventType, messageId, sendTime }: z.infer<typeof ServerEvent>, now: number): InboundEvent {
  const at = timeOf(sendTime, now);
  return eventType === "TTL_EXPIRATION_REVOKED"
    ? { kind: "status", externalId: messageId, recipient: phoneNumber, state: "failed", class: "permanent", code: "expired", detail: eventType, at } : other(eventType, at);
}

function noticeOf({ launchState, regionId }: z.infer<typeof Launch>, at: number): InboundEvent {
  const where = regionId.split("/").at(-1) || "one region";
  const sentence = launchState === "LAUNCHED" ? `The agent is launched in ${where}: customers there can be reached.`
    : `The state of the agent in ${where} is now ${launchState.toLowerCase().replaceAll("_", " ")}. See the Business Communications console.`;
  return { kind: "notice", code: `launch-${launchState.toLowerCase()}`, sentence, at };
}

/** The bytes that are signed; null when the request holds none. */
function dataOf(body: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const push = Push.safeParse(jsonOf(new TextDecoder().decode(body))).data;
  try {
    return push ? fromBase64(push.message.data) : null;
  } catch {
    // Anybody may send anything.
    return null;
  }
}
