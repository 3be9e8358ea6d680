/** DER, as far as a certificate needs it. */
const INTEGER = 0x02, BITS = 0x03, NULL = 0x05, OID = 0x06, UTF8 = 0x0c, TIME = 0x17, SEQUENCE = 0x30, SET = 0x31, VERSION = 0xa0;
const RSA_SHA256 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
const COMMON_NAME = [0x55, 0x04, 0x03];
const V3 = 2;

function der(tag: number, ...contents: (Uint8Array | readonly number[])[]): Uint8Array<ArrayBuffer> {
  const content = contents.flatMap((part) => [...part]);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Uint8Array.from([tag, ...size, ...content]);
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

export const SIGNING = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2_048, publicExponent: new Uint8Array([1, 0, 1]) } as const;

/** A certificate that vouches for itself, as PEM: what Amazon shows of the key that its messages are signed with. */
export async function selfSigned(name: string, { publicKey, privateKey }: CryptoKeyPair): Promise<string> {
  const algorithm = der(SEQUENCE, der(OID, RSA_SHA256), der(NULL));
  const named = der(SEQUENCE, der(SET, der(SEQUENCE, der(OID, COMMON_NAME), der(UTF8, ascii(name)))));
  const validity = der(SEQUENCE, der(TIME, ascii("200101000000Z")), der(TIME, ascii("491231235959Z")));
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", publicKey) as ArrayBuffer);
  const certificate = der(SEQUENCE, der(VERSION, der(INTEGER, [V3])), der(INTEGER, [1]), algorithm, named, validity, named, spki);
  const signature = new Uint8Array(await crypto.subtle.sign(SIGNING.name, privateKey, certificate));
  const whole = der(SEQUENCE, certificate, algorithm, der(BITS, [0], signature));
  return `-----BEGIN CERTIFICATE-----\n${btoa(String.fromCharCode(...whole)).replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
}
