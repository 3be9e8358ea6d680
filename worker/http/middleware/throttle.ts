import type { Context } from "hono";
import { countAttempt, type Limit } from "../../db/throttle";
import { hashToken } from "../../platform/token";
import { problem } from "../problem";
import type { AppEnv } from "../router";

const MINUTE_MS = 60_000;

/** Guessing a password takes thousands of tries; a person who forgot theirs makes a handful. */
const SIGN_IN = { perEmail: 10, perIp: 30, windowMs: 15 * MINUTE_MS };
/** Keeps anybody from filling a colleague's mailbox. */
const RESET = { perEmail: 5, perIp: 30, windowMs: 60 * MINUTE_MS };
/** A link's token cannot be guessed; this only bounds the hashing that each try costs us. */
const LINK = { perIp: 30, windowMs: 60 * MINUTE_MS };
const SET_UP = { perIp: 10, windowMs: 60 * MINUTE_MS };

/** Only what Cloudflare's edge wrote: every other address header is the caller's own claim. */
const addressOf = (c: Context<AppEnv>) => c.req.header("cf-connecting-ip");

async function limits(c: Context<AppEnv>, what: string, rule: { perEmail?: number; perIp: number; windowMs: number }, email?: string): Promise<Limit[]> {
  const ip = addressOf(c);
  return [
    ...(email !== undefined && rule.perEmail ? [{ key: `${what}:email:${await hashToken(email)}`, max: rule.perEmail, windowMs: rule.windowMs }] : []),
    ...(ip !== undefined ? [{ key: `${what}:ip:${await hashToken(ip)}`, max: rule.perIp, windowMs: rule.windowMs }] : []),
  ];
}

export const signInLimits = (c: Context<AppEnv>, email: string) => limits(c, "sign-in", SIGN_IN, email);
export const resetLimits = (c: Context<AppEnv>, email: string) => limits(c, "reset", RESET, email);
export const linkLimits = (c: Context<AppEnv>) => limits(c, "link", LINK);
export const setUpLimits = (c: Context<AppEnv>) => limits(c, "set-up", SET_UP);

/** Counts this attempt; answers the refusal, or null when it may go on. */
export async function refuseIfTooMany(c: Context<AppEnv>, attempt: readonly Limit[]) {
  const waitMs = await countAttempt(c.env, attempt, c.var.now);
  if (waitMs === null) return null;
  const seconds = Math.ceil(waitMs / 1_000);
  c.header("retry-after", String(seconds));
  return problem(c, "too-many-requests", `Too many tries. Wait ${Math.ceil(seconds / 60)} minutes.`);
}
