import type { QuietInterval } from "../contract/account";

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** Wall times are ms too, as if the wall were in Greenwich: a day has always 24 hours there, so intervals are plain numbers. */
export type Wall = number;

/** The date that the wall shows, as 2026-12-24. */
export const dateOf = (wall: Wall): string => new Date(wall).toISOString().slice(0, 10);

/** From when to when an interval reaches that begins on the day of this midnight. */
export function spanOf(midnight: Wall, { from, to }: QuietInterval): { start: Wall; end: Wall } {
  const start = midnight + minutes(from) * MINUTE_MS;
  const length = minutes(to) - minutes(from);
  return { start, end: start + (length > 0 ? length * MINUTE_MS : length * MINUTE_MS + DAY_MS) };
}

const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** The first zone that exists; UTC when none does. */
export function zoneOf(...zones: readonly (string | null)[]): string {
  return zones.find((zone) => zone !== null && formatterOf(zone) !== null) ?? "UTC";
}

/** The first instant after `after` at which the clock on the wall shows `wall`, or what it jumps to where it skips that. */
export function instantOf(zone: string, wall: Wall, after: number): number {
  // No zone moves its clock twice within two days, so one of the two offsets holds at that moment.
  const offsets = [wall - DAY_MS, wall + DAY_MS].map((near) => wallOf(zone, near) - near);
  for (let shown = wall; ; shown += MINUTE_MS) {
    const found = offsets.map((offset) => shown - offset).filter((at) => at > after && wallOf(zone, at) === shown);
    if (found.length > 0) return Math.min(...found);
  }
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Kept, because making one takes a hundred times as long as using it. Null: there is no such zone. */
function formatterOf(zone: string): Intl.DateTimeFormat | null {
  const known = formatters.get(zone);
  if (known) return known;
  try {
    const made = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" });
    formatters.set(zone, made);
    return made;
  } catch {
    return null;
  }
}

/** What the wall of an existing zone shows at `at` (ms). Throws for any other zone: `zoneOf` finds one that exists. */
export function wallOf(zone: string, at: number): Wall {
  const parts = new Map(formatterOf(zone)!.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type)!;
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second")) + (at - Math.floor(at / 1_000) * 1_000);
}
