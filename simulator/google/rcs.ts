import { z } from "zod";
import type { AppFacts, InboundResult, Media, WorldConnection, WorldMessage } from "../api";
import { type AppInbound, AppInboundBody, isSaying } from "../meta/inbound";
import { People, type Person } from "../meta/person";
import { between, markRead } from "../meta/thread";
import { addressed, type Answer, type Call, json, type Progress, type Provider, type Realm, Refused, secretOf, type Webhook } from "../provider";
import { store, toMedia } from "../upload";
import { error, isAllowed, revokedKey } from "./access";
import { decoded, type Fields, fieldsOf, isFields, pushed, RETRIES_MS } from "./fields";

const NAME = "google-rcs";
const API_HOSTS = ["", "us-", "europe-", "asia-"].map((region) => `${region}rcsbusinessmessaging.googleapis.com`);
const FILE_HOST = "rcs-copper-us.googleapis.com";
const TEXT_MAX = 3_072;
const DELIVERED_AFTER_MS = 300;
const SUGGESTIONS_MAX = 11;
const SUGGESTION_LETTERS = 25;
/** The app shows it for so long, or until a message comes. */
const TYPING_MS = 20_000;
/** A phone without RCS, whatever its owner does. */
const INCAPABLE = "+15005550001";

/** RCS for Business, as far as an inbox sees it. */
export const googleRcs: Provider = {
  name: NAME,
  hosts: [...API_HOSTS, FILE_HOST],
  finalStates: ["READ", "TTL_EXPIRATION_REVOKED"],
  isSend: ({ method, url }) => method === "POST" && url.pathname.endsWith("/agentMessages"),
  answer,
  refuse: (status, retryAfterS) => json(status, { error: { code: status, status: status === 429 ? "RESOURCE_EXHAUSTED" : status >= 500 ? "UNAVAILABLE" : "INVALID_ARGUMENT", message: "Refused by the weather" } }, retryAfterS === null ? {} : { "retry-after": String(retryAfterS) }),
  receive,
  progress,
  sign: signed,
  retryDelaysMs: () => RETRIES_MS,
  actions: {
    token: async (input, realm) => { realm.notes.put(revokedKey(NAME), !z.object({ valid: z.boolean() }).parse(input).valid); return {}; },
    people: async (input, realm) => {
      const { from, capable, to } = z.object({ from: z.string(), capable: z.boolean(), to: z.string().optional() }).parse(input);
      for (const connection of realm.connections().filter(({ provider, address }) => provider === NAME && (to === undefined || to === address))) {
        const people = peopleOf(connection, realm);
        people.put({ ...(people.find(from) ?? stranger(from)), hasNoRcs: !capable });
      }
      return { from, capable };
    },
  },
  views: { token: (realm) => ({ valid: realm.notes.get(revokedKey(NAME)) !== true }) },
};

const peopleOf = ({ connectionId }: WorldConnection, realm: Realm): People => new People(realm.notes, NAME, connectionId);
const stranger = (phone: string): Person => ({ id: phone, name: "", username: null, phone: null, userId: phone, hidesPhone: false, blocked: false, marketing: true, heardAt: null, adAt: null, typingUntil: 0 });

/** HMAC over the data alone. */
async function signed({ body }: Webhook, connection: WorldConnection): Promise<Record<string, string>> {
  const { message } = JSON.parse(body) as { message: { data: string } };
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(secretOf(connection, "clientToken")), { name: "HMAC", hash: "SHA-512" }, false, ["sign"]);
  const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(JSON.stringify(decoded(message.data))));
  return { "x-goog-signature": btoa(String.fromCharCode(...new Uint8Array(mac))) };
}

async function answer(call: Call, realm: Realm): Promise<Answer> {
  const { url, method } = call;
  if (url.hostname === FILE_HOST) return served(call, realm);
  const [, phone, what] = /^\/v1\/phones\/(\+\d+)\/(\w+)$/.exec(decodeURIComponent(url.pathname)) ?? [];
  const agentId = url.searchParams.get("agentId");
  const connection = realm.connections().find((one) => one.provider === NAME && one.address === agentId);
  if (!connection || !isAllowed(call, NAME, connection.connectionId, realm)) return error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
  if (phone === undefined || phone === INCAPABLE || peopleOf(connection, realm).find(phone)?.hasNoRcs) return error(404, "NOT_FOUND", "Requested entity was not found.");
  switch (`${method} ${what}`) {
    case "GET capabilities": return json(200, { features: ["RICHCARD_STANDALONE", "ACTION_DIAL"] });
    case "POST agentEvents": return happened(fieldsOf(call.body), phone, connection, realm);
    case "POST agentMessages": return send(fieldsOf(call.body), url.searchParams.get("messageId") ?? "", phone, connection, realm);
    default: return error(404, "NOT_FOUND", "Requested entity was not found.");
  }
}

