import { z } from "zod";
import { ChannelKind } from "./channel";
import { ConsentState, Contact } from "./contact";
import { Status } from "./conversation";

/** Why two contacts may be one person, the most telling first. */
export const DuplicateReason = z.enum(["shared-alias", "claimed-email", "claimed-phone", "email-spelling", "name-company", "email-name", "name"]);
export type DuplicateReason = z.infer<typeof DuplicateReason>;

export const Duplicate = z.object({ contact: Contact, reason: DuplicateReason, sentence: z.string() }).meta({ id: "Duplicate" });
export type Duplicate = z.infer<typeof Duplicate>;
export const DuplicateList = z.object({ items: z.array(Duplicate).describe("the likeliest first") }).meta({ id: "DuplicateList" });
export type DuplicateList = z.infer<typeof DuplicateList>;

export const MergeDraft = z.strictObject({ otherId: z.string().min(1).max(80), dryRun: z.boolean().optional().describe("only tell what it would do") }).meta({ id: "MergeDraft" });
export type MergeDraft = z.infer<typeof MergeDraft>;

/** What both say differently: the kept contact's holds, the other's comes back with an undo. */
export const MergeConflict = z.object({ field: z.string(), kept: z.string(), other: z.string() });
export type MergeConflict = z.infer<typeof MergeConflict>;

export const MergeOutcome = z.object({
  mergeId: z.string().nullable().describe("null for a dry run"),
  contact: Contact.describe("the kept contact afterwards"),
  other: Contact.describe("as it was before"),
  conflicts: z.array(MergeConflict),
  consent: z.partialRecord(ChannelKind, ConsentState).describe("channels on which the two allow different things: the stricter state, which holds"),
  notes: z.int().describe("how many notes come along"),
  conversations: z.int().describe("how many conversations come along"),
  closes: z.string().nullable().describe("the conversation that is closed because the person has one open conversation; what waits in it waits in the other one"),
  work: z.object({
    status: Status, assigneeId: z.string().nullable(), teamId: z.string().nullable(), labelIds: z.array(z.string()), followerIds: z.array(z.string()), snoozedUntil: z.iso.datetime().nullable(),
    scheduled: z.int().describe("planned messages of the closed one: they still leave at their time and by their own channel"),
  }).nullable().optional().describe("how the conversation that goes on stands afterwards; null when none is closed for it"),
}).meta({ id: "MergeOutcome" });
export type MergeOutcome = z.infer<typeof MergeOutcome>;

export const Merge = z.object({
  id: z.string(), keptId: z.string(), otherName: z.string(), by: z.string(), at: z.iso.datetime(),
  undoUntil: z.iso.datetime().nullable().describe("null when it cannot be undone now: a later merge has to be undone first"),
}).meta({ id: "Merge" });
export type Merge = z.infer<typeof Merge>;
export const MergeList = z.object({ items: z.array(Merge).describe("newest first; those of the last 30 days that were not undone") }).meta({ id: "MergeList" });
export type MergeList = z.infer<typeof MergeList>;
