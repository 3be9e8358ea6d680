import { z } from "zod";
import { fromBase64Url, sameSecret, toBase64Url } from "../platform/vault";
import { jsonOf } from "./answer";
import type { ChannelIo, RawRequest } from "./channel";

const KEYS_URL = "https://www.googleapis.com/oauth2/v3/certs";
const ISSUERS = ["https://accounts.google.com", "accounts.google.com"];
const LEEWAY_S = 300; // of a clock ahead of ours; a token that has ended has ended
const KEYS_MS = 3_600_000; // where Google does not say how long they hold
const KEYS_MAX_MS = 24 * 3_600_000;
/** A key that we do not know makes us look again, but not for every request a stranger makes up. */
const LOOK_AGAIN_MS = 30_000;
const TOKEN_MAX = 8_000; // Google's have about 1,000 letters

const Header = z.object({ alg: z.literal("RS256"), kid: z.string().min(1) });
const Claims = z.object({ iss: z.string(), aud: z.string(), exp: z.number(), iat: z.number(), email: z.string(), email_verified: z.literal(true) });
const Keys = z.object({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.literal("RSA"), n: z.string(), e: z.string() })) });
type Keys = z.infer<typeof Keys>["keys"];

let held: { keys: Keys; until: number; at: number } | null = null;

/**
 * Whether Pub/Sub pushed this for `email` (the service account of the subscription) to `audience`. The token proves who
 * posts and when, not what. Throws when Google's keys cannot be had.
 * https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions
 */
export async function isPushedByGoogle({ headers }: RawRequest, { audience, email }: { audience: string; email: string }, io: ChannelIo): Promise<boolean> {
  const [, token] = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec((headers["authorization"] ?? "").slice(0, TOKEN_MAX)) ?? [];
  if (!token || email === "") return false;
  const [head, body, signature] = token.split(".") as [string, string, string];
  const header = Header.safeParse(decoded(head)).data;
  const claims = Claims.safeParse(decoded(body)).data;
  if (!header || !claims || !fits(claims, audience, email, io.now())) return false;
  const jwk = await keyOf(header.kid, io);
  const signed = bytesOf(signature);
  // A signature has one spelling only: the spare bits at its end are nothing.
  if (!jwk || !signed || !isCanonical(signature)) return false;
  const key = await crypto.subtle.importKey("jwk", { kty: "RSA", n: jwk.n, e: jwk.e }, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, ["verify"]);
  return crypto.subtle.verify("RSASSA-PKCS1-v1_5", key, signed, new TextEncoder().encode(`${head}.${body}`));
}

function fits({ iss, aud, exp, iat, email: who }: z.infer<typeof Claims>, audience: string, email: string, now: number): boolean {
  const seconds = now / 1_000;
  return ISSUERS.includes(iss) && sameSecret(aud, audience) && who.toLowerCase() === email.toLowerCase() && exp > seconds && iat - LEEWAY_S < seconds;
}

async function keyOf(kid: string, io: ChannelIo): Promise<Keys[number] | undefined> {
  const now = io.now();
  const known = held?.keys.find((key) => key.kid === kid);
  if (held && known && now < held.until) return known;
  if (held && now >= held.at && now - held.at < LOOK_AGAIN_MS) return undefined;
  const response = await io.fetch(KEYS_URL, { redirect: "manual" });
  const keys = Keys.safeParse(jsonOf(await response.text())).data?.keys;
  if (!response.ok || !keys) throw new Error(`Google answered ${response.status} when asked for its keys`);
  const [, seconds] = /max-age=(\d{1,9})/.exec(response.headers.get("cache-control") ?? "") ?? [];
  held = { keys, at: now, until: now + Math.min(KEYS_MAX_MS, seconds ? Number(seconds) * 1_000 : KEYS_MS) };
  return keys.find((key) => key.kid === kid);
}

const decoded = (part: string): unknown => jsonOf(new TextDecoder().decode(bytesOf(part) ?? new Uint8Array()));
const isCanonical = (part: string): boolean => toBase64Url(bytesOf(part)!) === part;

function bytesOf(part: string): Uint8Array<ArrayBuffer> | null {
  try {
    return fromBase64Url(part);
  } catch {
    return null;
  }
}
