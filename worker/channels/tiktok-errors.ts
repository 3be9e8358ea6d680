import type { FailureClass } from "../contract/entry";

interface TikTokError { class: FailureClass; sentence: string }

const SETTINGS = "Settings → Channels";
const TRY_AGAIN = "TikTok has a problem at the moment. It will be tried again.";
const RECONNECT = `TikTok does not accept our access any more. Ask an admin to connect again in ${SETTINGS}.`;

/** Why TikTok may refuse an account that is otherwise set up well. */
export const REGIONS = "TikTok lets only business accounts outside the European Economic Area, Switzerland and the United Kingdom use messages from other apps";

/** The access token has ended, or was replaced. */
export const TOKEN_ENDED = "40105";

/** By the `code` of the answer, which comes with HTTP 200; ours are words. https://business-api.tiktok.com/portal/docs?id=1737172488964097 */
const ERRORS: Readonly<Record<string, TikTokError>> = {
  40001: { class: "config", sentence: `TikTok has not given us the right to do this. ${REGIONS}. Ask an admin to grant all message permissions and to connect again in ${SETTINGS}.` },
  40002: { class: "permanent", sentence: "TikTok refused the message because something in it is not allowed. Change it and send it again." },
  40007: { class: "permanent", sentence: "TikTok does not know this conversation any more. Wait for the customer to write again." },
  40064: { class: "window", sentence: "TikTok blocked the message: it takes 10 messages within 48 hours of the customer's last one, and the customer's own settings count too. Wait for them to write, or use another channel." },
  40100: { class: "rate", sentence: "We asked TikTok too often. It will be tried again in a while." },
  [TOKEN_ENDED]: { class: "auth", sentence: RECONNECT },
  40908: { class: "permanent", sentence: "TikTok takes JPEG and PNG pictures of at most 3 MB. Send another one, or describe it in words." },
  51065: { class: "temporary", sentence: TRY_AGAIN },
  "one-at-a-time": { class: "permanent", sentence: "One message takes either words or one picture here. Send them separately." },
  "upload-broken": { class: "temporary", sentence: "The picture could not be brought to TikTok. It will be tried again." },
};

const SYSTEM = /^5\d{4}$/;

/** What a refusal with this code means; what nobody has explained to us will be refused again. */
export const classOf = (code: string): FailureClass => (Object.hasOwn(ERRORS, code) ? ERRORS[code]!.class : SYSTEM.test(code) ? "temporary" : "permanent");

export const explainTikTok = (code: string): string | null => (Object.hasOwn(ERRORS, code) ? ERRORS[code]!.sentence : SYSTEM.test(code) ? TRY_AGAIN : null);
