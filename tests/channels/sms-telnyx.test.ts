import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { PLAIN_MESSAGE, type ChannelConnection, type ChannelIo, type OutboundMessage, type RawRequest } from "../../worker/channels/channel";
import { telnyx } from "../../worker/channels/sms-telnyx";
import manifest from "./fixtures/telnyx/manifest.json";
import outbound from "./fixtures/telnyx/outbound.json";
import vectors from "./fixtures/telnyx/signatures.json";

const files = import.meta.glob<string>("./fixtures/telnyx/*.json", { query: "?raw", import: "default", eager: true });
const NOW = manifest.clock * 1_000;
const HOOK = "https://inbox.example.com/hooks/telnyx/cn_1";
const PROFILE = "5d45a009-b038-4b5b-8064-b9820c185303";

type Settings = z.infer<typeof telnyx.settings>;
const connect = (settings: Partial<Settings> = {}, rest: Partial<ChannelConnection<Settings>> = {}): ChannelConnection<Settings> =>
  ({ id: "cn_1", accountId: "a_1", address: "+13125550100", ownAddresses: ["+13125550100"], country: "US", ...rest, settings: { apiKey: "KEY", publicKey: manifest.publicKeyBase64, ...settings } });
const requestOf = (body: string, headers: Record<string, string> = {}, url = HOOK): RawRequest => ({
  method: "POST", url, body: new TextEncoder().encode(body), receivedAt: NOW,
  headers: { "content-type": "application/json", ...Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value])) },
});
const bodyOf = (file: string) => files[`./fixtures/telnyx/${file}`]!;
const fixture = (file: string, url = HOOK) => requestOf(bodyOf(file), manifest.files.find((one) => one.file === file)!.headers, url);
const receive = (request: RawRequest, connection = connect()) => telnyx.receive(request, connection);
type Json = Record<string, unknown>;
/** A recorded request with some of its payload changed. */
const changed = (file: string, change: Json, url = HOOK) => {
  const body = JSON.parse(bodyOf(file)) as { data: { payload: Json } };
  body.data.payload = { ...body.data.payload, ...change };
  return requestOf(JSON.stringify(body), {}, url);
};

describe("a signature", () => {
  it.each(vectors.cases.map((vector): [string, typeof vector] => [vector.name, vector]))("is judged as the vector says: %s", async (_name, { headers, payload, valid }) =>
    expect(await telnyx.verify(requestOf(payload, headers), connect(), NOW)).toBe(valid));

  it.each(manifest.files.map(({ file }) => file))("holds over the raw bytes of %s, and over no others", async (file) => {
    const request = fixture(file);
    const judge = (change: Partial<RawRequest>, key = manifest.publicKeyBase64, now = NOW) => telnyx.verify({ ...request, ...change }, connect({ publicKey: key }), now);
    const without = (name: string) => Object.fromEntries(Object.entries(request.headers).filter(([key]) => key !== name));
    expect(await judge({})).toBe(true);
    expect(await judge({ headers: without("telnyx-signature-ed25519") })).toBe(false);
    expect(await judge({ headers: without("telnyx-timestamp") })).toBe(false);
    expect(await judge({ headers: { ...request.headers, "telnyx-timestamp": String(manifest.clock + 1) } })).toBe(false);
    expect(await judge({ body: new Uint8Array([...request.body, 0x20]) })).toBe(false);
    expect(await judge({}, "A".repeat(43) + "=")).toBe(false);
    const signature = request.headers["telnyx-signature-ed25519"]!;
    for (const wrong of [signature.slice(0, -4), `${signature.startsWith("B") ? "C" : "B"}${signature.slice(1)}`, `${signature.slice(0, -3)}8==`, btoa("\xff".repeat(64)), signature.repeat(2)])
      expect(await judge({ headers: { ...request.headers, "telnyx-signature-ed25519": wrong } }), wrong).toBe(false);
  });

  it("goes stale after five minutes, and is not believed before its time", async () => {
    const at = (seconds: number) => telnyx.verify(fixture("message-received.sms.json"), connect(), NOW + seconds * 1_000);
    expect([await at(300), await at(-300), await at(301), await at(-301)]).toEqual([true, true, false, false]);
  });

  it("is refused, not thrown about, when the key is none or the header is odd", async () => {
    for (const key of ["", "AAAA", "not base64!"]) expect(await telnyx.verify(fixture("message-received.sms.json"), connect({ publicKey: key }), NOW)).toBe(false);
    await fc.assert(fc.asyncProperty(fc.string(), fc.string(), fc.uint8Array(), async (signature, timestamp, body) => {
      expect(await telnyx.verify({ ...requestOf("", { "telnyx-signature-ed25519": signature, "telnyx-timestamp": timestamp }), body }, connect(), NOW)).toBe(false);
    }));
  });
});

