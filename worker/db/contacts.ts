import type { ChannelKind } from "../contract/channel";
import type { ConsentState } from "../contract/contact";
import { newId } from "../platform/id";
import { UNREACHABLE } from "./consents";
import type { Account } from "./locate";
import { searchRowId, searchToken } from "./projection";

/** Where an event goes: the customer and the conversation their next message belongs to. */
export interface Target { contactId: string; contactName: string; conversationId: string; previousId: string | null; kind?: "customer" | "group" | "review"; consent: Partial<Record<ChannelKind, ConsentState>>; /** Channels that are closed only because messages did not arrive. */ unreachable?: ChannelKind[] }

/** Who wrote, as an identity: `scope` is the connection for addresses that mean something only there. */
export interface IdentityKey { kind: string; scope: string; address: string; name: string; /** Proved to be theirs just now. */ verified?: true }

/** How long a resolved identity is remembered; a stale answer is harmless, the Conversation says `moved`. */
const REMEMBER_MS = 60_000;
/** A bound for one isolate; the oldest go first. */
const REMEMBER_MAX = 5_000;
const remembered = new Map<string, { target: Target; until: number }>();

const cacheKey = (account: Account, { kind, scope, address }: Omit<IdentityKey, "name">) => `${account.id}\n${kind}\n${scope}\n${address}`;
/** Somebody with a new alias, or whose address was proved, is looked up again, so that it is kept. */
const personKey = (account: Account, identities: readonly IdentityKey[]) => identities.map((one) => `${cacheKey(account, one)}${one.verified ? "\nverified" : ""}`).join("\n");

/**
 * The contact and conversation of a person, by any of their identities; makes what is missing. The first identity is what
 * they wrote with; where two belong to different contacts, the earlier in the list decides. One D1 batch, or nothing at all
 * for somebody seen within the minute. Unique keys make two simultaneous first messages one contact and one conversation.
 */
export async function resolveIdentity(account: Account, identities: readonly [IdentityKey, ...IdentityKey[]], now: number): Promise<Target> {
  const [first] = identities;
  const key = personKey(account, identities);
  const known = remembered.get(key);
  if (known && known.until > now) return known.target;
  const name = first.name;
  const contactId = newId("ct", now), conversationId = newId("c", now);
  const keys = JSON.stringify(identities.map((one) => ({ ...one, id: newId("id", now) })));
  const found = `(SELECT contact_id FROM json_each(?2) CROSS JOIN identity ON account_id = ?1 AND kind = value->>'kind' AND scope = value->>'scope' AND address = value->>'address' ORDER BY key LIMIT 1)`;
  const results = await account.db.batch<{ contactId: string; name: string; conversationId: string; consent: string; unreachable: string }>([
    account.db.prepare(
      `INSERT INTO identity(account_id, kind, scope, address, id, contact_id, name, is_primary, created_at, verified)
       SELECT ?1, value->>'kind', value->>'scope', value->>'address', value->>'id', coalesce(${found}, ?3), nullif(value->>'name', ''), key = 0, ?4, coalesce(value->>'verified', 0) FROM json_each(?2)
       WHERE true ON CONFLICT DO UPDATE SET verified = 1 WHERE excluded.verified = 1 AND identity.verified = 0`)
      .bind(account.id, keys, contactId, now),
    account.db.prepare("INSERT INTO contact(account_id, id, name, conversation_id, created_at) SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS(SELECT 1 FROM identity WHERE account_id = ?1 AND contact_id = ?2) ON CONFLICT DO NOTHING")
      .bind(account.id, contactId, name, conversationId, now),
    account.db.prepare("INSERT OR REPLACE INTO contact_text(rowid, account, contact_id, text) SELECT ?1, ?2, ?3, ?4 WHERE EXISTS(SELECT 1 FROM contact WHERE account_id = ?5 AND id = ?3)")
      .bind(searchRowId(`${account.id}/${contactId}`), searchToken(account.id), contactId, [name, ...identities.map(({ address }) => address)].join(" "), account.id),
    account.db.prepare(`UPDATE contact SET conversation_id = ?3 WHERE account_id = ?1 AND conversation_id IS NULL AND id = ${found}`).bind(account.id, keys, conversationId),
    // A provider says that they are one, our contacts that they are two: somebody should look at them.
    ...(identities.length > 1 ? [account.db.prepare(
      `INSERT INTO contact_pair(account_id, low_id, high_id, alias) SELECT ?1, min(person.id, i.contact_id), max(person.id, i.contact_id), i.address
       FROM (SELECT ${found} AS id) person CROSS JOIN json_each(?2) CROSS JOIN identity i ON i.account_id = ?1 AND i.kind = value->>'kind' AND i.scope = value->>'scope' AND i.address = value->>'address'
       WHERE i.contact_id <> person.id ON CONFLICT DO UPDATE SET alias = excluded.alias WHERE contact_pair.alias IS NULL`).bind(account.id, keys)] : []),
    account.db.prepare(
      `SELECT contact.id AS contactId, contact.name, contact.conversation_id AS conversationId,
         (SELECT json_group_object(channel, state) FROM (SELECT channel, state, max(at) FROM consent WHERE account_id = ?1 AND contact_id = contact.id GROUP BY channel)) AS consent, ${UNREACHABLE} AS unreachable
       FROM contact WHERE account_id = ?1 AND id = ${found}`).bind(account.id, keys),
  ]);
  const row = results.at(-1)!.results[0];
  if (!row) throw new Error("an identity without its contact");
  const target: Target = { contactId: row.contactId, contactName: row.name || name || spokenOf(identities.at(-1)!), conversationId: row.conversationId, previousId: null, consent: JSON.parse(row.consent) as Target["consent"], unreachable: JSON.parse(row.unreachable) as ChannelKind[] };
  remember(key, target, now);
  return target;
}

