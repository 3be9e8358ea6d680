import type { ChannelKind } from "../contract/channel";
import type { ConsentState } from "../contract/contact";
import { STRICTNESS } from "../domain/consent";
import { newId } from "../platform/id";
import type { Account } from "./locate";
import type { IdentityKey } from "./contacts";

/** What the person behind an address allows on a channel; null when nobody has it, or they never said. */
export async function consentOfAddress(account: Account, { kind, scope, address }: Omit<IdentityKey, "name">, channel: ChannelKind): Promise<ConsentState | null> {
  const row = await account.db.prepare(`
    SELECT consent.state FROM identity JOIN consent ON consent.account_id = identity.account_id AND consent.contact_id = identity.contact_id
    WHERE identity.account_id = ? AND identity.kind = ? AND identity.scope = ? AND identity.address = ? AND consent.channel = ? ORDER BY consent.at DESC, consent.id DESC LIMIT 1`)
    .bind(account.id, kind, scope, address, channel).first<{ state: ConsentState }>();
  return row?.state ?? null;
}

/** A step of the ledger. `how` is `delivery` where nobody refused anything: messages did not arrive. */
export interface ConsentRow { channel: ChannelKind; state: ConsentState; how: "message" | "unsubscribe" | "complaint" | "delivery"; text: string | null }

/** Keeps what a person forbids who has no conversation that could; nothing where it is forbidden already, or nobody has the address. Safe to repeat. */
export async function keepConsent(account: Account, { kind, scope, address }: Omit<IdentityKey, "name">, { channel, state, how, text }: ConsentRow, now: number): Promise<void> {
  const weaker = Object.entries(STRICTNESS).flatMap(([one, strictness]) => (strictness < STRICTNESS[state] ? [one] : []));
  await account.db.prepare(`
    INSERT INTO consent(account_id, contact_id, id, channel, state, at, by, how, text)
    SELECT ?1, contact.id, ?5, ?6, ?7, ?8, contact.name, ?9, ?10 FROM identity JOIN contact ON contact.account_id = ?1 AND contact.id = identity.contact_id
    WHERE identity.account_id = ?1 AND identity.kind = ?2 AND identity.scope = ?3 AND identity.address = ?4 AND contact.conversation_id IS NULL
      AND coalesce((SELECT state FROM consent WHERE account_id = ?1 AND contact_id = contact.id AND channel = ?6 ORDER BY at DESC, id DESC LIMIT 1), 'active') IN (SELECT value FROM json_each(?11))`)
    .bind(account.id, kind, scope, address, newId("cs", now), channel, state, now, how, text, JSON.stringify(weaker)).run();
}

/** SQL: the channels, as JSON, on which messages to the contact `contact.id` of account ?1 did not arrive and nobody refused anything. */
export const UNREACHABLE = `(SELECT json_group_array(channel) FROM (SELECT channel, state, how, max(at) FROM consent WHERE account_id = ?1 AND contact_id = contact.id GROUP BY channel) WHERE state = 'inactive' AND how = 'delivery')`;

/** The same for one contact. */
export async function unreachableOn(account: Account, contactId: string): Promise<ChannelKind[]> {
  const row = await account.db.prepare(`SELECT ${UNREACHABLE} AS channels FROM contact WHERE account_id = ?1 AND id = ?2`).bind(account.id, contactId).first<{ channels: string }>();
  return row ? JSON.parse(row.channels) as ChannelKind[] : [];
}