function served({ url }: Call, realm: Realm): Answer {
  const id = url.pathname.slice(1);
  const blob = realm.blobs.head(id);
  if (!blob) return { status: 404, headers: { "content-type": "text/plain" }, body: "Not Found" };
  if (realm.notes.count(`${NAME} fetched ${id}`) <= (realm.weather.mediaFailures ?? 0)) return { status: 503, headers: { "content-type": "text/plain" }, body: "Service Unavailable" };
  return { status: 200, headers: { "content-type": blob.type }, body: realm.blobs.bytes(id) };
}

/** The business types, or has read up to a message. */
function happened(body: Fields, phone: string, connection: WorldConnection, realm: Realm): Answer {
  const people = peopleOf(connection, realm);
  if (body["eventType"] === "IS_TYPING") people.put({ ...(people.find(phone) ?? stranger(phone)), typingUntil: realm.now() + TYPING_MS });
  else if (body["eventType"] === "READ") markRead(realm.messages, between(realm.messages, connection.connectionId, phone), String(body["messageId"]), realm.now());
  else return error(400, "INVALID_ARGUMENT", "Request contains an invalid argument.");
  return json(200, body);
}

/** Answers to tap, as the phone shows them; null where Google would not take them. */
function suggestionsOf(content: Fields): NonNullable<AppFacts["buttons"]> | null {
  const given = Array.isArray(content["suggestions"]) ? content["suggestions"] as unknown[] : [];
  const read = given.map((one) => {
    const { reply, action } = isFields(one) ? one : {};
    if (isFields(reply)) return { kind: "quick-reply" as const, text: String(reply["text"]), payload: String(reply["postbackData"]) };
    if (!isFields(action) || !isFields(action["openUrlAction"])) return null;
    return { kind: "link" as const, text: String(action["text"]), payload: String(action["openUrlAction"]["url"]) };
  }).filter((one) => one !== null && one.text !== "" && one.text.length <= SUGGESTION_LETTERS) as NonNullable<AppFacts["buttons"]>;
  return read.length === given.length && given.length <= SUGGESTIONS_MAX ? read : null;
}

async function send(body: Fields, messageId: string, phone: string, connection: WorldConnection, realm: Realm): Promise<Answer> {
  const content = isFields(body["contentMessage"]) ? body["contentMessage"] : {};
  const text = typeof content["text"] === "string" ? content["text"] : "";
  const file = isFields(content["contentInfo"]) ? String(content["contentInfo"]["fileUrl"]) : null;
  const buttons = suggestionsOf(content);
  const accepted = json(200, { name: `phones/${phone}/agentMessages/${messageId}`, sendTime: new Date(realm.now()).toISOString(), contentMessage: content });
  // The id makes a repeat harmless.
  if (realm.messages.get(messageId)) return accepted;
  if (!/^[\da-f-]{36}$/.test(messageId) || (text === "") === (file === null) || [...text].length > TEXT_MAX || buttons === null) return error(400, "INVALID_ARGUMENT", "Request contains an invalid argument.");
  const asked = /\bfail:([A-Z_]+)/.exec(text)?.[1];
  if (asked && asked !== "EXPIRED") return error(asked === "RESOURCE_EXHAUSTED" ? 429 : 400, asked, "Asked to fail");
  const media: Media[] = [];
  if (file) {
    const fetched = await realm.fetchPublic(file);
    if (!fetched.ok) return error(400, "INVALID_ARGUMENT", "The file could not be fetched.");
    media.push(toMedia(realm.blobs.put("file", fetched.headers.get("content-type") ?? "application/octet-stream", new Uint8Array(await fetched.arrayBuffer()))));
  }
  const at = new Date(realm.now()).toISOString();
  peopleOf(connection, realm).change(phone, { typingUntil: 0 });
  realm.accept({
    id: messageId, provider: NAME, connectionId: connection.connectionId, by: "app", at, from: connection.address, to: phone, text, state: "SENT", code: null, media, history: [{ state: "SENT", code: null, at, answered: null }], raw: body,
    app: { kind: file ? "media" : "text", ...(buttons.length > 0 && { buttons }) },
  }, [{ afterMs: DELIVERED_AFTER_MS, state: asked ? "TTL_EXPIRATION_REVOKED" : "DELIVERED", code: null }]);
  return accepted;
}

