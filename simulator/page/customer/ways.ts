import type { ChannelKind } from "../../../worker/contract/channel";
import type { InboundResult, WorldMessage } from "../../api";
import { APPS, writerOf } from "../apps/apps";
import type { Review } from "../../google/review";
import type { Persona } from "../personas";
import type { World } from "../world";

/** A line of everything between a person and the business, by whichever way it went. */
export interface Line { id: string; kind: ChannelKind; own: boolean; at: string; text: string }

/** A way in which a person may reach the business. */
export interface Way {
  id: string;
  kind: ChannelKind;
  name: string;
  /** What the business knows them by there. */
  as: string;
  write(text: string): Promise<InboundResult>;
  lines(): Line[];
}

const SMS_PROVIDERS: readonly string[] = ["twilio", "telnyx"];
const KINDS: Readonly<Record<string, ChannelKind>> = { whatsapp: "whatsapp", messenger: "messenger", instagram: "instagram", tiktok: "tiktok", "google-rcs": "google" };
const SUBJECT_LETTERS = 60;
/** Of a review that is written in passing. */
const STARS = 4;

const reviewLines = ({ name, comment, createTime, reviewReply }: Review): Line[] => [
  { id: name, kind: "google", own: true, at: createTime, text: comment ?? "Stars without words" },
  ...(reviewReply ? [{ id: `${name}/reply`, kind: "google" as const, own: false, at: reviewReply.updateTime, text: reviewReply.comment }] : []),
];

const lineOf = (kind: ChannelKind, message: WorldMessage): Line =>
  ({ id: message.id, kind, own: message.by === "customer", at: message.at, text: message.mail?.subject || message.text || message.media[0]?.name || message.app?.kind || "" });

/** What no phone or mailbox keeps: the chat of the web page, and reviews. */
export interface Elsewhere { chat(): readonly Line[]; reviews(): readonly Review[] }

/** All ways of this person that are connected. */
export function waysOf(world: World, persona: Persona, { chat, reviews }: Elsewhere): Way[] {
  const at = (provider: string) => world.connections().find((connection) => connection.provider === provider);
  const phone = (providers: readonly string[], customer: string) => world.threads.phones.filter((thread) => providers.includes(thread.provider) && thread.customer === customer && !thread.group).flatMap(({ messages }) => messages);
  const ways: Way[] = [];
  const line = world.connections().find(({ provider }) => SMS_PROVIDERS.includes(provider));
  if (line) ways.push({
    id: "sms", kind: "sms", name: "Text message", as: persona.phone,
    write: (text) => world.text(line.provider, { from: persona.phone, to: line.address, text }), lines: () => phone(SMS_PROVIDERS, persona.phone).map((one) => lineOf("sms", one)),
  });
  for (const app of APPS) {
    const connection = at(app.provider);
    const kind = KINDS[app.provider];
    if (connection && kind) ways.push({
      id: app.provider, kind, name: app.name, as: app.idOf(persona),
      write: (text) => world.app(app.provider, { kind: "text", ...writerOf(app, persona), to: connection.address, text }), lines: () => phone([app.provider], app.idOf(persona)).map((one) => lineOf(kind, one)),
    });
  }
  const [mailbox] = world.mailboxes();
  if (mailbox !== undefined) ways.push({
    id: "mail", kind: "email", name: "Email", as: persona.email,
    write: (text) => world.mail({ from: persona.email, fromName: persona.name, to: mailbox, subject: text.slice(0, SUBJECT_LETTERS), text: `${text}\n\n${persona.name}` }),
    lines: () => (world.threads.mailboxes.find(({ address }) => address === persona.email)?.messages ?? []).map((one) => lineOf("email", one)),
  });
  if (at("chat")) ways.push({ id: "chat", kind: "chat", name: "Website chat", as: persona.name, write: (text) => world.chat({ visitor: persona.email, name: persona.name, email: persona.email, text }), lines: () => [...chat()] });
  if (at("google-reviews")) ways.push({
    id: "review", kind: "google", name: "Google review", as: persona.name, write: (text) => world.review({ from: persona.email, name: persona.name, stars: STARS, text }),
    lines: () => reviews().filter(({ reviewer }) => reviewer.displayName === persona.name).flatMap((one) => reviewLines(one)),
  });
  return ways;
}

export const inOrder = (lines: readonly Line[]): Line[] => lines.toSorted((a, b) => a.at.localeCompare(b.at));
