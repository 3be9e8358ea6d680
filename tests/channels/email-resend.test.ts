import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PLAIN_MESSAGE, type ChannelConnection, type ChannelIo, type InboundEvent, type OutboundMessage, type RawRequest } from "../../worker/channels/channel";
import { resend } from "../../worker/channels/email-resend";
import manifest from "./fixtures/resend/manifest.json";
import outbound from "./fixtures/resend/outbound.json";
import vectors from "./fixtures/resend/signatures.json";

const files = import.meta.glob<string>("./fixtures/resend/email-*.json", { query: "?raw", import: "default", eager: true });
const NOW = manifest.clock * 1000;
const AT = Date.parse("2026-11-22T10:00:00Z");
const SETTINGS = { apiKey: "re_x", webhookSecret: manifest.secret, domain: "acme.example" };
const connection: ChannelConnection<typeof SETTINGS> = { id: "cn_1", accountId: "a_1", address: "support@acme.example", settings: SETTINGS, ownAddresses: [], country: "US" };
const request = (body: string | Uint8Array, headers: Record<string, string | undefined> = {}): RawRequest => ({
  method: "POST", url: "https://inbox.example.com/hooks/resend/cn_1", body: typeof body === "string" ? new TextEncoder().encode(body) : body, receivedAt: NOW,
  headers: Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), value]]))),
});
const hook = (file: string): RawRequest => request(files[`./fixtures/resend/${file}`]!, manifest.files.find((entry) => entry.file === file)!.headers);
const receive = (body: unknown) => resend.receive(request(typeof body === "string" ? body : JSON.stringify(body)), connection);
it("accepts nothing before the signing secret is known", async () => {
  const entry = manifest.files[0]!;
  const request: RawRequest = { method: "POST", url: "https://inbox.example.com/hooks/resend/ch", headers: Object.fromEntries(Object.entries(entry.headers).map(([name, value]) => [name.toLowerCase(), value])), body: new Uint8Array(), receivedAt: NOW };
  expect(await resend.verify(request, { ...connection, settings: { apiKey: "re_x", domain: "acme.example" } }, NOW)).toBe(false);
});

const verify = (raw: RawRequest, now = NOW, secret = manifest.secret) => resend.verify(raw, { ...connection, settings: { ...SETTINGS, webhookSecret: secret } }, now);

describe("a signature", () => {
  it.each(vectors.cases.map((vector): [string, typeof vector] => [vector.name, vector]))("is judged as the vector says: %s", async (_name, { headers, valid }) => {
    expect(await verify(request(vectors.payload, headers), vectors.clock * 1000, vectors.secret)).toBe(valid);
  });

  it.each(manifest.files.map(({ file }) => file))("holds over the bytes of %s, and over no others", async (file) => {
    const good = hook(file);
    const changed = (headers: Record<string, string>) => verify({ ...good, headers: { ...good.headers, ...headers } });
    expect(await verify(good)).toBe(true);
    expect(await verify({ ...good, body: new Uint8Array([...good.body, 0x20]) })).toBe(false);
    expect(await verify(good, NOW, "whsec_b3RoZXItc2VjcmV0")).toBe(false);
    expect(await changed({ "svix-signature": "" })).toBe(false);
    expect(await changed({ "svix-signature": good.headers["svix-signature"]!.slice(0, -3) })).toBe(false);
    expect(await changed({ "svix-signature": good.headers["svix-signature"]!.replace("v1,", "v2,") })).toBe(false);
    expect(await changed({ "svix-id": "msg_other" })).toBe(false);
    expect(await verify({ ...good, headers: {} })).toBe(false);
  });

  it.each([[0, true], [299, true], [301, false], [-299, true], [-301, false]])("%i seconds old is accepted: %s", async (seconds, accepted) => {
    expect(await verify(hook("email-sent.json"), NOW + seconds * 1000)).toBe(accepted);
  });

  it.each(["", "soon", "1795341600.5", "-1", "1e9"])("with the timestamp %j is refused", async (timestamp) => {
    const good = hook("email-sent.json");
    expect(await verify({ ...good, headers: { ...good.headers, "svix-timestamp": timestamp } })).toBe(false);
  });

  it.each(["", "whsec_", "whsec_!!!"])("is never right for the secret %j", async (secret) => expect(await verify(hook("email-sent.json"), NOW, secret)).toBe(false));
});

