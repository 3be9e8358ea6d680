import { describe, expect, it } from "vitest";
import { seeded } from "../../simulator/random";
import { isLost, planCopies, planSend, type Random } from "../../simulator/weather";

/** A source that always says the same. */
const always = (value: number): Random => () => value;
const LOW = always(0);
const HIGH = always(0.999);

describe("a webhook", () => {
  it.each([
    ["sets out at once in fair weather", {}, LOW, true, { delays: [0], held: false }],
    ["takes up to the latency", { latencyMs: 400 }, HIGH, true, { delays: [400], held: false }],
    ["comes twice when it is duplicated", { duplicate: true }, LOW, true, { delays: [0, 1], held: false }],
    ["comes twice at a probability of one", { duplicate: 1 }, HIGH, true, { delays: [0, 121], held: false }],
    ["is never duplicated at a probability of nought", { duplicate: 0 }, LOW, true, { delays: [0], held: false }],
    ["is held back to be overtaken", { reorder: 1 }, LOW, true, { delays: [1_500], held: true }],
    ["is not held while an earlier one is", { reorder: 1 }, LOW, false, { delays: [0], held: false }],
  ] as const)("%s", (_name, weather, random, mayHold, expected) => {
    expect(planCopies(weather, random, mayHold)).toEqual(expected);
  });

  it.each([[0, LOW, false], [0.5, always(0.49), true], [0.5, always(0.5), false], [1, HIGH, true], [true, HIGH, true], [false, LOW, false]] as const)("drop %s is decided by the draw", (drop, random, expected) => {
    expect(isLost({ drop }, random)).toBe(expected);
  });
});

describe("a send", () => {
  it.each([
    ["is accepted in fair weather", {}, LOW, { refuse: null, answerMs: 0, echoFirst: false, loseResponse: false }],
    ["is refused with the status asked for", { status: 429, retryAfterS: 3 }, LOW, { refuse: { status: 429, retryAfterS: 3 }, answerMs: 0, echoFirst: false, loseResponse: false }],
    ["takes a status of nought as none", { status: 0 }, LOW, { refuse: null, answerMs: 0, echoFirst: false, loseResponse: false }],
    ["may be echoed and lost at once", { echoFirst: true, loseResponse: 1 }, HIGH, { refuse: null, answerMs: 0, echoFirst: true, loseResponse: true }],
    ["is answered within the latency", { latencyMs: 100 }, HIGH, { refuse: null, answerMs: 100, echoFirst: false, loseResponse: false }],
  ] as const)("%s", (_name, weather, random, expected) => {
    expect(planSend(weather, random)).toEqual(expected);
  });
});

describe("a seed", () => {
  const story = (seed: number, weather = { duplicate: 0.3, reorder: 0.3, latencyMs: 50 }) => {
    const random = seeded(seed);
    return Array.from({ length: 50 }, () => planCopies(weather, random, true));
  };

  it("tells the same story twice", () => expect(story(7)).toEqual(story(7)));
  it("tells another story than its neighbour", () => expect(story(7)).not.toEqual(story(8)));

  it("keeps what is duplicated when only the odds of reordering change", () => {
    const copies = (reorder: number) => story(7, { duplicate: 0.3, reorder, latencyMs: 0 }).map(({ delays }) => delays.length);
    expect(copies(0)).toEqual(copies(1));
  });

  it("draws evenly", () => {
    const random = seeded(42);
    const share = Array.from({ length: 10_000 }, random).filter((value) => value < 0.3).length / 10_000;
    expect(share).toBeGreaterThan(0.28);
    expect(share).toBeLessThan(0.32);
  });
});
