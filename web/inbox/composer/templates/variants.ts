import { locale } from "../../../lib/i18n";
import type { Template } from "../../../../worker/contract/template";

/** One template in all its languages. */
export interface Named { name: string; variants: Template[] }

/** Templates of one connection by name, in the order of the alphabet; those that can be sent first. */
export function byName(templates: readonly Template[]): Named[] {
  const all = new Map<string, Template[]>();
  for (const template of templates) all.set(template.name, [...(all.get(template.name) ?? []), template]);
  const blocked = ({ variants }: Named) => Number(!variants.some(({ status }) => status === "approved"));
  return [...all].map(([name, variants]): Named => ({ name, variants: variants.toSorted((a, b) => a.language.localeCompare(b.language)) }))
    .sort((a, b) => blocked(a) - blocked(b) || a.name.localeCompare(b.name));
}

const plainLanguage = (code: string): string => code.toLowerCase().replace("_", "-");
const base = (code: string): string => plainLanguage(code).split("-")[0] ?? "";

/** The variant to begin with: one that may be sent, in the contact's language if there is one, else in ours. */
export function preferred({ variants }: Named, language: string): Template {
  const fit = (code: string): number => {
    if (language !== "" && plainLanguage(code) === plainLanguage(language)) return 0;
    if (language !== "" && base(code) === base(language)) return 1;
    return base(code) === base(locale) ? 2 : 3;
  };
  const rank = (template: Template): number => (template.status === "approved" ? 0 : 10) + fit(template.language);
  return variants.toSorted((a, b) => rank(a) - rank(b))[0]!;
}

/** Whether every word stands in the name, the texts or the category. */
export function find(all: readonly Named[], query: string): Named[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(({ name, variants }) => {
    const text = [name, name.replaceAll("_", " "), ...variants.flatMap(({ parts, category, language }) => [parts.header?.text ?? "", parts.body, parts.footer ?? "", category, language])].join("\n").toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}
