import { type Address, domainOf, parseAddress } from "../mail/address";

/** The body of `POST /emails`, judged as Resend does. Sources of the limits: Resend's API reference. */
const MAX_RECIPIENTS = 50;
/** All attachments, counted in base64. */
const MAX_ATTACHED = 40 * 1024 * 1024;
const TAG = /^[A-Za-z0-9_-]{1,256}$/;
const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

export interface Attached { name: string; type: string; base64: string; contentId: string | null }

export interface Email {
  from: Address;
  to: string[];
  cc: string[];
  bcc: string[];
  replyTo: string | null;
  subject: string;
  html: string | null;
  text: string | null;
  headers: Record<string, string>;
  tags: Record<string, string>;
  attachments: Attached[];
}

export type Verdict = { ok: true; email: Email } | { ok: false; status: number; name: string; message: string };

const refuse = (name: string, message: string, status = 422): Verdict => ({ ok: false, status, name, message });

/** A text, one text for many, or nothing; undefined when it is something else. */
function addresses(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const parsed = list.map((entry) => (typeof entry === "string" ? parseAddress(entry)?.address : undefined));
  return parsed.every((address) => address !== undefined) ? parsed : undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);

function tagsOf(value: unknown): Record<string, string> | null {
  if (value === undefined) return {};
  if (!Array.isArray(value)) return null;
  const tags: Record<string, string> = {};
  for (const tag of value as unknown[]) {
    if (!isRecord(tag) || typeof tag["name"] !== "string" || typeof tag["value"] !== "string" || !TAG.test(tag["name"]) || !TAG.test(tag["value"])) return null;
    tags[tag["name"]] = tag["value"];
  }
  return tags;
}

function attachmentsOf(value: unknown): Attached[] | null {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return null;
  const list: Attached[] = [];
  for (const item of value as unknown[]) {
    if (!isRecord(item) || typeof item["filename"] !== "string" || typeof item["content"] !== "string" || !BASE64.test(item["content"])) return null;
    list.push({ name: item["filename"], type: textOrNull(item["content_type"]) ?? "application/octet-stream", base64: item["content"].replace(/\s/g, ""), contentId: textOrNull(item["content_id"]) });
  }
  return list;
}

export function checkEmail(body: unknown, verifiedDomains: readonly string[]): Verdict {
  if (!isRecord(body)) return refuse("validation_error", "The request body must be a JSON object.", 400);
  for (const field of ["from", "to", "subject"]) if (body[field] === undefined) return refuse("missing_required_field", `Missing \`${field}\` field.`);
  if (typeof body["html"] !== "string" && typeof body["text"] !== "string") return refuse("missing_required_field", "Missing `html` or `text` field.");
  if (typeof body["subject"] !== "string") return refuse("validation_error", "Invalid `subject` field. It must be a string.");

  const from = typeof body["from"] === "string" ? parseAddress(body["from"]) : null;
  if (!from) return refuse("invalid_from_address", "Invalid `from` field. The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.");
  const domain = domainOf(from.address);
  if (!verifiedDomains.includes(domain)) return refuse("validation_error", `The ${domain} domain is not verified. Please, add and verify your domain on https://resend.com/domains`, 403);

  const [to, cc, bcc, replyTo] = [body["to"], body["cc"], body["bcc"], body["reply_to"]].map(addresses);
  for (const [field, list] of [["to", to], ["cc", cc], ["bcc", bcc], ["reply_to", replyTo]] as const) {
    if (!list || (field === "to" && list.length === 0)) return refuse("validation_error", `Invalid \`${field}\` field. The email address needs to follow the \`email@example.com\` or \`Name <email@example.com>\` format.`);
    if (field !== "reply_to" && list.length > MAX_RECIPIENTS) return refuse("validation_error", `The \`${field}\` field must not have more than ${MAX_RECIPIENTS} items.`);
  }

  const headers = body["headers"] ?? {};
  if (!isRecord(headers) || Object.values(headers).some((value) => typeof value !== "string" || /[\r\n]/.test(value))) return refuse("validation_error", "Invalid `headers` field. Values must be strings of one line.");
  const tags = tagsOf(body["tags"]);
  if (!tags) return refuse("validation_error", "Tags should only contain ASCII letters, numbers, underscores, or dashes.");
  const attachments = attachmentsOf(body["attachments"]);
  if (!attachments) return refuse("invalid_attachment", "Attachment must have a `filename` and either a `content` or `path`.");
  if (attachments.reduce((size, { base64 }) => size + base64.length, 0) > MAX_ATTACHED) return refuse("validation_error", "The total size of attachments must not be over 40MB.");
  return {
    ok: true,
    email: {
      from, to: to!, cc: cc!, bcc: bcc!, replyTo: replyTo![0] ?? null, subject: body["subject"], html: textOrNull(body["html"]), text: textOrNull(body["text"]),
      headers: headers as Record<string, string>, tags, attachments,
    },
  };
}
