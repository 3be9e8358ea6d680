import { createContext, useContext } from "solid-js";
import type { WidgetConfig } from "../../worker/contract/widget";
import type { Chat } from "./chat";
import type { Language } from "./strings";
import { sameDay } from "./thread";

/** Beyond it the name of a weekday says too little. */
const WEEK_MS = 6 * 86_400_000;

/** What every part of the panel shares. */
export interface Shared { chat: Chat; language: Language; close(): void }

export const SharedContext = createContext<Shared>();
export const useShared = (): Shared => useContext(SharedContext)!;

/** When somebody is here again, by the visitor's own clock. Empty where that is not in sight or past. */
export function backWords({ backAt }: WidgetConfig, { locale, words }: Language, now = new Date()): string {
  if (!backAt || Date.parse(backAt) <= now.getTime()) return "";
  const time = sameDay(backAt, now.toISOString()) ? { timeStyle: "short" as const }
    : { ...(Date.parse(backAt) - now.getTime() < WEEK_MS ? { weekday: "long" as const } : { day: "numeric" as const, month: "long" as const }), hour: "numeric" as const, minute: "2-digit" as const };
  return words("backAt", new Intl.DateTimeFormat(locale, time).format(new Date(backAt)));
}

export const initials = (name: string): string => name.trim().split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase();
