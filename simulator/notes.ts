/** Small facts by key: opt-outs, remembered answers, counters. Values are JSON written here and nowhere else. */
export class Notes {
  constructor(private readonly sql: SqlStorage) {}

  get<T>(key: string): T | null {
    const row = this.sql.exec<{ value: string }>("SELECT value FROM note WHERE key = ?", key).toArray()[0];
    return row ? (JSON.parse(row.value) as T) : null;
  }

  put(key: string, value: unknown): void {
    this.sql.exec("INSERT INTO note (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, JSON.stringify(value));
  }

  delete(key: string): void {
    this.sql.exec("DELETE FROM note WHERE key = ?", key);
  }

  /** Counts up and answers the new number. */
  count(key: string): number {
    const next = (this.get<number>(key) ?? 0) + 1;
    this.put(key, next);
    return next;
  }
}
