import type { InboundEvent } from "../../worker/channels/channel";

type Message = Extract<InboundEvent, { kind: "message" }>;

let count = 0;
/** A customer nobody else in this run has. */
export const newMailbox = (name = "customer"): string => `${name}-${++count}-${crypto.randomUUID().slice(0, 8)}@example.com`;

/** A mail as the channels hand it on: each call is another mail, unless `externalId` says otherwise. */
export function mailFrom(address: string, text: string, email: Partial<NonNullable<Message["email"]>> = {}, more: Partial<Message> = {}): Message {
  const messageId = `${crypto.randomUUID()}@mail.example.com`;
  return {
    kind: "message", externalId: more.externalId ?? messageId, from: { kind: "email", address, name: address.split("@")[0]!, ...(email.authenticity === "verified" && { verified: true }) }, text, media: [], at: Date.now(),
    email: {
      subject: "Bike", to: [{ name: "", address: "support@acme.example" }], cc: [], bcc: [], replyTo: [], messageId, html: null, inReplyTo: [], references: [],
      conversationId: null, quoteAt: null, automatic: "no", warning: null, ...email,
    }, ...more,
  };
}