describe("an inbound message", () => {
  const phone = { kind: "phone", address: "+14155550123" };
  it.each<[string, object]>([
    ["message-received.sms.json", { from: phone, text: "Hello from Telnyx", media: [], externalId: "86f7e437-faa5-47fc-815d-1ddcb9eaeaea", segments: 1, at: NOW }],
    ["message-received.mms.json", { text: "pics", media: [{ ref: "https://media.telnyx.com/example-image.jpg", type: "image/jpeg" }] }],
    ["message-received.group-mms.json", { from: phone, text: "group hi", group: ["+14155550123", "+14155550199"] }],
    ["message-received.unicode-long-retry.json", { text: expect.stringContaining("Привет!"), segments: 3, externalId: "3c363836-cf4e-4666-8669-a25da280a186" }],
    ["message-received.stop.json", { text: "Stop" }],
  ])("of %s keeps all it says", async (file, expected) => expect(await receive(fixture(file))).toMatchObject([{ kind: "message", ...expected }]));

  it("of one person is no group, also when our number is among the copies", async () => {
    const [event] = await receive(changed("message-received.sms.json", { cc: [{ phone_number: "+13125550100" }, { phone_number: "+14155550123" }] }));
    expect(event).not.toHaveProperty("group");
  });

  it.each([["OPT_OUT", "stop"], ["OPT_IN", "start"], ["HELP", "help"]])("carries Telnyx's own verdict %s", async (autoresponse_type, optOut) =>
    expect(await receive(changed("message-received.sms.json", { autoresponse_type }))).toMatchObject([{ optOut }]));

  it("shows the subject of an MMS above its words", async () =>
    expect(await receive(changed("message-received.mms.json", { subject: "Holiday", text: null }))).toMatchObject([{ text: "Holiday" }]));

  const to = (phone_number: string) => ({ to: [{ phone_number }], cc: null });
  it.each<[string, Json, ChannelConnection<Settings>, string]>([
    ["to another number", to("+13125550199"), connect(), "message to another number"],
    ["to a number that another connection has", to("+13125550111"), connect({ messagingProfileId: PROFILE }, { ownAddresses: ["+13125550100", "+13125550111"] }), "message to another number"],
    ["from our own number", { from: { phone_number: "+13125550111" } }, connect({}, { ownAddresses: ["+13125550111"] }), "message from our own number"],
    ["from nobody", { from: null }, connect(), "message from no phone"],
  ])("%s makes no customer here", async (_name, change, connection, label) =>
    expect(await receive(changed("message-received.sms.json", change), connection)).toMatchObject([{ kind: "other", label }]));

  it("to another number of our profile is ours, and no group with that number", async () => {
    const [event] = await receive(changed("message-received.sms.json", to("+13125550155")), connect({ messagingProfileId: PROFILE }));
    expect(event).toMatchObject({ kind: "message" });
    expect(event).not.toHaveProperty("group");
  });
});

