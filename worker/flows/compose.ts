import type { Prepared } from "../../durable-objects/conversation/composing";
import type { Sticky } from "../../durable-objects/conversation/head";
import { channelOf } from "../channels/registry";
import type { ChannelKind } from "../contract/channel";
import type { ComposeChannel, ComposeCheck, ComposeQuery } from "../contract/compose";
import type { AccountSettings } from "../contract/account";
import type { Contact } from "../contract/contact";
import type { MessageDraft } from "../contract/entry";
import { shownAddress } from "../contract/shown-address";
import { findUploads } from "../db/attachments";
import { blockedSince, findContact } from "../db/contact-records";
import { useOf, type ConnectionRow } from "../db/connections";
import type { Account } from "../db/locate";
import { findSignature } from "../db/people";
import { findTemplate } from "../db/templates";
import type { MemberActor } from "../domain/access";
import { parseMailAddress, sameAddress } from "../domain/mail-address";
import { zonesOfPhone } from "../domain/phone-zones";
import { maySend } from "../domain/sendable";
import { windowOf } from "../domain/window";
import { accountFacts } from "./account-facts";
import { hasGroups, ofGroup, refusingIn } from "./group";

/** Can this connection carry a message of ours at all? */
const sends = (row: ConnectionRow) => channelOf(row.provider)!.capabilities.transport !== "none";

/** Answers the composer for every channel the account can write on; null when the conversation is not for this member. */
export async function composeCheck(account: Account, actor: MemberActor, conversationId: string, query: ComposeQuery, now: number): Promise<ComposeCheck | null> {
  const head = await caughtUp(account, actor, conversationId);
  if (!head) return null;
  const [{ connections, settings }, contact] = await Promise.all([accountFacts(account, now), findContact(account, head.contactId)]);
  const rows = connections.filter((row) => head.kind !== "group" || hasGroups(row));
  const kinds = [...new Set(rows.filter(sends).map((row) => row.channel as ChannelKind))].filter((kind) => !query.channel || kind === query.channel);
  const refusing = await refusingOf(account, head, contact, kinds);
  const channels = kinds.flatMap((kind): ComposeChannel[] => {
    const sticky = head.sticky[kind];
    const sender = choose(rows, kind, query.connectionId, sticky, actor.id, contact);
    if (!sender) return [];
    const { capabilities } = channelOf(sender.row.provider)!;
    const to = addressesOf(contact, sender.row, query.to ?? sticky?.address);
    const verdict = maySend({
      head: ofGroup(head, kind, refusing), isGroup: head.kind === "group", channel: kind, connection: sender.row.status, capabilities, window: windowOf(head.windows, sender.row.id, to[0] ?? sticky?.address), draft: null, automated: actor.via === "key", scheduled: false,
      quiet: quietFor(contact, settings), role: actor.role, now,
    });
    const { standing } = verdict;
    const row = {
      channel: kind, connectionId: sender.row.id, from: sender.row.address, because: sender.because, to, capabilities,
      window: standing && { state: standing.state, left: standing.left, closesAt: standing.closesAt === null ? null : new Date(standing.closesAt).toISOString() },
    };
    if (verdict.outcome === "refused" && verdict.class !== "window") return [{ ...row, outcome: "refused", reason: verdict.reason, sentence: verdict.sentence, wayOut: verdict.wayOut }];
    if (to.length === 0 && !capabilities.copies) return [{ ...row, outcome: "refused", reason: "no-address", wayOut: "contact", sentence: `${shownAddress(head.contactName) || "This contact"} has no address on this channel. Add one in the contact panel.` }];
    if (verdict.outcome === "allowed") return [{ ...row, outcome: "allowed", reason: null, sentence: "" }];
    const { outcome, reason, sentence } = verdict;
    return [{ ...row, outcome, reason, sentence, ...(verdict.outcome === "held" && { until: new Date(verdict.until).toISOString() }), ...(verdict.outcome === "refused" && { wayOut: verdict.wayOut }) }];
  });
  const last = head.channels.find((kind) => channels.some(({ channel }) => channel === kind));
  return { channels, channel: last ?? channels.find(({ outcome }) => outcome === "allowed")?.channel ?? null };
}

