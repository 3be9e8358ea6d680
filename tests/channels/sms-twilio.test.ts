import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PLAIN_MESSAGE, type ChannelConnection, type ChannelIo, type OutboundMessage, type RawRequest } from "../../worker/channels/channel";
import { twilio } from "../../worker/channels/sms-twilio";
import type { z } from "zod";
import manifest from "./fixtures/twilio-sms/manifest.json";
import outbound from "./fixtures/twilio-sms/outbound.json";
import signatures from "./fixtures/twilio-sms/signatures.json";

const files = import.meta.glob<string>("./fixtures/twilio-sms/*.txt", { query: "?raw", import: "default", eager: true });
const NOW = 1_795_341_600_000;
const TOKEN = manifest.secret;
const SID = "AC00000000000000000000000000000000";
const SERVICE = "MGeb5b9f64fda681776027c9e30b0201f4";

type Settings = z.infer<typeof twilio.settings>;
const connect = (settings: Partial<Settings> = {}, rest: Partial<ChannelConnection<Settings>> = {}): ChannelConnection<Settings> =>
  ({ id: "cn_1", accountId: "a_1", address: "+15005550006", ownAddresses: [], country: "US", ...rest, settings: { accountSid: SID, authToken: TOKEN, ...settings } });

const requestOf = (url: string, body: string, headers: Record<string, string> = {}, method = "POST"): RawRequest => ({
  method, url, body: new TextEncoder().encode(body), receivedAt: NOW,
  headers: { "content-type": "application/x-www-form-urlencoded; charset=UTF-8", ...Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value])) },
});
const fixture = (name: string): RawRequest => {
  const { url, headers, method } = manifest.files.find(({ file }) => file === name)!;
  return requestOf(url, files[`./fixtures/twilio-sms/${name}`]!, { ...headers }, method);
};
const receive = (request: RawRequest, connection = connect({ messagingServiceSid: SERVICE })) => twilio.receive(request, connection);
const formRequest = (fields: Record<string, string>, url = "https://inbox.example.com/hooks/twilio/cn_1") => requestOf(url, new URLSearchParams(fields).toString());

describe("a signature", () => {
  const bodyOf = (params: object) => {
    const form = new URLSearchParams();
    for (const [key, values] of Object.entries(params)) for (const value of [values].flat() as string[]) form.append(key, value);
    return form.toString();
  };

  it.each(signatures.cases.map((vector): [string, typeof vector] => [vector.name, vector]))("is judged as the vector says: %s", async (_name, { url, params, signature, valid }) => {
    const request = requestOf(url, bodyOf(params), { "x-twilio-signature": signature });
    expect(await twilio.verify(request, connect({ authToken: signatures.authToken }), NOW)).toBe(valid);
  });

  it("of a JSON body covers the body through its hash", async () => {
    const { url, body, signature } = signatures.jsonCase;
    const verify = (text: string, at = url) => twilio.verify(requestOf(at, text, { "content-type": "application/json", "x-twilio-signature": signature }), connect({ authToken: signatures.authToken }), NOW);
    expect(await verify(body)).toBe(true);
    expect(await verify(`${body} `)).toBe(false);
    expect(await verify("")).toBe(false);
    expect(await verify(body, url.split("?")[0])).toBe(false);
  });

  it.each(manifest.files.map(({ file }) => file))("holds over the raw bytes of %s, and over no others", async (file) => {
    const request = fixture(file);
    const judge = (change: Partial<RawRequest>, token = TOKEN) => twilio.verify({ ...request, ...change }, connect({ authToken: token }), NOW);
    const { "x-twilio-signature": signature, ...unsigned } = request.headers;
    expect(await judge({})).toBe(true);
    expect(await judge({ headers: unsigned })).toBe(false);
    expect(await judge({ headers: { ...unsigned, "x-twilio-signature": signature!.slice(0, -2) } })).toBe(false);
    expect(await judge({ headers: { ...unsigned, "x-twilio-signature": "" } })).toBe(false);
    expect(await judge({ body: new Uint8Array([...request.body, 0x61]) })).toBe(false);
    expect(await judge({ url: request.url.replace("conn_sms_1", "conn_sms_2") })).toBe(false);
    expect(await judge({}, "another token")).toBe(false);
  });

  it("is refused when the connection has no secret", async () => {
    const key = await crypto.subtle.importKey("raw", new Uint8Array(64), { name: "HMAC", hash: "SHA-1" }, false, ["sign"]);
    const url = "https://inbox.example.com/hooks/twilio/cn_1";
    const forged = btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(url)))));
    expect(await twilio.verify(requestOf(url, "", { "x-twilio-signature": forged }), connect({ authToken: "" }), NOW)).toBe(false);
  });

  it("is judged, not thrown about, on any bytes", async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array(), fc.string(), async (body, signature) => {
      const request = { ...requestOf("https://inbox.example.com/hooks/twilio/cn_1", "", { "x-twilio-signature": signature }), body };
      expect(await twilio.verify(request, connect(), NOW)).toBe(false);
    }));
  });
});

