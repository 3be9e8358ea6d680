import { z } from "zod";
import type { InboundResult, Media, SmsInbound, WorldConnection, WorldMessage } from "../api";
import { download } from "../download";
import { type Answer, type Call, type Delivery, type PlannedStep, type Progress, type Provider, type Realm, Refused, addressed, json, secretOf, text } from "../provider";
import { isOptedOut, obey, type Keyword } from "../twilio/opt-out";
import { store, toMedia } from "../upload";
import { UploadInput } from "../upload-input";
import { checkSend } from "./send";
import { signTelnyx } from "./signature";
import { envelope, inboundPayload, partsOf, statusPayload, type EventFacts } from "./webhook";

const NAME = "telnyx";
const API_HOST = "api.telnyx.com";
const MEDIA_HOST = "media.telnyx.com";
/** Apart far enough to be seen on a screen, near enough for a test. */
const SENT_AFTER_MS = 150;
const FINAL_AFTER_MS = 450;
/** Telnyx takes 1 MB in all. */
const MAX_BYTES = 1_000_000;
/** Three attempts in all, a hundred times as fast as in life. */
const RETRY_PAUSES_MS = [50, 100];
/** The profile of a connection that names none. */
const PROFILE = "5d45a009-b038-4b5b-8064-b9820c185303";

const Inbound: z.ZodType<SmsInbound> = z.object({ from: z.string().min(1), to: z.string().optional(), text: z.string().max(1_600).optional(), media: z.array(UploadInput).max(10).optional(), group: z.array(z.string()).max(8).optional() });

/** Telnyx's own list; it acts on a message of these words alone. */
const WORDS: Readonly<Record<string, [Keyword, string]>> = {
  ...Object.fromEntries(["STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"].map((word) => [word, ["stop", "OPT_OUT"]])),
  START: ["start", "OPT_IN"], UNSTOP: ["start", "OPT_IN"], HELP: ["help", "HELP"],
};

export const telnyx: Provider = {
  name: NAME,
  hosts: [API_HOST, MEDIA_HOST],
  finalStates: ["delivered", "delivery_failed", "sending_failed", "delivery_unconfirmed"],
  isSend: ({ method, url }) => method === "POST" && url.pathname.startsWith("/v2/messages"),
  answer,
  refuse(status, retryAfterS) {
    const headers: Record<string, string> = retryAfterS === null ? {} : { "retry-after": String(retryAfterS) };
    if (status === 429) return problem(429, "10011", "Too many requests", "You have exceeded the maximum number of allowed requests.", headers);
    if (status === 401 || status === 403) return problem(401, "10009", "Authentication failed", "Could not authenticate");
    return status > 500 ? { status, headers: { ...headers, "content-type": "text/html" }, body: "<html>Service Unavailable</html>" } : problem(status, "10007", "Unexpected error", "An unexpected error occured.", headers);
  },
  receive,
  progress,
  async sign(delivery, connection, now) {
    const timestamp = String(Math.floor(now / 1_000));
    return { "telnyx-timestamp": timestamp, "telnyx-signature-ed25519": await signTelnyx(secretOf(connection, "privateKey"), timestamp, delivery.body) };
  },
  retryDelaysMs: () => RETRY_PAUSES_MS,
};

const problem = (status: number, code: string, title: string, detail: string, headers: Record<string, string> = {}): Answer => json(status, { errors: [{ code, title, detail }] }, headers);

async function answer(call: Call, realm: Realm): Promise<Answer> {
  if (call.url.hostname === MEDIA_HOST) return stored(call, realm);
  const key = /^Bearer (.+)$/.exec(call.headers.get("authorization") ?? "")?.[1];
  const mine = realm.connections().filter((connection) => connection.provider === NAME && key !== undefined && secretOf(connection, "apiKey") === key);
  if (mine.length === 0) return problem(401, "10009", "Authentication failed", "Could not authenticate");
  const [, , subject, id] = call.url.pathname.split("/");
  if (call.method === "POST" && subject === "messages") return send(call, id === "group_mms", mine, realm);
  if (call.method === "GET" && subject === "messaging_profiles") return profiles(id, mine);
  return problem(404, "10005", "Resource not found", "The requested resource or URL could not be found.");
}

function profiles(id: string | undefined, mine: WorldConnection[]): Answer {
  const known = mine.map((connection) => ({ record_type: "messaging_profile", id: profileOf(connection), name: "Demo profile", enabled: true, webhook_url: connection.webhookUrl, webhook_api_version: "2" }));
  if (id === undefined) return json(200, { data: known, meta: { total_results: known.length } });
  const found = known.find((profile) => profile.id === id);
  return found ? json(200, { data: found }) : problem(404, "10005", "Resource not found", "The requested resource or URL could not be found.");
}

const profileOf = (connection: WorldConnection): string => secretOf(connection, "messagingProfileId") || PROFILE;

