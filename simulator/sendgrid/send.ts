import { z } from "zod";

/** The body of `POST /v3/mail/send`, judged as SendGrid does. Sources of the limits: its API reference. */
const MAX_RECIPIENTS = 1_000;

const person = z.object({ email: z.string(), name: z.string().optional() });
const people = z.array(person).default([]);
const Mail = z.object({
  personalizations: z.array(z.object({ to: z.array(person), cc: people, bcc: people, custom_args: z.record(z.string(), z.string()).default({}) })).min(1),
  from: person, reply_to: person.optional(), subject: z.string().min(1),
  content: z.array(z.object({ type: z.string(), value: z.string().min(1) })).min(1),
  headers: z.record(z.string(), z.string()).default({}),
  attachments: z.array(z.object({ content: z.base64().min(1), filename: z.string(), type: z.string().default("application/octet-stream") })).default([]),
});
export type Mail = z.infer<typeof Mail>;
export type Verdict = { ok: true; mail: Mail } | { ok: false; status: number; message: string; field: string | null };

const ADDRESS = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/;
const refuse = (message: string, field: string | null, status = 400): Verdict => ({ ok: false, status, message, field });

export function checkMail(body: unknown, domains: readonly string[]): Verdict {
  const { data, error } = Mail.safeParse(body);
  if (!data) return refuse(error.issues[0]!.message, error.issues[0]!.path.join(".") || null);
  const everybody = data.personalizations.flatMap(({ to, cc, bcc }) => [...to, ...cc, ...bcc]);
  if (data.personalizations.some(({ to }) => to.length === 0)) return refuse("The to array is required for all personalization objects.", "personalizations.0.to");
  const wrong = everybody.findIndex(({ email }) => !ADDRESS.test(email));
  if (wrong >= 0) return refuse("Does not contain a valid address.", `personalizations.0.to.${wrong}.email`);
  if (everybody.length > MAX_RECIPIENTS) return refuse("The total number of recipients must be no more than 1000.", "personalizations");
  if (new Set(everybody.map(({ email }) => email.toLowerCase())).size < everybody.length) return refuse("Each email address in the personalization block should be unique between to, cc, and bcc.", "personalizations");
  if (data.content[0]!.type !== "text/plain" && data.content.some(({ type }) => type === "text/plain")) return refuse("The content types must be in order: text/plain, text/html.", "content");
  if (!domains.includes(data.from.email.slice(data.from.email.indexOf("@") + 1).toLowerCase())) return refuse("The from address does not match a verified Sender Identity.", "from", 403);
  return { ok: true, mail: data };
}
