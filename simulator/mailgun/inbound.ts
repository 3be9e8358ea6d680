import type { WorldConnection } from "../api";
import type { Letter } from "../mail/carriers";
import type { Webhook } from "../provider";

/** A Mailgun route whose address ends in `mime`: the raw mail as a field of a form. Time and signature follow with each attempt. */
export function mailgunDelivery({ id, raw, from, to, sender, mail }: Letter, { connectionId, webhookUrl }: WorldConnection): Webhook {
  const spf = (mail.headers["Authentication-Results"] ?? "").includes("dmarc=fail") ? "Fail" : "Pass";
  const found = `X-Mailgun-Spf: ${spf}\r\nX-Mailgun-Dkim-Check-Result: ${spf}\r\n`;
  const body = new URLSearchParams({ recipient: to, sender: from, from: sender, subject: mail.subject, "body-mime": found + new TextDecoder().decode(raw) }).toString();
  return { kind: "webhook", provider: "mailgun", connectionId, eventId: id, url: `${webhookUrl}?mime`, type: "application/x-www-form-urlencoded", body, messageId: id };
}
