import type { Delivery } from "./provider";

export type Task =
  | { do: "deliver"; delivery: Delivery; attempt: number }
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

  /** The first job of each lane, unless the lane is busy. */
  heads(busy: ReadonlySet<string>): Job[] {
    const heads = new Map<string, Job>();
    for (const row of this.sql.exec<Row>("SELECT id, due_at, lane, task FROM job ORDER BY due_at, id")) {
      if (!busy.has(row.lane) && !heads.has(row.lane)) heads.set(row.lane, toJob(row));
    }
    return [...heads.values()];
  }

  done(id: number): void {
    this.sql.exec("DELETE FROM job WHERE id = ?", id);
  }
}
