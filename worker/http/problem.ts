import type { Context } from "hono";
import type { ProblemCode } from "../contract/problem";

const STATUS = {
  "invalid-request": 400, unauthenticated: 401, "wrong-credentials": 401, forbidden: 403, "not-found": 404, conflict: 409, "already-set-up": 409,
  "method-not-allowed": 405, expired: 410, "too-large": 413, "unsupported-type": 415, refused: 422, "bad-cursor": 422, "too-many-requests": 429, unavailable: 503,
} as const satisfies Record<ProblemCode, number>;

/** The one way to answer an error: RFC 9457, a code for programs, a sentence for people. */
export function problem<C extends ProblemCode>(c: Context, type: C, detail?: string, reason?: string) {
  const status = STATUS[type];
  return c.json({ type, title: type.replaceAll("-", " "), status, ...(detail && { detail }), ...(reason && { reason }) }, status, { "content-type": "application/problem+json" });
}
