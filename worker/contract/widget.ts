import { z } from "zod";
import { Attachment, EntryState } from "./entry";

/** How the bubble and panel look and behave; set by an admin, read by anyone who opens the page. */
export const WidgetConfig = z.object({
  name: z.string(),
  greeting: z.string(),
  colour: z.string().regex(/^#[0-9a-f]{6}$/i),
  position: z.enum(["left", "right"]),
  preChat: z.array(z.object({ key: z.enum(["name", "email", "phone"]), required: z.boolean() })),
  online: z.boolean().describe("a colleague is here or it is within office hours"),
  awayMessage: z.string(),
}).meta({ id: "WidgetConfig" });
export type WidgetConfig = z.infer<typeof WidgetConfig>;

export const VisitorStart = z.object({
  token: z.string().max(2_000).optional().describe("from an earlier visit"),
  page: z.object({ url: z.string().max(2_000), title: z.string().max(300), referrer: z.string().max(2_000).default("") }).optional(),
  locale: z.string().max(35).optional(),
  timeZone: z.string().max(64).optional(),
  cookie: z.enum(["use", "replace"]).optional().describe("the browser denies the frame any storage: keep the token in a partitioned cookie; `replace` forgets the one that is there"),
  identity: z.object({ userId: z.string().min(1).max(200), hash: z.string().max(64) }).optional().describe("a logged-in customer; `hash` is hex HMAC-SHA256(identitySecret, userId), made on the site's own server"),
});
export type VisitorStart = z.infer<typeof VisitorStart>;

export const PreChat = z.object({ name: z.string().trim().max(100).optional(), email: z.email().max(254).optional(), phone: z.string().trim().max(30).optional() });
export type PreChat = z.infer<typeof PreChat>;

/** A message as the visitor sees it: never a comment, never another channel. */
export const VisitorMessage = z.object({
  clientId: z.string().optional().describe("of the visitor's own message: the draft it came from"),
  id: z.string(), rev: z.int(), seq: z.int(), mine: z.boolean(), author: z.string(), text: z.string(),
  state: EntryState.nullable(), attachments: z.array(Attachment), at: z.iso.datetime(), deleted: z.boolean(),
});
export type VisitorMessage = z.infer<typeof VisitorMessage>;

export const VisitorSession = z.object({ token: z.string(), visitorId: z.string(), config: WidgetConfig, conversationId: z.string().nullable(), messages: z.array(VisitorMessage), cursor: z.int(), asked: z.boolean().describe("the pre-chat form has been answered"), vouched: z.boolean().optional().describe("the site proved who this is; such a token is not kept in the browser") });
export type VisitorSession = z.infer<typeof VisitorSession>;

export const VisitorDraft = z.object({ clientId: z.uuid(), text: z.string().max(10_000).default(""), attachments: z.array(z.string()).max(10).default([]), preChat: PreChat.optional(), page: VisitorStart.shape.page });
export type VisitorDraft = z.infer<typeof VisitorDraft>;

/** `/live/visitor`; the token travels as a WebSocket subprotocol, never in the URL. */
export const VisitorFrame = z.discriminatedUnion("type", [
  z.object({ type: z.literal("sync"), from: z.int(), to: z.int(), more: z.boolean(), messages: z.array(VisitorMessage), readBy: z.iso.datetime().nullable() }),
  z.object({ type: z.literal("reset"), reason: z.string() }),
  z.object({ type: z.literal("typing"), name: z.string(), on: z.boolean() }),
]);
export type VisitorFrame = z.infer<typeof VisitorFrame>;

export const VisitorClientFrame = z.discriminatedUnion("type", [
  z.object({ type: z.literal("sync"), cursor: z.int().nonnegative() }),
  z.object({ type: z.literal("typing"), on: z.boolean() }),
  z.object({ type: z.literal("read"), seq: z.int().nonnegative() }),
  z.object({ type: z.literal("delivered"), seq: z.int().nonnegative() }),
  z.object({ type: z.literal("page"), url: z.string().max(2_000), title: z.string().max(300) }),
]);
export type VisitorClientFrame = z.infer<typeof VisitorClientFrame>;
