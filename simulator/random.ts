/** A number in [0, 1) and the state to draw the next one from: mulberry32, which is enough for weather and small. */
export function draw(state: number): { value: number; next: number } {
  const next = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(next ^ (next >>> 15), 1 | next);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return { value: ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32, next };
}

/** A source that always tells the same story for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    const { value, next } = draw(state);
    state = next;
    return value;
  };
}
