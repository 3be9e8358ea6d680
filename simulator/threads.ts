import type { Mailbox, PhoneThread, Threads, WorldConnection, WorldMessage } from "./api";
import type { Notes } from "./notes";
import { personOf } from "./meta/person";
import { isOptedOut } from "./twilio/opt-out";

/** What the phones and mailboxes of the page show, made of the messages alone. */
export function threads(messages: WorldMessage[], notes: Notes, connections: WorldConnection[], now: number): Threads {
  const phones = new Map<string, PhoneThread>();
  const mailboxes = new Map<string, Mailbox>();
  for (const message of messages) {
    // WhatsApp counts a reaction of ours as a message; people see it on the message it is to.
    if (message.app?.kind === "reaction") continue;
    // A reply to a review stands on a page, not on a phone.
    if (message.app?.kind === "review") continue;
    if (message.mail) {
      for (const { address, name } of boxesOf(message, connections)) {
        const box = into(mailboxes, address, message, () => ({ address, name, messages: [] }));
        // A mailbox that only received so far has no name; its owner's first mail tells it.
        box.name ||= name;
      }
    } else if (message.group) {
      const ours = message.by === "customer" ? message.to : message.from;
      // On each of their phones it is a thread of its own.
      for (const customer of message.group)
        into(phones, `${ours} ${customer} ${message.group.join()}`, message, () => ({ provider: message.provider, connectionId: message.connectionId, ours, customer, optedOut: isOptedOut(notes, ours, customer), group: message.group, messages: [] }));
    } else {
      const [ours, customer] = message.by === "customer" ? [message.to, message.from] : [message.from, message.to];
      into(phones, `${ours} ${customer}`, message, () => ({
        provider: message.provider, connectionId: message.connectionId, ours, customer, optedOut: isOptedOut(notes, ours, customer), messages: [],
        ...(message.app && { person: personOf(notes, message.provider, message.connectionId, customer, now) }),
      }));
    }
  }
  // Later in the map is younger, because every message moves its thread to the end.
  return { phones: [...phones.values()].toReversed(), mailboxes: [...mailboxes.values()].toReversed() };
}

function into<T extends { messages: WorldMessage[] }>(map: Map<string, T>, key: string, message: WorldMessage, make: () => T): T {
  const thread = map.get(key) ?? make();
  thread.messages.push(message);
  map.delete(key);
  map.set(key, thread);
  return thread;
}

/** A mail lies in the mailbox of its writer and, unless it bounced, of everybody it went to; ours are not customers' mailboxes. */
function boxesOf({ by, from, mail, state }: WorldMessage, connections: WorldConnection[]): { address: string; name: string }[] {
  if (!mail) return [];
  if (by === "customer") return [{ address: from.toLowerCase(), name: mail.fromName }];
  if (state === "bounced" || state === "failed") return [];
  const ours = new Set(connections.map(({ address }) => address.toLowerCase()));
  const everybody = [...mail.to, ...mail.cc, ...mail.bcc].map((address) => address.toLowerCase());
  return [...new Set(everybody)].filter((address) => !ours.has(address)).map((address) => ({ address, name: "" }));
}
