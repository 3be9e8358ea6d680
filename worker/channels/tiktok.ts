import { z } from "zod";
import { type ChannelConnection, type ChannelIo, defineChannel, type OutboundMedia, type OutboundMessage, type SendResult, WORDS_AND_FILES } from "./channel";
import { fetchOutside } from "./outside";
import { formWithFiles } from "./streamed";
import { callTikTok, isSignedByTikTok, type TikTokAnswer } from "./tiktok-api";
import { explainTikTok, REGIONS, TOKEN_ENDED } from "./tiktok-errors";
import { placeOf, tiktokEvents } from "./tiktok-receive";

/** TikTok's own limits: https://business-api.tiktok.com/portal/docs?id=1832184403754242 */
const TEXT_MAX = 6_000;
const IMAGE_BYTES = 3_000_000;
const FILES_MAX = 10; // ours: each picture is a message of its own
const WINDOW_HOURS = 48;
const PER_TURN = 10;
/** TikTok tells no number, only that it was too fast. */
const SENDS_PER_SECOND = 5;

const secret = z.string().trim().regex(/^[\x21-\x7e]+$/, "must not be empty or contain spaces");
const Settings = z.object({ businessId: secret.max(120), clientKey: secret, appSecret: secret, accessToken: secret, refreshToken: secret });
type Settings = z.infer<typeof Settings>;
type Connection = ChannelConnection<Settings>;

const Sent = z.object({ message: z.object({ message_id: z.string().min(1) }) });
const Uploaded = z.object({ media_id: z.string().min(1) });
const Download = z.object({ download_url: z.url() });
const Renewed = z.object({ access_token: z.string().min(1), refresh_token: z.string().min(1), expires_in: z.coerce.number().positive() });
const Participants = z.object({ participants: z.array(z.object({ display_name: z.string().catch(""), role: z.string().catch("") })) });

/** TikTok Business Messaging: https://business-api.tiktok.com/portal/docs?id=1832183871604753 */
export const tiktok = defineChannel({
  provider: "tiktok",
  kind: "tiktok",
  title: "TikTok",
  // Their conversation with this account, and their id, which means something to this account only.
  reaches: [{ kind: "user", scoped: true }],
  settings: Settings,
  fields: [
    { key: "businessId", label: "Business ID", help: `The open_id that TikTok gives when the account is authorised, the same as the address. ${REGIONS}; the owner must allow direct messages from everyone.`, secret: false },
    { key: "clientKey", label: "App ID", help: "TikTok for Business Developers → My apps → your app. TikTok must have approved it for Business Messaging.", secret: false },
    { key: "appSecret", label: "App secret", help: "TikTok for Business Developers → My apps → your app. It proves that webhooks come from TikTok, and renews access.", secret: true },
    { key: "accessToken", label: "Access token", help: "From authorising the account with all message.list permissions. It lives for a day; we renew it by ourselves.", secret: true },
    { key: "refreshToken", label: "Refresh token", help: "Given together with the access token. Each one works once, so let no other program use it.", secret: true },
  ],
  capabilities: {
    text: { max: TEXT_MAX, unit: "characters" },
    subject: false, html: false, copies: false,
    media: { max: FILES_MAX, bytes: IMAGE_BYTES, types: ["image/jpeg", "image/png"], limits: [], together: false, caption: false },
    ...WORDS_AND_FILES,
    replies: true,
    window: { hours: WINDOW_HOURS, adHours: null, humanHours: null, perTurn: PER_TURN },
    typing: true, readReceipts: true, deliveryReceipts: false, start: false, resend: "ask", transport: "provider", perSecond: SENDS_PER_SECOND,
  },

  explain: explainTikTok,
  // An app has one address for all its accounts.
  sharesUrl: true,
  verify: (request, { settings }, now) => isSignedByTikTok(request, settings.appSecret, now),
  receive: (request, { settings }) => Promise.resolve(tiktokEvents(request, settings.businessId)),

  async send(message, connection, io) {
    const { media: [picture, ...others], text } = message;
    if (others.length > 0 || (picture && text !== "")) return { ok: false, class: "permanent", code: "one-at-a-time", detail: "words and files, or several files" };
    const content = picture ? await uploaded(picture, connection, io) : wordsOf(message);
    if (!content.ok) return content;
    const { data, failure } = await post("business/message/send", { recipient_type: "CONVERSATION", recipient: message.to, ...content.fields }, connection, io);
    if (failure) return failure;
    const sent = Sent.safeParse(data).data;
    if (!sent) throw new Error("TikTok took the message and did not name it");
    return { ok: true, externalId: sent.message.message_id };
  },

  async signal({ kind, to }, connection, io) {
    const action = { recipient_type: "CONVERSATION", recipient: to, message_type: "SENDER_ACTION", sender_action: kind === "read" ? "MARK_READ" : "TYPING" };
    const { failure } = await post("business/message/send", action, connection, io);
    if (failure) throw new Error(`TikTok answered ${failure.code} to a signal`);
  },

  async profile(address, connection, io) {
    const { data, failure } = await get("business/message/content/list", { conversation_id: address }, connection, io);
    if (failure?.class === "temporary" || failure?.class === "rate") throw new Error(`TikTok answered ${failure.code} when asked for a name`);
    const customer = Participants.safeParse(data).data?.participants.find(({ role }) => role.toLowerCase() !== "business_account");
    const name = customer?.display_name.trim() ?? "";
    return name === "" ? null : { name };
  },

  renewFor: [TOKEN_ENDED],
  /** The refresh token is dead once it was used: both are stored together, and one machine at a time asks (`flows/renewal.ts`). */
  async renew({ settings: { clientKey, appSecret, refreshToken } }, io) {
    const { data, failure } = await callTikTok({ path: "tt_user/oauth2/refresh_token", body: { client_id: clientKey, client_secret: appSecret, grant_type: "refresh_token", refresh_token: refreshToken } }, io);
    if (failure) throw new Error(`TikTok answered ${failure.code} to the renewal of its token`);
    const { access_token, refresh_token, expires_in } = Renewed.parse(data);
    return { settings: { accessToken: access_token, refreshToken: refresh_token }, expiresAt: io.now() + expires_in * 1_000 };
  },

  async download({ ref }, connection, io) {
    const place = placeOf(ref);
    // Stickers lie at public addresses, which have no business with our token.
    if (!place) return fetchOutside(ref, io);
    const { kind, conversationId, messageId, mediaId } = place;
    const { data, failure } = await post("business/message/media/download", { conversation_id: conversationId, message_id: messageId, media_id: mediaId, media_type: kind.toUpperCase() }, connection, io);
    if (failure) throw new Error(`TikTok did not give the file: ${failure.code}`);
    return fetchOutside(Download.parse(data).download_url, io, { credentials: { "x-user": connection.settings.accessToken } });
  },

  async probe(connection, io) {
    const { address, settings: { businessId } } = connection;
    // Addresses are kept in small letters; TikTok's ids are not.
    if (address.toLowerCase() !== businessId.toLowerCase()) return `The address of this connection is ${address}, but the account is ${businessId}. Enter the Business ID in both places.`;
    const account = await get("business/get", { fields: JSON.stringify(["username", "display_name"]) }, connection, io);
    if (account.failure) return inWords(account.failure);
    // Accounts of the closed regions answer everything but this.
    const { failure } = await get("business/message/conversation/list", { conversation_type: "SINGLE", limit: "1" }, connection, io);
    return failure && inWords(failure);
  },
});

