import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChannelConnection, InboundEvent } from "../../worker/channels/channel";
import { postmark } from "../../worker/channels/email-postmark";
import { fileOf, letter, NOW, pretendIo, recordedRequest } from "../support/mail-channel";
import { BASIC, POSTMARK } from "../support/mail-companies";
import manifest from "./fixtures/postmark/manifest.json";
import outbound from "./fixtures/postmark/outbound.json";

const files = import.meta.glob<string>("./fixtures/postmark/*.json", { query: "?raw", import: "default", eager: true });
const AT = Date.parse("2026-11-22T10:00:00Z");
const SENT_AT = Date.parse("2026-11-22T09:59:58Z");
const connection: ChannelConnection<typeof POSTMARK> = { id: "cn_1", accountId: "a_1", address: "support@acme.example", settings: POSTMARK, ownAddresses: [], country: "US" };
const entryOf = (file: string) => manifest.files.find((entry) => entry.file === file)!;
const hook = (file: string) => recordedRequest("postmark", files[`./fixtures/postmark/${file}`]!, entryOf(file).headers);
const receive = (body: unknown) => postmark.receive(recordedRequest("postmark", typeof body === "string" ? body : JSON.stringify(body)), connection);

describe("a webhook proves its origin by name and password", () => {
  const verify = (authorization: string | undefined, settings = POSTMARK) => postmark.verify(recordedRequest("postmark", "{}", { authorization }), { ...connection, settings }, NOW);

  it.each(manifest.files.map(({ file }) => file))("%s does", async (file) => expect(await postmark.verify(hook(file), connection, NOW)).toBe(true));

  it.each([
    undefined, "", "Basic ", "Basic", BASIC.slice(0, -1), `${BASIC}=`, BASIC.toLowerCase(), ` ${BASIC}`, `Bearer ${BASIC.slice(6)}`, `Basic ${btoa("inbound:")}`, `Basic ${btoa("inbound:other-password")}`, `Basic ${btoa("other:test-postmark-password")}`, `Basic ${btoa("test-postmark-password")}`,
  ])("%j does not", async (authorization) => expect(await verify(authorization)).toBe(false));

  it("is never true for another connection's password", async () => expect(await verify(BASIC, { ...POSTMARK, basicPassword: "another-connections" })).toBe(false));

  it.each([{ basicPassword: "" }, { basicPassword: "short" }, { basicPassword: "with a space in it" }, { basicUser: "a:b" }, { basicPassword: undefined }])("settings with %j are refused", (change) => {
    expect(postmark.settings.safeParse({ ...POSTMARK, ...change }).success).toBe(false);
  });
});

const MAIL = { externalId: "76c68569-4337-4173-86a1-b27397437aa1", recipient: "jane@example.com" };
const JANE = { kind: "email", address: "jane@example.com" } as const;
const EVENTS: Record<string, InboundEvent[]> = {
  "delivery.json": [{ kind: "status", state: "delivered", at: AT, ...MAIL }],
  "delivery.second-recipient.json": [{ kind: "status", state: "delivered", at: AT, ...MAIL, recipient: "boss@example.com" }],
  "open.json": [{ kind: "other", label: "Open", at: AT }],
  "bounce.hard.json": [{ kind: "status", state: "failed", at: AT, ...MAIL, code: "bounce/HardBounce", detail: "smtp;550 5.1.1", class: "permanent" }],
  "bounce.soft.json": [{ kind: "status", state: "failed", at: AT, ...MAIL, code: "bounce/SoftBounce", detail: "smtp;550 5.1.1", class: "temporary" }],
  "bounce.autoresponder.json": [{ kind: "other", label: "bounce AutoResponder", at: AT }],
  "spam-complaint.json": [{ kind: "status", state: "delivered", at: AT, ...MAIL }, { kind: "complaint", from: JANE, at: AT }],
  "subscription-change.json": [{ kind: "consent", person: JANE, change: "stop", purpose: "all", text: null, at: AT }],
};
const isMail = ({ event }: { event: string }) => event === "inbound";