function send(call: Call, isGroup: boolean, mine: WorldConnection[], realm: Realm): Answer {
  const given = parsed(call.body);
  const verdict = checkSend(given, isGroup, { numbers: mine.map(({ address }) => address), optedOut: (ours, customer) => isOptedOut(realm.notes, ours, customer) });
  if (!verdict.ok) return problem(verdict.status, verdict.code, verdict.title, verdict.detail);
  const at = new Date(realm.now()).toISOString();
  const message: WorldMessage = {
    id: crypto.randomUUID(), provider: NAME, connectionId: mine.find(({ address }) => address === verdict.from)!.connectionId, by: "app", at, from: verdict.from, to: verdict.to.join(", "), text: verdict.text, state: "queued", code: null,
    media: verdict.media.map((url) => ({ name: url, type: "", size: 0, url: "" })), history: [{ state: "queued", code: null, at, answered: null }], raw: given as Record<string, unknown>,
    ...(isGroup && { group: verdict.to.toSorted() }),
  };
  const end = verdict.fails === null ? { state: "delivered", code: null } : { state: "delivery_failed", code: verdict.fails };
  const steps: PlannedStep[] = [{ afterMs: SENT_AFTER_MS, state: "sent", code: null }, { afterMs: FINAL_AFTER_MS, ...end }];
  realm.accept(message, steps);
  const to = verdict.to.map((phone_number) => ({ phone_number, status: "queued", carrier: "", line_type: "" }));
  return json(200, { data: { record_type: "message", direction: "outbound", id: message.id, type: isGroup || verdict.media.length > 0 ? "MMS" : "SMS", from: { phone_number: verdict.from }, to, text: verdict.text, parts: partsOf(verdict.text, verdict.media.length), encoding: "GSM-7" } });
}

async function progress(message: WorldMessage, step: { state: string; code: string | null }, realm: Realm): Promise<Progress> {
  const next = step.state === "sent" ? await withMedia(message, step, realm) : step;
  const connection = realm.connections().find(({ connectionId }) => connectionId === message.connectionId);
  if (!connection) return { ...next, delivery: null };
  const named = message.raw["webhook_url"];
  const at = new Date(realm.now()).toISOString();
  const current = realm.messages.get(message.id) ?? message;
  const event = next.state === "sent" ? "message.sent" : "message.finalized";
  return { ...next, delivery: webhook(connection, typeof named === "string" ? named : connection.webhookUrl, event, statusPayload(current, next.state, next.code, profileOf(connection), at), message.id, at) };
}

/** Telnyx fetches what is to be sent along; what it cannot have, or is too large, fails the message. */
async function withMedia(message: WorldMessage, step: { state: string; code: string | null }, realm: Realm): Promise<{ state: string; code: string | null }> {
  const urls = message.raw["media_urls"];
  if (!Array.isArray(urls)) return step;
  const media: Media[] = [];
  let total = 0;
  for (const url of urls.map(String)) {
    const file = await download(url, realm);
    if (!file) return { state: "sending_failed", code: "40301" };
    total += file.bytes.byteLength;
    if (total > MAX_BYTES) return { state: "sending_failed", code: "40302" };
    media.push(toMedia(realm.blobs.put(file.name || "media", file.type, file.bytes)));
  }
  realm.messages.change(message.id, (now) => ({ ...now, media }));
  return step;
}

function webhook(connection: WorldConnection, url: string, event: EventFacts["event"], payload: Record<string, unknown>, messageId: string, at: string): Delivery {
  const eventId = crypto.randomUUID();
  return { kind: "webhook", provider: NAME, connectionId: connection.connectionId, eventId, url, type: "application/json", body: JSON.stringify(envelope({ event, eventId, at, attempt: 1, url, payload })), messageId };
}

async function receive(input: unknown, realm: Realm): Promise<InboundResult> {
  const { from, to, text: body = "", media = [], group = [] } = Inbound.parse(input);
  if (body === "" && media.length === 0) throw new Refused("a message needs a text or media");
  const connection = addressed(NAME, realm, to);
  if (from === connection.address) throw new Refused("a number does not text itself");
  const others = [...new Set(group)].filter((one) => one !== from && one !== connection.address).toSorted();
  const blobs = media.map((upload) => store(realm.blobs, upload));
  const at = new Date(realm.now()).toISOString();
  const message: WorldMessage = {
    id: crypto.randomUUID(), provider: NAME, connectionId: connection.connectionId, by: "customer", at, from, to: connection.address, text: body, state: "received", code: null,
    media: blobs.map(toMedia), history: [{ state: "received", code: null, at, answered: null }], raw: {}, ...(others.length > 0 && { group: [from, ...others].toSorted() }),
  };
  const [keyword, autoresponse] = (media.length === 0 ? WORDS[body.trim().toUpperCase()] : undefined) ?? [null, null];
  const payload = inboundPayload(message, others, blobs.map(({ id, type, size }) => ({ url: `https://${MEDIA_HOST}/${id}`, type, size })), profileOf(connection), autoresponse);
  realm.messages.add({ ...message, raw: payload });
  const reply = keyword && obey(keyword, realm.notes, connection.address, from);
  if (reply) realm.messages.add({ ...message, id: crypto.randomUUID(), by: "provider", from: connection.address, to: from, text: reply, state: "delivered", history: [], raw: {}, group: undefined });
  return { id: message.id, ids: [message.id], ...(await realm.deliver(webhook(connection, connection.webhookUrl, "message.received", payload, message.id, at))) };
}

/** Media are public here; the weather may fail the first fetches of each. */
function stored({ url }: Call, realm: Realm): Answer {
  const id = url.pathname.slice(1);
  const blob = realm.blobs.head(id);
  if (!blob) return { status: 404, headers: { "content-type": "text/plain" }, body: "Not Found" };
  if (realm.notes.count(`telnyx fetched ${id}`) <= (realm.weather.mediaFailures ?? 0)) return { status: 503, headers: { "content-type": "text/plain" }, body: "Service Unavailable" };
  return { status: 200, headers: { "content-type": blob.type, "content-length": String(blob.size) }, body: realm.blobs.bytes(id) };
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(text(body));
  } catch {
    // What is no JSON is refused like a wrong one.
    return null;
  }
}
