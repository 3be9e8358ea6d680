import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AccountPatch, type QuietHours, type QuietInterval } from "../../worker/contract/account";
import { openAfter, quietUntil, releaseDelay, strictestQuiet } from "../../worker/domain/quiet-hours";
import { zoneOf } from "../../worker/domain/wall-clock";

const NIGHT: QuietInterval = { from: "21:00", to: "08:00" };
const ALL_DAY: QuietInterval = { from: "00:00", to: "00:00" };
const hours = (days: QuietInterval[][], holidays: string[] = []): QuietHours => ({ on: true, days, holidays, manual: "warn" });
const daily = (...intervals: QuietInterval[]): QuietHours => hours(Array.from({ length: 7 }, () => intervals));
const NIGHTS = daily(NIGHT);
const DEEP = daily({ from: "01:00", to: "02:30" });
/** Sunday and Monday are whole days, the evening before runs into them. */
const WEEKEND = hours([[ALL_DAY], [ALL_DAY], [], [], [], [], [{ from: "20:00", to: "00:00" }]]);
const LUNCH = daily({ from: "12:00", to: "13:00" }, { from: "12:30", to: "14:00" }, { from: "22:00", to: "06:00" });

const quiet = (given: QuietHours | null, zone: string, at: string) => {
  const until = quietUntil(given, zone, Date.parse(at));
  return until === null ? null : new Date(until).toISOString().replace(".000Z", "Z");
};

it.each<[what: string, hours: QuietHours | null, zone: string, at: string, until: string | null]>([
  ["no hours", null, "UTC", "2026-03-10T23:00:00Z", null],
  ["hours that are off", { ...NIGHTS, on: false }, "UTC", "2026-03-10T23:00:00Z", null],
  ["by day", NIGHTS, "UTC", "2026-03-10T12:00:00Z", null],
  ["a moment before it begins", NIGHTS, "UTC", "2026-03-10T20:59:59.999Z", null],
  ["when it begins", NIGHTS, "UTC", "2026-03-10T21:00:00Z", "2026-03-11T08:00:00Z"],
  ["after midnight, by the evening before", NIGHTS, "UTC", "2026-03-11T03:12:34.567Z", "2026-03-11T08:00:00Z"],
  ["a moment before it ends", NIGHTS, "UTC", "2026-03-11T07:59:59.999Z", "2026-03-11T08:00:00Z"],
  ["when it ends", NIGHTS, "UTC", "2026-03-11T08:00:00Z", null],
  ["several a day that overlap are one", LUNCH, "UTC", "2026-03-10T12:10:00Z", "2026-03-10T14:00:00Z"],
  ["between two of a day", LUNCH, "UTC", "2026-03-10T15:00:00Z", null],
  ["days that touch are one", WEEKEND, "UTC", "2026-03-14T21:00:00Z", "2026-03-17T00:00:00Z"],
  ["a weekday of its own", WEEKEND, "UTC", "2026-03-13T21:00:00Z", null],
  ["the weekday is theirs, not Greenwich's", WEEKEND, "Pacific/Auckland", "2026-03-14T12:00:00Z", "2026-03-16T11:00:00Z"],
  ["a holiday from midnight to midnight", hours([[], [], [], [], [], [], []], ["2026-12-25"]), "Europe/Berlin", "2026-12-24T23:00:00Z", "2026-12-25T23:00:00Z"],
  ["the evening before a holiday", hours([[], [], [], [], [], [], []], ["2026-12-25"]), "Europe/Berlin", "2026-12-24T22:59:00Z", null],
  ["a night that runs into a holiday and out of it", { ...NIGHTS, holidays: ["2026-12-25"] }, "Europe/Berlin", "2026-12-24T21:00:00Z", "2026-12-26T07:00:00Z"],
  ["half an hour off", NIGHTS, "Asia/Kolkata", "2026-03-10T15:30:00Z", "2026-03-11T02:30:00Z"],
  ["half an hour off, just before", NIGHTS, "Asia/Kolkata", "2026-03-10T15:29:00Z", null],
  ["three quarters off", NIGHTS, "Asia/Kathmandu", "2026-03-10T15:15:00Z", "2026-03-11T02:15:00Z"],
  ["half an hour off, with summer time", NIGHTS, "Australia/Adelaide", "2026-01-10T10:30:00Z", "2026-01-10T21:30:00Z"],
  ["a clock that moves by half an hour", NIGHTS, "Australia/Lord_Howe", "2026-04-04T12:00:00Z", "2026-04-04T21:30:00Z"],
  ["Berlin, an hour is skipped in the night", NIGHTS, "Europe/Berlin", "2026-03-28T20:00:00Z", "2026-03-29T06:00:00Z"],
  ["Berlin, an hour comes twice in the night", NIGHTS, "Europe/Berlin", "2026-10-24T19:00:00Z", "2026-10-25T07:00:00Z"],
  ["New York, an hour is skipped in the night", NIGHTS, "America/New_York", "2026-03-08T02:00:00Z", "2026-03-08T12:00:00Z"],
  ["New York, an hour comes twice in the night", NIGHTS, "America/New_York", "2026-11-01T01:00:00Z", "2026-11-01T13:00:00Z"],
  ["Berlin, an end that the clock skips", DEEP, "Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z"],
  ["New York, an end that the clock skips", DEEP, "America/New_York", "2026-03-08T06:30:00Z", "2026-03-08T07:00:00Z"],
  ["Berlin, an end that comes twice: the first time", DEEP, "Europe/Berlin", "2026-10-25T00:10:00Z", "2026-10-25T00:30:00Z"],
  ["Berlin, an end that comes twice: quiet again", DEEP, "Europe/Berlin", "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z"],
  ["New York, an hour that is quiet twice", DEEP, "America/New_York", "2026-11-01T05:10:00Z", "2026-11-01T07:30:00Z"],
])("%s", (_, given, zone, at, until) => {
  expect(quiet(given, zone, at)).toBe(until);
});

