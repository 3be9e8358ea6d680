import { z } from "zod";
import type { InboundResult, SmsInbound, WorldConnection, WorldMessage } from "../api";
import { type Answer, type Call, type Delivery, type PlannedStep, type Progress, type Provider, type Realm, Refused, addressed, json, secretOf, text } from "../provider";
import { store, toMedia } from "../upload";
import { UploadInput } from "../upload-input";
import { accountResource, authorised, phoneNumbers } from "./account";
import { refusal, twilioError } from "./error";
import { STORAGE_HOST, fetchMedia, mediaUrl, redirect, remove, stored } from "./media";
import { isOptedOut, keywordIn, obey } from "./opt-out";
import { checkSend } from "./send";
import { signTwilio } from "./signature";
import { inboundParams, messageResource, newSid, statusParams } from "./webhook";

const NAME = "twilio";
const FORM = "application/x-www-form-urlencoded; charset=UTF-8";
/** Apart far enough to be seen on a screen, near enough for a test. */
const SENT_AFTER_MS = 150;
const DELIVERED_AFTER_MS = 450;
/** Twilio tries a webhook again only where `#rc=` in its URL asks for it. */
const RETRY_PAUSE_MS = 100;
const MAX_RETRIES = 5;

const Inbound: z.ZodType<SmsInbound> = z.object({ from: z.string().min(1), to: z.string().optional(), text: z.string().max(1_600).optional(), media: z.array(UploadInput).max(10).optional() });

export const twilio: Provider = {
  name: NAME,
  hosts: ["api.twilio.com", STORAGE_HOST],
  finalStates: ["delivered", "undelivered", "failed", "canceled"],
  isSend: ({ method, url }) => method === "POST" && url.pathname.endsWith("/Messages.json"),
  answer,
  refuse: refusal,
  receive,
  progress,
  sign: async (delivery, connection) => ({
    "user-agent": "TwilioProxy/1.1", "i-twilio-idempotency-token": delivery.eventId,
    "x-twilio-signature": await signTwilio(secretOf(connection, "authToken"), delivery.url.split("#")[0]!, new URLSearchParams(delivery.body)),
  }),
  retryDelaysMs(delivery) {
    const fragment = delivery.kind === "webhook" ? new URLSearchParams(new URL(delivery.url).hash.slice(1)) : null;
    return Array.from({ length: Math.min(Number(fragment?.get("rc") ?? 0), MAX_RETRIES) }, () => RETRY_PAUSE_MS);
  },
};

async function answer(call: Call, realm: Realm): Promise<Answer> {
  if (call.url.hostname === STORAGE_HOST) return stored(call, realm);
  const [, version, accounts, account = "", ...path] = call.url.pathname.split("/");
  const accountSid = account.replace(/\.json$/, "");
  const missing = twilioError(404, 20404, `The requested resource ${call.url.pathname} was not found`);
  if (version !== "2010-04-01" || accounts !== "Accounts") return missing;
  const mine = authorised(call, accountSid, realm);
  if (mine.length === 0) return twilioError(401, 20003, "Authenticate", { "www-authenticate": 'Basic realm="Twilio API"' });
  if (path.length === 0) return account.endsWith(".json") ? accountResource(accountSid) : missing;
  if (path[0]?.startsWith("IncomingPhoneNumbers")) return phoneNumbers(call, path, accountSid, mine);
  if (path[0] === "Messages.json") return call.method === "POST" ? send(call, accountSid, mine, realm) : list(call, accountSid, mine, realm);
  if (path[0] !== "Messages") return missing;
  const blobId = path[2] === "Media" ? (path[3] ?? "").replace(/^ME/, "").replace(/\.json$/, "") : null;
  if (blobId !== null) return (call.method === "DELETE" ? remove(blobId, realm) : redirect(accountSid, blobId, realm)) ?? missing;
  const message = realm.messages.get((path[1] ?? "").replace(/\.json$/, ""));
  return message?.provider === NAME ? json(200, messageResource(message, accountSid)) : missing;
}

/** How an app that lost a webhook finds what came meanwhile. */
function list(call: Call, accountSid: string, mine: WorldConnection[], realm: Realm): Answer {
  const [to, from] = [call.url.searchParams.get("To"), call.url.searchParams.get("From")];
  const messages = realm.messages.all().filter((message) => mine.some(({ connectionId }) => connectionId === message.connectionId)
    && (to === null || message.to === to) && (from === null || message.from === from));
  return json(200, { messages: messages.toReversed().map((message) => messageResource(message, accountSid)), page: 0, page_size: 1_000, next_page_uri: null });
}

