import { z } from "zod";
import type { EntryState, FailureClass } from "../contract/entry";
import { normalisePhone } from "../domain/phone";
import { jsonOf, waitOf } from "./answer";
import { type ChannelConnection, defineChannel, type InboundEvent, type MediaRef, type Price, type RawRequest, type SendResult, WORDS_AND_FILES } from "./channel";
import { fetchOutside } from "./outside";
import { twilioError } from "./twilio-errors";
import { formOf, isSignedByTwilio } from "./twilio-signature";

const API_HOST = "api.twilio.com";
const API = `https://${API_HOST}/2010-04-01/Accounts`;
/** Twilio's own limits for one message: https://www.twilio.com/docs/messaging/api/message-resource */
const TEXT_MAX = 1_600;
const MEDIA_MAX = 10;
const MEDIA_BYTES = 5_000_000;
/** Twilio queues per sender at the carrier's pace; this only stays well below its limit of requests. */
const SENDS_PER_SECOND = 10;
/** The API's own, and where it sends us: storage refuses requests that carry our credentials, and has no business with them. */
const MEDIA_HOSTS = [API_HOST, "twiliocdn.com", "amazonaws.com"];
/** Twilio's code for "something broke on our side": says nothing of whether the message was taken before it did. */
const INTERNAL_ERROR = 20_500;
/** What we keep of a provider's free text. */
const DETAIL_MAX = 300;
/** A layout file that phones put beside the pictures of an MMS; nothing a person would open. */
const LAYOUT_TYPE = "application/smil";

const STATES: Readonly<Record<string, EntryState>> = {
  accepted: "queued", scheduled: "queued", queued: "queued", sending: "sending", sent: "sent", partially_delivered: "sent",
  delivered: "delivered", read: "read", undelivered: "failed", failed: "failed", canceled: "failed",
};
const OPT_OUT = { STOP: "stop", START: "start", HELP: "help" } as const;

const sid = (prefix: string) => z.string().trim().regex(new RegExp(`^${prefix}[0-9A-Za-z]+$`), `starts with ${prefix}`);
/** Basic authentication carries ASCII only; a stray character means a bad paste. */
const secret = z.string().trim().regex(/^[\x21-\x7e]+$/, "must not be empty or contain spaces");
const optional = (schema: z.ZodType<string>) => z.literal("").transform(() => undefined).or(schema).optional();

const Settings = z.object({
  accountSid: sid("AC"),
  authToken: secret,
  apiKeySid: optional(sid("SK")),
  apiKeySecret: optional(secret),
  messagingServiceSid: optional(sid("MG")),
}).refine(({ apiKeySid, apiKeySecret }) => (apiKeySid === undefined) === (apiKeySecret === undefined), { path: ["apiKeySecret"], message: "An API key needs both its SID and its secret" });
type Settings = z.infer<typeof Settings>;
type Connection = ChannelConnection<Settings>;

const Accepted = z.object({
  sid: z.string().min(1), num_segments: z.coerce.number().int().positive().optional().catch(undefined),
  price: z.string().nullish().catch(null), price_unit: z.string().nullish().catch(null),
});
const Refused = z.object({ code: z.coerce.number().int().positive(), message: z.string().catch("") });
const Account = z.object({ status: z.string() });

