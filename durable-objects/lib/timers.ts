/** An alarm this long past its time was lost by the platform and is set again. */
const STUCK_AFTER_MS = 60_000;

/** Many timers over the object's one alarm: rows are the truth, the alarm only points at the earliest. */
export class Timers {
  /** What the alarm is set to, as far as this instance knows; saves a row written for every timer that is not the earliest. */
  private armed: number | null = null;

  constructor(private readonly storage: DurableObjectStorage) {}

  static readonly schema = "CREATE TABLE timer(key TEXT PRIMARY KEY, due INTEGER NOT NULL) WITHOUT ROWID;";

  set(key: string, due: number): void {
    this.storage.sql.exec("INSERT INTO timer VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET due = excluded.due", key, due);
    this.wake(due);
  }

  clear(key: string): void {
    this.storage.sql.exec("DELETE FROM timer WHERE key = ?", key);
  }

  get(key: string): number | null {
    return this.storage.sql.exec<{ due: number }>("SELECT due FROM timer WHERE key = ?", key).toArray()[0]?.due ?? null;
  }

  due(now: number): string[] {
    return this.storage.sql.exec<{ key: string }>("SELECT key FROM timer WHERE due <= ? ORDER BY due, key", now).toArray().map((row) => row.key);
  }

  /** Every timer of one kind, by its prefix (`send:`). */
  all(prefix: string): { key: string; due: number }[] {
    return this.storage.sql.exec<{ key: string; due: number }>("SELECT key, due FROM timer WHERE key >= ? AND key < ?", prefix, `${prefix}\uffff`).toArray();
  }

  next(): number | null {
    return this.storage.sql.exec<{ due: number | null }>("SELECT min(due) AS due FROM timer").one().due;
  }

  /** Makes sure the alarm fires at `due` or earlier, without a timer row: for work that the object finds by itself. */
  wake(due: number): void {
    if (this.armed !== null && this.armed <= due) return;
    this.armed = due;
    void this.storage.setAlarm(due);
  }

  /** Heals an alarm the platform lost: rows say work is due, yet nothing (or something long past) is set. */
  async repair(now: number): Promise<void> {
    const alarm = await this.storage.getAlarm();
    if (alarm === null || alarm < now - STUCK_AFTER_MS) this.rearm();
    else this.armed = alarm;
  }

  /** After an alarm fired it is used up: points it at the earliest row again. Same tick as the caller's writes. */
  rearm(atLatest?: number): void {
    const next = this.next();
    const due = next === null ? atLatest : Math.min(next, atLatest ?? next);
    this.armed = null;
    if (due !== undefined) this.wake(due);
  }
}
