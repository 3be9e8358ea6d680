const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_DIGITS = 9;
const RANDOM_DIGITS = 13;

/** A text id that sorts by time and cannot be guessed (65 random bits): `c_0kx3…`. */
export function newId(prefix: string, now: number): string {
  let time = "";
  for (let rest = now, digit = 0; digit < TIME_DIGITS; digit++, rest = Math.floor(rest / 32)) time = ALPHABET[rest % 32]! + time;
  const random = Array.from(crypto.getRandomValues(new Uint8Array(RANDOM_DIGITS)), (byte) => ALPHABET[byte % 32]!).join("");
  return `${prefix}_${time}${random}`;
}
