import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChannelConnection, ChannelIo, InboundEvent } from "../../worker/channels/channel";
import { mailgun } from "../../worker/channels/email-mailgun";
import { bytesOfUrl, fileOf, letter, NOW, pretendIo, recordedRequest } from "../support/mail-channel";
import { MAILGUN, mailgunForm } from "../support/mail-companies";
import manifest from "./fixtures/mailgun/manifest.json";
import outbound from "./fixtures/mailgun/outbound.json";
import vector from "./fixtures/mailgun/signatures.json";

const urls = import.meta.glob<string>(["./fixtures/mailgun/event.*.json", "./fixtures/mailgun/inbound.*.txt"], { query: "?url&inline", import: "default", eager: true });
const EVENT_AT = 1_795_341_600_123;
const connection: ChannelConnection<typeof MAILGUN> = { id: "cn_1", accountId: "a_1", address: "support@mg.acme.example", settings: MAILGUN, ownAddresses: [], country: "DE" };
const FORM = { "content-type": "application/x-www-form-urlencoded" };
const JSON_BODY = { "content-type": "application/json" };
const hook = (file: string) => recordedRequest("mailgun", bytesOfUrl(urls[`./fixtures/mailgun/${file}`]!), manifest.files.find((entry) => entry.file === file)!.headers);
const verify = (request: ReturnType<typeof hook>, now = NOW, settings: Omit<typeof MAILGUN, "signingKey"> & { signingKey?: string } = MAILGUN) => mailgun.verify(request, { ...connection, settings }, now);
const STALE = "inbound.replayed-old.txt";

describe("a signature", () => {
  const { timestamp, token, signature } = vector;
  const event = (change: Record<string, unknown> = {}) => recordedRequest("mailgun", JSON.stringify({ signature: { timestamp, token, signature, ...change }, "event-data": {} }), JSON_BODY);

  it("is judged as the vector says, as a text or a number", async () => {
    expect(await verify(event(), NOW, { ...MAILGUN, signingKey: vector.signingKey })).toBe(true);
    expect(await verify(event({ timestamp: Number(timestamp) }))).toBe(true);
  });

  it.each<[string, Record<string, unknown>]>([
    ["another token", { token: token.replace("a", "b") }], ["another time", { timestamp: String(Number(timestamp) + 1) }], ["a letter changed", { signature: `0${signature.slice(1)}` }], ["capitals", { signature: signature.toUpperCase() }], ["nothing", { signature: "" }], ["no text", { signature: 1 }],
    ["no signature", { signature: undefined }], ["digits moved from time to token", { timestamp: timestamp.slice(0, -1), token: timestamp.slice(-1) + token }], ["an odd time", { timestamp: "1e9" }], ["a fraction", { timestamp: `${timestamp}.0` }],
  ])("with %s is false", async (_name, change) => expect(await verify(event(change))).toBe(false));

  it.each(manifest.files.map(({ file }) => file))("of %s holds while it is fresh, for the right key", async (file) => {
    expect(await verify(hook(file))).toBe(file !== STALE);
    expect(await verify(hook(file), NOW, { ...MAILGUN, signingKey: "another-key" })).toBe(false);
    expect(await verify(hook(file), NOW, { apiKey: "key", domain: "mg.acme.example", region: "eu" })).toBe(false);
  });

  it.each([[0, true], [899, true], [901, false], [-899, true], [-901, false]])("%i seconds old is accepted: %s", async (seconds, isAccepted) => expect(await verify(event(), NOW + seconds * 1000)).toBe(isAccepted));

  it("that stands beside another one in a form counts for nothing", async () => {
    const body = mailgunForm({ recipient: "support@mg.acme.example" });
    expect(await verify(recordedRequest("mailgun", body, FORM))).toBe(true);
    for (const twice of ["token=x", "timestamp=1", "signature=x"]) for (const both of [`${twice}&${body}`, `${body}&${twice}`]) expect(await verify(recordedRequest("mailgun", both, FORM))).toBe(false);
  });

  it.each(["", "null", "[]", "{", '{"signature":null}'])("is never found in %j", async (body) => {
    for (const headers of [JSON_BODY, FORM, {}]) expect(await verify(recordedRequest("mailgun", body, headers))).toBe(false);
  });
});

