import type { WorldMessage } from "../api";

/** What becomes of a mail, in the words of SendGrid's Event Webhook. */
const EVENTS: Readonly<Record<string, (code: string | null) => Record<string, unknown>>> = {
  processed: () => ({ event: "processed" }),
  delivered: () => ({ event: "delivered", response: "250 2.0.0 OK" }),
  delayed: () => ({ event: "deferred", response: "421 4.4.2 try again later", attempt: "1" }),
  bounced: (code) => ({ event: "bounce", type: code ?? "bounce", status: "5.1.1", reason: "550 5.1.1 The email account that you tried to reach does not exist.", bounce_classification: "Invalid Address" }),
  suppressed: (code) => ({ event: "dropped", reason: code ?? "Bounced Address", status: "5.0.0" }),
  complained: () => ({ event: "spamreport" }),
  unsubscribed: () => ({ event: "unsubscribe" }),
};

/** One request: an array with an event for each recipient, and the line end that belongs to the signed bytes. Null for states that are not reported. */
export function eventBody({ id, raw, mail }: WorldMessage, recipients: readonly string[], { state, code }: { state: string; code: string | null }, now: number): string | null {
  const event = EVENTS[state]?.(code);
  if (!event) return null;
  const list = recipients.map((email) => ({
    email, timestamp: Math.floor(now / 1_000), "smtp-id": mail?.messageId, sg_event_id: crypto.randomUUID().replaceAll("-", ""), sg_message_id: `${id}.recvd-5d9f4c7b6-0`, ...(raw["custom_args"] as object | undefined), ...event,
  }));
  return `[${list.map((one) => JSON.stringify(one)).join(",\r\n")}]\r\n`;
}
