import { z } from "zod";
import type { InboundEvent } from "./channel";
import { type ChannelConnection, defineChannel, WORDS_AND_FILES } from "./channel";
import { META_BODY_BYTES, graph, graphCode, isSignedByMeta, metaHandshake } from "./meta";
import { downloadOfMessage } from "./meta-media";
import { Id, Label, OptionalId, Party, Text } from "./meta-fields";
import { metaEvents, type ReadChange } from "./meta-messaging";
import { instagramErrors } from "./meta-messaging-errors";
import { commentId, type MetaSender, profileOf, QUICK_REPLIES, reactOnMeta, sendToMeta, signalToMeta } from "./meta-send";

/** Accounts without a Facebook page live here. */
const INSTAGRAM_HOST = "graph.instagram.com";
/** Instagram's own limits: https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api */
const TEXT_BYTES = 1_000;
const FILES_MAX = 10; // of pictures in one message; other files are messages of their own
const FILE_BYTES = 25_000_000;
const IMAGE_BYTES = 8_000_000;
/** 10 files a second may leave an account, and 100 texts: the lower one holds for both. */
const SENDS_PER_SECOND = 10;
/** The one reaction that Instagram's documents name; other signs travel as they are. */
const LOVE = "love";
const HEARTS = new Set(["❤", "❤️"]);

const digits = z.string().trim().regex(/^\d{1,30}$/, "digits only");
const secret = z.string().trim().regex(/^[\x21-\x7e]+$/, "must not be empty or contain spaces");
const optional = (schema: z.ZodType<string>) => z.literal("").transform(() => undefined).or(schema).optional();

const Settings = z.object({
  igUserId: digits, accessToken: secret, appSecret: secret, verifyToken: secret,
  login: z.enum(["instagram", "page"]), pageId: optional(digits), instagramAppSecret: optional(secret),
});
type Settings = z.infer<typeof Settings>;
type Connection = ChannelConnection<Settings>;

