import { decodeEntities } from "./mail-entities";

/** Their content is not text for reading. */
export const SKIPPED = new Set(["head", "style", "script", "title", "template", "noscript", "svg", "math", "object", "select", "textarea"]);
/** Their content is not markup: only their own end tag ends them. */
export const RAW = new Set(["style", "script", "title", "textarea"]);
const LINE = new Set(["div", "tr", "li", "ul", "ol", "dl", "dt", "dd", "table", "tbody", "section", "article", "header", "footer", "address", "form", "center", "pre", "blockquote", "hr", "body", "html"]);
const PARAGRAPH = new Set(["p", "h1", "h2", "h3", "h4", "h5", "h6"]);
/** As Outlook writes it in plain text before quoted history. */
const RULE = "_".repeat(32);
const MAX_QUOTE_DEPTH = 20; // deeper quotes keep 20 marks: the output must not grow with the square of the input
const MAX_LIST_DEPTH = 10; // likewise for nested lists

/** A tag as it was read; `attributes` is the rest of it, undecoded. */
export interface Tag { name: string; closing: boolean; attributes: string }

const attribute = (tag: Tag, name: string): string => {
  const match = new RegExp(`(?:^|[\\s"'])${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, "i").exec(tag.attributes);
  return decodeEntities(match?.[1] ?? match?.[2] ?? match?.[3] ?? "").trim();
};

/** Builds lines: collapses spaces, keeps at most one empty line, puts `> ` before quoted ones. */
class Lines {
  private readonly done: string[] = [];
  // Looking at the end of a string that grows costs its whole length each time, so pieces and their last character are kept apart.
  private pieces: string[] = [];
  private endsInSpace = true;
  private gapDepth: number | null = null;
  /** What the next line begins with, though its words may stand in a paragraph of their own. */
  private marker = "";
  quote = 0;

  add(text: string): void {
    const collapsed = text.replace(/[ \t\r\n\f]+/g, " ");
    const piece = this.endsInSpace ? collapsed.replace(/^ /, "") : collapsed;
    if (!piece) return;
    this.pieces.push(piece);
    this.endsInSpace = piece.endsWith(" ");
  }

  /** Ends the line that is being written, if it holds anything. */
  end(): void {
    const line = this.take();
    if (line.trim()) this.push(line);
  }

  /** Ends the line even when it is empty, as `<br>` does. */
  break(): void {
    this.push(this.take());
  }

  /** Begins an item of a list. */
  item(marker: string): void {
    this.end();
    if (this.marker) this.push("");
    this.marker = marker;
  }

  /** An empty line before the next text. */
  gap(): void {
    this.end();
    if (this.done.length > 0) this.gapDepth = Math.min(this.gapDepth ?? this.quote, this.quote);
  }

  private take(): string {
    const line = this.pieces.join("");
    this.pieces = [];
    this.endsInSpace = true;
    return line;
  }

  private push(line: string): void {
    if (this.gapDepth !== null && this.done.at(-1)) this.done.push(marks(Math.min(this.gapDepth, this.quote)));
    this.gapDepth = null;
    const shown = this.marker + line;
    this.marker = "";
    this.done.push(`${marks(this.quote)}${this.quote > 0 ? " " : ""}${shown.replaceAll("\u00a0", " ")}`.trimEnd());
  }

  toString(): string {
    this.item("");
    return this.done.join("\n").replace(/\n{3,}/g, "\n\n").trim();
  }
}

const marks = (depth: number): string => ">".repeat(Math.min(depth, MAX_QUOTE_DEPTH));

/** What a tag or a declaration begins with. Any other bracket is text, and nothing is looked for behind it. */
const TAG_START = /^<(?:\/?[a-z]|[!?])/i;

/**
 * Finds where the tag that begins at a bracket ends, with quoted attribute values skipped; -1 where there is none. Linear over all
 * tags of a text: once a quote was never closed, the first bracket ends every tag, as browsers in practice recover.
 */
export function tagEnds(html: string): (open: number) => number {
  const lastClose = html.lastIndexOf(">");
  let trustsQuotes = true;
  return (open) => {
    if (open > lastClose || !TAG_START.test(html.slice(open, open + 3))) return -1;
    let quote = "";
    for (let at = open + 1; trustsQuotes && at < html.length; at++) {
      const char = html[at]!;
      if (quote) { if (char === quote) quote = ""; }
      else if (char === ">") return at;
      else if ((char === '"' || char === "'") && html[at - 1] === "=") quote = char;
    }
    trustsQuotes = false;
    return html.indexOf(">", open);
  };
}

export function readTag(source: string): Tag | null {
  const match = /^(\/?)([a-z][a-z0-9:-]*)/i.exec(source);
  return match ? { name: match[2]!.toLowerCase(), closing: match[1] === "/", attributes: source.slice(match[0].length) } : null;
}

/**
 * Readable plain text of an HTML mail: the alternative we send, and the source of search and previews.
 * Linear in its input and without a DOM. The result is text, never markup to be shown unescaped.
 */
export function htmlToText(html: string): string {
  const lines = new Lines();
  const lists: (number | null)[] = [];
  const endOf = tagEnds(html);
  let link: { href: string; text: string } | null = null;
  let skipped: string | null = null;
  let at = 0;

  const say = (text: string): void => {
    if (skipped || !text) return;
    const decoded = decodeEntities(text);
    if (link) link.text += decoded;
    lines.add(decoded);
  };
  const endLink = (): void => {
    if (!link) return;
    const { href, text } = link;
    link = null;
    const target = href.replace(/^mailto:/i, "");
    if (/^(?:https?:|mailto:|tel:)/i.test(href) && !text.includes(target) && target.replace(/\/$/, "") !== text.trim()) lines.add(` (${target})`);
  };

  // Within a list, paragraphs are lines of their item.
  const block = ({ name }: Tag): void => {
    if (PARAGRAPH.has(name) && lists.length === 0) lines.gap();
    else if (PARAGRAPH.has(name) || LINE.has(name)) lines.end();
  };
  const openTag = (tag: Tag): void => {
    if (tag.name === "br") lines.break();
    else if (tag.name === "hr") { lines.end(); lines.add(RULE); lines.end(); }
    else if (tag.name === "img") say(attribute(tag, "alt") && `[${attribute(tag, "alt")}]`);
    else if (tag.name === "a") { endLink(); link = { href: attribute(tag, "href"), text: "" }; }
    else if (tag.name === "td" || tag.name === "th") lines.add(" ");
    else block(tag);
    if (tag.name === "blockquote") lines.quote++;
    if (tag.name === "ul" || tag.name === "ol") lists.push(tag.name === "ol" ? 1 : null);
    if (tag.name === "li") {
      const number = lists.at(-1);
      lines.item(`${"  ".repeat(Math.min(Math.max(lists.length - 1, 0), MAX_LIST_DEPTH))}${typeof number === "number" ? `${number}. ` : "- "}`);
      if (typeof number === "number") lists[lists.length - 1] = number + 1;
    }
  };
  const closeTag = (tag: Tag): void => {
    if (tag.name === "a") endLink();
    else block(tag);
    if (tag.name === "blockquote" && lines.quote > 0) { lines.quote--; if (lines.quote === 0) lines.gap(); }
    if (tag.name === "ul" || tag.name === "ol") lists.pop();
  };

  while (at < html.length) {
    const open = html.indexOf("<", at);
    if (open < 0) { say(html.slice(at)); break; }
    say(html.slice(at, open));
    if (html.startsWith("<!--", open)) {
      const end = html.indexOf("-->", open + 4);
      if (end < 0) break;
      at = end + 3;
      continue;
    }
    const end = endOf(open);
    const tag = end < 0 ? null : readTag(html.slice(open + 1, end));
    if (!tag) {
      // Declarations (`<!doctype`, `<?xml`) are dropped; a lone bracket is text.
      const isDeclaration = end > 0 && /^[!?]/.test(html.slice(open + 1, open + 2));
      if (!isDeclaration) say("<");
      at = isDeclaration ? end + 1 : open + 1;
      continue;
    }
    at = end + 1;
    if (skipped) {
      if ((tag.closing && tag.name === skipped) || tag.name === "body") skipped = null;
      continue;
    }
    if (!tag.closing && SKIPPED.has(tag.name) && !tag.attributes.endsWith("/")) {
      if (RAW.has(tag.name)) {
        const close = html.slice(at).search(new RegExp(`</${tag.name}`, "i"));
        if (close < 0) break;
        at += close;
      }
      skipped = tag.name;
      continue;
    }
    if (tag.closing) closeTag(tag);
    else openTag(tag);
  }
  endLink();
  return lines.toString();
}
