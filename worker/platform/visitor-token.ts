import { z } from "zod";
import { hmacHex, sha256Hex } from "./hex";
import { fromBase64Url, isSigned, sameSecret, sign, toBase64Url } from "./vault";

const PURPOSE = "visitor";
/** A visitor who stays away longer starts anew. Every visit renews it. */
export const VISITOR_MAX_AGE_MS = 365 * 86_400_000;
/** Clocks of two data centres differ a little; a token from further ahead is not ours. */
const MAX_AHEAD_MS = 60_000;

const Claims = z.object({ account: z.string(), connection: z.string(), visitor: z.string(), issuedAt: z.int(), vouched: z.object({ name: z.string(), email: z.string(), phone: z.string() }).partial().optional() });
/** Who a visitor is: of one widget, and nothing elsewhere. `vouched` is what the site has proved of them besides. */
export type VisitorClaims = z.infer<typeof Claims>;

/** `payload.signature` in letters that a WebSocket subprotocol may hold. */
export async function issueVisitorToken(secret: string, claims: VisitorClaims): Promise<string> {
  const payload = toBase64Url(new TextEncoder().encode(JSON.stringify(claims)));
  return `${payload}.${await sign(secret, PURPOSE, payload)}`;
}

/** Null for anything we did not sign, or that is too old. */
export async function readVisitorToken(secret: string, token: string, now: number): Promise<VisitorClaims | null> {
  const [payload, signature, ...rest] = token.split(".");
  if (!payload || !signature || rest.length > 0 || !(await isSigned(secret, PURPOSE, payload, signature))) return null;
  const claims = Claims.parse(JSON.parse(new TextDecoder().decode(fromBase64Url(payload))));
  const age = now - claims.issuedAt;
  return age > VISITOR_MAX_AGE_MS || age < -MAX_AHEAD_MS ? null : claims;
}

const utf8 = (text: string) => new TextEncoder().encode(text);

/** Whether the site's own server vouches for this customer: hex HMAC-SHA256(identitySecret, userId). */
export async function isVouchedFor(identitySecret: string, { userId, hash }: { userId: string; hash: string }): Promise<boolean> {
  return sameSecret(await hmacHex(identitySecret, utf8(userId)), hash.toLowerCase());
}

/** Ids have 128 bits: two customers never share one. */
const ID_DIGITS = 32;

/** The same customer on every device is the same visitor of this widget. */
export async function vouchedVisitor(connectionId: string, userId: string): Promise<string> {
  return `u_${(await sha256Hex(utf8(`${connectionId}\n${userId}`))).slice(0, ID_DIGITS)}`;
}
