import { decoded, isFields } from "./fields";
import { type Answer, type Call, json, type Realm, secretOf, text } from "../provider";

/** Where Google gives out tokens, and publishes the keys of its own. */
export const TOKEN_HOST = "oauth2.googleapis.com";
export const KEYS_HOST = "www.googleapis.com";
const LIFETIME_S = 3_600;
let keyId: string | undefined;
/** Made at the first call: nothing random may happen while a Worker starts. */
const KEY_ID = (): string => (keyId ??= crypto.randomUUID());
const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

let pair: Promise<CryptoKeyPair> | undefined;
/** Google's own pair of keys, new with every start. */
const keys = (): Promise<CryptoKeyPair> => (pair ??= crypto.subtle.generateKey({ ...RSA, modulusLength: 2_048, publicExponent: new Uint8Array([1, 0, 1]) }, true, ["sign", "verify"]) as Promise<CryptoKeyPair>);

export const error = (code: number, status: string, message: string): Answer => json(code, { error: { code, message, status } });

/** A token for who shows a refresh token, or a word signed by the key of a service account, of one of our connections. */
export async function grant(call: Call, realm: Realm): Promise<Answer> {
  const form = new URLSearchParams(text(call.body));
  const isJwt = form.get("grant_type") === "urn:ietf:params:oauth:grant-type:jwt-bearer";
  const asked = isJwt ? issuerOf(form.get("assertion") ?? "") : form.get("refresh_token");
  const mine = realm.connections().find((connection) => (isJwt ? accountOf(secretOf(connection, "serviceAccountKey")) === asked : secretOf(connection, "refreshToken") === asked && secretOf(connection, "clientSecret") === form.get("client_secret")));
  if (!mine || !asked || realm.notes.get(revokedKey(mine.provider)) === true) return json(400, { error: "invalid_grant", error_description: "Token has been expired or revoked." });
  return json(200, { access_token: tokenOf(mine.connectionId), expires_in: LIFETIME_S, token_type: "Bearer" });
}

export const revokedKey = (provider: string): string => `google ${provider} revoked`;
const tokenOf = (connectionId: string): string => `ya29.${connectionId}`;

/** Whether a call shows the token of this connection. */
export const isAllowed = ({ headers }: Call, provider: string, connectionId: string, realm: Realm): boolean =>
  headers.get("authorization") === `Bearer ${tokenOf(connectionId)}` && realm.notes.get(revokedKey(provider)) !== true;

function issuerOf(assertion: string): string | null {
  const claims = decoded(assertion.split(".")[1] ?? "");
  return typeof claims["iss"] === "string" ? claims["iss"] : null;
}

function accountOf(key: string): string | null {
  try {
    const json: unknown = JSON.parse(key);
    return isFields(json) && typeof json["client_email"] === "string" ? json["client_email"] : null;
  } catch {
    return null;
  }
}

/** The public half, as everybody may fetch it. */
export async function published(): Promise<Answer> {
  const { publicKey } = await keys();
  const { n, e } = await crypto.subtle.exportKey("jwk", publicKey) as JsonWebKey;
  return json(200, { keys: [{ kty: "RSA", alg: "RS256", use: "sig", kid: KEY_ID(), n, e }] }, { "cache-control": "public, max-age=60" });
}

/** Proves to a webhook that Pub/Sub calls it for this service account. */
export async function pushToken(audience: string, email: string): Promise<string> {
  const part = (value: object): string => url64(new TextEncoder().encode(JSON.stringify(value)));
  // The app goes by its own clock, so this one does too.
  const iat = Math.floor(Date.now() / 1_000);
  const signed = `${part({ alg: "RS256", kid: KEY_ID(), typ: "JWT" })}.${part({ iss: "https://accounts.google.com", aud: audience, email, email_verified: true, iat, exp: iat + LIFETIME_S })}`;
  const { privateKey } = await keys();
  return `${signed}.${url64(new Uint8Array(await crypto.subtle.sign(RSA, privateKey, new TextEncoder().encode(signed))))}`;
}

const url64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
