import type { MailFacts, WorldConnection } from "../api";
import { mailgunDelivery } from "../mailgun/inbound";
import { postmarkDelivery } from "../postmark/inbound";
import type { Delivery } from "../provider";
import { resendDelivery } from "../resend/inbound";
import { sendGridDelivery } from "../sendgrid/inbound";

/** A mail on its way to one address of ours. `id` names it in the world, `blob` is where its raw bytes lie. */
export interface Letter {
  id: string;
  raw: Uint8Array;
  blob: string;
  /** The envelope's sender; empty for reports. */
  from: string;
  to: string;
  /** As the mail says it. */
  sender: string;
  text: string;
  mail: MailFacts;
}

/** How each company that takes mail in for us brings it to the app. */
export const carriers: Readonly<Record<string, (letter: Letter, connection: WorldConnection) => Delivery>> = {
  "cloudflare-email": ({ id, from, to, blob }, { connectionId }) => ({ kind: "mail", provider: "cloudflare-email", connectionId, eventId: id, from, to, blob, messageId: id }),
  mailgun: mailgunDelivery,
  postmark: postmarkDelivery,
  resend: resendDelivery,
  sendgrid: sendGridDelivery,
};