describe("hours that never end", () => {
  it("hold for a week at most", () => {
    expect(quiet(daily(ALL_DAY), "Europe/Berlin", "2026-03-10T12:00:00Z")).toBe("2026-03-17T12:00:00Z");
  });

  it.each([
    ["a whole week", daily(ALL_DAY), false],
    ["a whole week of nights that meet", daily({ from: "20:00", to: "12:00" }, { from: "12:00", to: "20:00" }), false],
    ["all but one minute", hours([[{ from: "00:01", to: "00:00" }], ...Array.from({ length: 6 }, () => [ALL_DAY])]), true],
    ["none at all", hours([[], [], [], [], [], [], []]), true],
    ["holidays, which end by themselves", hours([[], [], [], [], [], [], []], ["2026-12-24", "2026-12-25"]), true],
  ])("are refused when they are set: %s", (_, given, accepted) => {
    expect(AccountPatch.safeParse({ settings: { quietHours: given } }).success).toBe(accepted);
  });
});

it.each([
  ["24:00", false], ["9:00", false], ["12:60", false], ["", false], ["23:59", true],
])("takes times as a clock shows them: %s", (from, accepted) => {
  expect(AccountPatch.safeParse({ settings: { quietHours: daily({ from, to: "06:00" }) } }).success).toBe(accepted);
});

it("takes the first zone that exists", () => {
  expect(zoneOf("Europe/Berlin", "UTC")).toBe("Europe/Berlin");
  expect(zoneOf("Mars/Olympus", "Asia/Tokyo")).toBe("Asia/Tokyo");
  expect(zoneOf(null, "")).toBe("UTC");
});

