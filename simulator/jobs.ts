import type { Delivery } from "./provider";

export type Task =
  | { do: "deliver"; delivery: Delivery; attempt: number }
  | { do: "later"; provider: string; what: unknown }
  | { do: "progress"; messageId: string; state: string; code: string | null };

/** Jobs of one lane run one after the other, in the order of their times. */
export interface Job { id: number; dueAt: number; lane: string; task: Task }

interface Row extends Record<string, SqlStorageValue> { id: number; due_at: number; lane: string; task: string }

const toJob = (row: Row): Job => ({ id: row.id, dueAt: row.due_at, lane: row.lane, task: JSON.parse(row.task) as Task });

/** What is still to happen. A row goes when its job is done, so a restart repeats it rather than losing it. */
export class Jobs {
  constructor(private readonly sql: SqlStorage) {}

  add(dueAt: number, lane: string, task: Task): Job {
    const { id } = this.sql.exec<{ id: number }>("INSERT INTO job (due_at, lane, task) VALUES (?, ?, ?) RETURNING id", dueAt, lane, JSON.stringify(task)).one();
    return { id, dueAt, lane, task };
  }

  /** What is due: the first job of each lane, unless the lane is busy. */
  due(now: number, busy: ReadonlySet<string>): Job[] {
    const heads = new Map<string, Job>();
    for (const row of this.sql.exec<Row>("SELECT id, due_at, lane, task FROM job WHERE due_at <= ? ORDER BY due_at, id", now)) {
      if (!busy.has(row.lane) && !heads.has(row.lane)) heads.set(row.lane, toJob(row));
    }
    return [...heads.values()];
  }

  firstOf(lane: string): Job | null {
    const row = this.sql.exec<Row>("SELECT id, due_at, lane, task FROM job WHERE lane = ? ORDER BY due_at, id LIMIT 1", lane).toArray()[0];
    return row ? toJob(row) : null;
  }

  /** Changes what a job that has not begun will do. */
  rewrite(id: number, task: Task): void {
    this.sql.exec("UPDATE job SET task = ? WHERE id = ?", JSON.stringify(task), id);
  }

  /** When the next job may start; null when none waits for its time. */
  nextAt(busy: ReadonlySet<string>): number | null {
    const { at } = this.sql.exec<{ at: number | null }>("SELECT MIN(due_at) AS at FROM job WHERE lane NOT IN (SELECT value FROM json_each(?))", JSON.stringify([...busy])).one();
    return at;
  }

  done(id: number): void {
    this.sql.exec("DELETE FROM job WHERE id = ?", id);
  }
}
