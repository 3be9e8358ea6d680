import type { Channel } from "./channel";
import { chat } from "./chat";
import { cloudflareEmail } from "./email-cloudflare";
import { resend } from "./email-resend";
import { instagram } from "./instagram";
import { messenger } from "./messenger";
import { twilio } from "./sms-twilio";
import { whatsapp } from "./whatsapp";

/** One line per provider. Everything else about it stands in its own file. */
export const channels: Record<string, Channel> = {
  chat,
  "cloudflare-email": cloudflareEmail,
  instagram,
  messenger,
  resend,
  twilio,
  whatsapp,
};

export const channelOf = (provider: string): Channel | undefined => (Object.hasOwn(channels, provider) ? channels[provider] : undefined);
