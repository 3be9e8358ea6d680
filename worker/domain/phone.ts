import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString, type PhoneNumber } from "libphonenumber-js/min";

/** Short codes are 3 to 6 digits in nearly every country; longer ones cannot be told from a local number. */
const SHORT_CODE = /^\d{3,6}$/;
/** What GSM lets a sender be called: up to 11 characters with at least one letter. */
const SENDER_NAME = /^(?=.*[A-Za-z])[A-Za-z0-9 +&_.-]{1,11}$/;
/** Separators people write into numbers. Anything else, such as a letter, is no number. */
const WRITTEN = /^\+?[\d\s().\-/\u00a0\u2010-\u2015]+$/;

/** Reading a number costs a tenth of what taking in its message does, and a provider names the same ones again and again. */
const REMEMBERED = 1_000;
/** Nobody writes a number longer than this twice. */
const REMEMBERED_CHARS = 40;
const remembered = new Map<string, string | null>();

/**
 * A phone address as it is stored: E.164; short codes and sender names stay as they are.
 * `country` (ISO 3166) is for numbers written without their country code. Null: this can be no phone address.
 */
export function normalisePhone(written: string, country: string): string | null {
  if (written.length > REMEMBERED_CHARS) return normalised(written, country);
  const key = `${country} ${written}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  if (remembered.size >= REMEMBERED) remembered.clear();
  const address = normalised(written, country);
  remembered.set(key, address);
  return address;
}

function normalised(written: string, country: string): string | null {
  const text = written.trim();
  if (SHORT_CODE.test(text) || SENDER_NAME.test(text)) return text;
  if (!WRITTEN.test(text)) return null;
  const number = parse(text.replace(/^00(?=[1-9])/, "+"), country);
  // Possible, not valid: new ranges and the providers' test numbers are real addresses before the tables know them.
  // A number that would be read differently next time (zeros after the country code) would make two contacts of one.
  return number?.isPossible() && parse(number.number, country)?.number === number.number ? number.number : null;
}

/** The country (ISO 3166) a number was given out in; null for what is no international number, or belongs to none. */
export function countryOf(address: string): string | null {
  const number = address.startsWith("+") ? parse(address, "") : undefined;
  return (number && homeCode(number)) ?? null;
}

function parse(text: string, country: string): PhoneNumber | undefined {
  const home = country.toUpperCase();
  return parsePhoneNumberFromString(text, isSupportedCountry(home) ? home : undefined);
}

const homeCode = (number: PhoneNumber): CountryCode | undefined => number.country ?? number.getPossibleCountries()[0];
