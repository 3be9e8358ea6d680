import type { Handle } from "./channel";

/** Business-scoped ids, `US.13491208655302741918`. Nothing with a space or a slash may become an address that we send to. */
const USER_ID = /^[A-Za-z][A-Za-z0-9._:-]{1,199}$/;
const DIGITS = /^\+?(\d{3,20})$/;

/** WhatsApp writes numbers without +. Null for what is none. */
export const phoneOf = (digits: string | null | undefined): string | null => {
  const bare = DIGITS.exec(digits ?? "")?.[1];
  return bare ? `+${bare}` : null;
};

/** A person by what WhatsApp told: the number first, since it is theirs on other channels too. Null when it told neither. */
export function handleOf(digits: string | null | undefined, userId: string | null | undefined, name = ""): Handle | null {
  const phone = phoneOf(digits);
  const user = userId && USER_ID.test(userId) ? { kind: "user" as const, address: userId } : null;
  const named = name === "" ? {} : { name };
  if (phone) return { kind: "phone", address: phone, ...named, ...(user && { aliases: [user] }) };
  return user && { ...user, ...named };
}

/** A number goes into `to`, an id into `recipient`: WhatsApp keeps them apart. Null when it is neither. */
export function recipientOf(address: string): { to: string } | { recipient: string } | null {
  if (/^\+\d{3,20}$/.test(address)) return { to: address.slice(1) };
  return USER_ID.test(address) ? { recipient: address } : null;
}
