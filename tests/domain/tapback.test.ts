import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isQuoteOf, readTapback } from "../../worker/domain/tapback";

const quoted = "See you at 9";

describe("a reaction that a phone wrote as a text", () => {
  it.each<[string, string]>([
    ["Liked “See you at 9”", "👍"], ["Loved “See you at 9”", "❤️"], ["Disliked “See you at 9”", "👎"], ["Laughed at “See you at 9”", "😂"],
    ["Emphasized “See you at 9”", "‼️"], ["Emphasised “See you at 9”", "‼️"], ["Questioned “See you at 9”", "❓"], ["Reacted 🎉 to “See you at 9”", "🎉"],
    ["Liked \"See you at 9\"", "👍"], ["\u200a\u200b👍\u200b to “\u200aSee you at 9\u200a”", "👍"], ["❤️ to “See you at 9”", "❤️"],
    ["Le gustó “See you at 9”", "👍"], ["Le encantó “See you at 9”", "❤️"], ["No le gustó “See you at 9”", "👎"], ["Se rió de “See you at 9”", "😂"], ["Enfatizó “See you at 9”", "‼️"], ["Cuestionó “See you at 9”", "❓"], ["Reaccionó con 🎉 a “See you at 9”", "🎉"],
    ["A aimé « See you at 9 »", "👍"], ["A adoré « See you at 9 »", "❤️"], ["N’a pas aimé « See you at 9 »", "👎"], ["A ri de « See you at 9 »", "😂"], ["A mis l’accent sur « See you at 9 »", "‼️"], ["A questionné « See you at 9 »", "❓"], ["A réagi avec 🎉 à « See you at 9 »", "🎉"],
    ["Mag „See you at 9“", "👍"], ["Mochte „See you at 9“", "👍"], ["Liebt „See you at 9“", "❤️"], ["Mag „See you at 9“ nicht", "👎"], ["Mochte „See you at 9“ nicht", "👎"], ["Lachte über „See you at 9“", "😂"], ["Betonte „See you at 9“", "‼️"], ["Hinterfragte „See you at 9“", "❓"], ["Reagierte mit 🎉 auf „See you at 9“", "🎉"], ["Hat mit 🎉 auf „See you at 9“ reagiert", "🎉"],
    ["Gostou de “See you at 9”", "👍"], ["Curtiu “See you at 9”", "👍"], ["Amou “See you at 9”", "❤️"], ["Não gostou de “See you at 9”", "👎"], ["Riu de “See you at 9”", "😂"], ["Enfatizou “See you at 9”", "‼️"], ["Questionou “See you at 9”", "❓"], ["Reagiu com 🎉 a “See you at 9”", "🎉"],
  ])("is read: %s", (text, emoji) => expect(readTapback(text)).toEqual({ emoji, removed: false, quoted }));

  it.each<[string, string]>([
    ["Removed a like from “See you at 9”", "👍"], ["Removed a heart from “See you at 9”", "❤️"], ["Removed a dislike from “See you at 9”", "👎"], ["Removed a laugh from “See you at 9”", "😂"],
    ["Removed an exclamation from “See you at 9”", "‼️"], ["Removed a question mark from “See you at 9”", "❓"], ["Removed 🎉 from “See you at 9”", "🎉"], ["👍 removed from “See you at 9”", "👍"],
    ["Eliminó un me gusta de “See you at 9”", "👍"], ["A supprimé un cœur de « See you at 9 »", "❤️"], ["Entfernte ein Herz von „See you at 9“", "❤️"], ["Removeu uma risada de “See you at 9”", "😂"],
  ])("taken away is read: %s", (text, emoji) => expect(readTapback(text)).toEqual({ emoji, removed: true, quoted }));

  it.each<[string, string, boolean]>([
    ["Liked an image", "👍", false], ["Laughed at a video", "😂", false], ["Loved an audio message", "❤️", false], ["Removed a like from an image", "👍", true], ["Reacted 😮 to a photo", "😮", false],
    ["Le encantó una imagen", "❤️", false], ["A aimé une image", "👍", false], ["Mag ein Bild", "👍", false], ["Gostou de uma imagem", "👍", false],
  ])("to a file is read: %s", (text, emoji, removed) => expect(readTapback(text)).toEqual({ emoji, removed, quoted: null }));

  it("keeps an emoji of several code points whole", () => {
    for (const emoji of ["👩‍💻", "👍🏽", "🇩🇪", "❤️‍🔥"]) expect(readTapback(`Reacted ${emoji} to “See you at 9”`)).toMatchObject({ emoji });
  });

  it("quotes over several lines, quotes inside included", () => expect(readTapback("Liked “first\nsecond “third””")).toMatchObject({ quoted: "first\nsecond “third”" }));
});

it.each([
  "Liked it a lot, thanks", "I loved “The Hobbit”", "Liked", "“See you at 9”", "Questioned by the police about “See you at 9”", "Can you send an image", "Removed “See you at 9”", "See you at 9", "", "👍", "Reacted badly to “See you at 9”",
  "Loved “See you at 9” and the rest", "We go to “Rosa's”",
])("what a person wrote stays a message: %s", (text) => expect(readTapback(text)).toBeNull());

it("any text is read or not, in good time", () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: fc.constantFrom("a ", "removed ", "from ", "“", "”", "👍", "\n") , maxLength: 400 })), (text) => {
    const found = readTapback(text);
    if (found) expect(found.emoji).not.toBe("");
  }));
  const started = performance.now();
  readTapback(`removed ${"a ".repeat(990)}`);
  readTapback(`“${"“".repeat(1_990)}`);
  expect(performance.now() - started).toBeLessThan(200);
});

it.each<[string, string, boolean]>([
  ["It's fine", "It’s fine", true], ["a  b", "a b", true], ["See you at 9", "See you at 10", false], ["See you at 9 o'clock…", "See you at 9 o'clock sharp, and bring the bike", true],
  ["Short…", "Shorter", false], ["", "", false], ["Yes", "Yes, of course", false],
])("%s quotes %s: %s", (said, words, is) => expect(isQuoteOf(said, words)).toBe(is));
