/** What most reactions are: the first row of the picker. */
const USUAL = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
/** Few enough to be read at a glance; providers take any emoji, people mostly send these. */
export const EMOJI: readonly string[] = [
  ...USUAL,
  "👏", "🎉", "🔥", "💯", "✅", "👀",
  "😀", "😊", "😍", "🤩", "😎", "🤗",
  "🤔", "😅", "😬", "😔", "😭", "😡",
  "🙌", "👌", "🤝", "💪", "👎", "🫶",
  "💙", "💚", "💛", "✨", "🌟", "🚀",
];
export const EMOJI_COLUMNS = USUAL.length;

/** More than these are a sentence, not a gesture. */
const MOST_LARGE = 3;
const PICTOGRAPH = /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[#*\d]\uFE0F?\u20E3)/u;
// Digits, © and their like are pictographs only when followed by the mark that says so.
const PLAIN = /^(?!\p{Emoji_Presentation})[^\uFE0F\u20E3]*$/u;

/** Pure. One to three emoji and nothing else: shown large and without a bubble. */
export function isEmojiOnly(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed.length > MOST_LARGE * 30) return false;
  const signs = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(trimmed)].map(({ segment }) => segment).filter((sign) => sign.trim() !== "");
  return signs.length <= MOST_LARGE && signs.every((sign) => PICTOGRAPH.test(sign) && !PLAIN.test(sign));
}
