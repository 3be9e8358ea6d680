import { z } from "zod";
import { formatMailAddress, headerText } from "../domain/mail-address";
import { angled, bare } from "../domain/mail-thread";
import { sameSecret } from "../platform/vault";
import { jsonOf } from "./answer";
import { type ChannelConnection, type ChannelIo, defineChannel, type InboundEvent, type OutboundEmail, type OutboundMessage, type RawRequest, type SendResult } from "./channel";
import { jsonWithFiles } from "./streamed";
import { DETAIL_MAX, mailCapabilities, mailToSend, plainText, retryAfterOf, threadHeaders } from "./mail-send";
import { postmarkError } from "./postmark-errors";
import { postmarkEvents } from "./postmark-events";
import { postmarkMail, postmarkOriginal, postmarkRecipients } from "./postmark-inbound";

const API = "https://api.postmarkapp.com";
const ATTACHMENT_BYTES = 7 * 1024 * 1024; // a message has 10 MB after base64, which adds a third
const INBOUND_BYTES = 25 * 1024 * 1024; // four copies must fit a Worker's 128 MB: bytes, text, values and decoded files
const MAX_FILES = 50; // nobody's limit: more in one mail is a mistake
const MAX_RECIPIENTS = 50; // To, Cc and Bcc together
const SENDS_PER_SECOND = 10; // Postmark names no rate; it asks for few connections at once
const PASSWORD_MIN = 12; // it is all that tells Postmark from a stranger

const visible = z.string().trim().regex(/^[\x21-\x7e]+$/, "must not be empty or contain spaces");
const Settings = z.object({
  serverToken: visible,
  basicUser: visible.regex(/^[^:]+$/, "must not contain a colon").default("switchboard"),
  basicPassword: visible.min(PASSWORD_MIN, `Use at least ${PASSWORD_MIN} characters`),
  messageStream: z.string().trim().regex(/^[a-z0-9_-]{1,30}$/i, "Use the stream's ID, such as outbound").default("outbound"),
});
type Connection = ChannelConnection<z.infer<typeof Settings>>;

const Answer = z.object({ ErrorCode: z.number(), Message: z.string().catch("") });
const Accepted = Answer.extend({ ErrorCode: z.literal(0), MessageID: z.string().min(1) });
const Stream = z.object({ MessageStreamType: z.string() });

async function receive({ body, receivedAt }: RawRequest, connection: Connection): Promise<InboundEvent[]> {
  const json = jsonOf(new TextDecoder().decode(body));
  return postmarkEvents(json, receivedAt) ?? await postmarkMail(json, receivedAt, connection) ?? [{ kind: "other", label: "unreadable", at: receivedAt }];
}

function headersOf(email: OutboundEmail): { Name: string; Value: string }[] {
  const headers: Record<string, string> = {
    "Message-ID": angled(email.messageId),
    // Without it Postmark gives the mail an id of its own, which no answer of ours could name.
    "X-PM-KeepID": "true",
    ...threadHeaders(email),
  };
  return Object.entries(headers).map(([Name, Value]) => ({ Name, Value }));
}

function bodyOf(outgoing: OutboundMessage, email: OutboundEmail, { messageStream }: Connection["settings"]): ReturnType<typeof jsonWithFiles> {
  const { reference, media } = outgoing;
  const [conversation = "", message = ""] = reference.split(":", 2);
  const list = (people: OutboundEmail["to"]): string => people.map(formatMailAddress).join(", ");
  return jsonWithFiles({
    From: formatMailAddress(email.from),
    To: list(email.to),
    ...(email.cc.length > 0 && { Cc: list(email.cc) }),
    ...(email.bcc.length > 0 && { Bcc: list(email.bcc) }),
    ...(email.replyTo && { ReplyTo: email.replyTo }),
    Subject: headerText(email.subject),
    TextBody: plainText(outgoing, email),
    ...(email.html && { HtmlBody: email.html }),
    Headers: headersOf(email),
    Metadata: { conversation, message },
    MessageStream: messageStream,
    // A person's mail carries no pixel, and its links are the ones they wrote.
    TrackOpens: false,
    TrackLinks: "None",
  }, "Attachments", media.map((file) => ({ file, fields: { Name: headerText(file.name), ContentType: file.type, ...(file.contentId && { ContentID: `cid:${file.contentId}` }) }, content: "Content" })));
}

const headersFor = ({ settings }: Connection): Record<string, string> => ({ "X-Postmark-Server-Token": settings.serverToken, Accept: "application/json" });

