import { createRoot, createSignal } from "solid-js";
import type { CommentDraft, Entry, MessageDraft } from "../../worker/contract/entry";
import { api, ApiProblem } from "./api";
import { knownConversation } from "./conversation";
import { local } from "./local";
import { me } from "./me";

/** After the connection comes back the first try is at once; while it stays away, this often. */
const RETRY_MS = 5_000;
/** Places an unsent row after everything the server has numbered. */
const UNSENT_SEQ = 1e12;

export type OutgoingMessage = Omit<MessageDraft, "clientId" | "text"> & { text?: string };
/** What an unsent message looks like beyond its text: its files, the template filled in, what it answers. */
export type Look = Partial<Pick<Entry, "text" | "attachments" | "content" | "quote">>;
export type OutgoingComment = Omit<CommentDraft, "clientId">;

/** One message or comment on its way. `refused` stays until a person decides. */
export interface Outgoing {
  clientId: string;
  conversationId: string;
  at: string;
  body: { kind: "message"; draft: OutgoingMessage } | { kind: "comment"; draft: OutgoingComment };
  state: "sending" | "waiting" | "refused";
  sentence: string | null;
  look?: Look;
}

/** `queued`: there is no connection; it goes out by itself when there is. */
export type SendOutcome =
  | { status: "stored"; clientId: string; entry: Entry }
  | { status: "queued"; clientId: string }
  | { status: "refused"; clientId: string; problem: ApiProblem };

const [queue, setQueue] = createRoot(() => createSignal<readonly Outgoing[]>([]));
let draining = false;
/** Somebody asked while a message was on its way, perhaps after it had failed: look once more. */
let isAsked = false;
let retry: ReturnType<typeof setTimeout> | undefined;
const waiters = new Map<string, (outcome: SendOutcome) => void>();

/** Everything that has not reached the server, oldest first. */
export const outgoing = queue;

/**
 * Sends a message: shown at once, stored on this device until the server has it, repeated with the same id.
 * Resolves with the stored entry (its id is the one to cancel), or tells that it waits or was refused.
 */
export const send = (conversationId: string, draft: OutgoingMessage, look?: Look): Promise<SendOutcome> => put(conversationId, { kind: "message", draft }, look);

/** Adds a comment for the team, on the same road as `send`; the two can never be mixed up on the way. */
export const comment = (conversationId: string, draft: OutgoingComment): Promise<SendOutcome> => put(conversationId, { kind: "comment", draft });

/** Takes back what has not left this device. False: it is gone, ask the server to cancel it. */
export function withdraw(clientId: string): boolean {
  const item = queue().find((other) => other.clientId === clientId);
  if (!item || item.state === "sending") return false;
  remove(item);
  return true;
}

/** Tries a refused one again, as it is. */
export function sendAgain(clientId: string): void {
  change(clientId, { state: "waiting", sentence: null });
  void drain();
}

/** Reads what an earlier visit could not send, and keeps trying. Called after signing in. */
export async function resumeOutbox(): Promise<void> {
  addEventListener("online", retryNow);
  const stored = await local.outbox<Outgoing>();
  const known = new Set(queue().map(({ clientId }) => clientId));
  setQueue([...stored.filter(({ clientId }) => !known.has(clientId)).map((item) => (item.state === "refused" ? item : { ...item, state: "waiting" as const })), ...queue()]);
  retryNow();
}

/** Stops sending for whoever signs out; their words stay on this device until they are back. */
export function pauseOutbox(): void {
  removeEventListener("online", retryNow);
  clearTimeout(retry);
  setQueue([]);
}

const retryNow = (): void => void drain();

function put(conversationId: string, body: Outgoing["body"], look?: Look): Promise<SendOutcome> {
  const item: Outgoing = { clientId: crypto.randomUUID(), conversationId, at: new Date().toISOString(), body, state: "waiting", sentence: null, ...(look && { look }) };
  setQueue([...queue(), item]);
  void local.putOutgoing(item).catch(() => { /* a full disk: it is still in memory */ });
  return new Promise((resolve) => {
    waiters.set(item.clientId, resolve);
    void drain();
  });
}

/** One at a time, in order, so that two quick messages cannot overtake each other. */
async function drain(): Promise<void> {
  clearTimeout(retry);
  isAsked = true;
  if (draining) return;
  draining = true;
  try {
    while (isAsked) {
      isAsked = false;
      for (let item = next(); item; item = next()) {
        if (!await post(item)) break;
      }
    }
  } finally {
    draining = false;
  }
  if (next()) retry = setTimeout(() => void drain(), RETRY_MS);
}

const next = () => queue().find(({ state }) => state === "waiting");

/** Answers false when there is no point in trying the next one now. */
async function post(item: Outgoing): Promise<boolean> {
  const { clientId, conversationId, body } = item;
  change(clientId, { state: "sending" });
  const path = `/api/v1/conversations/${encodeURIComponent(conversationId)}/${body.kind === "message" ? "messages" : "comments"}`;
  try {
    const entry = await api.post<Entry>(path, { ...body.draft, clientId });
    knownConversation(conversationId)?.merge([entry]);
    remove(item);
    settle({ status: "stored", clientId, entry });
    return true;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    if (isPassing(error)) {
      change(clientId, { state: "waiting" });
      settle({ status: "queued", clientId });
      return false;
    }
    change(clientId, { state: "refused", sentence: error.detail });
    settle({ status: "refused", clientId, problem: error });
    return true;
  }
}

/** No answer, or one that says "later" or "sign in first": the same id may be tried again. */
const isPassing = (problem: ApiProblem): boolean => problem.status === 0 || problem.status === 401 || problem.status === 429 || problem.status >= 500;

function settle(outcome: SendOutcome): void {
  waiters.get(outcome.clientId)?.(outcome);
  waiters.delete(outcome.clientId);
}

function change(clientId: string, fields: Partial<Outgoing>): void {
  setQueue(queue().map((item) => (item.clientId === clientId ? { ...item, ...fields } : item)));
  const item = queue().find((other) => other.clientId === clientId);
  if (item && fields.state !== "sending") void local.putOutgoing(item).catch(() => { /* kept in memory */ });
}

function remove(item: Outgoing): void {
  setQueue(queue().filter(({ clientId }) => clientId !== item.clientId));
  void local.dropOutgoing(item.clientId).catch(() => { /* repeated later with the same id, which changes nothing */ });
}

/** What is shown until the server's row with the same id replaces it. */
export function optimistic({ clientId, body, at, look }: Outgoing): Entry {
  const member = me()?.member;
  const message = body.kind === "message" ? body.draft : null;
  return {
    id: clientId, rev: 0, seq: UNSENT_SEQ + Date.parse(at), kind: body.kind, channel: message?.channel ?? null, connectionId: message?.connectionId ?? null,
    direction: message ? "out" : null, author: { type: "member", id: member?.id ?? null, name: member?.name ?? "" }, text: body.draft.text ?? "",
    state: message ? "queued" : null, attachments: [], at, dueAt: message?.sendAt ?? null, undoable: false, to: message?.to?.[0] ?? null, attempts: [],
    failure: null, recipients: [], segments: null, email: null, event: null, editedAt: null, deleted: false, ...look,
  };
}
