import type { AppFacts, InboundResult, WorldConnection, WorldMessage } from "../../api";
import { type Realm, Refused, type Webhook, addressed } from "../../provider";
import { store, toMedia } from "../../upload";
import { SILENCE, STICKER } from "../files";
import { type AppInbound, AppInboundBody, isSaying } from "../inbound";
import { People, type Person, mayWrite } from "../person";
import { between, meant, react, rewrite, unsend } from "../thread";
import { digitsOf, newDigits } from "../wire";
import { reactionWord } from "./check";
import { type Flavour, nameOf } from "./flavour";
import { referralOf, saidIn } from "./said";
import { attachmentsOf, byCustomer, byUs, envelope } from "./webhook";

const ID_LENGTH = 16;

/** Ids of ten digits and more are taken as they are; anything else names somebody, always the same. */
export const idOf = (flavour: Flavour, from: string): string => (/^\d{10,}$/.test(from) ? from : digitsOf(`${nameOf(flavour)} ${from}`, ID_LENGTH));

export function stranger(flavour: Flavour, from: string): Person {
  const id = idOf(flavour, from);
  return { id, name: id === from ? "" : from, username: null, phone: null, userId: id, hidesPhone: false, blocked: false, marketing: true, heardAt: null, adAt: null, typingUntil: 0 };
}

export const commentKey = (id: string) => `instagram comment ${id}`;
export interface Comment { from: string; at: number; isAnswered: boolean }

export const receiving = (flavour: Flavour) => async (input: unknown, realm: Realm): Promise<InboundResult> => {
  const wish = AppInboundBody.parse(input);
  const connection = addressed(nameOf(flavour), realm, wish.to);
  const people = new People(realm.notes, nameOf(flavour), connection.connectionId);
  const known = people.find(idOf(flavour, wish.from)) ?? stranger(flavour, wish.from);
  const at = wish.at === undefined ? realm.now() : Date.parse(wish.at);
  const cameByAd = "referral" in wish && wish.referral?.source === "ad";
  const person = people.put({ ...known, name: wish.name ?? (known.name || known.id), username: wish.username ?? known.username, ...(cameByAd && { adAt: at }) });
  const thread = () => between(realm.messages, connection.connectionId, person.id);
  const act: Act = { flavour, wish, connection, person, at, id: wish.id ?? flavour.newMid(), realm, thread };
  if (isSaying(wish.kind)) people.put({ ...mayWrite(person), heardAt: Math.max(person.heardAt ?? 0, at) });
  const { entry, message } = outcomeOf(act);
  if (message) realm.messages.add(message);
  const webhook: Webhook | null = entry && envelope(flavour, connection, entry, Math.max(realm.now(), at), message?.id ?? null);
  return { id: act.id, ids: [act.id], ...(webhook ? await realm.deliver(webhook) : { delivered: [], delayed: 0, lost: 0 }) };
};

export interface Act { flavour: Flavour; wish: AppInbound; connection: WorldConnection; person: Person; at: number; id: string; realm: Realm; /** Reads all messages: asked for only where one is meant. */ thread(): WorldMessage[] }

/** What to tell the app, and what stays on the customer's phone. */
interface Outcome { entry: { messaging: unknown[] } | { changes: unknown[] } | null; message?: WorldMessage }

