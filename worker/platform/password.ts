import { Buffer } from "node:buffer";
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** OWASP's scrypt setting for 16 MiB of memory: a Worker isolate has 128 MiB for everything. */
const COST = 2 ** 14;
const BLOCK = 8;
const PARALLEL = 5;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

const derive = (password: string, salt: Buffer, cost: number, block: number, parallel: number, bytes: number) => new Promise<Buffer>((resolve, reject) => {
  // NFC, so that an accent typed on another system is the same password.
  scrypt(password.normalize("NFC"), salt, bytes, { N: cost, r: block, p: parallel }, (error, key) => (error ? reject(error) : resolve(key)));
});

/** `scrypt$N$r$p$salt$hash`: the numbers are kept so that they can be raised later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST, BLOCK, PARALLEL, HASH_BYTES);
  return ["scrypt", COST, BLOCK, PARALLEL, salt.toString("base64"), hash.toString("base64")].join("$");
}

/** Nobody's password, hashed at today's cost. */
const NOBODY = ["scrypt", COST, BLOCK, PARALLEL, Buffer.alloc(SALT_BYTES).toString("base64"), Buffer.alloc(HASH_BYTES).toString("base64")].join("$");

/** With `null` (there is no such person) it works as long as with a wrong password, and answers false. Throws when the stored text is broken. */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const [scheme, cost, block, parallel, salt, hash] = (stored ?? NOBODY).split("$");
  if (scheme !== "scrypt" || !hash) throw new Error("a stored password is not in a known form");
  const expected = Buffer.from(hash, "base64");
  const actual = await derive(password, Buffer.from(salt!, "base64"), Number(cost), Number(block), Number(parallel), expected.length);
  return timingSafeEqual(expected, actual) && stored !== null;
}
