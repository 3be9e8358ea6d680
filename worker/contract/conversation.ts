import { z } from "zod";
import { ChannelKind } from "./channel";
import { ConsentState } from "./contact";
import { Author, EntryKind, EntryState } from "./entry";

export const Status = z.enum(["open", "snoozed", "closed"]).meta({ id: "ConversationStatus" });
export type Status = z.infer<typeof Status>;

export const Preview = z.object({
  entryId: z.string(),
  kind: EntryKind,
  channel: ChannelKind.nullable(),
  direction: z.enum(["in", "out"]).nullable(),
  author: Author,
  text: z.string().describe("at most 160 characters"),
  state: EntryState.nullable(),
}).meta({ id: "Preview" });
export type Preview = z.infer<typeof Preview>;

/** The list row, the same for every member. A higher `version` replaces a lower one. */
export const ConversationRow = z.object({
  id: z.string(),
  version: z.int(),
  kind: z.enum(["customer", "group", "review", "internal"]),
  contactId: z.string(),
  contactName: z.string(),
  status: Status,
  subject: z.string().nullable(),
  assigneeId: z.string().nullable(),
  teamId: z.string().nullable(),
  followerIds: z.array(z.string()),
  labelIds: z.array(z.string()),
  channels: z.array(ChannelKind).describe("every channel used so far, last used first"),
  connectionId: z.string().nullable().describe("of the last inbound message"),
  preview: Preview.nullable(),
  lastAt: z.iso.datetime(),
  inboundCount: z.int().describe("customer messages so far; unread is this minus what a member has read"),
  needsReply: z.boolean(),
  waitingSince: z.iso.datetime().nullable().describe("the oldest unanswered customer message"),
  failed: z.boolean().describe("a message of ours failed or is unknown and nobody has dealt with it"),
  scheduled: z.int(),
  snoozedUntil: z.iso.datetime().nullable(),
  wakeOnReply: z.boolean(),
  closedAt: z.iso.datetime().nullable(),
  closeReason: z.string().nullable(),
  createdAt: z.iso.datetime(),
  stars: z.int().optional().describe("of a review; 0: without stars"),
}).meta({ id: "ConversationRow" });
export type ConversationRow = z.infer<typeof ConversationRow>;

/** What one member has done with a conversation. */
export const MemberState = z.object({
  conversationId: z.string(),
  readCount: z.int(),
  starred: z.boolean(),
  draft: z.boolean(),
}).meta({ id: "MemberState" });
export type MemberState = z.infer<typeof MemberState>;

export const Conversation = ConversationRow.extend({ mine: MemberState }).meta({ id: "Conversation" });
export type Conversation = z.infer<typeof Conversation>;

export const ConversationPage = z.object({ items: z.array(Conversation), nextCursor: z.string().nullable() }).meta({ id: "ConversationPage" });
export type ConversationPage = z.infer<typeof ConversationPage>;

export const View = z.enum(["mine", "unassigned", "following", "all"]);
export type View = z.infer<typeof View>;
export const Tab = z.enum(["recent", "unread", "needs-reply", "starred", "open", "snoozed", "closed", "scheduled"]);
export type Tab = z.infer<typeof Tab>;

/** All given conditions must hold. `tab: recent` shows what is open; search (`q`) looks everywhere. */
export const ConversationFilter = z.strictObject({
  view: View.optional(),
  tab: Tab.optional(),
  teamId: z.string().optional(),
  assigneeId: z.string().optional(),
  labelId: z.string().optional(),
  channel: ChannelKind.optional(),
  connectionId: z.string().optional(),
  contactId: z.string().optional(),
  stars: z.int().min(0).max(5).optional().describe("reviews with as many stars"),
  q: z.string().max(200).optional().describe("name, address or words of a message"),
}).meta({ id: "ConversationFilter" });
export type ConversationFilter = z.infer<typeof ConversationFilter>;

export const Sort = z.enum(["newest", "oldest", "waiting-longest"]);
export type Sort = z.infer<typeof Sort>;

export const Counts = z.object({ views: z.record(z.string(), z.int()), tabs: z.record(z.string(), z.int()), channels: z.record(z.string(), z.int()), labels: z.record(z.string(), z.int()), teams: z.record(z.string(), z.int()) }).meta({ id: "Counts" });
export type Counts = z.infer<typeof Counts>;

/** Every field is optional; what is given is set. The same value again changes nothing. */
export const ConversationPatch = z.strictObject({
  status: Status.optional(),
  snoozedUntil: z.iso.datetime({ offset: true }).nullable().optional(),
  wakeOnReply: z.boolean().optional(),
  closeReason: z.string().max(200).nullable().optional(),
  assigneeId: z.string().nullable().optional(),
  teamId: z.string().nullable().optional(),
  addFollowers: z.array(z.string()).max(50).optional(),
  removeFollowers: z.array(z.string()).max(50).optional(),
  addLabels: z.array(z.string()).max(50).optional(),
  removeLabels: z.array(z.string()).max(50).optional(),
  needsReply: z.literal(false).optional().describe("dismiss: this needs no answer"),
  starred: z.boolean().optional().describe("for yourself"),
  readCount: z.int().min(0).optional().describe("for yourself; moves forward only, unless `unreadFrom` is given"),
  unreadFrom: z.string().optional().describe("for yourself: mark unread from this entry on"),
}).meta({ id: "ConversationPatch" });
export type ConversationPatch = z.infer<typeof ConversationPatch>;

/** One of a group text: their own contact, and whether they may be written to. */
export const GroupMember = z.object({ address: z.string(), contactId: z.string(), name: z.string().describe("the address, where they have told no name"), consent: ConsentState }).meta({ id: "GroupMember" });
export type GroupMember = z.infer<typeof GroupMember>;

export const ConversationStart = z.strictObject({
  contactId: z.string().optional(),
  phones: z.array(z.string().trim().min(3).max(40)).min(2).max(9).optional().describe("instead of a contact: everybody of a group text but us"),
  connectionId: z.string().optional().describe("of a group: the number it leaves from; left out, the oldest whose carrier has groups"),
}).refine(({ contactId, phones }) => (contactId === undefined) !== (phones === undefined), { message: "Give either contactId or phones" }).meta({ id: "ConversationStart" });
export type ConversationStart = z.infer<typeof ConversationStart>;
