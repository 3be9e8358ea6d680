import { makeReplyAddress, readReplyAddress } from "../channels/reply-address";
import { sign } from "../platform/vault";

const PURPOSE = "reply-address";
/** Another signature, because who answers to it comes into the chat even if they write to us by mail as somebody else. */
const CHAT_PURPOSE = "chat-reply-address";

/** The signed address that brings an answer back to its conversation. */
export const replyAddress = (env: Env, conversationId: string, domain: string): Promise<string> =>
  makeReplyAddress(conversationId, domain, (text) => sign(env.VAULT_KEYS, PURPOSE, text));

/** The same for a chat that goes on by mail: only the mailbox its visitor named ever gets to know it. */
export const chatReplyAddress = (env: Env, conversationId: string, domain: string): Promise<string> =>
  makeReplyAddress(conversationId, domain, (text) => sign(env.VAULT_KEYS, CHAT_PURPOSE, text));

/** The chat one of these addresses names. */
export const repliedChat = (env: Env, addresses: readonly string[]): Promise<string | null> =>
  readReplyAddress(addresses, env.VAULT_KEYS.split(",").map((key) => (text: string) => sign(key, CHAT_PURPOSE, text)));

/** The conversation one of these addresses names, if we made it, under any key that is still configured. */
export const repliedConversation = (env: Env, addresses: readonly string[]): Promise<string | null> =>
  readReplyAddress(addresses, env.VAULT_KEYS.split(",").map((key) => (text: string) => sign(key, PURPOSE, text)));
