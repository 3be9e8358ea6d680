import { directionOf, type PublicLanguage } from "../domain/language";
import { escapeHtml } from "../domain/mail-html";

const STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:Canvas;color:CanvasText}
main{box-sizing:border-box;width:min(420px,100%);padding:24px}
h1{margin:0 0 4px;font-size:20px;line-height:1.3;overflow-wrap:anywhere}
p{margin:0 0 20px;opacity:.75;overflow-wrap:anywhere}
form{display:grid;gap:12px;margin:0 0 20px}
a,button{box-sizing:border-box;display:block;width:100%;min-height:48px;padding:0 12px;border:0;border-radius:8px;font:inherit;font-weight:600;line-height:48px;text-align:center;text-decoration:none;cursor:pointer;background:light-dark(#1d4ed8,#93b4ff);color:light-dark(#fff,#0b1020)}
button.quiet{background:none;color:inherit;box-shadow:inset 0 0 0 1px GrayText}
a:focus-visible,button:focus-visible{outline:3px solid CanvasText;outline-offset:2px}`;

/** Only the style above; nothing runs, nothing is loaded, nobody frames it. `forms`: where its forms may go. */
const pagePolicy = (forms: "'none'" | "'self'"): string => `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action ${forms}; frame-ancestors 'none'`;

/** Headers of a page that only whoever has its address may see. */
export const pageHeaders = (forms: "'none'" | "'self'" = "'none'"): Record<string, string> =>
  ({ "content-security-policy": pagePolicy(forms), "cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex", vary: "accept-language" });

/** A page of ours for people without an account. `body` is HTML whose texts are escaped, attributes in double quotes. */
export const publicPage = (title: string, body: string, language: PublicLanguage): string => `<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body><main>${body}</main></body>
</html>
`;
