import type { Weather } from "../../api";

export interface Sky { name: string; weather: Weather }

/** Whole weathers, from what providers are like on a good day to what they are like on the worst. */
export const SKIES: readonly Sky[] = [
  { name: "Calm", weather: {} },
  { name: "Showers", weather: { latencyMs: 4_000, drop: 0.05, duplicate: 0.12, reorder: 0.1 } },
  { name: "Storm", weather: { latencyMs: 8_000, drop: 0.25, duplicate: 0.4, reorder: 0.5, batch: 0.3, echoFirst: 0.5, loseResponse: 0.1 } },
  { name: "Outage", weather: { status: 503, drop: 1 } },
];

const same = (a: Weather, b: Weather) => [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => (a[key as keyof Weather] || 0) === (b[key as keyof Weather] || 0));

/** The name of this weather, if it has one. */
export const skyOf = (weather: Weather): string | null => SKIES.find((sky) => same(sky.weather, weather))?.name ?? null;

/** What is left of a weather once what is zero or off is gone: left out means fair. */
export const clean = (weather: Weather): Weather => Object.fromEntries(Object.entries(weather).filter(([, value]) => value !== 0 && value !== false && value !== undefined));

export const percent = (chance: number | boolean | undefined) => Math.round(Number(chance ?? 0) * 100);
