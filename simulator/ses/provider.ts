import { createHash } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import { z } from "zod";
import type { WorldConnection, WorldMessage } from "../api";
import { domainOf } from "../mail/address";
import { FINAL_STATES, concerned, mailPlan } from "../mail/fates";
import { readMail } from "../mail/read";
import { type Answer, type Call, type Progress, type Provider, type Realm, type Webhook, Refused, addressed, json, secretOf, text } from "../provider";
import { bytesOf } from "../upload";
import { type Posted, signingKey, signSns } from "./sns";

const NAME = "ses";
const REGIONS = ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-1"];
const SENT_AFTER_MS = 120;
/** SNS: three attempts at once, then ever slower ones for hours, a hundred times as fast. */
const RETRIES_MS = [10, 10, 200, 2_000, 20_000];
const MAX_RECIPIENTS = 50;

const list = z.array(z.string()).default([]);
const Outbound = z.object({
  FromEmailAddress: z.string(), Destination: z.object({ ToAddresses: list, CcAddresses: list, BccAddresses: list }),
  Content: z.object({ Raw: z.object({ Data: z.base64() }) }), ConfigurationSetName: z.string().optional(), EmailTags: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
});

export const ses: Provider = {
  name: NAME,
  hosts: REGIONS.flatMap((region) => [`email.${region}.amazonaws.com`, `sns.${region}.amazonaws.com`]),
  finalStates: FINAL_STATES,
  isSend: ({ method, url }) => method === "POST" && url.pathname === "/v2/email/outbound-emails",
  answer: (call, realm) => (call.url.hostname.startsWith("sns.") ? published(call, realm) : answer(call, realm)),
  refuse: (status) => (status === 429 ? problem(429, "TooManyRequestsException", "Maximum sending rate exceeded.") : status === 403 ? problem(403, "InvalidSignatureException", "The request signature we calculated does not match.") : problem(status, "InternalFailure", "The request was refused.")),
  receive: () => Promise.reject(new Refused("SES only sends; mail comes in through cloudflare-email")),
  progress,
  sign: ({ body, eventId }) => {
    const { Type, TopicArn } = JSON.parse(body) as Posted;
    return Promise.resolve({ "user-agent": "Amazon Simple Notification Service Agent", "x-amz-sns-message-type": Type, "x-amz-sns-message-id": eventId, "x-amz-sns-topic-arn": TopicArn });
  },
  retryDelaysMs: (_, status) => (status >= 400 && status < 500 && status !== 429 ? [] : RETRIES_MS),
  actions: { subscribe },
  views: { subscriptions: (realm) => realm.notes.get<string[]>("ses subscriptions") ?? [] },
};

const problem = (status: number, type: string, message: string): Answer => json(status, { message }, { "x-amzn-errortype": type });

/** Whose key signed the request, if its signature holds. */
async function owners({ method, url, headers, body }: Call, realm: Realm): Promise<WorldConnection[]> {
  const [, accessKeyId, region] = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/ses\/aws4_request/.exec(headers.get("authorization") ?? "") ?? [];
  const mine = realm.connections().filter((connection) => connection.provider === NAME && secretOf(connection, "accessKeyId") === accessKeyId);
  const [first] = mine;
  if (!first || !accessKeyId || !region || url.hostname !== `email.${region}.amazonaws.com`) return [];
  // A client that names its body's checksum signs that, and the checksum must be the body's.
  const checksum = headers.get("x-amz-content-sha256");
  if (checksum !== null && checksum !== createHash("sha256").update(body).digest("hex")) return [];
  const signer = new AwsV4Signer({ ...(checksum !== null && { headers: { "x-amz-content-sha256": checksum } }), method, url: url.href, accessKeyId, secretAccessKey: secretOf(first, "secretAccessKey"), region, service: "ses", datetime: headers.get("x-amz-date") ?? "", ...(body.length > 0 && { body: text(body) }) });
  return (await signer.sign()).headers.get("authorization") === headers.get("authorization") ? mine : [];
}

