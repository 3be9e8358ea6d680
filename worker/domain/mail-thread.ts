import { headerText, mailDomain } from "./mail-address";

const MAX_ID = 250; // the usual local part and domain limits together; longer ones are broken or hostile
const MAX_READ = 200; // References of a mail we read; Exchange threads reach about 100
const MAX_TAIL = 20; // enough for every client to find the thread, short enough for every server
const MAX_REFERENCES_LENGTH = 1_900; // providers refuse header values above 2,048 bytes
const MAX_SUBJECT = 998; // RFC 5322 line limit

const REPLY_PREFIX = /^(?:re|aw|antw|sv|vs|r|odp|回复|答复|回覆|答覆)\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]\s*/i;

/**
 * Message ids of a header, without angle brackets, in order, each once. Comments and junk between them are ignored, and
 * so is an id that no answer could carry.
 */
export function messageIds(header: string | null | undefined): string[] {
  if (!header) return [];
  const found = header.match(/<[^<>\s\u0000-\u001f\u007f]+>/g)?.map((id) => id.slice(1, -1)) ?? bareId(header);
  return [...new Set(found.filter((id) => id.length <= MAX_ID))].slice(-MAX_READ);
}

// Some old clients leave the brackets out.
const bareId = (header: string): string[] => {
  const id = header.trim();
  return id.length <= MAX_ID && /^[^\s<>\u0000-\u001f\u007f]+@[^\s<>\u0000-\u001f\u007f]+$/.test(id) ? [id] : [];
};

/** `Re: …` exactly once, however many the subject already carries. */
export function replySubject(subject: string): string {
  let rest = headerText(subject.slice(0, MAX_SUBJECT));
  for (let next = rest.replace(REPLY_PREFIX, ""); next !== rest; next = rest.replace(REPLY_PREFIX, "")) rest = next;
  return `Re: ${rest}`.trim().slice(0, MAX_SUBJECT);
}

/** References of a reply: the answered mail's own list and id. The first id (the thread's root) and the last ones stay. */
export function replyReferences(references: readonly string[], messageId: string | null): string[] {
  const all = [...new Set([...references, ...(messageId ? [messageId] : [])].map(bare).filter((id) => id && id.length <= MAX_ID && !/[\s<>]/.test(id)))];
  const kept = all.length > MAX_TAIL + 1 ? [all[0]!, ...all.slice(-MAX_TAIL)] : all;
  while (kept.length > 2 && referencesHeader(kept).length > MAX_REFERENCES_LENGTH) kept.splice(1, 1);
  return kept;
}

/** The header value: ids in angle brackets, separated by spaces, so that every mailer can fold it. */
export const referencesHeader = (ids: readonly string[]): string => ids.map(angled).join(" ");

/** `<id>`, whether or not the brackets were there. Throws when the id would break the header. */
export function angled(id: string): string {
  const plain = bare(id);
  if (!plain || /[\s<>\u0000-\u001f]/.test(plain)) throw new Error("not a message id");
  return `<${plain}>`;
}

export const bare = (id: string): string => id.trim().replace(/^<|>$/g, "");

/** The Message-ID (without brackets) of one of our own messages; `id` (`msg_…`) is its own, so a repeated send carries the same. */
export const ownMessageId = (id: string, domain: string): string => `${id}@${domain}`;

/** Whether a Message-ID has the form we give ours, at one of our domains. */
export function isOwnMessageId(id: string, domains: readonly string[]): boolean {
  return /^msg_[0-9a-z-]{6,60}@/i.test(id) && domains.includes(mailDomain(id));
}
