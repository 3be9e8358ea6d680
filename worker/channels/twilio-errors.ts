import type { FailureClass } from "../contract/entry";

interface TwilioError {
  class: FailureClass;
  /** What happened and what to do. */
  sentence: string;
  /** `permanent`: they said STOP, only they lift it. `inactive`: the number cannot be reached for now. */
  consent?: "inactive" | "permanent";
}

const SETTINGS = "Settings → Channels";

/** https://www.twilio.com/docs/api/errors: the codes that a message or its delivery can meet. */
const ERRORS: Readonly<Record<string, TwilioError>> = {
  11200: { class: "temporary", sentence: "Twilio could not fetch the attachment from us. Retry; if it fails again, check that the public address of this inbox is reachable." },
  11751: { class: "permanent", sentence: "The attachments are too large for an MMS. Send smaller files or a link." },
  12300: { class: "permanent", sentence: "Twilio does not accept this kind of file. Send another format or a link." },
  20003: { class: "auth", sentence: `Twilio rejected the credentials. Ask an admin to check the Account SID and the auth token in ${SETTINGS}.` },
  20005: { class: "auth", sentence: "The Twilio account is not active. Ask an admin to sign in to Twilio and reactivate it." },
  20404: { class: "config", sentence: `Twilio does not know this account. Ask an admin to check the Account SID in ${SETTINGS}.` },
  20429: { class: "rate", sentence: "Twilio is receiving too many requests from this account. The message will be sent a little later." },
  20503: { class: "temporary", sentence: "Twilio is not available at the moment. The message was not sent and will be tried again." },
  21211: { class: "permanent", sentence: "This phone number is not valid. Correct it on the contact and send again." },
  21212: { class: "config", sentence: `The number we send from is not valid. Ask an admin to check the address of this connection in ${SETTINGS}.` },
  21408: { class: "config", sentence: "The Twilio account may not send to this country. Ask an admin to allow it under Messaging → Geo permissions at Twilio." },
  21601: { class: "config", sentence: "The number we send from cannot send texts. Ask an admin to connect a number with SMS." },
  21606: { class: "config", sentence: `The number we send from cannot be used for this message. Ask an admin to check that it belongs to the Twilio account in ${SETTINGS}.` },
  21608: { class: "config", sentence: "A Twilio trial account may only text numbers that were verified. Verify this number at Twilio or upgrade the account." },
  21609: { class: "config", sentence: "Twilio does not accept the address for delivery reports. Ask an admin to check the public address of this inbox." },
  21610: { class: "optout", consent: "permanent", sentence: "The customer opted out of texts by replying STOP. Only they can undo that, by texting START." },
  21611: { class: "rate", sentence: "Too many texts wait to leave from this number. The message will be sent a little later." },
  21612: { class: "permanent", sentence: "Twilio cannot send from our number to this one. Choose another of our numbers or another channel." },
  21614: { class: "permanent", sentence: "This number cannot receive texts; it is probably a landline. Call, or use another channel." },
  21617: { class: "permanent", sentence: "The text is longer than 1,600 characters. Shorten it or send it in parts." },
  21619: { class: "permanent", sentence: "The message is empty. Write something or attach a file." },
  21620: { class: "permanent", sentence: "Twilio does not accept the attachment's address. Attach the file again." },
  21623: { class: "permanent", sentence: "Twilio could not use the attachment. Attach another file or send a link." },
  21635: { class: "permanent", sentence: "This number is a landline and cannot receive texts. Call, or use another channel." },
  21659: { class: "config", sentence: `The number we send from does not belong to the Twilio account. Ask an admin to check the connection in ${SETTINGS}.` },
  21660: { class: "config", sentence: `The number we send from belongs to another Twilio account. Ask an admin to check the Account SID in ${SETTINGS}.` },
  21703: { class: "config", sentence: "The Messaging Service has no number that can send this. Ask an admin to add one at Twilio." },
  21705: { class: "config", sentence: `Twilio does not know the Messaging Service. Ask an admin to check its SID in ${SETTINGS}.` },
  30001: { class: "temporary", sentence: "Twilio's queue for our number overflowed. The message can be sent again in a few minutes." },
  30002: { class: "auth", sentence: "The Twilio account was suspended. Ask an admin to sign in to Twilio and see why." },
  30003: { class: "temporary", consent: "inactive", sentence: "The phone could not be reached; it may be switched off or out of coverage. Texts to it wait until they write again or somebody allows them in the contact panel; use another channel meanwhile." },
  30004: { class: "permanent", consent: "permanent", sentence: "The carrier or the customer blocks texts from us. Do not text again unless the customer asks for it; use another channel." },
  30005: { class: "permanent", consent: "inactive", sentence: "The number is unknown or no longer in service. Check it with the customer; once it is right, allow texts in the contact panel." },
  30006: { class: "permanent", consent: "inactive", sentence: "The number is a landline or its carrier does not take texts. Call or use another channel; if that is wrong, allow texts in the contact panel." },
  30007: { class: "permanent", sentence: "The carrier filtered the message as unwanted. Reword it, without shortened links, or use another channel." },
  30008: { class: "temporary", sentence: "The carrier reported a failure without a reason. Send it again once." },
  30010: { class: "config", sentence: "The message costs more than the price limit that is set at Twilio. Ask an admin to raise it." },
  30017: { class: "temporary", sentence: "The carrier's network is congested. Try again later." },
  30018: { class: "config", sentence: "This country needs a sender that is registered first. Ask an admin to register one at Twilio." },
  30019: { class: "permanent", sentence: "The attachment is too large for the customer's carrier. Send a smaller file or a link." },
  30022: { class: "rate", sentence: "Our registered sending rate for US numbers is used up. The message can be sent a little later." },
  30023: { class: "rate", sentence: "Our registered daily limit for US numbers is reached. The message can be sent tomorrow, or by another channel." },
  30024: { class: "config", sentence: "Our sender is not set up with this carrier. Ask an admin to check its registration at Twilio." },
  30032: { class: "config", sentence: "Our toll-free number is not verified, so carriers block it. Ask an admin to finish the verification at Twilio." },
  30034: { class: "config", sentence: "Our number is not registered for texting US numbers (A2P 10DLC). Ask an admin to register it at Twilio." },
  30035: { class: "config", sentence: "Our number's registration is still being set up at the carriers. Ask an admin to check it at Twilio." },
  30036: { class: "temporary", sentence: "The message waited longer than it was valid and was not sent. Send it again." },
  63016: { class: "window", sentence: "The time for free replies to this customer is over. Use an approved template or another channel." },
  canceled: { class: "permanent", sentence: "The message was cancelled at Twilio before it went out. Send it again if it is still wanted." },
};

/** Unknown codes say null: the provider's own words are all there is. */
export const twilioError = (code: string): TwilioError | null => (Object.hasOwn(ERRORS, code) ? ERRORS[code]! : null);
