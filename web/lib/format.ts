import { locale, t } from "./i18n";

const KILO = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Times younger than this have no number yet. */
const NOW_MS = 45_000;

const clockFormat = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const weekdayClock = new Intl.DateTimeFormat(locale, { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayMonth = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const dayMonthYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
const longDay = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
const longDayYear = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const exactFormat = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZoneName: "short" });

/** Days between two moments by the calendar where the reader is; a change of clocks does not disturb it. */
function calendarDays(from: Date, to: Date): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(to) - midnight(from)) / DAY_MS);
}

const hourMinute = (date: Date): string => clockFormat.format(date);

/** A moment in few words, within a sentence: "14:05", "yesterday 14:05", "Thu 09:00" within a week, "12 May 09:00" beyond. */
export function clock(date: Date, now: Date = new Date()): string {
  const days = calendarDays(now, date);
  if (days === 0) return hourMinute(date);
  if (days === -1) return t("time.clock.yesterday", { time: hourMinute(date) });
  if (days === 1) return t("time.clock.tomorrow", { time: hourMinute(date) });
  if (Math.abs(days) < 7) return weekdayClock.format(date).replace(",", "");
  return `${shortDay(date, now)} ${hourMinute(date)}`;
}

const shortDay = (date: Date, now: Date): string => (date.getFullYear() === now.getFullYear() ? dayMonth : dayMonthYear).format(date);

/** A day without its time: "12 May", with its year when that is another one. */
export const day = (iso: string, now: Date = new Date()): string => shortDay(new Date(iso), now);

/** How long ago or how far off, as short as a list needs it: "now", "4m", "3h", "Yesterday", "12 May". */
export function relative(iso: string, now: number): string {
  const date = new Date(iso);
  const away = Math.abs(now - date.getTime());
  if (away < NOW_MS) return t("time.now");
  if (away < HOUR_MS) return `${Math.max(1, Math.floor(away / MINUTE_MS))}m`;
  const days = calendarDays(new Date(now), date);
  if (days === 0 || away < 12 * HOUR_MS) return date.getTime() > now ? clock(date, new Date(now)) : `${Math.floor(away / HOUR_MS)}h`;
  if (days === -1) return t("time.yesterday");
  if (days === 1) return `${t("time.tomorrow")} ${hourMinute(date)}`;
  if (days > 0 && days < 7) return clock(date, new Date(now));
  return shortDay(date, new Date(now));
}

/** The same in words that stand alone: "Just now", "4 min ago", "3 h ago", "in 20 min"; a day or more away as in a list. */
export function relativeWords(iso: string, now: number): string {
  const ahead = new Date(iso).getTime() - now;
  const away = Math.abs(ahead);
  if (away < NOW_MS) return t("time.justNow");
  if (away < HOUR_MS) return t(ahead > 0 ? "time.inMinutes" : "time.minutesAgo", { count: Math.max(1, Math.floor(away / MINUTE_MS)) });
  const days = calendarDays(new Date(now), new Date(iso));
  if (ahead < 0 && (days === 0 || away < 12 * HOUR_MS)) return t("time.hoursAgo", { count: Math.floor(away / HOUR_MS) });
  return relative(iso, now);
}

/** The whole truth about a moment, zone included. */
export const exactTime = (iso: string): string => exactFormat.format(new Date(iso));

/** Equal for two moments of one day where the reader is. */
export function dayKey(iso: string): string {
  const date = new Date(iso);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** The name of a day above its messages: "Today", "Yesterday", "Tuesday, 12 May". */
export function dayLabel(iso: string, now: Date = new Date()): string {
  const date = new Date(iso);
  const days = calendarDays(now, date);
  if (days === 0) return t("time.today");
  if (days === -1) return t("time.yesterday");
  if (days === 1) return t("time.tomorrow");
  return (date.getFullYear() === now.getFullYear() ? longDay : longDayYear).format(date);
}

/** A file's size as people say it: thousands, not 1,024s. */
export function bytes(count: number): string {
  if (count < KILO) return `${count} B`;
  // Rounded before the unit is chosen, or 999,600 would be "1000 kB".
  const kilos = Math.round(count / KILO);
  if (kilos < KILO) return `${kilos} kB`;
  const megas = count / KILO ** 2;
  return `${megas < 9.95 ? megas.toFixed(1) : Math.round(megas)} MB`;
}
