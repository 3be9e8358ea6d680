import * as fc from "fast-check";
import { SegmentedMessage } from "sms-segments-calculator";
import { describe, expect, it } from "vitest";
import { countSegments, toPlain } from "../../worker/contract/segments";
import vectors from "../channels/fixtures/twilio-sms/sms-segments.json";

interface Row { name: string; text?: string; repeat?: [string, number][]; encoding: string; units: number; segments: number }
const rows: Row[] = vectors.rows as Row[];
const textOf = ({ text, repeat }: Row): string => text ?? repeat!.map(([char, count]) => char.repeat(count)).join("");

describe("segments", () => {
  it.each(rows.map((row): [string, Row] => [row.name, row]))("count as the carrier counts: %s", (_name, row) => {
    expect(countSegments(textOf(row))).toMatchObject({ encoding: row.encoding, units: row.units, segments: row.segments });
  });

  it("agree with the provider's own calculator on any text of GSM-7, extension and two-unit characters", () => {
    const chars = fc.constantFrom("a", " ", "€", "[", "\n", "é", "Ω", "й", "ç", "😀", "’");
    fc.assert(fc.property(fc.array(fc.tuple(chars, fc.integer({ min: 1, max: 90 })), { maxLength: 8 }), (runs) => {
      const text = runs.map(([char, count]) => char.repeat(count)).join("");
      const theirs = new SegmentedMessage(text, "auto");
      const ours = countSegments(text);
      expect([ours.encoding, ours.segments]).toEqual([theirs.encodingName, text === "" ? 0 : theirs.segmentsCount]);
    }));
  });

  it.each([
    ["", 160], ["a".repeat(159), 1], ["a".repeat(160), 0], ["a".repeat(161), 145], ["й".repeat(70), 0], ["й".repeat(71), 63],
    // The euro sign moves to the second segment and leaves a gap of one behind.
    [`${"a".repeat(152)}€${"b".repeat(20)}`, 131],
  ])("say how much is left: %#", (text, left) => expect(countSegments(text).left).toBe(left));

  it("name the character that forces Unicode, its place and its replacement", () => {
    expect(countSegments("It’s 5 € 😀").forced).toEqual([{ at: 2, char: "’", plain: "'" }, { at: 9, char: "😀", plain: null }]);
  });

  it("take an emoji of several code points for one character", () => {
    expect(countSegments("ok 👨‍👩‍👧 ❤️").forced.map(({ char }) => char)).toEqual(["👨‍👩‍👧", "❤️"]);
  });

  it.each([
    ["“Quoted” – it’s…", "\"Quoted\" - it's..."], ["a\u00a0b\tc", "a b c"], ["garçon, São, Łódź", "garcon, Sao, Lodz"],
    ["cafe\u0301", "café"], ["ﬁne ½ №", "fine 1/2 No"], ["zero\u200bwidth", "zerowidth"], ["привет 😀", "привет 😀"], ["plain already", "plain already"],
  ])("become plain with one click: %s", (text, plain) => expect(toPlain(text)).toBe(plain));

  it("have no characters left to replace once made plain", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const again = countSegments(toPlain(text));
      expect(again.forced.filter(({ plain }) => plain !== null)).toEqual([]);
    }));
  });
});
