import type { EmailAddress, EmailFields } from "../contract/entry";
import { displayName, headerText } from "./mail-address";
import { cleanHtml, escapeHtml, textToHtml } from "./mail-html";
import { zoneOf } from "./wall-clock";

/** A mail program shows it, and no row holds much more: what is longer goes as words. */
const MAX_HTML = 800_000;
/** Characters of all mails together. */
const MAX_TEXT = 300_000;
export const CUT = "[The rest of this message is left out.]";
const MARK = "---------- Forwarded message ----------";

/** A mail to carry on. `at` is ISO 8601; `html` null: plain words. */
export interface Forwardable { email: Pick<EmailFields, "from" | "to" | "cc" | "subject">; at: string; text: string; html: string | null; /** The name each picture within it has in the mail that carries it on, by the name it had. */ contentIds: ReadonlyMap<string, string> }

/** By the clock of the writer's house, and which clock that is: a stranger reads it. `Sun, 22 Nov 2026, 11:00 GMT+1` */
export const clockOf = (timeZone: string): Intl.DateTimeFormat => new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short", timeZone: zoneOf(timeZone) });

/** Who saw the mail and when; blind copies stay blind. */
function headerOf({ email, at }: Forwardable, clock: Intl.DateTimeFormat): [string, string][] {
  const list = (people: readonly EmailAddress[]): string => people.map(({ name, address }) => (displayName(name) ? `${displayName(name)} <${address}>` : address)).join(", ");
  const lines: [string, string][] = [["From", list([email.from])], ["Date", clock.format(new Date(at))], ["Subject", headerText(email.subject)], ["To", list(email.to)], ["Cc", list(email.cc)]];
  return lines.filter(([, value]) => value !== "");
}

/** Mails as one carries them on: each below a block that says whose it was, oldest first; times by the clock of `timeZone`. */
export function forwarded(mails: readonly Forwardable[], timeZone: string): { text: string; html: string } {
  const clock = clockOf(timeZone);
  let textLeft = MAX_TEXT, htmlLeft = MAX_HTML;
  const parts = mails.map((mail) => {
    const header = headerOf(mail, clock);
    const words = mail.text.length > textLeft ? `${mail.text.slice(0, textLeft)}\n\n${CUT}` : mail.text;
    textLeft = Math.max(0, textLeft - mail.text.length);
    const clean = mail.html === null ? null : cleanHtml(mail.html, (id) => mail.contentIds.get(id) ?? null);
    const page = clean !== null && clean.length <= htmlLeft ? clean : textToHtml(words);
    htmlLeft = Math.max(0, htmlLeft - page.length);
    const head = header.map(([name, value]) => `${name}: ${value}`);
    return {
      text: [MARK, ...head, "", words].join("\n").trim(),
      html: `<div dir="auto">${MARK}<br>${header.map(([name, value]) => `${name}: ${name === "From" ? `<b>${escapeHtml(value)}</b>` : escapeHtml(value)}`).join("<br>")}</div><br><div>${page}</div>`,
    };
  });
  return { text: parts.map(({ text }) => text).join("\n\n"), html: parts.map(({ html }) => html).join("<br>") };
}
