import { describe, expect, it } from "vitest";
import { presence, type OfficeHours } from "../../worker/domain/office-hours";

const NINE_TO_SIX = { from: "09:00", to: "18:00" };
const office = (days: Partial<Record<number, OfficeHours["days"][number]>>, holidays: string[] = []): OfficeHours => ({ timeZone: "Europe/Vienna", days: Array.from({ length: 7 }, (_, day) => days[day] ?? []), holidays });
const told = (hours: OfficeHours | null, at: string): string | null => {
  const here = presence(hours, Date.parse(at));
  return here.isOpen ? "open" : here.backAt === null ? null : new Date(here.backAt).toISOString();
};

describe("office hours are read in the business's own time zone, and say when somebody is back", () => {
  const week = office({ 1: [NINE_TO_SIX], 5: [{ from: "22:00", to: "02:00" }] });
  it.each([
    ["2026-11-23T07:59:00Z", "2026-11-23T08:00:00.000Z"], ["2026-11-23T08:00:00Z", "open"], ["2026-11-23T16:59:00Z", "open"], ["2026-11-23T17:00:00Z", "2026-11-27T21:00:00.000Z"],
    ["2026-07-06T07:00:00Z", "open"], // summer time: an hour earlier in UTC
    ["2026-11-27T21:00:00Z", "open"], ["2026-11-28T00:59:00Z", "open"], ["2026-11-28T01:00:00Z", "2026-11-30T08:00:00.000Z"],
    ["2026-10-24T20:00:00Z", "2026-10-26T08:00:00.000Z"], // the clock goes back in between
  ])("%s: %s", (at, expected) => expect(told(week, at)).toBe(expected));

  it.each<[string, OfficeHours | null, string, string | null]>([
    ["a business without office hours is there", null, "2026-11-23T03:00:00Z", "open"],
    ["one that is never there names no time", office({}), "2026-11-23T10:00:00Z", null],
    ["with a break in the middle, the afternoon is next", office({ 1: [{ from: "09:00", to: "12:00" }, { from: "13:00", to: "17:00" }] }), "2026-11-23T11:30:00Z", "2026-11-23T12:00:00.000Z"],
    ["on a holiday nobody comes", office({ 1: [NINE_TO_SIX], 2: [NINE_TO_SIX] }, ["2026-11-23"]), "2026-11-23T10:00:00Z", "2026-11-24T08:00:00.000Z"],
    ["a night ends where a holiday begins", office({ 0: [{ from: "20:00", to: "04:00" }], 2: [NINE_TO_SIX] }, ["2026-11-23"]), "2026-11-23T00:30:00Z", "2026-11-24T08:00:00.000Z"],
    ["a night that would begin on a holiday does not reach into the next day", office({ 1: [{ from: "20:00", to: "04:00" }], 2: [NINE_TO_SIX] }, ["2026-11-23"]), "2026-11-24T01:00:00Z", "2026-11-24T08:00:00.000Z"],
    ["the whole day is open", office({ 1: [{ from: "00:00", to: "00:00" }] }), "2026-11-23T22:59:00Z", "open"],
  ])("%s", (_name, hours, at, expected) => expect(told(hours, at)).toBe(expected));
});
