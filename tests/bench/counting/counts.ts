import type { Counts } from "./report";

const cursors: { sql: string; cursor: SqlStorageCursor<Record<string, SqlStorageValue>> }[] = [];
let alarms = 0;
let values = 0;
let d1Rows = 0;
let roundTrips = 0;
let underway = 0;
const d1ByTable = new Map<string, number>();

export function forgetCounts(): void {
  cursors.length = 0;
  alarms = values = d1Rows = roundTrips = 0;
  d1ByTable.clear();
}

export function counts(): Counts {
  const byTable: Record<string, number> = Object.fromEntries(d1ByTable);
  const add = (table: string, rows: number): void => { if (rows > 0) byTable[table] = (byTable[table] ?? 0) + rows; };
  for (const { sql, cursor } of cursors) add(`object: ${tableOf(sql)}`, cursor.rowsWritten);
  add("object: alarm", alarms);
  add("object: key-value", values);
  return { objectRows: cursors.reduce((sum, { cursor }) => sum + cursor.rowsWritten, 0) + alarms + values, d1Rows, roundTrips, byTable };
}

const tableOf = (sql: string): string => /(?:INTO|UPDATE(?: OR \w+)?|FROM)\s+(\w+)/i.exec(sql)?.[1] ?? "other";

const wrapped = new WeakSet<object>();

/** Counts on the prototypes, before the object's own constructor touches its storage. */
export function countObject(storage: DurableObjectStorage): void {
  const sql = Object.getPrototypeOf(storage.sql) as SqlStorage;
  if (wrapped.has(sql)) return;
  wrapped.add(sql);
  const { exec } = sql;
  sql.exec = function count(this: SqlStorage, query: string, ...bindings: unknown[]) {
    const cursor = exec.call(this, query, ...bindings);
    if (!/^\s*SELECT/i.test(query)) cursors.push({ sql: query, cursor });
    return cursor;
  } as typeof exec;
  const kv = Object.getPrototypeOf(storage.kv) as SyncKvStorage;
  const { put } = kv;
  kv.put = function count(this: SyncKvStorage, ...args: Parameters<typeof put>) { values++; return put.apply(this, args); };
  const alarmed = Object.getPrototypeOf(storage) as DurableObjectStorage;
  const { setAlarm } = alarmed;
  alarmed.setAlarm = function count(this: DurableObjectStorage, ...args: Parameters<typeof setAlarm>) { alarms++; return setAlarm.apply(this, args); };
}

/** The same bindings, with a counter at every database. */
export function counted(env: Env): Env {
  return { ...env, DB: database(env.DB), ...(env.DB_001 && { DB_001: database(env.DB_001) }) };
}

/** A database, or a session of one: both ask in the same words. */
function database(db: D1Database | D1DatabaseSession): D1Database {
  return {
    prepare: (sql: string) => statement(db.prepare(sql), sql),
    batch: async (statements: D1PreparedStatement[]) => {
      const results = await trip(() => db.batch(statements.map((one) => (one as Counted).real)));
      for (const [index, { meta }] of results.entries()) note((statements[index] as Counted).sql, meta);
      return results;
    },
    ...("exec" in db
      ? { exec: (sql: string) => trip(() => db.exec(sql)), withSession: (start?: string) => database(db.withSession(start)) }
      : { getBookmark: () => db.getBookmark() }),
  } as unknown as D1Database;
}

interface Counted extends D1PreparedStatement { real: D1PreparedStatement; sql: string }

function statement(real: D1PreparedStatement, sql: string): Counted {
  const all = async () => {
    const result = await trip(() => real.all<Record<string, unknown>>());
    note(sql, result.meta);
    return result;
  };
  return {
    real, sql, all, run: all,
    bind: (...args: unknown[]) => statement(real.bind(...args), sql),
    first: async (column?: string) => {
      const row = (await all()).results[0];
      return row === undefined ? null : column === undefined ? row : row[column];
    },
    raw: async () => (await all()).results.map((row) => Object.values(row)),
  } as unknown as Counted;
}

function note(sql: string, meta: D1Meta): void {
  d1Rows += meta.rows_written;
  if (meta.rows_written > 0) d1ByTable.set(`D1: ${tableOf(sql)}`, (d1ByTable.get(`D1: ${tableOf(sql)}`) ?? 0) + meta.rows_written);
}

/** What begins while another is underway costs no time of its own. */
async function trip<T>(act: () => Promise<T>): Promise<T> {
  if (underway++ === 0) roundTrips++;
  try {
    return await act();
  } finally {
    underway--;
  }
}
