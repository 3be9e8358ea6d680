import { z } from "zod";
import { ChannelKind, IdentityKind } from "./channel";
import { isLanguage, isTimeZone } from "./locale";

export const Identity = z.object({
  id: z.string(),
  kind: IdentityKind,
  address: z.string().describe("E.164 phone, lower-case email, or the provider's own id"),
  connectionId: z.string().nullable().describe("ids that mean something only to one page or widget name it"),
  name: z.string().nullable(),
  verified: z.boolean(),
  primary: z.boolean(),
}).meta({ id: "Identity" });
export type Identity = z.infer<typeof Identity>;

/** `no-marketing`: answers are welcome, advertising is not. `inactive`: opted out; their START lifts it. `permanent`: only a colleague lifts it. */
export const ConsentState = z.enum(["active", "no-marketing", "inactive", "permanent"]);
export type ConsentState = z.infer<typeof ConsentState>;
/** One step of the ledger: who changed what a contact allows, when, how, and the words that did it. */
export const ConsentChange = z.object({ channel: ChannelKind, state: ConsentState, at: z.iso.datetime(), by: z.string(), how: z.string(), text: z.string().nullable() }).meta({ id: "ConsentChange" });
export type ConsentChange = z.infer<typeof ConsentChange>;

const text = (max: number) => z.string().trim().max(max);
const Fields = z.object({
  name: text(200),
  company: text(200),
  language: text(35).refine((tag) => tag === "" || isLanguage(tag), "Name a language as de or pt-BR").describe("BCP 47"),
  timeZone: text(64).refine((zone) => zone === "" || isTimeZone(zone), "Not a known time zone").describe("IANA name"),
  address: text(500),
});

export const Contact = Fields.extend({
  id: z.string(),
  identities: z.array(Identity),
  tags: z.array(z.string()),
  consent: z.partialRecord(ChannelKind, ConsentState).describe("missing means active"),
  fields: z.record(z.string(), z.unknown()),
  conversationId: z.string().nullable().describe("where their next message goes"),
  createdAt: z.iso.datetime(),
}).meta({ id: "Contact" });
export type Contact = z.infer<typeof Contact>;

export const ContactPage = z.object({ items: z.array(Contact), nextCursor: z.string().nullable() }).meta({ id: "ContactPage" });
export type ContactPage = z.infer<typeof ContactPage>;

export const IdentityDraft = z.strictObject({ kind: z.enum(["phone", "email"]), address: z.string().trim().min(3).max(320) });
export const ContactDraft = z.strictObject({ ...Fields.partial().shape, identities: z.array(IdentityDraft).max(20).optional(), tags: z.array(text(50).min(1)).max(50).optional() }).meta({ id: "ContactDraft" });
export type ContactDraft = z.infer<typeof ContactDraft>;

export const ContactPatch = z.strictObject({
  ...Fields.partial().shape,
  addIdentities: z.array(IdentityDraft).max(20).optional(),
  removeIdentities: z.array(z.string()).max(20).optional(),
  addTags: z.array(text(50).min(1)).max(50).optional(),
  removeTags: z.array(text(50)).max(50).optional(),
  consent: z.partialRecord(ChannelKind, z.enum(["active", "inactive"])).optional(),
}).meta({ id: "ContactPatch" });
export type ContactPatch = z.infer<typeof ContactPatch>;

export const Note = z.object({ id: z.string(), text: z.string(), pinned: z.boolean(), author: z.string(), createdAt: z.iso.datetime(), updatedAt: z.iso.datetime() }).meta({ id: "Note" });
export type Note = z.infer<typeof Note>;
export const NoteDraft = z.strictObject({ text: text(20_000).min(1), pinned: z.boolean().optional() }).meta({ id: "NoteDraft" });
export type NoteDraft = z.infer<typeof NoteDraft>;
