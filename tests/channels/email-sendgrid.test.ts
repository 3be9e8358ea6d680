import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChannelConnection, InboundEvent, OutboundMessage } from "../../worker/channels/channel";
import { sendgrid } from "../../worker/channels/email-sendgrid";
import { bytesOfUrl, fileOf, letter, NOW, pretendIo, recordedRequest } from "../support/mail-channel";
import manifest from "./fixtures/sendgrid/manifest.json";
import outbound from "./fixtures/sendgrid/outbound.json";
import vectors from "./fixtures/sendgrid/signatures.json";

const urls = import.meta.glob<string>(["./fixtures/sendgrid/inbound-*.txt", "./fixtures/sendgrid/events.*.json"], { query: "?url&inline", import: "default", eager: true });
const TOKEN = "parse-token-0123456789";
const SETTINGS = { apiKey: "SG.x", eventPublicKey: manifest.publicKeySpkiBase64, parseToken: TOKEN, region: "global" as const };
const connection: ChannelConnection<typeof SETTINGS> = { id: "cn_1", accountId: "a_1", address: "support@parse.acme.example", settings: SETTINGS, ownAddresses: [], country: "US" };
const request = (body: string | Uint8Array, headers: Record<string, string | undefined> = {}) => recordedRequest("sendgrid", body, headers);
const hook = (file: string) => request(bytesOfUrl(urls[`./fixtures/sendgrid/${file}`]!), manifest.files.find((entry) => entry.file === file)!.headers);
const verify = (raw: ReturnType<typeof request>, now = NOW, settings: Partial<typeof SETTINGS> = {}) => sendgrid.verify(raw, { ...connection, settings: { ...SETTINGS, ...settings } }, now);
const events = manifest.files.filter(({ file }) => file.startsWith("events.")).map(({ file }) => file);
const mails = manifest.files.filter(({ file }) => file.startsWith("inbound-")).map(({ file }) => file);

describe("a signature", () => {
  const signed = ({ timestamp, payload, signature }: { timestamp: string; payload: string; signature: string }) =>
    request(payload, { "x-twilio-email-event-webhook-signature": signature, "x-twilio-email-event-webhook-timestamp": timestamp });

  it.each(vectors.cases.map((vector): [string, typeof vector] => [vector.name, vector]))("is judged as the vector says: %s", async (_name, vector) => {
    expect(await verify(signed(vector), NOW, { eventPublicKey: vectors.publicKeySpkiBase64 })).toBe(vector.valid);
  });

  it("of SendGrid's own test is right", async () => {
    const { publicKey, timestamp } = vectors.officialSdkVector;
    expect(await verify(signed(vectors.officialSdkVector), Number(timestamp) * 1000, { eventPublicKey: publicKey })).toBe(true);
  });

  it.each(events)("holds over the bytes of %s, and over no others", async (file) => {
    const good = hook(file);
    const NAME = "x-twilio-email-event-webhook-signature";
    const signature = good.headers[NAME]!;
    const changed = (value: string) => verify({ ...good, headers: { ...good.headers, [NAME]: value } });
    expect(await verify(good)).toBe(true);
    expect(await verify({ ...good, body: good.body.subarray(0, -2) })).toBe(false);
    expect(await verify(good, NOW, { eventPublicKey: vectors.officialSdkVector.publicKey })).toBe(false);
    expect(await verify({ ...good, headers: { ...good.headers, "x-twilio-email-event-webhook-timestamp": "1795341601" } })).toBe(false);
    for (const value of ["", "x", signature.slice(0, -4), `${signature}=`, ` ${signature}`, `${signature},${signature}`, btoa("0"), btoa("0\u0003\u0002\u0001\u0001"), btoa("0\u0004\u0002\u0000\u0002\u0000")]) expect([value, await changed(value)]).toEqual([value, false]);
  });

  it.each([[0, true], [599, true], [601, false], [-599, true], [-601, false]])("%i seconds old is accepted: %s", async (seconds, accepted) => {
    expect(await verify(hook(events[0]!), NOW + seconds * 1000)).toBe(accepted);
  });

  it.each(["", "AAAA", "MFkw"])("is never right for the key %j", async (eventPublicKey) => expect(await verify(hook(events[0]!), NOW, { eventPublicKey })).toBe(false));

  it("is refused while no key is known", async () => expect(await sendgrid.verify(hook(events[0]!), { ...connection, settings: { apiKey: "SG.x", region: "global" } }, NOW)).toBe(false));
});