/** Enough to tell two nameless visitors apart. */
const TAIL_LETTERS = 4;
/** What somebody is called who has told no name. Ids that nobody can read are cut to their end. */
const SPOKEN: Partial<Record<string, string>> = { visitor: "Visitor", user: "Customer" };
export const spokenOf = ({ kind, address }: Pick<IdentityKey, "kind" | "address">): string => (SPOKEN[kind] ? `${SPOKEN[kind]} ${address.slice(-TAIL_LETTERS)}` : address);

/**
 * The conversation `over` has ended: gives its contact the next one. Compare-and-set, so that two messages
 * that find this out at once agree on one.
 */
export async function nextConversation(account: Account, identities: readonly IdentityKey[], over: Target, now: number): Promise<Target> {
  const [, selected] = await account.db.batch<{ conversationId: string }>([
    account.db.prepare("UPDATE contact SET conversation_id = ? WHERE account_id = ? AND id = ? AND conversation_id = ?").bind(newId("c", now), account.id, over.contactId, over.conversationId),
    account.db.prepare("SELECT conversation_id AS conversationId FROM contact WHERE account_id = ? AND id = ?").bind(account.id, over.contactId),
  ]);
  const [row] = selected!.results;
  if (!row) {
    // The contact has become another: what this machine remembers is older than that.
    for (const one of identities) forgetIdentity(account, one);
    return resolveIdentity(account, identities as [IdentityKey, ...IdentityKey[]], now);
  }
  const target = { ...over, conversationId: row.conversationId, previousId: over.conversationId };
  remember(personKey(account, identities), target, now);
  return target;
}

/** After an identity moved to another contact: this isolate asks anew. */
export function forgetIdentity(account: Account, identity: Omit<IdentityKey, "name">): void {
  const gone = cacheKey(account, identity);
  for (const key of remembered.keys()) if (key.includes(gone)) remembered.delete(key);
}

function remember(key: string, target: Target, now: number): void {
  if (remembered.size >= REMEMBER_MAX) remembered.delete(remembered.keys().next().value!);
  remembered.set(key, { target: { ...target, previousId: null }, until: now + REMEMBER_MS });
}

/** One of a group: what they are called, where they speak alone, and what the ledger says they allow. */
export interface Participant { address: string; contactId: string; name: string; conversationId: string | null; state: ConsentState | null }

/** The people behind the addresses of a group, in their order, and what they allow on a channel; `state` is null without one. Unknown addresses are left out. */
export async function participants(account: Account, addresses: readonly string[], channel: ChannelKind | null = null): Promise<Participant[]> {
  const { results } = await account.db.prepare(
    `SELECT identity.address, contact.id AS contactId, coalesce(nullif(contact.name, ''), identity.address) AS name, contact.conversation_id AS conversationId,
       (SELECT state FROM consent WHERE account_id = ?1 AND contact_id = contact.id AND channel = ?3 ORDER BY at DESC, id DESC LIMIT 1) AS state
     FROM json_each(?2) CROSS JOIN identity ON identity.account_id = ?1 AND identity.kind = 'phone' AND identity.scope = '' AND identity.address = value
     JOIN contact ON contact.account_id = ?1 AND contact.id = identity.contact_id ORDER BY key`)
    .bind(account.id, JSON.stringify(addresses), channel).all<Participant>();
  return results;
}

