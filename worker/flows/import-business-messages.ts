import type { BusinessMessagesExport, ImportResult } from "../contract/import";
import { audit } from "../db/audit";
import { resolveIdentity } from "../db/contacts";
import type { Account } from "../db/locate";

/** Stands where a connection's id does: what people were called there means nothing anywhere else, and no connection reaches it. */
const SCOPE = "business-messages";

/** Safe to repeat, also after it stopped halfway. */
export async function importBusinessMessages(account: Account, { conversations }: BusinessMessagesExport, { id: memberId, name: memberName }: { id: string; name: string }, now: number): Promise<ImportResult> {
  const result: ImportResult = { conversationIds: [], added: 0 };
  for (const { id, name, messages } of conversations) {
    const target = await resolveIdentity(account, [{ kind: "handle", scope: SCOPE, address: id, name: name || "Google customer" }], now);
    const { conversationId, contactId, contactName } = target;
    // What is yet to come would stand at the top of the list for ever.
    const past = messages.map((message) => ({ externalId: `${SCOPE}:${id}/${message.id}`, channel: "google" as const, from: message.from, author: message.author, text: message.text, at: Math.min(Date.parse(message.at), now) }));
    result.added += await account.conversation(conversationId).addPast({ id: conversationId, contactId, contactName, previousId: null }, past, { id: memberId, name: memberName }, now);
    result.conversationIds.push(conversationId);
  }
  if (result.added > 0) await audit(account, { actor: memberId, action: "messages.imported", target: SCOPE, data: { conversations: conversations.length, added: result.added }, now });
  return result;
}
