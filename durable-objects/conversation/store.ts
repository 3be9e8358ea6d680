import type { Draft, Entry, EntryState, Failure } from "../../worker/contract/entry";
import type { MemberState } from "../../worker/contract/conversation";
import type { OutboundMessage } from "../../worker/channels/channel";
import type { Once } from "../../worker/db/projection";
import type { Publication } from "../feed/publication";
import { newHead, previewOf, toRow, type Birth, type Head } from "./head";

/** What an entry keeps beyond what clients see. */
export interface Internal {
  /** The provider's id of the message, once known. */
  externalId: string | null;
  /** A sending slot already granted by the connection, in ms. */
  slotAt: number | null;
  /** Provider media still to fetch, by attachment id. */
  refs: Record<string, { ref: string; tries: number }>;
  /** The visitor's own name for the conversation of a chat message; decides which visitor may see it. */
  visitorId: string | null;
  /** The provider's ids of attempts that a person has sent again since. */
  pastIds?: string[];
  /** Why the attempt before failed, while what a person sends again has not left yet. */
  failedBefore?: Failure | null;
  email: { inReplyTo: string | null; references: string[]; headers?: Record<string, string>; /** What it answers stands quoted below it, made anew when it leaves. */ quotes?: true } | null;
  automated: boolean;
  /** It went to others than the customer: it answers nobody, and what becomes of it says nothing of the customer. */
  isAside?: boolean;
  /** The highest edit that was applied. */
  version?: number;
  /** When each side last set or took away its reaction. */
  reactedAt?: Record<string, number>;
  /** Our reaction on its way to the provider; null takes one away. */
  reaction?: { emoji: string | null; tries: number };
  /** Bytes of what was unsent, still to be deleted. */
  wipe?: { files: string[]; rawId: string | null };
  /** It answers a word such as STOP, which the law wants answered once whatever they allow. */
  answersKeyword?: boolean;
  /** How often the provider was asked what it cost. */
  priceLooks?: number;
  /** It was written for a later time. */
  scheduled?: boolean;
  /** Somebody who may decide that sends it in quiet hours. */
  waivesQuiet?: boolean;
  /** The provider's id of what this answers. */
  answers?: string;
  /** It mails what a visitor of the chat has not read. */
  continues?: boolean;
  /** It was mailed to the visitor, who had gone. */
  mailed?: boolean;
  /** It answers a public comment in private. */
  isPrivateReply?: boolean;
  template?: OutboundMessage["template"];
  /** What had been waiting for an answer before this message gave one: back again if it is taken back. */
  answered: number | null;
  /** Whether the provider drops a repeated request; known from the first attempt on. */
  resend: "safe" | "ask";
}

const NO_INTERNAL: Internal = { externalId: null, slotAt: null, refs: {}, visitorId: null, email: null, automated: false, answered: null, resend: "ask" };

type Body = Omit<Entry, "rev" | "seq" | "state" | "at" | "dueAt">;
type Row = { seq: number; rev: number; client_id: string | null; external: string | null; state: EntryState | null; at: number; due_at: number | null; raw_id: string | null; body: string };

/** An entry as stored: the contract's entry plus what only the object knows. */
export interface Stored { entry: Entry; internal: Internal; external: string | null }

export type NewEntry = Pick<Entry, "kind" | "author"> & Partial<Omit<Entry, "id" | "rev" | "seq" | "at" | "dueAt">> & {
  at: number; dueAt?: number | null; clientId?: string; external?: string; rawId?: string; html?: string | null; internal?: Partial<Internal>;
};

/** Changes of one transaction, for the sockets. */
export interface Changes { from: number; to: number; entries: Stored[]; head: boolean; members: string[] }

/** Words of one entry that search looks at; quoted history beyond them is in the earlier entries. */
const SEARCHED_CHARS = 10_000;
/** Entries whose facts travel in one publication: at most half a megabyte of words, well within a row of the Feed. */
const FACTS_PAGE = 50;
/** Among them is one of the customer's, unless nobody but others was written to for long. */
const NEWEST_MAILS = 50;

/** The head row as this instance knows it. `facts` is the revision of the newest fact, `projected` what the Feed has heard. */
interface Cached { head: Head; rev: number; version: number; projected: number; indexedSeq: number; reindex: string[]; facts: number }
type MemberRow = { id: string; rev: number; read_count: number; starred: number; drafts: number };

