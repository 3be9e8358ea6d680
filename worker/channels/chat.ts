import { z } from "zod";
import { VisitorDraft, WidgetConfig } from "../contract/widget";
import { readPattern, WEEKDAYS } from "../domain/widget";
import { defineChannel, WORDS_AND_FILES } from "./channel";

const MAX_FILES = 10;
const FILE_BYTES = 25_000_000;

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Write times as 09:00");
const timeZone = z.string().max(64).refine((zone) => { try { return Boolean(new Intl.DateTimeFormat("en", { timeZone: zone })); } catch { return false; } }, "Not a time zone");
const site = z.string().trim().toLowerCase().refine((text) => readPattern(text) !== null, "Write a site as https://shop.example.com or *.example.com");
const sites = z.array(site).min(1, "Name at least one site").max(50);

export const ChatSettings = z.object({
  origins: z.union([sites, z.string().max(5_000).transform((text) => text.split(/[\s,]+/).filter(Boolean)).pipe(sites)]),
  identitySecret: z.string().min(16, "Use at least 16 characters").max(200).optional(),
  greeting: z.string().trim().max(200).default("Hello. How can we help?"),
  colour: WidgetConfig.shape.colour.default("#1d4a40"),
  position: WidgetConfig.shape.position.default("right"),
  preChat: WidgetConfig.shape.preChat.max(3).default([]),
  awayMessage: z.string().trim().max(500).default("We are away right now. Leave a message and we will answer here."),
  officeHours: z.object({ timeZone, hours: z.array(z.object({ day: z.enum(WEEKDAYS), from: time, to: time })).max(50) }).optional(),
});
export type ChatSettings = z.infer<typeof ChatSettings>;

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
  capabilities: {
    text: { max: 10_000, unit: "characters" },
    subject: false, html: false, copies: false,
    media: { max: MAX_FILES, bytes: MAX_FILES * FILE_BYTES, types: ["*/*"], limits: [], together: true, caption: true },
    ...WORDS_AND_FILES,
    typing: true, readReceipts: true, deliveryReceipts: true,
    start: false, resend: "safe", transport: "visitor", perSecond: 50,
  },
  explain: () => null,
  // A request to /hooks carries no proof that we could check.
  verify: () => Promise.resolve(false),
  /** `x-visitor` is set by the widget route once it has checked the token. Throws on a body that route would have refused. */
  receive: (request) => {
    const visitor = request.headers["x-visitor"];
    if (!visitor) throw new Error("a chat message without a visitor");
    const draft = VisitorDraft.parse(JSON.parse(new TextDecoder().decode(request.body)));
    const { name, email, phone } = draft.preChat ?? {};
    return Promise.resolve([{
      kind: "message" as const,
      externalId: draft.clientId,
      from: { kind: "visitor" as const, address: visitor, ...(name && { name }), ...((email || phone) && { claims: { ...(email && { email: email.toLowerCase() }), ...(phone && { phone }) } }) },
      text: draft.text,
      media: draft.attachments.map((id) => ({ ref: `${UPLOAD}${id}`, type: "application/octet-stream" })),
      at: request.receivedAt,
    }]);
  },
});

/** Marks media that the visitor has uploaded to us already: what follows is the id of the attachment. */
export const UPLOAD = "upload:";
