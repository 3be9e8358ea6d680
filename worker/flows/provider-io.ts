import type { ChannelIo } from "../channels/channel";

/** What an admin waits for at most when a provider is asked something on their behalf. */
const ASK_TIMEOUT_MS = 15_000;

/** What a channel may use to ask its provider something outside a conversation. */
export const askingIo = (now: number): ChannelIo => ({ now: () => now, fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(ASK_TIMEOUT_MS) }) });