describe("an inbound message", () => {
  const phone = { kind: "phone", address: "+14155550123" };
  it.each<[string, object]>([
    ["inbound-sms.plain.txt", { from: phone, text: "Hi, is my order 4821 ready?", media: [], externalId: "SM83f1535f99ab0bf4e9d02dfd85d3e3f7", segments: 1, at: NOW }],
    ["inbound-sms.unicode.txt", { text: "Grüße aus Zürich 👋🏽 – ça va? & 100% = ok + more\nsecond line", segments: 2 }],
    ["inbound-sms.whitespace.txt", { from: { kind: "phone", address: "+4915112345678" }, text: "  leading and trailing  " }],
    ["inbound-sms.shortcode-alpha.txt", { from: { kind: "phone", address: "72975" }, text: "Your code is 123456" }],
    ["inbound-mms.single-image.txt", { text: "see photo", media: [{ type: "image/jpeg", ref: expect.stringMatching(/^https:\/\/api\.twilio\.com\/.*\/Media\/ME/) }] }],
    ["inbound-mms.no-body.txt", { text: "", media: [{ type: "image/png" }, { type: "video/3gpp" }] }],
    ["inbound-mms.vcard-audio.txt", { text: "contact + voice note", media: [{ type: "text/x-vcard" }, { type: "audio/amr" }, { type: "application/pdf" }] }],
    ["inbound-optout.advanced-stop.txt", { text: "STOP", optOut: "stop" }],
    ["inbound-optout.advanced-start.txt", { text: "Start", optOut: "start" }],
    ["inbound-optout.plain-stop.txt", { text: " stop ", optOut: undefined }],
    ["inbound-optout.not-a-stop.txt", { text: "Please stop by the shop tomorrow", optOut: undefined }],
    ["inbound-rich.whatsapp-location.txt", { from: { ...phone, name: "Ana María" }, text: "Office\n375 Beale St, San Francisco\n37.787890, -122.391664" }],
    ["inbound-rich.whatsapp-button-reply.txt", { from: phone, text: "Yes" }],
    ["inbound-rich.rcs-text.txt", { from: phone, text: "hello from RCS" }],
  ])("of %s keeps all it says", async (file, expected) => {
    const events = await receive(fixture(file));
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ kind: "message", ...expected });
  });

  const message = { MessageSid: "SM1", From: "+14155550123", To: "+15005550006", Body: "hi", NumMedia: "0" };
  it("is taken for our number also when it is written differently", async () =>
    expect(await receive(formRequest(message), connect({}, { address: "+1 (500) 555-0006" }))).toMatchObject([{ kind: "message" }]));

  it("to a number that is not this connection's goes to nobody, but leaves a trace", async () => {
    const other = [{ kind: "other", label: "message to another number", externalId: "SM1", at: NOW }];
    expect(await receive(formRequest({ ...message, To: "+15005550007" }), connect())).toEqual(other);
    expect(await receive(formRequest({ ...message, To: "+15005550007", MessagingServiceSid: SERVICE }), connect())).toEqual(other);
  });

  it("to another number of our Messaging Service is ours", async () =>
    expect(await receive(formRequest({ ...message, To: "+15005550007", MessagingServiceSid: SERVICE }))).toMatchObject([{ kind: "message" }]));

  it("to another connection's number of the same Messaging Service is left to that connection", async () => {
    const request = formRequest({ ...message, To: "+15005550008", MessagingServiceSid: SERVICE });
    const at = (address: string) => connect({ messagingServiceSid: SERVICE }, { address, ownAddresses: ["+15005550006", "+15005550008"] });
    expect(await receive(request, at("+15005550006"))).toMatchObject([{ kind: "other", label: "message to another number" }]);
    expect(await receive(request, at("+15005550008"))).toMatchObject([{ kind: "message" }]);
  });

  it("from one of our own numbers makes no customer", async () => {
    for (const From of ["+15005550006", "+15005550008"]) {
      expect(await receive(formRequest({ ...message, From }), connect({}, { ownAddresses: ["+15005550008"] }))).toMatchObject([{ kind: "other", label: "message from our own number" }]);
    }
  });

  it("leaves out the layout file of an MMS and takes at most ten files", async () => {
    const media = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [[`MediaUrl${index}`, `https://api.twilio.com/m/${index}`], [`MediaContentType${index}`, index === 0 ? "application/smil" : "image/png"]]).flat());
    const [event] = await receive(formRequest({ ...message, NumMedia: "12", ...media }), connect());
    expect(event).toMatchObject({ media: Array.from({ length: 9 }, (_, index) => ({ ref: `https://api.twilio.com/m/${index + 1}`, type: "image/png" })) });
  });

  it("arrives by GET when the number is configured so", async () =>
    expect(await receive({ ...formRequest({}, `https://inbox.example.com/hooks/twilio/cn_1?${new URLSearchParams(message).toString()}`), method: "GET" }, connect())).toMatchObject([{ kind: "message", text: "hi" }]));
});

