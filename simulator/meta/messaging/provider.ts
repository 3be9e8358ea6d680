import type { WorldConnection, WorldMessage } from "../../api";
import { type Answer, type Call, type PlannedStep, type Progress, type Provider, type Realm, addressed, json } from "../../provider";
import { INSTAGRAM_HOST, type Refusal, authorise, bodyOf, claimOf, graphError, isRefusal, isTokenValid, pathOf, refusalAs, revoke, tokenOf, unknownPath } from "../graph";
import { handshake } from "../handshake";
import { LONG_WINDOW_MS, People, type Person, PersonChange, isWindowOpen } from "../person";
import { between, markRead, react } from "../thread";
import { RETRY_DELAYS_MS, mergeMeta, signMeta } from "../wire";
import { type Verdict, checkSend } from "./check";
import { type Held, asFields, hold, partsOf, served } from "./files";
import { type Flavour, namedIn, nameOf } from "./flavour";
import { type Comment, commentKey, idOf, receiving, stranger } from "./receive";
import { byCustomer, byUs, echoOf, envelope } from "./webhook";

/** Apart far enough to be seen on a screen, near enough for a test. */
const SENT_AFTER_MS = 150;
const DELIVERED_AFTER_MS = 450;
const TYPING_MS = 20_000;
/** An access token of Instagram Login. */
const TOKEN_SECONDS = 5_184_000;
/** "Received invalid JSON": Meta fails, and the message went out all the same. */
const SENT_ALTHOUGH = "1/1357046";

/** One of the two, played by the same rules. */
export function messagingProvider(flavour: Flavour): Provider {
  const name = nameOf(flavour);
  return {
    name,
    hosts: [...flavour.hosts, flavour.mediaHost],
    finalStates: ["read", "failed"],
    claim: (call, realm) => claimOf(flavour.keys, call, realm),
    isSend: (call) => call.method === "POST" && pathOf(call)[1] === "messages" && bodyOf(call)["sender_action"] === undefined,
    answer: (call, realm) => answer(flavour, call, realm),
    refuse: refusalAs(flavour.refusals.rate),
    receive: receiving(flavour),
    progress: (message, step, realm) => progress(flavour, message, step, realm),
    sign: signMeta,
    retryDelaysMs: () => RETRY_DELAYS_MS,
    merge: mergeMeta,
    actions: {
      token: async (input, realm) => revoke(name, input, realm),
      people: async (input, realm) => changePerson(flavour, input, realm),
      handshake: (input, realm) => handshake(name, input, realm),
    },
    views: { token: (realm) => ({ valid: isTokenValid(name, realm) }) },
  };
}

async function answer(flavour: Flavour, call: Call, realm: Realm): Promise<Answer> {
  if (call.url.hostname === flavour.mediaHost) return served(flavour, call, realm);
  const mine = await authorise(flavour.keys, 400, call, realm);
  if (!Array.isArray(mine)) return graphError(mine);
  const [id = "", what] = pathOf(call);
  const ours = namedIn(flavour, id, mine);
  if (!ours) return graphErrorOr(profile(flavour, call, id, mine[0]!, realm), call);
  switch (`${call.method} ${what ?? ""}`) {
    case "GET ": return json(200, flavour.account(ours));
    case "POST messages": return send(flavour, call, ours, realm);
    case "POST message_attachments": return attach(flavour, call, realm);
    case "GET subscribed_apps": return json(200, { data: [{ id: "1517776481860111", name: "Northside inbox", subscribed_fields: ["messages", "messaging_postbacks", "message_reactions"] }] });
    case "POST subscribed_apps": case "DELETE subscribed_apps": return json(200, { success: true });
    case "POST messenger_profile": case "DELETE messenger_profile": return json(200, { result: "success" });
    default: return graphError(unknownPath(call));
  }
}

const graphErrorOr = (found: Answer | null, call: Call): Answer => found ?? graphError(unknownPath(call));

/** A customer by their id, or a new token before the old one ends. */
function profile(flavour: Flavour, call: Call, id: string, connection: WorldConnection, realm: Realm): Answer | null {
  if (call.method !== "GET") return null;
  if (id === "refresh_access_token") return call.url.hostname === INSTAGRAM_HOST ? json(200, { access_token: tokenOf(call), token_type: "bearer", expires_in: TOKEN_SECONDS }) : null;
  const person = new People(realm.notes, nameOf(flavour), connection.connectionId).find(id);
  return person && json(200, flavour.customer(person));
}

async function attach(flavour: Flavour, call: Call, realm: Realm): Promise<Answer> {
  const parts = await partsOf(call);
  const { type, payload } = asFields(asFields((parts?.fields ?? bodyOf(call))["message"])["attachment"]);
  const url = asFields(payload)["url"];
  const held = await hold(flavour, { type: String(type), ...(typeof url === "string" ? { url } : { carried: true }) }, parts?.file ?? null, realm);
  return isRefusal(held) ? graphError(held) : json(200, { attachment_id: held.attachmentId });
}

