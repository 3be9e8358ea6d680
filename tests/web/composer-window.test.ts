import { describe, expect, it } from "vitest";
import type { Capabilities, WindowRule } from "../../worker/contract/channel";
import type { WindowState } from "../../worker/contract/compose";
import { messagesOf, refuseFile } from "../../web/inbox/composer/limits";
import { lengthOf } from "../../web/inbox/composer/hindrance";
import { countdown, nextChange, quota, timeLeft } from "../../web/inbox/composer/window";

const NOW = Date.parse("2026-05-12T09:00:00Z");
const MINUTE = 60_000, HOUR = 60 * MINUTE;
const iso = (ms: number) => new Date(NOW + ms).toISOString();
const RULE: WindowRule = { hours: 24, adHours: null, humanHours: null, perTurn: null };
const via = (window: Partial<WindowState> | null, rule: Partial<WindowRule> | null = {}) =>
  ({ window: window && { state: "open" as const, closesAt: null, left: null, ...window }, capabilities: { window: rule && { ...RULE, ...rule } } as Capabilities });

describe("the time that is left to answer", () => {
  it.each([
    [30_000, "less than a minute"], [MINUTE, "1 min"], [59 * MINUTE + 59_999, "59 min"], [HOUR, "1 h"], [3 * HOUR + 12 * MINUTE, "3 h 12 min"],
    [24 * HOUR, "24 h"], [48 * HOUR, "2 d"], [50 * HOUR + MINUTE, "2 d 2 h"], [167 * HOUR, "6 d 23 h"],
  ])("%i ms is never rounded up: %s", (ms, words) => expect(timeLeft(ms)).toBe(words));

  it.each([
    ["plenty of time", via({ closesAt: iso(20 * HOUR) }), { state: "open", low: false, short: "20 h", sentence: "Answer within 20 h" }],
    ["less than a quarter is left", via({ closesAt: iso(3 * HOUR) }), { state: "open", low: true, short: "3 h" }],
    ["exactly a quarter is not less", via({ closesAt: iso(6 * HOUR) }), { low: false }],
    ["an ad opened it for longer, and the quarter is of that", via({ closesAt: iso(30 * HOUR) }, { adHours: 168 }), { low: true }],
    ["closed by the server's word", via({ state: "closed" }), { state: "closed", low: true }],
    ["closed since the server was asked", via({ closesAt: iso(-1) }), { state: "closed" }],
    ["nothing runs out on this channel", via(null, null), null],
    ["open without an end", via({ closesAt: null }), null],
  ] as const)("%s", (_, row, expected) => {
    const found = countdown(row, NOW);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toMatchObject(expected);
  });

  it("in the longer window it says that only people may write, and until when", () => {
    const human = countdown(via({ state: "human", closesAt: iso(100 * HOUR) }, { humanHours: 168 }), NOW);
    expect(human).toMatchObject({ state: "human", low: false });
    expect(human?.sentence).toMatch(/^Only people may write, until \w+ \d\d:\d\d$/);
    expect(countdown(via({ state: "human", closesAt: iso(30 * HOUR) }, { humanHours: 168 }), NOW)?.low).toBe(true);
  });
});

describe("how many messages may still go", () => {
  it.each([
    ["some of ten", via({ left: 6 }, { perTurn: 10 }), { text: "6 of 10 left", low: false, left: 6, all: 10 }],
    ["nearly none", via({ left: 2 }, { perTurn: 10 }), { text: "2 of 10 left", low: true, left: 2, all: 10 }],
    ["without a known whole", via({ left: 3 }), { text: "3 left", low: false, left: 3, all: null }],
    ["not counted", via({ left: null }, { perTurn: 10 }), null],
    ["no window", via(null), null],
  ] as const)("%s", (_, row, expected) => expect(quota(row)).toEqual(expected));
});

it("the next question is due when the first window closes or a held message may go", () => {
  const rows = [{ window: { state: "open" as const, closesAt: iso(3 * HOUR), left: null }, until: null }, { window: { state: "open" as const, closesAt: iso(-HOUR), left: null }, until: iso(HOUR) }, { window: null }];
  expect(nextChange(rows, NOW)).toBe(NOW + HOUR);
  expect(nextChange(rows, NOW + 2 * HOUR)).toBe(NOW + 3 * HOUR);
  expect(nextChange(rows, NOW + 4 * HOUR)).toBeNull();
});

describe("files where each kind has a limit of its own", () => {
  const media: NonNullable<Capabilities["media"]> = { max: 10, bytes: 100_000_000, types: ["*/*"], limits: [{ type: "image/", bytes: 5_000_000 }, { type: "video/", bytes: 16_000_000 }], together: false, caption: true };
  const photo = { name: "bike.jpg", type: "image/jpeg", size: 6_000_000 };

  it.each([
    ["a picture over its own limit can be made smaller", photo, [], { why: "kind-size", bytes: 6_000_000, max: 5_000_000, shrink: true }],
    ["a film over its own limit cannot", { ...photo, name: "ride.mp4", type: "video/mp4", size: 17_000_000 }, [], { why: "kind-size", bytes: 17_000_000, max: 16_000_000, shrink: false }],
    ["other kinds have the room of all", { ...photo, name: "plan.pdf", type: "application/pdf", size: 90_000_000 }, [], null],
    ["files that travel alone do not share their room", { ...photo, name: "plan.pdf", type: "application/pdf", size: 90_000_000 }, [{ ...photo, type: "application/pdf", size: 90_000_000 }], null],
  ] as const)("%s", (_, file, others, expected) => expect(refuseFile(media, file, others)).toEqual(expected));

  it.each([
    ["one file with words", media, "Hi", 1, 1], ["three files travel alone", media, "Hi", 3, 3], ["without captions the words travel alone too", { ...media, caption: false }, "Hi", 2, 3],
    ["together with words", { ...media, together: true }, "Hi", 3, 1], ["words alone", media, "Hi", 0, 1], ["no words to carry", { ...media, caption: false }, " ", 1, 1], ["no files here", null, "Hi", 0, 1],
  ] as const)("%s", (_, limits, text, files, count) => expect(messagesOf(limits, text, Array.from({ length: files }, () => ({ type: "image/png" })))).toBe(count));
});

it.each([["bytes", "é€😀", 9], ["characters", "é€😀", 4], ["segments", "a".repeat(161), 2]] as const)("a text is counted in %s", (unit, text, length) => expect(lengthOf(text, unit)).toBe(length));
