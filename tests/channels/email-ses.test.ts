import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChannelConnection, InboundEvent, OutboundMessage } from "../../worker/channels/channel";
import { ses } from "../../worker/channels/email-ses";
import { parseMail } from "../../worker/channels/mime";
import { isSignedBySns, snsMessage, snsUrl } from "../../worker/channels/sns";
import { fileOf, letter, NOW, pretendIo, recordedRequest } from "../support/mail-channel";
import manifest from "./fixtures/ses/manifest.json";
import certificate from "./fixtures/ses/signing-cert.pem?raw";
import vectors from "./fixtures/ses/signatures.json";

const files = import.meta.glob<string>("./fixtures/ses/*ti*.json", { query: "?raw", import: "default", eager: true });
const TOPIC = "arn:aws:sns:us-east-1:123456789012:ses-events";
const SETTINGS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", region: "us-east-1", topicArn: TOPIC };
const connection: ChannelConnection<typeof SETTINGS> = { id: "cn_1", accountId: "a_1", address: "support@acme.example", settings: SETTINGS, ownAddresses: [], country: "US" };
const request = (body: string, headers: Record<string, string | undefined> = { "content-type": "text/plain; charset=UTF-8" }) => recordedRequest("ses", body, headers);
const recorded = manifest.files.filter(({ headers }) => headers !== undefined);
const hook = (file: string) => request(files[`./fixtures/ses/${file}`]!, recorded.find((entry) => entry.file === file)!.headers);
const changed = (file: string, change: Record<string, unknown>) => request(JSON.stringify({ ...JSON.parse(files[`./fixtures/ses/${file}`]!) as object, ...change }));
/** Amazon's host with the certificate; what is remembered of it must not hide a missing check. */
let fresh = 0;
const certified = (pem = certificate) => pretendIo(() => new Response(pem));
const elsewhere = (raw: ReturnType<typeof request>, url = `https://sns.us-east-1.amazonaws.com/${++fresh}.pem`) => {
  const message = JSON.parse(new TextDecoder().decode(raw.body)) as Record<string, unknown>;
  return { ...raw, body: new TextEncoder().encode(JSON.stringify({ ...message, SigningCertURL: url })) };
};
const verify = (raw: ReturnType<typeof request>, { io } = certified(), settings: Partial<typeof SETTINGS> = {}) => ses.verify(raw, { ...connection, settings: { ...SETTINGS, ...settings } }, NOW, io);
const honest = recorded.filter(({ event }) => event !== "security").map(({ file }) => file);

