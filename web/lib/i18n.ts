import { enAuth } from "./locales/en-auth";
import { enShell } from "./locales/en-shell";
import type { en, Message } from "./locales/en";

export type MessageKey = keyof typeof en;
export type Vars = Readonly<Record<string, string | number>>;

export const locale = "en";
/** Written on the document, so that layout by inline start and end follows. */
export const direction = (language: string): "ltr" | "rtl" => (/^(ar|fa|he|ur|yi|dv|ps)\b/.test(language) ? "rtl" : "ltr");

const plural = new Intl.PluralRules(locale);

/** What the pages before signing in say; the gate adds the rest, so that those pages load little. */
const words: Partial<Record<MessageKey, Message>> = { ...enShell, ...enAuth };
export const addWords = (more: typeof words): void => { Object.assign(words, more); };

/** Fills `{name}`s in a message; its plural form is chosen by `count`. A name without a value stays empty. */
export function fill(message: Message, vars: Vars = {}): string {
  const words = typeof message === "string" ? message : message[plural.select(Number(vars["count"] ?? 0)) === "one" ? "one" : "other"];
  return words.replace(/\{(\w+)\}/g, (_, name: string) => String(vars[name] ?? ""));
}

/** The words for a key, in the reader's language. */
export const t = (key: MessageKey, vars?: Vars): string => fill(words[key] ?? key, vars);
export const hasWords = (key: string): key is MessageKey => Object.hasOwn(words, key);