const COLUMNS = "seq, rev, client_id, external, state, at, due_at, raw_id, body";

/**
 * The rows of one conversation. All writing happens inside `write`, which bumps the revision, keeps the head row,
 * and reports what changed; it commits as one transaction.
 */
export class Store {
  private cached: Cached | null = null;
  private open: { rev: number; head: Head; entries: Map<number, Stored>; members: Set<string>; reindex: string[]; facts: number } | null = null;

  constructor(private readonly storage: DurableObjectStorage) {}

  get exists(): boolean { return this.load() !== null; }
  get head(): Head { return this.open?.head ?? this.loaded().head; }
  get rev(): number { return this.open?.rev ?? this.load()?.rev ?? 0; }
  get isProjected(): boolean { const row = this.load(); return !row || row.projected >= row.rev; }

  /** Makes the conversation if it is new; the first write is what counts. */
  create(birth: Birth, now: number): void {
    if (this.exists) return;
    // Told to nobody until something stands in it: what only waits for its message makes no empty row in a list.
    this.storage.sql.exec("INSERT INTO head VALUES(1, 1, 1, 1, ?)", JSON.stringify({ head: newHead(birth, now), indexedSeq: 0, reindex: [], facts: 0 }));
    this.cached = null;
  }

  /**
   * Runs `act` as one transaction; its throw undoes everything. The head row is written only when it changed: the
   * revision is the highest of any row, and how far the Feed has heard is written along, never alone.
   */
  write<T>(act: (head: Head) => T): { result: T; changes: Changes } {
    const before = this.loaded();
    const open = this.open = { rev: before.rev, head: structuredClone(before.head), entries: new Map(), members: new Set(), reindex: [...before.reindex], facts: before.facts };
    try {
      const result = this.storage.transactionSync(() => {
        const result = act(open.head);
        const headChanged = JSON.stringify(open.head) !== JSON.stringify(before.head);
        if (headChanged && open.rev === before.rev) open.rev++;
        const next = { ...before, head: open.head, rev: open.rev, version: headChanged ? open.rev : before.version, reindex: open.reindex, facts: open.facts };
        if (headChanged || open.facts > before.facts) this.save(next);
        else this.cached = next;
        return { value: result, headChanged };
      });
      return { result: result.value, changes: { from: before.rev, to: open.rev, entries: [...open.entries.values()], head: result.headChanged, members: [...open.members] } };
    } catch (error) {
      this.cached = null;
      throw error;
    } finally {
      this.open = null;
    }
  }

