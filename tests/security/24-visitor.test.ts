import { env } from "cloudflare:test";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Attachment } from "../../worker/contract/entry";
import type { VisitorMessage } from "../../worker/contract/widget";
import { issueVisitorToken } from "../../worker/platform/visitor-token";
import { call } from "../support/account";
import { asVisitor, listen, newWidget, openVisitorSocket, say, signedToken, startSession, type TestWidget } from "../support/visitor";

/** 24: a visitor reads and writes their own thread of one widget, and nothing else follows from anything they send. */

const IDENTITY_SECRET = "test_livechat_identity_secret";
const USER = { userId: "u_77", hash: "6440e42873d051a961a043da057e67cac1586b6bfac1b89eb82a0251e6dcb325" };

let widget: TestWidget;
beforeEach(async () => { widget = await newWidget({ identitySecret: IDENTITY_SECRET }); });
const thread = async (session: { token: string }) => (await (await call("/widget/messages", { headers: asVisitor(session as never) })).json<{ messages: VisitorMessage[] }>()).messages.map(({ text }) => text);
const conversationOf = async (response: Response) => (await response.json<{ conversationId: string }>()).conversationId;

describe("a token", () => {
  it("shows its own visitor's thread and nobody else's", async () => {
    const [jane, eve] = [await startSession(widget), await startSession(widget)];
    await say(jane, "my address is 1 High Street");
    expect(jane.visitorId).not.toBe(eve.visitorId);
    expect(await thread(jane)).toEqual(["my address is 1 High Street"]);
    expect(await thread(eve)).toEqual([]);
    await say(eve, "hello");
    expect(await thread(eve)).toEqual(["hello"]);
    const socket = await listen(eve);
    await vi.waitFor(() => expect(socket.wire.length).toBeGreaterThan(0), 5_000);
    expect(socket.texts()).toEqual(["hello"]);
    socket.close();
  });

  it("that was forged, changed, or taken to another widget is nobody's", async () => {
    const session = await startSession(widget);
    const other = await newWidget();
    const [payload, signature] = session.token.split(".") as [string, string];
    const elsewhere = await issueVisitorToken(env.VAULT_KEYS, { account: other.account.account.id, connection: widget.id, visitor: session.visitorId, issuedAt: Date.now() });
    for (const token of ["", "x.y", `${btoa("{}")}.${signature}`, `${payload}.AAAA`, elsewhere]) {
      expect((await call("/widget/messages", { headers: asVisitor({ ...session, token }) })).status).toBe(401);
      expect((await say({ ...session, token }, "hi")).status).toBe(401);
      expect((await openVisitorSocket(token)).status).toBe(401);
    }
    expect((await startSession(other, { token: session.token })).visitorId).not.toBe(session.visitorId);
  });

  it("is not accepted in an address", async () => {
    const { token } = await startSession(widget);
    expect((await call(`/widget/messages?token=${token}`)).status).toBe(401);
    expect((await call(`/live/visitor?token=${token}`, { headers: { upgrade: "websocket", origin: env.PUBLIC_URL } })).status).toBe(401);
  });

  it("opens nothing of the API", async () => {
    const session = await startSession(widget);
    expect((await call("/api/v1/conversations", { headers: { authorization: `Bearer ${session.token}` } })).status).toBe(401);
  });
});

describe("naming another visitor", () => {
  it("in a header or a body changes nothing", async () => {
    const [jane, eve] = [await startSession(widget), await startSession(widget)];
    const id = await conversationOf(await say(jane, "secret"));
    await say(eve, "hi");
    const forged = { "x-visitor": jane.visitorId, "x-connection": widget.id, "x-actor": "{\"type\":\"member\",\"role\":\"owner\"}" };
    const response = await call("/widget/messages", { json: { clientId: crypto.randomUUID(), text: "as jane", visitorId: jane.visitorId, conversationId: id, from: jane.visitorId }, headers: { ...asVisitor(eve), ...forged } });
    expect(await conversationOf(response)).not.toBe(id);
    expect(await thread(jane)).toEqual(["secret"]);
    const socket = (await openVisitorSocket(eve.token, forged)).webSocket!;
    const wire: string[] = [];
    socket.addEventListener("message", ({ data }) => { wire.push(String(data)); });
    socket.accept();
    await vi.waitFor(() => expect(wire.length).toBeGreaterThan(0), 5_000);
    expect(wire.join()).not.toContain("secret");
    socket.close();
  });

  it("by sending a file that someone else uploaded is refused", async () => {
    const [jane, eve] = [await startSession(widget), await startSession(widget)];
    const file = await (await call("/widget/attachments", { method: "POST", body: "my passport", headers: { ...asVisitor(jane), "x-file-name": "passport.txt" } })).json<Attachment>();
    expect((await say(eve, "look", { attachments: [file.id] })).status).toBe(400);
    expect((await say(eve, "look", { attachments: ["a_unknown"] })).status).toBe(400);
  });

  it("by their email does not open their history", async () => {
    const jane = await startSession(widget);
    await say(jane, "secret", { preChat: { email: "jane@example.com" } });
    const eve = await startSession(widget);
    await say(eve, "hi", { preChat: { email: "jane@example.com" } });
    expect(await thread(eve)).toEqual(["hi"]);
  });
});

