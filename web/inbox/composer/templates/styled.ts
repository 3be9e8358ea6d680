/** How WhatsApp and its kind write: *bold*, _italic_, ~struck~, ```as typed```. */
export interface Run { text: string; style: "plain" | "bold" | "italic" | "struck" | "mono" }

const STYLES = { "*": "bold", _: "italic", "~": "struck", "```": "mono" } as const;
/** A mark counts at the edge of a word only, and never around nothing; nothing is marked twice. */
const MARKED = /(?<![\p{L}\p{N}])(```|[*_~])(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}])/gu;

/** A text in stretches of one style; what is no mark stays as it is. */
export function runsOf(text: string): Run[] {
  const runs: Run[] = [];
  let at = 0;
  for (const found of text.matchAll(MARKED)) {
    if (found.index > at) runs.push({ text: text.slice(at, found.index), style: "plain" });
    runs.push({ text: found[2]!, style: STYLES[found[1] as keyof typeof STYLES] });
    at = found.index + found[0].length;
  }
  if (at < text.length) runs.push({ text: text.slice(at), style: "plain" });
  return runs;
}
