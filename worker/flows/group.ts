import { channelOf } from "../channels/registry";
import type { ChannelKind } from "../contract/channel";
import type { ConversationRow, GroupMember } from "../contract/conversation";
import { shownAddress } from "../contract/shown-address";
import { findContact } from "../db/contact-records";
import type { ConnectionRow } from "../db/connections";
import { groupsOf, groupsWith, participants, resolveIdentity, type IdentityKey, type Target } from "../db/contacts";
import type { Account } from "../db/locate";
import { mayReachContact } from "../db/reach";
import type { MemberActor } from "../domain/access";
import { normalisePhone } from "../domain/phone";
import { accountFacts } from "./account-facts";
import { openOwnConnection } from "./open-connection";

/** Can a message to several people at once leave from it? */
export const hasGroups = ({ provider }: Pick<ConnectionRow, "provider">): boolean => channelOf(provider)?.capabilities.groups === true;

/** The conversation of a group: one of its own, whoever of it writes. Each of its people is a contact too, and it is called by their names. */
export async function groupOf(account: Account, connectionId: string, phones: readonly string[], now: number): Promise<{ target: Target; identity: IdentityKey }> {
  const sorted = phones.toSorted();
  const people = await Promise.all(sorted.map((address) => resolveIdentity(account, [{ kind: "phone", scope: "", address, name: "" }], now)));
  const identity: IdentityKey = { kind: "group", scope: connectionId, address: sorted.join(","), name: people.map(({ contactName }) => contactName).join(", ") };
  return { target: { ...await resolveIdentity(account, [identity], now), kind: "group" }, identity };
}

/** Finds or makes the group of these numbers, as somebody typed them; a sentence where there can be none, or where it would name people this member does not see. */
export async function startGroup(account: Account, actor: MemberActor, written: readonly string[], connectionId: string | undefined, now: number): Promise<Target | string> {
  const { connections, settings } = await accountFacts(account, now);
  const able = connections.filter((row) => row.status === "active" && hasGroups(row));
  const row = connectionId === undefined ? able[0] : able.find(({ id }) => id === connectionId);
  if (!row) return connectionId !== undefined && able.length > 0 ? "This number cannot send group texts. Choose another one." : "No number is connected whose carrier has group texts. Connect one in Settings, Channels.";
  const phones = written.map((one) => normalisePhone(one, settings.country));
  const wrong = written.find((_, index) => !phones[index]?.startsWith("+"));
  if (wrong !== undefined) return `“${wrong}” is not a phone number. Correct it or remove it.`;
  const others = [...new Set(phones as string[])].filter((one) => !connections.some(({ address }) => address === one));
  if (others.length < 2) return "A group needs at least two people besides you.";
  const most = channelOf(row.provider)!.capabilities.people ?? others.length;
  if (others.length > most) return `A group text from this number goes to at most ${most} people besides you. Remove ${others.length - most}.`;
  const people = await participants(account, others, "sms");
  const seen = await Promise.all(people.map(({ contactId, name, address }) => name === address || mayReachContact(account, actor, contactId)));
  const unseen = people.find((_, index) => !seen[index]);
  if (unseen) return `Colleagues look after ${unseen.address}. Ask one of them to begin this group.`;
  return (await groupOf(account, row.id, others, now)).target;
}

/** Somebody has another name: groups that are called by the names of their people are called by the new one. A name that a colleague gave the group stays. */
export async function renameInGroups(account: Account, { id, name: before }: { id: string; name: string }, phones: readonly string[]): Promise<void> {
  if (phones.length === 0) return;
  for (const group of await groupsWith(account, phones)) {
    const people = await participants(account, group.address.split(","));
    const name = people.map((one) => one.name).join(", ");
    const was = people.map((one) => (one.contactId === id ? before || one.address : one.name)).join(", ");
    if (group.name !== was || name === was) continue;
    await account.db.prepare("UPDATE contact SET name = ? WHERE account_id = ? AND id = ?").bind(name, account.id, group.contactId).run();
    if (group.conversationId !== null) await account.conversation(group.conversationId).contactChanged({ name });
  }
}

/** Everybody in a group, in the order of their addresses, with what they allow now: each person's own conversation hears of a STOP first. */
async function peopleIn(account: Account, addresses: readonly string[], channel: ChannelKind | null): Promise<GroupMember[]> {
  const people = await participants(account, addresses, channel);
  return Promise.all(people.map(async ({ address, contactId, name, conversationId, state }) => {
    const own = conversationId === null ? null : await account.conversation(conversationId).consent();
    return { address, contactId, name, consent: (own && channel ? own[channel] : state) ?? "active" };
  }));
}

/** Everybody in the group a conversation is with; nobody where it is with no group. */
export async function membersOf(account: Account, { kind, contactId, channels }: Pick<ConversationRow, "kind" | "contactId" | "channels">): Promise<GroupMember[]> {
  const group = kind === "group" ? (await findContact(account, contactId))?.identities.find((one) => one.kind === "group") : undefined;
  if (!group) return [];
  // Before the first word the conversation has no channel yet: the connection it will leave from knows.
  const channel = channels[0] ?? (await openOwnConnection(account, group.connectionId ?? ""))?.channel.kind ?? null;
  return peopleIn(account, group.address.split(","), channel);
}

/** Who of a group may not be written to on a channel, by name: a group text reaches everybody. */
export const refusingIn = async (account: Account, addresses: readonly string[], channel: ChannelKind): Promise<string[]> =>
  (await peopleIn(account, addresses, channel)).filter(({ consent }) => consent === "inactive" || consent === "permanent").map(({ name }) => name);

/** How many of an account's groups a new one is compared with. */
const COMPARED = 50;

/**
 * Carriers have no joining or leaving: a text to one person more, or one less, is another group. Says what has changed since the group that most of
 * them were in; null where there was none.
 */
export async function changedFrom(account: Account, connectionId: string, phones: readonly string[]): Promise<{ text: string; data: { joined: string[]; left: string[] } } | null> {
  const common = (group: readonly string[]) => group.filter((one) => phones.includes(one)).length;
  const before = (await groupsOf(account, connectionId, phones, COMPARED)).map((address) => address.split(","))
    .filter((group) => common(group) > 1 && (group.length !== phones.length || common(group) < group.length)).toSorted((a, b) => common(b) - common(a))[0];
  if (!before) return null;
  const joined = phones.filter((one) => !before.includes(one)), left = before.filter((one) => !phones.includes(one));
  const people = await participants(account, [...joined, ...left]);
  const named = (addresses: readonly string[]) => listed(addresses.map((one) => people.find(({ address }) => address === one)?.name ?? one).map(shownAddress));
  const words = [joined.length > 0 && `${named(joined)} joined`, left.length > 0 && `${named(left)} left`].filter(Boolean).join(", ");
  return { text: `${words}: this is a group of its own`, data: { joined, left } };
}

const listed = (names: readonly string[]): string => new Intl.ListFormat("en", { type: "conjunction" }).format(names);

/** What the engine is asked about a group: those in it who refused stand for all. */
export const ofGroup = <T extends { contactName: string; consent: Partial<Record<ChannelKind, string>> }>(head: T, channel: ChannelKind, refusing: readonly string[]): T =>
  (refusing.length === 0 ? head : { ...head, contactName: listed(refusing.map(shownAddress)), consent: { ...head.consent, [channel]: "inactive" } });