describe("a customer the site vouches for", () => {
  it("continues on another device", async () => {
    const laptop = await startSession(widget, { identity: USER });
    await say(laptop, "from the laptop");
    const phone = await startSession(widget, { identity: USER });
    expect(phone).toMatchObject({ vouched: true, visitorId: laptop.visitorId });
    expect(phone.messages.map(({ text }) => text)).toEqual(["from the laptop"]);
  });

  it.each([
    ["another user's hash", { userId: "u_78", hash: USER.hash }], ["no hash", { userId: "u_77", hash: "" }], ["a made-up hash", { userId: "u_77", hash: "0".repeat(64) }],
  ])("is not anybody with %s", async (_, identity) => {
    await say(await startSession(widget, { identity: USER }), "secret");
    const eve = await startSession(widget, { identity });
    expect(eve).toMatchObject({ vouched: false, conversationId: null, messages: [] });
  });

  it("does not carry over the chat of whoever used the browser before", async () => {
    const stranger = await startSession(widget);
    await say(stranger, "before login");
    const user = await startSession(widget, { token: stranger.token, identity: USER });
    expect(user.visitorId).not.toBe(stranger.visitorId);
    expect(user.messages).toEqual([]);
  });

  it("needs a secret to be set: without one nobody is vouched for", async () => {
    const open = await newWidget();
    expect((await startSession(open, { identity: USER })).vouched).toBe(false);
  });
});

describe("a customer proved by a token", () => {
  const claims = (more: object = {}) => ({ sub: "u_77", exp: Date.now() / 1_000 + 600, email: "jane@example.com", ...more });

  it("joins their contact and still sees nothing that was said elsewhere or by another visitor of it", async () => {
    const eve = await startSession(widget);
    await say(eve, "I say I am jane", { preChat: { email: "jane@example.com" } });
    const phone = await startSession(widget, { identity: { token: await signedToken(IDENTITY_SECRET, claims({ sub: "u_other" })) } });
    const id = await conversationOf(await say(phone, "as my other account"));
    const jane = await startSession(widget, { identity: { token: await signedToken(IDENTITY_SECRET, claims()) } });
    expect(await conversationOf(await say(jane, "hello"))).toBe(id); // one contact
    expect(await thread(jane)).toEqual(["hello"]);
    expect(await thread(phone)).toEqual(["as my other account"]);
    expect(await thread(eve)).toEqual(["I say I am jane"]);
  });

  it("is nobody with a token of another widget's secret, an expired one, or one without a signature", async () => {
    for (const token of [await signedToken("some_other_widgets_secret", claims()), await signedToken(IDENTITY_SECRET, claims({ exp: 1 })), await signedToken("", claims(), { alg: "none" }).catch(() => "e30.e30."), ""])
      expect((await startSession(widget, { identity: { token } })).vouched).toBe(false);
  });

  it("keeps what was proved out of reach: nobody names an address in a request of their own", async () => {
    const eve = await startSession(widget);
    const response = await call("/widget/messages", { json: { clientId: crypto.randomUUID(), text: "hi", vouched: { email: "jane@example.com" } }, headers: { ...asVisitor(eve), "x-vouched": encodeURIComponent(JSON.stringify({ email: "jane@example.com" })) } });
    const { contactId } = await (await widget.account.fetch(`/api/v1/conversations/${await conversationOf(response)}`)).json<{ contactId: string }>();
    const { identities } = await (await widget.account.fetch(`/api/v1/contacts/${contactId}`)).json<{ identities: { kind: string }[] }>();
    expect(identities.map(({ kind }) => kind)).toEqual(["visitor"]);
  });
});

describe("23: on the visitor's wire", () => {
  it("there is never a comment, nor a message of another channel", async () => {
    const session = await startSession(widget);
    const id = await conversationOf(await say(session, "hello"));
    const socket = await listen(session);
    await widget.account.fetch(`/api/v1/conversations/${id}/comments`, { json: { clientId: crypto.randomUUID(), text: "they never pay" } });
    await widget.account.fetch(`/api/v1/conversations/${id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "chat", text: "good morning", undoMs: 0 } });
    await vi.waitFor(() => { socket.say({ type: "sync", cursor: 0 }); expect(socket.texts()).toContain("good morning"); }, 5_000);
    expect(socket.wire.join()).not.toContain("they never pay");
    expect(await thread(session)).toEqual(["hello", "good morning"]);
    expect((await startSession(widget, { token: session.token })).messages.map(({ text }) => text)).toEqual(["hello", "good morning"]);
    socket.close();
  });

  it("nobody else's page may open it", async () => {
    const session = await startSession(widget);
    await say(session, "hello");
    for (const origin of ["https://evil.test", "null", "https://shop.example.com.evil.test"]) expect((await openVisitorSocket(session.token, { origin })).status).toBe(403);
    const bare = await call("/live/visitor", { headers: { upgrade: "websocket", "sec-websocket-protocol": `switchboard.v1, ${session.token}` } });
    expect(bare.status).toBe(403);
  });
});
