/**
 * How a text is cut into SMS segments: GSM 03.38, or UCS-2 as soon as one character needs it.
 * A pure rule that stands here because both sides count: the composer while typing, the Worker before sending.
 */
const BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/** Each goes out as an escape and a character. */
const EXTENSION = "^{}\\[~]|€\f";

const COST = new Map([...[...BASIC].map((char): [string, number] => [char, 1]), ...[...EXTENSION].map((char): [string, number] => [char, 2])]);

/** Units of a message that fits into one segment, and of each segment when 6 bytes of every one number them. */
const ROOM = { "GSM-7": { single: 160, part: 153 }, "UCS-2": { single: 70, part: 67 } } as const;

/** Look-alikes that Unicode's own decomposition does not lead to. Values may be several characters, or none. */
const PLAIN: ReadonlyMap<string, string> = new Map(Object.entries({
  "'": "‘’‚‛′ʹʼ`´", "\"": "“”„‟″«»", "<": "‹", ">": "›", "-": "‐‑‒–—―−•‣·", "/": "⁄÷", "x": "×", " ": "\t\u2028\u2029",
  "": "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", "->": "→", "<-": "←", "(c)": "©", "(r)": "®", "EUR": "₠", "L": "Ł", "l": "ł",
  "D": "ĐÐ", "d": "đð", "OE": "Œ", "oe": "œ", "i": "ı", "Th": "Þ", "th": "þ",
}).flatMap(([plain, chars]) => [...chars].map((char): [string, string] => [char, plain])));

export type Encoding = keyof typeof ROOM;

/** What forces Unicode: the character as a person sees it, where it stands (UTF-16 offset), and what could stand there instead. */
export interface Forced { at: number; char: string; plain: string | null }

export interface Segments {
  encoding: Encoding;
  /** Septets of GSM-7, or UTF-16 code units. */
  units: number;
  segments: number;
  /** Units free in the last segment. */
  left: number;
  /** Empty when the text is GSM-7. `plain` is null where nothing plain says the same: an emoji, another script. */
  forced: Forced[];
}

export function countSegments(text: string): Segments {
  const chars = [...text];
  const encoding: Encoding = chars.every((char) => COST.has(char)) ? "GSM-7" : "UCS-2";
  const costs = chars.map((char) => (encoding === "GSM-7" ? COST.get(char)! : char.length));
  const units = costs.reduce((sum, cost) => sum + cost, 0);
  return { encoding, units, ...cut(costs, units, ROOM[encoding]), forced: encoding === "GSM-7" ? [] : forcedBy(text) };
}

/** The text with a plain replacement wherever there is one; the rest stays as it is. */
export function toPlain(text: string): string {
  let plain = text;
  for (const forced of countSegments(text).forced.toReversed()) {
    if (forced.plain !== null) plain = plain.slice(0, forced.at) + forced.plain + plain.slice(forced.at + forced.char.length);
  }
  return plain;
}

/** An escaped character or a surrogate pair is never torn: it moves to the next segment and leaves a gap. */
function cut(costs: readonly number[], units: number, { single, part }: { single: number; part: number }): { segments: number; left: number } {
  if (units <= single) return { segments: units === 0 ? 0 : 1, left: single - units };
  let segments = 1;
  let used = 0;
  for (const cost of costs) {
    if (used + cost > part) {
      segments += 1;
      used = 0;
    }
    used += cost;
  }
  return { segments, left: part - used };
}

/** By grapheme, so that an emoji of several code points is one mark and a letter keeps its combining accent. */
function forcedBy(text: string): Forced[] {
  const forced: Forced[] = [];
  for (const { segment, index } of new Intl.Segmenter("und", { granularity: "grapheme" }).segment(text)) {
    if (!isPlain(segment)) forced.push({ at: index, char: segment, plain: plainOf(segment) });
  }
  return forced;
}

const isPlain = (text: string): boolean => [...text].every((char) => COST.has(char));

/** Composed first (e + ´ is é, which GSM-7 has), then look-alikes, then compatibility forms without their marks. */
function plainOf(grapheme: string): string | null {
  const composed = grapheme.normalize("NFC");
  if (isPlain(composed)) return composed;
  const bare = replace(replace(composed).normalize("NFKD").replaceAll(/\p{Mn}/gu, ""));
  return isPlain(bare) ? bare : null;
}

const replace = (text: string): string => [...text].map((char) => PLAIN.get(char) ?? char).join("");
