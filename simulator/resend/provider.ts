import type { WorldConnection, WorldMessage } from "../api";
import { hex } from "../hex";
import { domainOf } from "../mail/address";
import { receiveMail } from "../mail/inbound";
import { idsIn } from "../mail/thread";
import { type Answer, type Call, type Progress, type Provider, type Realm, json, secretOf, text } from "../provider";
import { store, toMedia } from "../upload";
import { eventBody, plan } from "./event";
import { received, STORAGE, stored } from "./inbound";
import { type Email, checkEmail } from "./send";
import { signSvix } from "./signature";

const NAME = "resend";
/** Requests in a second, per team. */
const RATE = 5;
const KEY_MAX = 256;
const REMEMBERED_MS = 86_400_000;
/** Svix' schedule after the first attempt (5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h), a hundred times as fast. */
const RETRIES_MS = [50, 3_000, 18_000, 72_000, 180_000, 360_000, 360_000];

/** What a key was used for, and what was answered. */
interface Remembered { hash: string; at: number; answer: Answer }

export const resend: Provider = {
  name: NAME,
  hosts: ["api.resend.com", STORAGE],
  finalStates: ["bounced", "failed", "suppressed", "complained"],
  isSend: ({ method, url }) => method === "POST" && url.pathname === "/emails",
  answer,
  refuse,
  receive: (input, realm) => receiveMail(input, NAME, realm),
  progress,
  async sign(delivery, connection, now) {
    const seconds = Math.floor(now / 1_000);
    const signature = await signSvix(secretOf(connection, "webhookSecret"), delivery.eventId, seconds, delivery.body);
    return { "user-agent": "Svix-Webhooks/1.62 (sender)", "svix-id": delivery.eventId, "svix-timestamp": String(seconds), "svix-signature": signature };
  },
  retryDelaysMs: () => RETRIES_MS,
};

const problem = (statusCode: number, name: string, message: string, headers: Record<string, string> = {}): Answer => json(statusCode, { statusCode, name, message }, headers);

function refuse(status: number, retryAfterS: number | null): Answer {
  const headers: Record<string, string> = retryAfterS === null ? {} : { "retry-after": String(retryAfterS) };
  if (status === 429) return problem(429, "rate_limit_exceeded", "Too many requests. You can only make 5 requests per second. See rate limit response headers for more information.", { ...limits(0), ...headers });
  if (status === 401 || status === 403) return problem(status, "restricted_api_key", "This API key is restricted to only send emails", headers);
  return status >= 500 ? problem(status, "internal_server_error", "An unexpected error occurred.", headers) : problem(status, "validation_error", "The request was refused.", headers);
}

const limits = (left: number): Record<string, string> => ({ "ratelimit-limit": String(RATE), "ratelimit-remaining": String(Math.max(0, left)), "ratelimit-reset": "1" });

async function answer(call: Call, realm: Realm): Promise<Answer> {
  if (call.url.hostname === STORAGE) return stored(call, realm);
  // Cloudflare in front of Resend turns anonymous programs away.
  if (!call.headers.get("user-agent")) return { status: 403, headers: { "content-type": "text/plain" }, body: "error code: 1010" };
  const key = /^Bearer (.+)$/.exec(call.headers.get("authorization") ?? "")?.[1];
  if (!key) return problem(401, "missing_api_key", "Missing API key in the authorization header");
  const mine = realm.connections().filter((connection) => connection.provider === NAME && secretOf(connection, "apiKey") === key);
  if (mine.length === 0) return problem(403, "invalid_api_key", "API key is invalid");
  const second = Math.floor(realm.now() / 1_000);
  const used = realm.notes.get<{ second: number; count: number }>(`resend rate ${key}`);
  const count = used?.second === second ? used.count + 1 : 1;
  realm.notes.put(`resend rate ${key}`, { second, count });
  if (count > RATE) return refuse(429, 1);
  const answered = await endpoint(call, mine, realm);
  return { ...answered, headers: { ...limits(RATE - count), ...answered.headers } };
}

