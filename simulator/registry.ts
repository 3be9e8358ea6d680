import { chat } from "./chat/provider";
import { googleRcs } from "./google/rcs";
import { googleReviews } from "./google/reviews";
import { cloudflareEmail } from "./mail/provider";
import { cloudflareSending } from "./mail/sending";
import { mailgun } from "./mailgun/provider";
import { instagram } from "./meta/messaging/instagram";
import { messenger } from "./meta/messaging/messenger";
import { whatsapp } from "./meta/whatsapp/provider";
import { postmark } from "./postmark/provider";
import type { Call, Provider, Realm } from "./provider";
import { resend } from "./resend/provider";
import { sendgrid } from "./sendgrid/provider";
import { ses } from "./ses/provider";
import { smtp } from "./smtp/provider";
import { telnyx } from "./telnyx/provider";
import { tiktok } from "./tiktok/provider";
import { twilio } from "./twilio/provider";

/** One entry per company of the pretend world. */
export const providers: readonly Provider[] = [twilio, telnyx, resend, postmark, mailgun, sendgrid, ses, smtp, cloudflareEmail, cloudflareSending, chat, whatsapp, messenger, instagram, tiktok, googleReviews, googleRcs];

export const providerNamed = (name: string): Provider | undefined => providers.find((provider) => provider.name === name);

export const isPlayed = (host: string): boolean => providers.some(({ hosts }) => hosts.includes(host));

/** Who answers a call; null where nobody is at home. Companies that share a host are told apart by what they know of the call. */
export function providerFor(call: Call, realmOf: (provider: Provider) => Realm): Provider | null {
  const there = providers.filter(({ hosts }) => hosts.includes(call.url.hostname));
  const claims = new Map(there.map((provider) => [provider, provider.claim?.(call, realmOf(provider)) ?? 0]));
  return there.toSorted((a, b) => claims.get(b)! - claims.get(a)!)[0] ?? null;
}
