import { bytesOf } from "../upload";

export type Fields = Record<string, unknown>;
export const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

/** JSON in base64, with either alphabet; nothing when it is none. */
export function decoded(base64: string): Fields {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytesOf(base64.replaceAll("-", "+").replaceAll("_", "/"))));
    return isFields(json) ? json : {};
  } catch {
    return {};
  }
}

export function fieldsOf(body: Uint8Array): Fields {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(body));
    return isFields(json) ? json : {};
  } catch {
    return {};
  }
}

/** What Pub/Sub posts: the data in base64, with an id of the posting. */
export function pushed(data: Fields, attributes: Fields, now: number): { body: string; eventId: string } {
  const eventId = String(crypto.getRandomValues(new Uint32Array(1))[0]! + 100_000_000_000);
  const base64 = btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(data))));
  const publishTime = new Date(now).toISOString();
  return { eventId, body: JSON.stringify({ message: { attributes, data: base64, messageId: eventId, message_id: eventId, publishTime, publish_time: publishTime }, subscription: "projects/demo/subscriptions/inbox-push" }) };
}

/** Pub/Sub goes on for days, here a hundred times as fast. */
export const RETRIES_MS = [100, 200, 400, 800, 1_600, 3_200, 6_000, 6_000, 6_000] as const;
