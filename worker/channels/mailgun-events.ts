import { z } from "zod";
import { addressKey, isMailAddress } from "../domain/mail-address";
import { bare } from "../domain/mail-thread";
import type { InboundEvent } from "./channel";
import { DETAIL_MAX } from "./mail-send";
import { mailgunError } from "./mailgun-errors";

const text = z.string().catch("");
const Body = z.object({
  "event-data": z.object({
    event: z.string(),
    timestamp: z.number().catch(Number.NaN),
    recipient: text, severity: text, reason: text,
    message: z.object({ headers: z.object({ "message-id": text }).catch({ "message-id": "" }) }).catch({ headers: { "message-id": "" } }),
    "delivery-status": z.object({ code: z.union([z.number(), z.string()]).catch(""), message: text, description: text, "enhanced-code": text, "bounce-type": text }).catch({ code: "", message: "", description: "", "enhanced-code": "", "bounce-type": "" }),
    reject: z.object({ reason: text, description: text }).optional().catch(undefined),
    "user-variables": z.record(z.string(), z.unknown()).catch({}),
  }),
});
type Event = z.infer<typeof Body>["event-data"];

function aboutOf(event: Event, recipient: string | null) {
  const id = bare(event.message.headers["message-id"]);
  const { conversation, message } = event["user-variables"];
  return {
    ...(id && { externalId: id, messageId: id }),
    ...(typeof conversation === "string" && typeof message === "string" && { reference: `${conversation}:${message}` }),
    ...(recipient && { recipient }),
  };
}

/** A mail server's enhanced code says more than Mailgun's reason, except where Mailgun itself held the message back. */
function failure(event: Event): { code: string; detail: string } {
  const status = event["delivery-status"];
  const detail = (status.message || status.description || event.reject?.reason || event.reject?.description || "").slice(0, DETAIL_MAX);
  const enhanced = /\b[45]\.\d{1,3}\.\d{1,3}\b/.exec(`${status["enhanced-code"]} ${status.message}`)?.[0];
  const reason = event.event === "rejected" ? "rejected" : event.reason || "generic";
  const isMailguns = reason.startsWith("suppress-") || reason === "old" || reason === "rejected";
  return { code: isMailguns || !enhanced ? reason.slice(0, DETAIL_MAX) : enhanced, detail };
}

/** What one of Mailgun's event webhooks says; null when it is none. Opens and clicks are only noted: privacy proxies and scanners cause most of them. */
export function mailgunEvents(body: unknown, receivedAt: number): InboundEvent[] | null {
  const event = Body.safeParse(body).data?.["event-data"];
  if (!event) return null;
  const at = Number.isNaN(event.timestamp) ? receivedAt : Math.round(event.timestamp * 1000);
  const recipient = isMailAddress(event.recipient) ? addressKey(event.recipient) : null;
  const about = aboutOf(event, recipient);
  const isFinal = event.severity !== "temporary";
  switch (event.event) {
    case "accepted": return [{ kind: "status", state: "sent", at, ...about }];
    case "delivered": return [{ kind: "status", state: "delivered", at, ...about }];
    case "failed":
    case "rejected": {
      // Mailgun goes on trying for eight hours.
      if (!isFinal) return [{ kind: "status", state: "sending", at, ...about }];
      const { code, detail } = failure(event);
      return [{ kind: "status", state: "failed", at, ...about, code, ...(detail && { detail }), class: mailgunError(code)?.class ?? "permanent" }];
    }
    case "complained": return [{ kind: "status", state: "delivered", at, ...about }, ...(recipient ? [{ kind: "complaint" as const, from: { kind: "email" as const, address: recipient }, at }] : [])];
    case "unsubscribed": return [recipient ? { kind: "consent", person: { kind: "email", address: recipient }, change: "stop", purpose: "all", text: null, at } : { kind: "other", label: "unsubscribed", at }];
    default: return [{ kind: "other", label: event.event.slice(0, DETAIL_MAX), at }];
  }
}
