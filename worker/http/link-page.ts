import { LINK_WORDS, type LinkLanguage } from "./link-words";

/** Only the style below; nothing runs, nothing is loaded, nobody frames it. */
export const LINK_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:Canvas;color:CanvasText}
main{box-sizing:border-box;width:min(420px,100%);padding:24px}
h1{margin:0 0 4px;font-size:20px;line-height:1.3;overflow-wrap:anywhere}
p{margin:0 0 20px;opacity:.75}
a{display:block;min-height:48px;line-height:48px;border-radius:8px;background:light-dark(#1d4ed8,#93b4ff);color:light-dark(#fff,#0b1020);text-align:center;font-weight:600;text-decoration:none}
a:focus-visible{outline:3px solid CanvasText;outline-offset:2px}`;

const KB = 1024;
/** 12,400,000 → `12 MB`, with the reader's own point and unit. */
function sizeText(bytes: number, language: LinkLanguage): string {
  const words = LINK_WORDS[language];
  const mb = bytes / KB / KB;
  const [amount, unit, digits] = bytes < KB ? [bytes, words.bytes, 0] as const : mb < 1 ? [bytes / KB, words.kb, 0] as const : [mb, words.mb, mb < 10 ? 1 : 0] as const;
  return `${amount.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${unit}`;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char]!);
const dayText = (at: number, language: LinkLanguage): string => new Date(at).toLocaleDateString(language, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

const page = (language: LinkLanguage, title: string, body: string): string => `<!doctype html>
<html lang="${language}" dir="${LINK_WORDS[language].dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body><main>${body}</main></body>
</html>
`;

/** What the customer sees behind a link. `expiresAt` in ms; `href` is ours. */
export function linkPage({ name, size, expiresAt, href }: { name: string; size: number; expiresAt: number; href: string }, language: LinkLanguage): string {
  const { until, download } = LINK_WORDS[language];
  const sentence = until.replace("{size}", sizeText(size, language)).replace("{day}", dayText(expiresAt, language));
  return page(language, name, `<h1 dir="auto">${escaped(name)}</h1><p>${escaped(sentence)}</p><a href="${escaped(href)}" rel="nofollow">${escaped(download)}</a>`);
}

export function linkOverPage(language: LinkLanguage): string {
  const { over, overWhy } = LINK_WORDS[language];
  return page(language, over, `<h1>${escaped(over)}</h1><p>${escaped(overWhy)}</p>`);
}
