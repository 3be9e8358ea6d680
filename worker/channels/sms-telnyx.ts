import { z } from "zod";
import type { FailureClass } from "../contract/entry";
import { jsonOf, waitOf } from "./answer";
import { type ChannelConnection, type ChannelIo, defineChannel, type OutboundMessage, type SendResult, WORDS_AND_FILES } from "./channel";
import { fetchOutside } from "./outside";
import { telnyxError } from "./telnyx-errors";
import { telnyxEvents } from "./telnyx-events";
import { isSignedByTelnyx } from "./telnyx-signature";

const API = "https://api.telnyx.com/v2";
/** A text of more parts is refused: https://developers.telnyx.com/docs/messaging/messages/message-encoding */
const PARTS_MAX = 10;
const MEDIA_MAX = 10;
/** Telnyx takes 1 MB in all, and what it puts around the files counts. */
const MEDIA_BYTES = 950_000;
/** Telnyx queues per number at the carrier's pace; this only stays well below its limit of requests. */
const SENDS_PER_SECOND = 10;
/** https://developers.telnyx.com/docs/messaging/messages/group-messaging */
const GROUP_MAX = 8;
/** Hosts that Telnyx keeps inbound media on, and those they redirect to. */
const MEDIA_HOSTS = ["telnyx.com", "telnyxstorage.com", "telnyxcloudstorage.com", "amazonaws.com"];
/** What we keep of a provider's free text. */
const DETAIL_MAX = 300;

/** A header carries ASCII only; a stray character means a bad paste. */
const secret = z.string().trim().regex(/^[\x21-\x7e]+$/, "must not be empty or contain spaces");
const Settings = z.object({
  apiKey: secret,
  publicKey: z.string().trim().regex(/^[A-Za-z0-9+/]{43}=$/, "must be the public key of 44 characters"),
  messagingProfileId: z.literal("").transform(() => undefined).or(z.string().trim().regex(/^[0-9a-fA-F-]{36}$/, "must be an id such as 5d45a009-b038-4b5b-8064-b9820c185303")).optional(),
});
type Settings = z.infer<typeof Settings>;
type Connection = ChannelConnection<Settings>;

const Accepted = z.object({ data: z.object({ id: z.string().min(1), parts: z.int().positive().nullish().catch(null), cost: z.object({ amount: z.string(), currency: z.string() }).nullish().catch(null) }) });
const Refused = z.object({ errors: z.array(z.object({ code: z.coerce.string().min(1), title: z.string().catch(""), detail: z.string().catch("") })).min(1) });
const Profile = z.object({ data: z.object({ enabled: z.boolean().catch(true) }) });

