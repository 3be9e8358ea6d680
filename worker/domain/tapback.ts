/** A reaction that a phone wrote as a text, because the other side was no phone of its own kind. */
export interface Tapback {
  emoji: string;
  /** They took the reaction away. */
  removed: boolean;
  /** The words it is about; null: a picture or another file. */
  quoted: string | null;
}

type Mark = "like" | "love" | "dislike" | "laugh" | "emphasis" | "question";
const EMOJI: Record<Mark, string> = { like: "👍", love: "❤️", dislike: "👎", laugh: "😂", emphasis: "‼️", question: "❓" };

/** What stands before the quoted words, lower case and without accents. English, Spanish, French, German, Portuguese, as the phones' own languages put it; a dislike goes before the like it contains. */
const GIVEN: readonly [Mark, RegExp][] = [
  ["dislike", /^(?:disliked|no le gusto|no le ha gustado|n'a pas aime|n'aime pas|(?:mochte|mag) nicht|nao gostou de|descurtiu|nao curtiu)$/],
  ["like", /^(?:liked|le gusto|le ha gustado|a aime|aime|gefallt|gefiel|mochte|mag|gostou de|curtiu)$/],
  ["love", /^(?:loved|le encanto|le ha encantado|a adore|adore|liebt|liebte|amou|adorou)$/],
  ["laugh", /^(?:laughed at|se rio de|se ha reido de|a ri (?:de|a)|rit de|lacht(?:e)? uber|riu de|riu-se de|riu para)$/],
  ["emphasis", /^(?:emphasi[sz]ed|enfatizo|ha enfatizado|exclamo|a mis l'accent sur|a souligne|met l'accent sur|betont|betonte|hob hervor|enfatizou|destacou)$/],
  ["question", /^(?:questioned|cuestiono|ha cuestionado|pregunto por|a mis en doute|a questionne|s'interroge sur|hinterfragt|hinterfragte|questionou)$/],
];

/** What was taken away, as the same languages name it. */
const NAMED: readonly [Mark, RegExp][] = [
  ["dislike", /dislike|no me gusta|je n'aime pas|gefallt mir nicht|nao gostei|nao gosto|descurtida/],
  ["like", /like|me gusta|j'aime|gefallt mir|gostei|gosto|curtida/],
  ["love", /heart|corazon|c(?:oe|œ)ur|herz|coracao/],
  ["laugh", /laugh|risa|rire|lachen|lacher|risada|riso/],
  ["emphasis", /exclamation|exclamacion|ausrufezeichen|exclamacao/],
  ["question", /question|pregunta|interrogacion|interrogation|fragezeichen|interrogacao/],
];
const REMOVED = /^(?:removed (?:an? )?|(?:elimino|quito) (?:una? |el |la )?|a (?:supprime|retire) (?:une? |son |le |la )?|(?:entfernte|entfernt|hat) (?:ein(?:e|en)? )?|removeu (?:uma? |o |a )?)(.+?)(?: (?:from|del?|von|d'))?$/;

/** A single emoji between the words, also as Android puts it in front of them. */
const REACTED = /^(?:reacted(?: with)?|reacciono con|ha reaccionado con|a reagi avec|reagierte mit|reagiert mit|hat mit|reagiu com) (.+?) (?:to|a|auf|ao)$/;
const ANDROID = /^(.+?) (to|a|au|auf|zu|removed from|eliminado de|supprime de|entfernt von|removido de)$/;
const ANDROID_REMOVED = / (?:removed from|eliminado de|supprime de|entfernt von|removido de)$/;

/** What phones call a thing without words. */
const FILE = /^(?:an? (?:image|photo|picture|video|movie|audio message|attachment|sticker)|una? (?:imagen|foto|video|mensaje de audio|archivo)|une? (?:image|photo|video|message audio|piece jointe)|eine?(?:n)? (?:bild|foto|video|audionachricht|anhang)|uma? (?:imagem|foto|video|mensagem de audio|anexo))$/;

const EMOJI_ONLY = /^(?:\p{Extended_Pictographic}|\p{Emoji_Component}|\p{Regional_Indicator})+$/u;
const QUOTED = /^(.{1,80}?)\s*[“„«"](.+)[”“»"](?: (reagiert|nicht|entfernt))?$/su;
/** What Android puts around its parts, to know them again. */
const INVISIBLE = /[\u200a-\u200c\u2060\ufeff]/gu;
/** Longer ones are cut by the phones themselves. */
const MAX = 2_000;

const plain = (text: string): string => text.normalize("NFKD").replaceAll(/\p{Mn}/gu, "").replaceAll(/[’‘]/gu, "'").replaceAll(/\s+/gu, " ").trim().toLowerCase();

/** Reads a text that a phone made of a reaction; null for what a person wrote, and for wordings nobody has told us of. */
export function readTapback(text: string): Tapback | null {
  if (text.length > MAX) return null;
  const bare = text.replaceAll(INVISIBLE, "").trim();
  const quote = QUOTED.exec(bare);
  if (quote) {
    // German puts what turns the sense around behind the words.
    const found = readVerb(quote[3] === "nicht" ? `${quote[1]!} nicht` : quote[1]!);
    return found && { ...found, quoted: quote[2]!.trim() };
  }
  const words = bare.split(/\s+/u);
  // "an audio message" is the longest of them.
  for (let count = 2; count <= 4 && count < words.length; count++) {
    if (!FILE.test(plain(words.slice(-count).join(" ")))) continue;
    const found = readVerb(words.slice(0, -count).join(" "));
    if (found) return { ...found, quoted: null };
  }
  return null;
}

function readVerb(written: string): Omit<Tapback, "quoted"> | null {
  const verb = plain(written);
  const given = GIVEN.find(([, pattern]) => pattern.test(verb));
  if (given) return { emoji: EMOJI[given[0]], removed: false };
  // The emoji as it was written: without marks some would be another one.
  const emojis = /(?:\p{Extended_Pictographic}|\p{Regional_Indicator})[\p{Emoji_Component}\p{Extended_Pictographic}]*/u.exec(written.trim())?.[0] ?? "";
  const android = ANDROID.exec(verb);
  if (emojis !== "" && android && EMOJI_ONLY.test(android[1]!)) return { emoji: emojis, removed: ANDROID_REMOVED.test(verb) };
  const reacted = REACTED.exec(verb);
  if (emojis !== "" && reacted && EMOJI_ONLY.test(reacted[1]!)) return { emoji: emojis, removed: false };
  const removed = REMOVED.exec(verb)?.[1];
  if (removed === undefined) return null;
  if (emojis !== "" && EMOJI_ONLY.test(removed)) return { emoji: emojis, removed: true };
  const named = NAMED.find(([, pattern]) => pattern.test(removed));
  return named ? { emoji: EMOJI[named[0]], removed: true } : null;
}

/** Whether quoted words are these: phones straighten quotes and spaces, and cut what is long. */
export function isQuoteOf(quoted: string, words: string): boolean {
  const [said, whole] = [comparable(quoted), comparable(words)];
  if (said === "" || whole === "") return false;
  const cut = /^(.{10,}?)\s*(?:…|\.\.\.)$/su.exec(said)?.[1];
  return said === whole || (cut !== undefined && whole.startsWith(cut));
}

const comparable = (text: string): string => text.normalize("NFC").replaceAll(/[’‘]/gu, "'").replaceAll(/[“”„]/gu, '"').replaceAll(/\s+/gu, " ").trim();
