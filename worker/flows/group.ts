import { channelOf } from "../channels/registry";
import type { ChannelKind } from "../contract/channel";
import type { ConnectionRow } from "../db/connections";
import { participants, resolveIdentity, type IdentityKey, type Target } from "../db/contacts";
import type { Account } from "../db/locate";
import { normalisePhone } from "../domain/phone";
import { accountFacts } from "./account-facts";

/** Can a message to several people at once leave from it? */
export const hasGroups = ({ provider }: Pick<ConnectionRow, "provider">): boolean => channelOf(provider)?.capabilities.groups === true;

/** The conversation of a group: one of its own, whoever of it writes. Each of its people is a contact too, and it is called by their names. */
export async function groupOf(account: Account, connectionId: string, phones: readonly string[], now: number): Promise<{ target: Target; identity: IdentityKey }> {
  const sorted = phones.toSorted();
  const people = await Promise.all(sorted.map((address) => resolveIdentity(account, [{ kind: "phone", scope: "", address, name: "" }], now)));
  const identity: IdentityKey = { kind: "group", scope: connectionId, address: sorted.join(","), name: people.map(({ contactName }) => contactName).join(", ") };
  return { target: { ...await resolveIdentity(account, [identity], now), kind: "group" }, identity };
}

/** Finds or makes the group of these numbers, as somebody typed them; a sentence where there can be none. */
export async function startGroup(account: Account, written: readonly string[], connectionId: string | undefined, now: number): Promise<Target | string> {
  const { connections, settings } = await accountFacts(account, now);
  const able = connections.filter((row) => row.status === "active" && hasGroups(row));
  const row = connectionId === undefined ? able[0] : able.find(({ id }) => id === connectionId);
  if (!row) return "No number is connected whose carrier has group texts. Connect one in Settings, Channels.";
  const phones = written.map((one) => normalisePhone(one, settings.country));
  const wrong = written.find((_, index) => !phones[index]?.startsWith("+"));
  if (wrong !== undefined) return `“${wrong}” is not a phone number. Correct it or remove it.`;
  const others = [...new Set(phones as string[])].filter((one) => !connections.some(({ address }) => address === one));
  if (others.length < 2) return "A group needs at least two people besides you.";
  return (await groupOf(account, row.id, others, now)).target;
}

/** Who of a group may not be written to on a channel, by name: a group text reaches everybody. Asks each person's own conversation, which hears of a STOP first. */
export async function refusingIn(account: Account, addresses: readonly string[], channel: ChannelKind): Promise<string[]> {
  const people = await participants(account, addresses, channel);
  const refused = await Promise.all(people.map(async ({ name, conversationId, state }) => {
    const own = conversationId === null ? null : await account.conversation(conversationId).consent();
    const said = (own ? own[channel] : state) ?? "active";
    return said === "inactive" || said === "permanent" ? [name] : [];
  }));
  return refused.flat();
}

/** What the engine is asked about a group: those in it who refused stand for all. */
export const ofGroup = <T extends { contactName: string; consent: Partial<Record<ChannelKind, string>> }>(head: T, channel: ChannelKind, refusing: readonly string[]): T =>
  (refusing.length === 0 ? head : { ...head, contactName: new Intl.ListFormat("en", { type: "conjunction" }).format(refusing), consent: { ...head.consent, [channel]: "inactive" } });
