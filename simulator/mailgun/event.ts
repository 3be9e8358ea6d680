import type { WorldMessage } from "../api";
import { domainOf } from "../mail/address";

/** What Mailgun says of a state, beside what is common to all events. */
const EVENTS: Readonly<Record<string, (code: string | null) => Record<string, unknown>>> = {
  accepted: () => ({ event: "accepted", method: "HTTP" }),
  delivered: () => ({ event: "delivered", "delivery-status": { code: 250, message: "OK", description: "", "attempt-no": 1, tls: true } }),
  delayed: () => ({ event: "failed", severity: "temporary", reason: "generic", "delivery-status": { code: 421, message: "4.4.2 try again later", "retry-seconds": 600, "attempt-no": 1 } }),
  bounced: (code) => ({ event: "failed", severity: "permanent", reason: code ?? "bounce", "delivery-status": { code: 550, message: "5.1.1 The email account that you tried to reach does not exist.", "attempt-no": 1 } }),
  suppressed: () => ({ event: "failed", severity: "permanent", reason: "suppress-bounce", "delivery-status": { code: 605, message: "Not delivering to previously bounced address" } }),
  complained: () => ({ event: "complained" }),
  unsubscribed: () => ({ event: "unsubscribed" }),
};

/** The body of the webhook on one recipient, without its signature; null for states that Mailgun does not report. */
export function eventBody({ from, mail, raw }: WorldMessage, recipient: string, { state, code }: { state: string; code: string | null }, id: string, now: number): string | null {
  const event = EVENTS[state]?.(code);
  if (!event || !mail) return null;
  return JSON.stringify({
    "event-data": {
      id, timestamp: now / 1_000, "log-level": event["event"] === "failed" ? "error" : "info", recipient, "recipient-domain": domainOf(recipient),
      message: { headers: { "message-id": mail.messageId.replace(/^<|>$/g, ""), from, to: mail.to.join(", "), subject: mail.subject }, size: 500, attachments: [] },
      "user-variables": raw["user-variables"] ?? {}, flags: { "is-test-mode": false }, tags: [], ...event,
    },
  });
}
