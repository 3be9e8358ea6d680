import { z } from "zod";
import { isMailAddress, mailDomain, parseMailAddress } from "../domain/mail-address";
import { type Authenticity, isAligned } from "../domain/mail-authenticity";
import { jsonOf } from "./answer";
import type { ChannelConnection, InboundEvent, RawRequest } from "./channel";
import { fieldText, type FormField, readForm } from "./form-body";
import { mailOfFields } from "./mail-fields";
import { mailEvents } from "./mail-inbound";
import { headerLines, type OriginalMail, originalMail } from "./mail-original";
import { parseMail, type ParsedMail } from "./mime";

/** They describe how the mail was packed; it is unpacked. */
const PACKING = /^(?:content-|mime-version$)/i;

const record = z.record(z.string(), z.string()).catch({});
const Envelope = z.object({ to: z.array(z.string()).catch([]), from: z.string().nullable().catch(null) }).catch({ to: [], from: null });
const Files = z.record(z.string(), z.object({ filename: z.string().optional().catch(undefined), type: z.string().optional().catch(undefined), "content-id": z.string().optional().catch(undefined) })).catch({});

class Form {
  private readonly charsets: Record<string, string>;

  constructor(readonly fields: readonly FormField[]) {
    this.charsets = {};
    this.charsets = record.parse(this.json("charsets"));
  }

  find = (name: string): FormField | undefined => this.fields.find((field) => field.name === name);
  /** Each text is in the charset that the form names for it. */
  text(name: string): string | null {
    const field = this.find(name);
    return field ? fieldText(field, this.charsets[name]) : null;
  }
  json = (name: string): unknown => jsonOf(this.text(name) ?? "");
}

function takenApart(form: Form): Promise<ParsedMail> {
  const ids = Object.fromEntries(Object.entries(record.parse(form.json("content-ids"))).map(([id, field]) => [field, id]));
  const known = Files.parse(form.json("attachment-info"));
  const written = headerLines(form.text("headers") ?? "").filter(([name]) => !PACKING.test(name));
  const names = new Set(written.map(([name]) => name.toLowerCase()));
  const missing = ["from", "to", "cc", "subject"].filter((name) => !names.has(name)).flatMap((name): [string, string][] => [[name, form.text(name) ?? ""]]);
  return mailOfFields({
    headers: [...written, ...missing], text: form.text("text") ?? "", html: form.text("html"),
    files: form.fields.filter(({ fileName }) => fileName !== null).map(({ name, fileName, type, bytes }) => ({
      name: known[name]?.filename || fileName, type: type || known[name]?.type || "application/octet-stream", bytes, contentId: known[name]?.["content-id"] ?? ids[name] ?? null,
    })),
  });
}

/** What SendGrid found of DKIM (`{@example.com : pass}`) and SPF, where it belongs to the address that people see. It writes no results of its own into the mail: those that stand there are the sender's. */
function authenticity(form: Form, from: string, envelopeFrom: string | null): Authenticity {
  const [dkim, spf] = [form.text("dkim"), form.text("SPF")];
  const domain = mailDomain(from);
  const signers = [...(dkim ?? "").matchAll(/@([^\s:{},]+)\s*:\s*pass/gi)].map(([, signer]) => signer!.toLowerCase());
  const isSent = /^pass\b/i.test(spf ?? "") && isMailAddress(envelopeFrom ?? "") && isAligned(mailDomain(envelopeFrom!), domain);
  if (isSent || signers.some((signer) => isAligned(signer, domain))) return "verified";
  // Passing for another domain is usual for mail sent through a service; only what fails outright speaks against it.
  return /:\s*fail/i.test(dkim ?? "") || /^(?:soft)?fail\b/i.test(spf ?? "") ? "failed" : "unverified";
}

/**
 * A mail by the Inbound Parse Webhook, raw (`email`) or taken apart; null when the form holds none.
 * https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/setting-up-the-inbound-parse-webhook
 */
export async function sendGridMail({ headers, body, receivedAt }: RawRequest, connection: Pick<ChannelConnection<unknown>, "address" | "ownAddresses">): Promise<InboundEvent[] | null> {
  const form = new Form(readForm(headers["content-type"] ?? "", body));
  const raw = form.find("email");
  if (!raw && !form.find("headers") && !form.find("from")) return null;
  const mail = raw ? await parseMail(raw.bytes) : await takenApart(form);
  const envelope = Envelope.parse(form.json("envelope"));
  const from = (mail.from ?? parseMailAddress(form.text("from") ?? ""))?.address ?? "";
  return mailEvents(mail, {
    envelopeFrom: envelope.from, envelopeTo: envelope.to, receivedAt, authenticity: authenticity(form, from, envelope.from),
    // The form's boundary is made anew for each attempt; what it carries is not.
    identity: raw?.bytes ?? JSON.stringify([form.text("headers"), form.text("from"), form.text("subject"), form.text("text"), form.text("html")]),
  }, connection);
}

/** Who the mail's envelope names. */
export const sendGridRecipients = ({ headers, body }: RawRequest): string[][] => [Envelope.parse(new Form(readForm(headers["content-type"] ?? "", body)).json("envelope")).to];

/** The mail in such a form; null when it holds none. */
export function sendGridOriginal({ headers, body }: RawRequest): OriginalMail | null {
  const form = new Form(readForm(headers["content-type"] ?? "", body));
  const raw = form.find("email");
  const lines = form.text("headers");
  return raw ? originalMail(raw.bytes) : lines === null ? null : { raw: null, headers: headerLines(lines) };
}
