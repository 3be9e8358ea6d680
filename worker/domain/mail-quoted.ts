import type { EmailAddress } from "../contract/entry";
import { displayName } from "./mail-address";
import { clockOf, CUT } from "./mail-forward";
import { cleanHtml, escapeHtml, textToHtml } from "./mail-html";

/** Characters; Gmail shows no more than 102 kB of a mail, and the answer comes first. A longer page is quoted in words. */
const MAX_HTML = 60_000;
const MAX_TEXT = 20_000;
/** What is cleaned at all: pages are mostly looks. */
const MAX_SOURCE = 500_000;
/** Of a name: the line above a quotation is recognised by how it ends, and only while it is short. */
const MAX_NAME = 100;

const PICTURE = /<img\b[^>]*>/g;
const ALT = / alt="([^"]*)"/;
const BAR = "margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex";

/** A mail as it stands below its answer. `at` is ISO 8601; `html` null: plain words. Only who wrote it is named, never who else got it. */
export interface Quotable { from: EmailAddress; at: string; text: string; html: string | null }

/** Its page with nothing in it that runs or that is fetched when somebody looks: a picture leaves its words. Null where there is none, or too much. */
function pageOf(html: string | null): string | null {
  if (html === null || html.length > MAX_SOURCE) return null;
  const page = cleanHtml(html, () => null).replace(PICTURE, (picture) => ALT.exec(picture)?.[1] ?? "");
  return page.length <= MAX_HTML ? page : null;
}

/** The mail that is answered, as mail programs quote it, and fold it; the time by the clock of `timeZone`. Null when it has no words. */
export function quoted({ from, at, text, html }: Quotable, timeZone: string): { text: string; html: string } | null {
  const whole = text.replace(/\r\n?/g, "\n").trim();
  if (whole === "") return null;
  const words = whole.length > MAX_TEXT ? `${whole.slice(0, MAX_TEXT)}\n\n${CUT}` : whole;
  const name = [...displayName(from.name)].slice(0, MAX_NAME).join("");
  const line = `On ${clockOf(timeZone).format(new Date(at))}, ${name ? `${name} <${from.address}>` : from.address} wrote:`;
  return {
    text: [line, "", ...words.split("\n").map((one) => (one === "" || one.startsWith(">") ? `>${one}` : `> ${one}`))].join("\n"),
    html: `<br><div class="gmail_quote"><div dir="auto" class="gmail_attr">${escapeHtml(line)}</div><blockquote class="gmail_quote" style="${BAR}">${pageOf(html) ?? textToHtml(words)}</blockquote></div>`,
  };
}
