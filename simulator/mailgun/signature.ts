/** Mailgun: HMAC-SHA256 over the time (in seconds) and a token, keyed by the account's signing key, hex. */
export async function signMailgun(signingKey: string, timestamp: string, token: string): Promise<string> {
  const encoder = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", encoder.encode(signingKey), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return Array.from(new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(timestamp + token))), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
