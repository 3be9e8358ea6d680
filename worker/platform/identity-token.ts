import { z } from "zod";
import { fromBase64Url } from "./vault";

/** Clocks of two servers differ a little. */
const LEEWAY_S = 60;

const Head = z.object({ alg: z.literal("HS256") });
const claim = (max: number) => z.string().trim().min(1).max(max).optional().catch(undefined);
const Claims = z.object({
  sub: z.union([z.string().min(1).max(200), z.number().transform(String)]),
  exp: z.number(),
  nbf: z.number().optional(),
  name: claim(100),
  email: z.email().max(254).optional().catch(undefined),
  email_verified: z.boolean().optional().catch(undefined),
  phone: claim(30),
});

/** A logged-in customer as their site's server describes them. */
export interface ProvedPerson { userId: string; name?: string; email?: string; phone?: string }

/**
 * Reads a JSON Web Token (RFC 7519) signed with HS256, and no other way: whoever writes a token must not choose how it is
 * checked. Null for a wrong signature, another algorithm, no end, or one that has passed. `now` in ms. An address
 * that the site itself calls unverified is left out.
 */
export async function readIdentityToken(secret: string, token: string, now: number): Promise<ProvedPerson | null> {
  const [head = "", body = "", signature = "", ...rest] = token.split(".");
  if (rest.length > 0 || !Head.safeParse(decoded(head)).success) return null;
  const mark = bytesOf(signature);
  if (!mark) return null;
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  if (!await crypto.subtle.verify("HMAC", key, mark, new TextEncoder().encode(`${head}.${body}`))) return null;
  const claims = Claims.safeParse(decoded(body));
  if (!claims.success) return null;
  const { sub, exp, nbf, name, email, email_verified, phone } = claims.data;
  const seconds = now / 1_000;
  if (exp + LEEWAY_S <= seconds || (nbf !== undefined && nbf - LEEWAY_S > seconds)) return null;
  return { userId: sub, ...(name && { name }), ...(email && email_verified !== false && { email: email.toLowerCase() }), ...(phone && { phone }) };
}

function bytesOf(part: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[\w-]+$/.test(part)) return null;
  try { return fromBase64Url(part); } catch { return null; }
}

/** Undefined when it is not JSON, which no schema accepts. */
function decoded(part: string): unknown {
  const bytes = bytesOf(part);
  try { return bytes ? JSON.parse(new TextDecoder().decode(bytes)) : undefined; } catch { return undefined; }
}
