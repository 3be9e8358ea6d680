/**
 * Applies append-only migrations; position in the array is the version.
 * Each must leave the previous release working: after a rollback, older code meets a newer schema.
 */
export function migrate(storage: DurableObjectStorage, migrations: readonly string[]): void {
  const applied = storage.kv.get<number>("schema") ?? 0;
  for (const [index, sql] of migrations.entries()) {
    if (index < applied) continue;
    storage.transactionSync(() => {
      storage.sql.exec(sql);
      storage.kv.put("schema", index + 1);
    });
  }
}