function send(call: Call, accountSid: string, mine: WorldConnection[], realm: Realm): Answer {
  if (!(call.headers.get("content-type") ?? "").startsWith("application/x-www-form-urlencoded")) return twilioError(400, 21604, "A 'To' phone number is required.");
  const params = new URLSearchParams(text(call.body));
  const services = Object.fromEntries(mine.flatMap((connection) => (secretOf(connection, "messagingServiceSid") ? [[secretOf(connection, "messagingServiceSid"), connection.address]] : [])));
  const verdict = checkSend(params, { numbers: mine.map(({ address }) => address), services, optedOut: (ours, customer) => isOptedOut(realm.notes, ours, customer) });
  if (!verdict.ok) return twilioError(400, verdict.code, verdict.message);

  const state = verdict.viaService ? "accepted" : "queued";
  const message: WorldMessage = {
    id: newSid(verdict.media.length > 0 ? "MM" : "SM"), provider: NAME, connectionId: mine.find(({ address }) => address === verdict.from)!.connectionId, by: "app",
    at: new Date(realm.now()).toISOString(), from: verdict.from, to: verdict.to, text: verdict.body, state, code: null,
    media: verdict.media.map((url) => ({ name: url, type: "", size: 0, url: "" })), history: [{ state, code: null, at: new Date(realm.now()).toISOString(), answered: null }],
    raw: { ...Object.fromEntries(params), ...(verdict.media.length > 0 && { MediaUrl: verdict.media }) },
  };
  const end = verdict.fails === null ? { state: "delivered", code: null } : { state: "undelivered", code: verdict.fails };
  const steps: PlannedStep[] = [{ afterMs: SENT_AFTER_MS, state: "sent", code: null }, { afterMs: DELIVERED_AFTER_MS, ...end }];
  realm.accept(message, steps);
  return json(201, messageResource(message, accountSid));
}

async function progress(message: WorldMessage, step: { state: string; code: string | null }, realm: Realm): Promise<Progress> {
  const next = step.state === "sent" ? await withMedia(message, step, realm) : step;
  const connection = realm.connections().find(({ connectionId }) => connectionId === message.connectionId);
  const url = message.raw["StatusCallback"];
  if (!connection || typeof url !== "string") return { ...next, delivery: null };
  const body = statusParams(message, next.state, next.code, secretOf(connection, "accountSid")).toString();
  return { ...next, delivery: webhook(connection, url, body, message.id) };
}

async function withMedia(message: WorldMessage, step: { state: string; code: string | null }, realm: Realm): Promise<{ state: string; code: string | null }> {
  const urls = message.raw["MediaUrl"];
  if (!Array.isArray(urls)) return step;
  const fetched = await fetchMedia(urls.map(String), realm);
  if ("code" in fetched) return { state: "failed", code: fetched.code };
  realm.messages.change(message.id, (now) => ({ ...now, media: fetched.media }));
  return step;
}

const webhook = (connection: WorldConnection, url: string, body: string, messageId: string): Delivery =>
  ({ kind: "webhook", provider: NAME, connectionId: connection.connectionId, eventId: crypto.randomUUID(), url, type: FORM, body, messageId });

async function receive(input: unknown, realm: Realm): Promise<InboundResult> {
  const { from, to, text: body = "", media = [] } = Inbound.parse(input);
  if (body === "" && media.length === 0) throw new Refused("a message needs a text or media");
  const connection = addressed(NAME, realm, to);
  if (from === connection.address) throw new Refused("a number does not text itself");
  const sid = newSid(media.length > 0 ? "MM" : "SM");
  const accountSid = secretOf(connection, "accountSid");
  const blobs = media.map((upload) => store(realm.blobs, upload));
  const params = inboundParams({
    sid, accountSid, serviceSid: secretOf(connection, "messagingServiceSid"), from, to: connection.address, body,
    media: blobs.map(({ id, type }) => ({ url: mediaUrl(accountSid, sid, id), type })),
  });
  const at = new Date(realm.now()).toISOString();
  const message: WorldMessage = {
    id: sid, provider: NAME, connectionId: connection.connectionId, by: "customer", at, from, to: connection.address, text: body, state: "received", code: null,
    media: blobs.map(toMedia), history: [{ state: "received", code: null, at, answered: null }], raw: Object.fromEntries(params),
  };
  realm.messages.add(message);
  const keyword = media.length === 0 ? keywordIn(body) : null;
  const reply = keyword && obey(keyword, realm.notes, connection.address, from);
  if (reply) realm.messages.add({ ...message, id: newSid("SM"), by: "provider", from: connection.address, to: from, text: reply, state: "delivered", history: [], raw: {} });
  return { id: sid, ids: [sid], ...(await realm.deliver(webhook(connection, connection.webhookUrl, params.toString(), sid))) };
}