describe("a status report", () => {
  it.each<[string, object]>([
    ["status.queued.txt", { state: "queued", externalId: "SM9bdab36abd4002a5ba799112841e27ee" }],
    ["status.sent.txt", { state: "sent" }],
    ["status.delivered.txt", { state: "delivered" }],
    ["status.read-whatsapp.txt", { state: "read" }],
    ["status.undelivered-30003.txt", { state: "failed", code: "30003", class: "temporary" }],
    ["status.failed-21610.txt", { state: "failed", code: "21610", class: "optout" }],
    ["status.undelivered-30007.txt", { state: "failed", code: "30007", class: "permanent" }],
    ["status.failed-30034.txt", { state: "failed", code: "30034", class: "config" }],
  ])("of %s moves the message", async (file, expected) => expect(await receive(fixture(file))).toMatchObject([{ kind: "status", at: NOW, ...expected }]));

  it.each([["accepted", "queued"], ["scheduled", "queued"], ["sending", "sending"], ["partially_delivered", "sent"], ["canceled", "failed"]])("%s means %s", async (status, state) =>
    expect(await receive(formRequest({ MessageSid: "SM1", MessageStatus: status }))).toMatchObject([{ kind: "status", state }]));

  it("goes to the connection whose address it names, also when the Messaging Service chose another number", async () => {
    const request = formRequest({ MessageSid: "SM1", MessageStatus: "sent", From: "+15005550008" });
    const at = (id: string, address: string) => connect({}, { id, address, ownAddresses: ["+15005550006", "+15005550008"] });
    expect(await receive(request, at("cn_1", "+15005550006"))).toMatchObject([{ kind: "status" }]);
    expect(await receive({ ...request, url: request.url.replace("cn_1", "cn_2") }, at("cn_1", "+15005550006"))).toEqual([]);
  });

  it("carries the reference we put into the callback address, for when it overtakes the answer to our request", async () =>
    expect(await receive(formRequest({ MessageSid: "SM1", MessageStatus: "sent" }, "https://inbox.example.com/hooks/twilio/cn_1?ref=c_1%3Ae_1"))).toMatchObject([{ reference: "c_1:e_1" }]));
});