async function answer(call: Call, realm: Realm): Promise<Answer> {
  const mine = await owners(call, realm);
  if (mine.length === 0) return problem(403, "InvalidSignatureException", "The request signature we calculated does not match the signature you provided.");
  if (call.method === "GET" && call.url.pathname === "/v2/email/account") return json(200, { SendingEnabled: true, ProductionAccessEnabled: true, EnforcementStatus: "HEALTHY" });
  if (call.method !== "POST" || call.url.pathname !== "/v2/email/outbound-emails") return problem(404, "NotFoundException", "There is no such operation.");
  const outbound = Outbound.safeParse(parsed(call)).data;
  if (!outbound) return problem(400, "BadRequestException", "The request is not well formed.");
  const { ToAddresses, CcAddresses, BccAddresses } = outbound.Destination;
  const everybody = [...ToAddresses, ...CcAddresses, ...BccAddresses];
  if (everybody.length === 0 || everybody.length > MAX_RECIPIENTS) return problem(400, "BadRequestException", "A message has 1 to 50 recipients.");
  if (!mine.some(({ address }) => domainOf(address) === domainOf(outbound.FromEmailAddress))) return problem(400, "MessageRejected", "Email address is not verified.");
  const at = new Date(realm.now()).toISOString();
  const id = `0100${crypto.randomUUID()}-000000`;
  const read = await readMail(Uint8Array.from(bytesOf(outbound.Content.Raw.Data)), everybody, realm);
  const region = call.url.hostname.split(".")[1]!;
  // Whatever id the mail came with, it leaves with Amazon's.
  read.mail.messageId = `<${id}@${region === "us-east-1" ? "email" : region}.amazonses.com>`;
  const connection = mine.find(({ address }) => address === outbound.FromEmailAddress) ?? mine[0]!;
  realm.accept({
    ...read, id, provider: NAME, connectionId: connection.connectionId, by: "app", at, state: "queued", code: null, history: [{ state: "queued", code: null, at, answered: null }],
    raw: { ...outbound, Content: { Raw: { Data: `(${outbound.Content.Raw.Data.length} characters of base64)` } } },
  }, [{ afterMs: SENT_AFTER_MS, state: "sent", code: null }, ...mailPlan(everybody)]);
  return json(200, { MessageId: id });
}

function parsed({ body }: Call): unknown {
  try { return JSON.parse(text(body)); } catch { return null; }
}

/** What Amazon SNS shows the world: its certificate, and the end of a subscription's confirmation. */
async function published({ method, url }: Call, realm: Realm): Promise<Answer> {
  const { certificate, path } = await signingKey(realm, url.hostname.split(".")[1]!);
  if (method === "GET" && url.pathname === path) return { status: 200, headers: { "content-type": "application/x-pem-file" }, body: certificate };
  const [topic, token] = [url.searchParams.get("TopicArn"), url.searchParams.get("Token")];
  if (method !== "GET" || url.searchParams.get("Action") !== "ConfirmSubscription" || !topic || realm.notes.get(`ses token ${token}`) !== topic) return { status: 400, headers: { "content-type": "text/xml" }, body: "<ErrorResponse><Error><Code>InvalidParameter</Code></Error></ErrorResponse>" };
  realm.notes.put("ses subscriptions", [...new Set([...realm.notes.get<string[]>("ses subscriptions") ?? [], topic])]);
  return { status: 200, headers: { "content-type": "text/xml" }, body: `<ConfirmSubscriptionResponse><ConfirmSubscriptionResult><SubscriptionArn>${topic}:1</SubscriptionArn></ConfirmSubscriptionResult></ConfirmSubscriptionResponse>` };
}

