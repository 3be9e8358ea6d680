import { z } from "zod";
import { fromBase64, isSigned, sign, toBase64 } from "./vault";

const PURPOSE = "visitor";
/** A visitor who stays away longer starts anew. Every visit renews it. */
const MAX_AGE_MS = 365 * 86_400_000;
/** Clocks of two data centres differ a little; a token from further ahead is not ours. */
const MAX_AHEAD_MS = 60_000;

const Claims = z.object({ account: z.string(), connection: z.string(), visitor: z.string(), issuedAt: z.int() });
/** Who a visitor is: of one widget, and nothing elsewhere. */
export type VisitorClaims = z.infer<typeof Claims>;

/** `payload.signature` in letters that a WebSocket subprotocol may hold. */
export async function issueVisitorToken(secret: string, claims: VisitorClaims): Promise<string> {
  const payload = toBase64(new TextEncoder().encode(JSON.stringify(claims))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `${payload}.${await sign(secret, PURPOSE, payload)}`;
}

/** Null for anything we did not sign, or that is too old. */
export async function readVisitorToken(secret: string, token: string, now: number): Promise<VisitorClaims | null> {
  const [payload, signature, ...rest] = token.split(".");
  if (!payload || !signature || rest.length > 0 || !(await isSigned(secret, PURPOSE, payload, signature))) return null;
  const claims = Claims.parse(JSON.parse(new TextDecoder().decode(fromBase64(payload.replaceAll("-", "+").replaceAll("_", "/")))));
  const age = now - claims.issuedAt;
  return age > MAX_AGE_MS || age < -MAX_AHEAD_MS ? null : claims;
}