it.each([
  [{ CallSid: "CA1", CallStatus: "ringing" }, "call"], [{}, "unknown request"], [{ MessageSid: "SM1", MessageStatus: "teleported" }, "status teleported"],
  [{ MessageSid: "SM1", MessageStatus: "__proto__" }, "status __proto__"], [{ MessageSid: "SM1", From: "messenger:1", To: "+15005550006" }, "message from no phone"],
])("what we do not understand is kept as other: %j", async (fields, label) =>
  expect(await receive(formRequest(fields as unknown as Record<string, string>))).toMatchObject([{ kind: "other", label }]));

describe("receiving any authentic bytes", () => {
  it("makes one `other` of what is no form of Twilio's", async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array(), fc.constantFrom("application/json", "application/x-www-form-urlencoded", ""), async (body, type) => {
      expect(await receive({ ...requestOf("https://inbox.example.com/hooks/twilio/cn_1", "", { "content-type": type }), body })).toMatchObject([{ kind: "other" }]);
    }));
  });

  it("never throws on odd values of the fields we read", async () => {
    const key = fc.constantFrom("MessageSid", "SmsSid", "From", "To", "Body", "NumMedia", "NumSegments", "MediaUrl0", "MediaContentType0", "OptOutType", "MessageStatus", "ErrorCode", "Latitude", "Longitude", "ProfileName", "__proto__");
    const value = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("+15005550006", "+1", "__proto__", "constructor", "failed", "-1", "1e400", "\0"));
    await fc.assert(fc.asyncProperty(fc.dictionary(key, value), async (fields) => {
      expect(await receive(formRequest(fields))).toHaveLength(1);
    }));
  });
});

interface Sent { url: string; init: RequestInit }
const io = (...answers: (() => Response)[]) => {
  const sent: Sent[] = [];
  const fake: ChannelIo = {
    now: () => NOW,
    fetch: async (input, init) => {
      sent.push({ url: input as string, init: (init ?? {}) as RequestInit });
      return answers[Math.min(sent.length, answers.length) - 1]!();
    },
  };
  return { ...fake, sent, header: (index: number, name: string) => new Headers(sent[index]!.init.headers).get(name) };
};
const json = (status: number, body: unknown, headers: Record<string, string> = {}) => () => new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });
const draft = (change: Partial<OutboundMessage> = {}): OutboundMessage => ({
  ...PLAIN_MESSAGE, id: "e_1", reference: "c_1:e_1", from: "+15005550006", to: "+14155550123", text: "Hello", media: [], email: null, statusUrl: "https://inbox.example.com/s", ...change,
});
const picture = (name: string) => ({ id: name, name, type: "image/jpeg", size: 10, url: `https://a/${name}`, bytes: async () => new Uint8Array(10) });
const send = (fake: ChannelIo, change: Partial<OutboundMessage> = {}, settings: Partial<Settings> = {}) => twilio.send!(draft(change), connect(settings), fake);