describe("a signature", () => {
  const { message: signed, signatureV1, signatureV2, certificatePem } = vectors;
  it.each<[string, Record<string, unknown>, boolean]>([
    ["version 1", { SignatureVersion: "1", Signature: signatureV1 }, true], ["version 2", { SignatureVersion: "2", Signature: signatureV2 }, true], ["one version's under the other's name", { SignatureVersion: "2", Signature: signatureV1 }, false],
    ["without its subject", { SignatureVersion: "1", Signature: signatureV1, Subject: undefined }, false],
  ])("is judged as the vector says: %s", async (_name, change, valid) => {
    const message = snsMessage(new TextEncoder().encode(JSON.stringify({ ...signed, SigningCertURL: "https://sns.us-east-1.amazonaws.com/vector.pem", ...change })))!;
    expect(await isSignedBySns(message, certified(certificatePem).io)).toBe(valid);
  });

  it.each(honest)("holds over what %s says, and over nothing else", async (file) => {
    expect(await verify(hook(file))).toBe(true);
    const message = JSON.parse(files[`./fixtures/ses/${file}`]!) as Record<string, string>;
    for (const change of [{ Message: `${message["Message"]} ` }, { MessageId: "x" }, { Timestamp: "2026-11-22T10:00:01.000Z" }, { Signature: "" }, { Signature: "!!" }, { Signature: message["Signature"]!.slice(0, -8) }, { SignatureVersion: message["SignatureVersion"] === "1" ? "2" : "1" }, { SignatureVersion: "3" }, { Type: "Notification", Subject: "more" }])
      expect([change, await verify(changed(file, change))]).toEqual([change, false]);
  });

  it("of another topic is refused, though Amazon made it", async () => {
    expect(await verify(hook(honest[0]!), certified(), { topicArn: `${TOPIC}-2` })).toBe(false);
    expect(await verify(changed(honest[0]!, { TopicArn: `${TOPIC}-2` }), certified(), { topicArn: `${TOPIC}-2` })).toBe(false);
  });

  it.each([
    "http://sns.us-east-1.amazonaws.com/a.pem", "https://sns.us-east-1.amazonaws.com.evil.example/a.pem", "https://evil.example/sns.us-east-1.amazonaws.com/a.pem", "https://sns.us-east-1.amazonaws.com:8443/a.pem", "https://u:p@sns.us-east-1.amazonaws.com/a.pem",
    "https://s3.us-east-1.amazonaws.com/a.pem", "https://sns.evil.us-east-1.amazonaws.com/a.pem", "https://sns.us-east-1.amazonaws.com/a.txt", "https://sns.us-east-1.amazonaws.com@evil.example/a.pem", "file:///a.pem", "x",
  ])("with its certificate at %s is refused, and nothing is fetched", async (url) => {
    const world = certified();
    expect(await verify(elsewhere(hook(honest[0]!), url), world)).toBe(false);
    expect(world.calls).toEqual([]);
  });

  it("whose recorded forgery names another host is refused, and nothing is fetched", async () => {
    const world = certified();
    expect(await verify(hook("subscription-confirmation.evil-url.json"), world)).toBe(false);
    expect(world.calls).toEqual([]);
  });

  it("the certificate is fetched once", async () => {
    const world = certified();
    const once = elsewhere(hook(honest[0]!));
    expect([await verify(once, world), await verify(once, world), await verify(once, pretendIo(() => { throw new Error("asked again"); }))]).toEqual([true, true, true]);
    expect(world.calls).toHaveLength(1);
  });

  it("waits where the certificate cannot be had now, and is refused where it is none", async () => {
    await expect(verify(elsewhere(hook(honest[0]!)), pretendIo(() => new Response("", { status: 503 })))).rejects.toThrow("503");
    for (const pem of ["", "no certificate", "x".repeat(50_000)]) expect(await verify(elsewhere(hook(honest[0]!)), certified(pem))).toBe(false);
    expect(await ses.verify(elsewhere(hook(honest[0]!)), connection, NOW)).toBe(false);
  });

  it.each(["", "{}", "null", "[]", JSON.stringify({ Type: "Notification", TopicArn: TOPIC })])("is not found in %j", async (body) => expect(await verify(request(body))).toBe(false));
});

const at = (time: string) => Date.parse(`2026-11-22T${time}.000Z`);
const ID = "0100018fc4ca4238a0b923820dcc509a-000000";
const jane = { kind: "email", address: "jane@example.com" };
const subscribe = (file: string) => (JSON.parse(files[`./fixtures/ses/${file}`]!) as { SubscribeURL: string }).SubscribeURL;
const EVENTS: Record<string, unknown[]> = {
  "notification.delivery.json": [{ kind: "status", state: "delivered", at: at("09:59:02"), externalId: ID, recipient: "jane@example.com" }],
  "notification.send.json": [{ kind: "status", state: "sent", at: NOW, externalId: ID }],
  "notification.old-style-notificationType.json": [{ kind: "status", state: "delivered", at: NOW, externalId: ID, recipient: "b@example.com" }],
  "notification.bounce-permanent.json": [{ kind: "status", state: "failed", at: at("09:59:02"), externalId: "0100018fc81e728d9d4c2f636f067f89-000000", recipient: "jane@example.com", code: "5.1.1", class: "permanent", detail: "550 5.1.1 user unknown" }],
  "notification.bounce-transient.json": [{ kind: "status", state: "failed", at: NOW, externalId: "0100018feccbc87e4b5ce2fe28308fd9-000000", recipient: "jane@example.com", code: "bounce/Transient/MailboxFull", class: "temporary" }],
  "notification.complaint.json": [{ kind: "status", state: "delivered", at: NOW, externalId: ID, recipient: "jane@example.com" }, { kind: "complaint", from: jane, at: NOW }],
  "subscription-confirmation.json": [{ kind: "pending", ref: subscribe("subscription-confirmation.json"), at: NOW }],
  "subscription-confirmation.v2.json": [{ kind: "pending", ref: subscribe("subscription-confirmation.v2.json"), at: NOW }],
  "unsubscribe-confirmation.json": [{ kind: "notice", code: "unsubscribed", sentence: expect.stringMatching(/has ended the subscription/) as string, at: NOW }],
};

