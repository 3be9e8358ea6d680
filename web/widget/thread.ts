import type { PreChat, VisitorFrame, VisitorMessage } from "../../worker/contract/widget";

/** What the visitor has of their conversation. `cursor` is the revision it stands at; `readBy` is how far the team has read. */
export interface Thread { conversationId: string | null; cursor: number; messages: VisitorMessage[]; readBy: string | null; atBeginning: boolean }

/** A message on its way. It keeps its `clientId` through every retry, so it can never become two. */
export interface Pending { clientId: string; text: string; attachments: VisitorMessage["attachments"]; preChat?: PreChat; tapped?: string; at: string; state: "sending" | "waiting" | "failed"; reason?: string }

export const NEW_THREAD: Thread = { conversationId: null, cursor: 0, messages: [], readBy: null, atBeginning: true };

/** A newer revision of a message replaces the older one; unchanged messages stay the same objects. */
export function merge(messages: readonly VisitorMessage[], fresh: readonly VisitorMessage[]): VisitorMessage[] {
  const known = new Map(messages.map((message) => [message.id, message]));
  for (const message of fresh) {
    const old = known.get(message.id);
    if (!old || old.rev < message.rev) known.set(message.id, { ...message, clientId: message.clientId ?? old?.clientId });
  }
  return [...known.values()].sort((a, b) => a.seq - b.seq);
}

/** "behind" means: ask again from `thread.cursor`. Repeated and late frames change nothing. */
export function applyFrame(thread: Thread, frame: Extract<VisitorFrame, { type: "sync" | "reset" }>): { thread: Thread; position: "current" | "behind" } {
  if (frame.type === "reset") return { thread: { ...thread, cursor: 0, messages: [] }, position: "behind" };
  if (frame.from > thread.cursor) return { thread: { ...thread, readBy: later(thread.readBy, frame.readBy) }, position: "behind" };
  return {
    thread: {
      ...thread,
      messages: merge(thread.messages, frame.messages),
      cursor: Math.max(thread.cursor, frame.to),
      readBy: later(thread.readBy, frame.readBy),
    },
    position: frame.more ? "behind" : "current",
  };
}

const later = (a: string | null, b: string | null) => (a === null ? b : b === null || Date.parse(b) < Date.parse(a) ? a : b);

/** Drops what has arrived meanwhile, also when the answer to our own request was lost. */
export const unsettled = (pending: readonly Pending[], messages: readonly VisitorMessage[]): Pending[] => {
  const arrived = new Set(messages.map(({ clientId }) => clientId));
  return pending.filter(({ clientId }) => !arrived.has(clientId));
};

/** Messages of the team after the place the visitor has read to. */
export const unreadCount = (messages: readonly VisitorMessage[], readSeq: number) => messages.filter(({ mine, deleted, seq }) => !mine && !deleted && seq > readSeq).length;

/** The place of the team's last message; 0 when it has not written. */
export const lastFromTeam = (messages: readonly VisitorMessage[]) => messages.findLast(({ mine }) => !mine)?.seq ?? 0;

/** One line of the thread as it is drawn. */
export interface Shown {
  key: string; mine: boolean; author: string; text: string; at: string; deleted: boolean;
  attachments: VisitorMessage["attachments"]; state: "sending" | "waiting" | "failed" | "sent" | "seen"; reason?: string;
  /** Its id on the server. */
  id?: string; buttons?: VisitorMessage["buttons"]; byMail?: boolean;
}

/** Stored messages, then what is on its way. A message keeps its key when it arrives, so the line is not drawn anew. */
export function shown({ messages, readBy }: Thread, pending: readonly Pending[]): Shown[] {
  // Who answers has read what stood before.
  const answeredAt = messages.findLast(({ mine }) => !mine)?.at ?? null;
  const readAt = Date.parse(later(readBy, answeredAt) ?? "");
  return [
    ...messages.map((message): Shown => ({ ...message, key: message.clientId ?? message.id, state: message.mine && Date.parse(message.at) <= readAt ? "seen" : "sent" })),
    ...unsettled(pending, messages).map((each): Shown => ({ ...each, key: each.clientId, mine: true, author: "", deleted: false })),
  ];
}

/** Messages of one side within this time stand together under one line of meta. */
const GROUP_MS = 5 * 60_000;

export const sameGroup = (a: Shown | undefined, b: Shown | undefined) =>
  a !== undefined && b !== undefined && a.mine === b.mine && a.author === b.author && Math.abs(Date.parse(a.at) - Date.parse(b.at)) < GROUP_MS && sameDay(a.at, b.at);

export const sameDay = (a: string, b: string) => new Date(a).toDateString() === new Date(b).toDateString();
