import { fromBase64, sameSecret } from "../platform/vault";

/** Signs a text for reply addresses: `sign` of the vault with purpose and key filled in; base64url. */
export type Sign = (text: string) => Promise<string>;

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
/** 130 bits: beyond guessing, and the local part stays within the 64 characters that mail allows. */
const SIGNATURE_LETTERS = 26;
const REPLY_ADDRESS = /^reply\+([a-z0-9_]{3,30})\.([a-z2-7]{26})@/;

/** Mail systems may change the case of a local part, so base64 cannot be used. */
async function shortSignature(conversationId: string, sign: Sign): Promise<string> {
  const base64 = (await sign(conversationId)).replaceAll("-", "+").replaceAll("_", "/");
  const bytes = fromBase64(base64.padEnd(Math.ceil(base64.length / 4) * 4, "="));
  let letters = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 5 && letters.length < SIGNATURE_LETTERS; bits -= 5) letters += BASE32[(held >> (bits - 5)) & 31]!;
    held &= (1 << bits) - 1;
  }
  return letters;
}

/** The address that brings an answer back to its conversation even when the mail program drops every threading header. */
export async function makeReplyAddress(conversationId: string, domain: string, sign: Sign): Promise<string> {
  return `reply+${conversationId}.${await shortSignature(conversationId, sign)}@${domain}`;
}

/**
 * The conversation that one of `addresses` truly names, or null. A signature says only that we made the address, not who
 * writes to it: the sender is still checked against the contact. `signs`: one per valid key, so rotation breaks nothing.
 */
export async function readReplyAddress(addresses: readonly string[], signs: readonly Sign[]): Promise<string | null> {
  for (const address of addresses) {
    const match = REPLY_ADDRESS.exec(address.trim().toLowerCase());
    if (!match) continue;
    for (const sign of signs) {
      if (sameSecret(await shortSignature(match[1]!, sign), match[2]!)) return match[1]!;
    }
  }
  return null;
}
