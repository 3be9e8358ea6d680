/** The tables of the World object. The pretend world may be thrown away, so they are made, never migrated. */
export const TABLES = [
  "CREATE TABLE IF NOT EXISTS note (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
  "CREATE TABLE IF NOT EXISTS message (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, provider TEXT NOT NULL, sender TEXT NOT NULL, body TEXT NOT NULL)",
  "CREATE TABLE IF NOT EXISTS blob (id TEXT PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, size INTEGER NOT NULL) WITHOUT ROWID",
  "CREATE TABLE IF NOT EXISTS blob_part (id TEXT NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (id, part))",
  "CREATE TABLE IF NOT EXISTS job (id INTEGER PRIMARY KEY AUTOINCREMENT, due_at INTEGER NOT NULL, lane TEXT NOT NULL, task TEXT NOT NULL)",
  "CREATE INDEX IF NOT EXISTS job_due ON job (due_at, id)",
  "CREATE TABLE IF NOT EXISTS wire (n INTEGER PRIMARY KEY AUTOINCREMENT, line TEXT NOT NULL)",
];

/** What a reset empties: everything that happened. Who is connected stays, or nothing could happen again. */
export const HISTORY = ["message", "blob", "blob_part", "job", "wire"];
