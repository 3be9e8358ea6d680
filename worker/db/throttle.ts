/** At most `max` attempts per `key` in a fixed window. Keys hold hashes, never an address in clear. */
export interface Limit { key: string; max: number; windowMs: number }

/**
 * Counts one attempt against each limit and answers how long to wait, or null when it may go on. Counted before the work,
 * so that attempts made at the same moment cannot slip through together.
 */
export async function countAttempt(env: Env, limits: readonly Limit[], now: number): Promise<number | null> {
  const results = await env.DB.batch<{ count: number; resetAt: number }>([
    env.DB.prepare("DELETE FROM throttle WHERE reset_at <= ?").bind(now),
    ...limits.map(({ key, windowMs }) => env.DB.prepare(`INSERT INTO throttle (key, count, reset_at) VALUES (?, 1, ?)
      ON CONFLICT (key) DO UPDATE SET count = count + 1 RETURNING count, reset_at AS resetAt`).bind(key, now + windowMs)),
  ]);
  const waits = limits.flatMap(({ max }, index) => {
    const { count, resetAt } = results[index + 1]!.results[0]!;
    return count > max ? [resetAt - now] : [];
  });
  return waits.length ? Math.max(...waits) : null;
}

/** Takes an attempt back after it succeeded: only failures bring somebody nearer to the limit. */
export async function forgiveAttempt(env: Env, limits: readonly Limit[]): Promise<void> {
  await env.DB.batch(limits.map(({ key }) => env.DB.prepare("UPDATE throttle SET count = max(count - 1, 0) WHERE key = ?").bind(key)));
}
