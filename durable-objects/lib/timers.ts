/** An alarm this long past its time was lost by the platform and is set again. */
const STUCK_AFTER_MS = 60_000;
/** How soon work that was due but could not be done is looked at again. */
const LOOK_AGAIN_MS = 10_000;

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

  /** For work that begins in this very moment: the row keeps it, and the alarm comes only if nobody has done it by then. */
  soon(key: string, now: number): void {
    this.storage.sql.exec("INSERT INTO timer VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET due = excluded.due", key, now);
    this.wake(now + LOOK_AGAIN_MS);
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

  /** What `setAlarm` did in a transaction that was undone is undone too: asks for it anew next time. */
  forget(): void { this.armed = null; }

  next(): number | null {
    return this.storage.sql.exec<{ due: number | null }>("SELECT min(due) AS due FROM timer").one().due;
  }

  /** The earliest but for one kind: housekeeping that nobody waits for. */
  nextBut(key: string): number | null {
    return this.storage.sql.exec<{ due: number | null }>("SELECT min(due) AS due FROM timer WHERE key <> ?", key).one().due;
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
    if (alarm !== null && alarm >= now - STUCK_AFTER_MS) {
      this.armed = alarm;
      return;
    }
    const next = this.next();
    if (next !== null) this.wake(next);
  }

  /**
   * After an alarm fired it is used up: points it at the earliest row again. What is still due waits for something
   * else (a message behind one that is tried again later): it is looked at in a while, not in a tight circle.
   */
  rearm(now: number): void {
    this.armed = null;
    const { due } = this.storage.sql.exec<{ due: number | null }>("SELECT min(max(due, ?)) AS due FROM timer", now).one();
    if (due !== null) this.wake(due === now ? Math.min(this.after(now) ?? Infinity, now + LOOK_AGAIN_MS) : due);
  }

  private after(now: number): number | null {
    return this.storage.sql.exec<{ due: number | null }>("SELECT min(due) AS due FROM timer WHERE due > ?", now).one().due;
  }
}
