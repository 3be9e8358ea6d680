import type { WorldConnection, WorldMessage } from "../../api";
import { type Answer, type Call, type PlannedStep, type Progress, type Provider, type Realm, addressed, json, secretOf } from "../../provider";
import { GRAPH_HOST, type Keys, authorise, bodyOf, claimOf, graphError, isRefusal, isTokenValid, pathOf, refusalAs, revoke, unknownPath } from "../graph";
import { handshake } from "../handshake";
import { People, type Person, PersonChange, isWindowOpen } from "../person";
import { between, markRead, react } from "../thread";
import { RETRY_DELAYS_MS, mergeMeta, signMeta } from "../wire";
import { type MediaNamed, type Verdict, checkSend } from "./check";
import { MEDIA_HOST, fetched, filesOf, forget, locate, mediaOf, upload } from "./media";
import { newWamid, receive, strangerFrom } from "./receive";
import { create, decide, list, remove, review, templatesOf } from "./templates";
import { NAME, change, contactOf, digits, statusValue } from "./webhook";

const KEYS: Keys = { provider: NAME, ids: ["phoneNumberId", "wabaId"], token: "accessToken" };
/** Meta answers a dead token with 401 here. */
const UNAUTHORISED = 401;
/** Apart far enough to be seen on a screen, near enough for a test. */
const SENT_AFTER_MS = 150;
const DELIVERED_AFTER_MS = 450;
const TYPING_MS = 25_000;
/** Nobody with this number has WhatsApp. */
const NOT_ON_WHATSAPP = "+15005550001";

/** WhatsApp Business Platform (Cloud API). */
export const whatsapp: Provider = {
  name: NAME,
  hosts: [GRAPH_HOST, MEDIA_HOST],
  finalStates: ["read", "played", "failed"],
  claim: (call, realm) => claimOf(KEYS, call, realm),
  isSend: (call) => call.method === "POST" && pathOf(call)[1] === "messages" && bodyOf(call)["status"] === undefined,
  answer,
  refuse: refusalAs({ code: 130_429, message: "(#130429) Rate limit hit", details: "Message failed to send because there were too many messages sent from this phone number in a short period of time" }),
  receive,
  progress,
  sign: signMeta,
  retryDelaysMs: () => RETRY_DELAYS_MS,
  merge: mergeMeta,
  later: review,
  actions: {
    token: async (input, realm) => revoke(NAME, input, realm),
    people: async (input, realm) => changePerson(input, realm),
    handshake: (input, realm) => handshake(NAME, input, realm),
    template: decide,
  },
  views: { token: (realm) => ({ valid: isTokenValid(NAME, realm) }), templates: (realm) => realm.connections().filter(({ provider }) => provider === NAME).flatMap((connection) => templatesOf(connection, realm)) },
};

async function answer(call: Call, realm: Realm): Promise<Answer> {
  if (call.url.hostname === MEDIA_HOST) return fetched(call, realm);
  const mine = await authorise(KEYS, UNAUTHORISED, call, realm);
  if (!Array.isArray(mine)) return graphError(mine);
  const [id = "", what, ...rest] = pathOf(call);
  const number = mine.find((connection) => secretOf(connection, "phoneNumberId") === id);
  const business = mine.find((connection) => secretOf(connection, "wabaId") === id);
  const answered = rest.length > 0 ? null
    : number ? ofNumber(call, what, number, realm)
      : business ? ofBusiness(call, what, business, mine, realm)
        : ofThing(call, id, what, mine[0]!, realm);
  return await answered ?? graphError(unknownPath(call));
}

function ofNumber(call: Call, what: string | undefined, connection: WorldConnection, realm: Realm): Promise<Answer> | Answer | null {
  switch (`${call.method} ${what ?? ""}`) {
    case "GET ": return json(200, {
      id: secretOf(connection, "phoneNumberId"), display_phone_number: connection.address, verified_name: "Northside Cycles", quality_rating: "GREEN", messaging_limit_tier: "TIER_1K", throughput: { level: "STANDARD" },
      platform_type: "CLOUD_API", code_verification_status: "VERIFIED", name_status: "APPROVED", status: "CONNECTED",
    });
    case "POST messages": return messages(call, connection, realm);
    case "POST media": return upload(call, connection, realm);
    case "POST register": case "POST deregister": return json(200, { success: true });
    default: return null;
  }
}

function ofBusiness(call: Call, what: string | undefined, connection: WorldConnection, mine: WorldConnection[], realm: Realm): Promise<Answer> | Answer | null {
  switch (`${call.method} ${what ?? ""}`) {
    case "GET ": return json(200, { id: secretOf(connection, "wabaId"), name: "Northside Cycles", timezone_id: "1", message_template_namespace: "northside" });
    case "GET phone_numbers": return json(200, { data: mine.map((one) => ({ id: secretOf(one, "phoneNumberId"), display_phone_number: one.address, verified_name: "Northside Cycles", quality_rating: "GREEN" })) });
    case "GET subscribed_apps": return json(200, { data: [{ whatsapp_business_api_data: { id: "1517776481860111", name: "Northside inbox" } }] });
    case "POST subscribed_apps": case "DELETE subscribed_apps": return json(200, { success: true });
    case "GET message_templates": return list(call, connection, realm);
    case "POST message_templates": return create(call, connection, realm);
    case "DELETE message_templates": return remove(call, connection, realm);
    default: return null;
  }
}

