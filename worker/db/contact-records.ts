import type { ConsentChange, ConsentState, Contact, ContactDraft, ContactPage, ContactPatch, Note, NoteDraft } from "../contract/contact";
import type { ChannelKind } from "../contract/channel";
import type { MemberActor } from "../domain/access";
import { newId } from "../platform/id";
import { matching } from "./conversations";
import { forgetIdentity } from "./contacts";
import type { Account } from "./locate";
import { forgetPairs } from "./pairs";
import { searchRowId, searchToken } from "./projection";
import { visibleTo } from "./reach";

const CONSENT_MAX = 200;

/** The tags a contact has and those to add, each once and in the order they came, without those to remove. Two parameters: add, remove. */
const MERGED_TAGS = `(SELECT json_group_array(tag) FROM (
  SELECT tag FROM (SELECT value AS tag, 0 AS added, key FROM json_each(contact.tags) UNION ALL SELECT value, 1, key FROM json_each(?))
  WHERE tag NOT IN (SELECT value FROM json_each(?)) GROUP BY tag ORDER BY min(added), min(key)))`;

interface Row { id: string; name: string; company: string; language: string; timeZone: string; address: string; tags: string; fields: string; conversationId: string | null; createdAt: number; identities: string; consent: string }

const SELECT = `SELECT id, name, company, language, time_zone AS timeZone, address, tags, fields, conversation_id AS conversationId, created_at AS createdAt,
  (SELECT json_group_array(json_object('id', id, 'kind', kind, 'address', address, 'connectionId', nullif(scope, ''), 'name', name, 'verified', json(iif(verified, 'true', 'false')), 'primary', json(iif(is_primary, 'true', 'false'))))
   FROM identity WHERE account_id = contact.account_id AND contact_id = contact.id) AS identities,
  (SELECT json_group_object(channel, state) FROM (SELECT channel, state, max(at) FROM consent WHERE account_id = contact.account_id AND contact_id = contact.id GROUP BY channel)) AS consent
  FROM contact`;

/** With addresses, tags and what they allow now; null when there is none. */
export async function findContact(account: Account, id: string): Promise<Contact | null> {
  const row = await account.db.prepare(`${SELECT} WHERE account_id = ? AND id = ?`).bind(account.id, id).first<Row>();
  return row && toContact(row);
}

/** Those of them that there are, in no order. */
export async function findContacts(account: Account, ids: readonly string[]): Promise<Contact[]> {
  if (ids.length === 0) return [];
  const { results } = await account.db.prepare(`${SELECT} WHERE account_id = ? AND id IN (SELECT value FROM json_each(?))`).bind(account.id, JSON.stringify(ids)).all<Row>();
  return results.map(toContact);
}

/** Newest first; `q` finds by the beginning of any word of a name or address. */
export async function listContacts(account: Account, actor: MemberActor, q: string | undefined, cursor: string | undefined, limit: number): Promise<ContactPage> {
  const match = q ? matching(account.id, q) : null;
  if (q && !match) return { items: [], nextCursor: null };
  const sees = visibleTo(actor);
  const { results } = await account.db.prepare(
    // The plus keeps the page's place out of the index when few contacts are asked for: they are looked up, not filtered out of all.
    `${SELECT} WHERE account_id = ? AND ${match || actor.role === "restricted" ? "+" : ""}id < ?
       ${match ? "AND id IN (SELECT contact_id FROM contact_text WHERE contact_text MATCH ? LIMIT 500)" : ""}
       ${actor.role === "restricted" ? `AND id IN (SELECT c.contact_id FROM conversation c WHERE c.account_id = ? AND ${sees.sql})` : ""}
     ORDER BY id DESC LIMIT ?`)
    .bind(account.id, cursor ?? "\uffff", ...(match ? [match] : []), ...(actor.role === "restricted" ? [account.id, ...sees.values] : []), limit + 1).all<Row>();
  const items = results.slice(0, limit).map(toContact);
  return { items, nextCursor: results.length > limit ? items.at(-1)!.id : null };
}

/** Whether a page of contacts gave this cursor out: it is the last one's id. */
export const isContactCursor = (cursor: string): boolean => /^ct_[0-9a-z_]{1,77}$/.test(cursor);

/** `taken`: an address belongs to `owner` already, and nothing was changed. */
export type ContactChange = { outcome: "saved"; contact: Contact } | { outcome: "taken"; owner: string };