describe("sending", () => {
  it("keeps what Twilio says it takes", async () =>
    expect(await send(io(json(201, { sid: "SM1", num_segments: "2", price: "-0.01580", price_unit: "usd" })))).toEqual({ ok: true, externalId: "SM1", segments: 2, price: { amount: "0.01580", currency: "USD" } }));

  it.each(outbound.exchanges.map((exchange): [string, typeof exchange] => [exchange.name, exchange]))("as recorded: %s", async (_name, exchange) => {
    const fake = io(json(exchange.response.status, exchange.response.body));
    const result = send(fake);
    const expected = exchange.class.split(" ")[0]!;
    if (expected === "unknown-outcome") await expect(result).rejects.toThrow("without saying");
    else if (expected === "ok") expect(await result).toMatchObject({ ok: true, externalId: (exchange.response.body as { sid: string }).sid });
    else expect(await result).toMatchObject({ ok: false, class: expected, code: String((exchange.response.body as { code: number }).code) });
    expect([fake.sent[0]!.init.method, fake.sent[0]!.url]).toEqual([exchange.request.method, exchange.request.url]);
  });

  it("asks exactly what the recorded requests ask", async () => {
    const bodies = outbound.exchanges.map(({ request }) => request.body);
    const plain = io(json(201, { sid: "SM1", num_segments: "1" }));
    expect(await send(plain)).toEqual({ ok: true, externalId: "SM1", segments: 1 });
    expect(plain.sent[0]!.init.body).toBe(bodies[0]);
    expect(plain.header(0, "authorization")).toBe(`Basic ${btoa(`${SID}:${TOKEN}`)}`);
    const service = io(json(201, { sid: "MM1", num_segments: "0" }));
    expect(await send(service, { text: "Hi", media: [picture("1.jpg"), picture("2.jpg")] }, { messagingServiceSid: "MGx" })).toEqual({ ok: true, externalId: "MM1", segments: undefined });
    expect(service.sent[0]!.init.body).toBe(`${bodies[1]}&StatusCallback=https%3A%2F%2Finbox.example.com%2Fs`);
  });

  it("uses the API key where there is one, on the account's own address", async () => {
    const fake = io(json(201, { sid: "SM1" }));
    await send(fake, {}, { apiKeySid: "SK1", apiKeySecret: "key" });
    expect(fake.header(0, "authorization")).toBe(`Basic ${btoa("SK1:key")}`);
    expect(fake.sent[0]!.url).toContain(`/Accounts/${SID}/`);
  });

  it("of a picture alone has no empty body", async () => {
    const fake = io(json(201, { sid: "MM1" }));
    await send(fake, { text: "", media: [picture("1.jpg")] });
    expect(new URLSearchParams(fake.sent[0]!.init.body as string).has("Body")).toBe(false);
  });

  it.each([
    ["seconds", "7", 7_000], ["a date", new Date(NOW + 90_000).toUTCString(), 90_000], ["a date gone by", new Date(NOW - 5_000).toUTCString(), 0], ["nonsense", "soon", undefined],
  ])("obeys Retry-After given as %s", async (_name, header, wait) =>
    expect(await send(io(json(429, { code: 20429, message: "Too Many Requests" }, { "retry-after": header })))).toMatchObject({ ok: false, class: "rate", retryAfterMs: wait }));

  it.each([
    [400, { code: 21614 }, "permanent"], [400, { code: 21606 }, "config"], [400, { code: 21611 }, "rate"], [400, { code: 63016 }, "window"], [400, { code: 30001 }, "temporary"],
    [400, { code: 99999 }, "permanent"], [401, "", "auth"], [403, "<html>", "config"], [404, {}, "config"], [429, "", "rate"], [503, { code: 20503 }, "temporary"], [500, { code: 21610 }, "optout"],
  ])("%i %j is surely not sent: %s", async (status, body, expected) => expect(await send(io(json(status, body)))).toMatchObject({ ok: false, class: expected }));

  it.each([[500, ""], [502, "<html>"], [503, { message: "no code" }], [500, { code: 20500 }], [201, "{\"sid\":"], [201, {}], [201, { sid: "" }], [302, ""], [408, ""]])(
    "%i %j leaves the outcome unknown", async (status, body) => { await expect(send(io(json(status, body)))).rejects.toThrow("without saying"); });

  it("that breaks on the way leaves the outcome unknown", async () => {
    await expect(send({ now: () => NOW, fetch: async () => { throw new TypeError("network"); } })).rejects.toThrow("network");
  });

  it("sends the request once, whatever the answer", async () => {
    const fake = io(json(503, ""), json(201, { sid: "SM1" }));
    await expect(send(fake)).rejects.toThrow();
    expect(fake.sent).toHaveLength(1);
  });
});

