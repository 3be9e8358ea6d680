/** Seals secrets with AES-256-GCM and signs links, under keys from one Worker secret: `id:base64,id:base64`, newest first. */
const NONCE_BYTES = 12;

interface Key { id: string; bytes: Uint8Array<ArrayBuffer> }

const keys = (secret: string): Key[] => secret.split(",").map((part) => {
  const colon = part.indexOf(":");
  return { id: part.slice(0, colon), bytes: fromBase64(part.slice(colon + 1)) };
});

export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
export const toBase64 = (bytes: Uint8Array): string => {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
};

const aes = (key: Key) => crypto.subtle.importKey("raw", key.bytes, "AES-GCM", false, ["encrypt", "decrypt"]);

/** `context` (account and row) is bound in: a sealed value copied to another row does not open. */
export async function seal(secret: string, context: string, value: unknown): Promise<{ keyId: string; sealed: string }> {
  const key = keys(secret)[0]!;
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const plain = new TextEncoder().encode(JSON.stringify(value));
  const cipher = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: new TextEncoder().encode(context) }, await aes(key), plain);
  const both = new Uint8Array(NONCE_BYTES + cipher.byteLength);
  both.set(nonce);
  both.set(new Uint8Array(cipher), NONCE_BYTES);
  return { keyId: key.id, sealed: toBase64(both) };
}

/** Throws when the key is gone or the value was tampered with. */
export async function unseal(secret: string, context: string, { keyId, sealed }: { keyId: string; sealed: string }): Promise<unknown> {
  const key = keys(secret).find(({ id }) => id === keyId);
  if (!key) throw new Error(`vault key ${keyId} is not configured`);
  const both = fromBase64(sealed);
  const plain = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: both.subarray(0, NONCE_BYTES), additionalData: new TextEncoder().encode(context) }, await aes(key), both.subarray(NONCE_BYTES));
  return JSON.parse(new TextDecoder().decode(plain));
}

const hmac = (key: Key, purpose: string) =>
  crypto.subtle.importKey("raw", new Uint8Array([...key.bytes, ...new TextEncoder().encode(purpose)]), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);

/** base64url without padding (RFC 4648, 5): for addresses, headers and subprotocols. */
export const toBase64Url = (bytes: Uint8Array): string => toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
/** Reads it with or without padding; throws where it is none. */
export const fromBase64Url = (text: string) => fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));

/** A signature of `text` for one purpose ("media", "visitor", "reply-address"): base64url, 43 characters. */
export async function sign(secret: string, purpose: string, text: string): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", await hmac(keys(secret)[0]!, purpose), new TextEncoder().encode(text))));
}

/** Accepts a signature by any configured key, so that rotating keys does not break links that are out. */
export async function isSigned(secret: string, purpose: string, text: string, signature: string): Promise<boolean> {
  for (const key of keys(secret)) {
    const expected = toBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", await hmac(key, purpose), new TextEncoder().encode(text))));
    if (sameSecret(expected, signature)) return true;
  }
  return false;
}

/** Constant-time comparison. Lengths may show: what we compare has a fixed, public length. */
export function sameSecret(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => new TextEncoder().encode(text));
  return left!.byteLength === right!.byteLength && crypto.subtle.timingSafeEqual(left!, right!);
}
