import type { WorldConnection, WorldMessage } from "../api";
import { bodyOf, type Fields, formOf, isFields, isTokenValid, revoke } from "../meta/graph";
import { isWindowOpen, People, type Person, PersonChange } from "../meta/person";
import { between, markRead } from "../meta/thread";
import { RETRY_DELAYS_MS } from "../meta/wire";
import { addressed, type Answer, type Call, type Progress, type Provider, type Realm, secretOf } from "../provider";
import { toMedia } from "../upload";
import { idOf, receive, sides, stranger } from "./receive";
import { answered, API_HOST, FILE_HOST, isAccess, NAME, newId, ok, renewed, signTikTok, STICKER_HOST, tokenOf, webhookOf } from "./wire";

/** Apart far enough to be seen on a screen, near enough for a test. */
const SENT_AFTER_MS = 150;
const TYPING_MS = 5_000;
const TEXT_MAX = 6_000;
const IMAGE_BYTES = 3_000_000;
const PICTURES: readonly string[] = ["image/jpeg", "image/png"];

/** TikTok Business Messaging, as far as an inbox sees it. */
export const tiktok: Provider = {
  name: NAME,
  hosts: [API_HOST, FILE_HOST, STICKER_HOST],
  finalStates: ["read", "failed"],
  isSend: (call) => pathOf(call) === "business/message/send" && bodyOf(call)["message_type"] !== "SENDER_ACTION",
  answer,
  refuse: (status, retryAfterS) => answered(status === 429 ? 40100 : status === 401 ? 40105 : status >= 500 ? 50000 : 40002, "Refused by the weather", {}, status, retryAfterS === null ? {} : { "retry-after": String(retryAfterS) }),
  receive,
  progress,
  sign: signTikTok,
  retryDelaysMs: () => RETRY_DELAYS_MS,
  actions: {
    token: async (input, realm) => revoke(NAME, input, realm),
    people: async (input, realm) => changePerson(input, realm),
  },
  views: { token: (realm) => ({ valid: isTokenValid(NAME, realm) }) },
};

/** Every path ends with a slash, or is none. */
const pathOf = ({ url }: Call): string => /^\/open_api\/v1\.3\/(.+)\/$/.exec(url.pathname)?.[1] ?? "";

async function answer(call: Call, realm: Realm): Promise<Answer> {
  if (call.url.hostname !== API_HOST) return served(call, realm);
  const path = pathOf(call);
  if (path === "tt_user/oauth2/refresh_token") return renewed(bodyOf(call), realm);
  const form = await formOf(call);
  const fields: Fields = form ? Object.fromEntries([...form].filter(([, value]) => typeof value === "string")) : call.method === "GET" ? Object.fromEntries(call.url.searchParams) : bodyOf(call);
  const connection = realm.connections().find((one) => one.provider === NAME && secretOf(one, "businessId") === fields["business_id"]);
  if (!isTokenValid(NAME, realm) || !connection || !await isAccess(tokenOf(call), connection)) return answered(40105, "Access token is incorrect or has been revoked.");
  const people = new People(realm.notes, NAME, connection.connectionId);
  switch (`${call.method} ${path}`) {
    case "POST business/message/send": return send(fields, connection, people, realm);
    case "POST business/message/media/upload": return upload(form, realm);
    case "POST business/message/media/download": return realm.blobs.head(String(fields["media_id"])) ? ok({ download_url: `https://${FILE_HOST}/${String(fields["media_id"])}` }) : answered(40007, "Media not found");
    case "GET business/get": return ok({ username: connection.address, display_name: "Northside Cycles" });
    case "GET business/message/conversation/list": return ok({ conversations: [], has_more: false });
    case "GET business/message/content/list": {
      const person = people.find(String(fields["conversation_id"]));
      return person ? ok({ messages: [], participants: [{ id: person.id, role: "PERSONAL_ACCOUNT", display_name: person.name }] }) : answered(40007, "Conversation not found");
    }
    case "GET business/message/capabilities/get": return ok({ capability_infos: [{ capability_type: "IMAGE_SEND", capability_result: true }] });
    default: return answered(40007, "No such path", {}, 404);
  }
}

async function upload(form: FormData | null, realm: Realm): Promise<Answer> {
  const file = form?.get("file");
  if (!(file instanceof File) || form?.get("media_type") !== "IMAGE") return answered(40002, "file and media_type are required");
  if (!PICTURES.includes(file.type) || file.size > IMAGE_BYTES) return answered(40908, "Unsupported file: JPG or PNG up to 3 MB");
  return ok({ media_id: realm.blobs.put(file.name, file.type, new Uint8Array(await file.arrayBuffer())).id });
}