describe("a message of SNS", () => {
  it.each(recorded.filter(({ file }) => honest.includes(file)).map(({ file, expect: meaning }) => [file, meaning]))("%s means: %s", async (file) => {
    expect(await ses.receive(hook(file), connection)).toEqual(EVENTS[file]);
  });

  const report = async (body: unknown) => ses.receive(changed("notification.send.json", { Message: typeof body === "string" ? body : JSON.stringify(body) }), connection);
  const mail = { messageId: "m1", destination: ["jane@example.com"], tags: { conversation: ["c_1"], message: ["en_1"], "ses:caller-identity": ["x"] } };

  it.each<[string, Record<string, unknown>, Record<string, unknown>[]]>([
    ["a delay", { eventType: "DeliveryDelay", deliveryDelay: { delayType: "MailboxFull", delayedRecipients: [{ emailAddress: "Jane <jane@example.com>", diagnosticCode: "400 full" }] } }, [{ state: "sending", recipient: "jane@example.com", detail: "400 full" }]],
    ["a rejection", { eventType: "Reject", reject: { reason: "Bad content" } }, [{ state: "failed", code: "rejected", class: "permanent", detail: "Bad content" }]],
    ["a template that failed", { eventType: "Rendering Failure", failure: { errorMessage: "x" } }, [{ state: "failed", code: "rendering-failure" }]],
    ["a bounce of two", { eventType: "Bounce", bounce: { bounceType: "Undetermined", bounceSubType: "Undetermined", bouncedRecipients: [{ emailAddress: "a@example.com" }, { emailAddress: "b@example.com" }] } }, [{ recipient: "a@example.com", class: "temporary", code: "bounce/Undetermined/Undetermined" }, { recipient: "b@example.com" }]],
    ["a suppressed address", { eventType: "Bounce", bounce: { bounceType: "Permanent", bounceSubType: "OnAccountSuppressionList", bouncedRecipients: [{ emailAddress: "a@example.com", status: "5.1.1" }] } }, [{ code: "bounce/Permanent/OnAccountSuppressionList", class: "permanent" }]],
    ["a code that says less than Amazon", { eventType: "Bounce", bounce: { bounceType: "Permanent", bounceSubType: "General", bouncedRecipients: [{ emailAddress: "a@example.com", status: "4.4.7" }] } }, [{ code: "bounce/Permanent/General", class: "permanent" }]],
    ["a click", { eventType: "Click", click: {} }, [{ kind: "other", label: "Click" }]],
    ["a new kind", { eventType: "Subscription" }, [{ kind: "other", label: "Subscription" }]],
    ["a complaint of somebody among several", { eventType: "Complaint", complaint: { complainedRecipients: [{ emailAddress: "a@example.com" }, { emailAddress: "b@example.com" }] } }, [{ kind: "other", label: "Complaint" }]],
  ])("%s is understood", async (_name, body, events) => {
    const found = await report({ mail, ...body });
    expect(found).toMatchObject(events);
    for (const event of found) if (event.kind === "status") expect([event.reference, event.code === undefined || ses.explain(event.code) !== null]).toEqual(["c_1:en_1", true]);
  });

  it.each(["", "Successfully validated SNS topic for Amazon SES event publishing.", "{}", '{"mail":{}}'])("that says %j is kept as unreadable", async (body) => expect(await report(body)).toEqual([{ kind: "other", label: "unreadable", at: NOW }]));

  it("of any shape never breaks the reader", async () => {
    const kinds: InboundEvent["kind"][] = ["status", "complaint", "other", "notice", "pending"];
    const part = fc.oneof(fc.jsonValue(), fc.record({ recipients: fc.jsonValue(), bouncedRecipients: fc.array(fc.record({ emailAddress: fc.jsonValue(), status: fc.jsonValue() })), bounceType: fc.jsonValue(), timestamp: fc.jsonValue() }));
    await fc.assert(fc.asyncProperty(fc.record({ eventType: fc.constantFrom("Bounce", "Delivery", "Complaint", "DeliveryDelay", "Reject", "__proto__"), mail: fc.oneof(fc.constant(mail), fc.jsonValue()), bounce: part, delivery: part, complaint: part, deliveryDelay: part, reject: part }), async (body) => {
      for (const event of await report(body)) expect(kinds).toContain(event.kind);
    }), { numRuns: 150 });
  });
});