const MAIL = { externalId: "9f2fa88b-0602-467a-837e-d624efe630d1", messageId: "dc21c9d7-f2c7-47d5-857a-661648d889de@email.example.com", recipient: "jane@example.com" };
const EVENTS: Record<string, Record<string, unknown>[]> = {
  "email-sent.json": [{ kind: "status", state: "sent", at: AT, ...MAIL }],
  "email-delivered.json": [{ kind: "status", state: "delivered", at: AT, ...MAIL }],
  "email-delivery-delayed.json": [{ kind: "status", state: "sending", at: AT, externalId: "af2318e5-95ed-4c11-8367-56e107ad5a89", messageId: "dbea9f45-7084-4acd-8d69-cf385204f2b2@email.example.com", recipient: "jane@example.com" }],
  "email-bounced.permanent.json": [{ kind: "status", state: "failed", at: AT, externalId: "7a205500-ab7a-4775-8bea-3cf579e2fcc9", messageId: "7616205d-916a-4bfb-8916-02e6ae1fe002@email.example.com", recipient: "jane@example.com", code: "bounced/Permanent/Suppressed", class: "permanent", detail: "smtp; 550 5.5.0 Requested action not taken: mailbox unavailable" }],
  "email-bounced.transient.json": [{ kind: "status", state: "failed", at: AT, externalId: "67c734bc-e8ce-4ec2-843e-78d6c7ccdbdd", messageId: "35884b34-a669-4d25-8fd6-f1c9556017b6@email.example.com", recipient: "jane@example.com", code: "bounced/Transient/MailboxFull", class: "temporary", detail: "Mailbox full" }],
  "email-bounced.undetermined-multi.json": [{ kind: "status", state: "failed", at: AT, externalId: "d8748ecf-5486-44b3-8fc7-a1f4a51823f9", messageId: "6e068255-d4ba-4bf0-89ae-77064410aa48@email.example.com", code: "bounced/Undetermined/Undetermined", class: "temporary", detail: "?" }],
  "email-complained.json": [{ kind: "status", state: "delivered", at: AT, ...MAIL }, { kind: "complaint", from: { kind: "email", address: "jane@example.com" }, at: AT }],
  "email-failed.json": [{ kind: "status", state: "failed", at: AT, externalId: "9a179fac-4c0c-4749-8b2b-bd21b8e3ff7a", messageId: "c62a0e1a-ff55-406e-89b1-946b4602d9e3@email.example.com", recipient: "jane@example.com", code: "failed/reached_daily_quota", class: "temporary", detail: "reached_daily_quota" }],
  "email-suppressed.json": [{ kind: "status", state: "failed", at: AT, externalId: "d119f5e7-eb63-49a1-881f-f2bd8bc06e07", messageId: "230d95f5-aff7-42f7-8377-70fa02b90db1@email.example.com", recipient: "jane@example.com", code: "suppressed/OnAccountSuppressionList", class: "permanent", detail: "on suppression list" }],
  "email-opened.json": [{ kind: "other", label: "email.opened", at: AT }],
  "email-clicked.json": [{ kind: "other", label: "email.clicked", at: AT }],
  "email-scheduled.json": [{ kind: "status", state: "queued", at: AT, externalId: "22c99dba-228a-4853-8c8d-6ef05b1d2f16", messageId: "d3f78859-0eb0-43c8-8edf-a056221426ab@email.example.com", recipient: "jane@example.com" }],
  "email-received.plain.json": [{ kind: "pending", ref: "0c42b7ba-9192-481d-8f98-4371fba6fd76", at: AT }],
  "email-received.attachments.json": [{ kind: "pending", ref: "eccdb167-b2fe-4536-861a-41ea3a0247ed", at: AT }],
  "email-received.multi-recipient.json": [{ kind: "pending", ref: "2ab9200c-74ac-4cfd-8a88-3903a445a059", at: AT }],
};

