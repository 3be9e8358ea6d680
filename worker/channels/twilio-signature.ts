import { sha256Hex } from "../platform/hex";
import { sameSecret, toBase64 } from "../platform/vault";
import type { RawRequest } from "./channel";

/**
 * https://www.twilio.com/docs/usage/webhooks/webhooks-security. Carries no time, so a replay is caught by the message's id, not here.
 * `url` must be the public one, query included: Twilio signs what it was told to call.
 */
export async function isSignedByTwilio(request: RawRequest, authToken: string): Promise<boolean> {
  const signature = request.headers["x-twilio-signature"];
  if (!authToken || !signature || !URL.canParse(request.url)) return false;
  const bodyHash = new URL(request.url).searchParams.get("bodySHA256");
  if (bodyHash !== null && !sameSecret(bodyHash.toLowerCase(), await sha256Hex(request.body))) return false;
  const params = bodyHash === null ? signedParams(formOf(request.body)) : "";
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(authToken), { name: "HMAC", hash: "SHA-1" }, false, ["sign"]);
  for (const url of spellings(request.url)) {
    const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(url + params));
    if (sameSecret(toBase64(new Uint8Array(mac)), signature)) return true;
  }
  return false;
}

/** Any bytes: what is no form becomes odd keys, which no signature matches and no event asks for. */
export const formOf = (body: Uint8Array): URLSearchParams => new URLSearchParams(new TextDecoder("utf-8", { fatal: false, ignoreBOM: true }).decode(body));

/** Keys in code unit order, each with its distinct values in order; nothing trimmed, nothing between. */
function signedParams(form: URLSearchParams): string {
  const values = new Map<string, Set<string>>();
  // In one pass: looking up each of many keys in the form takes time by the square, and nobody has proved anything yet.
  for (const [key, value] of form) values.set(key, (values.get(key) ?? new Set()).add(value));
  return [...values.keys()].sort().map((key) => [...values.get(key)!].sort().map((value) => key + value).join("")).join("");
}

/** Twilio is not consistent about ports: as received, without the port, with the default one. */
function spellings(url: string): string[] {
  const [, scheme, host, port, rest] = /^(https?):\/\/([^/?#:]+)(:\d+)?(.*)$/s.exec(url) ?? [];
  if (!scheme) return [url];
  return port ? [url, `${scheme}://${host}${rest}`] : [url, `${scheme}://${host}:${scheme === "https" ? 443 : 80}${rest}`];
}