async function posted(connection: WorldConnection, message: Omit<Posted, "MessageId" | "TopicArn" | "Timestamp">, messageId: string | null, realm: Realm): Promise<Webhook> {
  const TopicArn = secretOf(connection, "topicArn");
  const region = TopicArn.split(":")[3] ?? REGIONS[0]!;
  const { privateKey, path } = await signingKey(realm, region);
  const eventId = crypto.randomUUID();
  const body = await signSns({ ...message, MessageId: eventId, TopicArn, Timestamp: new Date(realm.now()).toISOString() }, privateKey, `https://sns.${region}.amazonaws.com${path}`);
  return { kind: "webhook", provider: NAME, connectionId: connection.connectionId, eventId, url: connection.webhookUrl, type: "text/plain; charset=UTF-8", body, messageId };
}

/** Somebody subscribes our address to the topic: Amazon asks whether we want that. */
async function subscribe(input: unknown, realm: Realm): Promise<unknown> {
  const { connection: wanted } = z.object({ connection: z.string().optional() }).parse(input);
  const connection = addressed(NAME, realm, wanted);
  const [topic, token] = [secretOf(connection, "topicArn"), crypto.randomUUID().replaceAll("-", "")];
  realm.notes.put(`ses token ${token}`, topic);
  const SubscribeURL = `https://sns.${topic.split(":")[3]}.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic}&Token=${token}`;
  return realm.deliver(await posted(connection, { Type: "SubscriptionConfirmation", Message: `You have chosen to subscribe to the topic ${topic}.`, SubscribeURL, Token: token }, null, realm));
}

const BOUNCE = { action: "failed", status: "5.1.1", diagnosticCode: "smtp; 550 5.1.1 The email account that you tried to reach does not exist." };
/** What becomes of a mail, in the words of SES' event publishing. */
const REPORTS: Readonly<Record<string, (people: string[], timestamp: string, code: string | null) => Record<string, unknown>>> = {
  sent: () => ({ eventType: "Send", send: {} }),
  delivered: (recipients, timestamp) => ({ eventType: "Delivery", delivery: { timestamp, processingTimeMillis: 420, recipients, smtpResponse: "250 2.0.0 OK" } }),
  delayed: (people, timestamp) => ({ eventType: "DeliveryDelay", deliveryDelay: { timestamp, delayType: "TransientCommunicationFailure", delayedRecipients: people.map((emailAddress) => ({ emailAddress, status: "4.4.2", diagnosticCode: "smtp; 421 4.4.2 try again later" })) } }),
  bounced: (people, timestamp, code) => ({ eventType: "Bounce", bounce: { bounceType: code ?? "Permanent", bounceSubType: "General", bouncedRecipients: people.map((emailAddress) => ({ emailAddress, ...(code === null && BOUNCE) })), timestamp, feedbackId: "x" } }),
  suppressed: (people, timestamp) => ({ eventType: "Bounce", bounce: { bounceType: "Permanent", bounceSubType: "OnAccountSuppressionList", bouncedRecipients: people.map((emailAddress) => ({ emailAddress })), timestamp, feedbackId: "x" } }),
  complained: (people, timestamp) => ({ eventType: "Complaint", complaint: { complainedRecipients: people.map((emailAddress) => ({ emailAddress })), timestamp, complaintFeedbackType: "abuse", feedbackId: "x" } }),
};

async function progress(message: WorldMessage, step: { state: string; code: string | null }, realm: Realm): Promise<Progress> {
  const connection = realm.connections().find(({ connectionId }) => connectionId === message.connectionId);
  const report = REPORTS[step.state]?.(concerned(message, step.state), new Date(realm.now()).toISOString(), step.code);
  if (!connection?.webhookUrl || !report) return { ...step, delivery: null };
  const tags = Object.fromEntries(((message.raw["EmailTags"] ?? []) as { Name: string; Value: string }[]).map(({ Name, Value }) => [Name, [Value]]));
  const about = { timestamp: message.at, messageId: message.id, source: message.from, destination: message.to.split(", "), headersTruncated: false, commonHeaders: { subject: message.mail?.subject }, tags };
  return { ...step, delivery: await posted(connection, { Type: "Notification", Subject: "Amazon SES Email Event Notification", Message: JSON.stringify({ ...report, mail: about }) }, message.id, realm) };
}
