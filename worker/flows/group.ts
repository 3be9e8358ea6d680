import type { ChannelKind } from "../contract/channel";
import { participants } from "../db/contacts";
import type { Account } from "../db/locate";

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