/** The contact that already has one of these addresses, if any. */
async function ownerOf(account: Account, identities: readonly { kind: string; address: string }[]): Promise<string | null> {
  const row = await account.db.prepare(
    "SELECT contact_id AS contactId FROM json_each(?2) CROSS JOIN identity ON account_id = ?1 AND kind = value->>'kind' AND scope = '' AND address = value->>'address' LIMIT 1")
    .bind(account.id, JSON.stringify(identities)).first<{ contactId: string }>();
  return row?.contactId ?? null;
}

/** Runs the batch. The database decides who has an address: two who name one at the same moment do not both get it. */
async function saved(account: Account, identities: readonly { kind: string; address: string }[], batch: D1PreparedStatement[]): Promise<{ outcome: "taken"; owner: string } | null> {
  try {
    await account.db.batch(batch);
    return null;
  } catch (error) {
    const owner = await ownerOf(account, identities);
    if (owner === null) throw error;
    return { outcome: "taken", owner };
  }
}

/** Addresses must be normalised, each once. */
export async function createContact(account: Account, draft: ContactDraft, now: number, { id = newId("ct", now), addedBy = null }: { id?: string | undefined; addedBy?: string | null } = {}): Promise<ContactChange> {
  const { name = "", company = "", language = "", timeZone = "", address = "", tags = [], identities = [] } = draft;
  const taken = await saved(account, identities, [
    account.db.prepare("INSERT INTO contact(account_id, id, name, company, language, time_zone, address, tags, created_at, added_by) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(account.id, id, name, company, language, timeZone, address, JSON.stringify([...new Set(tags)]), now, addedBy),
    ...identities.map((one, index) => account.db.prepare("INSERT INTO identity(account_id, kind, scope, address, id, contact_id, is_primary, created_at) VALUES(?, ?, '', ?, ?, ?, ?, ?)")
      .bind(account.id, one.kind, one.address, newId("id", now), id, index === 0 ? 1 : 0, now)),
    indexContact(account, id),
  ]);
  return taken ?? { outcome: "saved", contact: (await findContact(account, id))! };
}

/** Applies a patch; null when the contact is gone. Addresses to add must be normalised, each once and none the contact has. Tags merge in the database, so two colleagues who add different ones both win. */
export async function updateContact(account: Account, contact: Contact, patch: ContactPatch, actor: MemberActor, now: number): Promise<ContactChange | null> {
  const { name, company, language, timeZone, address, addTags = [], removeTags = [], addIdentities = [], removeIdentities = [], consent = {} } = patch;
  const taken = await saved(account, addIdentities, [
    account.db.prepare(
      `UPDATE contact SET name = coalesce(?, name), company = coalesce(?, company), language = coalesce(?, language), time_zone = coalesce(?, time_zone), address = coalesce(?, address), tags = ${MERGED_TAGS}
       WHERE account_id = ? AND id = ?`)
      .bind(name ?? null, company ?? null, language ?? null, timeZone ?? null, address ?? null, JSON.stringify(addTags), JSON.stringify(removeTags), account.id, contact.id),
    ...addIdentities.map((one) => account.db.prepare("INSERT INTO identity(account_id, kind, scope, address, id, contact_id, created_at) VALUES(?, ?, '', ?, ?, ?, ?)").bind(account.id, one.kind, one.address, newId("id", now), contact.id, now)),
    ...removeIdentities.map((id) => account.db.prepare("DELETE FROM identity WHERE account_id = ? AND contact_id = ? AND id = ?").bind(account.id, contact.id, id)),
    ...Object.entries(consent).map(([channel, state]) => account.db.prepare("INSERT INTO consent(account_id, contact_id, id, channel, state, at, by, how, text) VALUES(?, ?, ?, ?, ?, ?, ?, 'manual', NULL)")
      .bind(account.id, contact.id, newId("cs", now), channel, blocked(state), now, actor.name)),
    indexContact(account, contact.id),
  ]);
  if (taken) return taken;
  for (const { kind, address, connectionId } of contact.identities) forgetIdentity(account, { kind, address, scope: connectionId ?? "" });
  const changed = await findContact(account, contact.id);
  return changed && { outcome: "saved", contact: changed };
}

/** Gives a contact without a name the one their provider knows. True when it was taken. */
export async function nameContact(account: Account, contactId: string, name: string): Promise<boolean> {
  const [named] = await account.db.batch([
    account.db.prepare("UPDATE contact SET name = ?3 WHERE account_id = ?1 AND id = ?2 AND name = ''").bind(account.id, contactId, name),
    indexContact(account, contactId),
  ]);
  return named!.meta.changes > 0;
}

/** A person got another address (a new number, a new id); one that somebody else has stays theirs. */
export async function addAddress(account: Account, contactId: string, { kind, scope, address }: { kind: string; scope: string; address: string }, now: number): Promise<void> {
  await account.db.batch([
    account.db.prepare("INSERT INTO identity(account_id, kind, scope, address, id, contact_id, created_at) VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING").bind(account.id, kind, scope, address, newId("id", now), contactId, now),
    indexContact(account, contactId),
  ]);
}

/** What a colleague blocks, a customer's START does not lift. */
export const blocked = (state: "active" | "inactive"): ConsentState => (state === "inactive" ? "permanent" : "active");

/** Deletes the person: addresses, consent ledger, notes, search row. Their conversations go before, with `forgetConversations`. */
export async function deleteContact(account: Account, contact: Contact): Promise<void> {
  await account.db.batch([
    account.db.prepare("DELETE FROM picture_sender WHERE account_id = ?1 AND member_id IN (SELECT id FROM member WHERE account_id = ?1) AND address IN (SELECT address FROM identity WHERE account_id = ?1 AND contact_id = ?2 AND kind = 'email')").bind(account.id, contact.id),
    ...["identity", "consent", "note"].map((table) => account.db.prepare(`DELETE FROM ${table} WHERE account_id = ? AND contact_id = ?`).bind(account.id, contact.id)),
    account.db.prepare("DELETE FROM contact WHERE account_id = ? AND id = ?").bind(account.id, contact.id),
    forgetPairs(account, contact.id),
    // Undoing a merge would bring them back.
    account.db.prepare("DELETE FROM merge WHERE account_id = ?1 AND (kept_id = ?2 OR other_id = ?2)").bind(account.id, contact.id),
    account.db.prepare("DELETE FROM contact_text WHERE rowid = ?").bind(searchRowId(`${account.id}/${contact.id}`)),
  ]);
  for (const { kind, address, connectionId } of contact.identities) forgetIdentity(account, { kind, address, scope: connectionId ?? "" });
}

/** Every conversation a contact had, for erasing them. */
export async function conversationsOf(account: Account, contactId: string): Promise<string[]> {
  return (await account.db.prepare("SELECT id FROM conversation WHERE account_id = ? AND contact_id = ?").bind(account.id, contactId).all<{ id: string }>()).results.map(({ id }) => id);
}

/** Deletes every copy D1 keeps of these conversations: list row, member states, mail ids, files, search rows. Safe to repeat. */
export async function forgetConversations(account: Account, ids: readonly string[]): Promise<void> {
  const list = JSON.stringify(ids);
  await account.db.batch([
    account.db.prepare("DELETE FROM conversation WHERE account_id = ? AND id IN (SELECT value FROM json_each(?))").bind(account.id, list),
    account.db.prepare("DELETE FROM conversation_member WHERE account_id = ?1 AND member_id IN (SELECT id FROM member WHERE account_id = ?1) AND conversation_id IN (SELECT value FROM json_each(?2))").bind(account.id, list),
    account.db.prepare("DELETE FROM file WHERE account_id = ? AND conversation_id IN (SELECT value FROM json_each(?))").bind(account.id, list),
    account.db.prepare("DELETE FROM email_message WHERE account_id = ? AND conversation_id IN (SELECT value FROM json_each(?))").bind(account.id, list),
    account.db.prepare("DELETE FROM entry_text WHERE rowid IN (SELECT rowid FROM entry_text WHERE entry_text MATCH ? AND conversation_id IN (SELECT value FROM json_each(?)))").bind(`account : "${searchToken(account.id)}"`, list),
  ]);
}

/** What a contact does not allow, if their messages go to another conversation than this by now; else nothing. */
export async function blockedSince(account: Account, contactId: string, conversationId: string): Promise<Partial<Record<ChannelKind, ConsentState>>> {
  const { results } = await account.db.prepare(
    `SELECT channel, state FROM (SELECT channel, state, max(at) FROM consent WHERE account_id = ?1 AND contact_id = ?2 GROUP BY channel)
     WHERE state <> 'active' AND EXISTS(SELECT 1 FROM contact WHERE account_id = ?1 AND id = ?2 AND conversation_id <> ?3)`)
    .bind(account.id, contactId, conversationId).all<{ channel: ChannelKind; state: ConsentState }>();
  return Object.fromEntries(results.map(({ channel, state }) => [channel, state]));
}

/** The newest steps, at most 200. */
export async function consentLedger(account: Account, contactId: string): Promise<ConsentChange[]> {
  const { results } = await account.db.prepare("SELECT channel, state, at, by, how, text FROM consent WHERE account_id = ? AND contact_id = ? ORDER BY at DESC LIMIT ?")
    .bind(account.id, contactId, CONSENT_MAX).all<{ channel: ChannelKind; state: ConsentState; at: number; by: string; how: string; text: string | null }>();
  return results.map((row) => ({ ...row, at: new Date(row.at).toISOString() }));
}

type NoteRow = { id: string; text: string; pinned: number; author: string; createdAt: number; updatedAt: number };
const toNote = (row: NoteRow): Note => ({ ...row, pinned: row.pinned === 1, createdAt: new Date(row.createdAt).toISOString(), updatedAt: new Date(row.updatedAt).toISOString() });
const NOTE = "id, text, pinned, author_name AS author, created_at AS createdAt, updated_at AS updatedAt";

/** Pinned first, then newest. */
export async function listNotes(account: Account, contactId: string): Promise<Note[]> {
  return (await account.db.prepare(`SELECT ${NOTE} FROM note WHERE account_id = ? AND contact_id = ? ORDER BY pinned DESC, id DESC`).bind(account.id, contactId).all<NoteRow>()).results.map(toNote);
}
export async function createNote(account: Account, contactId: string, draft: NoteDraft, actor: MemberActor, now: number): Promise<Note> {
  const row = await account.db.prepare(`INSERT INTO note(account_id, contact_id, id, text, pinned, author_id, author_name, created_at, updated_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8) RETURNING ${NOTE}`)
    .bind(account.id, contactId, newId("n", now), draft.text, draft.pinned ? 1 : 0, actor.id, actor.name, now).first<NoteRow>();
  return toNote(row!);
}
/** Sets what is given; null when there is no such note on this contact. */
export async function updateNote(account: Account, contactId: string, id: string, patch: Partial<NoteDraft>, now: number): Promise<Note | null> {
  const row = await account.db.prepare(`UPDATE note SET text = coalesce(?, text), pinned = coalesce(?, pinned), updated_at = ? WHERE account_id = ? AND contact_id = ? AND id = ? RETURNING ${NOTE}`)
    .bind(patch.text ?? null, patch.pinned === undefined ? null : Number(patch.pinned), now, account.id, contactId, id).first<NoteRow>();
  return row && toNote(row);
}
/** False when there was no such note. */
export async function deleteNote(account: Account, contactId: string, id: string): Promise<boolean> {
  return (await account.db.prepare("DELETE FROM note WHERE account_id = ? AND contact_id = ? AND id = ?").bind(account.id, contactId, id).run()).meta.changes > 0;
}

/** Keeps the contact's search row equal to its name, company and addresses. */
export function indexContact(account: Account, id: string): D1PreparedStatement {
  return account.db.prepare(
    `INSERT OR REPLACE INTO contact_text(rowid, account, contact_id, text) SELECT ?1, ?2, ?3, name || ' ' || company || ' ' || coalesce((SELECT group_concat(address, ' ') FROM identity WHERE account_id = ?4 AND contact_id = ?3), '')
     FROM contact WHERE account_id = ?4 AND id = ?3`).bind(searchRowId(`${account.id}/${id}`), searchToken(account.id), id, account.id);
}

function toContact(row: Row): Contact {
  const identities = JSON.parse(row.identities) as Contact["identities"];
  // A claim without proof lies under its own scope, `<connection>/<contact>`; what was proved since needs no claim beside it.
  const isClaim = ({ connectionId }: Contact["identities"][number]) => connectionId?.includes("/") === true;
  const isKnown = (claim: Contact["identities"][number]) => identities.some((one) => one.kind === claim.kind && one.address === claim.address && (!isClaim(one) || one.id < claim.id));
  return {
    ...row, tags: JSON.parse(row.tags) as string[], fields: JSON.parse(row.fields) as Record<string, unknown>,
    identities: identities.filter((one) => !isClaim(one) || !isKnown(one)).map((one) => ({ ...one, connectionId: one.connectionId?.split("/")[0] ?? null })),
    consent: JSON.parse(row.consent) as Contact["consent"], createdAt: new Date(row.createdAt).toISOString(),
  };
}
