import { type Address, parseAddress } from "../mail/address";

/** The form of `POST /v3/{domain}/messages`, judged as Mailgun does. Limits: Mailgun's API reference. */
const MAX_RECIPIENTS = 1_000;
const MAX_BYTES = 25 * 1024 * 1024;

export interface Email {
  from: Address; to: string[]; cc: string[]; bcc: string[]; subject: string; html: string | null; text: string | null;
  /** Names in lower case. */
  headers: Record<string, string>; variables: Record<string, string>; files: File[];
}
export type Verdict = { ok: true; email: Email } | { ok: false; status: number; message: string };

const refuse = (message: string, status = 400): Verdict => ({ ok: false, status, message });

/** Repeated fields and lists with commas, some of which may stand within quoted names; null when one of them is no address. */
function addresses(form: FormData, name: string): string[] | null {
  const parts = form.getAll(name).flatMap((value) => String(value).match(/(?:"(?:[^"\\]|\\.)*"|[^,])+/g) ?? []).map((part) => part.trim()).filter(Boolean);
  const parsed = parts.map((part) => parseAddress(part)?.address);
  return parsed.every((address) => address !== undefined) ? parsed : null;
}

const prefixed = (form: FormData, prefix: string): Record<string, string> =>
  Object.fromEntries([...form].flatMap(([name, value]) => (name.startsWith(prefix) && typeof value === "string" ? [[name.slice(prefix.length), value]] : [])));

export function checkForm(form: FormData): Verdict {
  const textOf = (name: string): string | null => { const value = form.get(name); return typeof value === "string" && value !== "" ? value : null; };
  const from = parseAddress(textOf("from") ?? "");
  if (!from) return refuse(form.has("from") ? "from parameter is not a valid address. please check documentation" : "from parameter is missing");
  if (!form.has("to")) return refuse("to parameter is missing");
  const [to, cc, bcc] = ["to", "cc", "bcc"].map((name) => addresses(form, name));
  for (const [name, list] of [["to", to], ["cc", cc], ["bcc", bcc]] as const) if (!list || (name === "to" && list.length === 0)) return refuse(`${name} parameter is not a valid address. please check documentation`);
  if (to!.length + cc!.length + bcc!.length > MAX_RECIPIENTS) return refuse("too many recipients");
  const [text, html] = [textOf("text"), textOf("html")];
  if (text === null && html === null) return refuse("Need at least one of 'text' or 'html' parameters specified");
  const files = [...form.getAll("attachment"), ...form.getAll("inline")].filter((value) => typeof value !== "string");
  if (files.reduce((size, file) => size + file.size, 0) > MAX_BYTES) return refuse("Message is too large", 413);
  const headers = Object.fromEntries(Object.entries(prefixed(form, "h:")).map(([name, value]) => [name.toLowerCase(), value]));
  return { ok: true, email: { from, to: to!, cc: cc!, bcc: bcc!, subject: textOf("subject") ?? "", html, text, headers, variables: prefixed(form, "v:"), files } };
}