function ofThing(call: Call, id: string, what: string | undefined, connection: WorldConnection, realm: Realm): Answer | null {
  if (what !== undefined) return null;
  if (call.method === "DELETE") return forget(id, realm);
  if (call.method !== "GET") return null;
  if (id === "me") return json(200, { id: "122100000000000001", name: "Northside inbox" });
  const template = templatesOf(connection, realm).find((one) => one.id === id);
  return template ? json(200, template) : locate(call, id, connection, realm);
}

async function messages(call: Call, connection: WorldConnection, realm: Realm): Promise<Answer> {
  const body = bodyOf(call);
  const verdict = checkSend(body, {
    ours: digits(connection.address), isMessage: (id) => realm.messages.get(id)?.provider === NAME, media: (id) => mediaOf(id, realm)?.file ?? null,
    template: (name, language) => templatesOf(connection, realm).find((template) => template.name === name && template.language === language) ?? null,
  });
  if (!verdict.ok) return graphError(verdict);
  const people = new People(realm.notes, NAME, connection.connectionId);
  if (verdict.do === "read") return read(verdict, people, connection, realm);
  const person = people.find(verdict.to) ?? firstMet(verdict.to, people);
  const to = person?.id ?? verdict.to;
  const id = newWamid();
  const now = new Date(realm.now()).toISOString();
  const message: WorldMessage = {
    id, provider: NAME, connectionId: connection.connectionId, by: "app", at: now, from: connection.address, to, text: verdict.do === "react" ? verdict.emoji : verdict.text, state: "accepted", code: null, media: [],
    history: [{ state: "accepted", code: null, at: now, answered: null }], raw: body, app: verdict.do === "react" ? { kind: "reaction", replyTo: verdict.target } : verdict.app,
  };
  const files = verdict.do === "send" ? await filesIn(verdict.media, realm) : [];
  const failure = fateOf(verdict, person, realm.now()) ?? (files === null ? "131053" : null);
  if (failure === null && verdict.do === "react") react(realm.messages, verdict.target, "app", verdict.emoji || null);
  people.change(to, { typingUntil: 0 });
  realm.accept({ ...message, media: files ?? [] }, stepsTo(failure, verdict));
  const isNumber = verdict.to.startsWith("+");
  const name = verdict.do === "send" ? verdict.template?.name ?? "" : "";
  return json(200, {
    messaging_product: "whatsapp",
    contacts: [{ input: isNumber ? String(body["to"]) : verdict.to, ...(isNumber && { wa_id: digits(verdict.to) }), ...(person && { user_id: person.userId }) }],
    messages: [{ id, ...(name !== "" && { message_status: name.includes("held") ? "held_for_quality_assessment" : "accepted" }) }],
  });
}

/** Whoever is written to first is met thereby, if they can be met at all. */
const firstMet = (to: string, people: People): Person | null => (to.startsWith("+") && to !== NOT_ON_WHATSAPP ? people.put({ ...strangerFrom(to), name: to }) : null);

async function filesIn(named: readonly MediaNamed[], realm: Realm): Promise<WorldMessage["media"] | null> {
  const files = await Promise.all(named.map((one) => filesOf(one, realm)));
  return files.every((file): file is WorldMessage["media"][number] => !isRefusal(file)) ? files : null;
}

/** What becomes of a message that Meta took: the code it fails with later, or nothing. */
function fateOf(verdict: Extract<Verdict, { do: "send" | "react" }>, person: Person | null, now: number): string | null {
  const asked = verdict.do === "send" ? /\bfail:(\d{3,6})\b/.exec(verdict.text)?.[1] : undefined;
  if (asked !== undefined) return asked;
  if (!person || person.blocked) return "131026";
  if (verdict.do === "send" && verdict.template) return verdict.template.category === "MARKETING" && !person.marketing ? "131050" : null;
  return isWindowOpen(person, now) ? null : "131047";
}

function stepsTo(failure: string | null, verdict: Verdict): PlannedStep[] {
  const sent = { afterMs: SENT_AFTER_MS, state: "sent", code: null };
  // What a text asks to fail goes out first; what Meta's rules forbid never does.
  const goesOut = failure === null || (verdict.ok && verdict.do === "send" && verdict.text.includes(`fail:${failure}`));
  return [...(goesOut ? [sent] : []), { afterMs: DELIVERED_AFTER_MS, state: failure === null ? "delivered" : "failed", code: failure }];
}

function read({ messageId, typing }: Extract<Verdict, { do: "read" }>, people: People, connection: WorldConnection, realm: Realm): Answer {
  const message = realm.messages.get(messageId)!;
  markRead(realm.messages, between(realm.messages, connection.connectionId, message.from), messageId, realm.now());
  if (typing) people.change(message.from, { typingUntil: realm.now() + TYPING_MS });
  return json(200, { success: true });
}

async function progress(message: WorldMessage, step: { state: string; code: string | null }, realm: Realm): Promise<Progress> {
  const connection = realm.connections().find(({ connectionId }) => connectionId === message.connectionId);
  if (!connection) return { ...step, delivery: null };
  const person = new People(realm.notes, NAME, connection.connectionId).find(message.to);
  return { ...step, delivery: change(connection, "messages", statusValue(connection, person, message, step.state, step.code, realm.now()), message.id) };
}

function changePerson(input: unknown, realm: Realm): unknown {
  const { from, to, ...edit } = PersonChange.parse(input);
  const people = new People(realm.notes, NAME, addressed(NAME, realm, to).connectionId);
  const stranger = strangerFrom(from);
  const known = people.find(stranger.id) ?? people.put({ ...stranger, name: stranger.name || stranger.id });
  people.change(known.id, Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined)));
  return contactOf(people.find(known.id)!);
}