describe("a subscription", () => {
  const confirm = (url: string, status: number) => {
    const { io, calls } = pretendIo(() => new Response("", { status }));
    return { done: ses.collect!(url, connection, io), calls };
  };

  it("is confirmed by visiting the URL that Amazon signed", async () => {
    const { done, calls } = confirm(subscribe("subscription-confirmation.json"), 200);
    expect([await done, calls.map(({ method, url }) => `${method} ${url}`)]).toEqual([[], [`GET ${subscribe("subscription-confirmation.json")}`]]);
  });

  it("is tried again while Amazon is busy, and told of when it refuses", async () => {
    for (const status of [500, 503, 429]) await expect(confirm(subscribe("subscription-confirmation.json"), status).done).rejects.toThrow(String(status));
    expect(await confirm(subscribe("subscription-confirmation.json"), 400).done).toMatchObject([{ kind: "notice", code: "not-subscribed" }]);
  });

  it("is never confirmed anywhere else", async () => {
    const event = await ses.receive(changed("subscription-confirmation.json", { SubscribeURL: "https://evil.example/?Action=ConfirmSubscription" }), connection);
    const { done, calls } = confirm("https://evil.example/", 200);
    expect([event, await done, calls]).toEqual([[{ kind: "other", label: "subscription", at: NOW }], [], []]);
    expect(snsUrl("https://sns.cn-north-1.amazonaws.com.cn/?a=b")?.hostname).toBe("sns.cn-north-1.amazonaws.com.cn");
  });
});

const took = () => Response.json({ MessageId: "0100018f-1" });
async function send(answer: () => Response | Promise<Response>, message: OutboundMessage = letter(), settings: Partial<typeof SETTINGS & { configurationSet: string }> = {}) {
  const { io, calls } = pretendIo(answer);
  return { result: await ses.send!(message, { ...connection, settings: { ...SETTINGS, ...settings } }, io), calls };
}

