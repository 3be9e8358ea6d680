import { env, runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";

const migrations = (env as unknown as { MIGRATIONS: string[] }).MIGRATIONS;
const statements = (file: string): string[] => file.split(/;\s*$/m).map((part) => part.replace(/^\s*--.*$/gm, "").trim()).filter(Boolean);

/** Any object's database is SQLite too, and this one is nobody else's. */
const scratch = <T>(act: (sql: SqlStorage) => T): Promise<T> => runInDurableObject(env.CONNECTION.getByName(`scratch/${crypto.randomUUID()}`), (_, state) => act(state.storage.sql));
const apply = (sql: SqlStorage, files: string[]) => { for (const statement of files.flatMap(statements)) sql.exec(statement); };

it("an account made before there were templates keeps its connections, and they have no token to renew", async () => {
  const rows = await scratch((sql) => {
    apply(sql, migrations.slice(0, 1));
    sql.exec("INSERT INTO connection(account_id, id, provider, channel, name, address, sealed, key_id, created_at) VALUES('a_1', 'ch_1', 'twilio', 'sms', 'Desk', '+15125550100', 'sealed', 'k1', 1)");
    apply(sql, migrations.slice(1, 2));
    return sql.exec("SELECT id, status, sealed, config, renew_at, expires_at FROM connection").toArray();
  });
  expect(rows).toEqual([{ id: "ch_1", status: "active", sealed: "sealed", config: "{}", renew_at: null, expires_at: null }]);
});
