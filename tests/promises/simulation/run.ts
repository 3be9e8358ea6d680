import * as fc from "fast-check";
import { vi } from "vitest";
import { holds } from "./invariants";
import { play } from "./play";
import { schedule, type Schedule } from "./schedule";
import { settle } from "./settle";
import { World } from "./world";

/** One schedule in a world of its own, from its first step to the last proof. */
export async function survives(plan: Schedule): Promise<void> {
  // What fails is logged, and much fails here.
  vi.spyOn(console, "log").mockImplementation(() => {});
  const world = await World.create(plan.lines);
  try {
    await play(world, plan);
    await settle(world);
    await holds(world);
  } finally {
    await world.end();
  }
}

/** What a seed means. */
export const planOf = (seed: number): Schedule => fc.sample(schedule, { seed, numRuns: 1 })[0]!;

/** The fewest steps that still fail like it, as far as a limited number of tries finds them. Null when it holds after all. */
export async function smallest(seed: number, limitMs: number): Promise<{ plan: Schedule; error: unknown } | null> {
  const result = await fc.check(fc.asyncProperty(schedule, survives), { seed, numRuns: 1, interruptAfterTimeLimit: limitMs });
  return result.counterexample ? { plan: result.counterexample[0], error: result.errorInstance } : null;
}
