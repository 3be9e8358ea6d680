const P256 = { name: "ECDSA", namedCurve: "P-256" } as const;
const INTEGER = 0x02, SEQUENCE = 0x30;

/** A positive number of DER: no zeros in front but the one that keeps it from being negative. */
function integer(bytes: Uint8Array): number[] {
  const digits = [...bytes];
  while (digits.length > 1 && digits[0] === 0) digits.shift();
  if (digits[0]! >= 0x80) digits.unshift(0);
  return [INTEGER, digits.length, ...digits];
}

/** SendGrid's way: ECDSA P-256 with SHA-256 over timestamp and body, as DER in base64. `privateKey` is base64 PKCS 8. */
export async function signSendGrid(privateKey: string, timestamp: string, body: string): Promise<string> {
  const key = await crypto.subtle.importKey("pkcs8", Uint8Array.from(atob(privateKey), (char) => char.charCodeAt(0)), P256, false, ["sign"]);
  const plain = new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, new TextEncoder().encode(timestamp + body)));
  const numbers = [...integer(plain.subarray(0, 32)), ...integer(plain.subarray(32))];
  return btoa(String.fromCharCode(SEQUENCE, numbers.length, ...numbers));
}
