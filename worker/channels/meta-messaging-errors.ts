import type { FailureClass } from "../contract/entry";
import type { GraphError } from "./meta";

interface MessagingError { class: FailureClass; /** What happened and what to do. */ sentence: string }
/** By `code/subcode`, by `/subcode` where it means the same under every code, or by `code` for all the rest of it. */
type Errors = Readonly<Record<string, MessagingError>>;

const SETTINGS = "Settings → Channels";
const GONE = "This person is not available: they have blocked us, closed their account, or cannot be written to. Use another channel.";
const TOO_OFTEN = "Meta takes no more messages from this account at the moment. The message will be sent a little later.";
const TRY_AGAIN = "Meta is not available at the moment. The message was not sent and will be tried again.";
const WINDOW = "The time for free replies to this customer is over. Wait for them to write, or use another channel.";

const COMMON: Errors = {
  1: { class: "temporary", sentence: TRY_AGAIN },
  2: { class: "temporary", sentence: TRY_AGAIN },
  3: { class: "auth", sentence: "The Meta app may not send messages. Ask an admin to check its permissions at Meta." },
  4: { class: "rate", sentence: TOO_OFTEN },
  10: { class: "auth", sentence: `The Meta app has no permission for this. Ask an admin to connect again in ${SETTINGS} and to grant all permissions.` },
  17: { class: "rate", sentence: TOO_OFTEN },
  32: { class: "rate", sentence: TOO_OFTEN },
  100: { class: "permanent", sentence: "Meta refused the message because something in it is not allowed. Change it and send it again, or use another channel." },
  190: { class: "auth", sentence: `Meta does not accept our access any more. Ask an admin to connect again in ${SETTINGS}.` },
  "190/460": { class: "auth", sentence: `The password behind our access was changed, so Meta ended it. Ask an admin to connect again in ${SETTINGS}.` },
  "190/463": { class: "auth", sentence: `Our access to Meta has expired. Ask an admin to connect again in ${SETTINGS}.` },
  200: { class: "auth", sentence: `The Meta app has no permission for this. Ask an admin to connect again in ${SETTINGS} and to grant all permissions.` },
  230: { class: "permanent", sentence: "This person has not agreed to that. Wait for them to write." },
  368: { class: "auth", sentence: "Meta blocks this account for a while because it broke a rule. Ask an admin to look at Account Quality at Meta." },
  551: { class: "permanent", sentence: GONE },
  613: { class: "rate", sentence: TOO_OFTEN },
  "/2018008": { class: "temporary", sentence: "Meta could not fetch the attachment from us. It will be tried again; if it fails, attach it again or send a link." },
  "/2018047": { class: "temporary", sentence: "Meta could not take the attachment. It will be tried again; if it fails, attach it again or send a link." },
  "/2018108": { class: "permanent", sentence: GONE },
  "/2018109": { class: "permanent", sentence: "The attachment is too large. Send a smaller one, or a link to it." },
  "/1545041": { class: "permanent", sentence: GONE },
  "/2018300": { class: "permanent", sentence: "Another app holds this conversation at the moment. Answer there, or let it hand the conversation over to us." },
  "/1357046": { class: "unknown", sentence: "Meta gave no clear answer, and such messages have usually arrived. Look in Meta's own inbox before you send it again." },
  "people-only": { class: "window", sentence: "Only a person may write to this customer now, so this automated message did not go out. Write to them yourself." },
  "one-at-a-time": { class: "permanent", sentence: "One message takes either words or one file here. Send them separately." },
};

/** https://developers.facebook.com/docs/messenger-platform/error-codes */
const MESSENGER: Errors = {
  "/2018278": { class: "window", sentence: WINDOW },
  "/2018065": { class: "window", sentence: WINDOW },
  "/2018001": { class: "permanent", sentence: "Messenger does not know this person on our page. They have to write to this page first." },
  "10/1893063": { class: "permanent", sentence: "Messenger has restricted this conversation. Use another channel." },
  "200/2018028": { class: "config", sentence: "The Meta app is not live, so it may only write to its own testers. Ask an admin to switch it to live mode at Meta." },
  1200: { class: "temporary", sentence: TRY_AGAIN },
};

/** https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api */
const INSTAGRAM: Errors = {
  "/2534022": { class: "window", sentence: WINDOW },
  "/2534014": { class: "permanent", sentence: "Instagram does not know this person here. They have to write to this account first." },
  "/2534029": { class: "permanent", sentence: GONE },
  "/2534041": { class: "config", sentence: "The Instagram account does not let apps use its messages. Ask an admin to allow it in the Instagram app: Settings → Messages → Connected tools → Allow access to messages." },
  "/2534001": { class: "permanent", sentence: "This conversation was deleted on Instagram. Wait for the customer to write again." },
  "/2534025": { class: "permanent", sentence: "A comment can be answered privately only once and within 7 days, and this one no longer can. Answer it publicly on Instagram." },
  "/10900": { class: "permanent", sentence: "This comment was already answered privately. Wait for the customer to write." },
  10900: { class: "permanent", sentence: "This comment was already answered privately. Wait for the customer to write." },
  "/2534040": { class: "rate", sentence: TOO_OFTEN },
};

export interface MessagingErrors {
  /** Null for codes that nobody has explained to us. */
  explain(code: string): string | null;
  /** What a refusal means; `unknown`: the message may have gone out. */
  classify(error: GraphError): FailureClass;
}

const errorsOf = (own: Errors): MessagingErrors => {
  const table: Errors = { ...COMMON, ...own };
  const find = (code: string): MessagingError | null => {
    const [base = "", subcode] = code.split("/");
    const key = [code, `/${subcode}`, base].find((one) => Object.hasOwn(table, one));
    if (key !== undefined) return table[key]!;
    // 200 to 299 are one permission each.
    return /^2\d\d$/.test(base) ? table[200]! : null;
  };
  return {
    explain: (code) => find(code)?.sentence ?? null,
    classify: ({ code, subcode, transient }) => find(subcode === null ? String(code) : `${code}/${subcode}`)?.class ?? (transient ? "temporary" : "permanent"),
  };
};

export const messengerErrors = errorsOf(MESSENGER);
export const instagramErrors = errorsOf(INSTAGRAM);
