import { z } from "zod";
import { toHex } from "../platform/hex";
import { jsonOf } from "./answer";
import { type ChannelConnection, type ChannelIo, defineChannel, type OutboundMessage, WORDS_AND_FILES } from "./channel";
import { callGoogle, GOOGLE_SENTENCES, type GoogleAnswer, type GoogleCall } from "./google-api";
import type { Grant } from "./google-auth";
import { greetingOf, isSignedByRcs, rcsEvents } from "./google-rcs-read";
import { fetchOutside } from "./outside";

const SCOPE = "https://www.googleapis.com/auth/rcsbusinessmessaging";
/** https://developers.google.com/business-communications/rcs-business-messaging/guides/build/messages */
const TEXT_MAX = 3_072;
const FILE_BYTES = 100_000_000;
const FILES_MAX = 10; // ours: each file is a message of its own
/** Suggestions under one message, and letters on each. */
const SUGGESTIONS_MAX = 11;
const SUGGESTION_LETTERS = 25;
/** What waits longer for a phone is withdrawn, and Google tells us. */
const TTL = "86400s";
const SENDS_PER_SECOND = 5;
/** That a phone takes RCS changes with the phone: asked again after an hour. */
const CAPABLE_MS = 3_600_000;
const CAPABLE_MAX = 5_000;
const HOSTS = { global: "rcsbusinessmessaging", us: "us-rcsbusinessmessaging", europe: "europe-rcsbusinessmessaging", asia: "asia-rcsbusinessmessaging" } as const;
/** Hosts that Google keeps customers' files on. */
const MEDIA_HOSTS = ["googleapis.com", "googleusercontent.com", "google.com"];

const Key = z.object({ client_email: z.string().min(1), private_key: z.string().min(1) });
const secret = z.string().trim().regex(/^[\x21-\x7e]+$/, "must not be empty or contain spaces");
const blank = z.literal("").transform(() => undefined);
const Settings = z.object({
  agentId: z.string().trim().regex(/^[\w.-]{1,100}(?:@rbm\.goog)?$/, "must look like my_agent@rbm.goog"),
  region: z.enum(["global", "us", "europe", "asia"]).default("global"),
  serviceAccountKey: z.string().trim().refine((json) => Key.safeParse(jsonOf(json)).success, "must be the whole JSON file of the key"),
  clientToken: secret,
  fallbackConnectionId: blank.or(z.string().trim().regex(/^[\w-]{1,80}$/, "must be the id of a connection")).optional(),
});
type Settings = z.infer<typeof Settings>;
type Connection = ChannelConnection<Settings>;

const capable = new Map<string, number>();

