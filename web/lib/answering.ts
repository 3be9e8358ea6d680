import { createRoot, createSignal, type Accessor } from "solid-js";
import type { Entry } from "../../worker/contract/entry";

/** The message the next reply of a conversation names as the one it answers; `null` when it names none. */
export interface Answering {
  entry: Accessor<Entry | null>;
  set: (entry: Entry) => void;
  clear: () => void;
}

const [chosen, setChosen] = createRoot(() => createSignal<ReadonlyMap<string, Entry>>(new Map()));

/** What the thread chose and the composer sends as `replyTo`: one choice per conversation, kept while the page lives. */
export function answering(conversationId: string): Answering {
  return {
    entry: () => chosen().get(conversationId) ?? null,
    set: (entry) => void setChosen((all) => new Map([...all, [conversationId, entry]])),
    clear: () => void setChosen((all) => new Map([...all].filter(([id]) => id !== conversationId))),
  };
}
