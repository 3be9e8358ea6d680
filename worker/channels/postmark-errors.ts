import { MAIL_REFUSALS, type MailRefusal } from "./mail-send";

const MALFORMED = "Postmark refused the message. Check its recipients, subject and files: programs and scripts may not be attached.";
const SENDER = "Postmark does not know the sender's address. Add it in Postmark, Sender Signatures, or verify its domain there.";
const TOKEN = "Postmark refused the server token. Copy it again from Postmark, your server, API Tokens, into Settings, Channels.";

/**
 * By Postmark's API error code, `http-<status>` where it gives none, and `bounce/<Type>` for what its webhooks report.
 * https://postmarkapp.com/developer/api/overview#error-codes and https://postmarkapp.com/developer/api/bounce-api#bounce-types
 */
const ERRORS: Readonly<Record<string, MailRefusal>> = {
  ...MAIL_REFUSALS,
  "10": { class: "auth", sentence: TOKEN },
  "100": { class: "temporary", sentence: "Postmark is under maintenance. The message is tried again by itself." },
  "300": { class: "permanent", sentence: MALFORMED },
  "400": { class: "config", sentence: SENDER },
  "401": { class: "config", sentence: "The sender's address is not confirmed yet. Open the mail that Postmark sent to it, or verify its domain in Postmark, Sender Signatures." },
  "405": { class: "config", sentence: "The Postmark plan's mails are used up. Raise the plan in Postmark, Billing." },
  "406": { class: "permanent", dead: true, sentence: "Postmark does not send to this address any more, because mail to it bounced, was reported as spam or unsubscribed. Reactivate it in Postmark, Suppressions, if that was wrong." },
  "409": { class: "permanent", sentence: MALFORMED },
  "412": { class: "config", sentence: "Postmark has not approved the account yet: until then it sends only within your own domain. Ask for approval in Postmark." },
  "413": { class: "config", sentence: "Postmark does not let this account send. Look for messages from Postmark, or ask its support." },
  "1226": { class: "config", sentence: "This Postmark server has no such message stream. Check the stream's ID in Settings, Channels." },
  "1235": { class: "config", sentence: "This Postmark server has no such message stream. Check the stream's ID in Settings, Channels." },
  "http-401": { class: "auth", sentence: TOKEN },
  "http-413": { class: "permanent", sentence: "The message is larger than the 10 MB that Postmark takes. Send the files as links or one by one." },
  "http-429": { class: "rate", sentence: "Postmark is limiting how fast you send. The message is tried again by itself." },
  too_many_recipients: { class: "permanent", sentence: "Postmark takes 50 recipients in all, with CC and BCC. Send the message in parts." },
  "bounce/HardBounce": { class: "permanent", dead: true, sentence: "The recipient's mail server refused the message for good. Check the address or ask for another one." },
  "bounce/BadEmailAddress": { class: "permanent", dead: true, sentence: "This address does not exist. Check its spelling or ask for another one." },
  "bounce/ManuallyDeactivated": { class: "permanent", dead: true, sentence: "Somebody switched this address off in Postmark. Reactivate it there, under Suppressions, to write to it." },
  "bounce/SoftBounce": { class: "temporary", sentence: "The recipient's mail server could not take the message, for example because the mailbox is full. Try again later." },
  "bounce/DnsError": { class: "temporary", sentence: "The recipient's domain could not be found just now. Check the part after the @ and try again." },
  "bounce/Unknown": { class: "temporary", sentence: "The message came back, and the recipient's mail server did not say why. Check the address before trying again." },
  "bounce/SpamNotification": { class: "permanent", sentence: "The recipient's mail server took the message for spam. Check its text and links, and that your domain's SPF, DKIM and DMARC records are right." },
  "bounce/Blocked": { class: "permanent", sentence: "The recipient's mail server blocks mail from here. Ask Postmark's support, or write on another channel." },
  "bounce/VirusNotification": { class: "permanent", sentence: "The recipient's mail server found something harmful in the message. Check its files." },
  "bounce/DMARCPolicy": { class: "config", sentence: "The recipient's mail server refused the message by your domain's DMARC policy. Verify the domain's DKIM and Return-Path in Postmark, Sender Signatures." },
  "bounce/SMTPApiError": { class: "config", sentence: "Postmark could not send the message. Look at its Activity in Postmark." },
  "bounce/TemplateRenderingFailed": { class: "permanent", sentence: "Postmark could not fill in the template. Look at its Activity in Postmark." },
  bounce: { class: "permanent", sentence: "The message came back. The details below are the words of the recipient's mail server." },
};

/** Bounces of a kind that is not known yet mean what all bounces mean. */
export function postmarkError(code: string): MailRefusal | null {
  if (Object.hasOwn(ERRORS, code)) return ERRORS[code]!;
  return code.startsWith("bounce/") ? ERRORS["bounce"]! : null;
}
