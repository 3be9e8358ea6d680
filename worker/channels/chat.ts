import { z } from "zod";
import { isTimeZone } from "../contract/locale";
import { Greeting, VisitorDraft, WidgetConfig, type VisitorAct } from "../contract/widget";
import { inLanguage, UNWRITTEN } from "../domain/chat-texts";
import type { OfficeHours } from "../domain/office-hours";
import { normalisePhone } from "../domain/phone";
import { readPattern } from "../domain/widget";
import { defineChannel, WORDS_AND_FILES, type Handle, type InboundEvent } from "./channel";

const MAX_FILES = 10;
const FILE_BYTES = 25_000_000;

/** Sunday first, as everywhere. */
export const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Write times as 09:00");
const timeZone = z.string().max(64).refine(isTimeZone, "Not a time zone");
const site = z.string().trim().toLowerCase().refine((text) => readPattern(text) !== null, "Write a site as https://shop.example.com or *.example.com");
const sites = z.array(site).min(1, "Name at least one site").max(50);

const language = z.string().max(35).refine((tag) => { try { return Intl.getCanonicalLocales(tag)[0] === tag; } catch { return false; } }, "Name a language as de or pt-BR");
/** As many as a business can keep up to date. */
const MAX_LANGUAGES = 30;
const MAX_GREETINGS = 10;

const ChatLanguage = z.object({
  greeting: z.string().trim().max(200).default(""),
  awayMessage: z.string().trim().max(500).default(""),
  consentText: z.string().trim().max(500).default(""),
  greetings: z.array(z.string().trim().max(200)).max(MAX_GREETINGS).default([]),
});

export const ChatSettings = z.object({
  origins: z.union([sites, z.string().max(5_000).transform((text) => text.split(/[\s,]+/).filter(Boolean)).pipe(sites)]),
  identitySecret: z.string().min(16, "Use at least 16 characters").max(200).optional(),
  greeting: z.string().trim().max(200).default(UNWRITTEN.en.greeting),
  colour: WidgetConfig.shape.colour.default("#1d4a40"),
  position: WidgetConfig.shape.position.default("right"),
  preChat: WidgetConfig.shape.preChat.max(3).default([]),
  awayMessage: z.string().trim().max(500).default(UNWRITTEN.en.awayMessage),
  /** `account`: the account's office hours count instead of `officeHours`. */
  hoursFrom: z.enum(["own", "account"]).default("own"),
  officeHours: z.object({ timeZone, hours: z.array(z.object({ day: z.enum(WEEKDAYS), from: time, to: time })).max(50) }).nullish(),
  theme: WidgetConfig.shape.theme.default("auto"),
  icon: WidgetConfig.shape.icon.default("bubble"),
  /** The attachment that holds the picture. */
  logo: z.string().regex(/^(a_[a-z0-9]{1,40})?$/, "Upload a picture first").default(""),
  greetings: z.array(Greeting).max(MAX_GREETINGS).default([]),
  consentText: z.string().trim().max(500).default(""),
  /** The same texts in other languages, by BCP 47 tag; what is left empty is said as above. */
  languages: z.record(language, ChatLanguage).refine((given) => Object.keys(given).length <= MAX_LANGUAGES, `At most ${MAX_LANGUAGES} languages`).default({}),
  sound: z.boolean().default(false),
  rating: z.boolean().default(true),
  transcript: z.boolean().default(true),
  /** Minutes an answer waits unread before it is also mailed; 0: never. */
  emailAfterMinutes: z.int().min(0).max(1_440).default(10),
  /** The connection that mails it; empty: the first that can. */
  mailbox: z.string().max(60).default(""),
});
export type ChatSettings = z.infer<typeof ChatSettings>;

/** The hours of one chat: its own, or the account's. Null: somebody is always there. */
export function hoursOf({ hoursFrom, officeHours }: ChatSettings, account: OfficeHours | null, holidays: readonly string[]): OfficeHours | null {
  if (hoursFrom === "account") return account;
  return officeHours ? { timeZone: officeHours.timeZone, days: WEEKDAYS.map((name) => officeHours.hours.filter(({ day }) => day === name)), holidays } : null;
}