describe("a status report", () => {
  it.each<[string, object[]]>([
    ["message-sent.sms.json", [{ state: "sent", externalId: "a473a8c1-ab29-455e-80e1-4f2c8d0fe078", recipient: "+14155550123", segments: 1 }]],
    ["message-sent.sending.json", [{ state: "sending" }]],
    ["message-sent.mms.json", [{ state: "sent" }]],
    ["message-finalized.delivered.json", [{ state: "delivered", price: { amount: "0.0040", currency: "USD" } }]],
    ["message-finalized.delivery-failed.json", [{ state: "failed", code: "40008", class: "permanent" }]],
    ["message-finalized.sending-failed-optout.json", [{ state: "failed", code: "40300", class: "optout" }]],
    ["message-finalized.delivery-unconfirmed.json", [{ state: "sent" }]],
    ["message-finalized.mixed-group.json", [{ recipient: "+14155550123", state: "delivered" }, { recipient: "+14155550199", state: "failed", code: "40005" }]],
  ])("of %s moves the message, person by person", async (file, expected) => {
    const events = await receive(fixture(file));
    expect(events).toHaveLength(expected.length);
    expect(events).toMatchObject(expected.map((one) => ({ kind: "status", ...one })));
  });

  it("carries the reference we put into the callback address", async () =>
    expect(await receive(fixture("message-sent.sms.json", `${HOOK}?ref=c_1%3Ae_1`))).toMatchObject([{ reference: "c_1:e_1" }]));

  it("of a copy in a group is told by the reference, whatever id the copy has", async () => {
    const [first] = await receive(fixture("message-finalized.mixed-group.json", `${HOOK}?ref=c_1%3Ae_1`));
    expect(first).toMatchObject({ reference: "c_1:e_1" });
    expect(first).not.toHaveProperty("externalId");
  });

  it("in a group tells whose STOP it was, where it can only be one", async () => {
    const told = async (to: string[], code: string) => (await receive(changed("message-finalized.mixed-group.json", {
      to: to.map((state, index) => ({ phone_number: `+1415555012${index}`, status: state })), errors: [{ code, title: "x" }],
    }))).filter(({ kind }) => kind === "consent");
    expect(await told(["delivered", "sending_failed"], "40300")).toMatchObject([{ person: { kind: "phone", address: "+14155550121" }, change: "stop", purpose: "all" }]);
    expect(await told(["sending_failed", "sending_failed"], "40300")).toEqual([]);
    expect(await told(["delivered", "delivery_failed"], "40008")).toEqual([]);
  });

  it("of what another of our numbers sent is left to its connection", async () =>
    expect(await receive(changed("message-sent.sms.json", { from: { phone_number: "+13125550111" } }), connect({}, { ownAddresses: ["+13125550100", "+13125550111"] }))).toEqual([]));
});

it.each(manifest.files.filter(({ file }) => file.startsWith("call-")).map(({ file }) => file))("%s is no message and leaves a trace", async (file) =>
  expect(await receive(fixture(file))).toMatchObject([{ kind: "other", label: expect.stringMatching(/^call\./) }]));

it("odd payloads of authentic requests are kept as something we do not understand, or with what is whole in them", async () => {
  const odd = fc.oneof(fc.constant(null), fc.integer(), fc.string(), fc.array(fc.anything({ maxDepth: 1 })), fc.object({ maxDepth: 1 }));
  const key = fc.constantFrom("id", "from", "to", "cc", "text", "subject", "media", "parts", "cost", "errors", "received_at", "autoresponse_type", "group_message_id");
  const file = fc.constantFrom("message-received.mms.json", "message-finalized.mixed-group.json");
  await fc.assert(fc.asyncProperty(file, fc.dictionary(key, odd), async (name, change) => {
    for (const { kind } of await receive(changed(name, change))) expect(["message", "status", "consent", "other"]).toContain(kind);
  }));
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
  return { ...fake, sent, body: () => JSON.parse(sent[0]!.init.body as string) as Json };
};
const json = (status: number, body: unknown, headers: Record<string, string> = {}) => () => new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });
const draft = (change: Partial<OutboundMessage> = {}): OutboundMessage => ({
  ...PLAIN_MESSAGE, id: "e_1", reference: "c_1:e_1", from: "+13125550100", to: "+14155550123", text: "Hi", media: [], email: null, statusUrl: `${HOOK}?ref=c_1%3Ae_1`, ...change,
});
const send = (fake: ChannelIo, change: Partial<OutboundMessage> = {}, settings: Partial<Settings> = {}) => telnyx.send!(draft(change), connect(settings), fake);
const ACCEPTED = json(200, { data: { id: "40385f64", parts: 2, to: [] } });

