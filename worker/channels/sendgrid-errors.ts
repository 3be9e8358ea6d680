import { mailCode } from "./mail-codes";
import { MAIL_REFUSALS, type MailRefusal } from "./mail-send";

const UNSUBSCRIBED: MailRefusal = { class: "optout", dead: true, sentence: "This person has unsubscribed from your mail, so SendGrid does not send it. Write on another channel." };

/** By the codes we give SendGrid's answers and events, which have none of their own. */
const ERRORS: Readonly<Record<string, MailRefusal>> = {
  ...MAIL_REFUSALS,
  http_400: { class: "permanent", sentence: "SendGrid refused a field of this message. Check the recipients and the subject." },
  http_401: { class: "auth", sentence: "SendGrid refused the API key. Make a new key with Mail Send access and enter it in Settings, Channels." },
  http_403: { class: "auth", sentence: "This SendGrid API key may not send. Give it Mail Send access, or check that the account is active." },
  sender_not_verified: { class: "config", sentence: "SendGrid has not verified the sender. Authenticate the domain of the connection's address in SendGrid, Settings, Sender Authentication." },
  http_413: { class: "permanent", sentence: "The message is too large for SendGrid, which takes 30 MB with files. Send the files as links." },
  http_429: { class: "rate", sentence: "SendGrid is limiting how fast you send. The message is tried again by itself." },
  blocked: { class: "temporary", sentence: "The recipient's mail server turned the message away for now. Check its text and links, and try again later." },
  bounce: { class: "permanent", sentence: "The recipient's mail server refused the message. The details below are its own words." },
  dropped: { class: "permanent", sentence: "SendGrid did not send this message. The details below say why." },
  "dropped/bounced_address": { class: "permanent", dead: true, sentence: "SendGrid does not send to this address any more, because mail to it bounced. Remove it in SendGrid, Suppressions, Bounces, if it works again." },
  "dropped/unsubscribed_address": UNSUBSCRIBED,
  "dropped/spam_reporting_address": { class: "optout", dead: true, sentence: "This person has reported your mail as spam, so SendGrid does not send to them. Write on another channel." },
  "dropped/invalid": { class: "permanent", dead: true, sentence: "SendGrid does not send to this address, because it does not exist. Check its spelling or ask for another one." },
  "dropped/invalid_smtpapi_header": { class: "permanent", sentence: "SendGrid refused the request as malformed. Send it again as a new message." },
  "dropped/spam_content": { class: "permanent", sentence: "SendGrid took this message for spam and did not send it. Change its text and links." },
  "dropped/recipient_list_over_package_quota": { class: "config", sentence: "The SendGrid plan's quota is used up. Raise the plan." },
};

export const sendGridError = (code: string): MailRefusal | null => mailCode(code) ?? (Object.hasOwn(ERRORS, code) ? ERRORS[code]! : code.startsWith("dropped/") ? ERRORS["dropped"]! : null);
