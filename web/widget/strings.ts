import { en, type Strings } from "./locales/en";

export type Words = (key: keyof Strings, name?: string) => string;
export interface Language { locale: string; dir: "ltr" | "rtl"; words: Words }

/** Fetched only by those who read them; English is always there, so nobody waits for a language that fails to load. */
const OTHERS: Record<string, () => Promise<{ strings: Strings }>> = {
  de: () => import("./locales/de"),
  es: () => import("./locales/es"),
  fr: () => import("./locales/fr"),
  ar: () => import("./locales/ar"),
};
const RIGHT_TO_LEFT = new Set(["ar"]);

const wordsOf = (strings: Strings): Words => (key, name = "") => strings[key].replace("{name}", name);

/** The language of the page (`de-AT` reads German). Times follow the full locale. */
export async function loadLanguage(wanted: string): Promise<Language> {
  const locale = supported(wanted) ?? "en";
  const language = locale.split("-")[0]!.toLowerCase();
  const load = Object.hasOwn(OTHERS, language) ? OTHERS[language] : undefined;
  if (!load) return { locale: language === "en" ? locale : "en", dir: "ltr", words: wordsOf(en) };
  try {
    return { locale, dir: RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr", words: wordsOf((await load()).strings) };
  } catch {
    return { locale: "en", dir: "ltr", words: wordsOf(en) };
  }
}

/** A locale that `Intl` understands, as written there; null for anything else. */
function supported(wanted: string): string | null {
  try { return Intl.getCanonicalLocales(wanted)[0] ?? null; } catch { return null; }
}