describe("every error code", () => {
  // The table of the provider's documentation: code → class.
  it.each<[string, string]>([
    ["20003", "auth"], ["20429", "rate"], ["21211", "permanent"], ["21212", "config"], ["21606", "config"], ["21659", "config"], ["21660", "config"], ["21408", "config"], ["21610", "optout"], ["21612", "permanent"],
    ["21614", "permanent"], ["21617", "permanent"], ["21620", "permanent"], ["21623", "permanent"], ["12300", "permanent"], ["21611", "rate"], ["30001", "temporary"], ["30002", "auth"], ["30003", "temporary"],
    ["30004", "permanent"], ["30005", "permanent"], ["30006", "permanent"], ["30007", "permanent"], ["30008", "temporary"], ["30010", "config"], ["30019", "permanent"], ["11751", "permanent"], ["30022", "rate"],
    ["30023", "rate"], ["30032", "config"], ["30034", "config"], ["30035", "config"], ["30036", "temporary"], ["63016", "window"], ["canceled", "permanent"],
  ])("%s is %s and says what happened and what to do", async (code, expected) => {
    const status: Record<string, string> = code === "canceled" ? { MessageStatus: code } : { MessageStatus: "failed", ErrorCode: code };
    expect(await receive(formRequest({ MessageSid: "SM1", ...status }))).toMatchObject([{ state: "failed", code, class: expected }]);
    expect(twilio.explain(code)).toMatch(/^[A-Z].+\. .+\.$|^[A-Z].+; .+\.$/);
  });

  it("we do not know has no sentence", () => { for (const code of ["1", "", "toString"]) expect(twilio.explain(code)).toBeNull(); });

  it.each([["21610", "permanent"], ["30004", "permanent"], ["30003", "inactive"], ["30005", "inactive"], ["30006", "inactive"], ["30007", null], ["1", null]])(
    "%s sets consent to %s", (code, consent) => expect(twilio.consentAfter!(code)).toBe(consent));
});

describe("downloading media", () => {
  const REF = `https://api.twilio.com/2010-04-01/Accounts/${SID}/Messages/MM1/Media/ME1`;
  const to = (location: string) => () => new Response(null, { status: 307, headers: { location } });
  const download = (fake: ChannelIo, ref = REF) => twilio.download!({ ref }, connect(), fake);

  it("shows the credentials to Twilio only, never to storage", async () => {
    const fake = io(to("/2010-04-01/other"), to("https://mms.twiliocdn.com/x?sig=1"), to("https://s3-external-1.amazonaws.com/media/x"), () => new Response("bytes"));
    expect(await (await download(fake)).text()).toBe("bytes");
    expect(fake.sent.map(({ url }) => new URL(url).host)).toEqual(["api.twilio.com", "api.twilio.com", "mms.twiliocdn.com", "s3-external-1.amazonaws.com"]);
    expect(fake.sent.map((_, index) => fake.header(index, "authorization") !== null)).toEqual([true, true, false, false]);
    expect(fake.sent.every(({ init }) => init.redirect === "manual")).toBe(true);
  });

  it("does not take the credentials up again when storage sends us back", async () => {
    const fake = io(to("https://mms.twiliocdn.com/x"), to(REF), () => new Response("bytes"));
    await download(fake);
    expect(fake.header(2, "authorization")).toBeNull();
  });

  const FORBIDDEN = ["http://api.twilio.com/x", "https://api.twilio.com:8443/x", "https://user:pass@api.twilio.com/x", "https://api.twilio.com./x", "https://api.twilio.com.evil.example/x", "https://eviltwiliocdn.com/x",
    "https://127.0.0.1/x", "https://[::1]/x", "https://169.254.169.254/latest", "https://0x7f.1/x", "https://localhost/x", "https://amazonaws.com.evil.example/x", "file:///etc/passwd", "data:text/plain,x"];
  it.each(FORBIDDEN)("asks nothing of %s", async (ref) => {
    const fake = io(() => new Response("secret"));
    await expect(download(fake, ref)).rejects.toThrow("refused");
    expect(fake.sent).toHaveLength(0);
  });
  it.each(FORBIDDEN)("does not follow a redirect to %s", async (location) => {
    const fake = io(to(location), () => new Response("secret"));
    await expect(download(fake)).rejects.toThrow("refused");
    expect(fake.sent).toHaveLength(1);
  });

  it("gives up on redirects without end", async () => {
    await expect(download(io(to(REF)))).rejects.toThrow("without end");
  });
  it("hands a refusal on, for the caller to retry", async () => { expect((await download(io(() => new Response("", { status: 404 })))).status).toBe(404); });
});