describe("a report", () => {
  it.each(manifest.files.filter((entry) => !isMail(entry)).map((entry) => [entry.file, entry.expect]))("%s means: %s", async (file) => {
    expect(await postmark.receive(hook(file!), connection)).toEqual(EVENTS[file!]);
  });

  it("finds the message by what it was sent with", async () => {
    expect(await receive({ RecordType: "Delivery", MessageID: "p1", Recipient: "Jane@Example.com", DeliveredAt: "2026-11-22T10:00:00Z", Metadata: { conversation: "c_1", message: "en_1" } }))
      .toEqual([{ kind: "status", state: "delivered", at: AT, externalId: "p1", recipient: "jane@example.com", reference: "c_1:en_1" }]);
  });

  it.each<[string, Partial<Extract<InboundEvent, { kind: "status" }>> | { kind: string }]>([
    ["Transient", { kind: "status", state: "sending" }], ["Unsubscribe", { kind: "consent" }], ["AddressChange", { kind: "other" }], ["ChallengeVerification", { kind: "other" }], ["OpenRelayTest", { kind: "other" }], ["Unconfirmed", { kind: "other" }],
    ["DnsError", { kind: "status", state: "failed", class: "temporary" }], ["Unknown", { kind: "status", state: "failed", class: "temporary" }], ["SpamNotification", { kind: "status", state: "failed", class: "permanent" }],
    ["VirusNotification", { kind: "status", state: "failed", class: "permanent" }], ["BadEmailAddress", { kind: "status", state: "failed", class: "permanent" }], ["ManuallyDeactivated", { kind: "status", state: "failed", class: "permanent" }],
    ["Blocked", { kind: "status", state: "failed", class: "permanent" }], ["SMTPApiError", { kind: "status", state: "failed", class: "config" }], ["DMARCPolicy", { kind: "status", state: "failed", class: "config" }], ["TemplateRenderingFailed", { kind: "status", state: "failed" }],
    ["InboundError", { kind: "notice" }], ["SpamComplaint", { kind: "status", state: "delivered" }], ["NewKindOfBounce", { kind: "status", state: "failed", class: "permanent" }], ["__proto__", { kind: "status", state: "failed" }],
  ])("of a bounce of type %s is %j, and says what to do", async (Type, event) => {
    const [first] = await receive({ RecordType: "Bounce", MessageID: "p1", Email: "jane@example.com", Type, Details: "x", BouncedAt: "2026-11-22T10:00:00Z" });
    expect(first).toMatchObject(event);
    if (first?.kind === "status" && first.state === "failed") expect(postmark.explain(first.code!)).toMatch(/\.$/);
  });

  it.each([
    [{ SuppressSending: false, SuppressionReason: "" }, "start"], [{ SuppressSending: true, SuppressionReason: "ManualSuppression" }, "stop"],
  ])("of a subscription with %j is consent: %s", async (change, expected) => {
    expect(await receive({ RecordType: "SubscriptionChange", Recipient: "jane@example.com", ...change })).toMatchObject([{ kind: "consent", change: expected }]);
  });

  it.each(["HardBounce", "SpamComplaint"])("of a subscription that ended by a %s is only noted: the report on the message says it", async (SuppressionReason) => {
    expect(await receive({ RecordType: "SubscriptionChange", Recipient: "jane@example.com", SuppressSending: true, SuppressionReason })).toMatchObject([{ kind: "other" }]);
  });

  it("without a readable time happened when it arrived", async () => {
    expect(await receive({ RecordType: "Delivery", MessageID: "p1", Recipient: "jane@example.com", DeliveredAt: "soon" })).toMatchObject([{ at: NOW }]);
  });
});

type Message = Extract<InboundEvent, { kind: "message" }>;
const message = async (file: string): Promise<Message & { email: NonNullable<Message["email"]> }> => {
  const [event, ...rest] = await postmark.receive(hook(file), connection);
  if (event?.kind !== "message" || !event.email || rest.length > 0) throw new Error("not one message");
  return { ...event, email: event.email };
};

