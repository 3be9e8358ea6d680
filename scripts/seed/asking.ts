/** What the app and the pretend world say when they have done nothing and may be asked again. */
const TEMPORARY = new Set([429, 502, 503, 504]);
/** A busy laptop gets over it in this time; whoever waits longer has another trouble. */
export const PATIENCE_MS = 30_000;
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 2_000;

/** The time (ms), and a way to let some of it pass. */
export interface Clock { now(): number; pause(ms: number): Promise<void> }
const real: Clock = { now: () => Date.now(), pause: (ms) => new Promise((resolve) => { setTimeout(resolve, ms); }) };

/** Asks again, with longer and longer pauses, as long as the refusal is one that passes. Answers the last response. */
export async function patiently(ask: () => Promise<Response>, { now, pause }: Clock = real): Promise<Response> {
  const until = now() + PATIENCE_MS;
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(MAX_PAUSE_MS, 2 * wait)) {
    const response = await ask();
    if (!TEMPORARY.has(response.status) || now() + wait > until) return response;
    await pause(wait);
  }
}

/** Looks again until there is something; null when it never came. */
export async function eventually<T>(look: () => Promise<T | null | undefined>, { now, pause }: Clock = real): Promise<T | null> {
  for (const until = now() + PATIENCE_MS; now() < until;) {
    const found = await look();
    if (found !== null && found !== undefined) return found;
    await pause(FIRST_PAUSE_MS);
  }
  return null;
}
