import { channelOf } from "../../worker/channels/registry";
import type { InboundEvent } from "../../worker/channels/channel";
import { readConsent } from "../../worker/domain/consent";
import { isQuoteOf, readTapback } from "../../worker/domain/tapback";
import type { Timers } from "../lib/timers";
import { react } from "./amending";
import { recordConsent } from "./consenting";
import type { Delivery, ResolvedEvent } from "./receiving";
import type { Store, Stored } from "./store";

type Message = Extract<InboundEvent, { kind: "message" }>;

/** How far back the message may lie that a phone's text reacts to. */
const TAPBACK_REACH = 200;
/** The same answer does not go out twice within this time: two machines must not talk to each other. */
const ANSWER_AGAIN_MS = 10 * 60_000;
const ANSWER_NAME = "Automatic answer";

const isPhone = (provider: string): boolean => channelOf(provider)?.reaches[0]?.kind === "phone";

/** The newest message that a text such as “Liked “See you at 9”” is about; null when it is a message like any other. */
export function tappedOn(store: Store, { id, provider }: Delivery["connection"], event: Message): Stored | null {
  const tapback = isPhone(provider) && event.media.length === 0 ? readTapback(event.text) : null;
  if (!tapback) return null;
  const isMeant = ({ entry }: Stored) => entry.kind === "message" && !entry.deleted && entry.connectionId === id
    && (tapback.quoted === null ? entry.text.trim() === "" && entry.attachments.length > 0 : isQuoteOf(tapback.quoted, entry.text));
  const found = store.page({ limit: TAPBACK_REACH }).filter(isMeant);
  return found.findLast(({ entry }) => entry.direction === "out") ?? found.at(-1) ?? null;
}

/** Turns such a text into the reaction it was on the customer's phone. */
export function tap(store: Store, stored: Stored, event: Message, { author }: ResolvedEvent): Stored {
  const { emoji, removed } = readTapback(event.text)!;
  return react(store, stored, { kind: "reaction", target: "", person: event.from, by: "contact", emoji: removed ? null : emoji, at: event.at }, author) ?? stored;
}

/** Words by which a customer opts out or in, or asks who we are. The provider's own verdict goes first; without one the whole body must be the word. */
export function hearWords(store: Store, timers: Timers, { connection, appliesSuspected }: Delivery, event: Message, stored: Stored, now: number): void {
  const { channel, provider, keywords } = connection;
  if (!isPhone(provider)) return;
  const consent = store.head.consent[channel] ?? "active";
  // Who only wants no advertising, or was out of reach, says yes to many other things.
  const isOut = (consent === "inactive" || consent === "permanent") && !store.head.unreachable?.includes(channel);
  const words = readConsent(event.text, isOut);
  const heard = event.optOut ?? words.change;
  const suspects = heard === null && words.suspected;
  // One of a group speaks for themselves alone: it is kept with the person.
  if (store.head.kind === "group") return suspects && !appliesSuspected ? suspect(store, stored, event, SUSPECTED) : undefined;
  // Where the provider has acted on the word, it has answered too.
  const answer = (text: string | null | undefined) => { if (text && event.optOut === undefined) say(store, timers, connection, event, text, now); };
  if (heard === "stop" && recordConsent(store, { channel, state: "inactive" }, event.text, event.at)) answer(keywords?.stop);
  if (heard === "start" && recordConsent(store, { channel, state: "active" }, event.text, event.at)) answer(keywords?.start);
  if (heard === "help") answer(keywords?.help);
  if (!suspects) return;
  suspect(store, stored, event, appliesSuspected ? APPLIED : SUSPECTED);
  if (appliesSuspected && recordConsent(store, { channel, state: "inactive" }, event.text, event.at)) answer(keywords?.stop);
}

const SUSPECTED = "This may be a request to stop. Ask, or switch this channel off in the contact panel.";
const APPLIED = "This was taken for a request to stop, as your settings ask. If it was none, allow this channel again in the contact panel.";

function suspect(store: Store, stored: Stored, event: Message, text: string): void {
  store.insert({ kind: "activity", channel: stored.entry.channel, author: { type: "system", id: null, name: "" }, at: event.at, text, event: { type: "suspected-opt-out", data: { entryId: stored.entry.id } } });
}

/** Answers by itself. Goes out whatever they allow: a STOP is confirmed once. */
function say(store: Store, timers: Timers, { id, channel }: Delivery["connection"], event: Message, text: string, now: number): void {
  const isSaid = store.page({ limit: TAPBACK_REACH }).some(({ entry, internal }) => internal.answersKeyword && entry.text === text && now - Date.parse(entry.at) < ANSWER_AGAIN_MS);
  if (isSaid) return;
  const stored = store.insert({
    kind: "message", direction: "out", channel, connectionId: id, author: { type: "bot", id: null, name: ANSWER_NAME }, text, state: "queued", at: now, to: event.from.address,
    internal: { automated: true, answersKeyword: true },
  });
  timers.soon(`send:${stored.entry.seq}`, now);
}
