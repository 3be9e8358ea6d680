import { fromBase64, toBase64 } from "../platform/vault";
import type { RawRequest } from "./channel";

/** Older or younger ones may be somebody repeating what they overheard. */
const TOLERANCE_S = 300;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/**
 * https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks: Ed25519 over `<timestamp>|<body>`.
 * `publicKey` is base64 of 32 bytes; one that is no key proves nothing.
 */
export async function isSignedByTelnyx(request: RawRequest, publicKey: string, now: number): Promise<boolean> {
  const timestamp = request.headers["telnyx-timestamp"] ?? "";
  const signature = bytesOf(request.headers["telnyx-signature-ed25519"] ?? "");
  if (!/^\d{1,12}$/.test(timestamp) || !signature || Math.abs(now / 1_000 - Number(timestamp)) > TOLERANCE_S) return false;
  const key = await keyOf(publicKey);
  const prefix = new TextEncoder().encode(`${timestamp}|`);
  const signed = new Uint8Array(prefix.length + request.body.length);
  signed.set(prefix);
  signed.set(request.body, prefix.length);
  // What has not the length or shape of a signature is thrown about by the platform: it proves nothing all the same.
  return key !== null && signature.length === SIGNATURE_BYTES && await crypto.subtle.verify("Ed25519", key, signature, signed).catch(() => false);
}

async function keyOf(publicKey: string): Promise<CryptoKey | null> {
  const bytes = bytesOf(publicKey);
  if (bytes?.length !== KEY_BYTES) return null;
  try {
    return await crypto.subtle.importKey("raw", bytes, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    // Not every 32 bytes are a point of the curve.
    return null;
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  if (base64 === "") return null;
  try {
    const bytes = fromBase64(base64);
    // One spelling for each: bits that no byte has room for are a change all the same.
    return toBase64(bytes) === base64 ? bytes : null;
  } catch {
    // Anybody may send anything in a header.
    return null;
  }
}