describe("a mail", () => {
  const withPassword = (file: string, authorization: string | undefined) => {
    const raw = hook(file);
    return { ...raw, headers: { ...raw.headers, ...(authorization !== undefined && { authorization }) } };
  };

  it.each<[string | undefined, boolean]>([
    [`Basic ${btoa(`inbox:${TOKEN}`)}`, true], [`basic ${btoa(`:${TOKEN}`)}`, true], [undefined, false], [`Basic ${btoa(TOKEN)}`, false], [`Basic ${btoa("inbox:")}`, false], [`Basic ${btoa(`inbox:${TOKEN}x`)}`, false], [`Bearer ${btoa(`inbox:${TOKEN}`)}`, false], ["Basic !!!", false],
  ])("with the password %j is believed: %s", async (authorization, believed) => {
    expect(await verify(withPassword(mails[0]!, authorization))).toBe(believed);
  });

  it("is not believed while there is no password, whatever was sent", async () => {
    const { parseToken: _, ...settings } = SETTINGS;
    for (const password of ["", "undefined"]) expect(await sendgrid.verify(withPassword(mails[0]!, `Basic ${btoa(`inbox:${password}`)}`), { ...connection, settings }, NOW)).toBe(false);
  });

  it("the password proves mail only: whoever has it cannot report on ours", async () => {
    expect(await verify(request("[]", { "content-type": "application/json", authorization: `Basic ${btoa(`inbox:${TOKEN}`)}` }))).toBe(false);
  });

  const message = async (file: string) => {
    const [event, ...others] = await sendgrid.receive(hook(file), connection);
    expect(others).toEqual([]);
    if (event?.kind !== "message") throw new Error(`not a message: ${event?.kind}`);
    return event;
  };

  it("taken apart is read from its headers, and delivered to whom the envelope names", async () => {
    expect(await message("inbound-parse.basic.txt")).toMatchObject({
      from: { kind: "email", address: "jane@example.com", name: "Jane Doe" }, text: "Thanks", media: [], at: NOW, externalId: expect.stringMatching(/^CAsg1@mail\.example\.com~/) as string,
      email: { subject: "Re: Order", messageId: "CAsg1@mail.example.com", inReplyTo: ["msg_01JABC@acme.example"], references: ["msg_01JABC@acme.example"], html: "<p>Thanks</p>", deliveredTo: ["support@parse.acme.example"], warning: null },
    });
  });

  it("from a bounce address belongs to the person in its From header, and its picture to its text", async () => {
    const event = await message("inbound-parse.attachments.txt");
    expect(event.from).toEqual({ kind: "email", address: "jane@example.com", name: "Jane Doe", verified: true });
    expect(event.media).toMatchObject([{ name: "logo.png", type: "image/png", contentId: "ii_1" }]);
    expect([...event.media[0]!.bytes!.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  });

  it("in an old charset keeps its letters", async () => expect((await message("inbound-parse.windows-1252-text.txt")).text).toBe("Grüße “hi” €"));

  it("passed on raw is read as raw mail", async () => {
    expect(await message("inbound-parse.raw-mime.txt")).toMatchObject({ from: { address: "jane@example.com" }, text: "raw body\n", email: { subject: "raw", messageId: "r@x", deliveredTo: ["support@parse.acme.example"] } });
  });

  const form = (fields: Record<string, string>) => request(`${Object.entries(fields).map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join("")}--b--\r\n`, { "content-type": "multipart/form-data; boundary=b" });
  const WARNED = /failed the sender's authenticity check/;
  it.each<[string, Record<string, string>, RegExp | null]>([
    ["signed by its own domain", { dkim: "{@example.com : pass}", SPF: "fail" }, null],
    ["signed by another domain, sent from its own", { dkim: "{@mailer.example : pass}", SPF: "pass" }, null],
    ["with a broken signature", { dkim: "{@example.com : fail}", SPF: "none" }, WARNED],
    ["from a server that may not send for it", { dkim: "none", SPF: "fail" }, WARNED],
    ["of which nothing is known", { dkim: "none", SPF: "neutral" }, null],
    ["that vouches for itself", {}, null],
  ])("%s is judged so", async (_name, judged, warning) => {
    const email = "From: jane@example.com\r\nTo: support@parse.acme.example\r\nAuthentication-Results: mx.evil.example; dmarc=fail\r\n\r\nhi";
    const [event] = await sendgrid.receive(form({ ...judged, email, envelope: '{"to":["support@parse.acme.example"],"from":"jane@example.com"}' }), connection);
    const said = event?.kind === "message" ? event.email!.warning : undefined;
    if (warning === null) expect(said).toBeNull();
    else expect(said).toMatch(warning);
  });

  it("without an id is the same mail in every attempt, and another one with other words", async () => {
    const idOf = async (text: string, boundary: string) => {
      const raw = form({ from: "jane@example.com", subject: "Hi", text, envelope: "{}" });
      const [event] = await sendgrid.receive({ ...raw, body: new TextEncoder().encode(new TextDecoder().decode(raw.body).replaceAll("--b", `--${boundary}`)), headers: { "content-type": `multipart/form-data; boundary=${boundary}` } }, connection);
      return event?.kind === "message" ? event.externalId : "";
    };
    expect(await idOf("one", "x")).toBe(await idOf("one", "y"));
    expect(await idOf("one", "x")).not.toBe(await idOf("two", "x"));
  });

  it("that is none is kept as unreadable", async () => expect(await sendgrid.receive(form({ hello: "world" }), connection)).toEqual([{ kind: "other", label: "unreadable", at: NOW }]));

  it("of any shape never breaks the reader", async () => {
    const field = fc.constantFrom("email", "headers", "from", "envelope", "charsets", "attachment-info", "content-ids", "text", "html", "dkim", "SPF");
    await fc.assert(fc.asyncProperty(fc.dictionary(field, fc.oneof(fc.string({ unit: "binary" }), fc.json())), async (fields) => {
      for (const event of await sendgrid.receive(form(fields), connection)) expect(["message", "other", "status", "complaint"]).toContain(event.kind);
    }), { numRuns: 150 });
  });
});

const ABOUT = { externalId: "14c5d75ce93.dfd.64b469", messageId: "14c5d75ce93.dfd.64b469@ismtpd-555" };
const status = (state: string, more: Record<string, unknown> = {}, seconds = 0) => ({ kind: "status", state, at: NOW + seconds * 1000, ...ABOUT, recipient: "jane@example.com", ...more });
const person = { kind: "email", address: "jane@example.com" };
const EVENTS: Record<string, unknown[]> = {
  "events.processed-delivered.json": [status("sent"), status("delivered", {}, 2)],
  "events.batch-inverted.json": [status("delivered", {}, 2), status("sent"), status("sending", { detail: "400 try again later" }, 1), { kind: "other", label: "open", at: NOW }],
  "events.duplicate-id.json": [status("delivered", {}, 2), status("delivered", {}, 2)],
  "events.bounce-blocked-dropped.json": [
    status("failed", { code: "5.1.1", class: "permanent", detail: "550 5.1.1 unknown user" }),
    status("failed", { recipient: "b@example.com", code: "blocked", class: "temporary", detail: "421 rate limited" }),
    status("failed", { recipient: "c@example.com", code: "dropped/bounced_address", class: "permanent", detail: "Bounced Address" }),
  ],
  "events.spamreport-unsubscribe.json": [
    status("delivered"), { kind: "complaint", from: person, at: NOW },
    { kind: "consent", person, change: "stop", purpose: "all", text: null, at: NOW }, { kind: "consent", person, change: "stop", purpose: "marketing", text: null, at: NOW },
  ],
  "events.unknown-mixed.json": [status("delivered", { recipient: "x@example.com" }), { kind: "other", label: "totally_new", at: NOW }],
};

describe("a request of the event webhook", () => {
  it.each(manifest.files.filter(({ file }) => file.startsWith("events.")).map(({ file, expect: meaning }) => [file, meaning]))("%s means: %s", async (file) => {
    expect(await sendgrid.receive(hook(file!), connection)).toEqual(EVENTS[file!]);
  });

  const receive = (body: unknown) => sendgrid.receive(request(JSON.stringify(body)), connection);

  it("finds the message by what was sent with it, and by the id it got", async () => {
    expect(await receive([{ event: "delivered", email: "jane@example.com", timestamp: 1, sg_message_id: "LRzXl_NHStOGhQ4kofSm_A.recvd-5d9-0", conversation: "c_1", message: "en_1" }])).toMatchObject([{ externalId: "LRzXl_NHStOGhQ4kofSm_A", reference: "c_1:en_1" }]);
  });

  it.each<[string, unknown]>([
    ["dropped/unsubscribed_address", { event: "dropped", reason: "Unsubscribed Address" }], ["dropped/spam_reporting_address", { event: "dropped", reason: "Spam Reporting Address" }],
    ["dropped/invalid", { event: "dropped", reason: "Invalid" }], ["dropped/something_new_", { event: "dropped", reason: "Something new!" }], ["bounce", { event: "bounce", type: "bounce", status: "500" }], ["5.7.1", { event: "bounce", type: "bounce", status: "5.7.1" }],
  ])("the failure %s has a sentence", async (code, event) => {
    const [found] = await receive([{ email: "jane@example.com", ...(event as object) }]);
    expect(found).toMatchObject({ state: "failed", code });
    expect(sendgrid.explain(code)).toMatch(/\.$/);
  });

  it("one broken event does not take the others along", async () => {
    expect((await receive([null, 7, {}, { event: "delivered", email: "jane@example.com", timestamp: "soon" }])).map(({ kind }) => kind)).toEqual(["other", "other", "other", "status"]);
  });

  it.each(["", "{}", "null", "["])("with the body %j is kept as unreadable", async (body) => expect(await sendgrid.receive(request(body), connection)).toEqual([{ kind: "other", label: "unreadable", at: NOW }]));

  it("of any shape never breaks the reader", async () => {
    const kinds: InboundEvent["kind"][] = ["status", "complaint", "consent", "other"];
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom("delivered", "bounce", "dropped", "unsubscribe", "__proto__", "a@b.example"));
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ event: value, email: value, timestamp: value, reason: value, type: value, status: value, sg_message_id: value })), async (list) => {
      for (const event of await receive(list)) expect(kinds).toContain(event.kind);
    }), { numRuns: 150 });
  });
});

