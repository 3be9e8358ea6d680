import type { WorldConnection, WorldMessage } from "../api";
import { domainOf } from "../mail/address";
import { FINAL_STATES, concerned, mailPlan } from "../mail/fates";
import { receiveMail } from "../mail/inbound";
import { idsIn } from "../mail/thread";
import { type Answer, type Call, type Progress, type Provider, type Realm, json, secretOf, text } from "../provider";
import { store, toMedia } from "../upload";
import { eventBody } from "./event";
import { checkMail, type Mail } from "./send";
import { signSendGrid } from "./signature";

const NAME = "sendgrid";
const HOSTS: Readonly<Record<string, string>> = { "api.sendgrid.com": "global", "api.eu.sendgrid.com": "eu" };
/** SendGrid tries for three days; its pauses are not told. These are a hundred times as fast as usual ones. */
const RETRIES_MS = [600, 3_000, 9_000, 36_000];
const SENT_AFTER_MS = 120;
const RESET_S = 60;

export const sendgrid: Provider = {
  name: NAME,
  hosts: Object.keys(HOSTS),
  finalStates: FINAL_STATES,
  isSend: ({ method, url }) => method === "POST" && url.pathname === "/v3/mail/send",
  answer: (call, realm) => Promise.resolve(answer(call, realm)),
  refuse: (status, retryAfterS) => problem(status, status === 429 ? "too many requests" : "The request was refused.", null, status === 429 ? { "x-ratelimit-reset": String(Math.floor(Date.now() / 1_000) + (retryAfterS ?? RESET_S)) } : {}),
  receive: (input, realm) => receiveMail(input, NAME, realm),
  progress,
  async sign({ type, body }, connection, now): Promise<Record<string, string>> {
    // Mail is proved by the password in the address that SendGrid was given, events by their signature.
    if (type.startsWith("multipart/")) return { "user-agent": "SendGrid-Webhook", authorization: `Basic ${btoa(`inbox:${secretOf(connection, "parseToken")}`)}` };
    const timestamp = String(Math.floor(now / 1_000));
    return { "user-agent": "SendGrid Event API", "x-twilio-email-event-webhook-timestamp": timestamp, "x-twilio-email-event-webhook-signature": await signSendGrid(secretOf(connection, "privateKey"), timestamp, body) };
  },
  // Any 4xx ends it.
  retryDelaysMs: (_, status) => (status >= 400 && status < 500 ? [] : RETRIES_MS),
};

const problem = (status: number, message: string, field: string | null = null, headers: Record<string, string> = {}): Answer => json(status, { errors: [{ message, field, help: null }] }, headers);

function answer(call: Call, realm: Realm): Answer {
  const key = /^Bearer (.+)$/.exec(call.headers.get("authorization") ?? "")?.[1];
  const mine = realm.connections().filter((connection) => connection.provider === NAME && key !== undefined && secretOf(connection, "apiKey") === key && (secretOf(connection, "region") || "global") === HOSTS[call.url.hostname]);
  if (mine.length === 0) return problem(401, "The provided authorization grant is invalid, expired, or revoked");
  if (call.method === "GET" && call.url.pathname === "/v3/scopes") return json(200, { scopes: ["mail.send"] });
  return call.method === "POST" && call.url.pathname === "/v3/mail/send" ? send(call, mine, realm) : problem(404, "Not Found");
}

function send(call: Call, mine: WorldConnection[], realm: Realm): Answer {
  let body: unknown;
  try {
    body = JSON.parse(text(call.body));
  } catch {
    return problem(400, "Bad Request");
  }
  const verdict = checkMail(body, mine.map(({ address }) => domainOf(address)));
  if (!verdict.ok) return problem(verdict.status, verdict.message, verdict.field);
  const message = toMessage(verdict.mail, mine, realm);
  const everybody = message.to.split(", ");
  realm.accept(message, [{ afterMs: SENT_AFTER_MS, state: "processed", code: null }, ...mailPlan(everybody)]);
  return { status: 202, headers: { "x-message-id": message.id }, body: "" };
}

function toMessage(sent: Mail, mine: WorldConnection[], realm: Realm): WorldMessage {
  const at = new Date(realm.now()).toISOString();
  const id = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)))).replaceAll("+", "-").replaceAll("/", "_").slice(0, 22);
  const { personalizations: [first], from, reply_to, subject, content, headers, attachments } = sent;
  const [to, cc, bcc] = [first!.to, first!.cc, first!.bcc].map((list) => list.map(({ email }) => email)) as [string[], string[], string[]];
  const header = (name: string) => Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? "";
  const part = (type: string) => content.find((one) => one.type === type)?.value ?? null;
  return {
    id, provider: NAME, connectionId: (mine.find(({ address }) => address === from.email) ?? mine[0]!).connectionId, by: "app", at, from: from.email, to: [...to, ...cc, ...bcc].join(", "), text: part("text/plain") ?? "",
    state: "queued", code: null, media: attachments.map(({ filename, type, content: base64 }) => toMedia(store(realm.blobs, { name: filename, type, base64 }))), history: [{ state: "queued", code: null, at, answered: null }],
    raw: { ...sent, custom_args: first!.custom_args, attachments: attachments.map(({ content: base64, ...file }) => ({ ...file, content: `(${base64.length} characters of base64)` })) },
    mail: {
      fromName: from.name ?? "", to, cc, bcc, replyTo: reply_to?.email ?? null, subject, html: part("text/html"), headers,
      messageId: header("message-id") || `<${id}@geopod-ismtpd-1>`, inReplyTo: idsIn(header("in-reply-to"))[0] ?? null, references: idsIn(header("references")),
    },
  };
}

/** One request with an event for each recipient it is about. */
async function progress(message: WorldMessage, step: { state: string; code: string | null }, realm: Realm): Promise<Progress> {
  const connection = realm.connections().find(({ connectionId }) => connectionId === message.connectionId);
  const body = connection?.webhookUrl ? eventBody(message, concerned(message, step.state), step, realm.now()) : null;
  return { ...step, delivery: body === null ? null : { kind: "webhook", provider: NAME, connectionId: connection!.connectionId, eventId: crypto.randomUUID(), url: connection!.webhookUrl, type: "application/json", body, messageId: message.id } };
}
