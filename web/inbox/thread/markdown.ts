/*
 * The small part of Markdown that comments understand. It makes a tree of plain values, never HTML:
 * whatever is not understood stays text, so nothing a colleague pastes can become markup.
 */

export type Inline =
  | { type: "text" | "code"; text: string }
  | { type: "strong" | "em"; children: Inline[] }
  | { type: "link"; href: string; children: Inline[] }
  | { type: "mention"; text: string };

export type Block =
  | { type: "paragraph" | "quote"; children: Inline[] }
  | { type: "code"; text: string }
  | { type: "list"; ordered: boolean; items: Inline[][] };

/** Only these may be opened from text that someone wrote. */
const SAFE_LINK = /^(https?:\/\/|mailto:|tel:)/i;
const BARE_URL = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/;
const INLINE = new RegExp([
  "`([^`\\n]+)`",
  "\\*\\*([^*\\n]+?)\\*\\*",
  "(?<![\\w*])[*_]([^*_\\n]+?)[*_](?![\\w*])",
  "\\[([^\\]\\n]+)\\]\\(([^)\\s]+)\\)",
  `(${BARE_URL.source})`,
  "(?<![\\w@])(@[\\p{L}][\\p{L}\\p{N}_.-]*)",
].join("|"), "gu");
const LIST_ITEM = /^\s*(?:[-*•]|(\d{1,3})[.)])\s+(.*)$/;

export function parseMarkdown(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  let paragraph: string[] = [];
  const flush = () => {
    if (paragraph.length > 0) blocks.push({ type: "paragraph", children: parseInline(paragraph.join("\n")) });
    paragraph = [];
  };
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    const item = LIST_ITEM.exec(line);
    if (line.startsWith("```")) {
      flush();
      const end = lines.findIndex((other, at) => at > index && other.startsWith("```"));
      const last = end < 0 ? lines.length : end;
      blocks.push({ type: "code", text: lines.slice(index + 1, last).join("\n") });
      index = last;
    } else if (item) {
      flush();
      const ordered = item[1] !== undefined;
      const before = blocks.at(-1);
      const children = parseInline(item[2]!);
      if (before?.type === "list" && before.ordered === ordered && LIST_ITEM.test(lines[index - 1] ?? "")) before.items.push(children);
      else blocks.push({ type: "list", ordered, items: [children] });
    } else if (line.startsWith("> ")) {
      flush();
      blocks.push({ type: "quote", children: parseInline(line.slice(2)) });
    } else if (line.trim() === "") flush();
    else paragraph.push(line);
  }
  flush();
  return blocks;
}

function parseInline(text: string): Inline[] {
  const found: Inline[] = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    const inline = toInline(match);
    if (!inline) continue;
    if (match.index > at) found.push({ type: "text", text: text.slice(at, match.index) });
    found.push(inline);
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ type: "text", text: text.slice(at) });
  return found;
}

function toInline([, code, strong, em, label, href, url, mention]: RegExpMatchArray): Inline | null {
  if (code !== undefined) return { type: "code", text: code };
  if (strong !== undefined) return { type: "strong", children: parseInline(strong) };
  if (em !== undefined) return { type: "em", children: parseInline(em) };
  if (label !== undefined && href !== undefined) return SAFE_LINK.test(href) ? { type: "link", href, children: [{ type: "text", text: label }] } : null;
  if (url !== undefined) return { type: "link", href: url, children: [{ type: "text", text: url }] };
  return mention === undefined ? null : { type: "mention", text: mention };
}

/** A customer's own words: only web addresses are understood. */
export function parseLinks(text: string): Inline[] {
  const found: Inline[] = [];
  let at = 0;
  for (const match of text.matchAll(new RegExp(BARE_URL.source, "gu"))) {
    if (match.index > at) found.push({ type: "text", text: text.slice(at, match.index) });
    found.push({ type: "link", href: match[0], children: [{ type: "text", text: match[0] }] });
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ type: "text", text: text.slice(at) });
  return found;
}
