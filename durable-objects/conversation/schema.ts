import { Timers } from "../lib/timers";
import { Visits } from "./visits";

/**
 * `entry.seq` is the place in the thread, `rev` the last change; `client_id` makes a person's retry one message,
 * `external` (`<connection>:<provider id>`) makes a repeated webhook one entry. `head` has one row.
 * `raw` keeps the bytes an entry came from; `parked` keeps statuses that came before their message was known; `visit` what chat visitors look at.
 */
export const migrations = [`
CREATE TABLE entry(
  seq INTEGER PRIMARY KEY, rev INTEGER NOT NULL, client_id TEXT, external TEXT, state TEXT, at INTEGER NOT NULL, due_at INTEGER,
  raw_id TEXT, body TEXT NOT NULL, html TEXT);
CREATE UNIQUE INDEX entry_rev ON entry(rev);
CREATE UNIQUE INDEX entry_client ON entry(client_id) WHERE client_id IS NOT NULL;
CREATE UNIQUE INDEX entry_external ON entry(external) WHERE external IS NOT NULL;
CREATE TABLE head(id INTEGER PRIMARY KEY CHECK(id = 1), rev INTEGER NOT NULL, version INTEGER NOT NULL, projected INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE member(id TEXT PRIMARY KEY, rev INTEGER NOT NULL, read_count INTEGER NOT NULL, starred INTEGER NOT NULL, drafts INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE draft(member_id TEXT NOT NULL, mode TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY(member_id, mode)) WITHOUT ROWID;
CREATE TABLE mail(message_id TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE raw(id TEXT PRIMARY KEY, at INTEGER NOT NULL, request TEXT NOT NULL, body BLOB) WITHOUT ROWID;
CREATE TABLE parked(external TEXT NOT NULL, at INTEGER NOT NULL, event TEXT NOT NULL);
CREATE INDEX parked_external ON parked(external);
${Timers.schema}
`, Visits.schema] as const;