/** Looks up what a draft needs before it is stored: our connection, the customer's address, and uploads that are the writer's own. */
export async function prepare(account: Account, actor: MemberActor, conversationId: string, draft: MessageDraft, now: number): Promise<Prepared | "not-found" | "files" | "address" | "template"> {
  const head = await caughtUp(account, actor, conversationId);
  if (!head) return "not-found";
  const sticky = head.sticky[draft.channel];
  // The usual answer goes back to where the customer wrote from; only another address or way has to be looked up.
  const isUsual = sticky !== undefined && (draft.to === undefined || draft.to[0] === sticky.address) && (draft.connectionId === undefined || draft.connectionId === sticky.connectionId);
  const { connections, settings } = await accountFacts(account, now);
  const rows = connections.filter((row) => head.kind !== "group" || hasGroups(row));
  // Whose night it is matters only where there are quiet hours.
  const isNeeded = !isUsual || settings.quietHours?.on === true;
  const contact = isNeeded || head.kind === "group" ? await findContact(account, head.contactId) : null;
  const row = choose(rows, draft.channel, draft.connectionId, sticky, actor.id, contact)?.row ?? null;
  const capabilities = row && channelOf(row.provider)!.capabilities;
  const [attachments, template, signature] = await Promise.all([
    findUploads(account, draft.attachments ?? [], actor.id),
    draft.template && row ? findTemplate(account, row.id, draft.template.name, draft.template.language) : null,
    // What a program sends is not signed by a person unless it says so.
    capabilities?.copies && (draft.signature ?? actor.via === "session") ? findSignature(account, actor.id) : null,
  ]);
  if (draft.template && row && !template) return "template";
  const borrowed = (draft.attachments ?? []).filter((id) => !attachments.some((file) => file.id === id));
  if (borrowed.length > 0 && !draft.forward) return "files";
  const known = row ? addressesOf(contact, row, undefined) : [];
  // An address that means something to one connection only does not reach anybody over another one.
  const last = sticky !== undefined && (sticky.connectionId === row?.id || (row && isCommon(row, sticky.address, contact))) ? sticky.address : undefined;
  // Only mail goes to addresses that are typed in; elsewhere "to" must be one of the contact's own.
  const wanted = capabilities === null || capabilities.copies ? undefined : draft.to?.[0];
  if (wanted !== undefined && wanted !== last && !known.includes(wanted)) return "address";
  return {
    connection: row && capabilities && { id: row.id, channel: draft.channel, address: row.address, name: row.name, status: row.status, capabilities },
    fallbackTo: wanted ?? last ?? known[0] ?? null, attachments, ownAddresses: connections.map(({ address }) => address), template, quiet: quietFor(contact, settings),
    refusing: await refusingOf(account, head, contact, [draft.channel]),
    signature, borrowed, isAside: !isUsual && capabilities?.copies === true && !reachesContact(draft, contact),
  };
}

/** Whether a mail goes to the customer too. One that names nobody does. */
function reachesContact({ to, cc = [], bcc = [] }: MessageDraft, contact: Contact | null): boolean {
  if (to === undefined) return true;
  const theirs = (contact?.identities ?? []).filter(({ kind }) => kind === "email");
  return [...to, ...cc, ...bcc].some((one) => theirs.some(({ address }) => sameAddress(address, parseMailAddress(one)?.address ?? "")));
}

/** The same for a message that waits: it keeps its way and its files. Null where there is none for this member. */
export async function prepareRevision(account: Account, actor: MemberActor, conversationId: string, entryId: string, now: number): Promise<Prepared | null> {
  const entry = await account.conversation(conversationId).entry(entryId, actor);
  if (!entry?.channel || !entry.connectionId) return null;
  const prepared = await prepare(account, actor, conversationId, { clientId: entry.id, channel: entry.channel, connectionId: entry.connectionId, text: entry.text }, now);
  return typeof prepared === "string" ? null : prepared;
}

/** Whose night it is: the contact's own zone, else those their numbers may be in, else the account's. */
export const quietFor = (contact: Contact | null, { quietHours, timeZone }: AccountSettings): Prepared["quiet"] =>
  ({ hours: quietHours ?? null, zone: contact?.timeZone || null, accountZone: timeZone, ...(quietHours?.on && contact && !contact.timeZone && { possible: zonesOf(contact) }) });

