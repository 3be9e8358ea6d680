import type { Contact, Identity } from "../contract/contact";
import type { DuplicateReason } from "../contract/merge";
import { mailDomain } from "./mail-address";

/** Mailboxes that everybody has: two of them at different companies are two companies. */
const ROLES = new Set(["info", "office", "sales", "support", "contact", "hello", "mail", "email", "admin", "service", "billing", "accounts", "team", "help", "shop", "orders", "noreply", "no-reply", "kontakt", "contacto"]);
/** Shorter ones (`max@`, `anna@`) belong to many. */
const LOCAL_MIN_LETTERS = 6;
/** Providers that ignore dots in the name of a mailbox. */
const DOTLESS = new Set(["gmail.com", "googlemail.com"]);

const SENTENCES: Record<DuplicateReason, string> = {
  "shared-alias": "One of them also goes by an address that belongs to the other",
  "claimed-email": "One of them gave the other's email address, without proof",
  "claimed-phone": "One of them gave the other's phone number, without proof",
  "email-spelling": "Their email addresses are two spellings of one mailbox",
  "name-company": "Same name, same company",
  "email-name": "Their email addresses begin alike",
  name: "Same name",
};

const ORDER = Object.keys(SENTENCES) as DuplicateReason[];

/** `alias` is the address both are known by. */
export const sentenceOf = (reason: DuplicateReason, alias?: string): string => (alias === undefined ? SENTENCES[reason] : `One of them also goes by ${alias}, which belongs to the other`);
/** Likelier reasons sort first. */
export const byLikelihood = (a: { reason: DuplicateReason }, b: { reason: DuplicateReason }): number => ORDER.indexOf(a.reason) - ORDER.indexOf(b.reason);

type Person = Pick<Contact, "name" | "company" | "identities">;

/**
 * Why two contacts may be one person; null when nothing speaks for it. Suggestions only: what is proved (a number or an address
 * that a provider vouches for) has joined them before anybody is asked.
 */
export function resemblance(a: Person, b: Person): DuplicateReason | null {
  if (isGroup(a) || isGroup(b)) return null;
  if (shares(addresses(a, "email"), addresses(b, "email"))) return "claimed-email";
  if (shares(addresses(a, "phone"), addresses(b, "phone"))) return "claimed-phone";
  if (shares(addresses(a, "email").map(mailbox), addresses(b, "email").map(mailbox))) return "email-spelling";
  const hasSameName = spelled(a.name) !== "" && spelled(a.name) === spelled(b.name);
  if (hasSameName && spelled(a.company) !== "" && spelled(a.company) === spelled(b.company)) return "name-company";
  if (shares(addresses(a, "email").flatMap(tellingLocal), addresses(b, "email").flatMap(tellingLocal))) return "email-name";
  // One word is what many are called.
  return hasSameName && spelled(a.name).includes(" ") ? "name" : null;
}

/** Beginnings of addresses under which a mailbox may have been written: with another domain, or with a tag. */
export const similarBeginnings = (person: Person): string[] =>
  [...new Set(addresses(person, "email").flatMap((address) => [`${local(address)}+`, ...(ROLES.has(local(address)) ? [] : [`${local(address)}@`])]))];

/** A group text's "person" is no person. */
export const isGroup = ({ identities }: Pick<Person, "identities">): boolean => identities.some(({ kind }) => kind === "group");

const addresses = ({ identities }: Person, kind: Identity["kind"]): string[] => identities.filter((one) => one.kind === kind).map(({ address }) => address);
const shares = (some: readonly string[], others: readonly string[]): boolean => some.some((one) => others.includes(one));
const spelled = (name: string): string => name.normalize("NFKD").replaceAll(/\p{Mn}/gu, "").replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim().toLowerCase();

/** The part before the `@`, without a tag. */
const local = (address: string): string => address.slice(0, address.lastIndexOf("@")).split("+")[0]!.toLowerCase();

function mailbox(address: string): string {
  const domain = mailDomain(address);
  return DOTLESS.has(domain) ? `${local(address).replaceAll(".", "")}@gmail.com` : `${local(address)}@${domain}`;
}

function tellingLocal(address: string): string[] {
  const bare = local(address).replaceAll(/[._-]/g, "");
  return bare.length >= LOCAL_MIN_LETTERS && !ROLES.has(local(address)) ? [bare] : [];
}