/** The bubble on a customer's own site. Visitors reach us through `/widget` with a signed token, never through `/hooks`. */
export const chat = defineChannel({
  provider: "chat",
  kind: "chat",
  title: "Live chat",
  reaches: [{ kind: "visitor", scoped: true }],
  settings: ChatSettings,
  fields: [
    { key: "origins", label: "Sites", help: "Where the chat may appear, such as https://shop.example.com or *.example.com. Several are separated by commas.", secret: false },
    { key: "greeting", label: "Greeting", help: "The first line a visitor reads.", secret: false, optional: true },
    { key: "colour", label: "Colour", help: "Of the bubble and the header, such as #1d4a40.", secret: false, optional: true },
    { key: "position", label: "Position", help: "Which corner of the page the bubble sits in.", secret: false, optional: true, options: ["right", "left"] },
    { key: "awayMessage", label: "Away message", help: "Shown outside office hours.", secret: false, optional: true },
    { key: "identitySecret", label: "Identity secret", help: "Your server signs the ids of logged-in customers with it, so that nobody can pretend to be them.", secret: true, optional: true },
  ],
  shown: Object.keys(ChatSettings.shape).filter((key) => key !== "identitySecret"),
  capabilities: {
    text: { max: 10_000, unit: "characters" },
    subject: false, html: false, copies: false,
    media: { max: MAX_FILES, bytes: MAX_FILES * FILE_BYTES, types: ["*/*"], limits: [], together: true, caption: true },
    ...WORDS_AND_FILES,
    buttons: { max: 10, characters: 60, words: null, links: true },
    typing: true, readReceipts: true, deliveryReceipts: true,
    start: false, resend: "safe", transport: "visitor", perSecond: 50,
  },
  explain: () => null,
  // A request to /hooks carries no proof that we could check.
  verify: () => Promise.resolve(false),
  receive: (request, { country, settings }) => {
    const visitor = request.headers["x-visitor"];
    if (!visitor) throw new Error("a chat message without a visitor");
    const draft = VisitorDraft.parse(JSON.parse(new TextDecoder().decode(request.body)));
    const { name, email, phone, consent } = draft.preChat ?? {};
    const person = visitorHandle(visitor, vouchedIn(request.headers["x-vouched"]), country);
    const from: Handle = { ...person, ...(!person.name && name && { name }), ...((email || phone) && { claims: { ...(email && { email: email.toLowerCase() }), ...(phone && { phone }) } }) };
    // In the words that they have read.
    const { consentText } = inLanguage(settings, draft.locale);
    const agreed: InboundEvent[] = consent && consentText !== ""
      ? [{ kind: "activity", externalId: `${draft.clientId}:consent`, person, type: "agreed", text: `Agreed to: “${consentText}”`, data: { text: consentText }, at: request.receivedAt }] : [];
    return Promise.resolve([...agreed, {
      kind: "message" as const,
      externalId: draft.clientId,
      from,
      text: draft.text,
      ...(draft.tapped !== undefined && { content: { kind: "choice" as const, how: "quick-reply" as const, payload: null, description: null } }),
      media: draft.attachments.map((id) => ({ ref: `${UPLOAD}${id}`, type: "application/octet-stream" })),
      at: request.receivedAt,
    }]);
  },
  continues: ({ emailAfterMinutes, mailbox }) => (emailAfterMinutes === 0 ? null : { afterMs: emailAfterMinutes * 60_000, mailbox }),
});

const Vouched = z.object({ name: z.string().optional(), email: z.string().optional(), phone: z.string().optional() });
/** What the site's server has proved of a visitor besides who they are. */
export type Vouched = z.infer<typeof Vouched>;

/** As a header value: those are ASCII. */
export const vouchedHeader = (vouched: Vouched): string => encodeURIComponent(JSON.stringify(vouched));
const vouchedIn = (header: string | undefined): Vouched => (header === undefined ? {} : Vouched.parse(JSON.parse(decodeURIComponent(header))));

/** A visitor by all the addresses that were proved. `country` is for numbers without +. */
export function visitorHandle(visitor: string, { name, email, phone }: Vouched, country: string): Handle {
  const number = phone === undefined ? null : normalisePhone(phone, country);
  const aliases: NonNullable<Handle["aliases"]> = [...(email ? [{ kind: "email" as const, address: email.toLowerCase() }] : []), ...(number?.startsWith("+") ? [{ kind: "phone" as const, address: number }] : [])];
  return { kind: "visitor", address: visitor, ...(name && { name }), ...(aliases.length > 0 && { aliases }) };
}

/** What a visitor did, as a line of the thread. */
export function actEvent(act: VisitorAct, person: Handle, at: number): InboundEvent {
  const common = { kind: "activity" as const, externalId: act.clientId, person, at };
  switch (act.type) {
    case "end": return { ...common, type: "chat-ended", text: "Ended the chat" };
    case "rating": return { ...common, type: "rating", text: `Rated the chat ${act.stars} of 5${act.comment ? `: “${act.comment}”` : ""}`, data: { stars: act.stars, comment: act.comment } };
    case "event": {
      const told = Object.entries(act.data).map(([key, value]) => `${key}: ${value}`).join(", ");
      return { ...common, type: "site-event", text: told ? `${act.name} (${told})` : act.name, data: { name: act.name, ...act.data } };
    }
  }
}

/** Marks media that the visitor has uploaded to us already: what follows is the id of the attachment. */
export const UPLOAD = "upload:";