/** Of everybody in a group; of a person by the number that is chiefly theirs. */
function zonesOf({ identities }: Contact): string[] {
  const group = identities.find(({ kind }) => kind === "group");
  const [phone] = identities.filter(({ kind }) => kind === "phone").toSorted((a, b) => Number(b.primary) - Number(a.primary));
  const asked = group?.address.split(",") ?? (phone ? [phone.address] : []);
  return [...new Set(asked.flatMap(zonesOfPhone))];
}

/** Who of a group does not want to be written to; nobody where there is no group. */
async function refusingOf(account: Account, { kind }: { kind: string }, contact: Contact | null, [channel]: readonly ChannelKind[]): Promise<string[]> {
  const address = kind === "group" ? contact?.identities.find((one) => one.kind === "group")?.address : undefined;
  return address !== undefined && channel !== undefined ? refusingIn(account, address.split(","), channel) : [];
}

/** What the conversation knows; a closed one first hears what its customer has forbidden in a later one. */
async function caughtUp(account: Account, actor: MemberActor, conversationId: string) {
  const conversation = account.conversation(conversationId);
  const head = await conversation.compose(actor);
  if (head?.status !== "closed") return head;
  const consent = await blockedSince(account, head.contactId, conversationId);
  if (Object.keys(consent).length === 0) return head;
  await conversation.contactChanged({ consent });
  return conversation.compose(actor);
}

/**
 * Which of our addresses a message leaves from: the one asked for, else the one this customer last used, else the writer's
 * own, else the default, else the oldest. One that is switched off is nobody's choice but the customer's.
 * Mail enters and leaves by different connections: the one that can send from the same address stands in.
 */
function choose(rows: readonly ConnectionRow[], kind: ChannelKind, connectionId: string | undefined, sticky: Sticky | undefined, memberId: string, contact: Contact | null): { row: ConnectionRow; because: string } | null {
  const able = rows.filter((row) => row.channel === kind && sends(row));
  const asked = connectionId === undefined ? undefined : able.find((row) => row.id === connectionId);
  if (connectionId !== undefined) return asked ? { row: asked, because: "You chose it" } : null;
  const used = rows.find((row) => row.id === sticky?.connectionId);
  const same = used && (able.find((row) => row.id === used.id) ?? able.find((row) => row.address === used.address) ?? able.find((row) => domain(row.address) === domain(used.address)));
  if (same) return { row: same, because: `${sticky!.name && sticky!.name !== sticky!.address ? sticky!.name : "This customer"} last wrote to it` };
  const on = able.filter((row) => row.status === "active");
  // Two providers of a channel may reach different people, as Google's reviews and RCS do.
  const reaching = contact ? on.filter((row) => addressesOf(contact, row, undefined).length > 0) : [];
  const active = reaching.length > 0 ? reaching : on;
  const own = active.find((row) => useOf(row).memberIds.includes(memberId));
  if (own) return { row: own, because: "It is your own" };
  const marked = active.find((row) => useOf(row).isDefault);
  if (marked) return { row: marked, because: "It is the default" };
  const first = active[0] ?? able[0];
  return first ? { row: first, because: able.length > 1 ? "It is your first one" : "It is your only one" } : null;
}

const domain = (address: string) => address.slice(address.lastIndexOf("@") + 1);

/** Whether an address reaches somebody over any connection of this kind. */
function isCommon(row: ConnectionRow, address: string, contact: Contact | null): boolean {
  const { reaches } = channelOf(row.provider)!;
  return contact ? addressesOf(contact, row, undefined).includes(address) : reaches.every(({ scoped }) => !scoped);
}

/** The contact's addresses this connection can reach, the preferred one first. */
function addressesOf(contact: Contact | null, row: ConnectionRow, preferred: string | undefined): string[] {
  const known = channelOf(row.provider)!.reaches.flatMap(({ kind, scoped }) => (contact?.identities ?? [])
    .filter((one) => one.kind === kind && (!scoped || one.connectionId === row.id)).toSorted((a, b) => Number(b.primary) - Number(a.primary)).map(({ address }) => address));
  return preferred && known.includes(preferred) ? [preferred, ...known.filter((one) => one !== preferred)] : known;
}