describe("the price", () => {
  const bill = (fake: ChannelIo, settings: Partial<Settings> = {}) => twilio.bill!("SM1", connect(settings), fake);
  it("is that of the message, asked for as everything is sent", async () => {
    const fake = io(json(200, { sid: "SM1", num_segments: "2", price: "-0.01580", price_unit: "usd" }));
    expect(await bill(fake, { apiKeySid: "SK1", apiKeySecret: "key" })).toEqual({ price: { amount: "0.01580", currency: "USD" }, segments: 2 });
    expect([fake.sent[0]!.url, fake.header(0, "authorization")]).toEqual([`https://api.twilio.com/2010-04-01/Accounts/${SID}/Messages/SM1.json`, `Basic ${btoa("SK1:key")}`]);
  });
  it.each<[what: string, status: number, body: unknown]>([
    ["not known yet", 200, { sid: "SM1", price: null, price_unit: "USD" }], ["without a currency", 200, { sid: "SM1", price: "-0.0079", price_unit: null }],
    ["of a message that is gone", 404, { code: 20404, message: "not found" }], ["in a page that is no answer", 200, "<html>"],
  ])("is nothing while it is %s", async (_, status, body) => expect(await bill(io(json(status, body)))).toBeNull());
});

describe("probing", () => {
  const probe = (fake: ChannelIo, settings: Partial<Settings> = {}) => twilio.probe!(connect(settings), fake);
  it("is content with an active account, and asks with the token that webhooks are checked with", async () => {
    const fake = io(json(200, { status: "active" }));
    expect(await probe(fake)).toBeNull();
    expect([fake.sent[0]!.url, fake.header(0, "authorization")]).toEqual([`https://api.twilio.com/2010-04-01/Accounts/${SID}.json`, `Basic ${btoa(`${SID}:${TOKEN}`)}`]);
  });
  it.each([[401, { code: 20003 }, /auth token/], [404, { code: 20404 }, /Account SID/], [200, { status: "suspended" }, /suspended/], [503, "<html>", /503/], [200, "<html>", /Try again/]])(
    "says what is wrong on %i %j", async (status, body, sentence) => expect(await probe(io(json(status, body)))).toMatch(sentence));
  it("tries the API key as well", async () => {
    const key = { apiKeySid: "SK1", apiKeySecret: "key" };
    expect(await probe(io(json(200, { status: "active" }), json(401, {})), key)).toMatch(/API key/);
    expect(await probe(io(json(200, { status: "active" }), json(200, { messages: [] })), key)).toBeNull();
  });
});

describe("settings", () => {
  const right = { accountSid: SID, authToken: TOKEN };
  it("take what people paste", () => expect(twilio.settings.parse({ accountSid: ` ${SID} `, authToken: `${TOKEN}\n`, apiKeySid: "", apiKeySecret: "", messagingServiceSid: "" })).toEqual(right));
  it.each([{}, { ...right, authToken: "" }, { ...right, accountSid: "SK123" }, { ...right, accountSid: "AC1/../Accounts" }, { ...right, authToken: "tökén" }, { ...right, apiKeySid: "SK1" }, { ...right, apiKeySecret: "x" }, { ...right, messagingServiceSid: "PN1" }])(
    "refuse %j", (settings) => expect(twilio.settings.safeParse(settings).success).toBe(false));
});