describe("a webhook", () => {
  it.each(manifest.files.map(({ file, expect: meaning }) => [file, meaning]))("%s means: %s", async (file) => {
    expect(await resend.receive(hook(file!), connection)).toEqual(EVENTS[file!]);
  });

  it("finds the message by the tags it was sent with, in either shape", async () => {
    const data = { email_id: "e1", to: ["jane@example.com"] };
    for (const tags of [{ conversation: "c_1", message: "en_1" }, [{ name: "conversation", value: "c_1" }, { name: "message", value: "en_1" }]]) {
      expect(await receive({ type: "email.sent", created_at: "2026-11-22T10:00:00Z", data: { ...data, tags } })).toMatchObject([{ reference: "c_1:en_1", externalId: "e1" }]);
    }
  });

  it("about a mail with copies names no recipient, because it does not say which one it means", async () => {
    const [status] = await receive({ type: "email.delivered", created_at: "2026-11-22T10:00:00Z", data: { email_id: "e1", to: ["a@example.com"], cc: ["B <b@example.com>"] } });
    expect(status).not.toHaveProperty("recipient");
    const complaint = await receive({ type: "email.complained", created_at: "2026-11-22T10:00:00Z", data: { email_id: "e1", to: ["a@example.com", "b@example.com"] } });
    expect(complaint.map(({ kind }) => kind)).toEqual(["status"]);
  });

  it("without a readable time happened when it arrived", async () => {
    expect(await receive({ type: "email.sent", created_at: "yesterday", data: { email_id: "e1" } })).toMatchObject([{ at: NOW }]);
  });

  it.each(["", "null", "[]", "{", '{"type":1}', '{"type":"email.sent"}'])("with the body %j is kept as unreadable", async (body) => {
    expect(await receive(body)).toEqual([{ kind: "other", label: "unreadable", at: NOW }]);
  });

  it("of any shape never breaks the reader", async () => {
    const kinds: InboundEvent["kind"][] = ["status", "complaint", "pending", "other"];
    await fc.assert(fc.asyncProperty(fc.oneof(fc.json(), fc.record({ type: fc.constantFrom(...Object.keys(EVENTS).map((name) => `email.${name.slice(6).split(".")[0]!.replace("-", "_")}`), "__proto__", "toString"), created_at: fc.jsonValue(), data: fc.oneof(fc.jsonValue(), fc.record({ to: fc.jsonValue(), tags: fc.jsonValue(), bounce: fc.jsonValue(), email_id: fc.jsonValue() })) }).map((value) => JSON.stringify(value))), async (body) => {
      for (const event of await receive(body)) expect(kinds).toContain(event.kind);
    }), { numRuns: 200 });
  });
});

const message = (change: Partial<OutboundMessage> = {}, email: Partial<NonNullable<OutboundMessage["email"]>> = {}): OutboundMessage => ({
  ...PLAIN_MESSAGE, id: "msg_01J", reference: "c_1:en_1", from: "support@acme.example", to: "jane@example.com", text: "Hi", media: [], statusUrl: "https://inbox.example.com/hooks/resend/cn_1",
  ...change,
  email: { from: { name: "Acme", address: "support@acme.example" }, to: [{ name: "", address: "jane@example.com" }], cc: [], bcc: [], subject: "Re: Order", html: "<p>Hi</p>", messageId: "msg_01J@acme.example", inReplyTo: "a@b", references: ["a@b"], replyTo: null, headers: {}, ...email },
});

interface Call { url: string; method: string | undefined; headers: Headers; body: Record<string, unknown> }
async function send(answer: () => Response | Promise<Response>, outgoing = message()) {
  const calls: Call[] = [];
  const io: ChannelIo = {
    now: () => NOW,
    fetch: async (url, init) => {
      calls.push({ url: String(url), method: init?.method, headers: new Headers(init?.headers as HeadersInit), body: JSON.parse(String(init?.body ?? "null")) as Record<string, unknown> });
      return answer();
    },
  };
  return { result: await resend.send!(outgoing, connection, io), calls };
}
const accepted = () => Response.json({ id: "49a3999c" });
const bodyOf = async (outgoing: OutboundMessage) => (await send(accepted, outgoing)).calls[0]!.body;

