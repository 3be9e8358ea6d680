import type { AppFacts, WorldMessage } from "../api";
import type { Messages } from "../messages";

/** What stands between one of our addresses and one customer, oldest first. Reactions are messages to Meta, not to people. */
export const between = (messages: Messages, connectionId: string, personId: string): WorldMessage[] =>
  messages.all().filter((message) => message.connectionId === connectionId && (message.by === "customer" ? message.from : message.to) === personId && message.app?.kind !== "reaction");

/** The message a target means: `ours`, `theirs` (the newest of a side) or an id, which may be of nothing we know. */
export function meant(target: string, thread: readonly WorldMessage[]): { id: string; message: WorldMessage | null } {
  const side = target === "ours" || target === "theirs" ? thread.findLast(({ by }) => (by === "customer") === (target === "theirs")) : undefined;
  const message = side ?? thread.find(({ id }) => id === target) ?? null;
  return { id: message?.id ?? target, message };
}

/** One reaction of each side at most; null takes it away. */
export function react(messages: Messages, id: string, by: "app" | "customer", emoji: string | null): void {
  edit(messages, id, (app) => ({ ...app, reactions: [...(app.reactions ?? []).filter((one) => one.by !== by), ...(emoji ? [{ by, emoji }] : [])] }));
}

export const edit = (messages: Messages, id: string, change: (app: AppFacts) => AppFacts): void =>
  messages.change(id, (message) => (message.app ? { ...message, app: change(message.app) } : message));

export function rewrite(messages: Messages, id: string, text: string): number {
  messages.change(id, (message) => (message.app ? { ...message, text, app: { ...message.app, edits: (message.app.edits ?? 0) + 1 } } : message));
  return messages.get(id)?.app?.edits ?? 1;
}

/** What is unsent leaves nothing but its place. */
export function unsend(messages: Messages, id: string): void {
  messages.change(id, (message) => (message.app ? { ...message, text: "", media: [], app: { kind: message.app.kind, deleted: true } } : message));
}

/** What the app has asked for in another way than by sending: their messages up to this one are read. */
export function markRead(messages: Messages, thread: readonly WorldMessage[], untilId: string | null, now: number): void {
  const end = untilId === null ? thread.length : thread.findIndex(({ id }) => id === untilId) + 1;
  for (const { id, by, state } of thread.slice(0, end)) if (by === "customer" && state === "received") messages.advance(id, "read", null, now);
}
