import type { WorldConnection, WorldMessage } from "../api";
import { hex } from "../hex";
import { FINAL_STATES, concerned, mailPlan } from "../mail/fates";
import { parseAddress } from "../mail/address";
import { receiveMail } from "../mail/inbound";
import { idsIn } from "../mail/thread";
import { type Answer, type Call, type Progress, type Provider, type Realm, type Webhook, json, secretOf } from "../provider";
import { toMedia } from "../upload";
import { eventBody } from "./event";
import { type Email, checkForm } from "./send";
import { signMailgun } from "./signature";

const NAME = "mailgun";
const HOSTS: Readonly<Record<string, string>> = { "api.mailgun.net": "us", "api.eu.mailgun.net": "eu" };
/** 10, 15, 30 min, 1, 2, 4 h, a hundred times as fast. */
const RETRIES_MS = [6_000, 9_000, 18_000, 36_000, 72_000, 144_000];
/** The answer that ends all attempts. */
const STOP = 406;
const SENT_AFTER_MS = 120;
const TOKEN_BYTES = 25;

export const mailgun: Provider = {
  name: NAME,
  hosts: Object.keys(HOSTS),
  finalStates: FINAL_STATES,
  isSend: ({ method, url }) => method === "POST" && url.pathname.endsWith("/messages"),
  answer,
  refuse: (status, retryAfterS) => problem(status, status === 429 ? "Too many requests" : "The request was refused.", retryAfterS === null ? {} : { "retry-after": String(retryAfterS) }),
  receive: (input, realm) => receiveMail(input, NAME, realm),
  progress,
  sign: () => Promise.resolve({ "user-agent": "mailgun/treq" }),
  async sealed({ type, body }, connection, now) {
    const [timestamp, token] = [String(Math.floor(now / 1_000)), hex(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)))];
    const proof = { timestamp, token, signature: await signMailgun(secretOf(connection, "signingKey"), timestamp, token) };
    return type === "application/json" ? `{"signature":${JSON.stringify(proof)},${body.slice(1)}` : `${body}&${new URLSearchParams(proof).toString()}`;
  },
  retryDelaysMs: (_, status) => (status === STOP ? [] : RETRIES_MS),
};

/** A wrong key is refused in plain text, as are domains of the other region. */
function problem(status: number, message: string, headers: Record<string, string> = {}): Answer {
  return status === 401 ? { status, headers: { "content-type": "text/plain", ...headers }, body: "Forbidden" } : json(status, { message }, headers);
}

async function answer(call: Call, realm: Realm): Promise<Answer> {
  const authorization = call.headers.get("authorization");
  const mine = realm.connections().filter((connection) => connection.provider === NAME && (secretOf(connection, "region") || "us") === HOSTS[call.url.hostname]
    && authorization === `Basic ${btoa(`api:${secretOf(connection, "apiKey")}`)}`);
  if (mine.length === 0) return problem(401, "");
  const [, version, first, second] = call.url.pathname.split("/");
  const domain = (first === "domains" ? second : first) ?? "";
  const ours = mine.filter((connection) => secretOf(connection, "domain").toLowerCase() === domain);
  if (version !== "v3" || ours.length === 0) return problem(404, "Domain not found: " + domain);
  if (call.method === "GET" && first === "domains") return json(200, { domain: { name: domain, state: "active", type: "custom" }, receiving_dns_records: [], sending_dns_records: [] });
  return call.method === "POST" && second === "messages" ? send(call, domain, ours, realm) : problem(404, "not found");
}

async function send(call: Call, domain: string, ours: WorldConnection[], realm: Realm): Promise<Answer> {
  const type = call.headers.get("content-type") ?? "";
  const form = await new Response(call.body, { headers: { "content-type": type } }).formData().catch(() => new FormData());
  const verdict = checkForm(form);
  if (!verdict.ok) return problem(verdict.status, verdict.message);
  const { email } = verdict;
  const messageId = email.headers["message-id"] ?? `<${crypto.randomUUID()}@${domain}>`;
  realm.accept(await toMessage(messageId, email, form, ours, realm), [{ afterMs: SENT_AFTER_MS, state: "accepted", code: null }, ...mailPlan([...email.to, ...email.cc, ...email.bcc])]);
  return json(200, { id: messageId, message: "Queued. Thank you." });
}

async function toMessage(messageId: string, email: Email, form: FormData, ours: WorldConnection[], realm: Realm): Promise<WorldMessage> {
  const at = new Date(realm.now()).toISOString();
  const { from, to, cc, bcc, subject, html, text, headers, variables, files } = email;
  const blobs = await Promise.all(files.map(async (file) => realm.blobs.put(file.name, file.type, new Uint8Array(await file.arrayBuffer()))));
  return {
    id: crypto.randomUUID(), provider: NAME, connectionId: (ours.find(({ address }) => address === from.address) ?? ours[0]!).connectionId, by: "app", at, from: from.address, to: [...to, ...cc, ...bcc].join(", "), text: text ?? "",
    state: "queued", code: null, media: blobs.map(toMedia), history: [{ state: "queued", code: null, at, answered: null }],
    raw: { ...Object.fromEntries([...form].map(([name, value]) => [name, typeof value === "string" ? value : `(${value.size} bytes)`])), "user-variables": variables },
    mail: {
      fromName: from.name, to, cc, bcc, replyTo: parseAddress(headers["reply-to"] ?? "")?.address ?? null, subject, html, headers,
      messageId, inReplyTo: idsIn(headers["in-reply-to"] ?? "")[0] ?? null, references: idsIn(headers["references"] ?? ""),
    },
  };
}

/** One webhook for each recipient it is about. */
async function progress(message: WorldMessage, step: { state: string; code: string | null }, realm: Realm): Promise<Progress> {
  const connection = realm.connections().find(({ connectionId }) => connectionId === message.connectionId);
  const deliveries = concerned(message, step.state).flatMap((recipient): Webhook[] => {
    const eventId = crypto.randomUUID();
    const body = connection?.webhookUrl ? eventBody(message, recipient, step, eventId, realm.now()) : null;
    return body === null ? [] : [{ kind: "webhook", provider: NAME, connectionId: connection!.connectionId, eventId, url: connection!.webhookUrl, type: "application/json", body, messageId: message.id }];
  });
  for (const delivery of deliveries.slice(1)) await realm.deliver(delivery);
  return { ...step, delivery: deliveries[0] ?? null };
}
