import type { Notes } from "../notes";

/** Twilio's own list for numbers without Advanced Opt-Out; only a message of this one word counts. */
const STOP = new Set(["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE"]);
const START = new Set(["START", "YES", "UNSTOP"]);
const HELP = new Set(["HELP", "INFO"]);

const key = (ours: string, customer: string) => `twilio optout ${ours} ${customer}`;

export const isOptedOut = (notes: Notes, ours: string, customer: string): boolean => notes.get<boolean>(key(ours, customer)) ?? false;

export type Keyword = "stop" | "start" | "help";

export function keywordIn(text: string): Keyword | null {
  const word = text.trim().toUpperCase();
  if (STOP.has(word)) return "stop";
  if (START.has(word)) return "start";
  return HELP.has(word) ? "help" : null;
}

/** Blocks or unblocks, and answers what Twilio texts back by itself; null when it stays silent. */
export function obey(keyword: Keyword, notes: Notes, ours: string, customer: string): string | null {
  if (keyword === "help") return "Reply STOP to unsubscribe. Msg&Data Rates May Apply.";
  if (keyword === "stop") {
    notes.put(key(ours, customer), true);
    return "You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.";
  }
  // "Yes" from somebody who never left is an ordinary answer.
  if (!isOptedOut(notes, ours, customer)) return null;
  notes.delete(key(ours, customer));
  return "You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.";
}
