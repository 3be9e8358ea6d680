/** A seeded source of chance (mulberry32): the same seed draws the same. */
export function draws(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    below: (limit: number): number => Math.floor(next() * limit),
    /** One of several, each as often as its weight says. */
    weighted: <T>(choices: readonly (readonly [weight: number, value: T])[]): T => {
      let left = next() * choices.reduce((sum, [weight]) => sum + weight, 0);
      return (choices.find(([weight]) => (left -= weight) < 0) ?? choices.at(-1)!)[1];
    },
    shuffled: <T>(list: readonly T[]): T[] => list.map((value) => ({ value, key: next() })).toSorted((a, b) => a.key - b.key).map(({ value }) => value),
  };
}
export type Draws = ReturnType<typeof draws>;