/** A clear refusal is surely not sent. */
function refusal(response: Response, text: string): SendResult & { ok: false } {
  const answer = Answer.safeParse(jsonOf(text)).data;
  const code = answer?.ErrorCode ? String(answer.ErrorCode) : `http-${response.status}`;
  const byStatus = response.status === 401 ? "auth" : response.status === 429 ? "rate" : response.status === 403 || response.status === 404 ? "config" : "permanent";
  return {
    ok: false, code, class: postmarkError(code)?.class ?? byStatus, detail: (answer?.Message || text).slice(0, DETAIL_MAX),
    ...retryAfterOf(response),
  };
}

async function send(message: OutboundMessage, connection: Connection, io: ChannelIo): Promise<SendResult> {
  const mail = mailToSend(message, MAX_RECIPIENTS);
  if ("ok" in mail) return mail;
  const response = await io.fetch(`${API}/email`, {
    method: "POST",
    headers: { ...headersFor(connection), "Content-Type": "application/json" },
    body: await bodyOf(message, mail.email, connection.settings),
  });
  const text = await response.text();
  const accepted = Accepted.safeParse(jsonOf(text)).data;
  if (response.ok && accepted) return { ok: true, externalId: accepted.MessageID, messageId: bare(mail.email.messageId) };
  // Postmark drops no repeated request: what may have been sent is for a person to judge.
  if (response.ok || response.status >= 500 || response.status === 408) throw new Error(`Postmark answered ${response.status} without saying what became of the message`);
  return refusal(response, text);
}

async function probe(connection: Connection, io: ChannelIo): Promise<string | null> {
  const { messageStream } = connection.settings;
  const response = await io.fetch(`${API}/message-streams/${encodeURIComponent(messageStream)}`, { headers: headersFor(connection) });
  const text = await response.text();
  if (response.ok) {
    const isForInbound = Stream.safeParse(jsonOf(text)).data?.MessageStreamType === "Inbound";
    return isForInbound ? `${messageStream} is the stream by which Postmark brings mail. Enter the ID of a transactional stream, such as outbound.` : null;
  }
  const { code } = refusal(response, text);
  if (response.status === 404 || response.status === 422) return postmarkError(code)?.sentence ?? `This Postmark server has no message stream ${messageStream}. Check the stream's ID in Settings, Channels.`;
  return postmarkError(code)?.sentence ?? `Postmark answered ${response.status}. Try again later.`;
}

const basic = (user: string, password: string): string => `Basic ${btoa(`${user}:${password}`)}`;

/** https://postmarkapp.com/developer/api/email-api: mail out, and in by its inbound stream. */
export const postmark = defineChannel({
  provider: "postmark",
  kind: "email",
  title: "Postmark",
  reaches: [{ kind: "email", scoped: false }],
  settings: Settings,
  fields: [
    { key: "serverToken", label: "Server API token", help: "Postmark → your server → API Tokens.", secret: true },
    { key: "basicUser", label: "Webhook user name", help: "Any name without a colon; switchboard when left empty. Postmark signs nothing: name and password prove that it is Postmark who writes.", secret: false, optional: true },
    { key: "basicPassword", label: "Webhook password", help: "Make up a long password of letters and digits. In Postmark, write both into the address shown here, as https://name:password@…, twice: under the inbound stream → Settings → Webhook (with “Include raw email content” on), and under your sending stream → Webhooks, for delivery, bounce, spam complaint and subscription change.", secret: true },
    { key: "messageStream", label: "Message stream", help: "Postmark → your server → Message Streams: the ID of the transactional stream to send by; outbound when left empty.", secret: false, optional: true },
  ],
  capabilities: mailCapabilities({ files: MAX_FILES, bytes: ATTACHMENT_BYTES, perSecond: SENDS_PER_SECOND }),
  explain: (code) => postmarkError(code)?.sentence ?? null,
  consentAfter: (code) => (postmarkError(code)?.dead ? "inactive" : null),
  verify: ({ headers }, { settings }) => Promise.resolve(sameSecret(headers["authorization"] ?? "", basic(settings.basicUser, settings.basicPassword))),
  maxBodyBytes: INBOUND_BYTES,
  recipients: ({ body }) => postmarkRecipients(jsonOf(new TextDecoder().decode(body))),
  receive,
  original: ({ body }) => Promise.resolve(postmarkOriginal(jsonOf(new TextDecoder().decode(body)))),
  send,
  probe,
});
