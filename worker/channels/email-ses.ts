import { createHash } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import { z } from "zod";
import { jsonOf } from "./answer";
import { type ChannelConnection, type ChannelIo, defineChannel, type InboundEvent, type OutboundMessage, type RawRequest, type SendResult } from "./channel";
import { DETAIL_MAX, mailCapabilities, mailToSend, retryAfterOf } from "./mail-send";
import { asciiAddress, writeMail } from "./mime-write";
import { sesError } from "./ses-errors";
import { sesEvents } from "./ses-events";
import { isSignedBySns, snsMessage, snsUrl } from "./sns";
import { type Bytes, joined, streamOf, textOf } from "./streamed";

const ATTACHMENT_BYTES = 25 * 1024 * 1024; // Amazon takes 40 MB of mail, and base64 adds a third
const MAX_FILES = 50; // nobody's limit: more in one mail is a mistake
const MAX_RECIPIENTS = 50; // To, Cc and Bcc together
const SENDS_PER_SECOND = 14; // what an account out of the sandbox begins with; Amazon answers 429 above its own limit
const TAG_VALUE = /^[A-Za-z0-9_.@-]{1,256}$/;

const visible = z.string().trim().regex(/^[\x21-\x7e]+$/, "must not be empty or contain spaces");
const Settings = z.object({
  accessKeyId: visible.max(128),
  secretAccessKey: visible,
  region: z.string().trim().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "is a region such as eu-west-1"),
  topicArn: z.string().trim().regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]{1,256}$/, "starts with arn:aws:sns:"),
  configurationSet: z.string().trim().regex(/^[A-Za-z0-9_-]{1,64}$/, "is the name of a configuration set").optional(),
});
type Connection = ChannelConnection<z.infer<typeof Settings>>;

const Accepted = z.object({ MessageId: z.string().min(1) });
const Refused = z.object({ message: z.string().optional(), Message: z.string().optional(), __type: z.string().optional(), code: z.string().optional() });
const AccountState = z.object({ SendingEnabled: z.boolean().catch(true), ProductionAccessEnabled: z.boolean().catch(true) });

/** `body` is read twice: its checksum is signed before its first byte leaves. `isLarge` sends it as it is made. */
async function ask(method: string, path: string, body: Bytes | undefined, { settings }: Connection, io: ChannelIo, isLarge = false): Promise<Response> {
  const { accessKeyId, secretAccessKey, region } = settings;
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  const signed = await new AwsV4Signer({
    method, url: `https://email.${region}.${domain}/v2/email/${path}`, accessKeyId, secretAccessKey, region, service: "ses",
    headers: { "content-type": "application/json", ...(body && { "x-amz-content-sha256": await checksum(body) }) }, datetime: new Date(io.now()).toISOString().replace(/[:-]|\.\d{3}/g, ""),
  }).sign();
  return io.fetch(signed.url.href, { method, headers: signed.headers, ...(body && { body: isLarge ? streamOf(body) : await textOf(body) }) });
}

async function checksum({ chunks }: Bytes): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of chunks()) hash.update(chunk);
  return hash.digest("hex");
}

/** `MessageRejected:http://…` and `com.amazon…#TooManyRequestsException` without what stands around the name. */
const errorName = (given: string): string => given.split(":", 1)[0]!.split("#").at(-1)!.replace(/Exception$/, "");

function refusal(response: Response, text: string): SendResult & { ok: false } {
  const body = Refused.safeParse(jsonOf(text)).data;
  const name = errorName(response.headers.get("x-amzn-errortype") ?? body?.__type ?? body?.code ?? "").slice(0, 80);
  const code = name || `http_${response.status}`;
  const byStatus = response.status === 401 || response.status === 403 ? "auth" : response.status === 429 ? "rate" : "permanent";
  return { ok: false, class: sesError(code)?.class ?? byStatus, code, detail: (body?.message ?? body?.Message ?? text).slice(0, DETAIL_MAX), ...retryAfterOf(response) };
}

/** Amazon replaces the Message-ID; answers name this one. */
const messageIdOf = (id: string, region: string): string => `${id}@${region === "us-east-1" ? "email" : region}.amazonses.com`;

