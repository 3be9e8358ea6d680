import { z } from "zod";
import { addressKey, parseMailAddress } from "../domain/mail-address";
import { jsonOf } from "./answer";
import type { InboundEvent } from "./channel";
import { DETAIL_MAX } from "./mail-send";
import { sesError } from "./ses-errors";
import { snsUrl, type SnsMessage } from "./sns";

const text = z.string().catch("");
const list = <T extends z.ZodType>(of: T) => z.array(z.unknown()).catch([]).transform((all) => all.flatMap((one): z.infer<T>[] => { const { data } = of.safeParse(one); return data === undefined ? [] : [data as z.infer<T>]; }));
const Recipient = z.object({ emailAddress: z.string(), status: text, diagnosticCode: text });
const when = { timestamp: text };

/** Event publishing says `eventType`, the older feedback of an identity `notificationType`. */
const Report = z.object({
  eventType: text, notificationType: text,
  mail: z.object({ messageId: z.string(), destination: list(z.string()), tags: z.record(z.string(), z.array(z.string())).catch({}) }),
  bounce: z.object({ bounceType: text, bounceSubType: text, bouncedRecipients: list(Recipient), ...when }).optional().catch(undefined),
  complaint: z.object({ complainedRecipients: list(Recipient), ...when }).optional().catch(undefined),
  delivery: z.object({ recipients: list(z.string()), ...when }).optional().catch(undefined),
  deliveryDelay: z.object({ delayType: text, delayedRecipients: list(Recipient), ...when }).optional().catch(undefined),
  reject: z.object({ reason: text }).optional().catch(undefined),
  failure: z.object({ errorMessage: text }).optional().catch(undefined),
});
type Report = z.infer<typeof Report>;
type Status = Extract<InboundEvent, { kind: "status" }>;

const addressOf = (written: string): string | null => {
  const address = parseMailAddress(written)?.address;
  return address ? addressKey(address) : null;
};

function failure(recipient: z.infer<typeof Recipient>, { bounceType, bounceSubType }: NonNullable<Report["bounce"]>): Partial<Status> {
  const isFinal = bounceType === "Permanent";
  const ofServer = isFinal && /^5\.\d{1,3}\.\d{1,3}$/.test(recipient.status) && !/Suppress/.test(bounceSubType);
  const code = ofServer ? recipient.status : ["bounce", bounceType || "Undetermined", bounceSubType].filter(Boolean).join("/").slice(0, DETAIL_MAX);
  const detail = recipient.diagnosticCode.replace(/^smtp;\s*/i, "").slice(0, DETAIL_MAX);
  // The server's code has the better sentence; whether it is final was judged by Amazon.
  return { code, class: isFinal ? "permanent" : sesError(code)?.class ?? "temporary", ...(detail && { detail }) };
}

function eventsOf(report: Report, sentAt: number): InboundEvent[] {
  const { mail, bounce, complaint, delivery, deliveryDelay, reject } = report;
  const kind = report.eventType || report.notificationType;
  const at = Date.parse((bounce ?? complaint ?? delivery ?? deliveryDelay)?.timestamp ?? "") || sentAt;
  const [conversation, message] = [mail.tags["conversation"]?.[0], mail.tags["message"]?.[0]];
  const about = { kind: "status" as const, at, externalId: mail.messageId, ...(conversation && message && { reference: `${conversation}:${message}` }) };
  const status = (state: Status["state"], written: string | null, more: Partial<Status> = {}): Status => {
    const recipient = written === null ? null : addressOf(written);
    return { ...about, state, ...(recipient && { recipient }), ...more };
  };
  switch (kind) {
    case "Send": return [status("sent", null)];
    case "Delivery": return (delivery?.recipients ?? []).map((one) => status("delivered", one));
    case "DeliveryDelay": return (deliveryDelay?.delayedRecipients ?? []).map((one) => status("sending", one.emailAddress, { detail: (one.diagnosticCode || deliveryDelay!.delayType).slice(0, DETAIL_MAX) }));
    case "Bounce": return (bounce?.bouncedRecipients ?? []).map((one) => status("failed", one.emailAddress, failure(one, bounce!)));
    case "Reject": return [status("failed", null, { code: "rejected", class: "permanent", ...(reject?.reason && { detail: reject.reason.slice(0, DETAIL_MAX) }) })];
    case "Rendering Failure": return [status("failed", null, { code: "rendering-failure", class: "permanent", ...(report.failure && { detail: report.failure.errorMessage.slice(0, DETAIL_MAX) }) })];
    case "Complaint": return complained((complaint?.complainedRecipients ?? []).map(({ emailAddress }) => addressOf(emailAddress)), status, at);
    default: return [{ kind: "other", label: (kind || "unreadable").slice(0, DETAIL_MAX), at }];
  }
}

/** Who reports a mail as spam has received it. A list of several is everybody at that domain: which of them it was stays unknown. */
function complained(people: (string | null)[], status: (state: "delivered", recipient: string | null) => Status, at: number): InboundEvent[] {
  const [only] = people;
  if (people.length !== 1 || !only) return [{ kind: "other", label: "Complaint", at }];
  return [status("delivered", only), { kind: "complaint", from: { kind: "email", address: only }, at }];
}

/** What a verified message of Amazon SNS says. A new subscription waits for us to confirm it. */
export function sesEvents(message: SnsMessage, receivedAt: number): InboundEvent[] {
  const time = Date.parse(message.Timestamp);
  const at = Number.isNaN(time) ? receivedAt : time;
  if (message.Type === "SubscriptionConfirmation") return message.SubscribeURL && snsUrl(message.SubscribeURL) ? [{ kind: "pending", ref: message.SubscribeURL, at }] : [{ kind: "other", label: "subscription", at }];
  // Visiting its SubscribeURL would subscribe again what somebody has ended.
  if (message.Type === "UnsubscribeConfirmation") return [{ kind: "notice", code: "unsubscribed", sentence: "Amazon SNS has ended the subscription that tells what became of sent mail. Subscribe this connection's address to the topic again if that was a mistake.", at }];
  const report = Report.safeParse(jsonOf(message.Message)).data;
  return report ? eventsOf(report, at) : [{ kind: "other", label: "unreadable", at }];
}
