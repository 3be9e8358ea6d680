import type { QuietInterval } from "../contract/account";
import { dateOf, DAY_MS, instantOf, spanOf, wallOf } from "./wall-clock";

/** When somebody is there. `days` is by the day on which hours begin, Sunday first; on a holiday nobody comes. */
export interface OfficeHours { timeZone: string; days: readonly (readonly QuietInterval[])[]; holidays: readonly string[] }

/** Longer holidays are told without their end. */
const AHEAD_DAYS = 60;

/** Whether somebody is there, and when somebody is back (ms); null: not in sight. Without office hours somebody always is. `now` in ms. */
export function presence(office: OfficeHours | null, now: number): { isOpen: true } | { isOpen: false; backAt: number | null } {
  if (!office) return { isOpen: true };
  const { timeZone, days, holidays } = office;
  const wall = wallOf(timeZone, now);
  const today = Math.floor(wall / DAY_MS) * DAY_MS;
  let next: number | null = null;
  // Yesterday's hours may reach over midnight, but not into a holiday.
  for (let day = today - DAY_MS; day <= today + AHEAD_DAYS * DAY_MS && (next === null || next > day); day += DAY_MS) {
    if (holidays.includes(dateOf(day))) continue;
    const latest = holidays.includes(dateOf(day + DAY_MS)) ? day + DAY_MS : Infinity;
    for (const interval of days[new Date(day).getUTCDay()] ?? []) {
      const { start, end } = spanOf(day, interval);
      if (start <= wall && wall < Math.min(end, latest)) return { isOpen: true };
      if (start > wall && (next === null || start < next)) next = start;
    }
  }
  return { isOpen: false, backAt: next === null ? null : instantOf(timeZone, next, now) };
}