/** SMS and MMS: https://www.twilio.com/docs/messaging */
export const twilio = defineChannel({
  provider: "twilio",
  kind: "sms",
  title: "Twilio SMS",
  reaches: [{ kind: "phone", scoped: false }],
  settings: Settings,
  fields: [
    { key: "accountSid", label: "Account SID", help: "Twilio Console → Account info. Starts with AC. For a number in a sub-account, that sub-account's.", secret: false },
    { key: "authToken", label: "Auth token", help: "Beside the Account SID; the primary token. It proves that webhooks come from Twilio.", secret: true },
    { key: "apiKeySid", label: "API key SID", help: "If you prefer to send with an API key. Starts with SK.", secret: false, optional: true },
    { key: "apiKeySecret", label: "API key secret", help: "Shown once by Twilio when the key is made.", secret: true, optional: true },
    { key: "messagingServiceSid", label: "Messaging Service SID", help: "If the number is in a Messaging Service: sends go through it. Starts with MG.", secret: false, optional: true },
  ],
  capabilities: {
    text: { max: TEXT_MAX, unit: "characters" },
    subject: false, html: false, copies: false,
    media: { max: MEDIA_MAX, bytes: MEDIA_BYTES, types: ["image/jpeg", "image/png", "image/gif", "audio/mpeg", "audio/mp4", "audio/amr", "video/mp4", "video/3gpp", "text/vcard", "text/x-vcard", "application/pdf"], limits: [], together: true, caption: true },
    ...WORDS_AND_FILES,
    typing: false, readReceipts: false, deliveryReceipts: true, start: true, resend: "ask", transport: "provider", perSecond: SENDS_PER_SECOND,
  },

  explain: (code) => twilioError(code)?.sentence ?? null,
  consentAfter: (code) => twilioError(code)?.consent ?? null,

  verify: (request, { settings }) => isSignedByTwilio(request, settings.authToken),

  // The numbers of a Messaging Service have one webhook address.
  sharesUrl: true,
  receive: async (request, connection) => eventsOf(request, connection),

  // Anything but TwiML would be sent to the customer as a reply.
  answer: { type: "text/xml", body: "<Response/>" },

  async send({ from, to, text, media, statusUrl }, { settings }, io) {
    const form = new URLSearchParams({ To: to });
    if (settings.messagingServiceSid) form.append("MessagingServiceSid", settings.messagingServiceSid);
    else form.append("From", from);
    if (text !== "") form.append("Body", text);
    for (const { url } of media) form.append("MediaUrl", url);
    form.append("StatusCallback", statusUrl);
    const response = await io.fetch(`${API}/${settings.accountSid}/Messages.json`, {
      method: "POST", redirect: "manual",
      headers: { authorization: basic(settings), "content-type": "application/x-www-form-urlencoded" },
      body: form.toString(),
    });
    return outcome(response.status, response.headers.get("retry-after"), jsonOf(await response.text()), io.now());
  },

  // Neither the answer nor any status names the price: Twilio knows it some time after the carrier has the message.
  async bill(externalId, { settings }, io) {
    const response = await io.fetch(`${API}/${settings.accountSid}/Messages/${encodeURIComponent(externalId)}.json`, { redirect: "manual", headers: { authorization: basic(settings) } });
    const message = Accepted.safeParse(jsonOf(await response.text()));
    const { price } = response.status === 200 && message.success ? priceOf(message.data) : {};
    return price ? { price, ...(message.data?.num_segments && { segments: message.data.num_segments }) } : null;
  },

  async download({ ref }, { settings }, io) {
    return fetchOutside(ref, io, { hosts: MEDIA_HOSTS, ...(new URL(ref).host === API_HOST && { credentials: { authorization: basic(settings) } }) });
  },

  async probe({ settings }, io) {
    const ask = async (path: string, authorization: string) => {
      const response = await io.fetch(`${API}/${settings.accountSid}${path}`, { redirect: "manual", headers: { authorization } });
      return { status: response.status, body: jsonOf(await response.text()) };
    };
    // With the auth token even if an API key sends: the token must be right for webhooks, and keys may not read the account.
    const account = await ask(".json", basicOf(settings.accountSid, settings.authToken));
    if (account.status === 401 || account.status === 403) return "Twilio rejected the Account SID or the auth token. Copy both again from Twilio Console → Account info.";
    if (account.status === 404) return "Twilio does not know this Account SID. Copy it again from Twilio Console → Account info.";
    const state = Account.safeParse(account.body);
    if (account.status !== 200 || !state.success) return `Twilio gave no usable answer (${account.status}). Try again in a few minutes.`;
    if (state.data.status !== "active") return `The Twilio account is ${state.data.status.slice(0, DETAIL_MAX)}. Sign in to Twilio and reactivate it.`;
    if (!settings.apiKeySid) return null;
    const { status } = await ask("/Messages.json?PageSize=1", basic(settings));
    return status === 401 || status === 403 ? "Twilio rejected the API key. Check its SID and secret, or leave both empty to use the auth token." : null;
  },
});

function eventsOf(request: RawRequest, connection: Connection): InboundEvent[] {
  const event = eventOf(request, connection);
  // A report on what another of our numbers sent is its connection's, unless that was sent for this one by the Messaging Service.
  const isOfSibling = event.kind === "status" && siblingsOf(connection).includes(phoneOf(formOf(request.body).get("From") ?? "", connection.country));
  return isOfSibling && !new URL(request.url).pathname.endsWith(`/${connection.id}`) ? [] : [event];
}

const siblingsOf = ({ address, ownAddresses, country }: Connection): (string | null)[] => ownAddresses.map((own) => phoneOf(own, country)).filter((own) => own !== null && own !== phoneOf(address, country));

function eventOf(request: RawRequest, connection: Connection): InboundEvent {
  const at = request.receivedAt;
  const query = URL.canParse(request.url) ? new URL(request.url).searchParams : new URLSearchParams();
  if (request.headers["content-type"]?.includes("json")) return { kind: "other", label: "json event", at };
  const form = request.method === "GET" ? query : formOf(request.body);
  const externalId = form.get("MessageSid") || form.get("SmsMessageSid") || form.get("SmsSid");
  if (!externalId) return { kind: "other", label: form.has("CallSid") ? "call" : "unknown request", at };
  if (form.has("MessageStatus")) return statusOf(form, externalId, query.get("ref"), at);
  return messageOf(form, externalId, connection, at);
}

function statusOf(form: URLSearchParams, externalId: string, reference: string | null, at: number): InboundEvent {
  const status = form.get("MessageStatus") ?? "";
  if (!Object.hasOwn(STATES, status)) return { kind: "other", label: `status ${status.slice(0, DETAIL_MAX)}`, externalId, at };
  const state = STATES[status]!;
  const code = status === "canceled" ? status : form.get("ErrorCode") || undefined;
  return {
    kind: "status", externalId, reference: reference || undefined, state, at,
    ...(state === "failed" && { code, detail: form.get("ErrorMessage")?.slice(0, DETAIL_MAX) || status, class: (code && twilioError(code)?.class) || "permanent" }),
    segments: positive(form.get("NumSegments")),
  };
}

