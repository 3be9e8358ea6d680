import { fromBase64, toBase64 } from "../platform/vault";
import type { RawRequest } from "./channel";

/** SendGrid names none. Its retries are signed anew; clocks of servers differ by seconds. */
const TOLERANCE_S = 10 * 60;
const NUMBER_BYTES = 32; // of each half of a P-256 signature
const SEQUENCE = 0x30, INTEGER = 0x02;

/**
 * Whether SendGrid signed this request: ECDSA P-256 with SHA-256 over timestamp and raw body. `publicKey` is base64 SPKI.
 * https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
 */
export async function isSignedBySendGrid({ headers, body }: RawRequest, publicKey: string, now: number): Promise<boolean> {
  const timestamp = headers["x-twilio-email-event-webhook-timestamp"] ?? "";
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_S) return false;
  const der = strictBase64(headers["x-twilio-email-event-webhook-signature"] ?? "");
  const signature = der && plainSignature(der);
  const key = await keyOf(publicKey);
  if (!signature || !key) return false;
  const prefix = new TextEncoder().encode(timestamp);
  const signed = new Uint8Array(prefix.length + body.length);
  signed.set(prefix);
  signed.set(body, prefix.length);
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, signed);
}

/** Several spellings of one signature would all be right; only the true one is taken. */
function strictBase64(text: string): Uint8Array | null {
  try {
    const bytes = fromBase64(text);
    return bytes.length > 0 && toBase64(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}

/** DER's two integers as the 64 bytes that WebCrypto wants; null for anything else. */
function plainSignature(der: Uint8Array): Uint8Array<ArrayBuffer> | null {
  if (der[0] !== SEQUENCE || der[1] !== der.length - 2) return null;
  const plain = new Uint8Array(2 * NUMBER_BYTES);
  let at = 2;
  for (let half = 0; half < 2; half++) {
    const length = der[at + 1];
    if (der[at] !== INTEGER || !length || at + 2 + length > der.length) return null;
    const number = der.subarray(at + 2, at + 2 + length);
    // A zero in front keeps a number positive and is no part of it.
    const digits = number[0] === 0 ? number.subarray(1) : number;
    if (digits.length > NUMBER_BYTES) return null;
    plain.set(digits, (half + 1) * NUMBER_BYTES - digits.length);
    at += 2 + length;
  }
  return at === der.length ? plain : null;
}

async function keyOf(publicKey: string): Promise<CryptoKey | null> {
  try {
    return await crypto.subtle.importKey("spki", fromBase64(publicKey), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  } catch {
    return null;
  }
}