function endpoint(call: Call, mine: WorldConnection[], realm: Realm): Promise<Answer> | Answer {
  const [, resource, id] = call.url.pathname.split("/");
  if (call.method === "POST" && resource === "emails" && id === undefined) return idempotent(call, mine, realm);
  if (call.method === "GET" && resource === "domains" && id === undefined) {
    return json(200, { object: "list", has_more: false, data: domainsOf(mine).map((name) => ({ id: name, name, status: "verified", region: "eu-west-1", created_at: "2026-01-01T00:00:00.000Z" })) });
  }
  if (call.method === "GET" && resource === "emails" && id === "receiving") return received(call, mine, realm) ?? problem(404, "not_found", "Email not found");
  const message = call.method === "GET" && resource === "emails" && id !== undefined ? realm.messages.get(id) : null;
  if (message?.provider !== NAME || !message.mail) return problem(404, "not_found", "The requested endpoint does not exist.");
  const { mail, raw } = message;
  return json(200, { object: "email", id, message_id: mail.messageId, from: raw["from"], to: mail.to, cc: mail.cc, bcc: mail.bcc, reply_to: mail.replyTo, subject: mail.subject, html: mail.html, text: message.text, created_at: message.at, last_event: message.state });
}

const domainsOf = (mine: WorldConnection[]): string[] =>
  [...new Set(mine.flatMap((connection) => [secretOf(connection, "domain"), connection.address.includes("@") ? domainOf(connection.address) : ""]).map((domain) => domain.toLowerCase()).filter(Boolean))];

/** The same key and body get the same answer for a day; only the first is sent. */
async function idempotent(call: Call, mine: WorldConnection[], realm: Realm): Promise<Answer> {
  const key = call.headers.get("idempotency-key");
  if (key === null) return send(call, mine, realm);
  if (key === "" || key.length > KEY_MAX) return problem(400, "invalid_idempotency_key", "The idempotency key must be between 1-256 chars");
  const note = `resend key ${secretOf(mine[0]!, "apiKey")} ${key}`;
  const hash = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", call.body)));
  const before = realm.notes.get<Remembered>(note);
  if (before && realm.now() - before.at < REMEMBERED_MS) {
    return before.hash === hash ? before.answer : problem(409, "invalid_idempotent_request", "This idempotency key has been used on a request that had a different payload.");
  }
  const at = realm.now();
  const result = send(call, mine, realm);
  // A refused request was not done: the key may be used again.
  if (result.status < 300) realm.notes.put(note, { hash, at, answer: result } satisfies Remembered);
  return result;
}

function send(call: Call, mine: WorldConnection[], realm: Realm): Answer {
  let body: unknown;
  try {
    body = JSON.parse(text(call.body));
  } catch {
    return problem(400, "validation_error", "The request body is not valid JSON.");
  }
  const verdict = checkEmail(body, domainsOf(mine));
  if (!verdict.ok) return problem(verdict.status, verdict.name, verdict.message);
  const { email } = verdict;
  const id = crypto.randomUUID();
  realm.accept(toMessage(id, email, body as Record<string, unknown>, mine, realm), plan([...email.to, ...email.cc, ...email.bcc]));
  return json(200, { id });
}

function toMessage(id: string, email: Email, raw: Record<string, unknown>, mine: WorldConnection[], realm: Realm): WorldMessage {
  const at = new Date(realm.now()).toISOString();
  const header = (name: string) => Object.entries(email.headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? null;
  const { from, to, cc, bcc, replyTo, subject, html, headers } = email;
  return {
    id, provider: NAME, connectionId: (mine.find(({ address }) => address === from.address) ?? mine[0]!).connectionId, by: "app", at, from: from.address, to: [...to, ...cc, ...bcc].join(", "), text: email.text ?? "",
    state: "queued", code: null, media: email.attachments.map((file) => toMedia(store(realm.blobs, file))), history: [{ state: "queued", code: null, at, answered: null }],
    raw: { ...raw, ...(email.attachments.length > 0 && { attachments: email.attachments.map(({ base64, ...file }) => ({ ...file, content: `(${base64.length} characters of base64)` })) }) },
    mail: {
      fromName: from.name, to, cc, bcc, replyTo, subject, html, headers,
      messageId: header("message-id") ?? `<${id}@${domainOf(from.address)}>`, inReplyTo: idsIn(header("in-reply-to") ?? "")[0] ?? null, references: idsIn(header("references") ?? ""),
    },
  };
}

async function progress(message: WorldMessage, { state, code }: { state: string; code: string | null }, realm: Realm): Promise<Progress> {
  const connection = realm.connections().find(({ connectionId }) => connectionId === message.connectionId);
  if (!connection?.webhookUrl) return { state, code, delivery: null };
  const eventId = `msg_${crypto.randomUUID().replaceAll("-", "")}`;
  const body = eventBody(message, state, code, realm.now());
  return { state, code, delivery: { kind: "webhook", provider: NAME, connectionId: connection.connectionId, eventId, url: connection.webhookUrl, type: "application/json", body, messageId: message.id } };
}