describe("a mail", () => {
  it("is threaded by its own ids, never by Postmark's", async () => {
    expect(await message("inbound.reply.json")).toEqual({
      kind: "message", externalId: expect.stringMatching(/^c4ca4238a0b9@mail\.example\.com~[0-9a-f]{8}$/) as string, from: { ...JANE, name: "Jane Doe" }, at: SENT_AT, media: [], text: "Thanks!\n\nOn Sun, Acme wrote:\n> hi",
      email: {
        subject: "Re: Order 4821", to: [{ name: "Acme", address: "support+conv42@inbound.acme.example" }], cc: [], bcc: [], replyTo: [], html: "<p>Thanks!</p><blockquote>hi</blockquote>", quoteAt: expect.any(Number) as number, automatic: "no", warning: null, authenticity: "unverified", conversationId: null,
        messageId: "c4ca4238a0b9@mail.example.com", inReplyTo: ["msg_01JABC@acme.example"], references: ["msg_01JAAA@acme.example", "msg_01JABC@acme.example"], deliveredTo: ["support+conv42@inbound.acme.example"],
      },
    });
  });

  it("brings its files", async () => {
    const { media } = await message("inbound.attachments.json");
    expect(media.map(({ name, type, bytes }) => [name, type, bytes!.length])).toEqual([["bild.png", "image/png", 8], ["Übersicht.pdf", "application/pdf", 8]]);
  });

  it("in HTML alone has its words too, and headers count in any spelling", async () => {
    const { text, email } = await message("inbound.html-only-cc.json");
    expect(text).toBe("Hi");
    expect(email).toMatchObject({ automatic: "auto-reply", messageId: "x@y", cc: [{ name: "", address: "boss@example.com" }] });
  });

  it("of the console's check arrives like any other, so that the check shows something", async () => {
    expect((await message("inbound.setup-check.json")).from.address).toBe("support@postmarkapp.com");
  });

  it("without a Message-ID is one message, however often Postmark brings it", async () => {
    const body = { MessageID: "p1", FromFull: { Email: "jane@example.com", Name: "" }, TextBody: "Hi", OriginalRecipient: "support@acme.example" };
    const ids = await Promise.all([body, body, { ...body, MessageID: "p2" }].map(async (one) => ((await receive(one))[0] as Message).externalId));
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });

  it("with 8-bit text in its raw form is read from the fields, which Postmark has decoded", async () => {
    const [event] = await receive({ MessageID: "p1", FromFull: { Email: "jane@example.com", Name: "" }, TextBody: "Grüße", RawEmail: "From: jane@example.com\r\nContent-Type: text/plain; charset=windows-1252\r\n\r\nGr\ufffd\ufffde" });
    expect((event as Message).text).toBe("Grüße");
  });

  it("whose file is no base64 still arrives", async () => {
    const [event] = await receive({ MessageID: "p1", FromFull: { Email: "jane@example.com", Name: "" }, TextBody: "Hi", Attachments: [{ Name: "a.txt", Content: "no base64!", ContentType: "text/plain" }] });
    expect((event as Message).media).toHaveLength(1);
  });
});

describe("any body", () => {
  it.each(["", "null", "[]", "{", '{"RecordType":1}', "{}"])("%j is kept as unreadable", async (body) => expect(await receive(body)).toEqual([{ kind: "other", label: "unreadable", at: NOW }]));

  it("of any shape never breaks the reader", async () => {
    const shapes = fc.oneof(
      fc.record({ RecordType: fc.constantFrom("Delivery", "Bounce", "SpamComplaint", "SubscriptionChange", "Click", "__proto__"), Type: fc.jsonValue(), Recipient: fc.jsonValue(), Email: fc.jsonValue(), Metadata: fc.jsonValue(), SuppressSending: fc.jsonValue() }),
      fc.record({ MessageID: fc.string({ minLength: 1 }), From: fc.jsonValue(), FromFull: fc.jsonValue(), ToFull: fc.jsonValue(), Headers: fc.oneof(fc.jsonValue(), fc.array(fc.record({ Name: fc.string(), Value: fc.string() }))), Attachments: fc.jsonValue(), TextBody: fc.jsonValue(), RawEmail: fc.jsonValue() }),
    );
    await fc.assert(fc.asyncProperty(shapes, async (body) => { expect((await receive(body)).length).toBeGreaterThan(0); }), { numRuns: 200 });
  });
});