describe("sending", () => {
  it.each(outbound.exchanges.map((exchange): [string, typeof exchange] => [exchange.name, exchange]))("as recorded: %s", async (_name, { request, response, class: kind }) => {
    const fake = io(json(response.status, response.body));
    const result = await send(fake);
    if (kind.startsWith("ok")) expect(result).toEqual({ ok: true, externalId: response.body.data!.id, segments: response.body.data!.parts });
    else expect(result).toMatchObject({ ok: false, class: kind, code: response.body.errors![0]!.code });
    if (!("url" in request)) return;
    expect(fake.sent[0]).toMatchObject({ url: request.url, init: { method: request.method, redirect: "manual", headers: { authorization: request.headers!.Authorization, "content-type": "application/json" } } });
    expect(fake.body()).toMatchObject(request.body!);
  });

  it("asks to hear of this very message at an address that names it", async () => {
    const fake = io(ACCEPTED);
    await send(fake);
    expect(fake.body()).toMatchObject({ webhook_url: `${HOOK}?ref=c_1%3Ae_1`, use_profile_webhooks: false });
  });

  it("of files alone names their addresses and no text", async () => {
    const fake = io(ACCEPTED);
    await send(fake, { text: "", media: ["a", "b"].map((name) => ({ id: name, name, type: "image/png", size: 10, url: `https://a/${name}`, bytes: async () => new Uint8Array(10) })) });
    expect(fake.body()).toMatchObject({ media_urls: ["https://a/a", "https://a/b"] });
    expect(fake.body()).not.toHaveProperty("text");
  });

  it("to a group goes to everybody at once, and to at most eight", async () => {
    const fake = io(ACCEPTED);
    const group = ["+14155550123", "+14155550199"];
    expect(await send(fake, { group, to: group.join(",") })).toMatchObject({ ok: true });
    expect([fake.sent[0]!.url, fake.body()]).toMatchObject(["https://api.telnyx.com/v2/messages/group_mms", { to: group }]);
    const many = Array.from({ length: 9 }, (_, index) => `+1415555010${index}`);
    expect(await send(fake, { group: many, to: many.join(",") })).toMatchObject({ ok: false, class: "permanent", code: "group-size" });
    expect(fake.sent).toHaveLength(1);
  });

  it("under a name says for which profile", async () => {
    const fake = io(ACCEPTED);
    await send(fake, { from: "NORTHSIDE" }, { messagingProfileId: PROFILE });
    expect(fake.body()).toMatchObject({ from: "NORTHSIDE", messaging_profile_id: PROFILE });
  });

  it.each([[500, { errors: [{ code: "10007" }] }], [503, "<html>Service Unavailable</html>"], [408, ""], [200, "<html>"], [302, ""]])("an answer of %s leaves open what became of it", async (status, body) =>
    await expect(send(io(json(status, body)))).rejects.toThrow("without saying"));

  it.each([["30", 30_000], [new Date(NOW + 5_000).toUTCString(), 5_000], ["", undefined]])("waits as long as Telnyx asks: %s", async (header, retryAfterMs) =>
    expect(await send(io(json(429, { errors: [{ code: "10011" }] }, { "retry-after": header })))).toMatchObject({ ok: false, class: "rate", ...(retryAfterMs !== undefined && { retryAfterMs }) }));

  it("a refusal without words is judged by its status", async () =>
    expect(await Promise.all([401, 404, 429, 422].map(async (status) => await send(io(json(status, "")))))).toMatchObject([{ class: "auth" }, { class: "config" }, { class: "rate" }, { class: "permanent" }]));
});

describe("fetching media", () => {
  const fetchMedia = (fake: ChannelIo, ref: string) => telnyx.download!({ ref }, connect(), fake);
  it("follows to storage and takes no key along", async () => {
    const fake = io(json(302, "", { location: "https://bucket.s3.amazonaws.com/x" }), json(200, "bytes"));
    expect(await (await fetchMedia(fake, "https://media.telnyx.com/a.jpg")).text()).toBe("bytes");
    expect(JSON.stringify(fake.sent)).not.toContain("KEY");
  });
  it.each(["https://evil.example/a.jpg", "http://media.telnyx.com/a", "https://media.telnyx.com.evil.example/", "https://user@media.telnyx.com/", "https://media.telnyx.com:8443/"])("asks no other host: %s", async (ref) => {
    const fake = io(json(200, ""));
    await expect(fetchMedia(fake, ref)).rejects.toThrow("refused");
    expect(fake.sent).toEqual([]);
  });
  it("ends when redirects do not", async () =>
    await expect(fetchMedia(io(json(302, "", { location: "https://media.telnyx.com/again" })), "https://media.telnyx.com/a")).rejects.toThrow("without end"));
});

describe("asking whether the settings work", () => {
  it.each<[number, unknown, string | null]>([
    [200, { data: { enabled: true } }, null], [200, { data: { enabled: false } }, "switched off"], [401, {}, "API key"], [404, {}, "does not know"], [500, "<html>", "no usable answer"],
  ])("an answer of %s %j is said in a sentence", async (status, body, sentence) => {
    const fake = io(json(status, body));
    const said = await telnyx.probe!(connect({ messagingProfileId: PROFILE }), fake);
    if (sentence === null) expect(said).toBeNull();
    else expect(said).toContain(sentence);
    expect(fake.sent[0]!.url).toBe(`https://api.telnyx.com/v2/messaging_profiles/${PROFILE}`);
  });
});

it("a STOP at the carrier ends writing for good; a phone out of reach only until they write again", () =>
  expect(["40300", "40005", "40001", "40008"].map((code) => telnyx.consentAfter!(code))).toEqual(["permanent", "inactive", "inactive", null]));