const MAIL = { externalId: "msg_01JX@acme.example", messageId: "msg_01JX@acme.example", recipient: "jane@example.com" };
const JANE = { kind: "email", address: "jane@example.com" } as const;
const EVENTS: Record<string, InboundEvent[]> = {
  "event.accepted.json": [{ kind: "status", state: "sent", at: EVENT_AT, ...MAIL }],
  "event.delivered.json": [{ kind: "status", state: "delivered", at: EVENT_AT, ...MAIL }],
  "event.opened.json": [{ kind: "other", label: "opened", at: EVENT_AT }],
  "event.failed-permanent.json": [{ kind: "status", state: "failed", at: EVENT_AT, ...MAIL, code: "5.1.1", detail: "5.1.1 user unknown", class: "permanent" }],
  "event.failed-temporary.json": [{ kind: "status", state: "sending", at: EVENT_AT, ...MAIL }],
  "event.failed-suppress-bounce.json": [{ kind: "status", state: "failed", at: EVENT_AT, ...MAIL, code: "suppress-bounce", detail: "Not delivering to previously bounced address", class: "permanent" }],
  "event.complained.json": [{ kind: "status", state: "delivered", at: EVENT_AT, ...MAIL }, { kind: "complaint", from: JANE, at: EVENT_AT }],
  "event.unsubscribed.json": [{ kind: "consent", person: JANE, change: "stop", purpose: "all", text: null, at: EVENT_AT }],
};
const receive = (body: unknown) => mailgun.receive(recordedRequest("mailgun", typeof body === "string" ? body : JSON.stringify(body), JSON_BODY), connection);
const happened = (data: Record<string, unknown>) => receive({ "event-data": { timestamp: EVENT_AT / 1000, recipient: "jane@example.com", ...data } });

describe("a report", () => {
  it.each(manifest.files.filter(({ file }) => file.startsWith("event.")).map((entry) => [entry.file, entry.expect]))("%s means: %s", async (file) => {
    expect(await mailgun.receive(hook(file!), connection)).toEqual(EVENTS[file!]);
  });

  it("finds the message by the variables it was sent with", async () => {
    expect(await happened({ event: "delivered", "user-variables": { conversation: "c_1", message: "en_1" } })).toMatchObject([{ reference: "c_1:en_1" }]);
    expect((await happened({ event: "delivered", "user-variables": { conversation: 1 } }))[0]).not.toHaveProperty("reference");
  });

  it.each<[Record<string, unknown>, object]>([
    [{ reason: "bounce", "delivery-status": { code: 550, message: "no" } }, { code: "bounce", class: "permanent" }], [{ reason: "generic", "delivery-status": { code: 552, message: "5.2.2 mailbox full" } }, { code: "5.2.2", class: "temporary" }],
    [{ reason: "bounce", "delivery-status": { code: 550, message: "x", "enhanced-code": "5.7.1" } }, { code: "5.7.1", class: "permanent" }], [{ reason: "old", "delivery-status": { message: "4.4.7 too old" } }, { code: "old", class: "temporary" }],
    [{ reason: "suppress-complaint" }, { code: "suppress-complaint", class: "permanent" }], [{ reason: "suppress-unsubscribe" }, { code: "suppress-unsubscribe", class: "optout" }], [{ reason: "espblock" }, { code: "espblock" }], [{}, { code: "generic" }], [{ reason: "new-reason" }, { code: "new-reason", class: "permanent" }],
  ])("of a failure for good with %j is %j", async (data, expected) => {
    expect(await happened({ event: "failed", severity: "permanent", ...data })).toMatchObject([{ kind: "status", state: "failed", ...expected }]);
  });

  it("of a mail that Mailgun did not take is a failure in its words", async () => {
    expect(await happened({ event: "rejected", reject: { reason: "Sandbox subdomains are for test purposes only" } })).toMatchObject([{ state: "failed", code: "rejected", detail: "Sandbox subdomains are for test purposes only" }]);
  });

  it("ends writing to an address that is dead, and to no other", () => {
    expect(["5.1.1", "bounce", "suppress-bounce", "suppress-unsubscribe", "5.2.2", "old", "5.7.1", "http-401"].map((code) => mailgun.consentAfter!(code))).toEqual(["inactive", "inactive", "inactive", "inactive", null, null, null, null]);
    for (const code of ["5.1.1", "bounce", "suppress-bounce", "old", "rejected", "generic"]) expect(mailgun.explain(code)).toMatch(/\.$/);
  });
});