/** Pictures want the token in a header of their own; stickers want nothing. */
async function served({ url, headers }: Call, realm: Realm): Promise<Answer> {
  const plain = (status: number, body: string): Answer => ({ status, headers: { "content-type": "text/plain" }, body });
  const id = url.pathname.slice(1).replace(/\.webp$/, "");
  const blob = realm.blobs.head(id);
  if (!blob) return plain(404, "Not Found");
  const mine = realm.connections().filter(({ provider }) => provider === NAME);
  const known = await Promise.all(mine.map((connection) => isAccess(headers.get("x-user") ?? "", connection)));
  if (url.hostname === FILE_HOST && !known.includes(true)) return plain(403, "Forbidden");
  if (realm.notes.count(`${NAME} fetched ${id}`) <= (realm.weather.mediaFailures ?? 0)) return plain(503, "Service Unavailable");
  return { status: 200, headers: { "content-type": blob.type, "content-length": String(blob.size) }, body: realm.blobs.bytes(id) };
}

const inner = (fields: Fields, key: string): Fields => {
  const value = fields[key];
  return isFields(value) ? value : {};
};
const str = (value: unknown): string => (typeof value === "string" ? value : "");

function send(fields: Fields, connection: WorldConnection, people: People, realm: Realm): Answer {
  const person = fields["recipient_type"] === "CONVERSATION" ? people.find(str(fields["recipient"])) : null;
  if (!person) return answered(40007, "Conversation not found");
  const type = str(fields["message_type"]);
  if (type === "SENDER_ACTION") return act(str(fields["sender_action"]), person, connection, people, realm);
  const text = str(inner(fields, "text")["body"]);
  const blob = type === "IMAGE" ? realm.blobs.head(str(inner(fields, "image")["media_id"])) : null;
  if (type !== "TEXT" && type !== "IMAGE") return answered(40002, `message_type ${type} is not played here`);
  if (type === "TEXT" && (text === "" || [...text].length > TEXT_MAX)) return answered(40002, `text.body must have 1 to ${TEXT_MAX} characters`);
  if (type === "IMAGE" && !blob) return answered(40002, "image.media_id is unknown");
  const asked = /\bfail:(\d+)/.exec(text);
  if (asked) return answered(Number(asked[1]), "Asked to fail");
  if (person.blocked || !isWindowOpen(person, realm.now()) || (person.left ?? 0) <= 0) return answered(40064, "Message sending is blocked by DM rules");
  people.change(person.id, { left: (person.left ?? 0) - 1, typingUntil: 0 });
  const id = newId();
  const now = new Date(realm.now()).toISOString();
  const replyTo = str(inner(fields, "referenced_message_info")["referenced_message_id"]);
  realm.accept({
    id, provider: NAME, connectionId: connection.connectionId, by: "app", at: now, from: connection.address, to: person.id, text, state: "accepted", code: null,
    media: blob ? [toMedia(blob)] : [], history: [{ state: "accepted", code: null, at: now, answered: null }], raw: fields, app: { kind: blob ? "media" : "text", ...(replyTo !== "" && { replyTo }) },
  }, [{ afterMs: SENT_AFTER_MS, state: "sent", code: null }]);
  return ok({ message: { message_id: id } });
}

function act(action: string, person: Person, connection: WorldConnection, people: People, realm: Realm): Answer {
  if (action === "TYPING") people.change(person.id, { typingUntil: realm.now() + TYPING_MS });
  else if (action === "MARK_READ") markRead(realm.messages, between(realm.messages, connection.connectionId, person.id), null, realm.now());
  else return answered(40002, `sender_action ${action} is unknown`);
  return ok({ message: { message_id: "" } });
}

/** TikTok tells what went out; nothing says that it arrived. A forced `read` is told as the customer's. */
async function progress(message: WorldMessage, step: { state: string; code: string | null }, realm: Realm): Promise<Progress> {
  const connection = realm.connections().find(({ connectionId }) => connectionId === message.connectionId);
  const person = connection && new People(realm.notes, NAME, connection.connectionId).find(message.to);
  if (!connection || !person) return { ...step, delivery: null };
  const now = realm.now();
  const sentAt = Date.parse(message.at);
  const told = (event: string, content: Record<string, unknown>): Progress => ({ ...step, delivery: webhookOf(connection, event, content, now, message.id) });
  const [file] = message.media;
  if (step.state === "sent") {
    const said = file ? { type: "image", image: { media_id: file.url.split("/").at(-1) } } : { type: "text", text: { body: message.text } };
    return told("im_send_msg", { ...sides(person, "us"), message_id: message.id, timestamp: sentAt, scene_type: "direct", ...said, message_tag: { source: "API" } });
  }
  return step.state === "read" ? told("im_mark_read_msg", { ...sides(person, "customer"), timestamp: now, read: { last_read_timestamp: sentAt } }) : { ...step, delivery: null };
}

function changePerson(input: unknown, realm: Realm): unknown {
  const { from, to, ...edit } = PersonChange.parse(input);
  const connection = addressed(NAME, realm, to);
  const people = new People(realm.notes, NAME, connection.connectionId);
  const known = people.find(idOf(from)) ?? people.put(stranger(connection, from));
  people.change(known.id, Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined)));
  return people.find(known.id);
}
