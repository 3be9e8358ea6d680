/** Bytes in lower-case hex, two digits each. */
export const toHex = (bytes: ArrayBuffer | Uint8Array): string => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

// The cast copies nothing: a mail may have 25 MB. None of our bytes lie in shared memory, which is all that the types fear.
const own = (bytes: Uint8Array) => bytes as Uint8Array<ArrayBuffer>;

/** SHA-256 in hex, 64 digits. */
export const sha256Hex = async (bytes: Uint8Array): Promise<string> => toHex(await crypto.subtle.digest("SHA-256", own(bytes)));

/** HMAC-SHA256 under a secret text, in hex: the way most platforms sign what they send. */
export async function hmacHex(secret: string, bytes: Uint8Array): Promise<string> {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return toHex(await crypto.subtle.sign("HMAC", key, own(bytes)));
}
