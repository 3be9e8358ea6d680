import { chat } from "./chat/provider";
import { cloudflareEmail } from "./mail/provider";
import type { Provider } from "./provider";
import { resend } from "./resend/provider";
import { twilio } from "./twilio/provider";

/** One entry per company of the pretend world. */
export const providers: readonly Provider[] = [twilio, resend, cloudflareEmail, chat];

export const providerNamed = (name: string): Provider | undefined => providers.find((provider) => provider.name === name);

export const providerAt = (host: string): Provider | undefined => providers.find((provider) => provider.hosts.includes(host));
