import type { AppFacts, InboundResult, Media, WorldConnection, WorldMessage } from "../api";
import { STICKER } from "../meta/files";
import { type AppInbound, AppInboundBody, isSaying } from "../meta/inbound";
import { mayWrite, People, type Person } from "../meta/person";
import { between, meant, react } from "../meta/thread";
import { digitsOf } from "../meta/wire";
import { addressed, type Realm, Refused } from "../provider";
import { store, toMedia } from "../upload";
import { conversationOf, NAME, newId, OUR_ID, OUR_NAME, STICKER_HOST, webhookOf } from "./wire";

const HOUR_MS = 3_600_000;
const WINDOW_MS = 48 * HOUR_MS;
/** Messages of the business for each of the customer's turns. */
export const PER_TURN = 10;

/** Ids that look like TikTok's are taken as they are; anything else names somebody, always the same. */
export const idOf = (from: string): string => (/^U[\w-]{9,}$/.test(from) ? from : `U${digitsOf(`${NAME} ${from}`, 16)}`);

/** `userId` is their conversation: what the app addresses them by. */
export function stranger(connection: WorldConnection, from: string): Person {
  const id = idOf(from);
  return {
    id, name: id === from ? "" : from, username: null, phone: null, userId: conversationOf(connection, id), hidesPhone: false, blocked: false, marketing: true,
    heardAt: null, adAt: null, typingUntil: 0, windowMs: WINDOW_MS, left: 0,
  };
}

/** Both sides of an event, as each names the other. */
export const sides = (person: Person, by: "customer" | "us") => {
  const [customer, us] = [{ id: person.id, role: "personal_account" }, { id: OUR_ID, role: "business_account" }];
  const name = person.username ?? person.name;
  return {
    conversation_id: person.userId, unique_identifier: by === "us" ? OUR_ID : person.id,
    ...(by === "us" ? { from: OUR_NAME, to: name, from_user: us, to_user: customer } : { from: name, to: OUR_NAME, from_user: customer, to_user: us }),
  };
};

interface Said { content: Record<string, unknown>; text: string; app: AppFacts; media: Media[] }

export async function receive(input: unknown, realm: Realm): Promise<InboundResult> {
  const wish = AppInboundBody.parse(input);
  const connection = addressed(NAME, realm, wish.to);
  const people = new People(realm.notes, NAME, connection.connectionId);
  const at = wish.at === undefined ? realm.now() : Date.parse(wish.at);
  const known = people.find(idOf(wish.from)) ?? stranger(connection, wish.from);
  const person = people.put({ ...known, name: wish.name ?? (known.name || known.id), username: wish.username ?? known.username });
  const id = wish.id ?? newId();
  const tell = async (event: string, content: Record<string, unknown>, messageId: string | null = null): Promise<InboundResult> =>
    ({ id, ids: [id], ...await realm.deliver(webhookOf(connection, event, content, Math.max(at, realm.now()), messageId)) });
  if (isSaying(wish.kind)) {
    people.put({ ...mayWrite(person), heardAt: Math.max(person.heardAt ?? 0, at), left: PER_TURN });
    const { content, text, app, media } = saidIn(wish, connection, person, realm);
    const message = { ...sides(person, "customer"), message_id: id, timestamp: at, scene_type: "direct", is_follower: true, ...content };
    realm.messages.add({ ...written(wish, connection, person, id, at), text, app, media, raw: message });
    // From these countries TikTok tells that somebody wrote, and neither who nor what.
    return person.isEuropean ? tell("im_receive_msg_eu", { to: OUR_NAME, to_user: { id: OUR_ID, role: "business_account" }, timestamp: at }, id) : tell("im_receive_msg", message, id);
  }
  const base = { ...sides(person, "customer"), timestamp: at };
  switch (wish.kind) {
    case "reaction": {
      const target = meant(wish.target, between(realm.messages, connection.connectionId, person.id)).id;
      const before = realm.messages.get(target)?.app?.reactions?.find(({ by }) => by === "customer")?.emoji;
      react(realm.messages, target, "customer", wish.emoji);
      const reaction = { operation: wish.emoji === null ? "REMOVE" : "ADD", type: "EMOJI", emoji: wish.emoji ?? before ?? "❤️", unique_identifier: person.id, timestamp: at, original_msg_id: target };
      return tell("im_receive_msg", { ...base, message_id: id, type: "reaction", reaction: [reaction] });
    }
    case "read": {
      const unread = between(realm.messages, connection.connectionId, person.id).filter(({ by, state }) => by === "app" && state === "sent");
      for (const one of unread) realm.messages.advance(one.id, "read", null, at);
      return unread.length > 0 ? tell("im_mark_read_msg", { ...base, read: { last_read_timestamp: at } }) : { id, ids: [id], delivered: [], delayed: 0, lost: 0 };
    }
    case "referral": {
      const { source, headline, ref, id: adId } = wish.referral;
      const referral = source === "ad" ? { source: "ad", ad: { ad_id: adId ?? "1780000000000000000", ad_name: headline ?? "Spring at Northside", embed_url: "https://www.tiktok.com/player/v1/7300000000000000001" } } : { source: "tiktok.me", ref: ref ?? "" };
      return tell("im_referral_msg", { ...base, referral });
    }
    case "comment": return tell("im_receive_high_intent_comment", { comment_id: wish.id ?? `73480000000${digitsOf(id, 8)}`, comment_text: wish.text, timestamp: at, from_user: base.from_user, to_user: base.to_user, video_id: wish.postId ?? "7342000000000000456" });
    case "echo": {
      const message = { ...sides(person, "us"), message_id: id, timestamp: at, type: "text", text: { body: wish.text }, message_tag: { source: "APP" } };
      realm.messages.add({ ...written(wish, connection, person, id, at), by: "provider", from: connection.address, to: person.id, state: "sent", text: wish.text, app: { kind: "text" }, raw: message });
      return tell("im_send_msg", message, id);
    }
    case "raw": return tell(wish.field ?? "im_receive_msg", { ...base, message_id: id, ...wish.value });
    default: throw new Refused(`TikTok has no ${wish.kind}`);
  }
}

