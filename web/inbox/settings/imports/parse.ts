import type { BusinessMessagesExport } from "../../../../worker/contract/import";

/** A conversation of the file, as the API takes it. */
export type PastChat = BusinessMessagesExport["conversations"][number];
type PastMessage = PastChat["messages"][number];

/** What one request may hold, as the contract says, and a little less than a body may have. */
const CHATS_MAX = 100;
const MESSAGES_MAX = 1_000;
const BYTES_MAX = 600_000;
const ID_MAX = 200;
const WORDS_MAX = 20_000;

/** Something in the file that is left out: where it stands, counted from 1. */
export interface Broken { place: number; why: "unreadable" | "no-chat" | "bad-message" }
/** What a file holds: what can be sent, and what had to be left out. */
export interface Export { chats: PastChat[]; broken: Broken[] }

/** Reads a file: `{ "conversations": […] }`, a list of conversations, or one on each line. What cannot be read is left out and named. */
export function readExport(text: string): Export {
  const whole = parsed(text);
  const list = Array.isArray(whole) ? whole as unknown[] : !isObject(whole) ? null : Array.isArray(whole["conversations"]) ? whole["conversations"] as unknown[] : [whole];
  // Several lines are no document of their own; one conversation alone is, on however many lines it stands.
  const given = list ?? text.split(/\r?\n/).map((line) => (line.trim() === "" ? null : parsed(line) ?? undefined));
  const chats: PastChat[] = [];
  const broken: Broken[] = [];
  for (const [index, one] of given.entries()) {
    if (one === null && list === null) continue;
    const chat = one === undefined ? "unreadable" : chatOf(one);
    if (typeof chat === "string") broken.push({ place: index + 1, why: chat });
    else {
      chats.push(chat);
      if (chat.messages.length < (one as { messages: unknown[] }).messages.length) broken.push({ place: index + 1, why: "bad-message" });
    }
  }
  return { chats, broken };
}

/** In pieces that one request each may carry. A long conversation goes in several; the same id brings it together again. */
export function* pieces(chats: readonly PastChat[]): Generator<PastChat[]> {
  let piece: PastChat[] = [];
  let bytes = 0;
  for (const chat of chats) {
    for (const part of partsOf(chat)) {
      const size = sizeOf(part);
      if (piece.length > 0 && (piece.length >= CHATS_MAX || bytes + size > BYTES_MAX)) {
        yield piece;
        piece = [];
        bytes = 0;
      }
      piece.push(part);
      bytes += size;
    }
  }
  if (piece.length > 0) yield piece;
}

function* partsOf(chat: PastChat): Generator<PastChat> {
  let messages: PastMessage[] = [];
  let bytes = 0;
  for (const message of chat.messages) {
    const size = sizeOf(message);
    if (messages.length > 0 && (messages.length >= MESSAGES_MAX || bytes + size > BYTES_MAX / 2)) {
      yield { ...chat, messages };
      messages = [];
      bytes = 0;
    }
    messages.push(message);
    bytes += size;
  }
  yield { ...chat, messages };
}

const UTF8 = new TextEncoder();
const sizeOf = (value: unknown): number => UTF8.encode(JSON.stringify(value)).length;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const isId = (value: unknown): value is string => typeof value === "string" && value !== "" && value.length <= ID_MAX;
const short = (value: unknown): string => (typeof value === "string" ? value.trim().slice(0, ID_MAX) : "");

function chatOf(one: unknown): PastChat | Broken["why"] {
  if (!isObject(one) || !isId(one["id"]) || !Array.isArray(one["messages"])) return "no-chat";
  const messages = (one["messages"] as unknown[]).flatMap((message) => messageOf(message) ?? []);
  return messages.length === 0 ? "no-chat" : { id: one["id"], name: short(one["name"]), messages };
}

function messageOf(one: unknown): PastMessage | null {
  if (!isObject(one) || !isId(one["id"]) || typeof one["text"] !== "string" || typeof one["at"] !== "string") return null;
  const { id, at, from, text, author } = one;
  // The contract takes times with a zone only, which every export writes.
  if ((from !== "customer" && from !== "us") || !/^\d{4}-\d\d-\d\dT.+(?:Z|[+-]\d\d:\d\d)$/.test(at as string) || Number.isNaN(Date.parse(at as string))) return null;
  return { id: id as string, at: new Date(at as string).toISOString(), from, author: short(author), text: (text as string).slice(0, WORDS_MAX) };
}
