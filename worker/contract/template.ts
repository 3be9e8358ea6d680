import { z } from "zod";
import { TemplateParts } from "./content";

export const TemplateCategory = z.enum(["marketing", "utility", "authentication"]);
export type TemplateCategory = z.infer<typeof TemplateCategory>;
/** Only `approved` may be sent. */
export const TemplateStatus = z.enum(["pending", "approved", "rejected", "paused", "disabled"]);
export type TemplateStatus = z.infer<typeof TemplateStatus>;

/** `key` is `header.<name>`, `body.<name>` or `button.<index>`; `<name>` is the number or name between the braces. */
export const TemplateVariable = z.object({ key: z.string(), example: z.string().nullable() }).meta({ id: "TemplateVariable" });
export type TemplateVariable = z.infer<typeof TemplateVariable>;

/** A message that the platform has approved, in one language. `reason` says in the platform's words why it was refused or paused. */
export const Template = z.object({
  id: z.string(),
  connectionId: z.string(),
  name: z.string(),
  language: z.string().describe("as the platform writes it, for example en_US"),
  category: TemplateCategory,
  status: TemplateStatus,
  quality: z.enum(["high", "medium", "low", "unknown"]),
  reason: z.string().nullable(),
  named: z.boolean().describe("variables have names instead of numbers"),
  parts: TemplateParts,
  variables: z.array(TemplateVariable),
  updatedAt: z.iso.datetime(),
}).meta({ id: "Template" });
export type Template = z.infer<typeof Template>;
export const TemplatePage = z.object({ items: z.array(Template), nextCursor: z.string().nullable() }).meta({ id: "TemplatePage" });
export type TemplatePage = z.infer<typeof TemplatePage>;

/** `examples` by variable key: the reviewers want one for each. */
export const TemplateDraft = z.strictObject({
  connectionId: z.string(),
  name: z.string().regex(/^[a-z0-9_]{1,512}$/, "lower-case letters, digits and _"),
  language: z.string().min(2).max(15),
  category: TemplateCategory,
  parts: TemplateParts,
  examples: z.record(z.string(), z.string().max(200)).default({}),
}).meta({ id: "TemplateDraft" });
export type TemplateDraft = z.infer<typeof TemplateDraft>;

/** A template in a message: `values` by variable key. A header picture is the draft's one attachment. */
export const TemplateUse = z.strictObject({ name: z.string().max(512), language: z.string().max(15), values: z.record(z.string(), z.string().max(1_024)).default({}) }).meta({ id: "TemplateUse" });
export type TemplateUse = z.infer<typeof TemplateUse>;
