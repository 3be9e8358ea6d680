import { channelOf } from "../../worker/channels/registry";
import { env } from "cloudflare:test";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { call } from "../support/account";
import { newHook, signing, wordsIn, type Posted, type TestHook } from "../support/hooks";
import { newWidget, say, startSession } from "../support/visitor";

/** 6: whatever a body holds, the answer is soon there, nothing breaks, and what comes next is taken as ever. */

const MEGABYTE = 1_000_000;
const deep = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
/** No request may keep a machine busy for longer: the platform would end it, with everything else it does. */
const SOON_MS = 3_000;

const ODD_BODIES: readonly (readonly [name: string, body: string])[] = [
  ["nothing", ""], ["no JSON and no form", "\u0000\u0001<?xml?>"], ["deep nesting", deep(200_000)], ["a deep object", `${'{"data":'.repeat(50_000)}1${"}".repeat(50_000)}`],
  ["a key twice", '{"type":"email.sent","type":"email.bounced","data":{},"data":null}'], ["other types than said", '{"type":{"a":1},"created_at":[],"data":"x"}'], ["JSON that is no object", "[1,2,null]"],
  ["__proto__", '{"__proto__":{"type":"email.sent"},"constructor":{"prototype":{"x":1}},"type":"__proto__","data":{"tags":{"__proto__":"c_1","constructor":"m"}}}'],
  ["names of built-in things", "MessageSid=SM1&MessageStatus=constructor&__proto__=x&OptOutType=__PROTO__&From=toString"],
  ["a huge number", '{"type":"email.sent","created_at":9e999,"data":{"x":1e400}}'],
  ["many recipients", JSON.stringify({ type: "email.delivered", data: { email_id: "x", to: Array.from({ length: 10_000 }, (_, index) => `a${index}@example.com`) } })],
  ["ten thousand files", `MessageSid=SMfiles&From=%2B14155550100&To=x&NumMedia=10000&${Array.from({ length: 10_000 }, (_, index) => `MediaUrl${index}=x`).join("&")}`],
];

describe.each(signing)("$provider", ({ provider, forge }) => {
  let hook: TestHook;
  beforeAll(async () => { hook = await newHook(provider); });
  const post = async (posted: Posted, sign = true) => (await hook.post(posted, sign ? hook.signed(posted) : { [forge.proof]: "x".repeat(28) })).status;

  it("a body larger than the provider ever sends is refused before anybody looks at it, with or without its length", async () => {
    const limit = channelOf(provider)!.maxBodyBytes ?? MEGABYTE;
    const body = "a=".padEnd(limit + MEGABYTE, "x");
    expect(await post({ body, type: "application/x-www-form-urlencoded" }, false)).toBe(413);
    const chunk = new TextEncoder().encode("x".repeat(100_000));
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => { sent += chunk.byteLength; controller.enqueue(chunk); } });
    const response = await call(hook.path, { method: "POST", body: endless, headers: { "content-type": "application/json", "content-length": "10" } });
    expect(response.status).toBe(413);
    expect(sent).toBeLessThan(limit + MEGABYTE);
  });

  it("as many fields as fit are judged soon, although nobody has proved anything yet", async () => {
    const keys = Array.from({ length: 100_000 }, (_, index) => index.toString(36));
    const bodies = [`${keys.join("&")}`, keys.map(() => "a=1").join("&"), `{${keys.slice(0, 50_000).map((key) => `"${key}":1`).join()}}`];
    for (const body of bodies) {
      const started = performance.now();
      expect(await post({ body: body.slice(0, MEGABYTE), type: "application/x-www-form-urlencoded" }, false)).toBe(401);
      expect(performance.now() - started).toBeLessThan(SOON_MS);
    }
  });

  it("odd bodies under a true signature are answered 200, soon, and break nobody's screen", async () => {
    const started = performance.now();
    const { envelope = (body: string) => body } = forge;
    const answers = ODD_BODIES.map(async ([name, body]) => [name, await post({ body: envelope(body), type: body.startsWith("M") ? "application/x-www-form-urlencoded" : "application/json" })]);
    expect(await Promise.all(answers)).toEqual(ODD_BODIES.map(([name]) => [name, 200]));
    expect(performance.now() - started).toBeLessThan(SOON_MS);
    expect((await hook.owner.fetch("/api/v1/conversations")).status).toBe(200);
    expect((await hook.owner.fetch(`/api/v1/connections/${hook.id}/webhooks`)).status).toBe(200);
  });
});

