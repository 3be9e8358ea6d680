import type { QuietHours } from "../contract/account";
import { dateOf, DAY_MS, instantOf, MINUTE_MS, spanOf, wallOf, type Wall } from "./wall-clock";

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

/** How long it stays open (ms, at most the time over which a night's messages are released) once the quiet has ended at `until`. Hours begin on a minute. */
export function openAfter(hours: QuietHours, zones: readonly string[], until: number): number {
  for (let open = 0; open < RELEASE_OVER_MS; open += MINUTE_MS) if (zones.some((zone) => quietUntil(hours, zone, until + open) !== null)) return open;
  return RELEASE_OVER_MS;
}

/** How long after the end of the quiet this message leaves: always the same for one id, evenly spread over `open`. More would be the next quiet, night after night. */
export function releaseDelay(id: string, open: number): number {
  let hash = 0x811c9dc5; // FNV-1a
  for (const char of id) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  return ((hash >>> 0) / 2 ** 32) * open | 0;
}

/** Where the interval that covers this wall time ends; null when none does. */
function quietEnd({ days, holidays }: QuietHours, wall: Wall): Wall | null {
  const midnight = Math.floor(wall / DAY_MS) * DAY_MS;
  if (holidays.includes(dateOf(midnight))) return midnight + DAY_MS;
  let latest: Wall | null = null;
  // Yesterday's may reach over midnight.
  for (const day of [midnight - DAY_MS, midnight]) {
    for (const interval of days[new Date(day).getUTCDay()] ?? []) {
      const { start, end } = spanOf(day, interval);
      if (start <= wall && wall < end && (latest === null || end > latest)) latest = end;
    }
  }
  return latest;
}
