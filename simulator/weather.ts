import type { Chance, Weather } from "./api";

/** Long enough for the next callback of the same message (a few hundred ms later) to overtake. */
const HOLD_MS = 1_500;
/** A second copy follows this soon: some arrive while the first is still being handled. */
const COPY_MS = 120;

export type Random = () => number;

const chance = (value: Chance | undefined): number => (value === true ? 1 : Number(value ?? 0));

/** Draws even when the odds are nought, so that changing one probability does not change every other outcome. */
const happens = (odds: Chance | undefined, random: Random): boolean => random() < chance(odds);

/** When each copy of a webhook sets out, in milliseconds from now; a copy with 0 is delivered at once. */
export interface CopyPlan { delays: number[]; held: boolean }

/** `mayHold` is false while an earlier one of the same row is held: two that wait would keep their order. */
export function planCopies(weather: Weather, random: Random, mayHold: boolean): CopyPlan {
  const late = Math.round(random() * (weather.latencyMs ?? 0));
  const held = happens(weather.reorder, random) && mayHold;
  const wait = late + (held ? HOLD_MS : 0);
  const again = happens(weather.duplicate, random);
  const gap = 1 + Math.round(random() * Math.max(COPY_MS, weather.latencyMs ?? 0));
  return { delays: again ? [wait, wait + gap] : [wait], held };
}

/** Whether this webhook shares its request with others. */
export const joins = (weather: Weather, random: Random): boolean => happens(weather.batch, random);

/** Whether this attempt gets lost on the way. */
export const isLost = (weather: Weather, random: Random): boolean => happens(weather.drop, random);

/** What becomes of one send. */
export interface SendPlan { refuse: { status: number; retryAfterS: number | null } | null; answerMs: number; echoFirst: boolean; loseResponse: boolean }

export function planSend(weather: Weather, random: Random): SendPlan {
  return {
    refuse: weather.status ? { status: weather.status, retryAfterS: weather.retryAfterS ?? null } : null,
    answerMs: Math.round(random() * (weather.latencyMs ?? 0)),
    echoFirst: happens(weather.echoFirst, random),
    loseResponse: happens(weather.loseResponse, random),
  };
}
