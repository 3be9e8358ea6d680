import type { FailureClass } from "../contract/entry";

interface TelnyxError {
  class: FailureClass;
  /** What happened and what to do. */
  sentence: string;
  /** `permanent`: they said STOP, only they lift it. `inactive`: the number cannot be reached for now. */
  consent?: "inactive" | "permanent";
}

const SETTINGS = "Settings → Channels";
const PORTAL = "the Telnyx portal";

/** https://developers.telnyx.com/docs/messaging/messages/error-codes: what a message or its delivery can meet. */
const ERRORS: Readonly<Record<string, TelnyxError>> = {
  10001: { class: "config", sentence: `The number we send from is not active. Ask an admin to look at it in ${PORTAL}.` },
  10002: { class: "permanent", sentence: "This phone number is not valid. Correct it on the contact and send again." },
  10009: { class: "auth", sentence: `Telnyx rejected the API key. Ask an admin to enter a new one in ${SETTINGS}.` },
  10010: { class: "auth", sentence: `The API key may not send messages. Ask an admin to give it that right in ${PORTAL}, or to enter another one in ${SETTINGS}.` },
  10011: { class: "rate", sentence: "Telnyx is receiving too many requests from this account. The message will be sent a little later." },
  10015: { class: "permanent", sentence: "Telnyx could not read this message. Change it and send it again; if that fails too, tell an admin." },
  10016: { class: "permanent", sentence: "This phone number is not complete. Write it with + and the country code on the contact and send again." },
  10039: { class: "config", sentence: `This Telnyx account may only text numbers that were verified. Verify this number in ${PORTAL} or upgrade the account.` },
  40001: { class: "permanent", consent: "inactive", sentence: "This number cannot receive texts; it is probably a landline. Call or use another channel; if that is wrong, allow texts in the contact panel." },
  40002: { class: "temporary", sentence: "The carrier took the message for unwanted advertising. Reword it, without shortened links, and send it again later." },
  40003: { class: "permanent", sentence: "The carrier blocks our number as a source of unwanted advertising. Use another of our numbers, and ask an admin to appeal at Telnyx." },
  40004: { class: "permanent", sentence: "The customer's carrier rejected the message without saying why. Use another channel, or try again another day." },
  40005: { class: "temporary", consent: "inactive", sentence: "The message expired before it reached the phone, which may be switched off or out of coverage. Texts to it wait until they write again or somebody allows them in the contact panel; use another channel meanwhile." },
  40006: { class: "temporary", sentence: "The customer's carrier is not available at the moment. Try again in a few minutes." },
  40008: { class: "permanent", sentence: "The customer's carrier could not deliver the message. Check the number with the customer, or use another channel." },
  40009: { class: "permanent", sentence: "The carrier does not accept the text of this message. Take out unusual characters and send it again." },
  40010: { class: "config", sentence: `Our number is not registered for texting US numbers (10DLC). Ask an admin to register it in ${PORTAL}.` },
  40011: { class: "rate", sentence: "The carrier is receiving too many messages from our number. The message can be sent a little later." },
  40012: { class: "permanent", sentence: "The carrier says that this number is not valid. Correct it on the contact and send again." },
  40013: { class: "config", sentence: `The carrier does not accept the number we send from. Ask an admin to check the address of this connection in ${SETTINGS}.` },
  40014: { class: "temporary", sentence: "The message waited longer than it was valid and was not sent. Send it again." },
  40015: { class: "permanent", sentence: "Telnyx blocked the message as unwanted advertising. Reword it, without shortened links, or use another channel." },
  40300: { class: "optout", consent: "permanent", sentence: "The customer opted out of texts by replying STOP. Only they can undo that, by texting START." },
  40301: { class: "permanent", sentence: "Our number cannot send this kind of message there. Send it without files, or use another channel." },
  40305: { class: "config", sentence: `Telnyx does not accept the number we send from. Ask an admin to check the address of this connection in ${SETTINGS}.` },
  40306: { class: "config", sentence: `The sender name is not allowed in this country. Ask an admin to connect a number in ${SETTINGS}.` },
  40310: { class: "permanent", sentence: "This phone number is not valid. Correct it on the contact and send again." },
  40311: { class: "config", sentence: `Telnyx does not accept the secret of the messaging profile. Ask an admin to check the profile in ${PORTAL}.` },
  40312: { class: "config", sentence: `The messaging profile is switched off. Ask an admin to switch it on in ${PORTAL}.` },
  "group-size": { class: "permanent", sentence: "A group text goes to at most 8 people. Write to some of them alone." },
};

/** Unknown codes say null: the provider's own words are all there is. */
export const telnyxError = (code: string): TelnyxError | null => (Object.hasOwn(ERRORS, code) ? ERRORS[code]! : null);
