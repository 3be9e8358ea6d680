/** A moment of the day that people mean by "tomorrow": the start of work. */
const MORNING_HOUR = 9;

export interface SnoozePreset { key: "hours" | "tomorrow" | "monday" | "week"; at: Date }

/** Pure. The times offered at `now`, in the person's own zone. */
export function snoozePresets(now: Date): SnoozePreset[] {
  const morning = (days: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING_HOUR);
  const toMonday = (8 - now.getDay()) % 7 || 7;
  const hours = new Date(now.getTime() + 3 * 3_600_000);
  hours.setMinutes(hours.getMinutes() < 30 ? 30 : 60, 0, 0);
  const presets: SnoozePreset[] = [{ key: "hours", at: hours }, { key: "tomorrow", at: morning(1) }];
  if (toMonday > 1) presets.push({ key: "monday", at: morning(toMonday) });
  if (toMonday !== 7) presets.push({ key: "week", at: morning(7) });
  return presets;
}
