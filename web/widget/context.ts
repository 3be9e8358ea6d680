import { createContext, useContext } from "solid-js";
import type { Chat } from "./chat";
import type { Language } from "./strings";

/** What every part of the panel shares. */
export interface Shared { chat: Chat; language: Language; close(): void }

export const SharedContext = createContext<Shared>();
export const useShared = (): Shared => useContext(SharedContext)!;

export const initials = (name: string): string => name.trim().split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase();