/** SMS, MMS and group MMS: https://developers.telnyx.com/docs/messaging */
export const telnyx = defineChannel({
  provider: "telnyx",
  kind: "sms",
  title: "Telnyx SMS",
  reaches: [{ kind: "phone", scoped: false }, { kind: "group", scoped: true }],
  settings: Settings,
  fields: [
    { key: "apiKey", label: "API key", help: "Telnyx portal → Account → API Keys. Version 2; starts with KEY and is shown once.", secret: true },
    { key: "publicKey", label: "Public key", help: "Telnyx portal → Account → Keys & Credentials → Public Key. It proves that webhooks come from Telnyx.", secret: false },
    { key: "messagingProfileId", label: "Messaging profile ID", help: "Telnyx portal → Messaging → Programmable Messaging: the profile that the number belongs to. Its webhook address must be ours, API version 2.", secret: false, optional: true },
  ],
  capabilities: {
    text: { max: PARTS_MAX, unit: "segments" },
    subject: false, html: false, copies: false,
    media: { max: MEDIA_MAX, bytes: MEDIA_BYTES, types: ["image/jpeg", "image/png", "image/gif", "audio/mpeg", "audio/mp4", "audio/amr", "video/mp4", "video/3gpp", "text/vcard", "text/x-vcard", "application/pdf"], limits: [], together: true, caption: true },
    ...WORDS_AND_FILES,
    groups: true, people: GROUP_MAX,
    typing: false, readReceipts: false, deliveryReceipts: true, start: true, resend: "ask", transport: "provider", perSecond: SENDS_PER_SECOND,
  },

  explain: (code) => telnyxError(code)?.sentence ?? null,
  consentAfter: (code) => telnyxError(code)?.consent ?? null,

  // A messaging profile has one webhook address for all its numbers.
  sharesUrl: true,
  verify: (request, { settings }, now) => isSignedByTelnyx(request, settings.publicKey, now),
  receive: (request, connection) => Promise.resolve(telnyxEvents(request, connection)),

  async send(message, connection, io) {
    if (message.group.length > GROUP_MAX) return { ok: false, class: "permanent", code: "group-size", detail: `${message.group.length} people` };
    const path = message.group.length > 0 ? "/messages/group_mms" : "/messages";
    const response = await ask(connection, io, path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(bodyOf(message, connection.settings)) });
    return outcome(response.status, response.headers.get("retry-after"), jsonOf(await response.text()), io.now());
  },

  /** Media addresses are public and end after some weeks; our key is none of their business. */
  download: ({ ref }, _connection, io) => fetchOutside(ref, io, { hosts: MEDIA_HOSTS }),

  async probe(connection, io) {
    const { messagingProfileId } = connection.settings;
    const response = await ask(connection, io, messagingProfileId ? `/messaging_profiles/${messagingProfileId}` : "/messaging_profiles?page[size]=1", {});
    const body = jsonOf(await response.text());
    if (response.status === 401 || response.status === 403) return "Telnyx rejected the API key. Make a new one in the Telnyx portal under Account → API Keys.";
    if (response.status === 404) return "Telnyx does not know this messaging profile. Copy its id again from the Telnyx portal under Messaging.";
    if (response.status !== 200) return `Telnyx gave no usable answer (${response.status}). Try again in a few minutes.`;
    return messagingProfileId && Profile.safeParse(body).data?.data.enabled === false ? "The messaging profile is switched off. Switch it on in the Telnyx portal under Messaging." : null;
  },
});

const ask = ({ settings }: Connection, io: ChannelIo, path: string, init: RequestInit & { headers?: Record<string, string> }): Promise<Response> =>
  io.fetch(`${API}${path}`, { ...init, redirect: "manual", headers: { ...init.headers, authorization: `Bearer ${settings.apiKey}` } });

/** Only a name that is no number has to say which profile it sends for. */
const bodyOf = ({ from, to, group, text, media, statusUrl }: OutboundMessage, { messagingProfileId }: Settings) => ({
  from, to: group.length > 0 ? group : to, ...(text !== "" && { text }), ...(media.length > 0 && { media_urls: media.map(({ url }) => url) }),
  ...(!from.startsWith("+") && messagingProfileId && { messaging_profile_id: messagingProfileId }),
  webhook_url: statusUrl, use_profile_webhooks: false,
});

/** A clear refusal is surely not sent. Anything else after the request left us may have been sent: thrown, so nobody repeats it blindly. */
function outcome(status: number, retryAfter: string | null, body: unknown, now: number): SendResult {
  const accepted = Accepted.safeParse(body).data?.data;
  if (status >= 200 && status < 300 && accepted) return { ok: true, externalId: accepted.id, ...(accepted.parts && { segments: accepted.parts }), ...(accepted.cost && { price: accepted.cost }) };
  if (status < 400 || status === 408 || status >= 500) throw new Error(`Telnyx answered ${status} without saying what became of the message`);
  const error = Refused.safeParse(body).data?.errors[0];
  const code = error?.code ?? `http-${status}`;
  const wait = waitOf(retryAfter, now);
  return {
    ok: false, code, detail: (error?.detail || error?.title || `Telnyx answered ${status}`).slice(0, DETAIL_MAX), class: telnyxError(code)?.class ?? classByStatus(status),
    ...(wait !== undefined && { retryAfterMs: wait }),
  };
}

function classByStatus(status: number): FailureClass {
  if (status === 401) return "auth";
  if (status === 403 || status === 404) return "config";
  return status === 429 ? "rate" : "permanent";
}
