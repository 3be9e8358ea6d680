import { mailCode } from "./mail-codes";
import { MAIL_REFUSALS, type MailRefusal } from "./mail-send";

const BAD_KEY: MailRefusal = { class: "auth", sentence: "Amazon refused the access key. Make a new key with permission to send by SES and enter it in Settings, Channels." };
const PAUSED: MailRefusal = { class: "config", sentence: "Amazon has stopped this account or configuration set from sending. Look at the account's status in the SES console." };
const SLOW: MailRefusal = { class: "rate", sentence: "Amazon is limiting how fast you send. The message is tried again by itself." };
const BUG: MailRefusal = { class: "permanent", sentence: "Amazon refused the request as malformed. Send it again as a new message." };

/** By Amazon's own names, without their ending, and by the codes we give its events. https://docs.aws.amazon.com/ses/latest/APIReference-V2/CommonErrors.html */
const ERRORS: Readonly<Record<string, MailRefusal>> = {
  ...MAIL_REFUSALS,
  address_not_ascii: { class: "permanent", sentence: "Amazon SES does not send to or from addresses with letters beyond ASCII before the @. Use another address." },
  MessageRejected: { class: "permanent", sentence: "Amazon refused this message. In the sandbox it sends to verified addresses only; the details below are its own words." },
  MailFromDomainNotVerified: { class: "config", sentence: "Amazon has not verified the sending domain. Finish its set-up in the SES console, Identities." },
  NotFound: { class: "config", sentence: "Amazon does not know the sending identity or the configuration set in this region. Check the region in Settings, Channels." },
  AccountSuspended: PAUSED, SendingPaused: PAUSED,
  TooManyRequests: SLOW, LimitExceeded: SLOW, Throttling: SLOW,
  BadRequest: BUG, Validation: BUG,
  AccessDenied: { class: "auth", sentence: "This access key may not send by SES. Give it the permission ses:SendRawEmail and ses:SendEmail for the sending identity." },
  InvalidSignature: BAD_KEY, SignatureDoesNotMatch: BAD_KEY, UnrecognizedClient: BAD_KEY, InvalidClientTokenId: BAD_KEY, ExpiredToken: BAD_KEY, MissingAuthenticationToken: BAD_KEY,
  http_403: BAD_KEY, http_401: BAD_KEY, http_429: SLOW,
  "bounce/Permanent": { class: "permanent", dead: true, sentence: "The recipient's mail server refused the message for good. Check the address or ask for another one." },
  "bounce/Permanent/Suppressed": { class: "permanent", dead: true, sentence: "Amazon does not send to this address any more, because mail to it bounced. Remove it from the suppression list in the SES console if that was wrong." },
  "bounce/Permanent/OnAccountSuppressionList": { class: "permanent", dead: true, sentence: "This address is on your account's suppression list, because mail to it bounced or was reported as spam. Remove it in the SES console if that was wrong." },
  "bounce/Transient": { class: "temporary", sentence: "The recipient's mail server could not take the message, for example because the mailbox is full. Try again later." },
  "bounce/Undetermined": { class: "temporary", sentence: "The message came back, and the recipient's mail server did not say why. Check the address before trying again." },
  rejected: { class: "permanent", sentence: "Amazon found a virus in this message and did not send it. Check the files." },
  "rendering-failure": BUG,
};

/** Codes may end in details (`bounce/Transient/MailboxFull`): the longest known beginning counts. */
export function sesError(code: string): MailRefusal | null {
  for (let known = code; ; known = known.slice(0, known.lastIndexOf("/"))) {
    if (Object.hasOwn(ERRORS, known)) return ERRORS[known]!;
    if (!known.includes("/")) return mailCode(code);
  }
}
