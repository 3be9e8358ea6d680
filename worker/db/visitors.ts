import type { Account } from "./locate";

/** Where a visitor of one widget is talking to us; null before their first message. */
export async function visitorConversation(account: Account, connectionId: string, visitorId: string): Promise<string | null> {
  const row = await account.db.prepare(
    `SELECT contact.conversation_id AS id FROM identity JOIN contact ON contact.account_id = identity.account_id AND contact.id = identity.contact_id
     WHERE identity.account_id = ? AND identity.kind = 'visitor' AND identity.scope = ? AND identity.address = ?`,
  ).bind(account.id, connectionId, visitorId).first<{ id: string | null }>();
  return row?.id ?? null;
}

/** Who made an upload, as its row says. A visitor may send only what they uploaded themselves. */
export const uploadedBy = (connectionId: string, visitorId: string) => `visitor:${connectionId}:${visitorId}`;