function outcomeOf(act: Act): Outcome {
  const { flavour, wish, realm, connection, person, at, id, thread } = act;
  const event = (what: Record<string, unknown>): Outcome => ({ entry: { messaging: [byCustomer(flavour, connection, person.id, at, what)] } });
  switch (wish.kind) {
    case "reaction": {
      const mid = meant(wish.target, thread()).id;
      react(realm.messages, mid, "customer", wish.emoji);
      return event({ reaction: { mid, action: wish.emoji === null ? "unreact" : "react", ...(wish.emoji !== null && { reaction: reactionWord(wish.emoji), emoji: wish.emoji }) } });
    }
    case "edit": {
      const mid = own(wish.target, thread());
      return event({ message_edit: { mid, text: wish.text, num_edit: flavour.editNumber(rewrite(realm.messages, mid, wish.text)) } });
    }
    case "delete": {
      if (!flavour.hasUnsend) throw new Refused(`${flavour.title} does not tell businesses that a message was unsent`);
      const mid = own(wish.target, thread());
      unsend(realm.messages, mid);
      return event({ message: { mid, is_deleted: true } });
    }
    case "read": return readOf(act, event);
    case "referral": return event({ referral: referralOf(flavour, wish.referral) });
    case "preference": {
      if (!flavour.hasWatermarks) throw new Refused(`${flavour.title} has no ${wish.kind}`);
      return event({ optin: { type: "notification_messages", notification_messages_token: `tok${person.id}`, notification_messages_status: wish.value === "stop" ? "STOP_NOTIFICATIONS" : "RESUME_NOTIFICATIONS" } });
    }
    case "comment": {
      if (flavour.object !== "instagram") throw new Refused(`${flavour.title} has no ${wish.kind}`);
      const commentId = wish.id ?? newDigits(17);
      act.id = commentId;
      realm.notes.put(commentKey(commentId), { from: person.id, at, isAnswered: false } satisfies Comment);
      const value = { id: commentId, ...(wish.parentId !== undefined && { parent_id: wish.parentId }), text: wish.text, from: { id: person.id, username: person.username ?? person.name }, media: { id: wish.postId ?? "17900000000000001", media_product_type: "FEED" } };
      return { entry: { changes: [{ field: wish.live ? "live_comments" : "comments", value }] } };
    }
    case "echo": {
      const what = { message: { mid: id, is_echo: true, text: wish.text } };
      const message: WorldMessage = { ...written(act, wish.text, { kind: "text" }, [], what), by: "provider", from: connection.address, to: person.id, state: "delivered" };
      return { entry: { messaging: [byUs(flavour, connection, person.id, at, what)] }, message };
    }
    case "raw": return wish.field === undefined ? event(wish.value) : { entry: { changes: [{ field: wish.field, value: wish.value }] } };
    case "contacts": case "reply": case "list": case "form": case "order": case "number-change": case "id-change": case "identity-change": case "typing": throw new Refused(`${flavour.title} has no ${wish.kind}`);
    default: return say(act, wish, event);
  }
}

function say(act: Act, wish: Parameters<typeof saidIn>[1], event: (what: Record<string, unknown>) => Outcome): Outcome {
  const { flavour, realm, person, thread, id } = act;
  const needsFile = wish.kind === "voice" || wish.kind === "story-mention" || wish.kind === "story-reply" || (wish.kind === "sticker" && flavour.hasWatermarks);
  const standIn = !needsFile ? [] : wish.kind === "voice" ? [{ ...SILENCE, name: "audioclip.ogg" }] : [STICKER];
  const uploads = "media" in wish && wish.media ? wish.media : standIn;
  const media = uploads.map((upload) => toMedia(store(realm.blobs, upload)));
  const target = "replyTo" in wish ? wish.replyTo : "target" in wish ? wish.target : undefined;
  const quoted = target === undefined ? null : meant(target, thread());
  const { what, text, app } = saidIn(flavour, wish, id, (as) => attachmentsOf(flavour, media, as), quoted);
  const shown = wish.kind === "story-reply" ? [] : media;
  const link = wish.kind === "story-reply" || wish.kind === "story-mention" ? { link: { title: wish.kind === "story-reply" ? "Your story" : `${person.name}’s story`, url: media[0]?.url ?? "" } } : {};
  return { ...event(what), message: written(act, text, { ...app, ...link }, shown, what) };
}

function written({ flavour, connection, person, at, id }: Act, text: string, app: AppFacts, media: WorldMessage["media"], raw: Record<string, unknown>): WorldMessage {
  const when = new Date(at).toISOString();
  return {
    id, provider: nameOf(flavour), connectionId: connection.connectionId, by: "customer", at: when, from: person.id, to: connection.address, text, state: "received", code: null,
    media, history: [{ state: "received", code: null, at: when, answered: null }], raw, app,
  };
}

/** People edit and unsend their own messages only. */
function own(target: string, thread: readonly WorldMessage[]): string {
  const { id, message } = meant(target, thread);
  if (message && message.by !== "customer") throw new Refused("only their own messages");
  return id;
}

/** Messenger tells up to when they have read, Instagram which message they saw last. Nothing new to see is no event. */
function readOf({ flavour, realm, thread, at }: Act, event: (what: Record<string, unknown>) => Outcome): Outcome {
  const unread = thread().filter(({ by, state }) => by === "app" && (state === "sent" || state === "delivered"));
  for (const { id } of unread) realm.messages.advance(id, "read", null, at);
  const last = unread.at(-1);
  return last ? event({ read: flavour.hasWatermarks ? { watermark: at } : { mid: last.id } }) : { entry: null };
}
