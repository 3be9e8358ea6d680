import { appOf, writerOf } from "./apps/apps";
import { LINES, PERSONAS } from "./personas";
import type { World } from "./world";

const MESSAGES = 40;
// Slow enough to watch, fast enough that an hour takes half a minute.
const EVERY_MS = 700;
const MAIL_EVERY = 4;

const SMS_PROVIDERS: readonly string[] = ["twilio", "telnyx"];

/** Everybody writes at once, by text, by app and by mail, until it is over or `signal` stops it. */
export async function busyHour(world: World, signal: AbortSignal): Promise<void> {
  const numbers = world.connections().filter(({ provider }) => SMS_PROVIDERS.includes(provider) || appOf(provider));
  const mailboxes = world.mailboxes();
  for (let n = 0; n < MESSAGES && !signal.aborted; n++) {
    const persona = PERSONAS[n % PERSONAS.length]!;
    const text = LINES[(n * 7) % LINES.length]!;
    const number = numbers[n % Math.max(1, numbers.length)];
    const mailbox = mailboxes[Math.floor(n / MAIL_EVERY) % Math.max(1, mailboxes.length)];
    if (mailbox && (n % MAIL_EVERY === 0 || !number)) await world.mail({ from: persona.email, fromName: persona.name, to: mailbox, subject: text, text: `${text}\n\n${persona.name}` });
    else if (number && appOf(number.provider)) await world.app(number.provider, { kind: "text", ...writerOf(appOf(number.provider)!, persona), to: number.address, text });
    else if (number) await world.text(number.provider, { from: persona.phone, to: number.address, text });
    else return;
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}
