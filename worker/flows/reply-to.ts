import { makeReplyAddress, readReplyAddress } from "../channels/reply-address";
import { sign } from "../platform/vault";

const PURPOSE = "reply-address";

/** The signed address that brings an answer back to its conversation. */
export const replyAddress = (env: Env, conversationId: string, domain: string): Promise<string> =>
  makeReplyAddress(conversationId, domain, (text) => sign(env.VAULT_KEYS, PURPOSE, text));

/** The conversation one of these addresses names, if we made it, under any key that is still configured. */
export const repliedConversation = (env: Env, addresses: readonly string[]): Promise<string | null> =>
  readReplyAddress(addresses, env.VAULT_KEYS.split(",").map((key) => (text: string) => sign(key, PURPOSE, text)));
