import { LINK_WORDS, type LinkLanguage } from "./link-words";
import { escaped, publicPage } from "./public-page";

const KB = 1024;
/** 12,400,000 → `12 MB`, with the reader's own point and unit. */
function sizeText(bytes: number, language: LinkLanguage): string {
  const words = LINK_WORDS[language];
  const mb = bytes / KB / KB;
  const [amount, unit, digits] = bytes < KB ? [bytes, words.bytes, 0] as const : mb < 1 ? [bytes / KB, words.kb, 0] as const : [mb, words.mb, mb < 10 ? 1 : 0] as const;
  return `${amount.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${unit}`;
}

const dayText = (at: number, language: LinkLanguage): string => new Date(at).toLocaleDateString(language, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

/** What the customer sees behind a link. `expiresAt` in ms; `href` is ours. */
export function linkPage({ name, size, expiresAt, href }: { name: string; size: number; expiresAt: number; href: string }, language: LinkLanguage): string {
  const { until, download } = LINK_WORDS[language];
  const sentence = until.replace("{size}", sizeText(size, language)).replace("{day}", dayText(expiresAt, language));
  return publicPage(name, `<h1 dir="auto">${escaped(name)}</h1><p>${escaped(sentence)}</p><a href="${escaped(href)}" rel="nofollow">${escaped(download)}</a>`, language);
}

export function linkOverPage(language: LinkLanguage): string {
  const { over, overWhy } = LINK_WORDS[language];
  return publicPage(over, `<h1>${escaped(over)}</h1><p>${escaped(overWhy)}</p>`, language);
}
