import { createHmac, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type { ChannelConnection } from "../../worker/channels/channel";
import { googleRcs } from "../../worker/channels/google-rcs";
import { draft, google, NOW, rawOf, says, serviceAccount } from "../support/google-channel";
import manifest from "./fixtures/google-rcs/manifest.json";
import outbound from "./fixtures/google-rcs/outbound.json";

const files = import.meta.glob<string>("./fixtures/google-rcs/*", { query: "?raw", import: "default", eager: true });
const bodyOf = (name: string) => files[`./fixtures/google-rcs/${name}`]!;

type Settings = z.infer<typeof googleRcs.settings>;
const AGENT = "acme_agent@rbm.goog";
const TOKEN = manifest.clientToken;
let count = 0;
/** A connection of its own for each: what a phone can do is remembered. */
const connect = (change: Partial<Settings> = {}): ChannelConnection<Settings> => ({
  id: `cn_${++count}`, accountId: "a_1", address: AGENT, ownAddresses: [], country: "US",
  settings: googleRcs.settings.parse({ agentId: AGENT, region: "europe", serviceAccountKey: serviceAccount.json, clientToken: TOKEN, ...change }),
});
const receive = (body: string, connection = connect()) => googleRcs.receive(rawOf(body), connection);
const push = (data: object) => JSON.stringify({ message: { data: btoa(JSON.stringify(data)), messageId: "1" } });
const posts = manifest.files.filter(({ event }) => event !== "handshake");
const CAPABLE = says(200, { features: ["RICHCARD_STANDALONE"] });

describe("a webhook", () => {
  it.each(posts.map(({ file, headers }) => [file, (headers as Record<string, string>)["X-Goog-Signature"]!]))("is believed over the data of %s, and over no other", async (file, signature) => {
    const judge = (body: string, given = signature, clientToken = TOKEN) => googleRcs.verify(rawOf(body, { "x-goog-signature": given }), connect({ clientToken }), NOW);
    expect(await judge(bodyOf(file))).toBe(true);
    expect(await judge(bodyOf(file).replace('"data":"ey', '"data":"eY'))).toBe(false);
    expect(await judge(bodyOf(file), signature.slice(0, -2))).toBe(false);
    expect(await judge(bodyOf(file), "")).toBe(false);
    expect(await judge(bodyOf(file), signature, "another")).toBe(false);
    expect(await judge(bodyOf(file), createHmac("sha512", TOKEN).update(bodyOf(file)).digest("base64"))).toBe(false);
  });

  it.each([["verify-handshake.json", "1234567890"], ["verify-handshake.numeric-secret.json", "1234567890"], ["verify-handshake.wrong-token.json", null], ["user-message.text.json", null]])("%s is greeted with %s", (name, expected) =>
    expect(googleRcs.greet!(rawOf(bodyOf(name)), connect())).toEqual(expected === null ? null : { type: "text/plain", body: expected }));
});

describe("every recorded request becomes what it says", () => {
  const from = { kind: "phone", address: "+14155550123" };
  const message = { kind: "message", from, at: NOW, media: [] };
  const OURS = "265fecfa-7f32-4c33-8fc7-c9c52296fc84";
  const EVENTS: Record<string, object[]> = {
    "user-message.text.json": [{ ...message, externalId: "c32baba3-0729-42a0-87cb-9660b97f9aa1", text: "Hello RCS 👋" }],
    "user-message.file.json": [{ ...message, text: "", media: [{ ref: "https://rcs-copper-us.googleapis.com/file123", type: "image/jpeg", name: "IMG_1.jpg" }] }],
    "user-message.location.json": [{ ...message, text: "37.422, -122.084", content: { kind: "location", latitude: 37.422, longitude: -122.084, name: null, address: null, url: null } }],
    "user-message.suggestion.json": [{ ...message, text: "Suggestion #1", content: { kind: "choice", how: "quick-reply", payload: "suggestion_1", description: null } }],
    "user-message.unsubscribe-keyword.json": [{ ...message, text: "STOP" }],
    "user-event.delivered.json": [{ kind: "status", externalId: OURS, recipient: "+14155550123", state: "delivered", at: NOW }],
    "user-event.read.json": [{ kind: "status", externalId: OURS, state: "read" }],
    "user-event.typing.json": [{ kind: "typing", person: { kind: "phone", address: "+14155550123" }, at: NOW }],
    "user-event.unsubscribe.json": [{ kind: "consent", person: from, change: "stop", purpose: "all", text: null, at: NOW }],
    "user-event.subscribe.json": [{ kind: "consent", person: from, change: "start", purpose: "all" }],
    "server-event.revoked.json": [{ kind: "status", externalId: "d5c39094-66d4-472c-8401-9e22cc01418b", state: "failed", class: "permanent", code: "expired" }],
    "server-event.revoke-failed.json": [{ kind: "other", label: "TTL_EXPIRATION_REVOKE_FAILED", at: NOW }],
    "server-event.unknown.json": [{ kind: "other", label: "SOME_NEW_EVENT", at: NOW }],
    "agent-launch-event.json": [{ kind: "notice", code: "launch-launched", sentence: "The agent is launched in us: customers there can be reached." }],
  };
  it("none is left out", () => expect(Object.keys(EVENTS).sort()).toEqual(posts.map(({ file }) => file).sort()));
  it.each(Object.entries(EVENTS))("%s", async (name, events) => expect(await receive(bodyOf(name))).toMatchObject(events));

  it("one for another agent of the partner is none of ours", async () => expect(await receive(bodyOf("user-message.text.json"), connect({ agentId: "other@rbm.goog" }))).toEqual([]));
  it("a message of a kind to come is shown as one", async () => expect(await receive(push({ senderPhoneNumber: "+14155550123", messageId: "m1", agentId: AGENT, hologram: {} }))).toMatchObject([{ kind: "message", content: { kind: "unsupported" } }]));
});

describe("a message", () => {
  const [sending] = outbound.exchanges as unknown as [{ request: { method: string; url: string; headers: Record<string, string>; body: { contentMessage: { text: string }; ttl: string } }; response: { status: number; body: object } }];
  const send = (io: ReturnType<typeof google>, change = {}, connection = connect()) => googleRcs.send!(draft(change), connection, io);
  const answerOf = (name: string) => { const { status, body } = outbound.exchanges.find((one) => one.name === name)!.response; return says(status, body); };

  it("goes to the phone under an id that its repeat has too", async () => {
    const io = google([CAPABLE, says(sending.response.status, sending.response.body)]);
    const connection = connect();
    const [first, repeat] = [await send(io, {}, connection), await send(io, {}, connection)];
    expect(first).toEqual(repeat);
    expect(first).toMatchObject({ ok: true, externalId: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/) as string });
    const [asked, sent, again] = io.sent;
    expect([asked!.method, asked!.url]).toEqual(["GET", expect.stringMatching(/^https:\/\/europe-rcsbusinessmessaging\.googleapis\.com\/v1\/phones\/\+14155550123\/capabilities\?requestId=[\da-f-]{36}&agentId=acme_agent@rbm\.goog$/)]);
    expect([sent!.method, sent!.url.replace(/messageId=[^&]+/, "messageId=6f1c4d2e-0000-4000-8000-000000000001")]).toEqual([sending.request.method, sending.request.url]);
    expect(JSON.parse(sent!.body)).toEqual({ contentMessage: { text: sending.request.body.contentMessage.text }, ttl: sending.request.body.ttl });
    for (const [name, value] of Object.entries(sending.request.headers)) expect(sent!.headers.get(name)).toBe(value);
    expect(again!.url).toBe(sent!.url);
    expect(((await send(io, { id: "m_1-1" }, connection)) as { externalId: string }).externalId).not.toBe((first as { externalId: string }).externalId);
  });

  it("asks for its token with a signed word of the service account", async () => {
    const io = google([CAPABLE]);
    await send(io, {}, connect({ serviceAccountKey: JSON.stringify({ ...JSON.parse(serviceAccount.json) as object, client_email: "signer@example.com" }) }));
    const form = new URLSearchParams(io.tokens[0]!.body);
    const [head, body, signature] = form.get("assertion")!.split(".") as [string, string, string];
    expect(form.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    expect(JSON.parse(atob(body.replaceAll("-", "+").replaceAll("_", "/")))).toEqual({ iss: "signer@example.com", scope: "https://www.googleapis.com/auth/rcsbusinessmessaging", aud: "https://oauth2.googleapis.com/token", iat: NOW / 1_000, exp: NOW / 1_000 + 3_600 });
    expect(verify("sha256", Buffer.from(`${head}.${body}`), serviceAccount.publicKey, Buffer.from(signature, "base64url"))).toBe(true);
  });

  it("may be a file, which Google fetches from us", async () => {
    const io = google([CAPABLE, says(200, {})]);
    await send(io, { text: "", media: [{ id: "f", name: "a.jpg", type: "image/jpeg", size: 10, url: "https://inbox.example.com/media/f", bytes: async () => new Uint8Array(10) }] });
    expect(JSON.parse(io.sent[1]!.body)).toMatchObject({ contentMessage: { contentInfo: { fileUrl: "https://inbox.example.com/media/f" } } });
  });

  it.each([
    ["no rcs", "permanent", "not-capable"], ["rate", "rate", "RESOURCE_EXHAUSTED"], ["unsupported", "permanent", "INVALID_ARGUMENT"],
  ])("refused with “%s” is %s", async (name, kind, code) => {
    expect(await send(google([CAPABLE, answerOf(name)]))).toMatchObject({ ok: false, class: kind, code });
    expect(googleRcs.explain(code)).toMatch(/\.$/);
  });
  it("to a phone without RCS does not leave at all, whatever else goes wrong the message itself tells", async () => {
    const io = google([answerOf("no rcs")]);
    expect(await send(io)).toMatchObject({ ok: false, class: "permanent", code: "not-capable" });
    expect(io.sent).toHaveLength(1);
    expect(await send(google([says(503, "no"), says(200, {})]))).toMatchObject({ ok: true });
  });
  it("with a key that is none fails as what an admin must renew", async () =>
    expect(await send(google([CAPABLE]), {}, connect({ serviceAccountKey: JSON.stringify({ client_email: "bad@example.com", private_key: "nonsense" }) }))).toMatchObject({ ok: false, class: "auth", code: "bad-key" }));

  it("goes out as a text instead only where the account wants it and the phone has no RCS", () => {
    const { settings } = connect({ fallbackConnectionId: "ch_sms" });
    expect(["not-capable", "expired", "RESOURCE_EXHAUSTED"].map((code) => googleRcs.instead!(code, settings))).toEqual(["ch_sms", "ch_sms", null]);
    expect(googleRcs.instead!("not-capable", connect({ fallbackConnectionId: "" }).settings)).toBeNull();
  });
});

it("answers to tap go along as suggestions, a link as an action", async () => {
  const io = google([says(200, {}), says(200, {})]);
  const buttons = [{ text: "Yes", url: null }, { text: "Map", url: "https://northside.example/map" }];
  expect(await googleRcs.send!(draft({ text: "Coming?", buttons }), connect(), io)).toMatchObject({ ok: true });
  expect(JSON.parse(io.sent.at(-1)!.body)).toMatchObject({
    contentMessage: { text: "Coming?", suggestions: [{ reply: { text: "Yes", postbackData: "Yes" } }, { action: { text: "Map", postbackData: "Map", openUrlAction: { url: "https://northside.example/map" } } }] },
  });
});

it.each([["typing", { eventType: "IS_TYPING" }], ["read", { eventType: "READ", messageId: "m1" }]] as const)("the customer sees %s", async (kind, body) => {
  const io = google([says(200, {})]);
  await googleRcs.signal!({ kind, to: "+14155550123", target: "m1" }, connect(), io);
  expect(io.sent[0]!.url).toMatch(/\/v1\/phones\/\+14155550123\/agentEvents\?eventId=[\da-f-]{36}&agentId=acme_agent@rbm\.goog$/);
  expect(JSON.parse(io.sent[0]!.body)).toEqual(body);
});

it("files come from Google's hosts, over every hop", async () => {
  const download = (ref: string, ...answers: (() => Response)[]) => googleRcs.download!({ ref }, connect(), google(answers));
  expect(await (await download("https://rcs-copper-us.googleapis.com/file123", says(200, "bytes"))).text()).toBe("bytes");
  await expect(download("https://evil.example/x", says(200, ""))).rejects.toThrow("refused");
  await expect(download("https://rcs-copper-us.googleapis.com/f", says(302, "", { location: "https://evil.example/x" }))).rejects.toThrow("refused");
});

describe("a check of the connection", () => {
  it.each([
    ["nothing is wrong", 404, {}, null], ["the service account may not", 403, { error: { status: "PERMISSION_DENIED", message: "no" } }, /may not send/], ["Google is down", 503, { error: { status: "UNAVAILABLE", message: "no" } }, /not available/],
  ])("says that %s", async (_what, status, body, sentence) => {
    const answer = await googleRcs.probe!(connect(), google([says(status, body)]));
    if (sentence === null) expect(answer).toBeNull();
    else expect(answer).toMatch(sentence);
  });
  it("says when the address is another", async () => expect(await googleRcs.probe!({ ...connect(), address: "x@rbm.goog" }, google([]))).toMatch(/Enter the same/));
});
