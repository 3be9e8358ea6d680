/** How many are let through at once, and how many a second afterwards. */
export interface Rate { burst: number; perSecond: number }
/** What is left, as of a moment in milliseconds. */
export interface Bucket { tokens: number; at: number }

/** Takes one token. The returned bucket replaces the old one, whether it was allowed or not. */
export function take(bucket: Bucket | undefined, rate: Rate, now: number): { allowed: boolean; bucket: Bucket } {
  const filled = bucket ? Math.min(rate.burst, bucket.tokens + Math.max(0, now - bucket.at) / 1_000 * rate.perSecond) : rate.burst;
  return filled >= 1 ? { allowed: true, bucket: { tokens: filled - 1, at: now } } : { allowed: false, bucket: { tokens: filled, at: now } };
}
