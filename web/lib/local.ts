import type { ConversationRow, MemberState } from "../../worker/contract/conversation";
import type { Entry } from "../../worker/contract/entry";
import type { ThreadState } from "./live";

/*
 * The copy on this device: what is painted before, or without, the network. One database for each account and member,
 * so that nobody ever sees another's copy; wiped on signing out. Losing it loses nothing but queued messages.
 */

/** Enough to fill the screen several times; older ones come by page. */
const THREAD_ENTRIES = 100;
/** A few weeks of work for one person, about 20 MB at most. */
const THREADS = 200;
const ROWS = 500;
const VERSION = 1;

export interface LocalThread {
  id: string;
  usedAt: number;
  cursor: number;
  floor: number;
  before: number | null;
  conversation: ConversationRow;
  mine: MemberState | null;
  entries: Entry[];
}

export interface LocalRow { id: string; at: string; row: ConversationRow; mine: MemberState | null }

type StoreName = "row" | "thread" | "outbox";
let database: Promise<IDBDatabase | null> = Promise.resolve(null);
let name = "";

const settled = <T>(request: IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error ?? new Error("IndexedDB failed"));
});

function open(databaseName: string): Promise<IDBDatabase | null> {
  if (!("indexedDB" in globalThis)) return Promise.resolve(null);
  const request = indexedDB.open(databaseName, VERSION);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("row", { keyPath: "id" }).createIndex("at", "at");
    request.result.createObjectStore("thread", { keyPath: "id" }).createIndex("usedAt", "usedAt");
    request.result.createObjectStore("outbox", { keyPath: "clientId" });
  };
  // Private windows and full disks refuse: then there is no copy, and everything else works.
  return settled(request).catch(() => null);
}

async function run<T>(store: StoreName, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T> | void): Promise<T | null> {
  const db = await database;
  if (!db) return null;
  const request = act(db.transaction(store, mode).objectStore(store));
  return request ? settled(request) : null;
}

/** Deletes the oldest by this index until `keep` are left. */
async function prune(store: StoreName, index: string, keep: number): Promise<void> {
  const count = await run(store, "readonly", (all) => all.count());
  let excess = (count ?? 0) - keep;
  if (excess <= 0) return;
  await run(store, "readwrite", (all) => {
    const request = all.index(index).openCursor();
    request.onsuccess = () => {
      if (!request.result || excess-- <= 0) return;
      request.result.delete();
      request.result.continue();
    };
  });
}

export const local = {
  /** Opens this member's copy; everything before this call answers that nothing is known. */
  open(accountId: string, memberId: string): void {
    const wanted = `switchboard:${accountId}:${memberId}`;
    if (wanted === name) return;
    name = wanted;
    database = open(wanted);
    void database.then(() => Promise.all([prune("thread", "usedAt", THREADS), prune("row", "at", ROWS)])).catch(() => { /* tried again next time */ });
  },

  async rows(): Promise<LocalRow[]> {
    return (await run<LocalRow[]>("row", "readonly", (store) => store.getAll())) ?? [];
  },
  async putRows(rows: readonly LocalRow[]): Promise<void> {
    await run("row", "readwrite", (store) => { for (const row of rows) store.put(row); });
  },
  /** What this member may no longer see goes from the device too. */
  async forget(conversationIds: readonly string[]): Promise<void> {
    await run("row", "readwrite", (store) => { for (const id of conversationIds) store.delete(id); });
    await run("thread", "readwrite", (store) => { for (const id of conversationIds) store.delete(id); });
  },

  async thread(id: string): Promise<LocalThread | null> {
    return (await run<LocalThread | undefined>("thread", "readonly", (store) => store.get(id))) ?? null;
  },
  async putThread(id: string, state: ThreadState): Promise<void> {
    const copy = localThread(id, state, Date.now());
    if (copy) await run("thread", "readwrite", (store) => store.put(copy));
  },

  async outbox<T>(): Promise<T[]> {
    return (await run<T[]>("outbox", "readonly", (store) => store.getAll())) ?? [];
  },
  async putOutgoing(outgoing: { clientId: string }): Promise<void> {
    await run("outbox", "readwrite", (store) => store.put(outgoing));
  },
  async dropOutgoing(clientId: string): Promise<void> {
    await run("outbox", "readwrite", (store) => store.delete(clientId));
  },

  /** Signing out leaves nothing of the account on the device, except words that are still on their way. */
  async wipe(): Promise<void> {
    const db = await database;
    const unsent = await run("outbox", "readonly", (store) => store.count());
    await run("row", "readwrite", (store) => store.clear());
    await run("thread", "readwrite", (store) => store.clear());
    db?.close();
    database = Promise.resolve(null);
    const gone = name;
    name = "";
    if (gone && !unsent && "indexedDB" in globalThis) await settled(indexedDB.deleteDatabase(gone));
  },
};

/** Pure. The newest rows the server has confirmed, with the place from which older ones are to be asked. */
export function localThread(id: string, state: ThreadState, now: number): LocalThread | null {
  if (!state.conversation) return null;
  const confirmed = state.order.map((entryId) => state.entries[entryId]!).filter((entry) => entry.rev > 0);
  const entries = confirmed.slice(-THREAD_ENTRIES);
  const cut = entries.length < confirmed.length;
  const first = entries[0]?.seq ?? 0;
  return {
    id, usedAt: now, cursor: state.cursor, conversation: state.conversation, mine: state.mine, entries,
    floor: cut ? first : state.floor,
    before: cut ? first : state.before,
  };
}