const accepted = () => Response.json(outbound.exchanges[0]!.response.body);
async function send(answer: () => Response = accepted, outgoing = letter()) {
  const { io, calls } = pretendIo(answer);
  return { result: await postmark.send!(outgoing, connection, io), calls };
}
const bodyOf = async (outgoing: ReturnType<typeof letter>) => JSON.parse((await send(accepted, outgoing)).calls[0]!.body) as Record<string, unknown>;

describe("sending", () => {
  it("asks Postmark as its documentation does", async () => {
    const { request, response } = outbound.exchanges[0]!;
    const { result, calls } = await send(accepted, letter({ from: { name: "", address: "support@acme.example" }, subject: "Re", html: null, inReplyTo: null, references: [] }));
    expect(result).toEqual({ ok: true, externalId: response.body.MessageID, messageId: "msg_01J@acme.example" });
    const { TrackOpens, TrackLinks, Metadata, ...body } = JSON.parse(calls[0]!.body) as Record<string, unknown>;
    const { Metadata: _theirs, ...documented } = request.body!;
    expect([calls[0]!.method, calls[0]!.url, body]).toEqual([request.method, request.url, documented]);
    expect([TrackOpens, TrackLinks, Metadata]).toEqual([false, "None", { conversation: "c_1", message: "en_1" }]);
    for (const [name, value] of Object.entries(request.headers!)) expect(calls[0]!.headers.get(name)).toBe(value);
  });

  it("names thread, copies, answers, files and further headers", async () => {
    const file = fileOf("Über.txt", "text/plain", new TextEncoder().encode("hello"));
    const body = await bodyOf(letter({ cc: [{ name: "Doe, John", address: "john@example.com" }, { name: "", address: "a@example.com" }], bcc: [{ name: "", address: "b@example.com" }], replyTo: "reply+c_1.x@acme.example", headers: { "Auto-Submitted": "auto-replied", "List-Unsubscribe": "<https://acme.example/u>" } }, { media: [file] }));
    expect(body).toMatchObject({
      From: "Acme <support@acme.example>", To: "jane@example.com", Cc: '"Doe, John" <john@example.com>, a@example.com', Bcc: "b@example.com", ReplyTo: "reply+c_1.x@acme.example", Subject: "Re: Order", TextBody: "Hi", HtmlBody: "<p>Hi</p>",
      Attachments: [{ Name: "Über.txt", Content: btoa("hello"), ContentType: "text/plain" }],
    });
    expect(Object.fromEntries((body["Headers"] as { Name: string; Value: string }[]).map(({ Name, Value }) => [Name, Value]))).toEqual({
      "Message-ID": "<msg_01J@acme.example>", "X-PM-KeepID": "true", "In-Reply-To": "<a@b>", References: "<r@b> <a@b>", "Auto-Submitted": "auto-replied", "List-Unsubscribe": "<https://acme.example/u>",
    });
  });

  it("writes no line ends of ours into a header", async () => {
    const body = await bodyOf(letter({ subject: "Hi\r\nBcc: eve@example.com", from: { name: "A\r\nB", address: "support@acme.example" } }));
    expect([body["Subject"], body["From"]]).toEqual(["Hi Bcc: eve@example.com", "A B <support@acme.example>"]);
  });

  it("goes by the stream of the settings", async () => {
    const { io, calls } = pretendIo(accepted);
    await postmark.send!(letter(), { ...connection, settings: { ...POSTMARK, messageStream: "desk" } }, io);
    expect(JSON.parse(calls[0]!.body)).toMatchObject({ MessageStream: "desk" });
  });

  const CLASSES: Record<string, object> = { inactive: { class: "permanent", code: "406" }, token: { class: "auth", code: "10" }, sender: { class: "config", code: "400" } };
  it.each(outbound.exchanges.slice(1).map(({ name, response }): [string, typeof response] => [name, response]))("that is answered with %s is refused with a sentence", async (name, { status, body }) => {
    const { result } = await send(() => Response.json(body, { status }));
    expect(result).toMatchObject({ ok: false, ...CLASSES[name], detail: body.Message });
    expect(result.ok === false && postmark.explain(result.code)).toMatch(/\.$/);
  });

  it.each<[number, string, Record<string, string>, object]>([
    [429, "slow down", { "retry-after": "7" }, { class: "rate", code: "http-429", retryAfterMs: 7_000 }], [429, "{}", { "retry-after": "soon" }, { class: "rate" }], [401, "<html>", {}, { class: "auth" }], [403, "", {}, { class: "config" }], [404, "", {}, { class: "config" }],
    [413, "", {}, { class: "permanent", code: "http-413" }], [422, '{"ErrorCode":300,"Message":"x"}', {}, { class: "permanent", code: "300" }], [422, '{"ErrorCode":9999,"Message":"new"}', {}, { class: "permanent", code: "9999" }], [422, '{"ErrorCode":412,"Message":"x"}', {}, { class: "config" }],
  ])("that is answered %i %j %j is surely not sent", async (status, body, headers, expected) => {
    expect((await send(() => new Response(body, { status, headers }))).result).toMatchObject({ ok: false, ...expected });
  });

  it.each([[500, "{}"], [503, ""], [408, ""], [200, "<html>"], [200, '{"ErrorCode":0}']])("that is answered %i %j has an unknown outcome", async (status, body) => {
    await expect(send(() => new Response(body, { status }))).rejects.toThrow(/Postmark answered/);
  });

  it.each([
    ["no email fields", { ...letter(), email: null }, "no_email"], ["an impossible address", letter({ to: [{ name: "", address: "nobody" }] }), "invalid_address"], ["51 recipients", letter({ bcc: Array.from({ length: 50 }, (_, index) => ({ name: "", address: `p${index}@example.com` })) }), "too_many_recipients"],
  ])("with %s never leaves", async (_name, outgoing, code) => {
    const { result, calls } = await send(accepted, outgoing);
    expect([result, calls]).toEqual([{ ok: false, class: "permanent", code, detail: expect.any(String) as string }, []]);
    expect(postmark.explain(code)).toMatch(/\.$/);
  });

  it("to an address that is dead ends writing to it; other failures do not", () => {
    expect(["406", "bounce/HardBounce", "bounce/BadEmailAddress", "bounce/SoftBounce", "10", "bounce/Blocked", "nonsense"].map((code) => postmark.consentAfter!(code))).toEqual(["inactive", "inactive", "inactive", null, null, null, null]);
  });
});

describe("the check of a connection", () => {
  const probe = (status: number, body: unknown) => postmark.probe!(connection, pretendIo(() => Response.json(body, { status })).io);
  it("asks for the stream", async () => {
    const { io, calls } = pretendIo(() => Response.json({ ID: "outbound", MessageStreamType: "Transactional" }));
    expect(await postmark.probe!(connection, io)).toBeNull();
    expect(calls.map(({ url, headers }) => [url, headers.get("x-postmark-server-token")])).toEqual([["https://api.postmarkapp.com/message-streams/outbound", "T"]]);
  });
  it.each<[number, unknown, RegExp]>([
    [401, { ErrorCode: 10, Message: "x" }, /server token/], [422, { ErrorCode: 1226, Message: "x" }, /no such message stream/], [404, {}, /no message stream outbound/], [200, { MessageStreamType: "Inbound" }, /transactional stream/], [500, {}, /answered 500/], [429, {}, /limiting/],
  ])("answered %i %j says what to do", async (status, body, sentence) => expect(await probe(status, body)).toMatch(sentence));
});
