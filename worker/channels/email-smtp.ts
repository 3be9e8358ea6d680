import { z } from "zod";
import { mailDomain } from "../domain/mail-address";
import { bare } from "../domain/mail-thread";
import { platformSockets } from "../platform/sockets";
import { type ChannelConnection, type ChannelIo, defineChannel, type OutboundMessage, type SendResult } from "./channel";
import { mailCode } from "./mail-codes";
import { DETAIL_MAX, MAIL_REFUSALS, mailCapabilities, type MailRefusal, mailToSend } from "./mail-send";
import { asciiAddress, writeMail } from "./mime-write";
import { checkSmtp, sendSmtp, type SmtpServer } from "./smtp-session";

const ATTACHMENT_BYTES = 14 * 1024 * 1024; // most servers take 20 to 25 MB, and base64 adds a third
const MAX_FILES = 50; // nobody's limit: more in one mail is a mistake
const MAX_RECIPIENTS = 100; // what every server must take at once (RFC 5321, 4.5.3.1.8)
const SENDS_PER_SECOND = 1; // mailbox providers count per minute: https://support.google.com/a/answer/166852 and alike
const SEND_MS = 25_000; // shorter than a send may take, so that we hang up ourselves
const CHECK_MS = 10_000;
const FIRST_FREE_PORT = 1024;
const MAIL_PORTS = [465, 587]; // below 1024 only these: the others are other services; 25 is closed to Workers

/** Names of one machine or one network: no server of the internet has them. */
const PRIVATE_NAME = /^(?:localhost|.*\.(?:localhost|local|internal|lan|home|corp|intranet|onion)|[\d.]+|0x[\da-f.x]+)$/i;
const HOST = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/i;

const Settings = z.object({
  host: z.string().trim().toLowerCase().regex(HOST, "is the name of a server, such as smtp.example.com").refine((host) => !PRIVATE_NAME.test(host), "must be a name that the whole internet knows"),
  port: z.union([z.int(), z.string().trim().regex(/^\d{1,5}$/, "is a number such as 587").transform(Number)]).refine((port) => MAIL_PORTS.includes(port) || (port >= FIRST_FREE_PORT && port < 65_536), "is 465, 587, 2525 or another port above 1023"),
  security: z.enum(["tls", "starttls", "none"]),
  user: z.string().trim().min(1, "Enter the user name").max(320).regex(/^[^\u0000-\u001f\u007f]+$/, "must be one line"),
  password: z.string().min(1, "Enter the password").max(1_000).regex(/^[^\u0000-\u001f\u007f]+$/, "must be one line"),
});
type Connection = ChannelConnection<z.infer<typeof Settings>>;

const ERRORS: Readonly<Record<string, MailRefusal>> = {
  ...MAIL_REFUSALS,
  address_not_ascii: { class: "permanent", sentence: "Mail servers do not agree on addresses with letters beyond ASCII before the @. Use another address." },
  unreachable: { class: "temporary", sentence: "The mail server could not be reached. Check its name, port and security in Settings, Channels, if this goes on." },
  no_starttls: { class: "config", sentence: "The mail server offers no STARTTLS on this port. Choose tls with port 465, or ask its operator." },
  no_auth: { class: "config", sentence: "The mail server offers no sign-in by name and password on this port. Use the port for sending, usually 587 or 465." },
  recipient_refused: { class: "permanent", sentence: "The mail server refused one of the recipients, so nobody got the message. The details name the address: correct it or remove it." },
  bad_password: { class: "auth", sentence: "The mail server refused the user name or password. Some need a password made for this app: enter it in Settings, Channels." },
};

function explained(code: string): MailRefusal | null {
  if (code.startsWith("auth_")) return ERRORS["bad_password"]!;
  return mailCode(code) ?? (Object.hasOwn(ERRORS, code) ? ERRORS[code]! : null);
}

const serverOf = ({ host, port, security, user, password }: z.infer<typeof Settings>): SmtpServer => ({ host, port, security, user, password });

async function send(message: OutboundMessage, connection: Connection, io: ChannelIo): Promise<SendResult> {
  const ready = mailToSend(message, MAX_RECIPIENTS);
  if ("ok" in ready) return ready;
  const { email, people } = ready;
  const to = [...new Set(people.map(asciiAddress))];
  const from = asciiAddress(email.from.address);
  if (from === null || to.includes(null)) return { ok: false, class: "permanent", code: "address_not_ascii", detail: "" };
  const raw = writeMail(message, email, io.now());
  const result = await sendSmtp(serverOf(connection.settings), { from, to: to as string[], raw }, mailDomain(email.from.address), io.connect ?? await platformSockets(), SEND_MS);
  // Servers name a mail in words of their own; its Message-ID is what reports come back with.
  if (result.ok) return { ok: true, externalId: bare(email.messageId), messageId: bare(email.messageId) };
  return { ...result, class: result.class === "permanent" ? explained(result.code)?.class ?? "permanent" : result.class, detail: result.detail.slice(0, DETAIL_MAX) };
}

async function probe({ settings, address }: Connection, io: ChannelIo): Promise<string | null> {
  const failure = await checkSmtp(serverOf(settings), mailDomain(address), io.connect ?? await platformSockets(), CHECK_MS);
  return failure && (explained(failure.code)?.sentence ?? `The mail server said: ${failure.detail.slice(0, DETAIL_MAX)}`);
}

/** Any mail server that takes mail by RFC 6409 (submission). */
export const smtp = defineChannel({
  provider: "smtp",
  kind: "email",
  title: "Any mail server (SMTP)",
  reaches: [{ kind: "email", scoped: false }],
  settings: Settings,
  fields: [
    { key: "host", label: "Server", help: "The name of the outgoing mail server, such as smtp.example.com. Your mail provider's help lists it under SMTP.", secret: false },
    { key: "port", label: "Port", help: "587 with starttls, 465 with tls; some use 2525. Port 25 is closed to Workers.", secret: false },
    { key: "security", label: "Security", help: "starttls for port 587, tls for port 465. With none, name and password can be read on their way: only for tests.", secret: false, options: ["starttls", "tls", "none"] },
    { key: "user", label: "User name", help: "Often the whole email address.", secret: false },
    { key: "password", label: "Password", help: "Where sign-in has two steps, make a password for this app in the mail provider's security settings.", secret: true },
  ],
  capabilities: mailCapabilities({ files: MAX_FILES, bytes: ATTACHMENT_BYTES, perSecond: SENDS_PER_SECOND, deliveryReceipts: false }),
  explain: (code) => explained(code)?.sentence ?? null,
  consentAfter: (code) => (explained(code)?.dead ? "inactive" : null),
  // It only sends: bounces come back as mail, to whichever connection receives it.
  verify: () => Promise.resolve(false),
  receive: () => Promise.resolve([]),
  send,
  probe,
});
