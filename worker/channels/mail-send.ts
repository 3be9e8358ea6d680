import { headerText, isMailAddress } from "../domain/mail-address";
import { htmlToText } from "../domain/mail-text";
import { angled, referencesHeader } from "../domain/mail-thread";
import type { Capabilities } from "../contract/channel";
import type { FailureClass } from "../contract/entry";
import { type OutboundEmail, type OutboundMedia, type OutboundMessage, type SendResult, WORDS_AND_FILES } from "./channel";

/** What we keep of a provider's free text, in characters. */
export const DETAIL_MAX = 300;

export interface MailRefusal { class: FailureClass; sentence: string; /** The address will not work again by itself. */ dead?: boolean }

/** Why a mail cannot go out by anybody, by the codes of `mailToSend`. */
export const MAIL_REFUSALS: Readonly<Record<string, MailRefusal>> = {
  no_email: { class: "permanent", sentence: "This message has no email fields, so it cannot go out by mail." },
  no_recipient: { class: "permanent", sentence: "This message has no recipient. Add one and send it again." },
  invalid_address: { class: "permanent", sentence: "One of the addresses is not an email address. Correct it or remove it." },
  too_many_recipients: { class: "permanent", sentence: "The message has more recipients than this connection may write to at once. Send it to fewer people." },
};

const refused = (code: string, detail: string): SendResult & { ok: false } => ({ ok: false, class: "permanent", code, detail: headerText(detail).slice(0, DETAIL_MAX) });

/** The mail in a message, or why it surely cannot be sent. `max` counts To, Cc and Bcc together. */
export function mailToSend({ email }: OutboundMessage, max: number): { email: OutboundEmail; people: string[] } | (SendResult & { ok: false }) {
  if (!email) return refused("no_email", "no email fields");
  const people = [...email.to, ...email.cc, ...email.bcc].map(({ address }) => address);
  const wrong = [email.from.address, ...people].find((address) => !isMailAddress(address));
  if (wrong !== undefined) return refused("invalid_address", wrong);
  if (people.length === 0) return refused("no_recipient", "no recipient");
  return people.length > max ? refused("too_many_recipients", `${people.length} recipients`) : { email, people };
}

/** What every way to send mail can do. `bytes` are those of all files together, before base64. */
export const mailCapabilities = ({ files, ...given }: { files: number; bytes: number; perSecond: number; deliveryReceipts?: boolean; resend?: Capabilities["resend"] }): Capabilities => ({
  text: { max: 100_000, unit: "characters" },
  subject: true, html: true, copies: true,
  media: { max: files, bytes: given.bytes, types: ["*/*"], limits: [], together: true, caption: true },
  ...WORDS_AND_FILES, replies: true,
  typing: false, readReceipts: false, deliveryReceipts: given.deliveryReceipts ?? true,
  start: true, resend: given.resend ?? "ask", transport: "provider", perSecond: given.perSecond,
});

/** How a file stands in a mail (RFC 2183, 2.1 and 2.2). */
export const dispositionOf = ({ contentId }: Pick<OutboundMedia, "contentId">): "inline" | "attachment" => (contentId ? "inline" : "attachment");

/** The headers by which mail programs find the thread, and those that every mail of ours may carry. */
export function threadHeaders(email: OutboundEmail): Record<string, string> {
  return {
    ...(email.inReplyTo && { "In-Reply-To": angled(email.inReplyTo) }),
    ...(email.references.length > 0 && { References: referencesHeader(email.references) }),
    ...email.headers,
  };
}

/** What a mail says to programs without HTML. */
export const plainText = ({ text }: Pick<OutboundMessage, "text">, { html }: Pick<OutboundEmail, "html">): string => text || htmlToText(html ?? "");

/** `Retry-After` in milliseconds, where it is a number of seconds. */
export function retryAfterOf(response: Response): { retryAfterMs?: number } {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: seconds * 1000 } : {};
}