/** Words that are hard to carry: every store, index and socket between the sender and the screen must. */
const HARD_WORDS = ["nul\u0000byte", "half \ud83d a pair", "\udc00 the other half", "turned \u202Eback\u202C", "__proto__", "constructor", "'; DROP TABLE entry;--", "\ufffe\uffff", "e\u0301".repeat(3_000), "a".repeat(9_999)];

it("the words of a text, however odd, are kept, listed and found again without breaking a list", async () => {
  const hook = await newHook("twilio");
  for (const [index, words] of HARD_WORDS.entries()) {
    const posted = hook.forge.post({ id: `SMhard${index}`, to: hook.address, from: `+1415555${1_000 + index}`, words });
    expect((await hook.post(posted, hook.signed(posted))).status).toBe(200);
  }
  expect((await wordsIn(hook.owner)).length).toBe(HARD_WORDS.length);
  await vi.waitFor(async () => {
    const { items } = await (await hook.owner.fetch("/api/v1/conversations")).json<{ items: unknown[] }>();
    expect(items.length).toBe(HARD_WORDS.length);
  }, { timeout: 10_000, interval: 100 });
});

it("a visitor's words, however odd, are kept, listed and found again; a larger body than a message needs is refused", async () => {
  const widget = await newWidget();
  for (const words of HARD_WORDS) expect((await say(await startSession(widget), words)).status, JSON.stringify(words.slice(0, 40))).toBe(201);
  const session = await startSession(widget);
  expect((await say(session, "x".repeat(10_001))).status).toBe(400);
  const huge = await call("/widget/messages", { method: "POST", body: `{"clientId":"${crypto.randomUUID()}","text":"hi","page":${deep(200_000)}}`, headers: { authorization: `Bearer ${session.token}`, origin: env.PUBLIC_URL, "content-type": "application/json" } });
  expect(huge.status).toBe(413);
  await vi.waitFor(async () => {
    const response = await widget.account.fetch("/api/v1/conversations");
    const { items } = await response.json<{ items: unknown[] }>();
    expect([response.status, items.length]).toEqual([200, HARD_WORDS.length]);
  }, { timeout: 10_000, interval: 100 });
  for (const q of ["half", "nul", "turned"]) expect((await (await widget.account.fetch(`/api/v1/search?q=${q}`)).json<{ items: unknown[] }>()).items.length, q).toBeGreaterThan(0);
});

it("a contact's name and a comment, however odd, break no list either", async () => {
  const { account } = await newWidget();
  for (const words of HARD_WORDS.map((text) => text.slice(0, 100))) {
    const made = await account.fetch("/api/v1/contacts", { json: { name: words } });
    expect(made.status, JSON.stringify(words)).toBe(201);
    const { id: contactId } = await made.json<{ id: string }>();
    const { id } = await (await account.fetch("/api/v1/conversations", { json: { contactId } })).json<{ id: string }>();
    expect((await account.fetch(`/api/v1/conversations/${id}/comments`, { json: { clientId: crypto.randomUUID(), text: words } })).status).toBe(201);
  }
  const listed = await account.fetch("/api/v1/contacts");
  expect([listed.status, (await listed.json<{ items: unknown[] }>()).items.length]).toEqual([200, HARD_WORDS.length]);
  await vi.waitFor(async () => expect((await (await account.fetch("/api/v1/conversations")).json<{ items: unknown[] }>()).items.length).toBe(HARD_WORDS.length), { timeout: 10_000, interval: 100 });
});

it("a JSON body of the API that is odd is a 400, never an accident", async () => {
  const { account } = await newWidget();
  const send = async (body: string) => (await account.fetch("/api/v1/contacts", { method: "POST", body, headers: { "content-type": "application/json" } })).status;
  const odd = [deep(200_000), `{"name":${deep(50_000)}}`, "{", "", "null", '"\ud800"', '{"name":{"toString":1}}', '{"tags":{"length":1e9}}'];
  expect(await Promise.all(odd.map(send))).toEqual(odd.map(() => 400));
  expect(await send('{"name":"a","name":"b"}')).toBe(201);
});
