import { z } from "zod";
import { Attachment, EntryState } from "./entry";
import { WIDGET_ICONS, type WidgetIcon } from "./widget-icons";

/** A line that comes out of the bubble by itself. */
export const Greeting = z.object({
  text: z.string().trim().min(1).max(200),
  pages: z.string().trim().max(200).default("").describe("where: a part of the page's address, `*` stands for anything; empty: everywhere"),
  afterSeconds: z.int().min(0).max(3_600).default(10),
  visitors: z.enum(["all", "new", "returning"]).default("all").describe("returning: has opened this chat before"),
});
export type Greeting = z.infer<typeof Greeting>;

/** How the bubble and panel look and behave; set by an admin, read by anyone who opens the page. */
export const WidgetConfig = z.object({
  name: z.string(),
  greeting: z.string(),
  colour: z.string().regex(/^#[0-9a-f]{6}$/i),
  position: z.enum(["left", "right"]),
  preChat: z.array(z.object({ key: z.enum(["name", "email", "phone"]), required: z.boolean() })),
  online: z.boolean().describe("a colleague is here or it is within office hours"),
  awayMessage: z.string(),
  backAt: z.iso.datetime().nullable().optional().describe("when nobody is here: when somebody is again; null: not in sight"),
  theme: z.enum(["auto", "light", "dark"]).describe("auto: as the page around it"),
  icon: z.enum(Object.keys(WIDGET_ICONS) as [WidgetIcon, ...WidgetIcon[]]),
  mark: z.string().describe("the icon's path on a 24 by 24 grid"),
  logo: z.string().nullable().describe("where the picture is, under our own origin; the address ends some day"),
  greetings: z.array(Greeting),
  consentText: z.string().describe("what a visitor agrees to before the questions are sent; empty: nothing"),
  sound: z.boolean().describe("new messages ring until the visitor switches it off"),
  rating: z.boolean().describe("a chat that ends is rated"),
  transcript: z.boolean().describe("the visitor may have the chat mailed to them"),
}).meta({ id: "WidgetConfig" });
export type WidgetConfig = z.infer<typeof WidgetConfig>;

/** A logged-in customer, proved by the site's own server. */
export const VisitorIdentity = z.union([
  z.object({ token: z.string().max(4_000).describe("a JSON Web Token, HS256 with the identity secret: `sub` and `exp`, and if you like `name`, `email`, `phone`") }),
  z.object({ userId: z.string().min(1).max(200), hash: z.string().max(64).describe("hex HMAC-SHA256(identity secret, userId)") }),
]);
export type VisitorIdentity = z.infer<typeof VisitorIdentity>;

export const VisitorStart = z.object({
  token: z.string().max(2_000).optional().describe("from an earlier visit"),
  page: z.object({ url: z.string().max(2_000), title: z.string().max(300), referrer: z.string().max(2_000).default("") }).optional(),
  locale: z.string().max(35).optional(),
  timeZone: z.string().max(64).optional(),
  cookie: z.enum(["use", "replace"]).optional().describe("the browser denies the frame any storage: keep the token in a partitioned cookie; `replace` forgets the one that is there"),
  identity: VisitorIdentity.optional(),
});
export type VisitorStart = z.infer<typeof VisitorStart>;

export const PreChat = z.object({ name: z.string().trim().max(100).optional(), email: z.email().max(254).optional(), phone: z.string().trim().max(30).optional(), consent: z.boolean().optional().describe("they agreed to the consent text") });
export type PreChat = z.infer<typeof PreChat>;

/** A message as the visitor sees it: never a comment, never another channel. */
export const VisitorMessage = z.object({
  clientId: z.string().optional().describe("of the visitor's own message: the draft it came from"),
  id: z.string(), rev: z.int(), seq: z.int(), mine: z.boolean(), author: z.string(), text: z.string(),
  state: EntryState.nullable(), attachments: z.array(Attachment), at: z.iso.datetime(), deleted: z.boolean(),
  buttons: z.array(z.object({ text: z.string(), url: z.string().nullable() })).optional().describe("answers to tap"),
  byMail: z.boolean().optional().describe("said by email, after the visitor had gone"),
});
export type VisitorMessage = z.infer<typeof VisitorMessage>;

export const VisitorSession = z.object({ token: z.string(), visitorId: z.string(), config: WidgetConfig, conversationId: z.string().nullable(), messages: z.array(VisitorMessage), cursor: z.int(), asked: z.boolean().describe("the pre-chat form has been answered"), vouched: z.boolean().optional().describe("the site proved who this is; such a token is not kept in the browser"), closed: z.boolean().optional().describe("the team has closed the conversation") });
export type VisitorSession = z.infer<typeof VisitorSession>;

export const VisitorDraft = z.object({ clientId: z.uuid(), text: z.string().max(10_000).default(""), attachments: z.array(z.string()).max(10).default([]), preChat: PreChat.optional(), page: VisitorStart.shape.page, locale: VisitorStart.shape.locale.describe("the language in which they read the texts"), tapped: z.string().max(200).optional().describe("the message whose button said this") });
export type VisitorDraft = z.infer<typeof VisitorDraft>;

/** What a visitor does besides writing. The same `clientId` again changes nothing. */
export const VisitorAct = z.discriminatedUnion("type", [
  z.object({ type: z.literal("end"), clientId: z.uuid() }),
  z.object({ type: z.literal("rating"), clientId: z.uuid(), stars: z.int().min(1).max(5), comment: z.string().trim().max(1_000).default("") }),
  z.object({
    type: z.literal("event"), clientId: z.uuid(), name: z.string().trim().min(1).max(80),
    data: z.record(z.string().max(60), z.union([z.string().max(300), z.number(), z.boolean(), z.null()])).refine((data) => Object.keys(data).length <= 20, "At most 20 values").default({}),
  }).describe("something the site tells of the visitor: unproven"),
]);
export type VisitorAct = z.infer<typeof VisitorAct>;

export const TranscriptDraft = z.object({ email: z.email().max(254), locale: z.string().max(35).optional(), timeZone: z.string().max(64).optional() });
export type TranscriptDraft = z.infer<typeof TranscriptDraft>;

/** Pages of one visit that are told; older ones are forgotten. */
export const MAX_PAGES = 20;

/** `/live/visitor`; the token travels as a WebSocket subprotocol, never in the URL. */
export const VisitorFrame = z.discriminatedUnion("type", [
  z.object({ type: z.literal("sync"), from: z.int(), to: z.int(), more: z.boolean(), messages: z.array(VisitorMessage), readBy: z.iso.datetime().nullable() }),
  z.object({ type: z.literal("reset"), reason: z.string() }),
  z.object({ type: z.literal("typing"), name: z.string(), on: z.boolean() }),
  z.object({ type: z.literal("closed"), closed: z.boolean() }),
]);
export type VisitorFrame = z.infer<typeof VisitorFrame>;

export const VisitorClientFrame = z.discriminatedUnion("type", [
  z.object({ type: z.literal("sync"), cursor: z.int().nonnegative() }),
  z.object({ type: z.literal("typing"), on: z.boolean() }),
  z.object({ type: z.literal("read"), seq: z.int().nonnegative() }),
  z.object({ type: z.literal("delivered"), seq: z.int().nonnegative() }),
  z.object({ type: z.literal("page"), url: z.string().max(2_000), title: z.string().max(300) }),
  z.object({
    type: z.literal("visit"), locale: z.string().max(35), timeZone: z.string().max(64), referrer: z.string().max(500),
    pages: z.array(z.object({ url: z.string().max(500), title: z.string().max(150), at: z.iso.datetime() })).max(MAX_PAGES),
  }).describe("said after each connect: what a visit was so far, the newest page last"),
]);
export type VisitorClientFrame = z.infer<typeof VisitorClientFrame>;
