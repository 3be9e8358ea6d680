import type { TemplateButton, TemplateParts } from "../../../../worker/contract/content";
import type { TemplateCategory, TemplateDraft } from "../../../../worker/contract/template";
import { variableKeys } from "../../composer/templates/fill";

/** The kinds of buttons that can be made here. */
export const BUTTON_TYPES = ["quick-reply", "url", "phone", "copy-code"] as const satisfies readonly TemplateButton["type"][];
export type ButtonType = (typeof BUTTON_TYPES)[number];
export interface ButtonForm { type: ButtonType; text: string; target: string }

/** A template while it is written: every field is a text, empty for what is left out. */
export interface TemplateForm {
  connectionId: string;
  name: string;
  language: string;
  category: Exclude<TemplateCategory, "authentication">;
  header: string;
  body: string;
  footer: string;
  buttons: ButtonForm[];
  examples: Record<string, string>;
}

export const emptyForm = (connectionId: string): TemplateForm => ({ connectionId, name: "", language: "en_US", category: "utility", header: "", body: "", footer: "", buttons: [], examples: {} });

/** `Order shipped!` → `order_shipped`: what a platform takes as a name, while it is typed. */
export const nameFrom = (text: string): string => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^a-z0-9_]+/g, "_").slice(0, 512);

export function partsOf({ header, body, footer, buttons }: TemplateForm): TemplateParts {
  return {
    header: header.trim() === "" ? null : { format: "text", text: header.trim() },
    body: body.trim(),
    footer: footer.trim() || null,
    buttons: buttons.map(({ type, text, target }) => ({ type, text: text.trim(), url: type === "url" ? target.trim() : null, phone: type === "phone" ? target.trim() : null })),
  };
}

/** What is handed in; examples of variables that are gone by now stay behind. */
export function draftOf(form: TemplateForm): TemplateDraft {
  const parts = partsOf(form);
  const examples = Object.fromEntries(variableKeys(parts).flatMap((key) => (form.examples[key]?.trim() ? [[key, form.examples[key].trim()]] : [])));
  return { connectionId: form.connectionId, name: form.name.replace(/^_+|_+$/g, ""), language: form.language, category: form.category, parts, examples };
}

/** The text with the next variable at the cursor: a number after the highest there is. */
export function withVariable(text: string, at: number): { text: string; cursor: number } {
  const highest = Math.max(0, ...[...text.matchAll(/\{\{\s*(\d+)\s*\}\}/g)].map((found) => Number(found[1])));
  const variable = `{{${highest + 1}}}`;
  return { text: text.slice(0, at) + variable + text.slice(at), cursor: at + variable.length };
}
