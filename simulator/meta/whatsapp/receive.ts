import type { AppFacts, InboundResult, WorldConnection, WorldMessage } from "../../api";
import type { Blob } from "../../blobs";
import { type Realm, Refused, type Webhook, addressed } from "../../provider";
import { store, toMedia } from "../../upload";
import { SILENCE, STICKER } from "../files";
import { type AppInbound, AppInboundBody, isSaying } from "../inbound";
import { People, type Person, mayWrite } from "../person";
import { between, meant, react, rewrite, unsend } from "../thread";
import { digitsOf, newToken } from "../wire";
import { saidIn } from "./said";
import { NAME, change, contactOf, digits, messageValue, ofNumber, seconds, senderOf, statusValue } from "./webhook";

export const newWamid = (): string => `wamid.HBg${newToken(24)}`;

const bsuidOf = (words: string): string => `US.${digitsOf(words, 20)}`;

/** A number, a business-scoped id, or the name of somebody of whom businesses see no number. */
export function strangerFrom(from: string): Person {
  const isNumber = /^\+?[\d\s()-]{7,}$/.test(from);
  const phone = isNumber ? digits(from) : null;
  const userId = /^[A-Z]{2}\.\w+$/.test(from) ? from : bsuidOf(phone ?? from);
  const username = isNumber || userId === from ? null : from.replace(/^@/, "");
  return { id: phone === null ? userId : `+${phone}`, name: username ?? "", username, phone, userId, hidesPhone: phone === null, blocked: false, marketing: true, heardAt: null, adAt: null, typingUntil: 0 };
}

export const idOf = (from: string): string => strangerFrom(from).id;

interface Act { wish: AppInbound; connection: WorldConnection; people: People; person: Person; at: number; id: string; realm: Realm; /** Reads all messages: asked for only where one is meant. */ thread(): WorldMessage[] }

/** What to tell the app, and what stays on the customer's phone. */
interface Outcome { webhooks: Webhook[]; message?: WorldMessage }

export async function receive(input: unknown, realm: Realm): Promise<InboundResult> {
  const wish = AppInboundBody.parse(input);
  const connection = addressed(NAME, realm, wish.to);
  const people = new People(realm.notes, NAME, connection.connectionId);
  const stranger = strangerFrom(wish.from);
  const known = people.find(stranger.id) ?? people.find(stranger.userId) ?? stranger;
  const person = people.put({
    ...known, name: theirName(wish) ?? (known.name || (known.phone === null ? known.userId : `+${known.phone}`)), username: wish.username ?? known.username, hidesPhone: wish.hidesPhone ?? known.hidesPhone,
  });
  const at = wish.at === undefined ? realm.now() : Date.parse(wish.at);
  const act: Act = { wish, connection, people, person, at, id: wish.id ?? newWamid(), realm, thread: () => between(realm.messages, connection.connectionId, person.id) };
  if (isSaying(wish.kind)) people.put({ ...mayWrite(person), heardAt: Math.max(person.heardAt ?? 0, at) });
  const { webhooks, message } = await outcomeOf(act);
  if (message) realm.messages.add(message);
  const result: InboundResult = { id: act.id, ids: [act.id], delivered: [], delayed: 0, lost: 0 };
  for (const webhook of webhooks) {
    const { delivered, delayed, lost } = await realm.deliver(webhook);
    result.delivered.push(...delivered);
    result.delayed += delayed;
    result.lost += lost;
  }
  return result;
}

