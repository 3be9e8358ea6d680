import type { QuietHours } from "../contract/account";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Nothing is held longer in one go, however the hours are set: what is released is asked about again. */
const HOLD_MAX_MS = 7 * DAY_MS;

/**
 * When the quiet that reigns at `now` ends (ms, at most seven days ahead); null: it is not quiet. The hours are wall time in `zone`:
 * in the night in which the clock goes back, an hour that is quiet is quiet twice; an end that the clock skips comes when it has skipped it.
 */
export function quietUntil(hours: QuietHours | null, zone: string, now: number): number | null {
  if (!hours?.on) return null;
  const latest = now + HOLD_MAX_MS;
  let at = now;
  for (let end = quietEnd(hours, wallOf(zone, at)); end !== null; end = quietEnd(hours, wallOf(zone, at))) {
    at = instantOf(zone, end, at);
    if (at >= latest) return latest;
  }
  return at === now ? null : at;
}

/**
 * The same for somebody who may live in any of these zones: quiet as long as it is quiet in one of them. `zone` is one where it is quiet now, `endsIn` where
 * it ends last. "always": these hours leave no moment that suits all of them.
 */
export function strictestQuiet(hours: QuietHours | null, zones: readonly string[], now: number): { until: number; zone: string; endsIn: string } | "always" | null {
  let found = null as { until: number; zone: string; endsIn: string } | null;
  for (let at = now; at < now + HOLD_MAX_MS; at = found!.until) {
    const [last] = zones.flatMap((zone) => {
      const until = quietUntil(hours, zone, at);
      return until === null ? [] : [{ until, zone }];
    }).toSorted((a, b) => b.until - a.until);
    if (!last) return found;
    found = { until: last.until, zone: found?.zone ?? last.zone, endsIn: last.zone };
  }
  return "always";
}

/** What a night held back leaves over this long in the morning, so that neither carriers nor the people who answer meet it all at once. */
const RELEASE_OVER_MS = 5 * MINUTE_MS;

/** How long after the end of the quiet this message leaves: always the same for one id, evenly spread over all. */
export function releaseDelay(id: string): number {
  let hash = 0x811c9dc5; // FNV-1a
  for (const char of id) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  return ((hash >>> 0) / 2 ** 32) * RELEASE_OVER_MS | 0;
}

/** The first zone that exists; UTC when none does. */
export function zoneOf(...zones: readonly (string | null)[]): string {
  return zones.find((zone) => zone !== null && formatterOf(zone) !== null) ?? "UTC";
}

/** Wall times are ms too, as if the wall were in Greenwich: a day has always 24 hours there, so intervals are plain numbers. */
type Wall = number;

/** Where the interval that covers this wall time ends; null when none does. */
function quietEnd({ days, holidays }: QuietHours, wall: Wall): Wall | null {
  const midnight = Math.floor(wall / DAY_MS) * DAY_MS;
  if (holidays.includes(new Date(midnight).toISOString().slice(0, 10))) return midnight + DAY_MS;
  let latest: Wall | null = null;
  // Yesterday's may reach over midnight.
  for (const day of [midnight - DAY_MS, midnight]) {
    for (const { from, to } of days[new Date(day).getUTCDay()] ?? []) {
      const start = day + minutes(from) * MINUTE_MS;
      const length = minutes(to) - minutes(from);
      const end = start + (length > 0 ? length * MINUTE_MS : length * MINUTE_MS + DAY_MS);
      if (start <= wall && wall < end && (latest === null || end > latest)) latest = end;
    }
  }
  return latest;
}

const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** The first instant after `after` at which the clock on the wall shows `wall`, or what it jumps to where it skips that. */
function instantOf(zone: string, wall: Wall, after: number): number {
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

function wallOf(zone: string, at: number): Wall {
  const parts = new Map(formatterOf(zone)!.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type)!;
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second")) + (at - Math.floor(at / 1_000) * 1_000);
}
