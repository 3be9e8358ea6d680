import type { WorldConnection } from "../api";
import type { Letter } from "../mail/carriers";
import type { Webhook } from "../provider";

const person = (address: string, name = "") => ({ Email: address, Name: name, MailboxHash: /\+([^@]*)@/.exec(address)?.[1] ?? "" });

/** Postmark's inbound webhook, with the raw mail in it. */
export function postmarkDelivery({ id, raw, from, to, sender, text, mail }: Letter, { connectionId, webhookUrl }: WorldConnection): Webhook {
  const spf = (mail.headers["Authentication-Results"] ?? "").includes("dmarc=fail") ? "Fail" : "Pass (sender SPF authorized)";
  const headers: [string, string][] = [["Message-ID", mail.messageId], ["In-Reply-To", mail.inReplyTo ?? ""], ["References", mail.references.join(" ")], ...Object.entries(mail.headers), ["X-Spam-Status", "No"], ["Received-SPF", `${spf} identity=mailfrom; envelope-from=${from || sender}; receiver=p-pm-inbound`]];
  const body = JSON.stringify({
    FromName: mail.fromName, MessageStream: "inbound", From: sender, FromFull: person(sender, mail.fromName), To: mail.to.join(", "), ToFull: mail.to.map((one) => person(one)), Cc: mail.cc.join(", "), CcFull: mail.cc.map((one) => person(one)), Bcc: "", BccFull: [],
    OriginalRecipient: to, ReplyTo: mail.replyTo ?? "", Subject: mail.subject, MessageID: id, MailboxHash: person(to).MailboxHash, TextBody: text, HtmlBody: mail.html ?? "", StrippedTextReply: "", Tag: "", RawEmail: new TextDecoder().decode(raw),
    Headers: headers.filter(([, value]) => value !== "").map(([Name, Value]) => ({ Name, Value })), Attachments: [],
  });
  return { kind: "webhook", provider: "postmark", connectionId, eventId: id, url: webhookUrl, type: "application/json", body, messageId: id };
}
