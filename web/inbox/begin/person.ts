import type { Contact } from "../../../worker/contract/contact";
import { shownAddress } from "../../../worker/contract/shown-address";
import { readAddress, shownName } from "../contact/values";

/** Somebody to write to: a contact, or a number that may be nobody's yet. */
export type Person = { kind: "contact"; contact: Contact } | { kind: "number"; number: string };

/** Who wrote down a number means that number; where it is a contact's, that contact is found beside it. */
export function personOf(text: string): Person | null {
  const read = readAddress(text);
  return read?.kind === "phone" ? { kind: "number", number: read.address } : null;
}

export const nameOf = (person: Person): string => (person.kind === "contact" ? shownName(person.contact) : shownAddress(person.number));

/** The number a group text reaches them at; null where they have none. */
export function phoneOf(person: Person): string | null {
  if (person.kind === "number") return person.number;
  const phones = person.contact.identities.filter(({ kind, connectionId }) => kind === "phone" && connectionId === null);
  return (phones.find(({ primary }) => primary) ?? phones[0])?.address ?? null;
}

const keyOf = (person: Person): string => (person.kind === "contact" ? person.contact.id : person.number);

/** Adds somebody once, also where a number is that of a contact who is there already. */
export function withPerson(people: readonly Person[], person: Person): readonly Person[] {
  const phone = phoneOf(person);
  return people.some((one) => keyOf(one) === keyOf(person) || (phone !== null && phoneOf(one) === phone)) ? people : [...people, person];
}
