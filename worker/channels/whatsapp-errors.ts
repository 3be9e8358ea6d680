import type { FailureClass } from "../contract/entry";
import type { GraphError } from "./meta";

interface WhatsAppError {
  class: FailureClass;
  /** What happened and what to do. */
  sentence: string;
  /** What it says about writing to this customer again. */
  consent?: "no-marketing";
}

const SETTINGS = "Settings → Channels";
const LATER = "WhatsApp is having trouble at the moment. The message was not sent and will be tried again.";
const PERMISSION = `The access token may not send from this number. Ask an admin to give the system user the permissions whatsapp_business_messaging and whatsapp_business_management, and to put a new token into ${SETTINGS}.`;
const TOKEN = `WhatsApp rejected the access token. Ask an admin to make a new one and put it into ${SETTINGS}.`;
const PARAMETER = "WhatsApp did not accept a part of this message. Change it and send it again.";

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes, and codes of our own in words. */
const ERRORS: Readonly<Record<string, WhatsAppError>> = {
  0: { class: "auth", sentence: TOKEN },
  1: { class: "temporary", sentence: LATER },
  2: { class: "temporary", sentence: LATER },
  3: { class: "auth", sentence: PERMISSION },
  4: { class: "rate", sentence: "WhatsApp is receiving too many requests from this app. The message will be sent a little later." },
  10: { class: "auth", sentence: PERMISSION },
  33: { class: "permanent", sentence: `WhatsApp does not know the number we send from. Ask an admin to check the phone number ID in ${SETTINGS}.` },
  100: { class: "permanent", sentence: PARAMETER },
  190: { class: "auth", sentence: TOKEN },
  368: { class: "auth", sentence: "WhatsApp has blocked this account for a while because of its policies. Ask an admin to look at the account in WhatsApp Manager." },
  80007: { class: "rate", sentence: "The WhatsApp account has reached its limit of requests. The message will be sent a little later." },
  130403: { class: "permanent", sentence: "WhatsApp did not deliver this, because the customer has blocked us. Use another channel." },
  130429: { class: "rate", sentence: "Too many messages are leaving from our number. The message will be sent a little later." },
  130472: { class: "permanent", sentence: "WhatsApp holds this marketing message back from this customer as part of a study. Write to them on another channel, or wait until they write first." },
  130497: { class: "permanent", sentence: "WhatsApp does not let this business write to customers in that country. Use another channel." },
  131000: { class: "temporary", sentence: LATER },
  131005: { class: "auth", sentence: PERMISSION },
  131008: { class: "permanent", sentence: "WhatsApp misses a part of this message. If it is a template, fill in every variable; otherwise change it and send it again." },
  131009: { class: "permanent", sentence: PARAMETER },
  131016: { class: "temporary", sentence: LATER },
  131021: { class: "permanent", sentence: "This is our own number. Choose another recipient." },
  131026: { class: "permanent", sentence: "The message cannot be delivered: the number may not be on WhatsApp, its app may be too old, or the customer does not take messages from us. Use another channel." },
  131030: { class: "config", sentence: "This is a test number and may only write to numbers on its list. Ask an admin to add this number in the Meta app, or to connect a real number." },
  131031: { class: "auth", sentence: "WhatsApp has locked this business account. Ask an admin to see in WhatsApp Manager why, and to appeal." },
  131037: { class: "config", sentence: "Our number needs an approved display name first. Ask an admin to request one in WhatsApp Manager." },
  131042: { class: "config", sentence: "WhatsApp could not charge for this message. Ask an admin to check the payment method in WhatsApp Manager." },
  131045: { class: "config", sentence: "Our number is not registered with WhatsApp as it should be. Ask an admin to register it again in WhatsApp Manager." },
  131047: { class: "window", sentence: "More than 24 hours have passed since the customer last wrote, so WhatsApp takes only an approved template. Choose one." },
  131048: { class: "config", sentence: "WhatsApp has slowed our number down because customers blocked or reported it. Ask an admin to check the number's quality in WhatsApp Manager." },
  131049: { class: "permanent", sentence: "WhatsApp did not deliver this, because the customer has had enough marketing lately. Wait at least a day, or use another channel." },
  131050: { class: "optout", consent: "no-marketing", sentence: "The customer has stopped marketing messages from us on WhatsApp. Other messages still reach them." },
  131051: { class: "permanent", sentence: "WhatsApp does not carry this kind of message. Send it in another form." },
  131052: { class: "permanent", sentence: "WhatsApp could not hand over the customer's file; it may be larger than 100 MB. Ask them to send it another way." },
  131053: { class: "permanent", sentence: "WhatsApp could not use the file. Send it in another format or as a link." },
  131056: { class: "rate", sentence: "Too many messages went to this customer in a short time. The message will be sent a little later." },
  131057: { class: "temporary", sentence: "The WhatsApp account is in maintenance. The message was not sent and will be tried again." },
  131060: { class: "permanent", sentence: "WhatsApp cannot show this message at the moment. Ask the customer to send it again." },
  131062: { class: "permanent", sentence: "This message needs the customer's phone number, and WhatsApp has told us only their user ID. Ask for the number, or send another kind of message." },
  132000: { class: "permanent", sentence: "The template has another number of variables than were filled in. Load the templates again and choose it anew." },
  132001: { class: "permanent", sentence: "WhatsApp does not know this template in this language. Load the templates again and choose another." },
  132005: { class: "permanent", sentence: "With the variables filled in, the template is too long. Shorten them." },
  132007: { class: "permanent", sentence: "What was filled into the template breaks WhatsApp's rules. Change it and send it again." },
  132012: { class: "permanent", sentence: "A variable of the template was filled in with the wrong kind of value. Change it and send it again." },
  132015: { class: "permanent", sentence: "WhatsApp has paused this template because of its quality. Choose another, or wait until it is active again." },
  132016: { class: "permanent", sentence: "WhatsApp has disabled this template for good because of its quality. Choose another." },
  132018: { class: "permanent", sentence: "WhatsApp did not accept what was filled into the template. Change it and send it again." },
  132068: { class: "config", sentence: "The form in this template is blocked. Ask an admin to correct it in WhatsApp Manager." },
  132069: { class: "rate", sentence: "The form in this template is being slowed down by WhatsApp. The message will be sent a little later." },
  133004: { class: "temporary", sentence: LATER },
  133010: { class: "config", sentence: "Our number is not registered with WhatsApp. Ask an admin to register it in WhatsApp Manager." },
  135000: { class: "permanent", sentence: "WhatsApp did not accept this message and does not say why. Change it and send it again." },
  "caption-too-long": { class: "permanent", sentence: "The words beside a file may have 1,024 characters on WhatsApp. Shorten them, or send them as a message of their own." },
  "file-not-uploaded": { class: "temporary", sentence: "The file could not be handed to WhatsApp. The message was not sent and will be tried again." },
  "template-incomplete": { class: "permanent", sentence: "A variable or the file of this template is missing. Fill in everything and send it again." },
  "no-recipient": { class: "permanent", sentence: "This is no WhatsApp address. Correct the contact's number and send again." },
};

/** Graph's permission codes are a range; all mean the same to us. */
const isPermission = (code: string): boolean => /^2\d\d$/.test(code);

/** By `190/463` as by `190`. Unknown codes say null: WhatsApp's own words are all there is. */
export function whatsAppError(code: string): WhatsAppError | null {
  const main = code.split("/", 1)[0]!;
  if (Object.hasOwn(ERRORS, main)) return ERRORS[main]!;
  return isPermission(main) ? ERRORS[10]! : null;
}

export const classOf = ({ code, transient }: Pick<GraphError, "code" | "transient">): FailureClass =>
  whatsAppError(String(code))?.class ?? (transient ? "temporary" : "permanent");