describe("sending", () => {
  it("hands Amazon the raw mail, signed, with its recipients beside it", async () => {
    const { result, calls } = await send(took, letter({ cc: [{ name: "C", address: "c@bücher.example" }], bcc: [{ name: "", address: "b@example.com" }] }, { media: [fileOf("a.txt", "text/plain", new Uint8Array([1, 2, 3]))] }), { configurationSet: "tracked" });
    expect(result).toEqual({ ok: true, externalId: "0100018f-1", messageId: "0100018f-1@email.amazonses.com" });
    const [call] = calls;
    expect([call!.method, call!.url]).toEqual(["POST", "https://email.us-east-1.amazonaws.com/v2/email/outbound-emails"]);
    const { Content, ...body } = JSON.parse(call!.body) as { Content: { Raw: { Data: string } } };
    expect(body).toEqual({
      FromEmailAddress: "support@acme.example", Destination: { ToAddresses: ["jane@example.com"], CcAddresses: ["c@xn--bcher-kva.example"], BccAddresses: ["b@example.com"] },
      ConfigurationSetName: "tracked", EmailTags: [{ Name: "conversation", Value: "c_1" }, { Name: "message", Value: "en_1" }],
    });
    const mail = await parseMail(Uint8Array.from(atob(Content.Raw.Data), (char) => char.charCodeAt(0)));
    expect(mail).toMatchObject({ from: { name: "Acme" }, subject: "Re: Order", text: "Hi\n", inReplyTo: ["a@b"], bcc: [], files: [{ name: "a.txt" }], date: NOW });
  });

  it("is signed by version 4 for this service, region and moment", async () => {
    const { calls } = await send(took, letter(), { region: "eu-west-1" });
    const { headers } = calls[0]!;
    expect(headers.get("x-amz-date")).toBe("20261122T100000Z");
    expect(headers.get("authorization")).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20261122\/eu-west-1\/ses\/aws4_request, SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, Signature=[0-9a-f]{64}$/);
    expect((await send(took, letter({ subject: "Other" }), { region: "eu-west-1" })).calls[0]!.headers.get("authorization")).not.toBe(headers.get("authorization"));
    expect((await send(took, letter(), { region: "eu-west-1" })).result).toMatchObject({ messageId: "0100018f-1@eu-west-1.amazonses.com" });
  });

  it.each<[number, string, string, string]>([
    [400, "MessageRejected", "permanent", "MessageRejected"], [400, "MailFromDomainNotVerifiedException", "config", "MailFromDomainNotVerified"], [400, "AccountSuspendedException", "config", "AccountSuspended"], [400, "SendingPausedException", "config", "SendingPaused"],
    [429, "TooManyRequestsException", "rate", "TooManyRequests"], [400, "LimitExceededException", "rate", "LimitExceeded"], [400, "BadRequestException", "permanent", "BadRequest"], [404, "NotFoundException:http://internal.amazon.com/", "config", "NotFound"],
    [403, "InvalidSignatureException", "auth", "InvalidSignature"], [403, "ExpiredTokenException", "auth", "ExpiredToken"], [403, "com.amazonaws#UnrecognizedClientException", "auth", "UnrecognizedClient"], [403, "AccessDeniedException", "auth", "AccessDenied"],
    [403, "", "auth", "http_403"], [429, "", "rate", "http_429"], [418, "NewException", "permanent", "New"],
  ])("%i %s is %s", async (status, type, failure, code) => {
    for (const answer of [() => Response.json({ message: "why" }, { status, headers: { "x-amzn-errortype": type } }), () => Response.json({ __type: type, Message: "why" }, { status })])
      expect((await send(answer)).result).toMatchObject({ ok: false, class: failure, code, detail: "why" });
    if (code !== "New") expect(ses.explain(code)).toMatch(/\.$/);
  });

  it.each([500, 503, 408])("the answer %i leaves the outcome unknown", async (status) => await expect(send(() => Response.json({}, { status }))).rejects.toThrow(String(status)));

  it("a lost connection or an answer without an id leaves the outcome unknown", async () => {
    await expect(send(() => Promise.reject(new TypeError("lost")))).rejects.toThrow("lost");
    await expect(send(() => new Response("<html>"))).rejects.toThrow();
  });

  it.each<[string, OutboundMessage]>([
    ["no_email", { ...letter(), email: null }], ["address_not_ascii", letter({ to: [{ name: "", address: "žofie@example.com" }] })], ["invalid_address", letter({ to: [{ name: "", address: "jane@example.com\r\nBcc: m@evil.example" }] })],
    ["too_many_recipients", letter({ bcc: Array.from({ length: 50 }, (_, n) => ({ name: "", address: `p${n}@example.com` })) })],
  ])("%s is surely not sent, and explained", async (code, message) => {
    const { result, calls } = await send(took, message);
    expect([result, calls]).toMatchObject([{ ok: false, class: "permanent", code }, []]);
    expect(ses.explain(code)).toMatch(/\.$/);
  });
});

it.each<[string, number, unknown, string, RegExp | null]>([
  ["is content with an account that may send", 200, { SendingEnabled: true, ProductionAccessEnabled: true }, "", null], ["names the sandbox", 200, { SendingEnabled: true, ProductionAccessEnabled: false }, "", /sandbox/], ["names a pause", 200, { SendingEnabled: false }, "", /stopped/],
  ["accepts a key that may only send", 403, {}, "AccessDeniedException", null], ["names a wrong key", 403, {}, "UnrecognizedClientException", /access key/], ["says when Amazon does not answer properly", 503, {}, "", /503/],
])("the check when connecting %s", async (_name, status, body, type, sentence) => {
  const { io, calls } = pretendIo(() => Response.json(body, { status, headers: { "x-amzn-errortype": type } }));
  const said = await ses.probe!(connection, io);
  expect(calls.map(({ method, url }) => `${method} ${url}`)).toEqual(["GET https://email.us-east-1.amazonaws.com/v2/email/account"]);
  if (sentence === null) expect(said).toBeNull();
  else expect(said).toMatch(sentence);
});

it.each([["5.1.1", "inactive"], ["bounce/Permanent/OnAccountSuppressionList", "inactive"], ["bounce/Transient/General", null], ["rejected", null], ["no-such-code", null], ["__proto__", null]])("after %s the consent is %s", (code, consent) => {
  expect(ses.consentAfter!(code)).toBe(consent);
});

it("takes regions and topics only", () => {
  const isFine = (change: Record<string, string>) => ses.settings.safeParse({ ...SETTINGS, ...change }).success;
  expect([isFine({}), isFine({ region: "us-gov-west-1" }), isFine({ region: "evil.example/#" }), isFine({ topicArn: "arn:aws:sqs:us-east-1:123456789012:x" })]).toEqual([true, true, false, false]);
});
