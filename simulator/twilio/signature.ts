/**
 * `X-Twilio-Signature`: HMAC-SHA1 over the URL as configured and every parameter, sorted by key in code-unit
 * order; repeated keys give their distinct values, sorted. No parameters: the URL alone.
 */
export async function signTwilio(authToken: string, url: string, params: URLSearchParams): Promise<string> {
  const keys = [...new Set(params.keys())].sort();
  const signed = keys.reduce((text, key) => text + [...new Set(params.getAll(key))].sort().map((value) => key + value).join(""), url);
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(authToken), { name: "HMAC", hash: "SHA-1" }, false, ["sign"]);
  const digest = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(signed)));
  return btoa(String.fromCharCode(...digest));
}
