import type { FailureClass } from "../contract/entry";

export interface MailCode { class: FailureClass; sentence: string; /** The address will not work again by itself. */ dead?: boolean }

const NO_MAILBOX: MailCode = { class: "permanent", dead: true, sentence: "This address does not exist. Check its spelling or ask for another one." };
const FULL: MailCode = { class: "temporary", sentence: "The recipient's mailbox is full. Try again later or write on another channel." };
const BLOCKED: MailCode = { class: "permanent", sentence: "The recipient's mail server refused this message as unwanted. Check its text and links, and that your domain's SPF, DKIM and DMARC records are right." };
const TOO_LARGE: MailCode = { class: "permanent", sentence: "The message is too large for the recipient's mail server. Send the files as links or one by one." };
const LATER: MailCode = { class: "temporary", sentence: "The recipient's mail server could not take the message. Try again later." };
const NO_SERVER: MailCode = { class: "permanent", sentence: "The recipient's domain does not accept mail. Check the part after the @." };
const REFUSED: MailCode = { class: "permanent", sentence: "The recipient's mail server refused the message. The details below are its own words." };

/** Subject and detail of enhanced status codes (RFC 3463 and its registry); the leading digit only says lasting or passing. */
const BY_DETAIL: Readonly<Record<string, MailCode>> = {
  "1.0": NO_MAILBOX, "1.1": NO_MAILBOX, "1.2": NO_SERVER, "1.3": NO_MAILBOX, "1.6": NO_MAILBOX, "1.10": NO_SERVER,
  "2.1": { class: "permanent", dead: true, sentence: "The recipient's mailbox is closed. Ask for another address." },
  "2.2": FULL, "2.3": TOO_LARGE, "3.4": TOO_LARGE,
  "4.1": LATER, "4.2": LATER, "4.4": NO_SERVER,
  "4.7": { class: "temporary", sentence: "The recipient's mail server could not be reached for too long. Try again later or write on another channel." },
};
const BY_SUBJECT: Readonly<Record<string, MailCode>> = { "6": BLOCKED, "7": BLOCKED };

/** What an enhanced status code such as `5.1.1` means; null for anything else. */
export function mailCode(code: string): MailCode | null {
  const match = /^([245])\.(\d{1,3})\.(\d{1,3})$/.exec(code);
  if (!match) return null;
  const [, digit, subject, detail] = match;
  const known = BY_DETAIL[`${subject}.${detail}`] ?? BY_SUBJECT[subject!];
  if (digit === "4") return { ...(known ?? LATER), class: "temporary", dead: false };
  return known ?? REFUSED;
}
