import { sha256Hex } from "./hex";
import { toBase64Url } from "./vault";

/** 256 bits: nobody guesses one, so what is at rest can be a plain SHA-256. */
const TOKEN_BYTES = 32;

/** A new secret for a session, a link or an API key: base64url, 43 characters, after `prefix`. */
export const newToken = (prefix = ""): string => prefix + toBase64Url(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)));

/** What is stored and looked up instead of the token itself: SHA-256 in hex. */
export const hashToken = (token: string): Promise<string> => sha256Hex(new TextEncoder().encode(token));
