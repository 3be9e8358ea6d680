import type { WorldMessage } from "../api";

/** A recipient's bounce, delivery and so on, in the words of Postmark's webhooks. */
const RECORDS: Readonly<Record<string, (recipient: string, at: string, code: string | null) => Record<string, unknown>>> = {
  delivered: (Recipient, DeliveredAt) => ({ RecordType: "Delivery", Recipient, DeliveredAt, Details: "smtp;250 2.0.0 OK" }),
  delayed: (Email, BouncedAt) => bounce({ Email, BouncedAt, Type: "Transient", TypeCode: 2, Details: "smtp;421 4.4.2 try again later" }),
  bounced: (Email, BouncedAt, code) => bounce({ Email, BouncedAt, Type: code ?? "HardBounce", TypeCode: 1, Details: "smtp;550 5.1.1 The email account that you tried to reach does not exist.", Inactive: true }),
  complained: (Email, BouncedAt) => ({ ...bounce({ Email, BouncedAt, Type: "SpamComplaint", TypeCode: 100_001, Details: "", Inactive: true }), RecordType: "SpamComplaint" }),
  unsubscribed: (Recipient, ChangedAt) => ({ RecordType: "SubscriptionChange", Recipient, ChangedAt, Origin: "Recipient", SuppressSending: true, SuppressionReason: "ManualSuppression" }),
};

const bounce = (fields: Record<string, unknown>): Record<string, unknown> =>
  ({ RecordType: "Bounce", ID: 692_560_173, Name: fields["Type"], Description: "", From: "", DumpAvailable: false, Inactive: false, CanActivate: true, Subject: "", Content: "", ...fields });

/** The body of the webhook on one recipient; null for states that Postmark does not report. */
export function eventBody({ id, raw }: WorldMessage, recipient: string, { state, code }: { state: string; code: string | null }, now: number): string | null {
  const record = RECORDS[state]?.(recipient, new Date(now).toISOString(), code);
  return record ? JSON.stringify({ MessageID: id, ServerID: 23, MessageStream: raw["MessageStream"] ?? "outbound", Tag: "", Metadata: raw["Metadata"] ?? {}, ...record }) : null;
}
