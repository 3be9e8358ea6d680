import type { ChannelIo } from "../channels/channel";
import { AddressRefused } from "../channels/outside";
import { refusedAddress } from "../domain/outside-address";

/** What an admin waits for at most when a provider is asked something on their behalf. */
const ASK_TIMEOUT_MS = 15_000;

/**
 * All that a channel may do outside: ask public hosts over https, each for at most `timeoutMs` with its answer. A redirect
 * is an answer like any other, so that no credential goes where it leads.
 */
export function channelIo(now: () => number, timeoutMs: number): ChannelIo {
  return {
    now,
    fetch(input, init) {
      const url = new URL(input instanceof Request ? input.url : input);
      const why = refusedAddress(url);
      if (why !== null) return Promise.reject(new AddressRefused(url, why));
      return fetch(input, { redirect: "manual", ...init, signal: AbortSignal.timeout(timeoutMs) });
    },
  };
}

/** What a channel may use to ask its provider something outside a conversation. */
export const askingIo = (now: number): ChannelIo => channelIo(() => now, ASK_TIMEOUT_MS);
