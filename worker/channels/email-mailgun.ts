import { z } from "zod";
import { formatMailAddress, headerText } from "../domain/mail-address";
import { angled, bare } from "../domain/mail-thread";
import { hmacHex } from "../platform/hex";
import { sameSecret } from "../platform/vault";
import { jsonOf } from "./answer";
import { type ChannelConnection, type ChannelIo, defineChannel, type InboundEvent, type OutboundEmail, type OutboundMessage, type RawRequest, type SendResult } from "./channel";
import { formBody, formWithFiles, type Streamed } from "./streamed";
import { fieldText, type FormField, readForm } from "./form-body";
import { DETAIL_MAX, dispositionOf, mailCapabilities, mailToSend, plainText, retryAfterOf, threadHeaders } from "./mail-send";
import { mailgunError } from "./mailgun-errors";
import { mailgunEvents } from "./mailgun-events";
import { mailgunMail, mailgunOriginal, mailgunRecipients } from "./mailgun-inbound";

const ATTACHMENT_BYTES = 18 * 1024 * 1024; // a message has 25 MB after base64, which adds a third
const INBOUND_BYTES = 28 * 1024 * 1024; // a raw mail of 25 MB, percent-encoded
const MAX_FILES = 50; // nobody's limit: more in one mail is a mistake
const SENDS_PER_SECOND = 10; // Mailgun names no rate; it queues what it takes
const SIGNED_FOR_S = 15 * 60; // Mailgun's own advice: older is a replay, newer a wrong clock
const MAX_RECIPIENTS = 1_000; // Mailgun's own

/** Accounts live in one region; a key of the other is unknown there. */
const HOSTS = { us: "https://api.mailgun.net", eu: "https://api.eu.mailgun.net" } as const;

const secret = z.string().trim().regex(/^[\x21-\x7e]+$/, "must not be empty or contain spaces");
const Settings = z.object({
  apiKey: secret,
  /** Missing until it is copied from Mailgun; until then nothing is accepted. */
  signingKey: secret.optional(),
  domain: z.string().trim().toLowerCase().regex(/^[a-z0-9.-]+$/, "Name the domain you send from, such as mg.example.com").max(253),
  region: z.enum(["us", "eu"]),
});
type Connection = ChannelConnection<z.infer<typeof Settings>>;

const Accepted = z.object({ id: z.string().min(1) });
const Refused = z.object({ message: z.string() });
const Domain = z.object({ domain: z.object({ state: z.string() }) });
const Signature = z.object({ timestamp: z.coerce.string(), token: z.string(), signature: z.string() });
const Signed = z.object({ signature: Signature });

/** Mailgun posts events as JSON and mail as a form. */
type Posted = { json: unknown; form: null } | { json: null; form: FormField[] };
function read({ headers, body }: RawRequest): Posted {
  const type = headers["content-type"] ?? "";
  return /^\s*application\/json\b/i.test(type) ? { json: jsonOf(new TextDecoder().decode(body)), form: null } : { json: null, form: readForm(type, body) };
}

/** A repeated field could carry a signature beside somebody else's: only one of each counts. */
function signatureOf({ json, form }: Posted): z.infer<typeof Signature> | null {
  if (form === null) return Signed.safeParse(json).data?.signature ?? null;
  const [timestamp, token, signature] = ["timestamp", "token", "signature"].map((name) => form.filter((field) => field.name === name));
  if (![timestamp, token, signature].every((fields) => fields!.length === 1)) return null;
  return { timestamp: fieldText(timestamp![0]!), token: fieldText(token![0]!), signature: fieldText(signature![0]!) };
}

/** The signature covers time and token only, not the body: TLS guards that. https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks */
async function verify(request: RawRequest, { settings }: Connection, now: number): Promise<boolean> {
  const given = signatureOf(read(request));
  if (!settings.signingKey || !given || !/^\d{1,12}$/.test(given.timestamp) || Math.abs(now / 1000 - Number(given.timestamp)) > SIGNED_FOR_S) return false;
  return sameSecret(await hmacHex(settings.signingKey, new TextEncoder().encode(given.timestamp + given.token)), given.signature);
}

async function receive(request: RawRequest, connection: Connection): Promise<InboundEvent[]> {
  const { json, form } = read(request);
  const events = form === null ? mailgunEvents(json, request.receivedAt) : await mailgunMail(form, request.receivedAt, connection);
  return events ?? [{ kind: "other", label: "unreadable", at: request.receivedAt }];
}

/** Files need a multipart form; everything else fits the plain one. */
async function formOf(outgoing: OutboundMessage, email: OutboundEmail): Promise<FormData | URLSearchParams | Streamed> {
  const { reference, media } = outgoing;
  const [conversation = "", message = ""] = reference.split(":", 2);
  const list = (people: OutboundEmail["to"]): string => people.map(formatMailAddress).join(", ");
  const fields: Record<string, string | null> = {
    from: formatMailAddress(email.from), to: list(email.to), cc: list(email.cc), bcc: list(email.bcc), subject: headerText(email.subject),
    text: plainText(outgoing, email), html: email.html,
    "h:Message-Id": angled(email.messageId), "h:Reply-To": email.replyTo,
    ...Object.fromEntries(Object.entries(threadHeaders(email)).map(([name, value]) => [`h:${name}`, value])),
    "v:conversation": conversation, "v:message": message,
    // A person's mail carries no pixel, and its links are the ones they wrote.
    "o:tracking": "no",
  };
  const given = Object.entries(fields).filter((field): field is [string, string] => !!field[1]);
  if (media.length === 0) return new URLSearchParams(given);
  // The HTML names a picture by the file name it has here.
  return formWithFiles(given, media.map((file) => ({ name: dispositionOf(file), file, type: file.type, fileName: file.contentId ?? headerText(file.name) })));
}

