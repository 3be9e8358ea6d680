const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

/** `telnyx-signature-ed25519`: over the time in seconds, a bar and the body. `privateKey` is base64 of PKCS #8. */
export async function signTelnyx(privateKey: string, timestamp: string, body: string): Promise<string> {
  const key = await crypto.subtle.importKey("pkcs8", bytesOf(privateKey), { name: "Ed25519" }, false, ["sign"]);
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", key, new TextEncoder().encode(`${timestamp}|${body}`)));
  return btoa(String.fromCharCode(...signature));
}
