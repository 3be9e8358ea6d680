import { mailCode } from "./mail-codes";
import { MAIL_REFUSALS, type MailRefusal } from "./mail-send";

const DOMAIN = "Mailgun does not know the sending domain in this region. Check domain and region in Settings, Channels, and the domain in Mailgun, Sending, Domains.";

/**
 * `http-<status>` of a refused request, and the `reason` of a failed delivery.
 * https://documentation.mailgun.com/docs/mailgun/user-manual/events/events
 */
const ERRORS: Readonly<Record<string, MailRefusal>> = {
  ...MAIL_REFUSALS,
  "http-400": { class: "permanent", sentence: "Mailgun refused a field of this message. Check the recipients, the subject and the files; the details below are Mailgun's own words." },
  "http-401": { class: "auth", sentence: "Mailgun refused the API key. Check key and region in Settings, Channels: a key works only in the region of its account." },
  "http-402": { class: "config", sentence: "The Mailgun plan does not allow this message. Look at the plan and its limits in Mailgun, Billing." },
  "http-403": { class: "config", sentence: "Mailgun does not let this account or domain send. Look at the domain's status in Mailgun, Sending, Domains." },
  "http-404": { class: "config", sentence: DOMAIN },
  "http-413": { class: "permanent", sentence: "The message is larger than the 25 MB that Mailgun takes. Send the files as links or one by one." },
  "http-429": { class: "rate", sentence: "Mailgun is limiting how fast you send. The message is tried again by itself." },
  bounce: { class: "permanent", dead: true, sentence: "The recipient's mail server refused the message for good. Check the address or ask for another one." },
  "suppress-bounce": { class: "permanent", dead: true, sentence: "Mailgun does not send to this address any more, because mail to it bounced. Remove it in Mailgun, Sending, Suppressions if that was wrong." },
  "suppress-complaint": { class: "permanent", dead: true, sentence: "Mailgun does not send to this address any more, because mail to it was reported as spam. Remove it in Mailgun, Sending, Suppressions if that was wrong." },
  "suppress-unsubscribe": { class: "optout", dead: true, sentence: "Mailgun does not send to this address any more, because its owner unsubscribed. Remove it in Mailgun, Sending, Suppressions if they asked to hear from you again." },
  old: { class: "temporary", sentence: "The recipient's mail server could not be reached for too long. Try again later or write on another channel." },
  espblock: { class: "permanent", sentence: "The recipient's mail provider blocks mail from here. Check its text and links, and that your domain's SPF, DKIM and DMARC records are right." },
  rejected: { class: "permanent", sentence: "Mailgun did not accept the message for sending. The details below are its own words." },
  generic: { class: "permanent", sentence: "The message came back. The details below are the words of the recipient's mail server." },
};

/** Also knows the enhanced status codes of mail servers, which say more than Mailgun's own reasons. */
export function mailgunError(code: string): MailRefusal | null {
  if (Object.hasOwn(ERRORS, code)) return ERRORS[code]!;
  return mailCode(code);
}
