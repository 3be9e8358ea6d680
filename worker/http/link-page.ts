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
/** 12,400,000 → `12 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < KB) return `${bytes} bytes`;
  const mb = bytes / KB / KB;
  return mb < 1 ? `${Math.round(bytes / KB)} KB` : `${mb < 10 ? mb.toFixed(1) : Math.round(mb)} MB`;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char]!);
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
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
export const linkPage = ({ name, size, expiresAt, href }: { name: string; size: number; expiresAt: number; href: string }): string =>
  page(name, `<h1 dir="auto">${escaped(name)}</h1><p>${sizeText(size)}. You can download it until ${DAY.format(expiresAt)}.</p><a href="${escaped(href)}" rel="nofollow">Download</a>`);

export const linkOverPage = (): string =>
  page("This link is over", "<h1>This link does not work any more</h1><p>It is over or was taken back. Ask whoever sent it for a new one.</p>");