const took = () => new Response(null, { status: 202, headers: { "X-Message-Id": "14c5d75ce93.dfd.64b469" } });
async function send(answer: () => Response | Promise<Response>, message: OutboundMessage = letter()) {
  const { io, calls } = pretendIo(answer);
  return { result: await sendgrid.send!(message, connection, io), calls };
}
const bodyOf = async (message: OutboundMessage) => JSON.parse((await send(took, message)).calls[0]!.body) as Record<string, unknown>;

describe("sending", () => {
  it("asks SendGrid as its documentation does", async () => {
    const { request: documented, response } = outbound.exchanges[0]!;
    const plain = letter({ from: { name: "", address: "support@acme.example" }, subject: "Re", html: null, references: [] });
    const { result, calls } = await send(() => new Response(null, { status: response.status, headers: response.headers as unknown as HeadersInit }), plain);
    expect(result).toEqual({ ok: true, externalId: "14c5d75ce93.dfd.64b469", messageId: "msg_01J@acme.example" });
    expect([calls[0]!.method, calls[0]!.url, calls[0]!.headers.get("authorization")]).toEqual([documented.method, documented.url, "Bearer SG.x"]);
    const { personalizations, headers, tracking_settings, ...rest } = JSON.parse(calls[0]!.body) as Record<string, unknown>;
    const { personalizations: _to, headers: threading, ...expected } = documented.body!;
    expect(rest).toEqual(expected);
    expect(headers).toEqual({ ...threading, "Message-ID": "<msg_01J@acme.example>" });
    expect(personalizations).toEqual([{ to: [{ email: "jane@example.com" }], custom_args: { conversation: "c_1", message: "en_1" } }]);
    expect(JSON.stringify(tracking_settings)).not.toContain("true");
  });

  const CLASSES: Record<string, Record<string, unknown>> = {
    validation: { class: "permanent", code: "http_400", detail: "personalizations.0.to.0.email: Does not contain a valid address." }, sender: { class: "config", code: "sender_not_verified" }, rate: { class: "rate", code: "http_429", retryAfterMs: 60_000 },
  };
  it.each(outbound.exchanges.slice(1).map((exchange): [string, typeof exchange] => [exchange.name, exchange]))("the refusal “%s” is classed and explained", async (name, { response, class: documented }) => {
    const { result } = await send(() => new Response(JSON.stringify(response.body), { status: response.status, headers: { ...response.headers } as HeadersInit }));
    expect(result).toMatchObject({ ok: false, ...CLASSES[name]! });
    expect(documented).toBe(CLASSES[name]!["class"]);
    expect(sendgrid.explain(CLASSES[name]!["code"] as string)).toMatch(/\.$/);
  });

  it.each([[401, "auth"], [403, "auth"], [413, "permanent"], [404, "permanent"], [429, "rate"]])("%i is %s", async (status, failure) => {
    expect((await send(() => new Response("no", { status }))).result).toMatchObject({ ok: false, class: failure, code: `http_${status}`, detail: "no" });
  });

  it.each([500, 502, 503, 408])("the answer %i leaves the outcome unknown", async (code) => await expect(send(() => new Response("", { status: code }))).rejects.toThrow(String(code)));

  it("a lost connection or an answer without an id leaves the outcome unknown", async () => {
    await expect(send(() => Promise.reject(new TypeError("lost")))).rejects.toThrow("lost");
    await expect(send(() => new Response(null, { status: 202 }))).rejects.toThrow();
  });

  it("goes to the European hosts where the account lives there", async () => {
    const { io, calls } = pretendIo(took);
    await sendgrid.send!(letter(), { ...connection, settings: { ...SETTINGS, region: "eu" } }, io);
    expect(calls[0]!.url).toBe("https://api.eu.sendgrid.com/v3/mail/send");
  });

  it("carries copies, reply address, files and further headers, and nobody twice", async () => {
    const body = await bodyOf(letter(
      { to: [{ name: "Doe, Jane", address: "jane@example.com" }], cc: [{ name: "", address: "JANE@example.com" }, { name: "", address: "c@example.com" }], bcc: [{ name: "", address: "b@example.com" }], replyTo: "reply+c_1.abc@acme.example", headers: { "Auto-Submitted": "auto-generated" } },
      { media: [fileOf("a\r\nX: y.txt", "text/plain", new Uint8Array([255, 0, 1]))] },
    ));
    expect(body).toMatchObject({
      personalizations: [{ to: [{ email: "jane@example.com", name: "Doe, Jane" }], cc: [{ email: "c@example.com" }], bcc: [{ email: "b@example.com" }] }], reply_to: { email: "reply+c_1.abc@acme.example" },
      attachments: [{ filename: "a X: y.txt", content: "/wAB", type: "text/plain", disposition: "attachment" }], headers: { "Auto-Submitted": "auto-generated", References: "<r@b> <a@b>" }, content: [{ type: "text/plain", value: "Hi" }, { type: "text/html", value: "<p>Hi</p>" }],
    });
    const onlyTwice = await bodyOf(letter({ cc: [{ name: "", address: "jane@example.com" }] }));
    expect(onlyTwice).not.toHaveProperty("personalizations.0.cc");
  });

  it("sends no empty subject or text, which SendGrid refuses", async () => {
    expect(await bodyOf(letter({ subject: "", html: null }, { text: "" }))).toMatchObject({ subject: "(no subject)", content: [{ value: " " }] });
    expect(await bodyOf(letter({ html: "<p>Hello <b>Jane</b></p>" }, { text: "" }))).toMatchObject({ content: [{ value: "Hello Jane" }, { type: "text/html" }] });
  });

  it("nothing a person types can add a header", async () => {
    const evil = "x\r\nBcc: mallory@evil.example\u2028y";
    expect(JSON.stringify(await bodyOf(letter({ subject: evil, from: { name: evil, address: "support@acme.example" }, to: [{ name: evil, address: "jane@example.com" }] })))).not.toMatch(/\\[rn]|\u2028/);
    await expect(send(took, letter({ inReplyTo: "a@b>\r\nBcc: m@evil.example" }))).rejects.toThrow();
  });

  it.each<[string, OutboundMessage]>([
    ["no_email", { ...letter(), email: null }], ["no_recipient", letter({ to: [] })], ["invalid_address", letter({ to: [{ name: "", address: "jane@example.com\r\nBcc: m@evil.example" }] })],
    ["too_many_recipients", letter({ bcc: Array.from({ length: 1_000 }, (_, n) => ({ name: "", address: `p${n}@example.com` })) })],
  ])("%s is surely not sent, and explained", async (code, message) => {
    const { result, calls } = await send(took, message);
    expect([result, calls]).toMatchObject([{ ok: false, class: "permanent", code }, []]);
    expect(sendgrid.explain(code)).toMatch(/\.$/);
  });
});

it.each<[string, number, unknown, RegExp | null]>([
  ["is content with a key that may send", 200, { scopes: ["mail.send"] }, null], ["names a key that may not send", 200, { scopes: ["alerts.read"] }, /may not send/], ["names a wrong key", 401, { errors: [{ message: "x", field: null }] }, /API key/],
  ["says when SendGrid does not answer properly", 503, "down", /503/],
])("the check when connecting %s", async (_name, code, body, sentence) => {
  const said = await sendgrid.probe!(connection, pretendIo(() => new Response(JSON.stringify(body), { status: code })).io);
  if (sentence === null) expect(said).toBeNull();
  else expect(said).toMatch(sentence);
});

it.each([["5.1.1", "inactive"], ["dropped/unsubscribed_address", "inactive"], ["dropped/bounced_address", "inactive"], ["blocked", null], ["5.7.1", null], ["http_429", null], ["no-such-code", null], ["__proto__", null]])("after %s the consent is %s", (code, consent) => {
  expect(sendgrid.consentAfter!(code)).toBe(consent);
});
