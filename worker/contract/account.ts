import { z } from "zod";
import { isTimeZone } from "./locale";

/** *restricted* sees only what is assigned to them or their team, or what they follow. */
export const Role = z.enum(["owner", "admin", "agent", "restricted"]).meta({ id: "Role" });
export type Role = z.infer<typeof Role>;

export const Member = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: Role,
  teamIds: z.array(z.string()),
  disabled: z.boolean(),
  createdAt: z.iso.datetime(),
}).meta({ id: "Member" });
export type Member = z.infer<typeof Member>;

export const Team = z.object({ id: z.string(), name: z.string(), memberIds: z.array(z.string()) }).meta({ id: "Team" });
export type Team = z.infer<typeof Team>;
export const TeamDraft = z.strictObject({ name: z.string().trim().min(1).max(60), memberIds: z.array(z.string()).max(500).optional() }).meta({ id: "TeamDraft" });
export type TeamDraft = z.infer<typeof TeamDraft>;

export const Label = z.object({ id: z.string(), name: z.string(), colour: z.int().min(1).max(5), archived: z.boolean() }).meta({ id: "Label" });
export type Label = z.infer<typeof Label>;
export const LabelDraft = z.strictObject({ name: z.string().trim().min(1).max(40), colour: z.int().min(1).max(5).optional(), archived: z.boolean().optional() }).meta({ id: "LabelDraft" });
export type LabelDraft = z.infer<typeof LabelDraft>;

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Write a time as 21:30");
/** Wall time. One that ends at or before it begins ends on the next day: 21:00 to 08:00 is a night, 00:00 to 00:00 a whole day. */
export const QuietInterval = z.object({ from: clock, to: clock }).meta({ id: "QuietInterval" });
export type QuietInterval = z.infer<typeof QuietInterval>;

/**
 * When messages do not go out by themselves, in the contact's own time zone, or the account's where theirs is not known.
 * Automated messages wait until it is over, and so do scheduled ones; an answer within 30 minutes of the customer's message never waits.
 */
export const QuietHours = z.object({
  on: z.boolean(),
  days: z.array(z.array(QuietInterval).max(6)).length(7).describe("by the day on which they begin, Sunday first; an empty list: none begin on that day"),
  holidays: z.array(z.iso.date()).max(200).describe("quiet from midnight to midnight"),
  manual: z.enum(["allow", "warn", "block"]).describe("what a person meets who writes then; block leaves it to owners and admins"),
}).meta({ id: "QuietHours" });
export type QuietHours = z.infer<typeof QuietHours>;

/** When somebody is there, in the account's time zone. Its holidays are those of the quiet hours. */
export const AccountHours = z.object({
  days: z.array(z.array(QuietInterval).max(6)).length(7).describe("by the day on which they begin, Sunday first; an empty list: closed"),
}).meta({ id: "AccountHours" });
export type AccountHours = z.infer<typeof AccountHours>;

export const AccountSettings = z.object({
  reopenDays: z.int().min(0).max(365).default(7).describe("a message within this many days after closing reopens the conversation"),
  undoMs: z.int().min(0).max(30_000).default(5_000),
  timeZone: z.string().default("UTC"),
  country: z.string().length(2).default("US").describe("ISO 3166; how numbers without + are read"),
  quietHours: QuietHours.optional().describe("left out: none"),
  officeHours: AccountHours.nullable().optional().describe("null or left out: somebody is always there"),
  applySuspectedOptOut: z.boolean().optional().describe("free wording such as “please stop texting me” opts out at once instead of asking a person"),
}).meta({ id: "AccountSettings" });
export type AccountSettings = z.infer<typeof AccountSettings>;

export const Me = z.object({
  member: Member,
  account: z.object({ id: z.string(), name: z.string(), settings: AccountSettings }),
  signature: z.string().optional().describe("HTML below the emails you write; empty: none"),
  demo: z.boolean(),
}).meta({ id: "Me" });
export type Me = z.infer<typeof Me>;

const email = z.email().max(254).transform((value) => value.toLowerCase());
const password = z.string().min(10, "Use at least 10 characters").max(200);

export const SetUp = z.strictObject({ accountName: z.string().trim().min(1).max(80), name: z.string().trim().min(1).max(80), email, password }).meta({ id: "SetUp" });
export type SetUp = z.infer<typeof SetUp>;
export const SignIn = z.strictObject({ email: z.string().max(254), password: z.string().max(200) }).meta({ id: "SignIn" });
export type SignIn = z.infer<typeof SignIn>;
export const InvitationDraft = z.strictObject({ email, name: z.string().trim().max(80).optional(), role: Role }).meta({ id: "InvitationDraft" });
export type InvitationDraft = z.infer<typeof InvitationDraft>;
export const Invitation = z.object({ id: z.string(), email: z.string(), role: Role, expiresAt: z.iso.datetime(), url: z.string().nullable().describe("shown once, when it is made") }).meta({ id: "Invitation" });
export type Invitation = z.infer<typeof Invitation>;
export const Acceptance = z.strictObject({ token: z.string(), name: z.string().trim().min(1).max(80), password }).meta({ id: "Acceptance" });
export const ResetRequest = z.strictObject({ email: z.string().max(254) }).meta({ id: "ResetRequest" });
export const Reset = z.strictObject({ token: z.string(), password }).meta({ id: "Reset" });
export const MemberPatch = z.strictObject({ name: z.string().trim().min(1).max(80).optional(), role: Role.optional(), disabled: z.boolean().optional() }).meta({ id: "MemberPatch" });
export type MemberPatch = z.infer<typeof MemberPatch>;

