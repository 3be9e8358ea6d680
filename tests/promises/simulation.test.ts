import { afterEach, describe, expect, it, vi } from "vitest";
import { env } from "cloudflare:test";
import { planOf, smallest, survives } from "./simulation/run";

/** Enough to find what is common; `npm run simulate -- --seeds 10000` finds the rest. */
const SEEDS = 20;
const FIRST = 1;
/** How long one failing seed is made smaller. */
const SHRINK_MS = 300_000;

afterEach(() => { vi.useRealTimers(); vi.restoreAllMocks(); });

const asked = JSON.parse((env as unknown as { SIMULATE?: string }).SIMULATE || "{}") as { seeds?: number; from?: number; seed?: number; shrink?: boolean };
const seeds = asked.seed !== undefined ? [asked.seed] : Array.from({ length: asked.seeds ?? SEEDS }, (_, nth) => (asked.from ?? FIRST) + nth);

describe("whatever the weather, the promises hold when it is over", () => {
  it.each(seeds)("seed %i", async (seed) => {
    const error = await survives(planOf(seed)).then(() => null, (thrown: unknown) => thrown);
    if (error === null) return;
    const repeat = `Seed ${seed} broke a promise. Repeat it: npm run simulate -- --seed ${seed}`;
    if (!asked.shrink) throw new Error(repeat, { cause: error });
    const found = await smallest(seed, SHRINK_MS);
    expect.fail(`${repeat}\n${found ? JSON.stringify(found.plan.steps) : "It held when it was repeated: it depends on what happens at the same time."}\n${String(found?.error ?? error)}`);
  });
});
