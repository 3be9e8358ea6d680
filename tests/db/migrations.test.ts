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

it("people who were there before contacts could be merged can be, and are found by their addresses", async () => {
  const [rows, plan] = await scratch((sql) => {
    apply(sql, migrations.slice(0, 2));
    sql.exec("INSERT INTO identity(account_id, kind, address, id, contact_id, created_at) VALUES('a_1', 'email', 'ann@example.com', 'id_1', 'ct_1', 1)");
    apply(sql, migrations.slice(2, 3));
    return [
      sql.exec("SELECT contact_id FROM identity WHERE account_id = 'a_1' AND address >= 'ann@' AND address < 'ann@~'").toArray(),
      sql.exec("EXPLAIN QUERY PLAN SELECT contact_id FROM identity WHERE account_id = 'a_1' AND address >= 'ann@' AND address < 'ann@~'").toArray(),
    ] as const;
  });
  expect(rows).toEqual([{ contact_id: "ct_1" }]);
  expect(JSON.stringify(plan)).toContain("identity_address");
});
