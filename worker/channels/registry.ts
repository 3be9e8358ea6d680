import type { Channel } from "./channel";
import { chat } from "./chat";
import { cloudflareEmail } from "./email-cloudflare";
import { cloudflareSending } from "./email-cloudflare-sending";
import { mailgun } from "./email-mailgun";
import { postmark } from "./email-postmark";
import { resend } from "./email-resend";
import { sendgrid } from "./email-sendgrid";
import { ses } from "./email-ses";
import { googleRcs } from "./google-rcs";
import { googleReviews } from "./google-reviews";
import { smtp } from "./email-smtp";
import { instagram } from "./instagram";
import { messenger } from "./messenger";
import { telnyx } from "./sms-telnyx";
import { twilio } from "./sms-twilio";
import { tiktok } from "./tiktok";
import { whatsapp } from "./whatsapp";

/** One line per provider. Everything else about it stands in its own file. */
export const channels: Record<string, Channel> = {
  chat,
  "cloudflare-email": cloudflareEmail,
  "cloudflare-sending": cloudflareSending,
  "google-rcs": googleRcs,
  "google-reviews": googleReviews,
  instagram,
  mailgun,
  messenger,
  postmark,
  resend,
  sendgrid,
  ses,
  smtp,
  telnyx,
  tiktok,
  twilio,
  whatsapp,
};

export const channelOf = (provider: string): Channel | undefined => (Object.hasOwn(channels, provider) ? channels[provider] : undefined);
