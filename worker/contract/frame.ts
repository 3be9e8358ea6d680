import { z } from "zod";
import { ChannelKind } from "./channel";
import { ConversationRow, MemberState } from "./conversation";
import { Entry } from "./entry";

/** Where a client stands; anything unreadable means "from the beginning", which is always safe. */
export const Cursor = z.coerce.number().int().nonnegative().catch(0);

/** A client's frame is at most this long: nothing we accept needs more. */
export const MAX_CLIENT_FRAME_BYTES = 16_384;
/** A server's frame is cut into pages of about this size: hibernated sockets fail just under 1 MB. */
export const MAX_SERVER_FRAME_BYTES = 256_000;

/** One colleague at this conversation. `draft` is what they have typed so far in a reply. */
export const Presence = z.object({ memberId: z.string(), name: z.string(), state: z.enum(["viewing", "typing"]), mode: z.enum(["reply", "comment"]).nullable(), draft: z.string().nullable() });
export type Presence = z.infer<typeof Presence>;

/** The visitor of a chat, as their browser says: unproven, and the addresses without credentials. */
export const VisitorPresence = z.object({
  online: z.boolean(), typing: z.boolean(), page: z.object({ url: z.string(), title: z.string() }).nullable(),
  visit: z.object({
    locale: z.string(), timeZone: z.string(), referrer: z.string().nullable(),
    pages: z.array(z.object({ url: z.string(), title: z.string(), at: z.iso.datetime() })).describe("of this visit, the newest last"),
    lastAt: z.iso.datetime().describe("when their browser last told of it"),
  }).nullable().optional(),
});
export type VisitorPresence = z.infer<typeof VisitorPresence>;

/** The customer is writing in a messenger app; it is over at `until`, or when their message comes. */
export const Writing = z.object({ channel: ChannelKind, until: z.iso.datetime() });
export type Writing = z.infer<typeof Writing>;

/** `/live/conversations/{id}`. `to` is the client's next cursor; `more` says a page ended before the head. */
export const ConversationFrame = z.discriminatedUnion("type", [
  z.object({ type: z.literal("sync"), from: z.int(), to: z.int(), more: z.boolean(), entries: z.array(Entry), conversation: ConversationRow.nullable(), mine: MemberState.nullable() }),
  z.object({ type: z.literal("reset"), reason: z.string() }),
  z.object({ type: z.literal("presence"), members: z.array(Presence), visitor: VisitorPresence.nullable(), writing: Writing.nullable().optional() }),
]);
export type ConversationFrame = z.infer<typeof ConversationFrame>;

/** What a member may say on that socket. */
export const ConversationClientFrame = z.discriminatedUnion("type", [
  z.object({ type: z.literal("sync"), cursor: z.int().nonnegative() }),
  z.object({ type: z.literal("typing"), on: z.boolean(), mode: z.enum(["reply", "comment"]), draft: z.string().max(300).nullable(), channel: ChannelKind.nullable().optional().describe("what the answer is written for: only that channel hears of it") }),
]);
export type ConversationClientFrame = z.infer<typeof ConversationClientFrame>;

/** `/live/feed`. `removed` are conversations this member may no longer see. */
export const FeedFrame = z.discriminatedUnion("type", [
  z.object({ type: z.literal("sync"), from: z.int(), to: z.int(), more: z.boolean(), rows: z.array(ConversationRow), mine: z.array(MemberState), removed: z.array(z.string()) }),
  z.object({ type: z.literal("reset"), reason: z.string() }),
  z.object({ type: z.literal("online"), memberIds: z.array(z.string()) }),
  z.object({ type: z.literal("changed"), what: z.enum(["members", "teams", "labels", "connections", "templates", "settings", "contacts", "pictures"]), ids: z.array(z.string()).optional().describe("of the contacts that became one, or two") }),
]);
export type FeedFrame = z.infer<typeof FeedFrame>;

/** The close code that tells a client its rights changed: it signs in again instead of retrying. */
export const CLOSE_UNAUTHORIZED = 4401;