describe("sending", () => {
  it("asks Resend exactly as its documentation does", async () => {
    const { request: documented, response } = outbound.exchanges[0]!;
    const { result, calls } = await send(() => Response.json(response.body));
    expect(result).toEqual({ ok: true, externalId: "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794", messageId: "msg_01J@acme.example" });
    expect(calls).toHaveLength(1);
    const { tags, ...body } = calls[0]!.body;
    const { tags: _tags, ...expected } = documented.body!;
    expect([calls[0]!.method, calls[0]!.url]).toEqual([documented.method, documented.url]);
    expect(body).toEqual(expected);
    expect(tags).toEqual([{ name: "conversation", value: "c_1" }, { name: "message", value: "en_1" }]);
    expect(Object.fromEntries(calls[0]!.headers)).toEqual({ authorization: "Bearer re_x", "content-type": "application/json", "idempotency-key": "msg_01J", "user-agent": expect.stringMatching(/^Switchboard\//) as string });
  });

  const CLASSES: Record<string, { class: string; code: string; retryAfterMs?: number }> = {
    validation: { class: "permanent", code: "validation_error" }, domain: { class: "config", code: "domain_not_verified" },
    "idempotency other body": { class: "permanent", code: "invalid_idempotent_request" }, "idempotency in flight": { class: "temporary", code: "concurrent_idempotent_requests", retryAfterMs: 2_000 },
    rate: { class: "rate", code: "rate_limit_exceeded", retryAfterMs: 1_000 }, quota: { class: "config", code: "daily_quota_exceeded" }, "user agent missing": { class: "config", code: "refused" },
  };
  it.each(outbound.exchanges.slice(1).map((exchange): [string, typeof exchange] => [exchange.name, exchange]))("the refusal “%s” is classed and explained", async (name, { response, class: documented }) => {
    const { body } = response;
    const { result } = await send(() => new Response(typeof body === "string" ? body : JSON.stringify(body), { status: response.status, headers: response.headers as HeadersInit | undefined }));
    expect(result).toMatchObject({ ok: false, ...CLASSES[name]! });
    expect(documented.startsWith(CLASSES[name]!.class)).toBe(true);
    expect(resend.explain(CLASSES[name]!.code)).toMatch(/\.$/);
  });

  it.each([
    [401, "missing_api_key", "auth"], [401, "restricted_api_key", "auth"], [403, "invalid_api_key", "auth"], [422, "invalid_from_address", "permanent"], [422, "invalid_attachment", "permanent"], [400, "invalid_idempotency_key", "permanent"],
    [429, "monthly_quota_exceeded", "config"], [429, "something_new", "rate"], [403, "something_new", "config"], [401, "something_new", "auth"], [409, "something_new", "temporary"], [418, "something_new", "permanent"],
  ])("%i %s is %s", async (status, name, failure) => {
    expect((await send(() => Response.json({ statusCode: status, name, message: "x" }, { status }))).result).toMatchObject({ ok: false, class: failure, code: name, detail: "x" });
  });

  it.each([500, 502, 503, 504, 408])("the answer %i leaves the outcome unknown", async (status) => {
    await expect(send(() => Response.json({ name: "application_error" }, { status }))).rejects.toThrow(String(status));
  });

  it("a lost connection or a half answer leaves the outcome unknown", async () => {
    await expect(send(() => Promise.reject(new TypeError("lost")))).rejects.toThrow("lost");
    await expect(send(() => new Response("<html>"))).rejects.toThrow();
  });

  it("the same message makes the same body, so that a repeat is recognised", async () => {
    expect(JSON.stringify(await bodyOf(message()))).toBe(JSON.stringify(await bodyOf(message())));
  });

  it("carries copies, reply address and files", async () => {
    const body = await bodyOf(message(
      { media: [{ id: "at_1", name: "a\r\nX: y.txt", type: "text/plain", size: 3, url: "https://x.example", bytes: () => Promise.resolve(new Uint8Array([255, 0, 1])) }] },
      { cc: [{ name: "Doe, Jane", address: "j@example.com" }], bcc: [{ name: "", address: "b@example.com" }], replyTo: "reply+c_1.abc@acme.example", html: null },
    ));
    expect(body).toMatchObject({ cc: ['"Doe, Jane" <j@example.com>'], bcc: ["b@example.com"], reply_to: "reply+c_1.abc@acme.example", attachments: [{ filename: "a X: y.txt", content: "/wAB", content_type: "text/plain" }] });
    expect(body).not.toHaveProperty("html");
  });

  it("makes the text from the HTML when there is only HTML", async () => {
    expect((await bodyOf(message({ text: "" }, { html: "<p>Hello <b>Jane</b></p>" }))).text).toBe("Hello Jane");
  });

  it("nothing a person types can add a header", async () => {
    const evil = "x\r\nBcc: mallory@evil.example\u2028y";
    const body = await bodyOf(message({}, { subject: evil, from: { name: evil, address: "support@acme.example" }, to: [{ name: evil, address: "jane@example.com" }] }));
    for (const value of [body.subject, body.from, ...(body.to as string[])]) expect(value).not.toMatch(/[\r\n\u2028]/);
    await expect(send(accepted, message({}, { inReplyTo: "a@b>\r\nBcc: m@evil.example" }))).rejects.toThrow();
    const { result, calls } = await send(accepted, message({}, { to: [{ name: "", address: "jane@example.com\r\nBcc: m@evil.example" }] }));
    expect(result).toMatchObject({ ok: false, class: "permanent", code: "invalid_address" });
    expect(calls).toEqual([]);
  });

  it("a message without email fields is surely not sent", async () => {
    const { result, calls } = await send(accepted, { ...message(), email: null });
    expect([result.ok, calls.length]).toEqual([false, 0]);
  });
});

describe("the check when connecting", () => {
  const probe = (status: number, body: unknown) => resend.probe!(connection, { now: () => NOW, fetch: () => Promise.resolve(new Response(typeof body === "string" ? body : JSON.stringify(body), { status })) });
  it.each([
    ["is content with a verified domain", 200, { data: [{ name: "acme.example", status: "verified" }] }, null],
    ["names a domain that is not verified", 200, { data: [{ name: "acme.example", status: "pending" }] }, /not verified acme\.example/],
    ["names a domain that is not there", 200, { data: [] }, /does not know acme\.example/],
    ["accepts a key that may only send", 401, { name: "restricted_api_key" }, null],
    ["names a wrong key", 403, { name: "invalid_api_key" }, /API key/],
    ["says when Resend does not answer properly", 503, "down", /503/],
  ])("%s", async (_name, status, body, sentence) => {
    const said = await probe(status, body);
    if (sentence === null) expect(said).toBeNull();
    else expect(said).toMatch(sentence);
  });
});

it.each([["bounced/Permanent/General", "inactive"], ["suppressed/OnAccountSuppressionList", "inactive"], ["bounced/Transient/MailboxFull", null], ["failed/reached_daily_quota", null], ["no-such-code", null]])("after %s the consent is %s", (code, consent) => {
  expect(resend.consentAfter!(code)).toBe(consent);
});

describe("a received mail", () => {
  const RAW = "From: Jane Doe <jane@example.com>\r\nTo: support@acme.example\r\nSubject: Order\r\nMessage-ID: <m1@mail.example.com>\r\nIn-Reply-To: <msg_01J@acme.example>\r\n\r\nHello\r\n";
  const base = { object: "email", id: "in/1", from: "Jane Doe <jane@example.com>", to: ["support@acme.example"], cc: null, bcc: [], subject: "Order", message_id: "<m1@mail.example.com>", created_at: "2026-11-22T10:00:00.000Z", html: "<p>Hello</p>", text: "Hello", attachments: [] };
  const CDN = "https://inbound-cdn.resend.com/in-1";
  async function collect(answers: Record<string, () => Response>) {
    const calls: { url: string; key: string | null }[] = [];
    const io: ChannelIo = {
      now: () => NOW,
      fetch: (input, init) => {
        calls.push({ url: String(input), key: new Headers(init?.headers as HeadersInit).get("authorization") });
        return Promise.resolve((answers[String(input)] ?? (() => new Response("", { status: 404 })))());
      },
    };
    return { found: await resend.collect!("in/1", connection, io), calls };
  }
  const API = "https://api.resend.com/emails/receiving/in%2F1";
  const received = (change: object) => ({ [`${API}?html_format=cid`]: () => Response.json({ ...base, ...change }) });

  it("is fetched raw, and its storage never hears the key", async () => {
    const { found, calls } = await collect({ ...received({ raw: { download_url: `${CDN}?signature=s`, expires_at: "x" } }), [`${CDN}?signature=s`]: () => new Response(RAW) });
    expect(found).toMatchObject([{ kind: "message", from: { address: "jane@example.com", name: "Jane Doe" }, text: "Hello\n", at: NOW, email: { subject: "Order", messageId: "m1@mail.example.com", inReplyTo: ["msg_01J@acme.example"], deliveredTo: ["support@acme.example"] } }]);
    expect(calls).toEqual([{ url: `${API}?html_format=cid`, key: "Bearer re_x" }, { url: `${CDN}?signature=s`, key: null }]);
  });

  it("without its raw form is put together from what Resend made of it", async () => {
    const { found, calls } = await collect({
      ...received({ raw: null, headers: { "in-reply-to": "<msg_01J@acme.example>", "content-type": "multipart/mixed; boundary=x", "authentication-results": "mx; dmarc=fail" }, attachments: [{ id: "a1", filename: null, content_type: "application/pdf" }, { id: "a2", filename: "logo.png", content_type: "image/png", content_id: "img001" }] }),
      [`${API}/attachments/a1`]: () => Response.json({ download_url: `${CDN}/a1` }), [`${API}/attachments/a2`]: () => Response.json({ download_url: `${CDN}/a2` }), [`${CDN}/a1`]: () => new Response("pdf"), [`${CDN}/a2`]: () => new Response("png"),
    });
    expect(found).toMatchObject([{ kind: "message", text: "Hello", email: { html: "<p>Hello</p>", inReplyTo: ["msg_01J@acme.example"], messageId: "m1@mail.example.com", warning: expect.stringMatching(/DMARC/) as string } }]);
    const [event] = found;
    expect(event?.kind === "message" && event.media.map(({ type, bytes }) => [type, new TextDecoder().decode(bytes)])).toEqual([["application/pdf", "pdf"], ["image/png", "png"]]);
    expect(calls.filter(({ url }) => url.startsWith(CDN)).every(({ key }) => key === null)).toBe(true);
  });

  it.each<[string, Record<string, () => Response>]>([
    ["that is not there yet", {}], ["whose storage is busy", { ...received({ raw: { download_url: CDN } }), [CDN]: () => new Response("", { status: 503 }) }], ["with a file that is missing", received({ attachments: [{ id: "a1", filename: "a" }] })],
    ["that lies nowhere safe", received({ raw: { download_url: "http://169.254.169.254/mail" } })], ["of which nothing is told", { [`${API}?html_format=cid`]: () => new Response("<html>") }],
  ])("%s is tried again", async (_name, answers) => { await expect(collect(answers)).rejects.toThrow(); });

  const told = (to: string[], change: Partial<typeof connection> = {}) => resend.receive(request(JSON.stringify({ type: "email.received", created_at: "2026-11-22T10:00:00Z", data: { email_id: "e1", to } })), { ...connection, ...change });
  it.each<[string, string[], Partial<typeof connection>, string]>([
    ["for this mailbox", ["Support <SUPPORT@acme.example>", "x@example.com"], {}, "pending"], ["for an answer's own address", ["reply+c_1.abc@acme.example"], {}, "pending"], ["for another domain of the team", ["support@other.example"], {}, "other"],
    ["for an address of the same domain that this one need not know", ["sales@acme.example"], { ownAddresses: ["sales@acme.example"] }, "pending"], ["for both", ["sales@acme.example", "support@acme.example"], { ownAddresses: ["sales@acme.example"] }, "pending"], ["for nobody", [], {}, "other"],
  ])("%s is %4$s", async (_name, to, change, kind) => expect((await told(to, change)).map((event) => event.kind)).toEqual([kind]));
});
