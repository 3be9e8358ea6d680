import DOMPurify from "dompurify";

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
/** Where mail programs begin the history they quote. */
const QUOTED = 'blockquote[type="cite"], .gmail_quote, .gmail_quote_container, .protonmail_quote, .yahoo_quoted, .moz-cite-prefix, #divRplyFwdMsg, #mail-editor-reference-message-container';

export interface CleanEmail {
  html: string;
  /** Pictures from the web that were not loaded; asking for them tells the sender that the mail was opened. */
  blocked: number;
  hasQuote: boolean;
}

export interface EmailOptions {
  allowRemote: boolean;
  /** Inline parts by content id, as `data:` URLs. */
  inline: Readonly<Record<string, string>>;
  quoteLabel: string;
}

/** Cleans a mail's HTML into what may stand inside the frame's body. */
export function cleanEmail(html: string, { allowRemote, inline, quoteLabel }: EmailOptions): CleanEmail {
  const body = asElement(DOMPurify.sanitize(html, {
    RETURN_DOM: true,
    USE_PROFILES: { html: true },
    FORBID_TAGS: FORBIDDEN_TAGS,
    FORBID_ATTR: ["srcset", "ping", "formaction", "action", "background", "poster", "id", "name", "target", "autofocus", "contenteditable", "tabindex", "accesskey"],
    ALLOWED_URI_REGEXP: /^(?:https?:|\/\/|mailto:|tel:|cid:|data:image\/(?:png|jpe?g|gif|webp);)/i,
    ADD_TAGS: ["style"],
    FORCE_BODY: true,
    SANITIZE_DOM: true,
  }));
  let blocked = 0;
  for (const image of body.querySelectorAll("img")) {
    const src = image.getAttribute("src") ?? "";
    if (/^cid:/i.test(src)) {
      const part = inline[src.slice(4)];
      if (part) image.setAttribute("src", part);
      else image.removeAttribute("src");
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
  return { hasQuote: foldQuote(body, quoteLabel), html: body.innerHTML, blocked };
}

// RETURN_DOM answers the body it made; its type says less.
const asElement = (node: Node): HTMLElement => node as HTMLElement;

const withoutUrls = (css: string): string => css.replace(/@import[^;]*;?/gi, "").replace(/url\s*\([^)]*\)/gi, "none");

/** Puts the quoted history behind a disclosure, which needs no script to open. */
function foldQuote(body: HTMLElement, label: string): boolean {
  const quote = body.querySelector(QUOTED);
  if (!quote?.parentElement || quote.querySelector("details")) return false;
  const details = body.ownerDocument.createElement("details");
  const summary = body.ownerDocument.createElement("summary");
  summary.textContent = label;
  quote.replaceWith(details);
  details.append(summary, quote);
  return true;
}

/** The whole document of the frame. Its policy forbids everything but pictures and the mail's own styles. */
export function emailDocument(clean: CleanEmail, allowRemote: boolean): string {
  const images = allowRemote ? "img-src data: https: http:" : "img-src data:";
  return `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; ${images}; form-action 'none'; base-uri 'none'"><meta name="referrer" content="no-referrer"><style>${FRAME_STYLE}</style></head><body>${clean.html}</body></html>`;
}

/** Mail is written for white paper: it keeps it in the dark too, so that no text is lost on its own ground. */
const FRAME_STYLE = `:root{color-scheme:light}html,body{margin:0;background:#fff;color:#15161a;font:14px/20px -apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}p:first-child{margin-top:0}summary{cursor:pointer;color:#646873;font-size:12px;margin:10px 0;list-style:none;display:inline-block;padding:1px 7px;border-radius:4px;background:#eff0f3}a{color:#1f52cc}blockquote{margin:0 0 0 4px;padding-inline-start:10px;border-inline-start:2px solid #d7d9e0}`;

const LINE_PX = 20;
const CHARS_PER_LINE = 84;
/** Paragraphs and a folded quote stand apart. */
const MARGIN_PX = 64;
const MIN_PX = 64;
const IMAGE_PX = 120;
const MAX_PX = 460;

/**
 * How high the frame should be. It has no origin, so nobody outside can measure it: the text alternative tells about how
 * long it is, and what does not fit scrolls inside.
 */
export function estimateHeight(text: string, imageCount: number): number {
  const lines = text.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / CHARS_PER_LINE)), 0);
  return Math.min(MAX_PX, Math.max(MIN_PX, MARGIN_PX + lines * LINE_PX + imageCount * IMAGE_PX));
}