function messageOf(form: URLSearchParams, externalId: string, connection: Connection, at: number): InboundEvent {
  const address = phoneOf(form.get("From") ?? "", connection.country);
  if (address === null) return { kind: "other", label: "message from no phone", externalId, at };
  const from = { kind: "phone" as const, address, name: form.get("ProfileName")?.trim() || undefined };
  const ours = [connection.address, ...connection.ownAddresses].map((own) => phoneOf(own, connection.country));
  if (ours.includes(address)) return { kind: "other", label: "message from our own number", externalId, at };
  // The signature proves the Twilio account, not the number: one account may hold numbers that are connected elsewhere.
  if (!isForUs(form, connection)) return { kind: "other", label: "message to another number", externalId, at };
  const optOut = form.get("OptOutType")?.toUpperCase() ?? "";
  return {
    kind: "message", externalId, from, at,
    text: form.get("Body") || placeOf(form),
    media: mediaOf(form),
    optOut: Object.hasOwn(OPT_OUT, optOut) ? OPT_OUT[optOut as keyof typeof OPT_OUT] : undefined,
    segments: positive(form.get("NumSegments")),
  };
}

function isForUs(form: URLSearchParams, connection: Connection): boolean {
  const { address, country, settings } = connection;
  const service = settings.messagingServiceSid;
  const to = phoneOf(form.get("To") ?? "", country);
  if (to !== null && to === phoneOf(address, country)) return true;
  return Boolean(service) && form.get("MessagingServiceSid") === service && !siblingsOf(connection).includes(to);
}

function mediaOf(form: URLSearchParams): MediaRef[] {
  const media: MediaRef[] = [];
  for (let index = 0; index < MEDIA_MAX; index++) {
    const ref = form.get(`MediaUrl${index}`);
    const type = form.get(`MediaContentType${index}`) || "application/octet-stream";
    if (ref && type !== LAYOUT_TYPE) media.push({ ref, type });
  }
  return media;
}

/** A shared place comes with an empty body; its words are all a text message can show of it. */
function placeOf(form: URLSearchParams): string {
  const [latitude, longitude] = [form.get("Latitude"), form.get("Longitude")];
  if (!latitude || !longitude) return "";
  return [form.get("Label"), form.get("Address"), `${latitude}, ${longitude}`].filter(Boolean).join("\n");
}

/** WhatsApp and RCS that Twilio carries on the same number are marked by a prefix; the phone behind it is the same person. */
function phoneOf(address: string, country: string): string | null {
  const bare = address.replace(/^(?:whatsapp|rcs):/, "");
  return normalisePhone(bare, country) ?? (/^\+\d{3,15}$/.test(bare) ? bare : null);
}

/** A clear refusal is surely not sent. Anything else after the request left us may have been sent: thrown, so nobody repeats it blindly. */
function outcome(status: number, retryAfter: string | null, body: unknown, now: number): SendResult {
  const accepted = Accepted.safeParse(body);
  if (status >= 200 && status < 300 && accepted.success) return { ok: true, externalId: accepted.data.sid, segments: accepted.data.num_segments, ...priceOf(accepted.data) };
  const refused = Refused.safeParse(body);
  const isUnclear = status < 400 || status === 408 || (status >= 500 && (!refused.success || refused.data.code === INTERNAL_ERROR));
  if (isUnclear) throw new Error(`Twilio answered ${status} without saying what became of the message`);
  const code = refused.success ? String(refused.data.code) : `http-${status}`;
  return {
    ok: false, code, detail: refused.success ? refused.data.message.slice(0, DETAIL_MAX) : `Twilio answered ${status}`,
    class: twilioError(code)?.class ?? classByStatus(status),
    retryAfterMs: waitOf(retryAfter, now),
  };
}

/** Twilio writes what it takes as a negative number, and nothing before it knows. */
const priceOf = ({ price, price_unit: currency }: { price?: string | null; price_unit?: string | null }): { price?: Price } =>
  (price && currency ? { price: { amount: price.replace(/^-/, ""), currency: currency.toUpperCase() } } : {});

function classByStatus(status: number): FailureClass {
  if (status === 401) return "auth";
  if (status === 403 || status === 404) return "config";
  if (status === 429) return "rate";
  return status >= 500 ? "temporary" : "permanent";
}

const basicOf = (user: string, password: string): string => `Basic ${btoa(`${user}:${password}`)}`;
const basic = ({ accountSid, authToken, apiKeySid, apiKeySecret }: Settings): string =>
  apiKeySid && apiKeySecret ? basicOf(apiKeySid, apiKeySecret) : basicOf(accountSid, authToken);

function positive(text: string | null): number | undefined {
  const number = Number(text);
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}
