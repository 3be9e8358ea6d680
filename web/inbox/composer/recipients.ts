import type { EmailAddress, Entry } from "../../../worker/contract/entry";

/** Who an email goes to; plain lower-case addresses. */
export interface Recipients {
  to: string[];
  cc: string[];
  bcc: string[];
}

// What a person may type: one @, a dot in the domain, nothing that splits a header. The server decides in the end.
const ADDRESS = /^[^\s@<>(),;:"]+@[^\s@<>(),;:"]+\.[^\s@<>(),;:".]{2,}$/;
export const isEmailAddress = (text: string) => text.length <= 254 && ADDRESS.test(text);

/** `Ana Ruiz <ana@example.com>; bob@example.com` → its addresses, in order, each once. Also returns what could not be read. */
export function parseAddresses(text: string): { addresses: string[]; rest: string } {
  const addresses: string[] = [];
  const rest: string[] = [];
  for (const part of text.split(/[,;\n]+/)) {
    const piece = part.trim();
    if (piece === "") continue;
    const address = (/<([^<>]+)>$/.exec(piece)?.[1] ?? piece).trim().toLowerCase();
    if (!isEmailAddress(address)) rest.push(piece);
    else if (!addresses.includes(address)) addresses.push(address);
  }
  return { addresses, rest: rest.join(", ") };
}

const isEmail = (entry: Entry) => entry.kind === "message" && entry.email !== null && !entry.deleted;
const plain = (list: readonly EmailAddress[]) => list.map(({ address }) => address.toLowerCase());
const without = (list: readonly string[], isTaken: (address: string) => boolean) => [...new Set(list)].filter((address) => !isTaken(address));

/** Where answers to our mail come back, one address for each conversation: whoever writes to it writes to us. */
const REPLY_ADDRESS = /^reply\+[a-z0-9_]{3,30}\.[a-z2-7]{26}@/;
function isOurs(own: readonly string[]): (address: string) => boolean {
  const ours = new Set(own.map((address) => address.toLowerCase()));
  return (address) => ours.has(address) || REPLY_ADDRESS.test(address);
}

/** The email a reply answers: the newest from the customer, else our own newest. What we carried on to others, and what they say of it, is not the customer's. `entries` are ordered oldest first. */
export function answered(entries: readonly Entry[]): Entry | null {
  const aside = new Set(entries.filter((entry) => entry.forwarded && entry.direction === "out" && entry.email).map((entry) => entry.email!.threadId));
  const theirs = entries.filter((entry) => isEmail(entry) && !aside.has(entry.email!.threadId));
  return theirs.findLast((entry) => entry.direction === "in") ?? theirs.at(-1) ?? null;
}

/** Reply: the sender only (or where they ask replies to go). Reply to all: everyone they wrote to as well, without our own addresses. */
export function replyTo(entry: Entry, all: boolean, own: readonly string[]): Recipients {
  const email = entry.email;
  if (email === null) return { to: [], cc: [], bcc: [] };
  const ours = isOurs(own);
  if (entry.direction === "out") return { to: plain(email.to), cc: all ? plain(email.cc) : [], bcc: [] };
  const sender = email.replyTo.length > 0 ? plain(email.replyTo) : [email.from.address.toLowerCase()];
  const to = all ? without([...sender, ...plain(email.to)], ours) : [...new Set(sender)];
  return { to, cc: all ? without(plain(email.cc), (address) => ours(address) || to.includes(address)) : [], bcc: [] };
}

/** Whether "reply to all" would reach anyone that "reply" does not. */
export function hasMore(entry: Entry, own: readonly string[]): boolean {
  const one = replyTo(entry, false, own);
  const all = replyTo(entry, true, own);
  return all.to.length + all.cc.length > one.to.length;
}

/** `Re:` once, whatever came before. */
export const replySubject = (subject: string) => (/^re:/i.test(subject.trim()) ? subject.trim() : `Re: ${subject.trim()}`.trim());

/**
 * Who would learn of a blind copy: people we blind-copied before and now name openly; and ourselves (`self`), when
 * nobody saw our address on the email and we answer more than its sender.
 */
export function exposed(recipients: Recipients, entries: readonly Entry[], answering: Entry | null, own: readonly string[]): { named: string[]; self: boolean } {
  const open = [...recipients.to, ...recipients.cc];
  const hidden = new Set(entries.filter(isEmail).flatMap((entry) => plain(entry.email?.bcc ?? [])));
  const named = [...new Set(open.filter((address) => hidden.has(address)))];
  const email = answering?.direction === "in" ? answering.email : null;
  if (!email || own.length === 0) return { named, self: false };
  const sender = plain([email.from, ...email.replyTo]);
  const wereHidden = !plain([...email.to, ...email.cc]).some(isOurs(own));
  return { named, self: wereHidden && open.some((address) => !sender.includes(address)) };
}
