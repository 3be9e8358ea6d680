import type { PublicLanguage } from "../domain/language";
import { escapeHtml } from "../domain/mail-html";
import { LINK_WORDS } from "./link-words";
import { publicPage } from "./public-page";

const KB = 1024;
/** 12,400,000 → `12 MB`, with the reader's own point and unit. */
function sizeText(bytes: number, language: PublicLanguage): string {
  const words = LINK_WORDS[language];
  const mb = bytes / KB / KB;
  const [amount, unit, digits] = bytes < KB ? [bytes, words.bytes, 0] as const : mb < 1 ? [bytes / KB, words.kb, 0] as const : [mb, words.mb, mb < 10 ? 1 : 0] as const;
  return `${amount.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${unit}`;
}

const dayText = (at: number, language: PublicLanguage): string => new Date(at).toLocaleDateString(language, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

/** What the customer sees behind a link. `expiresAt` in ms; `href` is ours. */
export function linkPage({ name, size, expiresAt, href }: { name: string; size: number; expiresAt: number; href: string }, language: PublicLanguage): string {
  const { until, download } = LINK_WORDS[language];
  const sentence = until.replace("{size}", sizeText(size, language)).replace("{day}", dayText(expiresAt, language));
  return publicPage(name, `<h1 dir="auto">${escapeHtml(name)}</h1><p>${escapeHtml(sentence)}</p><a href="${escapeHtml(href)}" rel="nofollow">${escapeHtml(download)}</a>`, language);
}

/** The same place once the link is over, or where there never was one. */
export function linkOverPage(language: PublicLanguage): string {
  const { over, overWhy } = LINK_WORDS[language];
  return publicPage(over, `<h1>${escapeHtml(over)}</h1><p>${escapeHtml(overWhy)}</p>`, language);
}
