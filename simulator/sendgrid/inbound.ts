import type { WorldConnection } from "../api";
import { domainOf } from "../mail/address";
import type { Letter } from "../mail/carriers";
import type { Webhook } from "../provider";

/** Inbound Parse with “POST the raw, full MIME message”. */
export function sendGridDelivery({ id, raw, from, to, sender, mail }: Letter, { connectionId, webhookUrl }: WorldConnection): Webhook {
  const boundary = `xYzZY${id.replaceAll("-", "")}`;
  const isAuthentic = !(mail.headers["Authentication-Results"] ?? "").includes("dmarc=fail");
  const fields: [string, string][] = [
    ["dkim", `{@${domainOf(sender)} : ${isAuthentic ? "pass" : "fail"}}`], ["email", new TextDecoder().decode(raw)], ["to", mail.to.join(", ")], ["from", mail.fromName ? `${mail.fromName} <${sender}>` : sender], ["sender_ip", "192.0.2.10"], ["spam_score", "0.1"],
    ["envelope", JSON.stringify({ to: [to], from })], ["subject", mail.subject], ["charsets", JSON.stringify({ to: "UTF-8", from: "UTF-8", subject: "UTF-8" })], ["SPF", isAuthentic ? "pass" : "fail"],
  ];
  const body = `${fields.map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join("")}--${boundary}--\r\n`;
  return { kind: "webhook", provider: "sendgrid", connectionId, eventId: id, url: webhookUrl, type: `multipart/form-data; boundary=${boundary}`, body, messageId: id };
}
