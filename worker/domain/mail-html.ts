import { decodeEntities } from "./mail-entities";
import { RAW, readTag, SKIPPED, tagEnds } from "./mail-text";

/** What mail programs show and nobody can be attacked with. Everything else loses its tag and keeps its words. */
const ALLOWED = new Set([
  "a", "abbr", "address", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "div", "dl", "dt", "em", "figcaption", "figure", "font",
  "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "mark", "ol", "p", "pre", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
]);
const VOID = new Set(["br", "col", "hr", "img"]);
/** Beyond those of mail-text: what would show or send something of its own. */
const DROPPED = new Set([...SKIPPED, "iframe", "frameset", "audio", "video", "canvas", "applet", "datalist"]);
const EVERYWHERE = ["dir", "lang", "title", "align", "valign"];
const OWN: Readonly<Record<string, readonly string[]>> = {
  a: ["href"], img: ["src", "alt", "width", "height"], td: ["colspan", "rowspan", "width", "height", "bgcolor"], th: ["colspan", "rowspan", "width", "height", "bgcolor"],
  table: ["border", "cellpadding", "cellspacing", "width", "bgcolor"], col: ["width", "span"], font: ["color", "face", "size"], ol: ["start", "type"], tr: ["bgcolor"],
};
/** Looks of the words themselves: nothing that covers, moves or fetches. */
const PROPERTY = /^(?:color|background-color|background|font(?:-(?:family|size|style|weight|variant))?|text-(?:align|decoration|indent|transform)|line-height|letter-spacing|(?:margin|padding)(?:-[a-z]+)?|border(?:-[a-z-]+)?|(?:max-|min-)?width|height|vertical-align|white-space|direction|list-style-type|display)$/;
const UNSAFE_VALUE = /url\s*\(|image\s*\(|image-set|src\s*\(|expression|[\\@<>{}]|\/\*|-\s*\d/i;
const MAX_DEPTH = 200; // deeper nesting than any mail program makes
const MAX_STYLE = 2_000;
const LINK = /^(?:https?:\/\/|mailto:|tel:)/i;
const ATTRIBUTE = /([a-z][a-z0-9:-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/gi;
const WEB = /https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]}]/g;

/** A text as it stands between tags, or within an attribute in double quotes. */
export const escapeHtml = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

const styleOf = (css: string): string => css.slice(0, MAX_STYLE).split(";").map((one) => one.trim()).filter((one) => {
  const at = one.indexOf(":");
  return at > 0 && PROPERTY.test(one.slice(0, at).trim().toLowerCase()) && !UNSAFE_VALUE.test(one.slice(at + 1));
}).join("; ");

/** An address without what parsers skip: control characters hide a scheme. */
const addressOf = (value: string): string => value.replace(/[\u0000-\u0020\u007f]/g, "");

/**
 * Markup with nothing in it that runs, covers, submits or styles anything but itself; balanced, so that it ends nothing
 * around it. Linear in its input. `cid` answers under which name a picture within the mail is shown; null leaves it out,
 * with its alternative text in its place.
 */
export function cleanHtml(html: string, cid: (contentId: string) => string | null): string {
  const out: string[] = [];
  const open: string[] = [];
  const endOf = tagEnds(html);
  // Looked for once: asking again at each tag would cost the square of the input.
  const endless = new Set<string>();
  let at = 0;
  const say = (text: string): void => { if (text) out.push(text.replace(/</g, "&lt;").replace(/>/g, "&gt;")); };

  while (at < html.length) {
    const start = html.indexOf("<", at);
    say(html.slice(at, start < 0 ? undefined : start));
    if (start < 0) break;
    if (html.startsWith("<!--", start)) {
      const end = html.indexOf("-->", start + 4);
      if (end < 0) break;
      at = end + 3;
      continue;
    }
    const end = endOf(start);
    const tag = end < 0 ? null : readTag(html.slice(start + 1, end));
    if (!tag) {
      const isDeclaration = end > 0 && /^[!?]/.test(html.slice(start + 1, start + 2));
      if (!isDeclaration) say("<");
      at = isDeclaration ? end + 1 : start + 1;
      continue;
    }
    at = end + 1;
    const { name, closing } = tag;
    if (closing) {
      const from = open.lastIndexOf(name);
      if (from >= 0) for (const one of open.splice(from).toReversed()) out.push(`</${one}>`);
    } else if (DROPPED.has(name) && !tag.attributes.endsWith("/")) {
      const next = endless.has(name) ? null : afterDropped(html, name, at);
      if (next === null) endless.add(name);
      at = next ?? (RAW.has(name) ? html.length : at);
    } else if (ALLOWED.has(name)) {
      if (!VOID.has(name) && open.length >= MAX_DEPTH) continue;
      out.push(tagOf(name, tag.attributes, cid));
      if (!VOID.has(name)) open.push(name);
    }
  }
  return out.join("") + open.toReversed().map((one) => `</${one}>`).join("");
}

/** Where the end tag of what is left out ends; null when it is never closed. */
function afterDropped(html: string, name: string, at: number): number | null {
  const rest = html.slice(at).search(new RegExp(`</${name}\\b`, "i"));
  if (rest < 0) return null;
  const close = html.indexOf(">", at + rest);
  return close < 0 ? html.length : close + 1;
}

function tagOf(name: string, source: string, cid: (contentId: string) => string | null): string {
  const given = new Map<string, string>();
  for (const [, key, double, single, bare] of source.matchAll(ATTRIBUTE)) if (!given.has(key!.toLowerCase())) given.set(key!.toLowerCase(), decodeEntities(double ?? single ?? bare ?? ""));
  const kept: [string, string][] = [];
  for (const key of [...EVERYWHERE, ...OWN[name] ?? []]) {
    const value = given.get(key);
    if (value === undefined) continue;
    if (key === "href") {
      if (LINK.test(addressOf(value))) kept.push([key, addressOf(value)]);
    } else if (key === "src") {
      const shown = /^cid:/i.test(addressOf(value)) ? cid(contentIdOf(addressOf(value))) : null;
      if (shown !== null) kept.push([key, `cid:${shown}`]);
      else if (/^https?:\/\//i.test(addressOf(value))) kept.push([key, addressOf(value)]);
      else return escapeHtml(given.get("alt") ?? "");
    } else kept.push([key, value]);
  }
  if (name === "img" && !kept.some(([key]) => key === "src")) return escapeHtml(given.get("alt") ?? "");
  const style = styleOf(given.get("style") ?? "");
  if (style) kept.push(["style", style]);
  return `<${name}${kept.map(([key, value]) => ` ${key}="${escapeHtml(value)}"`).join("")}>`;
}

/** The id in `cid:…`, as the part itself has it: it may be percent-encoded (RFC 2392, 2). */
function contentIdOf(address: string): string {
  const id = address.slice("cid:".length);
  try { return decodeURIComponent(id); } catch { return id; }
}

/** Plain words as a page: paragraphs, lines, and links that can be followed. */
export function textToHtml(text: string): string {
  const line = (words: string): string => {
    let shown = "", at = 0;
    for (const { index, 0: url } of words.matchAll(WEB)) {
      shown += `${escapeHtml(words.slice(at, index))}<a href="${escapeHtml(url)}">${escapeHtml(url)}</a>`;
      at = index + url.length;
    }
    // A browser joins spaces; an indented line keeps its place.
    return (shown + escapeHtml(words.slice(at))).replace(/^ +| {2,}/g, (spaces) => "&nbsp;".repeat(spaces.length - 1) + (spaces.length > 1 ? " " : "&nbsp;"));
  };
  return text.replace(/\r\n?/g, "\n").trim().split(/\n{2,}/).filter((part) => part.trim() !== "").map((part) => `<p dir="auto">${part.split("\n").map(line).join("<br>")}</p>`).join("");
}