const urlOf = ({ settings }: Connection, path: string): string => HOSTS[settings.region] + path;
const headersFor = ({ settings }: Connection): Record<string, string> => ({ authorization: `Basic ${btoa(`api:${settings.apiKey}`)}` });

/** A clear refusal is surely not sent. The body of a wrong key is plain text. */
function refusal(response: Response, text: string): SendResult & { ok: false } {
  const code = `http-${response.status}`;
  return {
    ok: false, code, class: mailgunError(code)?.class ?? "permanent", detail: (Refused.safeParse(jsonOf(text)).data?.message ?? text).slice(0, DETAIL_MAX),
    ...retryAfterOf(response),
  };
}

async function send(message: OutboundMessage, connection: Connection, io: ChannelIo): Promise<SendResult> {
  const mail = mailToSend(message, MAX_RECIPIENTS);
  if ("ok" in mail) return mail;
  const form = await formOf(message, mail.email);
  const { body, headers } = form instanceof URLSearchParams ? { body: form, headers: {} } : formBody(form);
  const response = await io.fetch(urlOf(connection, `/v3/${connection.settings.domain}/messages`), { method: "POST", headers: { ...headersFor(connection), ...headers }, body });
  const text = await response.text();
  const accepted = Accepted.safeParse(jsonOf(text)).data;
  if (response.ok && accepted) return { ok: true, externalId: bare(accepted.id), messageId: bare(accepted.id) };
  // Mailgun drops no repeated request: what may have been sent is for a person to judge.
  if (response.ok || response.status >= 500 || response.status === 408) throw new Error(`Mailgun answered ${response.status} without saying what became of the message`);
  return refusal(response, text);
}

async function probe(connection: Connection, io: ChannelIo): Promise<string | null> {
  const { domain } = connection.settings;
  const response = await io.fetch(urlOf(connection, `/v3/domains/${domain}`), { headers: headersFor(connection) });
  const state = Domain.safeParse(jsonOf(await response.text())).data?.domain.state;
  if (response.ok) return state === undefined || state === "active" ? null : `Mailgun has not verified ${domain} yet, or has switched it off. Look at its DNS records in Mailgun, Sending, Domains.`;
  if (response.status !== 401 && response.status !== 403) return mailgunError(`http-${response.status}`)?.sentence ?? `Mailgun answered ${response.status}. Try again later.`;
  // A sending key may do nothing but send: an empty message is refused for its key, or for being empty.
  const empty = await io.fetch(urlOf(connection, `/v3/${domain}/messages`), { method: "POST", headers: headersFor(connection), body: new URLSearchParams() });
  return empty.status === 400 ? null : mailgunError(`http-${empty.status}`)?.sentence ?? `Mailgun answered ${empty.status}. Try again later.`;
}

/** https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages: mail out, and in by a route. */
export const mailgun = defineChannel({
  provider: "mailgun",
  kind: "email",
  title: "Mailgun",
  reaches: [{ kind: "email", scoped: false }],
  settings: Settings,
  fields: [
    { key: "apiKey", label: "API key", help: "Mailgun → API security → API keys; or, with less power, a sending key of the domain: Sending → Domain settings → Sending keys.", secret: true },
    { key: "signingKey", label: "HTTP webhook signing key", help: "Mailgun → API security → HTTP webhook signing key; it is not the API key. For reports, add the address shown here under Sending → Webhooks for accepted, delivered, permanent and temporary failure, spam complaint and unsubscribe. For incoming mail, make a route under Receiving that forwards to the same address with ?mime at its end. You can add the key after connecting.", secret: true, optional: true },
    { key: "domain", label: "Domain", help: "The verified domain you send from, such as mg.example.com. Mail to it must reach Mailgun: set its MX records, with a route that catches all its addresses.", secret: false },
    { key: "region", label: "Region", help: "Where the Mailgun account lives: us, or eu when its address is api.eu.mailgun.net.", secret: false, options: ["us", "eu"] },
  ],
  capabilities: mailCapabilities({ files: MAX_FILES, bytes: ATTACHMENT_BYTES, perSecond: SENDS_PER_SECOND }),
  explain: (code) => mailgunError(code)?.sentence ?? null,
  consentAfter: (code) => (mailgunError(code)?.dead ? "inactive" : null),
  verify,
  proofOf: (request) => { const given = signatureOf(read(request)); return given && `${given.timestamp} ${given.token}`; },
  maxBodyBytes: INBOUND_BYTES,
  recipients: (request) => { const { form } = read(request); return form && [mailgunRecipients(form)]; },
  receive,
  original: (request) => { const { form } = read(request); return Promise.resolve(form && mailgunOriginal(form)); },
  send,
  probe,
});
