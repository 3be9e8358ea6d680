import type { WorldConnection, WorldMessage } from "../api";
import { domainOf } from "../mail/address";
import { FINAL_STATES, concerned, mailPlan } from "../mail/fates";
import { receiveMail } from "../mail/inbound";
import { idsIn } from "../mail/thread";
import { type Answer, type Call, type Progress, type Provider, type Realm, type Webhook, json, secretOf, text } from "../provider";
import { store, toMedia } from "../upload";
import { eventBody } from "./event";
import { type Email, checkEmail } from "./send";

const NAME = "postmark";
/** After the first attempt: 1, 5, 10, 10, 10, 15, 30 min, 1 h, 2 h, 6 h, a hundred times as fast. */
const RETRIES_MS = [600, 3_000, 6_000, 6_000, 6_000, 9_000, 18_000, 36_000, 72_000, 216_000];
/** The answer that ends all attempts. */
const STOP = 403;
const INBOUND_STREAM = "inbound";

export const postmark: Provider = {
  name: NAME,
  hosts: ["api.postmarkapp.com"],
  finalStates: FINAL_STATES,
  isSend: ({ method, url }) => method === "POST" && url.pathname === "/email",
  answer: (call, realm) => Promise.resolve(answer(call, realm)),
  refuse: (status, retryAfterS) => json(status, { ErrorCode: status === 401 ? 10 : status === 422 ? 300 : status, Message: status === 429 ? "Rate limit exceeded." : "The request was refused." }, retryAfterS === null ? {} : { "retry-after": String(retryAfterS) }),
  receive: (input, realm) => receiveMail(input, NAME, realm),
  progress,
  sign: (_, connection) => Promise.resolve({ "user-agent": "Postmark", authorization: `Basic ${btoa(`${secretOf(connection, "basicUser") || "switchboard"}:${secretOf(connection, "basicPassword")}`)}` }),
  retryDelaysMs: (_, status) => (status === STOP ? [] : RETRIES_MS),
};

const problem = (status: number, ErrorCode: number, Message: string): Answer => json(status, { ErrorCode, Message });
const streamOf = (connection: WorldConnection): string => secretOf(connection, "messageStream") || "outbound";
/** Recipients that bounced, complained or unsubscribed, which a server writes to no more. */
const inactiveNote = (token: string): string => `postmark inactive ${token}`;

function answer(call: Call, realm: Realm): Answer {
  const token = call.headers.get("x-postmark-server-token");
  const mine = realm.connections().filter((connection) => connection.provider === NAME && token !== null && secretOf(connection, "serverToken") === token);
  if (mine.length === 0) return problem(401, 10, "No Account or Server API tokens were supplied in the HTTP headers.");
  const [, resource, id] = call.url.pathname.split("/");
  if (call.method === "GET" && resource === "message-streams" && id) {
    const type = id === INBOUND_STREAM ? "Inbound" : mine.some((connection) => streamOf(connection) === id) || id === "outbound" ? "Transactional" : null;
    return type === null ? problem(422, 1226, "The provided message stream was not found.") : json(200, { ID: id, ServerID: 23, Name: id, MessageStreamType: type });
  }
  return call.method === "POST" && resource === "email" && id === undefined ? send(call, mine, token!, realm) : problem(404, 404, "Not found.");
}

function send(call: Call, mine: WorldConnection[], token: string, realm: Realm): Answer {
  let body: unknown;
  try {
    body = JSON.parse(text(call.body));
  } catch {
    return problem(422, 402, "Invalid JSON.");
  }
  const verdict = checkEmail(body, mine.map(({ address }) => domainOf(address)), ["outbound", ...mine.map(streamOf)]);
  if (!verdict.ok) return problem(verdict.status, verdict.code, verdict.message);
  const { email } = verdict;
  const everybody = [...email.to, ...email.cc, ...email.bcc];
  const known = realm.notes.get<string[]>(inactiveNote(token)) ?? [];
  const inactive = everybody.filter((address) => known.includes(address.toLowerCase()) || /^suppressed[@+]/i.test(address));
  if (inactive.length === everybody.length) return problem(422, 406, `You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: ${inactive.join(", ")}.`);
  const id = crypto.randomUUID();
  realm.accept(toMessage(id, email, body as Record<string, unknown>, mine, realm), mailPlan(everybody.filter((address) => !inactive.includes(address))));
  return json(200, { To: email.to.join(", "), SubmittedAt: new Date(realm.now()).toISOString(), MessageID: id, ErrorCode: 0, Message: inactive.length > 0 ? `OK, but will not deliver to these inactive addresses: ${inactive.join(", ")}` : "OK" });
}

function toMessage(id: string, email: Email, raw: Record<string, unknown>, mine: WorldConnection[], realm: Realm): WorldMessage {
  const at = new Date(realm.now()).toISOString();
  const { from, to, cc, bcc, replyTo, subject, html, headers } = email;
  const header = (name: string) => Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? null;
  const keepsId = header("x-pm-keepid") === "true";
  return {
    id, provider: NAME, connectionId: (mine.find(({ address }) => address === from.address) ?? mine[0]!).connectionId, by: "app", at, from: from.address, to: [...to, ...cc, ...bcc].join(", "), text: email.text ?? "",
    state: "sent", code: null, media: email.attachments.map((file) => toMedia(store(realm.blobs, file))), history: [{ state: "sent", code: null, at, answered: null }],
    raw: { ...raw, ...(email.attachments.length > 0 && { Attachments: email.attachments.map(({ name, type, base64 }) => ({ Name: name, ContentType: type, Content: `(${base64.length} characters of base64)` })) }) },
    mail: {
      fromName: from.name, to, cc, bcc, replyTo, subject, html, headers,
      messageId: (keepsId && header("message-id")) || `<${id}@mtasv.net>`, inReplyTo: idsIn(header("in-reply-to") ?? "")[0] ?? null, references: idsIn(header("references") ?? ""),
    },
  };
}

/** One webhook for each recipient it is about. */
async function progress(message: WorldMessage, step: { state: string; code: string | null }, realm: Realm): Promise<Progress> {
  const connection = realm.connections().find(({ connectionId }) => connectionId === message.connectionId);
  const people = concerned(message, step.state);
  const isLasting = step.state !== "bounced" || step.code === null || step.code === "HardBounce";
  if (FINAL_STATES.includes(step.state) && isLasting && connection) {
    const note = inactiveNote(secretOf(connection, "serverToken"));
    realm.notes.put(note, [...new Set([...realm.notes.get<string[]>(note) ?? [], ...people.map((address) => address.toLowerCase())])]);
  }
  const deliveries = people.flatMap((recipient): Webhook[] => {
    const body = connection?.webhookUrl ? eventBody(message, recipient, step, realm.now()) : null;
    return body === null ? [] : [{ kind: "webhook", provider: NAME, connectionId: connection!.connectionId, eventId: crypto.randomUUID(), url: connection!.webhookUrl, type: "application/json", body, messageId: message.id }];
  });
  for (const delivery of deliveries.slice(1)) await realm.deliver(delivery);
  return { ...step, delivery: deliveries[0] ?? null };
}
