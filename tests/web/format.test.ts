import { describe, expect, it } from "vitest";
import { bytes, clock, dayKey, dayLabel, exactTime, relative, relativeWords } from "../../web/lib/format";

/** Wednesday, where the reader is: built from local parts, so the cases hold in every zone. */
const NOW = new Date(2026, 4, 13, 14, 0, 0);
const at = (...[year, month, day, hour, minute, second]: [number, number, number, number, number, number?]) => new Date(year, month, day, hour, minute, second ?? 0);

it.each([
  ["just now", at(2026, 4, 13, 13, 59, 30), "now"],
  ["a clock slightly ahead of ours", at(2026, 4, 13, 14, 0, 20), "now"],
  ["under an hour", at(2026, 4, 13, 13, 56), "4m"],
  ["almost an hour", at(2026, 4, 13, 13, 0, 15), "59m"],
  ["almost a day", at(2026, 4, 13, 0, 5), "13h"],
  ["one minute at least", at(2026, 4, 13, 13, 59, 14), "1m"],
  ["hours of today", at(2026, 4, 13, 11, 0), "3h"],
  ["yesterday", at(2026, 4, 12, 9, 0), "Yesterday"],
  ["this year", at(2026, 3, 2, 9, 0), "Apr 2"],
  ["another year", at(2025, 3, 2, 9, 0), "Apr 2, 2025"],
  ["later today", at(2026, 4, 13, 18, 30), "18:30"],
  ["tomorrow", at(2026, 4, 14, 9, 0), "Tomorrow 09:00"],
  ["later this week", at(2026, 4, 16, 9, 0), "Sat 09:00"],
])("%s is short in a list", (_, date, expected) => {
  expect(relative(date.toISOString(), NOW.getTime())).toBe(expected);
});

it.each([
  ["just now", at(2026, 4, 13, 13, 59, 30), "Just now"],
  ["minutes", at(2026, 4, 13, 13, 59), "1 min ago"],
  ["hours of today", at(2026, 4, 13, 11, 0), "3 h ago"],
  ["soon", at(2026, 4, 13, 14, 20), "in 20 min"],
  ["yesterday", at(2026, 4, 12, 1, 0), "Yesterday"],
  ["later today", at(2026, 4, 13, 18, 30), "18:30"],
])("%s is said in words where it stands alone", (_, date, expected) => {
  expect(relativeWords(date.toISOString(), NOW.getTime())).toBe(expected);
});

it("what was written before midnight still counts in hours while the night is short", () => {
  expect(relative(at(2026, 4, 12, 23, 0).toISOString(), at(2026, 4, 13, 2, 0).getTime())).toBe("3h");
});

it.each([
  ["today", at(2026, 4, 13, 9, 5), "09:05"],
  ["yesterday", at(2026, 4, 12, 9, 5), "yesterday 09:05"],
  ["tomorrow", at(2026, 4, 14, 9, 5), "tomorrow 09:05"],
  ["within a week", at(2026, 4, 18, 9, 5), "Mon 09:05"],
  ["beyond", at(2026, 5, 18, 9, 5), "Jun 18 09:05"],
  ["midnight", at(2026, 4, 13, 0, 0), "00:00"],
])("a clock time of %s names its day when it must, as within a sentence", (_, date, expected) => {
  expect(clock(date, NOW)).toBe(expected);
});

describe("a day above its messages", () => {
  it.each([
    ["today", at(2026, 4, 13, 0, 1), "Today"],
    ["yesterday", at(2026, 4, 12, 23, 59), "Yesterday"],
    ["tomorrow", at(2026, 4, 14, 0, 1), "Tomorrow"],
    ["this year", at(2026, 4, 5, 9, 0), "Tuesday, May 5"],
    ["another year", at(2025, 4, 5, 9, 0), "Monday, May 5, 2025"],
  ])("is named: %s", (_, date, expected) => {
    expect(dayLabel(date.toISOString(), NOW)).toBe(expected);
  });

  it("begins at midnight where the reader is", () => {
    expect(dayKey(at(2026, 4, 13, 0, 0).toISOString())).toBe(dayKey(at(2026, 4, 13, 23, 59).toISOString()));
    expect(dayKey(at(2026, 4, 13, 23, 59).toISOString())).not.toBe(dayKey(at(2026, 4, 14, 0, 0).toISOString()));
  });
});

it("the exact time has seconds, a year and a zone", () => {
  expect(exactTime(at(2026, 4, 13, 9, 5, 7).toISOString())).toMatch(/2026.*09:05:07.*\S+$/);
});

it.each([[0, "0 B"], [999, "999 B"], [1_000, "1 kB"], [25_400, "25 kB"], [1_250_000, "1.3 MB"], [9_960_000, "10 MB"], [25_000_000, "25 MB"], [999_600, "1.0 MB"]])("%d bytes are %s", (count, expected) => {
  expect(bytes(count)).toBe(expected);
});
