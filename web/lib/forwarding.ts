import { createRoot, createSignal } from "solid-js";

/** Emails of a conversation that somebody chose to carry on. */
export interface Forwarding { conversationId: string; entryIds: readonly string[] }

/** What the thread chose last; the composer of that conversation takes it up. */
export const [forwarding, forward] = createRoot(() => createSignal<Forwarding | null>(null, { equals: false }));