function saidIn(wish: AppInbound, connection: WorldConnection, person: Person, realm: Realm): Said {
  const target = "replyTo" in wish ? wish.replyTo : "target" in wish ? wish.target : undefined;
  const quoted = target === undefined ? undefined : meant(target, between(realm.messages, connection.connectionId, person.id)).id;
  const told = (type: string, content: unknown, text = "", media: Media[] = [], link?: AppFacts["link"]): Said => ({
    content: { type, [type]: content, ...(quoted !== undefined && { referenced_message_info: { referenced_message_id: quoted } }) },
    text, media, app: { kind: wish.kind, ...(quoted !== undefined && { replyTo: quoted }), ...(link && { link }) },
  });
  switch (wish.kind) {
    case "text": return told("text", { body: wish.text }, wish.text);
    case "button": case "quick-reply": {
      const said = told("text", { body: wish.text }, wish.text);
      return { ...said, content: { ...said.content, reply_source_payload: { reply_source_unique_id: wish.payload ?? wish.text } } };
    }
    case "media": {
      const [first, ...others] = wish.media;
      const kind = /^(image|video)\//.exec(first!.type)?.[1];
      if (!kind || others.length > 0 || wish.text) throw new Refused("TikTok takes one picture or one video to a message, and no words with it");
      const blob = store(realm.blobs, first!);
      return told(kind, { media_id: blob.id }, "", [toMedia(blob)]);
    }
    case "sticker": {
      const blob = store(realm.blobs, wish.media?.[0] ?? STICKER);
      return told("sticker", { url: `https://${STICKER_HOST}/${blob.id}.webp` }, "", [toMedia(blob)]);
    }
    case "share": {
      const url = wish.url ?? "https://www.tiktok.com/player/v1/7300000000000000000";
      return told("share_post", { embed_url: url, video_id: "7300000000000000000" }, "", [], { title: wish.title ?? "Video", url });
    }
    case "unsupported": return told(wish.what ?? "mini_game", { id: 1 }, wish.what ?? "mini_game");
    default: throw new Refused(`TikTok has no ${wish.kind}`);
  }
}

const written = (wish: AppInbound, connection: WorldConnection, person: Person, id: string, at: number): WorldMessage => ({
  id, provider: NAME, connectionId: connection.connectionId, by: "customer", at: new Date(at).toISOString(), from: person.id, to: connection.address, text: "", state: "received", code: null,
  media: [], history: [{ state: "received", code: null, at: new Date(at).toISOString(), answered: null }], raw: {}, app: { kind: wish.kind },
});
