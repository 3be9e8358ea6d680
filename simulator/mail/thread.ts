import type { MailFacts, WorldMessage } from "../api";

/** Mail programs keep the beginning of a thread and its recent past. */
const MAX_REFERENCES = 20;
const REPLY = /^(re|aw|sv|antw)\s*:/i;

/** Message-IDs with their angle brackets. */
export const idsIn = (header: string): string[] => header.match(/<[^<>\s]+>/g) ?? [];

export interface Answered { to: string; subject: string; inReplyTo: string; references: string[] }

/** How a mail program answers: to Reply-To if there is one, `Re:` once, the thread in References. */
export function answerTo(mail: MailFacts, from: string): Answered {
  const all = [...mail.references, mail.messageId].filter(Boolean);
  const references = all.length > MAX_REFERENCES ? [all[0]!, ...all.slice(1 - MAX_REFERENCES)] : all;
  return { to: mail.replyTo ?? from, subject: REPLY.test(mail.subject) ? mail.subject : `Re: ${mail.subject}`, inReplyTo: mail.messageId, references };
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

/** The history under an answer, as Gmail writes it. */
export function quoted({ at, from, text, mail }: WorldMessage): { text: string; html: string } {
  const when = new Date(at).toUTCString().replace(" GMT", "");
  const head = `On ${when} ${mail?.fromName ?? ""} <${from}> wrote:`;
  return {
    text: `\r\n\r\n${head}\r\n\r\n${text.split(/\r?\n/).map((line) => (line === "" ? ">" : `> ${line}`)).join("\r\n")}\r\n`,
    html: `<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">${escaped(head)}<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">${mail?.html ?? escaped(text).replace(/\r?\n/g, "<br>")}</blockquote></div>`,
  };
}

/** A plain text as a mail program wraps it. */
export const htmlOf = (text: string): string => `<div dir="ltr">${escaped(text).replace(/\r?\n/g, "<br>")}</div>`;
