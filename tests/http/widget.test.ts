import { env } from "cloudflare:test";
import { beforeEach, expect, it, vi } from "vitest";
import type { Attachment, Entry } from "../../worker/contract/entry";
import type { VisitorMessage, WidgetConfig } from "../../worker/contract/widget";
import { call } from "../support/account";
import { asVisitor, listen, newWidget, say, SHOP, startSession, type TestWidget } from "../support/visitor";

interface Sent { message: VisitorMessage; conversationId: string }

let widget: TestWidget;
beforeEach(async () => { widget = await newWidget(); });

const entries = async (id: string) => (await (await widget.account.fetch(`/api/v1/conversations/${id}/entries`)).json<{ items: Entry[] }>()).items;
const reply = (id: string, text: string) => widget.account.fetch(`/api/v1/conversations/${id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "chat", text, undoMs: 0 } });

it("a visitor's first message makes a conversation that the team sees", async () => {
  const session = await startSession(widget);
  expect(session).toMatchObject({ conversationId: null, messages: [], asked: true, vouched: false });
  const response = await say(session, "Hello <b>there</b> 😀", { preChat: { name: "Lena" } });
  expect(response.status).toBe(201);
  const { message, conversationId } = await response.json<Sent>();
  expect(message).toMatchObject({ mine: true, text: "Hello <b>there</b> 😀" });
  expect(await entries(conversationId)).toMatchObject([{ kind: "message", channel: "chat", direction: "in", text: "Hello <b>there</b> 😀", author: { type: "contact", name: "Lena" } }]);
});

it("a message that is sent again is the same message", async () => {
  const session = await startSession(widget);
  const clientId = crypto.randomUUID();
  const first = await (await say(session, "Hello", { clientId })).json<Sent>();
  const again = await Promise.all([1, 2, 3].map(async () => (await say(session, "Hello", { clientId })).json<Sent>()));
  for (const { message } of again) expect(message.id).toBe(first.message.id);
  expect(await entries(first.conversationId)).toHaveLength(1);
});

it("the conversation is still there after a reload, on another day", async () => {
  const session = await startSession(widget);
  const { conversationId } = await (await say(session, "Hello")).json<Sent>();
  const later = await startSession(widget, { token: session.token });
  expect(later).toMatchObject({ visitorId: session.visitorId, conversationId });
  expect(later.messages.map(({ text }) => text)).toEqual(["Hello"]);
});

it("a browser that denies the frame all storage keeps its visitor by a cookie of that site alone", async () => {
  const ask = async (start: object, cookie?: string) => {
    const response = await call(`/widget/session?connection=${widget.id}`, { json: start, headers: { origin: env.PUBLIC_URL, ...(cookie && { cookie }) } });
    return { cookie: response.headers.get("set-cookie"), visitorId: (await response.json<{ visitorId: string }>()).visitorId };
  };
  expect((await ask({})).cookie).toBeNull();
  const first = await ask({ cookie: "use" });
  for (const part of ["__Host-sb_visitor_", "HttpOnly", "Secure", "SameSite=None", "Partitioned", "Path=/"]) expect(first.cookie).toContain(part);
  const jar = first.cookie!.split(";")[0]!;
  expect((await ask({ cookie: "use" }, jar)).visitorId).toBe(first.visitorId);
  expect((await ask({ cookie: "replace" }, jar)).visitorId).not.toBe(first.visitorId);
  expect((await ask({}, jar)).visitorId).not.toBe(first.visitorId); // not asked for, not read
});

it("the team's answer reaches the visitor's open socket, and what the visitor reads reaches the team", async () => {
  const session = await startSession(widget);
  const { conversationId } = await (await say(session, "Hello")).json<Sent>();
  const socket = await listen(session);
  expect(socket.response.headers.get("sec-websocket-protocol")).toBe("switchboard.v1");
  expect((await reply(conversationId, "Hi, what can we do?")).status).toBe(201);
  await vi.waitFor(() => expect(socket.texts()).toContain("Hi, what can we do?"), 5_000);
  socket.say({ type: "read", seq: 2 });
  await vi.waitFor(async () => expect((await entries(conversationId)).at(-1)!.state).toBe("read"), 5_000);
  socket.close();
});

it("older messages come in pages", async () => {
  const session = await startSession(widget);
  for (const text of ["one", "two", "three"]) await say(session, text);
  const { messages } = await (await call("/widget/messages?before=3", { headers: asVisitor(session) })).json<{ messages: VisitorMessage[] }>();
  expect(messages.map(({ text }) => text)).toEqual(["one", "two"]);
  expect((await call("/widget/messages?before=x", { headers: asVisitor(session) })).status).toBe(400);
});

it("a file is typed by its content, named safely, and reaches the team with its message", async () => {
  const session = await startSession(widget);
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  const upload = await call("/widget/attachments", { method: "POST", body: png, headers: { ...asVisitor(session), "content-type": "text/html", "x-file-name": encodeURIComponent("../bike\u202e.png") } });
  expect(upload.status).toBe(201);
  const file = await upload.json<Attachment>();
  expect(file).toMatchObject({ name: "bike.png", type: "image/png", size: png.byteLength, state: "ready" });
  const { message, conversationId } = await (await say(session, "", { attachments: [file.id] })).json<Sent>();
  expect(message.attachments).toMatchObject([{ name: "bike.png", type: "image/png", state: "ready" }]);
  expect((await entries(conversationId))[0]!.attachments).toMatchObject([{ name: "bike.png", state: "ready" }]);
  const fetched = await call(message.attachments[0]!.url);
  expect(fetched.status).toBe(200);
  expect(new Uint8Array(await fetched.arrayBuffer())).toEqual(png);
});

it.each([
  ["nothing", { text: "" }, 400], ["blanks", { text: "  \n " }, 400], ["too much", { text: "x".repeat(10_001) }, 400], ["no id", { clientId: "c1", text: "hi" }, 400],
  ["a bad email", { text: "hi", preChat: { email: "not-an-email" } }, 400], ["far too much", { text: "x".repeat(200_000) }, 413],
])("%s is refused with a sentence", async (_, draft, status) => {
  const response = await say(await startSession(widget), "", draft);
  expect(response.status).toBe(status);
  expect((await response.json<{ detail: string }>()).detail).not.toBe("");
});

it("what is no JSON is refused, not an accident", async () => {
  const session = await startSession(widget);
  for (const body of ["{", "null", "[]", "\u0000"])
    expect((await call("/widget/messages", { method: "POST", body, headers: { ...asVisitor(session), "content-type": "application/json" } })).status).toBe(400);
});

it("questions that must be answered first are, once", async () => {
  widget = await newWidget({ preChat: [{ key: "name", required: true }, { key: "email", required: false }] }, widget.account);
  const session = await startSession(widget);
  expect(session.asked).toBe(false);
  const refused = await say(session, "Hello");
  expect([refused.status, await refused.json()]).toMatchObject([422, { reason: "pre-chat" }]);
  expect((await say(session, "Hello", { preChat: { name: "Lena" } })).status).toBe(201);
  expect((await say(session, "Me again")).status).toBe(201);
  expect((await startSession(widget, { token: session.token })).asked).toBe(true);
});

it("the loader learns how to look, on the named sites only", async () => {
  const ask = (origin: string) => call(`/widget/config/${widget.id}`, { headers: { origin } });
  const answer = await ask(SHOP);
  expect(answer.headers.get("access-control-allow-origin")).toBe(SHOP);
  expect(answer.headers.get("vary")).toBe("Origin");
  expect(await answer.json<WidgetConfig>()).toMatchObject({ name: "Northside Cycles", position: "right", online: true });
  expect((await ask("https://eu.example.org")).status).toBe(200);
  const refused = await ask("https://evil.test");
  expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([403, null]);
});

it("outside office hours the widget says that nobody is there", async () => {
  widget = await newWidget({ officeHours: { timeZone: "UTC", hours: [] } }, widget.account);
  expect((await startSession(widget)).config.online).toBe(false);
});

it("a widget that is switched off, unknown, or not a widget is not there", async () => {
  for (const id of ["ch_unknown", ""]) expect((await call(`/widget/session?connection=${id}`, { json: {}, headers: { origin: env.PUBLIC_URL } })).status).toBe(404);
  const session = await startSession(widget);
  expect((await widget.account.fetch(`/api/v1/connections/${widget.id}`, { method: "PATCH", json: { status: "disabled" } })).status).toBe(200);
  expect((await call(`/widget/frame?connection=${widget.id}`)).status).toBe(404);
  expect((await say(session, "Hello")).status).toBe(401);
});

it("new sessions from one address are slowed down, those from others are not", async () => {
  const start = (address: string) => call(`/widget/session?connection=${widget.id}`, { json: {}, headers: { origin: env.PUBLIC_URL, "cf-connecting-ip": address } });
  const statuses = [];
  for (let index = 0; index < 40; index++) statuses.push((await start("198.51.100.7")).status);
  expect(statuses.at(-1)).toBe(429);
  expect((await start("198.51.100.8")).status).toBe(200);
});

it("a flood from one visitor is slowed down and told when to come back, others are not", async () => {
  const [loud, quiet] = [await startSession(widget), await startSession(widget)];
  const statuses = await Promise.all(Array.from({ length: 40 }, async (_, index) => (await say(loud, `${index}`)).status));
  expect(statuses.filter((status) => status === 201).length).toBeGreaterThanOrEqual(30);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
  expect((await say(quiet, "Hello")).status).toBe(201);
});

it("a widget in use says so: when something last came in, and when something last went out", async () => {
  const { conversationId } = await (await say(await startSession(widget), "Anyone here?")).json<{ conversationId: string }>();
  await reply(conversationId, "Yes, hello.");
  await vi.waitFor(async () => {
    const { health } = await (await widget.account.fetch(`/api/v1/connections/${widget.id}`)).json<{ health: { state: string; lastInboundAt: string | null; lastSentAt: string | null } }>();
    expect(health).toMatchObject({ state: "healthy", lastInboundAt: expect.any(String), lastSentAt: expect.any(String) });
  }, { timeout: 5_000 });
});
