import DOMPurify from "dompurify";
import { foldMail, type FoldLabels } from "./email-fold";

/*
 * An email's HTML is made harmless twice: cleaned here, and shown in a frame that has no origin, no scripts and its own
 * policy. Either alone would do; a mistake in one is not a hole.
 */

const FORBIDDEN_TAGS = ["script", "iframe", "frame", "frameset", "object", "embed", "applet", "form", "input", "button", "select", "textarea", "base", "meta", "link", "title", "svg", "math", "audio", "video", "source", "track", "portal", "template", "noscript", "dialog"];
/** However many slashes, and whichever way they lean: a browser reads them all as the web. */
const REMOTE = /^(?:https?:|[\\/]{2})/i;
/** Pictures that are only pixels; an SVG is a document. */
const PIXELS = /^data:image\/(?:png|jpe?g|gif|webp);/i;
const CSS_URL = /url\s*\(/i;
/** Layout of newsletters that is no address: without it tables fall apart. */
const LAYOUT = ["width", "height", "bgcolor", "align", "valign", "colspan", "rowspan", "cellpadding", "cellspacing", "border", "type", "dir", "lang", "color", "size", "face", "start", "nowrap", "scope", "reversed", "span", "hspace", "vspace", "clear", "compact", "noshade", "headers", "data-smartmail"];
const COLOUR = /^(?:#[0-9a-f]{3,8}|[a-z]{3,20})$/i;

export interface CleanEmail {
  html: string;
  /** The same as nodes, which belong to no page. */
  body: HTMLElement;
  /** Pictures from the web that were not loaded; asking for them tells the sender that the mail was opened. */
  blocked: number;
  /** Content ids of the inline parts that stand in the page. */
  placed: ReadonlySet<string>;
  hasQuote: boolean;
}

export interface EmailOptions {
  allowRemote: boolean;
  /** Inline parts by content id, as `data:` URLs. */
  inline: Readonly<Record<string, string>>;
  labels: FoldLabels;
}

/** Cleans a mail's HTML into what may stand inside the frame's body. */
export function cleanEmail(html: string, { allowRemote, inline, labels }: EmailOptions): CleanEmail {
  const body = asElement(DOMPurify.sanitize(withBody(html), {
    RETURN_DOM: true,
    USE_PROFILES: { html: true },
    FORBID_TAGS: FORBIDDEN_TAGS,
    FORBID_ATTR: ["srcset", "ping", "formaction", "action", "background", "poster", "name", "target", "autofocus", "contenteditable", "tabindex", "accesskey"],
    ALLOWED_URI_REGEXP: /^(?:https?:|\/\/|mailto:|tel:|cid:|data:image\/(?:png|jpe?g|gif|webp);)/i,
    ADD_TAGS: ["style"],
    ADD_URI_SAFE_ATTR: LAYOUT,
    FORCE_BODY: true,
    SANITIZE_DOM: true,
  }));
  let blocked = 0;
  const placed = new Set<string>();
  for (const image of body.querySelectorAll("img")) {
    const src = image.getAttribute("src") ?? "";
    if (/^cid:/i.test(src)) {
      const id = partOf(inline, src.slice(4));
      if (id === undefined) image.removeAttribute("src");
      else { image.setAttribute("src", inline[id]!); placed.add(id); }
    } else if (!PIXELS.test(src)) {
      const isRemote = REMOTE.test(src.trim());
      if (!isRemote || !allowRemote) image.removeAttribute("src");
      if (isRemote && !allowRemote) blocked++;
    }
    image.setAttribute("referrerpolicy", "no-referrer");
  }
  for (const styled of body.querySelectorAll<HTMLElement>("[style]")) {
    if (!allowRemote && CSS_URL.test(styled.getAttribute("style") ?? "")) { styled.setAttribute("style", withoutUrls(styled.getAttribute("style")!)); blocked++; }
  }
  for (const style of body.querySelectorAll("style")) {
    const text = style.textContent ?? "";
    if (/@import/i.test(text) || CSS_URL.test(text)) { style.textContent = withoutUrls(text); if (!allowRemote) blocked++; }
  }
  for (const link of body.querySelectorAll("a[href], area[href]")) {
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noopener noreferrer nofollow");
  }
  for (const ground of body.querySelectorAll<HTMLElement>("[bgcolor]")) {
    const colour = ground.getAttribute("bgcolor")!;
    if (COLOUR.test(colour) && !ground.style.backgroundColor) ground.style.backgroundColor = colour;
  }
  const hasQuote = foldMail(body, labels);
  // They told where the history begins; a page may not have the same one twice, and links within mails lead nowhere.
  for (const named of body.querySelectorAll("[id]")) named.removeAttribute("id");
  return { hasQuote, html: body.innerHTML, body, blocked, placed };
}

/** The body's own colours go onto a block, because only what is in it is kept. */
const withBody = (html: string): string => html.replace(/<body\b/i, "<div").replace(/<\/body\s*>/i, "</div>");

/** The id of the part that the HTML names: often percent-encoded, sometimes in another case (RFC 2392). */
function partOf(inline: Readonly<Record<string, string>>, written: string): string | undefined {
  const name = decoded(written);
  return [name, written].find((id) => Object.hasOwn(inline, id)) ?? Object.keys(inline).find((id) => id.toLowerCase() === name.toLowerCase());
}

function decoded(text: string): string {
  try { return decodeURIComponent(text); } catch { return text; }
}

// RETURN_DOM answers the body it made; its type says less.
const asElement = (node: Node): HTMLElement => node as HTMLElement;

// What never closes its bracket goes to its end, once: looking for the bracket anew at each would cost the square of the length.
const withoutUrls = (css: string): string => css.replace(/@import[^;]*;?/gi, "").replace(/url\s*\([^)]*\)?/gi, "none");

/** The whole document of the frame. Its policy forbids everything but pictures and the mail's own styles. */
export function emailDocument({ html }: Pick<CleanEmail, "html">, allowRemote: boolean): string {
  const images = allowRemote ? "img-src data: https: http:" : "img-src data:";
  return `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; ${images}; form-action 'none'; base-uri 'none'"><meta name="referrer" content="no-referrer"><style>${FRAME_STYLE}</style></head><body>${html}</body></html>`;
}

/** Mail is written for white paper: it keeps it in the dark too, so that no text is lost on its own ground. */
const FRAME_STYLE = `:root{color-scheme:light}html,body{margin:0;background:#fff;color:#15161a;font:14px/20px -apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}body{overflow-x:auto}img{max-width:100%!important;height:auto}table{max-width:100%}td,th{overflow-wrap:break-word}pre{white-space:pre-wrap}p:first-child{margin-top:0}@media(max-width:600px){table,div,center{max-width:100%!important;min-width:0!important}table[width]:not([width*="%"]),table[style*="px"]{width:100%!important}td,th{width:auto!important;min-width:0!important}}summary{cursor:pointer;color:#646873;font-size:12px;margin:10px 0;list-style:none;display:inline-block;padding:1px 7px;border-radius:4px;background:#eff0f3}a{color:#1f52cc}blockquote{margin:0 0 0 4px;padding-inline-start:10px;border-inline-start:2px solid #d7d9e0}`;
