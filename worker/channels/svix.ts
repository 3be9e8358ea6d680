import { fromBase64, sameSecret, toBase64 } from "../platform/vault";

const TOLERANCE_S = 5 * 60; // Svix's own: older is a replay, newer a wrong clock
const MAX_SIGNATURES = 10; // two while a secret is rotated; more is noise

/**
 * Whether `body` was signed by Svix (Standard Webhooks) with this `whsec_…` secret.
 * https://docs.svix.com/receiving/verifying-payloads/how-manual
 */
export async function isSignedBySvix({ headers, body }: { headers: Record<string, string>; body: Uint8Array }, secret: string, now: number): Promise<boolean> {
  const header = (name: string): string => headers[`svix-${name}`] ?? headers[`webhook-${name}`] ?? "";
  const id = header("id");
  const timestamp = header("timestamp");
  if (!id || !/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_S) return false;
  const key = keyOf(secret);
  if (!key) return false;
  const hmac = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const prefix = new TextEncoder().encode(`${id}.${timestamp}.`);
  const signed = new Uint8Array(prefix.length + body.length);
  signed.set(prefix);
  signed.set(body, prefix.length);
  const expected = `v1,${toBase64(new Uint8Array(await crypto.subtle.sign("HMAC", hmac, signed)))}`;
  return header("signature").split(" ", MAX_SIGNATURES).some((given) => sameSecret(expected, given));
}

function keyOf(secret: string): Uint8Array<ArrayBuffer> | null {
  try {
    const key = fromBase64(secret.replace(/^whsec_/, ""));
    return key.length > 0 ? key : null;
  } catch {
    return null;
  }
}