async function send(message: OutboundMessage, connection: Connection, io: ChannelIo): Promise<SendResult> {
  const ready = mailToSend(message, MAX_RECIPIENTS);
  if ("ok" in ready) return ready;
  const { email } = ready;
  const foreign = [email.from.address, ...ready.people].find((address) => asciiAddress(address) === null);
  if (foreign !== undefined) return { ok: false, class: "permanent", code: "address_not_ascii", detail: foreign };
  const { region, configurationSet } = connection.settings;
  const [conversation = "", entry = ""] = message.reference.split(":", 2);
  const list = (people: typeof email.to): string[] | undefined => (people.length > 0 ? people.map(({ address }) => asciiAddress(address)!) : undefined);
  const fields = JSON.stringify({
    FromEmailAddress: asciiAddress(email.from.address),
    Destination: { ToAddresses: list(email.to), CcAddresses: list(email.cc), BccAddresses: list(email.bcc) },
    ...(configurationSet && { ConfigurationSetName: configurationSet }),
    ...(TAG_VALUE.test(conversation) && TAG_VALUE.test(entry) && { EmailTags: [{ Name: "conversation", Value: conversation }, { Name: "message", Value: entry }] }),
  });
  // The API takes the mail as base64 within JSON only: each file is encoded twice, and never whole here.
  const body = joined([`${fields.slice(0, -1)},"Content":{"Raw":{"Data":"`, { bytes: writeMail(message, email, io.now()), as: "base64" }, `"}}}`]);
  const response = await ask("POST", "outbound-emails", body, connection, io, message.media.some(({ stream }) => stream !== undefined));
  const text = await response.text();
  // Amazon drops no repeated request: what may have been sent is for a person to judge.
  if (response.status >= 500 || response.status === 408) throw new Error(`Amazon answered ${response.status}`);
  if (!response.ok) return refusal(response, text);
  const { MessageId } = Accepted.parse(jsonOf(text));
  return { ok: true, externalId: MessageId, messageId: messageIdOf(MessageId, region) };
}

async function verify({ body }: RawRequest, { settings }: Connection, _now: number, io?: ChannelIo): Promise<boolean> {
  const message = snsMessage(body);
  return message?.TopicArn === settings.topicArn && await isSignedBySns(message, io);
}

/** Confirms a subscription. Amazon's refusal is final: the token has ended, and a new request brings another. */
async function collect(ref: string, _connection: Connection, io: ChannelIo): Promise<InboundEvent[]> {
  const url = snsUrl(ref);
  if (!url) return [];
  const response = await io.fetch(url.href, { redirect: "manual" });
  if (response.ok) return [];
  if (response.status >= 500 || response.status === 429) throw new Error(`Amazon SNS answered ${response.status}`);
  return [{ kind: "notice", code: "not-subscribed", sentence: "Amazon SNS did not accept our confirmation of its subscription. Request the confirmation again in the SNS console.", at: io.now() }];
}

async function probe(connection: Connection, io: ChannelIo): Promise<string | null> {
  const response = await ask("GET", "account", undefined, connection, io);
  const text = await response.text();
  if (!response.ok) {
    const { code } = refusal(response, text);
    // A key that may only send cannot read the account; that is no fault.
    return code === "AccessDenied" ? null : sesError(code)?.sentence ?? `Amazon answered ${response.status}. Try again later.`;
  }
  const account = AccountState.parse(jsonOf(text));
  if (!account.SendingEnabled) return sesError("SendingPaused")!.sentence;
  return account.ProductionAccessEnabled ? null : "This SES account is still in the sandbox: it sends to verified addresses only. Request production access in the SES console.";
}

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html; what became of a mail comes through Amazon SNS. */
export const ses = defineChannel({
  provider: "ses",
  kind: "email",
  title: "Amazon SES",
  reaches: [{ kind: "email", scoped: false }],
  settings: Settings,
  fields: [
    { key: "accessKeyId", label: "Access key ID", help: "AWS console → IAM → Users → Security credentials. The user needs ses:SendEmail and ses:SendRawEmail. Starts with AKIA.", secret: false },
    { key: "secretAccessKey", label: "Secret access key", help: "Shown once, when the access key is made.", secret: true },
    { key: "region", label: "Region", help: "Where the sending domain is verified, such as eu-west-1. It stands at the top right of the SES console.", secret: false },
    { key: "topicArn", label: "SNS topic ARN", help: "AWS console → SNS → Topics: make a standard topic and copy its ARN. Then, in SES → Configuration sets → Event destinations, send all sending events to it, and in SNS subscribe the address shown here by HTTPS, without raw message delivery. We confirm the subscription by ourselves.", secret: false },
    { key: "configurationSet", label: "Configuration set", help: "The configuration set that has the event destination, unless it is the domain's default.", secret: false, optional: true },
  ],
  capabilities: mailCapabilities({ files: MAX_FILES, bytes: ATTACHMENT_BYTES, perSecond: SENDS_PER_SECOND }),
  explain: (code) => sesError(code)?.sentence ?? null,
  consentAfter: (code) => (sesError(code)?.dead ? "inactive" : null),
  verify,
  receive: ({ body, receivedAt }) => {
    const message = snsMessage(body);
    return Promise.resolve(message ? sesEvents(message, receivedAt) : [{ kind: "other", label: "unreadable", at: receivedAt }]);
  },
  collect,
  send,
  probe,
});