  insert(fields: NewEntry): Stored {
    const { at, dueAt = null, clientId, external = null, rawId = null, html = null, internal, ...rest } = fields;
    const { seq } = this.storage.sql.exec<{ seq: number }>("SELECT coalesce(max(seq), 0) + 1 AS seq FROM entry").one();
    const rev = ++this.open!.rev;
    const entry: Entry = {
      channel: null, connectionId: null, direction: null, text: "", state: null, attachments: [], undoable: false, to: null, attempts: [], failure: null,
      recipients: [], segments: null, email: null, event: null, editedAt: null, deleted: false, ...rest,
      id: clientId ?? `e${seq}`, rev, seq, at: iso(at), dueAt: dueAt === null ? null : iso(dueAt),
    };
    entry.attachments = this.withUrls(entry);
    const stored: Stored = { entry, internal: { ...NO_INTERNAL, ...internal }, external };
    this.storage.sql.exec("INSERT INTO entry(seq, rev, client_id, external, state, at, due_at, raw_id, body, html) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      seq, rev, clientId ?? null, external, entry.state, at, dueAt, rawId, body(stored), html);
    if (entry.email?.messageId) this.storage.sql.exec("INSERT OR IGNORE INTO mail VALUES(?, ?)", entry.email.messageId, seq);
    if (isFact(entry)) this.open!.facts = rev;
    this.open!.entries.set(seq, stored);
    return stored;
  }

  /** Replaces an entry's changed fields under a new revision. `reindex` when its words changed. */
  update(stored: Stored, change: Partial<Entry>, internal?: Partial<Internal>, options: { external?: string | null; reindex?: boolean } = {}): Stored {
    const rev = ++this.open!.rev;
    const next: Stored = { entry: { ...stored.entry, ...change, rev }, internal: { ...stored.internal, ...internal }, external: options.external === undefined ? stored.external : options.external };
    next.entry.attachments = this.withUrls(next.entry);
    const { seq, state, at, dueAt } = next.entry;
    this.storage.sql.exec("UPDATE entry SET rev = ?, external = ?, state = ?, at = ?, due_at = ?, body = ? WHERE seq = ?",
      rev, next.external, state, Date.parse(at), dueAt === null ? null : Date.parse(dueAt), body(next), seq);
    if (options.reindex) {
      this.open!.reindex.push(next.entry.id);
      this.open!.facts = rev;
    }
    this.open!.entries.set(seq, next);
    return next;
  }

  /** Keeps what only the object needs, without a new revision: clients see no difference. */
  remember(stored: Stored, internal: Partial<Internal>): Stored {
    const next = { ...stored, internal: { ...stored.internal, ...internal } };
    this.storage.sql.exec("UPDATE entry SET body = ? WHERE seq = ?", body(next), next.entry.seq);
    return next;
  }

  find(id: string): Stored | null {
    const bySeq = /^e(\d{1,15})$/.exec(id);
    return bySeq ? this.one("seq = ? AND client_id IS NULL", Number(bySeq[1])) : this.one("client_id = ?", id);
  }
  /** The further messages that one draft became. */
  siblings(id: string): Stored[] { return this.all("client_id > ? AND client_id < ?", `${id}.`, `${id}/`); }
  at(seq: number): Stored | null { return this.one("seq = ?", seq); }
  byExternal(external: string): Stored | null { return this.one("external = ?", external); }
  /** The email with this Message-ID, ours or theirs. */
  byMessageId(messageId: string): Stored | null { return this.one("seq = (SELECT seq FROM mail WHERE message_id = ?)", messageId); }
  /** The messages that quote this one. */
  quoting(id: string): Stored[] { return this.all("body ->> '$.entry.quote.entryId' = ?", id); }
  /** Messages of ours whose fate the provider has not told yet. */
  unsettled(): Stored[] { return this.all("state IN ('sending', 'unknown') ORDER BY seq"); }
  /** The newest message of the customer that came over a connection. */
  newestInbound(connectionId: string): Stored | null { return this.one("body ->> '$.entry.direction' = 'in' AND body ->> '$.entry.connectionId' = ? AND external IS NOT NULL ORDER BY seq DESC", connectionId); }
  /** The newest first. */
  newestMails(): Stored[] { return this.all("seq IN (SELECT seq FROM mail ORDER BY seq DESC LIMIT ?) ORDER BY seq DESC", NEWEST_MAILS); }
  /** Customer messages from this place on. */
  inboundSince(seq: number): number {
    return this.storage.sql.exec<{ count: number }>("SELECT count(*) AS count FROM entry WHERE seq >= ? AND body ->> '$.entry.direction' = 'in'", seq).one().count;
  }
  html(id: string): string | null {
    const found = this.find(id);
    return found && !found.entry.deleted ? this.storage.sql.exec<{ html: string | null }>("SELECT html FROM entry WHERE seq = ?", found.entry.seq).one().html : null;
  }

  /** Ids of the files that came from outside. */
  filesReceived(): string[] {
    return this.storage.sql.exec<{ id: string }>("SELECT file.value ->> 'id' AS id FROM entry, json_each(entry.body, '$.entry.attachments') AS file WHERE entry.body ->> '$.entry.direction' = 'in'").toArray().map(({ id }) => id);
  }

  /** A page of the thread, oldest first; `before` and `after` are places (`seq`). */
  page({ before, after, limit }: { before?: number | null; after?: number | null; limit: number }): Stored[] {
    const rows = after != null
      ? this.all("seq > ? ORDER BY seq LIMIT ?", after, limit)
      : this.all("seq < ? ORDER BY seq DESC LIMIT ?", before ?? Number.MAX_SAFE_INTEGER, limit).toReversed();
    return rows;
  }
  since(rev: number, limit: number): Stored[] { return this.all("rev > ? ORDER BY rev LIMIT ?", rev, limit); }
  /** The preview of the newest thing people said, after the one that was shown is gone. */
  newestPreview(): Head["preview"] {
    const stored = this.one("body ->> '$.entry.kind' IN ('message', 'comment') AND body ->> '$.entry.deleted' = 0 ORDER BY seq DESC");
    return stored && previewOf(stored.entry);
  }

  // ---- Raw requests and parked statuses ------------------------------------------------------

  keepRaw(id: string, at: number, request: string, bytes: Uint8Array | null): void {
    this.storage.sql.exec("INSERT OR IGNORE INTO raw VALUES(?, ?, ?, ?)", id, at, request, bytes);
  }
  /** Whether an entry was made from this very request, and its bytes are still kept. */
  hasRaw(id: string): boolean { return this.storage.sql.exec("SELECT 1 FROM raw WHERE id = ?", id).toArray().length > 0; }
  /** The request that made an entry. */
  raw(entryId: string): { id: string; request: string; body: ArrayBuffer | null } | null {
    const seq = this.find(entryId)?.entry.seq ?? 0;
    return this.storage.sql.exec<{ id: string; request: string; body: ArrayBuffer | null }>("SELECT id, request, body FROM raw WHERE id = (SELECT raw_id FROM entry WHERE seq = ?)", seq).toArray()[0] ?? null;
  }
  /** Forgets the requests that speak of an entry; answers the id of the one that made it. */
  dropRaw(seq: number, externalId: string | null): string | null {
    // As it stands in JSON, where a slash may be escaped.
    for (const id of externalId === null ? [] : [externalId, externalId.replaceAll("/", "\\/")]) this.storage.sql.exec("DELETE FROM raw WHERE body IS NOT NULL AND instr(body, CAST(? AS BLOB)) > 0 AND id IS NOT (SELECT raw_id FROM entry WHERE seq = ?)", id, seq);
    return this.storage.sql.exec<{ id: string }>("DELETE FROM raw WHERE id = (SELECT raw_id FROM entry WHERE seq = ?) RETURNING id", seq).toArray()[0]?.id ?? null;
  }
  /** Requests that are older and whose bytes lie in the bucket. */
  oldRaw(before: number): string[] {
    return this.storage.sql.exec<{ id: string }>("SELECT id FROM raw WHERE at <= ? AND body IS NULL", before).toArray().map(({ id }) => id);
  }
  /** Deletes what is older; answers the time of the oldest request and the oldest status that stay. */
  purge(rawBefore: number, parkedBefore: number): { raw: number | null; parked: number | null } {
    this.storage.sql.exec("DELETE FROM raw WHERE at <= ?", rawBefore);
    this.storage.sql.exec("DELETE FROM parked WHERE at <= ?", parkedBefore);
    return this.storage.sql.exec<{ raw: number | null; parked: number | null }>("SELECT (SELECT min(at) FROM raw) AS raw, (SELECT min(at) FROM parked) AS parked").one();
  }
  park(external: string, event: unknown, now: number): void {
    this.storage.sql.exec("INSERT INTO parked VALUES(?, ?, ?)", external, now, JSON.stringify(event));
  }
  /** What has waited in vain since before, but for what is about something unsent. */
  parkedBefore(at: number): unknown[] {
    return this.storage.sql.exec<{ event: string }>("SELECT event FROM parked WHERE at <= ? AND external NOT IN (SELECT external FROM parked WHERE event ->> '$.kind' = 'delete')", at).toArray().map(({ event }) => JSON.parse(event) as unknown);
  }
  unpark(external: string): unknown[] {
    return this.storage.sql.exec<{ event: string }>("DELETE FROM parked WHERE external = ? RETURNING event", external).toArray().map(({ event }) => JSON.parse(event) as unknown);
  }

  // ---- Members --------------------------------------------------------------------------------

  member(id: string): MemberState {
    const row = this.storage.sql.exec<{ read_count: number; starred: number; drafts: number }>("SELECT * FROM member WHERE id = ?", id).toArray()[0];
    return { conversationId: this.head.id, readCount: row?.read_count ?? 0, starred: row?.starred === 1, draft: (row?.drafts ?? 0) > 0 };
  }
  setMember(id: string, { readCount, starred }: MemberState): void {
    const drafts = this.storage.sql.exec<{ count: number }>("SELECT count(*) AS count FROM draft WHERE member_id = ?", id).one().count;
    this.storage.sql.exec("INSERT OR REPLACE INTO member VALUES(?, ?, ?, ?, ?)", id, ++this.open!.rev, readCount, starred ? 1 : 0, drafts);
    this.open!.members.add(id);
  }
  drafts(memberId: string): Draft[] {
    return this.storage.sql.exec<{ body: string }>("SELECT body FROM draft WHERE member_id = ?", memberId).toArray().map(({ body }) => JSON.parse(body) as Draft);
  }
  /** Everybody's. */
  allDrafts(): { memberId: string; draft: Draft }[] {
    return this.storage.sql.exec<{ member_id: string; body: string }>("SELECT member_id, body FROM draft").toArray().map(({ member_id: memberId, body }) => ({ memberId, draft: JSON.parse(body) as Draft }));
  }
  setDraft(memberId: string, mode: Draft["mode"], draft: Draft | null): void {
    if (draft) this.storage.sql.exec("INSERT OR REPLACE INTO draft VALUES(?, ?, ?)", memberId, mode, JSON.stringify(draft));
    else this.storage.sql.exec("DELETE FROM draft WHERE member_id = ? AND mode = ?", memberId, mode);
  }

  // ---- Projection -----------------------------------------------------------------------------

  row() { const { head, version } = this.loaded(); return toRow(head, version); }
  version(): number { return this.loaded().version; }

  /** What the Feed has not heard yet and the place it brings it to; `publication` is null when nothing it keeps has changed. */
  news(nextDueAt: number | null): { publication: Publication | null; rev: number; indexedSeq: number } {
    const { head, rev, version, projected, indexedSeq, reindex, facts } = this.loaded();
    const members = this.storage.sql.exec<MemberRow>("SELECT * FROM member WHERE rev > ?", projected).toArray()
      .map((row) => ({ memberId: row.id, version: row.rev, conversationId: head.id, readCount: row.read_count, starred: row.starred === 1, draft: row.drafts > 0 }));
    const hasFacts = facts > projected;
    if (version <= projected && !hasFacts && members.length === 0) return { publication: null, rev, indexedSeq };
    const fresh = hasFacts ? this.all("seq > ? ORDER BY seq LIMIT ?", indexedSeq, FACTS_PAGE) : [];
    const changed = hasFacts ? reindex.map((id) => this.find(id)).filter((stored) => stored !== null) : [];
    const isWhole = fresh.length < FACTS_PAGE;
    return {
      rev: isWhole ? rev : projected,
      indexedSeq: fresh.at(-1)?.entry.seq ?? indexedSeq,
      publication: {
        row: toRow(head, version), nextDueAt, members,
        facts: hasFacts ? {
          // Pages before the last have versions of their own: higher than what was heard before, each higher than the one before it.
          version: isWhole ? facts : facts - 1 / (1 + fresh.at(-1)!.entry.seq),
          once: [...[...fresh, ...changed].flatMap((stored) => searchable(head.id, stored)), ...fresh.flatMap(({ entry }) => filesOf(head.id, entry)), ...changed.map(({ entry }) => filesNow(head.id, entry)), ...fresh.flatMap(({ entry }) => factsOf(head, entry))],
        } : null,
      },
    };
  }

  /** The Feed has heard everything up to here. Written with the next change; until then a restart tells it again, and it refuses what it knows. */
  setProjected(rev: number, indexedSeq: number): void {
    const row = this.loaded();
    this.cached = { ...row, projected: rev, indexedSeq: Math.max(indexedSeq, row.indexedSeq), reindex: rev === row.rev ? [] : row.reindex };
  }

  /** Starts the projection over: search rows, list row, member states. New versions, because the copies refuse what they have. */
  forgetProjection(): void {
    const row = this.loaded();
    let { rev } = row;
    for (const { id } of this.storage.sql.exec<{ id: string }>("SELECT id FROM member").toArray()) this.storage.sql.exec("UPDATE member SET rev = ? WHERE id = ?", ++rev, id);
    this.save({ ...row, rev: rev + 1, version: rev + 1, facts: rev + 1, projected: 0, indexedSeq: 0 });
  }

  /** After everything was deleted: nothing is remembered either. */
  forget(): void { this.cached = null; }

  // ---- Private --------------------------------------------------------------------------------

  /** Members fetch files under the entry that holds them: whoever may see the conversation may see the file. */
  private withUrls({ id, attachments }: Entry): Entry["attachments"] {
    return attachments.map((file) => ({ ...file, url: `/media/c/${this.head.id}/${encodeURIComponent(id)}/${file.id}/${encodeURIComponent(file.name)}` }));
  }

  private load(): Cached | null {
    if (this.cached) return this.cached;
    const row = this.storage.sql.exec<{ rev: number; version: number; projected: number; body: string }>(
      "SELECT max(rev, coalesce((SELECT max(rev) FROM entry), 0), coalesce((SELECT max(rev) FROM member), 0)) AS rev, version, projected, body FROM head").toArray()[0];
    if (!row) return null;
    const { body, rev, version, projected } = row;
    return this.cached = { rev, version, projected, ...(JSON.parse(body) as Pick<Cached, "head" | "indexedSeq" | "reindex" | "facts">) };
  }

  private loaded(): Cached {
    const row = this.load();
    if (!row) throw new Error("this conversation does not exist");
    return row;
  }

  private save(row: Cached): void {
    const { head, indexedSeq, reindex, facts } = row;
    this.storage.sql.exec("UPDATE head SET rev = ?, version = ?, projected = ?, body = ?", row.rev, row.version, row.projected, JSON.stringify({ head, indexedSeq, reindex, facts }));
    this.cached = row;
  }

  private one(where: string, ...values: SqlStorageValue[]): Stored | null { return this.all(`${where} LIMIT 1`, ...values)[0] ?? null; }
  private all(where: string, ...values: SqlStorageValue[]): Stored[] {
    return this.storage.sql.exec<Row>(`SELECT ${COLUMNS} FROM entry WHERE ${where}`, ...values).toArray().map(toStored);
  }
}

function searchable(conversationId: string, { entry }: Stored): Once[] {
  if (entry.kind !== "message" && entry.kind !== "comment") return [];
  return [{ kind: "text", conversationId, entryId: entry.id, text: entry.deleted ? "" : [entry.email?.subject, entry.text].filter(Boolean).join("\n").slice(0, SEARCHED_CHARS) }];
}

/** What the gallery shows of it: no pictures that belong to a mail's own look. */
const filesNow = (conversationId: string, { id, at, direction, attachments }: Entry): Extract<Once, { kind: "files" }> => ({
  kind: "files", conversationId, entryId: id, at: Date.parse(at), direction,
  files: attachments.filter(({ state, contentId }) => state === "ready" && !contentId).map(({ id, name, type, size }) => ({ id, name, type, size })),
});
/** A new entry without files has nothing to forget. */
const filesOf = (conversationId: string, entry: Entry): Once[] => [filesNow(conversationId, entry)].filter(({ files }) => files.length > 0);

/** Does D1 keep something of this entry besides the list row? */
const isFact = (entry: Entry): boolean => entry.kind === "message" || entry.kind === "comment" || entry.event?.type === "consent";

function factsOf({ id, contactId, contactName }: Head, entry: Entry): Once[] {
  const mail: Once[] = entry.email?.messageId ? [{ kind: "mail", conversationId: id, messageId: entry.email.messageId }] : [];
  const data = entry.event?.type === "consent" ? entry.event.data : null;
  const step: Once[] = data ? [{ kind: "consent", id: `${id}:${entry.id}`, contactId, channel: entry.channel!, state: String(data["state"]), at: Date.parse(entry.at), by: contactName, how: typeof data["how"] === "string" ? data["how"] : "message", text: data["text"] as string | null }] : [];
  return [...mail, ...step];
}

const iso = (at: number): string => new Date(at).toISOString();

function body({ entry, internal }: Stored): string {
  const { rev: _rev, seq: _seq, state: _state, at: _at, dueAt: _dueAt, ...rest } = entry;
  return JSON.stringify({ entry: rest satisfies Body, internal });
}

function toStored(row: Row): Stored {
  const { entry, internal } = JSON.parse(row.body) as { entry: Body; internal: Internal };
  return { entry: { ...entry, rev: row.rev, seq: row.seq, state: row.state, at: iso(row.at), dueAt: row.due_at === null ? null : iso(row.due_at) }, internal, external: row.external };
}