type Message = Extract<InboundEvent, { kind: "message" }>;
async function message(events: Promise<InboundEvent[]>): Promise<Message & { email: NonNullable<Message["email"]> }> {
  const [event, ...rest] = await events;
  if (event?.kind !== "message" || !event.email || rest.length > 0) throw new Error(`not one message: ${event?.kind}`);
  return { ...event, email: event.email };
}
const arrived = (file: string) => message(mailgun.receive(hook(file), connection));
const form = (fields: Parameters<typeof mailgunForm>[0]) => mailgun.receive(recordedRequest("mailgun", mailgunForm(fields), FORM), connection);

describe("a mail", () => {
  it.each(["inbound.plain.txt", "inbound.duplicate-keys.txt"])("of %s is threaded by its headers, not by fields that repeat", async (file) => {
    const event = await arrived(file);
    expect(event).toMatchObject({ externalId: expect.stringMatching(/^CAmg1@mail\.example\.com~/) as string, from: { ...JANE, name: "Jane Doe" }, text: "Thanks!\n\n> quoted" });
    expect(event.email).toMatchObject({ subject: "Re: Order", html: "<p>Thanks!</p>", messageId: "CAmg1@mail.example.com", inReplyTo: ["msg_01JABC@acme.example"], references: ["msg_01JABC@acme.example"], automatic: "no", warning: null, deliveredTo: ["support@mg.acme.example"] });
  });

  it("shows all its recipients, also where their header came twice", async () => {
    expect((await arrived("inbound.duplicate-keys.txt")).email.to.map(({ address }) => address)).toEqual(["support@mg.acme.example", "second@mg.acme.example"]);
  });

  it("brings its files, and says which of them its HTML shows", async () => {
    const { media, email } = await arrived("inbound.multipart-attachments.txt");
    expect(media.map(({ name, type, contentId }) => [name, type, contentId])).toEqual([["logo.png", "image/png", "ii_abc"], ["Über.txt", "text/plain", undefined]]);
    expect([...media[0]!.bytes!.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    expect(email.subject).toBe("Größe");
  });

  it("in its raw form is read by the common reader", async () => {
    expect(await arrived("inbound.raw-mime.txt")).toMatchObject({ text: "Raw MIME route\n", email: { subject: "Üb", messageId: "raw1@example.com" } });
  });

  it("in a charset of its own loses no letter on the way", async () => {
    const mime = Uint8Array.from("From: jane@example.com\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nGr\u00fc\u00dfe", (char) => char.charCodeAt(0));
    expect((await message(form({ recipient: "support@mg.acme.example", "body-mime": mime }))).text).toBe("Grüße\n");
  });

  it("to a domain that is connected elsewhere is noted only: one key signs for all domains of a Mailgun account", async () => {
    expect(await form({ recipient: "support@other.example", sender: "jane@example.com", "body-plain": "Hi" })).toEqual([{ kind: "other", label: "mail to another domain", at: NOW }]);
    expect(await form({ recipient: "x@other.example, reply+c_1.y@mg.acme.example", from: "jane@example.com", "body-plain": "Hi" })).toMatchObject([{ kind: "message", email: { deliveredTo: ["x@other.example", "reply+c_1.y@mg.acme.example"] } }]);
  });

  it("without a Message-ID is one message, however often a route brings it", async () => {
    const mail = { recipient: "support@mg.acme.example", sender: "jane@example.com", from: "jane@example.com", subject: "Hi", "body-plain": "one" };
    const ids = await Promise.all([mail, { ...mail, "X-Retry": "1" }, { ...mail, "body-plain": "two" }].map(async (fields) => (await message(form(fields))).externalId));
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });

  it("with the null sender is a machine's", async () => {
    expect((await message(form({ recipient: "support@mg.acme.example", sender: "", from: "jane@example.com", "body-plain": "Hi" }))).email.automatic).toBe("auto-reply");
  });

  it("of which Mailgun names no envelope sender is still a person's", async () => {
    expect((await message(form({ recipient: "support@mg.acme.example", from: "jane@example.com", "body-plain": "Hi" }))).email.automatic).toBe("no");
  });
});

describe("any body", () => {
  it.each<[string, Record<string, string>]>([["", JSON_BODY], ["{", JSON_BODY], ["[]", JSON_BODY], ['{"event-data":{}}', JSON_BODY], ["", FORM], ["a=1", FORM], ["x", { "content-type": "multipart/form-data; boundary=b" }], ["x", {}]])("%j of %j is kept as unreadable", async (body, headers) => {
    expect(await mailgun.receive(recordedRequest("mailgun", body, headers), connection)).toEqual([{ kind: "other", label: "unreadable", at: NOW }]);
  });

  it("of any shape never breaks the reader", async () => {
    const events = fc.record({ event: fc.constantFrom("failed", "delivered", "complained", "unsubscribed", "rejected", "__proto__"), severity: fc.jsonValue(), reason: fc.jsonValue(), recipient: fc.jsonValue(), message: fc.jsonValue(), "delivery-status": fc.jsonValue(), "user-variables": fc.jsonValue() });
    await fc.assert(fc.asyncProperty(events, async (data) => { expect((await happened(data)).length).toBeGreaterThan(0); }), { numRuns: 150 });
    const fields = fc.dictionary(fc.constantFrom("recipient", "sender", "from", "subject", "message-headers", "content-id-map", "body-plain", "body-html", "body-mime", "To"), fc.oneof(fc.string({ unit: "grapheme" }), fc.json()));
    await fc.assert(fc.asyncProperty(fields, async (values) => { expect((await form(values)).length).toBeGreaterThan(0); }), { numRuns: 150 });
  });
});

const accepted = () => Response.json(outbound.exchanges[0]!.response.body);
async function send(answer: () => Response = accepted, outgoing = letter()) {
  const { io, calls } = pretendIo(answer);
  return { result: await mailgun.send!(outgoing, connection, io), calls };
}
async function formOf(outgoing: ReturnType<typeof letter>): Promise<FormData> {
  let form = new FormData();
  const io: ChannelIo = { now: () => NOW, fetch: async (input, init) => { form = await new Request(input as RequestInfo, init).formData(); return accepted(); } };
  await mailgun.send!(outgoing, connection, io);
  return form;
}

describe("sending", () => {
  it("asks Mailgun as its documentation does, in the account's region", async () => {
    const { request } = outbound.exchanges[0]!;
    const { result, calls } = await send(accepted, letter({ from: { name: "", address: "support@mg.acme.example" }, subject: "Re", html: null, inReplyTo: null, references: [] }));
    expect(result).toEqual({ ok: true, externalId: "msg_01J@acme.example", messageId: "msg_01J@acme.example" });
    expect([calls[0]!.method, calls[0]!.url]).toEqual([request.method, request.url]);
    expect(calls[0]!.headers.get("authorization")).toBe(`Basic ${btoa("api:key")}`);
    expect(calls[0]!.headers.get("content-type")).toMatch(request.headers!["Content-Type"]);
    expect(Object.fromEntries(new URLSearchParams(calls[0]!.body))).toEqual({ from: "support@mg.acme.example", to: "jane@example.com", subject: "Re", text: "Hi", "h:Message-Id": "<msg_01J@acme.example>", "v:conversation": "c_1", "v:message": "en_1", "o:tracking": "no" });
  });

  it("names thread, copies, answers, files and further headers", async () => {
    const file = fileOf("Über.txt", "text/plain", Uint8Array.of(0, 255, 13, 10));
    const fields = await formOf(letter({ cc: [{ name: "Doe, John", address: "john@example.com" }, { name: "", address: "a@example.com" }], bcc: [{ name: "", address: "b@example.com" }], replyTo: "reply+c_1.x@acme.example", headers: { "Auto-Submitted": "auto-replied" } }, { media: [file] }));
    const attached = fields.get("attachment") as unknown as File;
    expect([attached.name, attached.type, [...new Uint8Array(await attached.arrayBuffer())]]).toEqual(["Über.txt", "text/plain", [0, 255, 13, 10]]);
    expect(Object.fromEntries([...fields].filter(([name]) => name !== "attachment"))).toEqual({
      from: "Acme <support@acme.example>", to: "jane@example.com", cc: '"Doe, John" <john@example.com>, a@example.com', bcc: "b@example.com", subject: "Re: Order", text: "Hi", html: "<p>Hi</p>",
      "h:Message-Id": "<msg_01J@acme.example>", "h:In-Reply-To": "<a@b>", "h:References": "<r@b> <a@b>", "h:Reply-To": "reply+c_1.x@acme.example", "h:Auto-Submitted": "auto-replied", "v:conversation": "c_1", "v:message": "en_1", "o:tracking": "no",
    });
  });

  it("goes to the other region where the account lives there", async () => {
    const { io, calls } = pretendIo(accepted);
    await mailgun.send!(letter(), { ...connection, settings: { ...MAILGUN, region: "us" } }, io);
    expect(calls[0]!.url).toBe("https://api.mailgun.net/v3/mg.acme.example/messages");
  });

  it("writes no line ends of ours into a header", async () => {
    const fields = await formOf(letter({ subject: "Hi\r\nBcc: eve@example.com" }));
    expect(fields.get("subject")).toBe("Hi Bcc: eve@example.com");
  });

  const CLASSES: Record<string, string> = { "bad to": "permanent", key: "auth", rate: "rate" };
  it.each(outbound.exchanges.slice(1).map(({ name, response }): [string, typeof response] => [name, response]))("that is answered with %s is refused with a sentence", async (name, { status, body }) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const { result } = await send(() => new Response(text, { status }));
    expect(result).toMatchObject({ ok: false, class: CLASSES[name], detail: typeof body === "string" ? body : body.message });
    expect(result.ok === false && mailgun.explain(result.code)).toMatch(/\.$/);
  });

  it.each<[number, Record<string, string>, object]>([
    [429, { "retry-after": "7" }, { class: "rate", retryAfterMs: 7_000 }], [402, {}, { class: "config" }], [403, {}, { class: "config" }], [404, {}, { class: "config" }], [413, {}, { class: "permanent" }], [418, {}, { class: "permanent", code: "http-418" }],
  ])("that is answered %i is surely not sent", async (status, headers, expected) => expect((await send(() => new Response("x", { status, headers }))).result).toMatchObject({ ok: false, ...expected }));

  it.each([[500, "{}"], [503, ""], [408, ""], [200, "<html>"], [200, "{}"]])("that is answered %i %j has an unknown outcome", async (status, body) => {
    await expect(send(() => new Response(body, { status }))).rejects.toThrow(/Mailgun answered/);
  });

  it.each([["no email fields", { ...letter(), email: null }, "no_email"], ["an impossible address", letter({ cc: [{ name: "", address: "nobody" }] }), "invalid_address"], ["no recipient", letter({ to: [] }), "no_recipient"]])("with %s never leaves", async (_name, outgoing, code) => {
    const { result, calls } = await send(accepted, outgoing);
    expect([result, calls]).toEqual([{ ok: false, class: "permanent", code, detail: expect.any(String) as string }, []]);
    expect(mailgun.explain(code)).toMatch(/\.$/);
  });
});

describe("the check of a connection", () => {
  const probe = async (...answers: [number, unknown][]) => {
    const left = [...answers];
    const { io, calls } = pretendIo(() => { const [status, body] = left.shift()!; return Response.json(body, { status }); });
    return { said: await mailgun.probe!(connection, io), calls };
  };
  it("asks for the domain in its region", async () => {
    const { said, calls } = await probe([200, { domain: { name: "mg.acme.example", state: "active" } }]);
    expect([said, calls.map(({ method, url }) => `${method} ${url}`)]).toEqual([null, ["GET https://api.eu.mailgun.net/v3/domains/mg.acme.example"]]);
  });
  it("of a key that may only send sends nothing, and is content", async () => {
    const { said, calls } = await probe([401, "Forbidden"], [400, { message: "from parameter is missing" }]);
    expect([said, calls[1]!.method, calls[1]!.body]).toEqual([null, "POST", ""]);
  });
  it.each<[[number, unknown][], RegExp]>([
    [[[200, { domain: { state: "unverified" } }]], /not verified mg\.acme\.example/], [[[404, {}]], /domain and region/], [[[401, "Forbidden"], [401, "Forbidden"]], /API key/], [[[403, {}], [404, {}]], /domain and region/], [[[500, {}]], /answered 500/], [[[401, ""], [500, {}]], /answered 500/],
  ])("answered %j says what to do", async (answers, sentence) => expect((await probe(...answers)).said).toMatch(sentence));
});