async function send(flavour: Flavour, call: Call, connection: WorldConnection, realm: Realm): Promise<Answer> {
  const parts = await partsOf(call);
  const body = parts?.fields ?? bodyOf(call);
  const verdict = checkSend(flavour, body);
  if (!verdict.ok) return graphError(verdict);
  const people = new People(realm.notes, nameOf(flavour), connection.connectionId);
  if (verdict.do === "act") return act(flavour, verdict, people, connection, realm);
  const person = reached(flavour, verdict, people, realm);
  if (isRefusal(person)) return graphError(person);
  const asked = /\bfail:(\d+)(?:\/(\d+))?/.exec(verdict.text);
  const isSentAlthough = asked?.[0] === `fail:${SENT_ALTHOUGH}`;
  if (asked && !isSentAlthough) return graphError({ code: Number(asked[1]), message: `(#${asked[1]}) Asked to fail`, ...(asked[2] !== undefined && { subcode: Number(asked[2]) }) });
  const files: Held[] = [];
  for (const named of verdict.files) {
    const held = await hold(flavour, named, parts?.file ?? null, realm);
    if (isRefusal(held)) return graphError(held);
    files.push(held);
  }
  const id = flavour.newMid();
  const now = new Date(realm.now()).toISOString();
  people.change(person.id, { typingUntil: 0 });
  if (verdict.comment !== null) realm.notes.put(commentKey(verdict.comment), { ...realm.notes.get<Comment>(commentKey(verdict.comment)), isAnswered: true });
  const message: WorldMessage = {
    id, provider: nameOf(flavour), connectionId: connection.connectionId, by: "app", at: now, from: connection.address, to: person.id, text: verdict.text, state: "accepted", code: null,
    media: files.map(({ media }) => media), history: [{ state: "accepted", code: null, at: now, answered: null }], raw: body, app: verdict.app,
  };
  const steps: PlannedStep[] = [{ afterMs: SENT_AFTER_MS, state: "sent", code: null }, ...(flavour.hasWatermarks ? [{ afterMs: DELIVERED_AFTER_MS, state: "delivered", code: null }] : [])];
  realm.accept(message, steps);
  if (isSentAlthough) return graphError({ code: 1, subcode: 1_357_046, message: "Received Invalid JSON reply", status: 500 });
  const [first] = files;
  return json(200, { recipient_id: person.id, message_id: id, ...(first && flavour.hasWatermarks && { attachment_id: first.attachmentId }) });
}

/** Whom a message may go to: somebody who wrote, within the window, or a comment's writer, once. */
function reached(flavour: Flavour, { to, comment, isHuman }: Extract<Verdict, { do: "send" }>, people: People, realm: Realm): Person | Refusal {
  const { unknown, gone, window } = flavour.refusals;
  const now = realm.now();
  if (comment !== null) {
    const known = realm.notes.get<Comment>(commentKey(comment));
    if (known?.isAnswered) return { code: 10_900, message: "(#10900) Activity already replied to" };
    if (!known || now - known.at > LONG_WINDOW_MS) return { code: 100, subcode: 2_534_025, message: "(#100) Invalid comment ID for a private reply" };
    return people.find(known.from) ?? unknown;
  }
  const person = people.find(to ?? "");
  if (!person) return unknown;
  if (person.blocked) return gone;
  const isOpen = isWindowOpen(person, now) || (isHuman && person.heardAt !== null && now - person.heardAt < LONG_WINDOW_MS);
  return isOpen ? person : window;
}

/** What the customer sees of us without a message. */
function act(flavour: Flavour, { to, action, target, emoji }: Extract<Verdict, { do: "act" }>, people: People, connection: WorldConnection, realm: Realm): Answer {
  const person = people.find(to);
  if (!person) return graphError(flavour.refusals.unknown);
  if (person.blocked) return graphError(flavour.refusals.gone);
  switch (action) {
    case "mark_seen": markRead(realm.messages, between(realm.messages, connection.connectionId, to), null, realm.now()); break;
    case "typing_on": people.change(to, { typingUntil: realm.now() + TYPING_MS }); break;
    case "typing_off": people.change(to, { typingUntil: 0 }); break;
    case "react": case "unreact":
      if (realm.messages.get(target!)?.provider !== nameOf(flavour)) return graphError({ code: 100, message: "(#100) Invalid message_id" });
      if (!isWindowOpen(person, realm.now())) return graphError(flavour.refusals.window);
      react(realm.messages, target!, "app", emoji);
  }
  return json(200, { recipient_id: to });
}

/** The echo, then (Messenger alone) that it has arrived. A forced `read` is told as the customer's. */
async function progress(flavour: Flavour, message: WorldMessage, step: { state: string; code: string | null }, realm: Realm): Promise<Progress> {
  const connection = realm.connections().find(({ connectionId }) => connectionId === message.connectionId);
  if (!connection) return { ...step, delivery: null };
  const now = realm.now();
  const sentAt = Date.parse(message.at);
  const told = (event: Record<string, unknown>): Progress => ({ ...step, delivery: envelope(flavour, connection, { messaging: [event] }, now, message.id) });
  switch (step.state) {
    case "sent": return told(byUs(flavour, connection, message.to, sentAt, echoOf(flavour, message)));
    case "delivered": return flavour.hasWatermarks ? told(byCustomer(flavour, connection, message.to, now, { delivery: { mids: [message.id], watermark: sentAt } })) : { ...step, delivery: null };
    case "read": return told(byCustomer(flavour, connection, message.to, now, { read: flavour.hasWatermarks ? { watermark: sentAt } : { mid: message.id } }));
    default: return { ...step, delivery: null };
  }
}

function changePerson(flavour: Flavour, input: unknown, realm: Realm): unknown {
  const { from, to, ...edit } = PersonChange.parse(input);
  const people = new People(realm.notes, nameOf(flavour), addressed(nameOf(flavour), realm, to).connectionId);
  const known = people.find(idOf(flavour, from)) ?? people.put(stranger(flavour, from));
  people.change(known.id, Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined)));
  return flavour.customer(people.find(known.id)!);
}
