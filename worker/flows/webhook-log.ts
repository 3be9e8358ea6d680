import type { WebhookLine } from "../contract/channel";
import type { Account } from "../db/locate";

/** Lines of this long go to the connection's object together: one row instead of many. */
const GATHER_MS = 500;
const gathered = new Map<string, WebhookLine[]>();

/** Adds a line to a connection's webhook log after the answer. The log is for people: losing a line loses no message. */
export async function logWebhook(account: Account, connectionId: string, line: WebhookLine): Promise<void> {
  const waiting = gathered.get(connectionId);
  if (waiting) return void waiting.push(line);
  const lines = [line];
  gathered.set(connectionId, lines);
  await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
  gathered.delete(connectionId);
  await account.connection(connectionId).record(lines, Date.now());
}
