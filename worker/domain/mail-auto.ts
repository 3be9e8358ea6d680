import { mailDomain, sameAddress } from "./mail-address";
import type { Authenticity } from "./mail-authenticity";
import { isOwnMessageId } from "./mail-thread";

/** Header values by lower-case name, in the order they stand in the mail. */
export type MailHeaders = ReadonlyMap<string, readonly string[]>;

export interface MailFacts { headers: MailHeaders; from: string; subject: string; /** Envelope sender; "" is the null sender of reports, null when unknown. */ envelopeFrom: string | null }

const ROBOT = /^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)[+._@-]/i;
const LIST_HEADERS = ["list-id", "list-unsubscribe", "feedback-id"] as const;
// A weak sign: people write such subjects too, so it counts only on an answer to something.
const AWAY_SUBJECT = /^(?:out of (?:the )?office|auto(?:matic)?[- ]?(?:reply|response)|abwesend|abwesenheitsnotiz|automatische antwort|r[ée]ponse automatique|absence du bureau|respuesta autom[áa]tica|risposta automatica|resposta autom[áa]tica|automatisch antwoord|autosvar|automaattinen vastaus|自动回复|自動返信)\s*[:：–-]/i;

const MAX_KEYWORD = 200; // what follows is comments
const first = (headers: MailHeaders, name: string): string => headers.get(name)?.[0]?.trim() ?? "";

/** The keyword of a header such as `auto-replied (vacation); owner=x`. */
const keyword = (value: string): string => /^[\w-]+/.exec(value.slice(0, MAX_KEYWORD).replace(/\([^)]*\)/g, " ").trim().toLowerCase())?.[0] ?? "";

/**
 * Whether a machine wrote this. Neither kind may ever be answered automatically or count as new work.
 * Sources: RFC 3834, RFC 2369, RFC 8058, and the headers mail systems set in their place.
 */
export function automaticMail({ headers, from, subject, envelopeFrom }: MailFacts): "no" | "auto-reply" | "bulk" {
  const submitted = keyword(first(headers, "auto-submitted"));
  const precedence = keyword(first(headers, "precedence"));
  if (submitted && submitted !== "no") return "auto-reply";
  if (headers.has("x-autoreply") || headers.has("x-autorespond") || precedence === "auto_reply") return "auto-reply";
  if (envelopeFrom === "" || first(headers, "return-path") === "<>") return "auto-reply";
  if (/^multipart\/report\b/i.test(first(headers, "content-type"))) return "auto-reply";
  if (LIST_HEADERS.some((name) => headers.has(name)) || ["bulk", "junk", "list"].includes(precedence)) return "bulk";
  if (/\b(?:all|oof|autoreply)\b/i.test(first(headers, "x-auto-response-suppress"))) return "auto-reply";
  if (ROBOT.test(from)) return "auto-reply";
  if (AWAY_SUBJECT.test(subject) && (headers.has("in-reply-to") || headers.has("references"))) return "auto-reply";
  return "no";
}

/**
 * Mail that claims to come from one of our own addresses. `loop`: our own message came back.
 * `own`: somebody used the address elsewhere, for example a contact form or a colleague's mail program.
 */
export function ownMail(mail: { headers: MailHeaders; from: string; messageId: string | null }, ownAddresses: readonly string[]): "no" | "own" | "loop" {
  if (!ownAddresses.some((address) => sameAddress(address, mail.from))) return "no";
  const domains = ownAddresses.map(mailDomain);
  return mail.headers.has("x-loop") || (mail.messageId !== null && isOwnMessageId(mail.messageId, domains)) ? "loop" : "own";
}

/** What the reader must know before trusting a mail; null when nothing speaks against it. */
export function mailWarning(authenticity: Authenticity, from: { name: string; address: string }): string | null {
  const sentences: string[] = [];
  if (authenticity === "failed") {
    sentences.push("This mail failed the sender's authenticity check (DMARC): it may not come from who it says. Do not trust its links, attachments or payment details.");
  }
  const named = /[^\s"'<>()]+@[^\s"'<>()]+\.[^\s"'<>()]+/.exec(from.name)?.[0];
  if (named && !sameAddress(named, from.address)) sentences.push(`The sender's name looks like ${named}, but the mail came from ${from.address}.`);
  return sentences.length > 0 ? sentences.join(" ") : null;
}
