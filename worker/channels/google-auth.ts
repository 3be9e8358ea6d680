import { z } from "zod";
import { fromBase64, toBase64Url } from "../platform/vault";
import { jsonOf } from "./answer";
import type { ChannelIo } from "./channel";

const TOKEN_URL = "https://oauth2.googleapis.com/token";
/** A token is left alone this long before it ends, so that none ends under a call. */
const SPARE_MS = 5 * 60_000;
/** What Google's tokens last where it does not say. */
const LIFETIME_S = 3_600;
/** A bound for one isolate; the oldest go first. */
const REMEMBER_MAX = 500;
const DETAIL_MAX = 300;

/** What we may ask an access token with: an owner's consent, or a key of our own service account (PKCS#8 in PEM). */
export type Grant =
  | { kind: "refresh"; clientId: string; clientSecret: string; refreshToken: string }
  | { kind: "service-account"; email: string; privateKey: string; scope: string };

/** `code` is Google's: `invalid_grant` means that the owner took the consent back, or that it ended. */
export type Token = { ok: true; token: string } | { ok: false; class: "auth" | "temporary" | "rate"; code: string; detail: string };

const Granted = z.object({ access_token: z.string().min(1), expires_in: z.number().positive().catch(LIFETIME_S) });
const Refused = z.object({ error: z.string().min(1), error_description: z.string().catch("") });

const remembered = new Map<string, { token: string; until: number }>();

/** An access token, kept for as long as it lasts by this isolate. Throws only when the network does. */
export async function accessToken(grant: Grant, io: ChannelIo): Promise<Token> {
  const key = keyOf(grant);
  const known = remembered.get(key);
  if (known && known.until > io.now()) return { ok: true, token: known.token };
  const form = await formOf(grant, io.now());
  if (!form) return { ok: false, class: "auth", code: "bad-key", detail: "The private key of the service account cannot be read" };
  const response = await io.fetch(TOKEN_URL, { method: "POST", redirect: "manual", headers: { "content-type": "application/x-www-form-urlencoded" }, body: new URLSearchParams(form).toString() });
  const body = jsonOf(await response.text());
  const granted = Granted.safeParse(body).data;
  if (response.ok && granted) {
    if (remembered.size >= REMEMBER_MAX) remembered.delete(remembered.keys().next().value!);
    remembered.set(key, { token: granted.access_token, until: io.now() + granted.expires_in * 1_000 - SPARE_MS });
    return { ok: true, token: granted.access_token };
  }
  const refused = Refused.safeParse(body).data;
  const detail = (refused?.error_description || `Google answered ${response.status} when asked for access`).slice(0, DETAIL_MAX);
  if (response.status === 429) return { ok: false, class: "rate", code: "token-rate", detail };
  if (response.status >= 500 || response.status < 400) return { ok: false, class: "temporary", code: "token-unavailable", detail };
  return { ok: false, class: "auth", code: refused?.error ?? `token-${response.status}`, detail };
}

/** After Google refused it: the next call asks for another. */
export const forgetToken = (grant: Grant): void => { remembered.delete(keyOf(grant)); };

const keyOf = (grant: Grant): string => JSON.stringify(grant);

async function formOf(grant: Grant, now: number): Promise<Record<string, string> | null> {
  if (grant.kind === "refresh") return { grant_type: "refresh_token", client_id: grant.clientId, client_secret: grant.clientSecret, refresh_token: grant.refreshToken };
  const assertion = await signedJwt(grant, now);
  return assertion === null ? null : { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion };
}

/** https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests; null when the key is none. */
async function signedJwt({ email, privateKey, scope }: Extract<Grant, { kind: "service-account" }>, now: number): Promise<string | null> {
  const iat = Math.floor(now / 1_000);
  const part = (value: object): string => toBase64Url(new TextEncoder().encode(JSON.stringify(value)));
  const signed = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iss: email, scope, aud: TOKEN_URL, iat, exp: iat + LIFETIME_S })}`;
  try {
    const der = fromBase64(privateKey.replace(/-----[A-Z ]+-----/g, "").replace(/\s+/g, ""));
    const key = await crypto.subtle.importKey("pkcs8", der, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, ["sign"]);
    return `${signed}.${toBase64Url(new Uint8Array(await crypto.subtle.sign("RSASSA-PKCS1-v1_5", key, new TextEncoder().encode(signed))))}`;
  } catch {
    // A bad paste: said to the admin as what it is.
    return null;
  }
}