function outcomeOf(act: Act): Promise<Outcome> | Outcome {
  const { wish, realm, connection, person, people, at, id, thread } = act;
  const about = (fields: Record<string, unknown>): Webhook => change(connection, "messages", messageValue(connection, person, id, at, fields), null);
  const system = (fields: Record<string, unknown>): Outcome => ({ webhooks: [about({ type: "system", system: fields })] });
  switch (wish.kind) {
    case "reaction": {
      const target = meant(wish.target, thread()).id;
      react(realm.messages, target, "customer", wish.emoji);
      return { webhooks: [about({ type: "reaction", reaction: { message_id: target, ...(wish.emoji !== null && { emoji: wish.emoji }) } })] };
    }
    case "edit": {
      const { id: target, message } = own(wish.target, thread());
      rewrite(realm.messages, target, wish.text);
      const media = message && mediaFieldOf(message);
      return { webhooks: [about({ type: "edit", edit: { original_message_id: target, message: media ? { type: media.type, [media.type]: { ...media.content, caption: wish.text } } : { type: "text", text: { body: wish.text } } } })] };
    }
    case "delete": {
      const { id: target } = own(wish.target, thread());
      unsend(realm.messages, target);
      return { webhooks: [about({ type: "revoke", revoke: { original_message_id: target } })] };
    }
    case "read": return { webhooks: readOf(act) };
    case "number-change": {
      const phone = digits(wish.number);
      people.rename(person, { ...person, id: `+${phone}`, phone });
      return system({ body: `User ${person.name} changed from ${person.phone ?? person.userId} to ${phone}`, wa_id: phone, type: "user_changed_number" });
    }
    case "id-change": {
      const userId = bsuidOf(id);
      people.rename(person, { ...person, userId, id: person.phone === null ? userId : person.id });
      const update = { ...(person.phone !== null && !person.hidesPhone && { wa_id: person.phone }), user_id: { previous: person.userId, current: userId }, timestamp: seconds(at) };
      return { webhooks: [change(connection, "user_id_update", ofNumber(connection, { user_id_update: [update] }), null)] };
    }
    case "identity-change": return system({ body: "Security code changed", type: "customer_identity_changed", identity: newToken(9), customer: person.phone ?? person.userId });
    case "preference": {
      people.change(person.id, { marketing: wish.value === "resume" });
      const { from: number } = senderOf(person);
      const preference = { ...(number !== undefined && { wa_id: number }), user_id: person.userId, detail: `User requested to ${wish.value} marketing messages`, category: "marketing_messages", value: wish.value, timestamp: Math.floor(at / 1_000) };
      return { webhooks: [change(connection, "user_preferences", ofNumber(connection, { contacts: [contactOf(person)], user_preferences: [preference] }), null)] };
    }
    case "echo": {
      const echo = { from: digits(connection.address), ...(person.phone !== null && !person.hidesPhone && { to: person.phone }), to_user_id: person.userId, id, timestamp: seconds(at), type: "text", text: { body: wish.text } };
      return {
        webhooks: [change(connection, "smb_message_echoes", ofNumber(connection, { contacts: [contactOf(person)], message_echoes: [echo] }), null)],
        message: { ...written(act, wish.text, { kind: "text" }, [], echo), by: "provider", from: connection.address, to: person.id, state: "delivered" },
      };
    }
    case "raw": {
      const field = wish.field ?? "messages";
      return { webhooks: [change(connection, field, field === "messages" ? ofNumber(connection, wish.value) : wish.value, null)] };
    }
    case "quick-reply": case "story-reply": case "story-mention": case "share": case "referral": case "comment": case "typing": throw new Refused(`WhatsApp has no ${wish.kind}`);
    default: return say(act, wish);
  }
}

async function say(act: Act, wish: Parameters<typeof saidIn>[0]): Promise<Outcome> {
  const { realm, connection, person, at, id, thread } = act;
  const uploads = "media" in wish && wish.media ? wish.media : wish.kind === "voice" ? [SILENCE] : wish.kind === "sticker" ? [STICKER] : [];
  const blobs = uploads.map((upload) => store(realm.blobs, upload));
  // A WhatsApp message holds one file; several are several messages, of which the last is the one answered for.
  const target = "replyTo" in wish ? wish.replyTo : "target" in wish ? wish.target : undefined;
  const quoted = target === undefined ? null : meant(target, thread());
  const context = { ...(quoted && { from: quoted.message?.by === "customer" ? person.phone ?? person.userId : digits(connection.address), id: quoted.id }), ...("forwarded" in wish && wish.forwarded && { forwarded: true }) };
  const webhooks: Webhook[] = [];
  let message: WorldMessage | undefined;
  for (const [index, file] of (blobs.length > 0 ? blobs : [null]).entries()) {
    const { fields, text, app } = await saidIn(wish, file, index === 0, connection, realm, quoted?.message ?? null);
    const one = { ...act, id: index === blobs.length - 1 || file === null ? id : newWamid() };
    const whole = { ...fields, ...(Object.keys(context).length > 0 && { context }) };
    webhooks.push(change(connection, "messages", messageValue(connection, person, one.id, at, whole), one.id));
    if (message) realm.messages.add(message);
    message = written(one, text, { ...app, ...(quoted && { replyTo: quoted.id }) }, file ? [file] : [], whole);
  }
  return { webhooks, ...(message && { message }) };
}

function written({ connection, person, at, id }: Act, text: string, app: AppFacts, blobs: Blob[], raw: Record<string, unknown>): WorldMessage {
  const when = new Date(at).toISOString();
  return {
    id, provider: NAME, connectionId: connection.connectionId, by: "customer", at: when, from: person.id, to: connection.address, text, state: "received", code: null,
    media: blobs.map(toMedia), history: [{ state: "received", code: null, at: when, answered: null }], raw, app,
  };
}

/** People edit and unsend their own messages only. */
function own(target: string, thread: readonly WorldMessage[]): { id: string; message: WorldMessage | null } {
  const found = meant(target, thread);
  if (found.message && found.message.by !== "customer") throw new Refused("only their own messages");
  return found;
}

/** Type and content of a stored message that holds a file. */
function mediaFieldOf({ raw }: WorldMessage): { type: string; content: Record<string, unknown> } | null {
  const type = String(raw["type"]);
  const content = raw[type];
  return ["image", "video", "document"].includes(type) && typeof content === "object" && content !== null ? { type, content: content as Record<string, unknown> } : null;
}

/** Everything of ours they have not seen is read; a voice note is played. */
function readOf({ realm, connection, person, thread, at }: Act): Webhook[] {
  return thread().filter(({ by, state }) => by === "app" && (state === "sent" || state === "delivered")).map((message) => {
    const state = message.app?.kind === "voice" ? "played" : "read";
    realm.messages.advance(message.id, state, null, at);
    return change(connection, "messages", statusValue(connection, person, message, state, null, at), message.id);
  });
}

/** What they call themselves; a place and a form have names of their own. */
const theirName = (wish: AppInbound): string | undefined => (wish.kind === "location" || wish.kind === "form" ? undefined : wish.name);
