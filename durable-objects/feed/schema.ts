/**
 * `row`: the latest list row of each conversation (member NULL) and the latest state a member gave it.
 * A row's body also keeps the facts that D1 has not got yet. `access`: credentials this object has vouched for.
 * `watching`: who has which conversation open, so that a revoked member's sockets can be closed there too.
 */
export const migrations = [`
CREATE TABLE row(key TEXT PRIMARY KEY, rev INTEGER NOT NULL, version INTEGER NOT NULL, member TEXT, at INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX row_rev ON row(rev);
CREATE TABLE access(hash TEXT PRIMARY KEY, member TEXT NOT NULL, until INTEGER NOT NULL, actor TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE watching(member TEXT NOT NULL, conversation TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(member, conversation)) WITHOUT ROWID;
`] as const;
