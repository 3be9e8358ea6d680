import type { Conversation, ConversationRow, MemberState } from "../../worker/contract/conversation";
import type { Entry } from "../../worker/contract/entry";

/** Times of fixtures count from here, one minute apart. */
export const START = Date.parse("2026-05-12T09:00:00Z");
const iso = (minute: number) => new Date(START + minute * 60_000).toISOString();

export function entry(seq: number, rev: number, change: Partial<Entry> = {}): Entry {
  return {
    id: `e${seq}`, rev, seq, kind: "message", channel: "sms", connectionId: "ch_1", direction: "in", author: { type: "contact", id: "ct_1", name: "Robin Example" },
    text: `words ${seq}/${rev}`, state: null, attachments: [], at: iso(seq), dueAt: null, undoable: false, to: null, attempts: [], failure: null, recipients: [],
    segments: null, email: null, event: null, editedAt: null, deleted: false, ...change,
  };
}

export function row(id: string, version: number, change: Partial<ConversationRow> = {}): ConversationRow {
  return {
    id, version, kind: "customer", contactId: `ct_${id}`, contactName: `Contact ${id}`, status: "open", subject: null, assigneeId: null, teamId: null, followerIds: [], labelIds: [],
    channels: ["sms"], connectionId: "ch_1", preview: { entryId: "e1", kind: "message", channel: "sms", direction: "in", author: { type: "contact", id: null, name: "Robin Example" }, text: "Hello", state: null },
    lastAt: iso(version), inboundCount: 1, needsReply: false, waitingSince: null, failed: false, scheduled: 0, snoozedUntil: null, wakeOnReply: false, closedAt: null, closeReason: null, createdAt: iso(0),
    ...change,
  };
}

export const state = (conversationId: string, change: Partial<MemberState> = {}): MemberState => ({ conversationId, readCount: 0, starred: false, draft: false, ...change });
export const item = (id: string, version: number, change: Partial<ConversationRow> = {}, mine: Partial<MemberState> = {}): Conversation => ({ ...row(id, version, change), mine: state(id, mine) });

/** A socket a test speaks through. */
export class FakeSocket extends EventTarget {
  readyState: number = WebSocket.OPEN;
  sent: string[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor(readonly cursor: number) { super(); }
  send(text: string): void { this.sent.push(text); }
  close(): void { this.readyState = WebSocket.CLOSED; }
  say(frame: unknown): void { this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) }); }
  drop(code = 1006): void { this.readyState = WebSocket.CLOSED; this.onclose?.({ code }); }
}

/** The fake in the place of the browser's class. */
export const asSocket = (socket: FakeSocket): WebSocket => socket as unknown as WebSocket;
