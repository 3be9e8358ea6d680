import { createContext, useContext, type Accessor } from "solid-js";
import type { GroupMember } from "../../../worker/contract/conversation";
import type { Entry } from "../../../worker/contract/entry";

/** What every row of a thread needs besides itself. */
export interface EntryContext {
  conversationId: string;
  contactName: Accessor<string>;
  /** Who is in a group; left out where it is none. */
  people?: Accessor<readonly GroupMember[]>;
  /** Emails opened or folded by hand, by entry id. */
  isOpen: (entryId: string) => boolean;
  toggle: (entryId: string) => void;
  /** Puts an answered entry into the thread. */
  merge: (entries: readonly Entry[]) => void;
  /** Brings another entry to the screen. False: it is not there. */
  goTo: (entryId: string) => Promise<boolean>;
  /** Which message the keyboard stands on, or would reach first; null in a conversation that is only looked back at. */
  at: Accessor<string | null>;
  setAt: (entryId: string) => void;
}

const Context = createContext<EntryContext>();
export const EntryProvider = Context.Provider;

export function useEntryContext(): EntryContext {
  const context = useContext(Context);
  if (!context) throw new Error("An entry is shown outside of a thread");
  return context;
}
