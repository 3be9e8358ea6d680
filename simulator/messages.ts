import type { Step, WorldMessage } from "./api";

/** Every message of the pretend world, oldest first. */
export class Messages {
  constructor(private readonly sql: SqlStorage) {}

  /** Done twice with the same id, it is there once. */
  add(message: WorldMessage): void {
    this.sql.exec("INSERT OR IGNORE INTO message (id, provider, sender, body) VALUES (?, ?, ?, ?)", message.id, message.provider, message.by, JSON.stringify(message));
  }

  get(id: string): WorldMessage | null {
    return this.read("SELECT body FROM message WHERE id = ?", id)[0] ?? null;
  }

  all(): WorldMessage[] {
    return this.read("SELECT body FROM message ORDER BY n");
  }

  sentThrough(provider: string): WorldMessage[] {
    return this.read("SELECT body FROM message WHERE provider = ? AND sender = 'app' ORDER BY n", provider);
  }

  /** Reads, changes and writes without a pause in between, so that parallel deliveries lose nothing. */
  change(id: string, edit: (message: WorldMessage) => WorldMessage): void {
    const message = this.get(id);
    if (message) this.sql.exec("UPDATE message SET body = ? WHERE id = ?", JSON.stringify(edit(message)), id);
  }

  advance(id: string, state: string, code: string | null, at: number): void {
    const step: Step = { state, code, at: new Date(at).toISOString(), answered: null };
    this.change(id, (message) => ({ ...message, state, code, history: [...message.history, step] }));
  }

  /** Notes what the app answered when it was told of the newest step. */
  answered(id: string, status: number): void {
    this.change(id, (message) => ({ ...message, history: message.history.map((step, index, all) => (index === all.length - 1 ? { ...step, answered: status } : step)) }));
  }

  private read(query: string, ...values: string[]): WorldMessage[] {
    return this.sql.exec<{ body: string }>(query, ...values).toArray().map(({ body }) => JSON.parse(body) as WorldMessage);
  }
}
