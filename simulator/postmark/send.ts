import { type Address, domainOf, parseAddress } from "../mail/address";

/** The body of `POST /email`, judged as Postmark does. Limits: Postmark's API reference. */
const MAX_RECIPIENTS = 50;
const MAX_BYTES = 10 * 1024 * 1024;
const FORBIDDEN = /\.(vbs|exe|bin|bat|chm|com|cpl|crt|hlp|hta|inf|ins|isp|jse?|lnk|md[bez]|msc|msi|msp|mst|pcd|pif|reg|scr|sct|shs|vbe|wsc|wsf|wsh|url)$/i;

export interface Attached { name: string; type: string; base64: string }
export interface Email {
  from: Address; to: string[]; cc: string[]; bcc: string[]; replyTo: string | null; subject: string; html: string | null; text: string | null;
  headers: Record<string, string>; metadata: Record<string, string>; stream: string; attachments: Attached[];
}
export type Verdict = { ok: true; email: Email } | { ok: false; status: number; code: number; message: string };

const refuse = (code: number, message: string, status = 422): Verdict => ({ ok: false, status, code, message });
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const records = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? (value as unknown[]).filter(isRecord) : []);
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** A list with commas, some of which may stand within quoted names; null when one of it is no address. */
function addresses(value: unknown): string[] | null {
  const parts = textOf(value).match(/(?:"(?:[^"\\]|\\.)*"|[^,])+/g)?.map((part) => part.trim()).filter(Boolean) ?? [];
  const parsed = parts.map((part) => parseAddress(part)?.address);
  return parsed.every((address) => address !== undefined) ? parsed : null;
}

export function checkEmail(body: unknown, ourDomains: readonly string[], streams: readonly string[]): Verdict {
  if (!isRecord(body)) return refuse(403, "Invalid JSON.");
  const from = parseAddress(textOf(body["From"]));
  if (!from) return refuse(300, "Invalid 'From' address.");
  if (!ourDomains.includes(domainOf(from.address))) return refuse(400, `The 'From' address you supplied (${from.address}) is not a Sender Signature on your account.`);
  const [to, cc, bcc] = [body["To"], body["Cc"], body["Bcc"]].map(addresses);
  if (!to || !cc || !bcc || to.length === 0) return refuse(300, "Error parsing 'To': Illegal email address.");
  if (to.length + cc.length + bcc.length > MAX_RECIPIENTS) return refuse(300, "You've exceeded the maximum of 50 recipients.");
  const [html, text] = [body["HtmlBody"], body["TextBody"]].map((value) => textOf(value) || null);
  if (!html && !text) return refuse(300, "Provide either email TextBody or HtmlBody or both.");
  const stream = textOf(body["MessageStream"]) || "outbound";
  if (!streams.includes(stream)) return refuse(1235, "The provided message stream does not exist.");
  const attachments = records(body["Attachments"]).map((file) => ({ name: textOf(file["Name"]), type: textOf(file["ContentType"]), base64: textOf(file["Content"]) }));
  const forbidden = attachments.find(({ name }) => FORBIDDEN.test(name));
  if (forbidden) return refuse(300, `Forbidden file type for attachment: ${forbidden.name}.`);
  if (attachments.some(({ base64 }) => !/^[A-Za-z0-9+/]+={0,2}$/.test(base64))) return refuse(300, "An attachment is not base64.");
  if (attachments.reduce((size, { base64 }) => size + base64.length, (html?.length ?? 0) + (text?.length ?? 0)) > MAX_BYTES) return refuse(300, "The message is too large.");
  const headers = Object.fromEntries(records(body["Headers"]).map((header) => [textOf(header["Name"]), textOf(header["Value"])]));
  const metadata = isRecord(body["Metadata"]) ? Object.fromEntries(Object.entries(body["Metadata"]).map(([name, value]) => [name, textOf(value)])) : {};
  return { ok: true, email: { from, to, cc, bcc, replyTo: textOf(body["ReplyTo"]) || null, subject: textOf(body["Subject"]), html: html ?? null, text: text ?? null, headers, metadata, stream, attachments } };
}