async function progress(message: WorldMessage, step: { state: string; code: string | null }, realm: Realm): Promise<Progress> {
  const connection = realm.connections().find(({ connectionId }) => connectionId === message.connectionId);
  if (!connection) return { ...step, delivery: null };
  const who = step.state.startsWith("TTL") ? { phoneNumber: message.to } : { senderPhoneNumber: message.to };
  return { ...step, delivery: hook(connection, "event", step.state, { ...who, eventType: step.state, eventId: crypto.randomUUID(), messageId: message.id }, realm.now(), message.id) };
}

async function receive(input: unknown, realm: Realm): Promise<InboundResult> {
  const wish = AppInboundBody.parse(input);
  const connection = addressed(NAME, realm, wish.to);
  const id = wish.id ?? crypto.randomUUID();
  const at = wish.at === undefined ? realm.now() : Date.parse(wish.at);
  const base = { senderPhoneNumber: wish.from, sendTime: new Date(at).toISOString() };
  const people = peopleOf(connection, realm);
  const person = people.put({ ...(people.find(wish.from) ?? stranger(wish.from)), ...(wish.name && { name: wish.name }) });
  if (person.hasNoRcs) throw new Refused(`${wish.from} has no RCS: turn it on first`, 409);
  const tell = async (delivery: Webhook): Promise<InboundResult> => ({ id, ids: [id], ...await realm.deliver(delivery) });
  if (isSaying(wish.kind)) {
    const { data, text, media } = saidIn(wish, realm);
    const place = wish.kind === "location" ? { location: { latitude: wish.latitude, longitude: wish.longitude } } : {};
    const raw = { ...base, messageId: id, agentId: connection.address, ...data };
    realm.messages.add({ id, provider: NAME, connectionId: connection.connectionId, by: "customer", at: base.sendTime, from: wish.from, to: connection.address, text, state: "received", code: null, media, history: [{ state: "received", code: null, at: base.sendTime, answered: null }], raw, app: { kind: wish.kind, ...place } });
    return tell(hook(connection, "message", "MESSAGE", raw, at, id));
  }
  if (wish.kind === "typing") return tell(hook(connection, "event", "IS_TYPING", { ...base, eventType: "IS_TYPING", eventId: id }, at, null));
  if (wish.kind === "preference") {
    people.change(wish.from, { marketing: wish.value !== "stop" });
    const eventType = wish.value === "stop" ? "UNSUBSCRIBE" : "SUBSCRIBE";
    return tell(hook(connection, "event", eventType, { ...base, eventType, eventId: id }, at, null));
  }
  if (wish.kind === "read") {
    const unread = realm.messages.all().filter((one) => one.connectionId === connection.connectionId && one.to === wish.from && one.state === "DELIVERED");
    const told: InboundResult = { id, ids: [id], delivered: [], delayed: 0, lost: 0 };
    for (const one of unread) {
      realm.messages.advance(one.id, "READ", null, at);
      told.delivered.push(...(await realm.deliver(hook(connection, "event", "READ", { ...base, eventType: "READ", eventId: crypto.randomUUID(), messageId: one.id }, at, one.id))).delivered);
    }
    return told;
  }
  throw new Refused(`RCS has no ${wish.kind}`);
}

function saidIn(wish: AppInbound, realm: Realm): { data: Fields; text: string; media: Media[] } {
  switch (wish.kind) {
    case "text": return { data: { text: wish.text }, text: wish.text, media: [] };
    case "location": return { data: { location: { latitude: wish.latitude, longitude: wish.longitude } }, text: `${wish.latitude}, ${wish.longitude}`, media: [] };
    case "button": case "reply": case "quick-reply": return { data: { suggestionResponse: { text: wish.text, postbackData: wish.payload ?? wish.text, type: "REPLY" } }, text: wish.text, media: [] };
    case "media": {
      const [file, ...others] = wish.media;
      if (others.length > 0 || wish.text) throw new Refused("RCS takes one file to a message, and no words with it");
      const blob = store(realm.blobs, file!);
      return { data: { userFile: { payload: { mimeType: blob.type, fileSizeBytes: blob.size, fileUri: `https://${FILE_HOST}/${blob.id}`, fileName: blob.name } } }, text: "", media: [toMedia(blob)] };
    }
    default: throw new Refused(`RCS has no ${wish.kind}`);
  }
}

function hook(connection: WorldConnection, type: "message" | "event", event: string, data: Fields, now: number, messageId: string | null): Webhook {
  const attributes = { business_id: connection.address, event_type: event, product: "RBM", type };
  return { kind: "webhook", provider: NAME, connectionId: connection.connectionId, ...pushed({ sendTime: new Date(now).toISOString(), ...data, agentId: connection.address }, attributes, now), url: connection.webhookUrl, type: "application/json", messageId };
}
