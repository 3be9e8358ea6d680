/** A piece of a chat message with the mark it is written in. */
export interface Marked { mark: "bold" | "italic" | "strike" | "code" | null; text: string }

const MARKS = { "*": "bold", _: "italic", "~": "strike", "```": "code" } as const;
// A mark stands at the edge of a word and encloses no blank at its inside, or every price with a star would turn bold.
const PAIRS = /(?<![\p{L}\p{N}])(?:```([\s\S]+?)```|([*_~])(?!\s)([^\n]*?[^\s])\2)(?![\p{L}\p{N}])/gu;

/** Pure. The marks that chat apps show as bold, italic, struck and fixed-width; what is no pair stays as it is. */
export function chatMarks(text: string): Marked[] {
  const parts: Marked[] = [];
  let at = 0;
  for (const match of text.matchAll(PAIRS)) {
    const [whole, code, sign, words] = match;
    if (match.index > at) parts.push({ mark: null, text: text.slice(at, match.index) });
    parts.push(code === undefined ? { mark: MARKS[sign as keyof typeof MARKS], text: words! } : { mark: "code", text: code });
    at = match.index + whole.length;
  }
  if (at < text.length) parts.push({ mark: null, text: text.slice(at) });
  return parts;
}