/** RCS for Business: https://developers.google.com/business-communications/rcs-business-messaging */
export const googleRcs = defineChannel({
  provider: "google-rcs",
  kind: "google",
  title: "RCS for Business",
  reaches: [{ kind: "phone", scoped: false }],
  settings: Settings,
  fields: [
    { key: "agentId", label: "Agent ID", help: "Business Communications console → your agent → Agent information. Ends in @rbm.goog, and is the same as the address. The agent must be launched with the carriers of your customers; before that it reaches its testers only.", secret: false },
    { key: "region", label: "Region", help: "Where the agent was made: Business Communications console → your agent → Agent information.", secret: false, optional: true, options: ["global", "us", "europe", "asia"] },
    { key: "serviceAccountKey", label: "Service account key", help: "Business Communications console → your agent → Service account → Create key. Paste the whole JSON file.", secret: true },
    { key: "clientToken", label: "Client token", help: "Business Communications console → your agent → Integrations → Webhook: enter our webhook address there and copy the token shown beside it. Save here first, then press Verify there.", secret: true },
    { key: "fallbackConnectionId", label: "Text messages instead", help: "What RCS cannot deliver goes out over this number instead: because the phone has no RCS, or was not reached within a day.", secret: false, optional: true, connection: "sms" },
  ],
  capabilities: {
    text: { max: TEXT_MAX, unit: "characters" },
    subject: false, html: false, copies: false,
    media: { max: FILES_MAX, bytes: FILE_BYTES, types: ["image/jpeg", "image/png", "image/gif", "video/mp4", "video/mpeg", "video/webm", "video/3gpp", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/aac", "application/pdf"], limits: [], together: false, caption: false },
    ...WORDS_AND_FILES,
    buttons: { max: SUGGESTIONS_MAX, characters: SUGGESTION_LETTERS, words: null, links: true },
    typing: true, readReceipts: true, deliveryReceipts: true, start: true, resend: "safe", transport: "provider", perSecond: SENDS_PER_SECOND,
  },

  explain: (code) => SENTENCES[code] ?? GOOGLE_SENTENCES[code] ?? null,

  // A partner has one webhook for all its agents.
  sharesUrl: true,
  greet(request, { settings }) {
    const answer = greetingOf(request, settings.clientToken);
    return answer === null ? null : { type: "text/plain", body: answer };
  },
  verify: (request, { settings }) => isSignedByRcs(request, settings.clientToken),
  receive: (request, { settings }) => Promise.resolve(rcsEvents(request, settings.agentId)),

  async send(message, connection, io) {
    if (!await isCapable(message.to, connection, io)) return { ok: false, class: "permanent", code: "not-capable", detail: message.to };
    const messageId = await uuidOf(`${connection.id}\n${message.reference}\n${message.id}`);
    const { failure } = await call({ method: "POST", url: urlOf(message.to, "agentMessages", { messageId }, connection), body: { contentMessage: contentOf(message), ttl: TTL } }, connection, io);
    if (!failure) return { ok: true, externalId: messageId };
    return failure.code === "NOT_FOUND" ? { ...failure, code: "not-capable" } : failure;
  },

  /** Who cannot be reached by RCS is sent the same words as a text, if the account wants that. What was withdrawn never arrived. */
  instead: (code, settings) => (code === "not-capable" || code === "expired" ? settings.fallbackConnectionId ?? null : null),

  async signal({ kind, to, target }, connection, io) {
    if (kind === "read" && target === null) return;
    const eventId = crypto.randomUUID();
    const body = kind === "read" ? { eventType: "READ", messageId: target } : { eventType: "IS_TYPING" };
    const { failure } = await call({ method: "POST", url: urlOf(to, "agentEvents", { eventId }, connection), body }, connection, io);
    if (failure) throw new Error(`Google did not take the signal: ${failure.code}`);
  },

  /** Addresses of files are public and last 60 days; our token is none of their business. */
  download: ({ ref }, _connection, io) => fetchOutside(ref, io, { hosts: MEDIA_HOSTS }),

  async probe(connection, io) {
    const { agentId } = connection.settings;
    if (connection.address !== agentId.toLowerCase()) return `The address of this connection is ${connection.address}, but the agent is ${agentId}. Enter the same in both places.`;
    // Nobody has this number: an answer about it proves that we may ask.
    const { failure, status } = await call({ method: "GET", url: urlOf(NOBODY, "capabilities", { requestId: crypto.randomUUID() }, connection) }, connection, io);
    if (!failure || status === 404 || failure.code === "INVALID_ARGUMENT") return null;
    return SENTENCES[failure.code] ?? GOOGLE_SENTENCES[failure.code] ?? `Google refused: ${failure.detail}`;
  },
});

/** Numbers with 555-01 are given to nobody: https://nationalnanpa.com/number_resource_info/555_numbers.html */
const NOBODY = "+12025550100";

const SENTENCES: Readonly<Record<string, string>> = {
  "not-capable": "This phone does not take RCS messages, or the agent is not launched with its carrier. Write a text message instead.",
  expired: "The phone was not reached within a day, so the message was withdrawn. Write a text message instead.",
  PERMISSION_DENIED: "The agent may not send here yet. Ask an admin to check in the Business Communications console that it is launched and that the service account belongs to it.",
  INVALID_ARGUMENT: "RCS refused something in this message. Change it and send it again, or write a text message instead.",
  NOT_FOUND: "Google does not know this agent. Ask an admin to check the agent ID and the region.",
};

const call = (one: GoogleCall, { settings }: Connection, io: ChannelIo): Promise<GoogleAnswer> => callGoogle(one, grantOf(settings), io);

function grantOf({ serviceAccountKey }: Settings): Grant {
  const key = Key.parse(jsonOf(serviceAccountKey));
  return { kind: "service-account", email: key.client_email, privateKey: key.private_key, scope: SCOPE };
}

/** A phone is made of digits and one plus, which is a space in some parts of a URL, but not in its path. */
function urlOf(phone: string, what: string, query: Record<string, string>, { settings }: Connection): string {
  if (!/^\+\d{5,20}$/.test(phone)) throw new Error("not a phone number");
  const params = Object.entries({ ...query, agentId: settings.agentId }).map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll("%40", "@")}`);
  return `https://${HOSTS[settings.region]}.googleapis.com/v1/phones/${phone}/${what}?${params.join("&")}`;
}

/** Only a clear no counts as one: whatever else goes wrong, the message itself will tell. */
async function isCapable(phone: string, connection: Connection, io: ChannelIo): Promise<boolean> {
  const key = `${connection.id} ${phone}`;
  if ((capable.get(key) ?? 0) > io.now()) return true;
  const asked = await call({ method: "GET", url: urlOf(phone, "capabilities", { requestId: crypto.randomUUID() }, connection) }, connection, io).catch(() => null);
  if (asked?.status === 404) return false;
  if (asked && !asked.failure) {
    if (capable.size >= CAPABLE_MAX) capable.delete(capable.keys().next().value!);
    capable.set(key, io.now() + CAPABLE_MS);
  }
  return true;
}

/** A file's address is ours and signed; Google fetches it. */
const contentOf = ({ text, media: [file], buttons }: OutboundMessage): Record<string, unknown> => ({
  ...(file ? { contentInfo: { fileUrl: file.url, forceRefresh: false } } : { text }),
  ...(buttons.length > 0 && { suggestions: buttons.map(suggestionOf) }),
});

/** Tapping one sends its words back, or opens a page. https://developers.google.com/business-communications/rcs-business-messaging/guides/build/messages/suggestions */
const suggestionOf = ({ text, url }: OutboundMessage["buttons"][number]): Record<string, unknown> =>
  (url === null ? { reply: { text, postbackData: text } } : { action: { text, postbackData: text, openUrlAction: { url } } });

/** The same message has the same id, so that Google drops its repeats. */
async function uuidOf(name: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(name))).slice(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = toHex(bytes);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
