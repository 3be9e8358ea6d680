import { expect, it } from "vitest";
import type { WindowRule } from "../../worker/contract/channel";
import { standing, together, type Window } from "../../worker/domain/window";

const HOUR = 3_600_000;
const WROTE = Date.UTC(2026, 2, 10, 12);
const DAY: WindowRule = { hours: 24, adHours: null, humanHours: null, perTurn: null };
const PEOPLE: WindowRule = { hours: 24, adHours: 168, humanHours: 168, perTurn: null };
const COUNTED: WindowRule = { hours: 48, adHours: null, humanHours: null, perTurn: 10 };
const wrote = (facts: Partial<Window> = {}): Window => ({ openedAt: WROTE, ad: false, used: 0, ...facts });

it.each<[what: string, rule: WindowRule | null, window: Window | null, hoursLater: number, expected: ReturnType<typeof standing>]>([
  ["a channel without a rule has no window", null, wrote(), 1, null],
  ["nobody wrote yet", DAY, null, 0, { state: "closed", closesAt: null, left: null }],
  ["nobody wrote yet where messages are counted", COUNTED, null, 0, { state: "closed", closesAt: null, left: 0 }],
  ["at once", DAY, wrote(), 0, { state: "open", closesAt: WROTE + 24 * HOUR, left: null }],
  ["their clock is ahead of ours", DAY, wrote(), -0.1, { state: "open", closesAt: WROTE + 24 * HOUR, left: null }],
  ["a moment before the end", DAY, wrote(), 24 - 1 / HOUR, { state: "open", closesAt: WROTE + 24 * HOUR, left: null }],
  ["the very end is closed", DAY, wrote(), 24, { state: "closed", closesAt: null, left: null }],
  ["an ad lengthens it", PEOPLE, wrote({ ad: true }), 100, { state: "open", closesAt: WROTE + 168 * HOUR, left: null }],
  ["an ad changes nothing where the rule knows none", DAY, wrote({ ad: true }), 25, { state: "closed", closesAt: null, left: null }],
  ["people keep writing", PEOPLE, wrote(), 24, { state: "human", closesAt: WROTE + 168 * HOUR, left: null }],
  ["until their time is over too", PEOPLE, wrote(), 168, { state: "closed", closesAt: null, left: null }],
  ["ours are counted down", COUNTED, wrote({ used: 4 }), 47, { state: "open", closesAt: WROTE + 48 * HOUR, left: 6 }],
  ["never below nothing", COUNTED, wrote({ used: 12 }), 47, { state: "open", closesAt: WROTE + 48 * HOUR, left: 0 }],
  ["a closed window has none left", COUNTED, wrote({ used: 4 }), 48, { state: "closed", closesAt: null, left: 0 }],
])("%s", (_, rule, window, hoursLater, expected) => {
  expect(standing(rule, window, WROTE + hoursLater * HOUR)).toEqual(expected);
});

it.each<[what: string, one: Partial<Window>, other: Partial<Window>, expected: Partial<Window>]>([
  ["the newer word counts, with what was used of it", { used: 3 }, { openedAt: WROTE + HOUR, used: 1 }, { openedAt: WROTE + HOUR, used: 1 }],
  ["an ad is not lost behind a newer word", { ad: true, adAt: WROTE }, { openedAt: WROTE + HOUR }, { openedAt: WROTE + HOUR, ad: true, adAt: WROTE }],
  ["the newest ad counts", { ad: true, adAt: WROTE }, { openedAt: WROTE + HOUR, ad: true, adAt: WROTE + HOUR }, { openedAt: WROTE + HOUR, ad: true, adAt: WROTE + HOUR }],
  ["an ad whose time nobody kept counts from its word", { ad: true }, { openedAt: WROTE + HOUR }, { openedAt: WROTE + HOUR, ad: true, adAt: WROTE }],
])("of two windows %s, in either order", (_, one, other, expected) => {
  expect(together(wrote(one), wrote(other))).toEqual(wrote(expected));
  expect(together(wrote(other), wrote(one))).toEqual(wrote(expected));
});