const Comment = z.object({
  id: Id, text: Text, parent_id: OptionalId,
  from: z.object({ id: z.unknown(), username: Label }).nullish().catch(null),
  media: z.object({ id: OptionalId }).nullish().catch(null),
});
const Names = z.object({ name: z.string().catch(""), username: z.string().catch("") });
const Account = z.object({ user_id: z.union([z.string(), z.int().transform(String)]).optional(), id: z.string().optional(), username: z.string().max(100).catch("") });
const Renewed = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** Instagram direct messages, and private answers to comments: https://developers.facebook.com/docs/instagram-platform */
export const instagram = defineChannel({
  provider: "instagram",
  kind: "instagram",
  title: "Instagram",
  // An Instagram-scoped id names somebody to this account only.
  reaches: [{ kind: "user", scoped: true }],
  settings: Settings,
  fields: [
    { key: "igUserId", label: "Instagram account ID", help: "Meta App Dashboard → Instagram → API setup: the user_id of your professional account. Digits only, and the same as the address.", secret: false },
    { key: "accessToken", label: "Access token", help: "With the Instagram login, the account's token from Instagram → API setup; with the page login, the page's access token.", secret: true },
    { key: "appSecret", label: "App secret", help: "Meta App Dashboard → App settings → Basic. It proves that webhooks come from Meta.", secret: true },
    { key: "verifyToken", label: "Verify token", help: "Any text of your own. Enter the same one at Meta beside the webhook address.", secret: true },
    { key: "login", label: "Connected through", help: "instagram: the account itself. page: the Facebook page that it is linked to.", secret: false, options: ["instagram", "page"] },
    { key: "pageId", label: "Page ID", help: "Only with the page login: the linked Facebook page.", secret: false, optional: true },
    { key: "instagramAppSecret", label: "Instagram app secret", help: "Only with the Instagram login: Meta App Dashboard → Instagram → API setup. Meta may sign with this one instead.", secret: true, optional: true },
  ],
  capabilities: {
    text: { max: TEXT_BYTES, unit: "bytes" },
    subject: false, html: false, copies: false,
    media: {
      max: FILES_MAX, bytes: FILE_BYTES,
      types: ["image/png", "image/jpeg", "image/gif", "audio/aac", "audio/mp4", "audio/x-m4a", "audio/wav", "video/mp4", "video/ogg", "video/x-msvideo", "video/quicktime", "video/webm", "application/pdf"],
      limits: [{ type: "image/", bytes: IMAGE_BYTES }], together: false, album: FILES_MAX, caption: false,
    },
    ...WORDS_AND_FILES,
    voice: "audio/mp4", buttons: QUICK_REPLIES, reactions: true, replies: true,
    // Seven days for people; and seven after the first message that a click-to-Direct ad brought.
    window: { hours: 24, adHours: 168, humanHours: 168, perTurn: null },
    typing: true, readReceipts: true, deliveryReceipts: false, start: false, resend: "ask", transport: "provider", perSecond: SENDS_PER_SECOND,
  },

  explain: instagramErrors.explain,
  sharesUrl: true,
  maxBodyBytes: META_BODY_BYTES,
  verify: (request, { settings }) => isSignedByMeta(request, [settings.appSecret, settings.instagramAppSecret ?? ""]),
  handshake: (url, { verifyToken }) => metaHandshake(url, verifyToken),

  receive: (request, { address, ownAddresses }) => Promise.resolve(metaEvents(request, { object: "instagram", id: address, ownAddresses }, commentsOn(address))),

  send: (message, connection, io) => sendToMeta(message, senderOf(connection), io),
  react: ({ target, to, emoji }, connection, io) => reactOnMeta({ target, to, reaction: emoji !== null && HEARTS.has(emoji) ? LOVE : emoji }, senderOf(connection), io),
  signal: (signal, connection, io) => signalToMeta(signal, senderOf(connection), io),

  async profile(address, connection, io) {
    const names = await profileOf(address, "name,username", Names, senderOf(connection), io);
    const name = names ? names.name.trim() || names.username.trim() : "";
    return name === "" ? null : { name };
  },

  /** A token of the Instagram login lives 60 days and may be renewed once it is a day old; a page's does not end. */
  async renew({ settings }, io) {
    if (settings.login !== "instagram") return null;
    const query = new URLSearchParams({ grant_type: "ig_refresh_token", access_token: settings.accessToken });
    const response = await io.fetch(`https://${INSTAGRAM_HOST}/refresh_access_token?${query.toString()}`, { redirect: "manual" });
    if (!response.ok) throw new Error(`Instagram answered ${response.status} to the renewal of its token`);
    const { access_token, expires_in } = Renewed.parse(await response.json());
    return { settings: { accessToken: access_token }, expiresAt: io.now() + expires_in * 1_000 };
  },

  download: (file, connection, io) => downloadOfMessage(file, senderOf(connection), io),

  async probe(connection, io) {
    const { address, settings: { igUserId, login } } = connection;
    if (address !== igUserId) return `The address of this connection is ${address}, but the account is ${igUserId}. Enter the Instagram account ID in both places.`;
    const { host, token, appSecret } = senderOf(connection);
    const whoami = login === "instagram" ? { host: host!, path: "me", query: { fields: "user_id,username" } } : { path: igUserId, query: { fields: "id,username" } };
    const answer = await graph(io, { ...whoami, token, appSecret, method: "GET" });
    if (answer.error) return instagramErrors.explain(graphCode(answer.error)) ?? `Instagram refused: ${answer.error.detail}`;
    const account = Account.safeParse(answer.body).data;
    const found = account?.user_id ?? account?.id;
    if (account === undefined || found === undefined) return `Instagram gave no usable answer (${answer.status}). Try again in a few minutes.`;
    return found === igUserId ? null : `This token belongs to another account${account.username ? `, @${account.username}` : ""}, whose ID is ${found}. Enter that ID, or a token of the account you mean.`;
  },
});

/** Either login answers under its own host. Meta wants the proof by the secret of the app that the token is for. */
const senderOf = ({ settings: { login, igUserId, pageId, accessToken: token, appSecret, instagramAppSecret } }: Connection): MetaSender => ({
  ...(login === "instagram" ? { host: INSTAGRAM_HOST, path: `${igUserId}/messages`, appSecret: instagramAppSecret ?? appSecret } : { path: `${pageId ?? "me"}/messages`, appSecret }),
  token, errors: instagramErrors, inWindow: {}, forFile: {}, album: FILES_MAX, takesReference: false,
});

/** A public comment is shown with the person's messages. It lets us answer once in private, and nothing more. */
const commentsOn = (ours: string): ReadChange => (field, value, at) => {
  const other = (label: string): InboundEvent => ({ kind: "other", label, at });
  if (field !== "comments" && field !== "live_comments") return other(`account ${field.slice(0, 60)}`);
  const comment = Comment.safeParse(value).data;
  const author = Party.parse(comment?.from);
  if (!comment || !author) return other("comment of nobody");
  if (author.id === ours) return other("comment of our own");
  return {
    kind: "message", externalId: commentId(comment.id), from: { kind: "user", address: author.id, ...(comment.from?.username && { name: comment.from.username }) }, at,
    text: comment.text || "A comment without words", media: [], opensNoWindow: true,
    content: { kind: "comment", where: field === "comments" ? "post" : "live", commentId: comment.id, postId: comment.media?.id ?? null, parentId: comment.parent_id ?? null },
  };
};