export const Session = z.object({ id: z.string(), current: z.boolean(), userAgent: z.string(), createdAt: z.iso.datetime(), lastSeenAt: z.iso.datetime() }).meta({ id: "Session" });
export type Session = z.infer<typeof Session>;

/** What an API key may do; `read` is GET only. */
export const Scope = z.enum(["read", "write", "admin"]).meta({ id: "Scope" });
export type Scope = z.infer<typeof Scope>;
export const ApiKey = z.object({
  id: z.string(), name: z.string(), scopes: z.array(Scope), hint: z.string().describe("its first characters"),
  createdAt: z.iso.datetime(), lastUsedAt: z.iso.datetime().nullable(), key: z.string().nullable().describe("shown once, when it is made"),
}).meta({ id: "ApiKey" });
export type ApiKey = z.infer<typeof ApiKey>;
export const ApiKeyDraft = z.strictObject({ name: z.string().trim().min(1).max(60), scopes: z.array(Scope).min(1) }).meta({ id: "ApiKeyDraft" });
export type ApiKeyDraft = z.infer<typeof ApiKeyDraft>;

/** What the sign-in page needs before anybody has signed in. */
export const AuthState = z.object({
  setUp: z.boolean().describe("false until the first account has been made; then the set-up page is closed for good"),
  demo: z.object({ members: z.array(z.object({ email: z.string(), role: Role })), password: z.string() }).nullable().describe("only in a local state with demo data"),
}).meta({ id: "AuthState" });
export type AuthState = z.infer<typeof AuthState>;

/** What an invitation link says about itself, so that the page can greet. `known`: this person has a password here already and gives that one. */
export const InvitationPreview = z.object({ email: z.string(), name: z.string().nullable(), role: Role, accountName: z.string(), known: z.boolean() }).meta({ id: "InvitationPreview" });
export type InvitationPreview = z.infer<typeof InvitationPreview>;
export const TokenPresented = z.strictObject({ token: z.string().max(200) }).meta({ id: "TokenPresented" });
export const ResetLink = z.object({ url: z.string().describe("shown once"), expiresAt: z.iso.datetime() }).meta({ id: "ResetLink" });
export type ResetLink = z.infer<typeof ResetLink>;

/** Longer ones are letterheads. */
const SIGNATURE_MAX = 10_000;
export const MePatch = z.strictObject({
  name: z.string().trim().min(1).max(80).optional(),
  signature: z.string().max(SIGNATURE_MAX, "Use a shorter signature").optional().describe("HTML below the emails you write, cleaned of what runs and of pictures; empty: none"),
}).meta({ id: "MePatch" });
export const TeamPatch = TeamDraft.partial().meta({ id: "TeamPatch" });
export type TeamPatch = z.infer<typeof TeamPatch>;
export const LabelPatch = LabelDraft.partial().meta({ id: "LabelPatch" });
export type LabelPatch = z.infer<typeof LabelPatch>;

/** Hours that never end would hold messages for ever. */
function opensSometime(days: readonly QuietInterval[][]): boolean {
  const quiet = new Uint8Array(7 * 24 * 60);
  const minute = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  days.forEach((intervals, day) => {
    for (const { from, to } of intervals) {
      const length = minute(to) - minute(from);
      for (let at = 0; at < (length > 0 ? length : length + 24 * 60); at++) quiet[(day * 24 * 60 + minute(from) + at) % quiet.length] = 1;
    }
  });
  return quiet.includes(0);
}
export const Account = Me.shape.account.meta({ id: "Account" });
export type Account = z.infer<typeof Account>;
export const AccountPatch = z.strictObject({
  name: z.string().trim().min(1).max(80).optional(),
  settings: z.strictObject({
    reopenDays: AccountSettings.shape.reopenDays.unwrap().optional(),
    undoMs: AccountSettings.shape.undoMs.unwrap().optional(),
    timeZone: z.string().max(64).refine(isTimeZone, "Not a known time zone").optional(),
    country: z.string().regex(/^[A-Z]{2}$/, "Use the two capital letters of ISO 3166").optional(),
    applySuspectedOptOut: z.boolean().optional(),
    officeHours: AccountHours.nullable().optional(),
    quietHours: QuietHours.refine(({ days }) => opensSometime(days), { path: ["days"], message: "Leave some time in the week in which messages may go out" }).optional(),
  }).optional(),
}).meta({ id: "AccountPatch" });
export type AccountPatch = z.infer<typeof AccountPatch>;

/** Short lists come whole, in this wrapper. */
export const MemberList = z.object({ items: z.array(Member) }).meta({ id: "MemberList" });
export const TeamList = z.object({ items: z.array(Team) }).meta({ id: "TeamList" });
export const LabelList = z.object({ items: z.array(Label) }).meta({ id: "LabelList" });
export const InvitationList = z.object({ items: z.array(Invitation) }).meta({ id: "InvitationList" });
export const SessionList = z.object({ items: z.array(Session) }).meta({ id: "SessionList" });
export const ApiKeyList = z.object({ items: z.array(ApiKey) }).meta({ id: "ApiKeyList" });