describe("whatever the hours, the zone and the moment", () => {
  const two = (value: number) => String(value).padStart(2, "0");
  const time = fc.integer({ min: 0, max: 24 * 60 - 1 }).map((minute) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`);
  const days = fc.array(fc.array(fc.record({ from: time, to: time }), { maxLength: 3 }), { minLength: 7, maxLength: 7 });
  const zone = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Chatham", "America/St_Johns", "Pacific/Kiritimati");
  // Around the changes of the clock as often as elsewhere.
  const moment = fc.oneof(
    fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }),
    fc.tuple(fc.constantFrom("2026-03-08T07:00:00Z", "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-11-01T06:00:00Z", "2026-04-04T15:00:00Z"), fc.integer({ min: -86_400_000, max: 86_400_000 })).map(([change, off]) => Date.parse(change) + off),
  );

  /** What somebody would say who looks at a wall clock and a list: no arithmetic with instants. */
  function isQuiet(given: QuietHours, zoneName: string, at: number): boolean {
    const shown = new Intl.DateTimeFormat("sv-SE", { timeZone: zoneName, dateStyle: "short", timeStyle: "short" }).format(at);
    const [date = "", now = ""] = shown.split(" ");
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
    return given.holidays.includes(date)
      || given.days[weekday]!.some(({ from, to }) => now >= from && (to <= from || now < to))
      || given.days[(weekday + 6) % 7]!.some(({ from, to }) => to <= from && now < to);
  }

  it("it is quiet all the time until it is not, and never longer than a week", () => {
    fc.assert(fc.property(days, zone, moment, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }), (given, zoneName, now, shares) => {
      const policy = hours(given, ["2026-03-29", "2026-12-31"]);
      const until = quietUntil(policy, zoneName, now);
      expect(until !== null).toBe(isQuiet(policy, zoneName, now));
      if (until === null) return;
      expect(until).toBeGreaterThan(now);
      expect(until - now).toBeLessThanOrEqual(7 * 86_400_000);
      if (until - now < 7 * 86_400_000) expect(isQuiet(policy, zoneName, until)).toBe(false);
      for (const at of [until - 1, ...shares.map((share) => now + share * (until - now - 1))]) expect(isQuiet(policy, zoneName, at)).toBe(true);
    }), { numRuns: 300 });
  });
});

describe("somebody who may live in several zones", () => {
  const USA = ["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"];
  it.each<[what: string, hours: QuietHours | null, zones: string[], at: string, answer: unknown]>([
    ["day in all of them", NIGHTS, USA, "2026-03-10T20:00:00Z", null],
    ["night in the first: until morning in the last", NIGHTS, USA, "2026-03-11T01:30:00Z", { until: "2026-03-11T15:00:00.000Z", zone: "America/New_York", endsIn: "America/Los_Angeles" }],
    ["morning in the first, night in the last", NIGHTS, USA, "2026-03-11T13:00:00Z", { until: "2026-03-11T15:00:00.000Z", zone: "America/Los_Angeles", endsIn: "America/Los_Angeles" }],
    ["no hours", null, USA, "2026-03-11T05:00:00Z", null],
    ["no zones", NIGHTS, [], "2026-03-11T05:00:00Z", null],
    ["hours that leave no moment for all", daily({ from: "09:30", to: "08:00" }), USA, "2026-03-11T05:00:00Z", "always"],
  ])("%s", (_, given, zones, at, answer) => {
    const found = strictestQuiet(given, zones, Date.parse(at));
    expect(found === null || found === "always" ? found : { ...found, until: new Date(found.until).toISOString() }).toEqual(answer);
  });
});

it("what a night held back is spread over five minutes, and each message always has the same place there", () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => `c_1:e${index}`);
  const delays = ids.map((id) => releaseDelay(id, 300_000));
  expect(ids.map((id) => releaseDelay(id, 300_000))).toEqual(delays);
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...delays)).toBeLessThan(300_000);
  // No second gets more than a handful of a thousand.
  const perSecond = new Map<number, number>();
  for (const delay of delays) perSecond.set(Math.floor(delay / 1_000), (perSecond.get(Math.floor(delay / 1_000)) ?? 0) + 1);
  expect(Math.max(...perSecond.values())).toBeLessThan(20);
});

describe("what is released never meets the next quiet, night after night", () => {
  const MINUTE = 60_000;
  const between = (from: string) => daily({ from: "21:00", to: "08:00" }, { from, to: "12:00" });
  it.each<[string, QuietHours, readonly string[], number]>([
    ["one minute", between("08:01"), ["UTC"], 1], ["four minutes", between("08:04"), ["UTC"], 4], ["five minutes", between("08:05"), ["UTC"], 5], ["six minutes", between("08:06"), ["UTC"], 5],
    ["the whole day", NIGHTS, ["UTC"], 5], ["nothing, where another zone is quiet again", between("08:03"), ["UTC", "Asia/Kolkata", "Pacific/Kiritimati"], 0],
    ["half of it in one zone, all of it in the other", between("08:02"), ["UTC", "Europe/London"], 2],
  ])("%s", (_, given, zones, minutes) => {
    const until = Date.parse("2026-03-11T08:00:00Z");
    const open = openAfter(given, zones, until);
    expect(open).toBe(minutes * MINUTE);
    if (minutes === 0) return;
    for (const id of ["c_1 e1", "c_1 e2", "c_2 e1", "c_3 e9"]) for (const zone of zones) expect(quietUntil(given, zone, until + releaseDelay(id, open))).toBeNull();
  });
});