const inWords = ({ code, detail }: Extract<SendResult, { ok: false }>): string => explainTikTok(code) ?? `TikTok refused: ${detail}. ${REGIONS}.`;

const post = (path: string, body: Record<string, unknown>, { settings: { businessId, accessToken: token } }: Connection, io: ChannelIo): Promise<TikTokAnswer> =>
  callTikTok({ path, token, body: { business_id: businessId, ...body } }, io);

const get = (path: string, query: Record<string, string>, { settings: { businessId, accessToken: token } }: Connection, io: ChannelIo): Promise<TikTokAnswer> =>
  callTikTok({ path, token, query: { business_id: businessId, ...query } }, io);

/** What a message says, as TikTok takes it, or why it cannot be said. */
type SayResult = { ok: true; fields: Record<string, unknown> } | Extract<SendResult, { ok: false }>;

const wordsOf = ({ text, replyTo }: OutboundMessage): SayResult => ({
  ok: true, fields: { message_type: "TEXT", text: { body: text }, ...(replyTo !== null && { referenced_message_info: { referenced_message_id: replyTo } }) },
});

/** A picture is brought to TikTok first. Whatever happens there, no message has gone out. */
async function uploaded(file: OutboundMedia, { settings: { businessId, accessToken: token } }: Connection, io: ChannelIo): Promise<SayResult> {
  const broken = (detail: string) => ({ ok: false as const, class: "temporary" as const, code: "upload-broken", detail });
  const form = await formWithFiles([["business_id", businessId], ["media_type", "IMAGE"]], [{ name: "file", file, type: file.type, fileName: file.name }]);
  const answer = await callTikTok({ path: "business/message/media/upload", token, form }, io).catch((error: unknown) => broken(error instanceof Error ? error.name : "network"));
  if ("ok" in answer) return answer;
  if (answer.failure) return answer.failure;
  const media = Uploaded.safeParse(answer.data).data;
  return media ? { ok: true, fields: { message_type: "IMAGE", image: media } } : broken("no media id");
}
