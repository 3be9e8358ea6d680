import { hmacHex } from "../hex";

/** Mailgun: HMAC-SHA256 over the time (in seconds) and a token, keyed by the account's signing key, hex. */
export const signMailgun = (signingKey: string, timestamp: string, token: string): Promise<string> => hmacHex(signingKey, timestamp + token);