/** The groups that one of these numbers is in, whatever they go over. */
export async function groupsWith(account: Account, phones: readonly string[]): Promise<{ contactId: string; name: string; conversationId: string | null; address: string }[]> {
  const { results } = await account.db.prepare(
    `SELECT contact.id AS contactId, contact.name, contact.conversation_id AS conversationId, identity.address FROM identity
     JOIN contact ON contact.account_id = identity.account_id AND contact.id = identity.contact_id
     WHERE identity.account_id = ?1 AND identity.kind = 'group' AND EXISTS(SELECT 1 FROM json_each(?2) WHERE instr(',' || identity.address || ',', ',' || value || ',') > 0)`)
    .bind(account.id, JSON.stringify(phones)).all<{ contactId: string; name: string; conversationId: string | null; address: string }>();
  return results;
}

/** The addresses of groups on a connection that one of these people is in, newest first. */
export async function groupsOf(account: Account, connectionId: string, addresses: readonly string[], limit: number): Promise<string[]> {
  const { results } = await account.db.prepare(
    "SELECT address FROM identity WHERE account_id = ?1 AND kind = 'group' AND scope = ?2 AND EXISTS(SELECT 1 FROM json_each(?3) WHERE instr(',' || identity.address || ',', ',' || value || ',') > 0) ORDER BY created_at DESC LIMIT ?4")
    .bind(account.id, connectionId, JSON.stringify(addresses), limit).all<{ address: string }>();
  return results.map(({ address }) => address);
}

/** Whether an address belongs to a contact. */
export async function isKnown(account: Account, { kind, scope, address }: Omit<IdentityKey, "name">): Promise<boolean> {
  return await account.db.prepare("SELECT 1 FROM identity WHERE account_id = ? AND kind = ? AND scope = ? AND address = ?").bind(account.id, kind, scope, address).first() !== null;
}

/** The conversation a person's first known address belongs to, without making anything. */
export async function conversationOfIdentity(account: Account, identities: readonly Omit<IdentityKey, "name">[]): Promise<string | null> {
  const row = await account.db.prepare(
    `SELECT conversation_id AS conversationId FROM contact WHERE account_id = ?1 AND id = (
       SELECT contact_id FROM json_each(?2) CROSS JOIN identity ON account_id = ?1 AND kind = value->>'kind' AND scope = value->>'scope' AND address = value->>'address' ORDER BY key LIMIT 1)`,
  ).bind(account.id, JSON.stringify(identities)).first<{ conversationId: string | null }>();
  return row?.conversationId ?? null;
}

/** The conversation that holds one of these mails, and whose contact it is. */
export async function conversationOfMail(account: Account, messageIds: readonly string[], conversationId: string | null): Promise<{ conversationId: string; contactId: string } | null> {
  return account.db.prepare(
    `SELECT conversation.id AS conversationId, conversation.contact_id AS contactId FROM conversation
     WHERE account_id = ?1 AND id = coalesce((SELECT id FROM conversation WHERE account_id = ?1 AND id = ?2),
       (SELECT conversation_id FROM json_each(?3) CROSS JOIN email_message ON account_id = ?1 AND message_id = value ORDER BY key LIMIT 1))`, // CROSS: in this order, or every mail of the account is read
  ).bind(account.id, conversationId, JSON.stringify(messageIds)).first<{ conversationId: string; contactId: string }>();
}

/** The conversation a contact's next message goes to; made up if they have none yet. */
export async function nextOf(account: Account, contactId: string, now: number): Promise<string> {
  const [, selected] = await account.db.batch<{ conversationId: string }>([
    account.db.prepare("UPDATE contact SET conversation_id = ? WHERE account_id = ? AND id = ? AND conversation_id IS NULL").bind(newId("c", now), account.id, contactId),
    account.db.prepare("SELECT conversation_id AS conversationId FROM contact WHERE account_id = ? AND id = ?").bind(account.id, contactId),
  ]);
  return selected!.results[0]!.conversationId;
}

/** What a customer says of themselves without proof: kept and shown as unverified, and under the connection's scope, so that it never matches anyone. */
export async function addClaims(account: Account, contactId: string, connectionId: string, claims: { email?: string; phone?: string }, now: number): Promise<void> {
  // What they have anyway they need not claim.
  const insert = `INSERT INTO identity(account_id, kind, scope, address, id, contact_id, verified, created_at) SELECT ?1, ?2, ?3, ?4, ?5, ?6, 0, ?7
    WHERE NOT EXISTS(SELECT 1 FROM identity WHERE account_id = ?1 AND contact_id = ?6 AND kind = ?2 AND address = ?4) ON CONFLICT DO NOTHING`;
  const given = Object.entries(claims).filter((claim): claim is [string, string] => claim[1] !== undefined);
  if (given.length > 0) await account.db.batch(given.map(([kind, address]) => account.db.prepare(insert).bind(account.id, kind, `${connectionId}/${contactId}`, address, newId("id", now), contactId, now)));
}
