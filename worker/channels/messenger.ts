import { z } from "zod";
import type { InboundEvent } from "./channel";
import { type ChannelConnection, defineChannel, WORDS_AND_FILES } from "./channel";
import { META_BODY_BYTES, graph, graphCode, isSignedByMeta, metaHandshake } from "./meta";
import { downloadOfMessage } from "./meta-media";
import { metaEvents } from "./meta-messaging";
import { messengerErrors } from "./meta-messaging-errors";
import { type MetaSender, profileOf, QUICK_REPLIES, reactOnMeta, sendToMeta, signalToMeta } from "./meta-send";

/** Messenger's own limits: https://developers.facebook.com/docs/messenger-platform/reference/send-api */
const TEXT_MAX = 2_000;
const FILES_MAX = 10; // ours: each file is a message of its own
const FILE_BYTES = 25_000_000;
const IMAGE_BYTES = 8_000_000;
/** 10 files a second may leave a page, and 300 texts: the lower one holds for both. */
const SENDS_PER_SECOND = 10;

const digits = z.string().trim().regex(/^\d{1,30}$/, "digits only");
const secret = z.string().trim().regex(/^[\x21-\x7e]+$/, "must not be empty or contain spaces");

const Settings = z.object({ pageId: digits, pageAccessToken: secret, appSecret: secret, verifyToken: secret });
type Settings = z.infer<typeof Settings>;
type Connection = ChannelConnection<Settings>;

const Names = z.object({ first_name: z.string().catch(""), last_name: z.string().catch("") });
const Page = z.object({ id: z.string() });
const Subscriptions = z.object({ data: z.array(z.object({ subscribed_fields: z.array(z.string()).catch([]) })) });

/** Facebook Messenger: https://developers.facebook.com/docs/messenger-platform */
export const messenger = defineChannel({
  provider: "messenger",
  kind: "messenger",
  title: "Facebook Messenger",
  // A page-scoped id names somebody to this page only.
  reaches: [{ kind: "user", scoped: true }],
  settings: Settings,
  fields: [
    { key: "pageId", label: "Page ID", help: "Facebook → your page → About → Page transparency. Digits only, and the same as the address.", secret: false },
    { key: "pageAccessToken", label: "Page access token", help: "Meta App Dashboard → Messenger → API settings → generate a token for the page.", secret: true },
    { key: "appSecret", label: "App secret", help: "Meta App Dashboard → App settings → Basic. It proves that webhooks come from Meta.", secret: true },
    { key: "verifyToken", label: "Verify token", help: "Any text of your own. Enter the same one at Meta beside the webhook address, and subscribe to the messages, messaging and message fields.", secret: true },
  ],
  capabilities: {
    text: { max: TEXT_MAX, unit: "characters" },
    subject: false, html: false, copies: false,
    media: { max: FILES_MAX, bytes: FILE_BYTES, types: ["*/*"], limits: [{ type: "image/", bytes: IMAGE_BYTES }], together: false, caption: false },
    ...WORDS_AND_FILES,
    voice: "audio/mp4", buttons: QUICK_REPLIES, reactions: true, replies: true,
    // Seven days for people; and seven after the first message that a click-to-Messenger ad brought.
    window: { hours: 24, adHours: 168, humanHours: 168, perTurn: null },
    typing: true, readReceipts: true, deliveryReceipts: true, start: false, resend: "ask", transport: "provider", perSecond: SENDS_PER_SECOND,
  },

  explain: messengerErrors.explain,
  sharesUrl: true,
  maxBodyBytes: META_BODY_BYTES,
  verify: (request, { settings }) => isSignedByMeta(request, [settings.appSecret]),
  handshake: (url, { verifyToken }) => metaHandshake(url, verifyToken),

  receive: (request, { address, ownAddresses }) => Promise.resolve(metaEvents(request, { object: "page", id: address, ownAddresses }, changeOf)),

  send: (message, connection, io) => sendToMeta(message, senderOf(connection), io),
  react: ({ target, to, emoji }, connection, io) => reactOnMeta({ target, to, reaction: emoji }, senderOf(connection), io),
  signal: (signal, connection, io) => signalToMeta(signal, senderOf(connection), io),

  async profile(address, connection, io) {
    const names = await profileOf(address, "first_name,last_name", Names, senderOf(connection), io);
    const name = names ? `${names.first_name} ${names.last_name}`.trim() : "";
    return name === "" ? null : { name };
  },

  download: (file, connection, io) => downloadOfMessage(file, senderOf(connection), io),

  async probe({ address, settings }, io) {
    const { pageId, pageAccessToken: token, appSecret } = settings;
    if (address !== pageId) return `The address of this connection is ${address}, but the page is ${pageId}. Enter the Page ID in both places.`;
    const page = await graph(io, { path: pageId, token, appSecret, method: "GET", query: { fields: "id" } });
    if (page.error) return messengerErrors.explain(graphCode(page.error)) ?? `Meta refused: ${page.error.detail}`;
    if (Page.safeParse(page.body).data?.id !== pageId) return `Meta gave no usable answer (${page.status}). Try again in a few minutes.`;
    const apps = await graph(io, { path: `${pageId}/subscribed_apps`, token, appSecret, method: "GET" });
    const subscribed = Subscriptions.safeParse(apps.body).data?.data.flatMap((app) => app.subscribed_fields);
    // A token that may not read its subscriptions can still send.
    return subscribed && !subscribed.includes("messages") ? "The page does not send us its messages yet. Subscribe it at Meta App Dashboard → Messenger → Webhooks, with the field messages." : null;
  },
});

const senderOf = ({ settings }: Connection): MetaSender => ({
  path: `${settings.pageId}/messages`, token: settings.pageAccessToken, appSecret: settings.appSecret,
  errors: messengerErrors, inWindow: { messaging_type: "RESPONSE" }, forFile: { is_reusable: false }, album: 1, takesReference: true,
});

/** What happens on the page itself is no conversation. */
const changeOf = (field: string, _value: unknown, at: number): InboundEvent => ({ kind: "other", label: `page ${field}`, at });
