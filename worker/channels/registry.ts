import type { Channel } from "./channel";
import { chat } from "./chat";
import { twilio } from "./sms-twilio";

/** One line per provider. Everything else about it stands in its own file. */
export const channels: Record<string, Channel> = {
  chat,
  twilio,
};

export const channelOf = (provider: string): Channel | undefined => (Object.hasOwn(channels, provider) ? channels[provider] : undefined);
