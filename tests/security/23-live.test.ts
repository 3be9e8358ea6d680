import { env } from "cloudflare:test";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { call, newAccount, type As, type TestAccount, type Who } from "../support/account";
import { made, openSocket } from "../support/live";
import { asVisitor, listen, newWidget, say, startSession } from "../support/visitor";

/** 23: a socket is opened by our own page with a good credential, hears what its holder may hear, and ends with their rights. */

const UNAUTHORIZED = 4401;
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 5_000, interval: 20 });

let account: TestAccount, id: string;
beforeEach(async () => {
  account = await newAccount();
  const contact = await made(account, "/api/v1/contacts", { name: "Ada" });
  ({ id } = await made(account, "/api/v1/conversations", { contactId: contact.id }));
  await account.fetch(`/api/v1/conversations/${id}`, { method: "PATCH", json: { assigneeId: account.restricted.id } });
});
const paths = () => ["/live/feed", `/live/conversations/${id}`];
const comment = (text: string, conversation = id) => made(account, `/api/v1/conversations/${conversation}/comments`, { clientId: crypto.randomUUID(), text });

describe("opening", () => {
  it("needs a credential, in a header or the cookie and nowhere else", async () => {
    const { cookie } = await account.session("owner");
    for (const path of paths()) {
      expect((await openSocket(account, path, null)).status, path).toBe(401);
      expect((await openSocket(account, path, { key: "sb_wrong" })).status, path).toBe(401);
      for (const query of [`token=${account.owner.key}`, `key=${account.owner.key}`, `session=${cookie}`]) expect((await openSocket(account, `${path}?${query}`, null)).status, path).toBe(401);
      expect((await openSocket(account, path, null, { "sec-websocket-protocol": account.owner.key })).status, path).toBe(401);
      const good = await openSocket(account, path, { cookie });
      expect(good.status, path).toBe(101);
      good.close();
    }
  });

  it("is for our own page only where a cookie vouches", async () => {
    const { cookie } = await account.session("owner");
    const open = (path: string, headers: Record<string, string>) => call(path, { headers: { upgrade: "websocket", cookie: `__Host-sb_session=${cookie}`, ...headers } });
    const foreign: Record<string, string>[] = [{ origin: "https://evil.example" }, { origin: "null" }, { origin: `${env.PUBLIC_URL}.evil.example` }, { origin: env.PUBLIC_URL, "sec-fetch-site": "cross-site" }, {}];
    for (const path of paths())
      for (const headers of foreign)
        expect([(await open(path, headers)).status, path, headers]).toEqual([403, path, headers]);
  });

  it("believes no header about who asks, and answers a plain request with a sentence", async () => {
    const forged = { "x-actor": JSON.stringify({ id: account.owner.id, role: "owner", teamIds: [], accountId: account.account.id }), "x-visitor": "v_1", "x-connection": "ch_1" };
    const other = await made(account, "/api/v1/contacts", { name: "Bo" });
    const hidden = await made(account, "/api/v1/conversations", { contactId: other.id });
    expect((await openSocket(account, `/live/conversations/${hidden.id}`, "restricted", forged)).status).toBe(404);
    for (const path of paths()) expect((await account.fetch(path, { headers: forged })).status).toBe(400);
  });

  it("does not find another account's conversation, nor one that is not there", async () => {
    const stranger = await newAccount();
    for (const conversation of [id, `../${account.account.id}/${id}`, encodeURIComponent(`../${account.account.id}/${id}`), "c_none"])
      expect((await openSocket(stranger, `/live/conversations/${conversation}`, "owner")).status, conversation).toBe(404);
  });
});

describe("a socket of somebody whose rights end", () => {
  const ends: [string, Who, (as: { cookie: string }) => Promise<unknown>][] = [
    ["they are disabled", "restricted", () => account.fetch(`/api/v1/members/${account.restricted.id}`, { method: "PATCH", json: { disabled: true } })],
    ["their role changes", "agent", () => account.fetch(`/api/v1/members/${account.agent.id}`, { method: "PATCH", json: { role: "restricted" } })],
    ["they sign out", "agent", ({ cookie }) => call("/api/auth/sign-out", { method: "POST", headers: { cookie: `__Host-sb_session=${cookie}`, origin: env.PUBLIC_URL } })],
    ["they sign out everywhere", "agent", async () => account.fetch("/api/v1/sessions", { method: "DELETE" }, await account.session("agent"))],
    ["their password is reset", "agent", async () => {
      const { url } = await made<{ url: string }>(account, `/api/v1/members/${account.agent.id}/reset-link`, {});
      return call("/api/auth/reset", { json: { token: url.split("#token=")[1], password: "a new long password" } });
    }],
  ];
  it.each(ends)("is closed with 4401 when %s, and hears nothing after", async (_, who, end) => {
    const as = await account.session(who);
    const sockets = [];
    for (const path of paths()) sockets.push(await openSocket(account, path, as));
    for (const socket of sockets) { expect(socket.status).toBe(101); await soon(() => expect(socket.wire.length).toBeGreaterThan(0)); }
    expect(((await end(as)) as Response).ok).toBe(true);
    for (const socket of sockets) await soon(() => expect(socket.closed()).toBe(UNAUTHORIZED));
    const heard = sockets.map(({ wire }) => wire.length);
    await comment("after they went");
    expect((await (await account.fetch(`/api/v1/conversations/${id}/entries`)).text())).toContain("after they went");
    expect(sockets.map(({ wire }) => wire.length)).toEqual(heard);
  });

  it("with a revoked key is closed, and the key opens none any more", async () => {
    const key = await account.key("agent", ["read"]);
    const sockets = [];
    for (const path of paths()) sockets.push(await openSocket(account, path, key));
    const { items } = await (await account.fetch("/api/v1/api-keys")).json<{ items: { id: string; name: string }[] }>();
    await account.fetch(`/api/v1/api-keys/${items.find(({ name }) => name === "read")!.id}`, { method: "DELETE" });
    for (const socket of sockets) await soon(() => expect(socket.closed()).toBe(UNAUTHORIZED));
    for (const path of paths()) expect((await openSocket(account, path, key)).status).toBe(401);
  });

  it.each<[string, "CONVERSATION" | "FEED"]>([["conversation", "CONVERSATION"], ["list", "FEED"]])("that is opened to a %s while they end is closed too", async (_, binding) => {
    const { cookie } = await account.session("agent");
    const end = () => account.fetch(`/api/v1/members/${account.agent.id}`, { method: "PATCH", json: { disabled: true } });
    const path = binding === "FEED" ? "/live/feed" : `/live/conversations/${id}`;
    // The socket is accepted right after the member was disabled, and nobody asks again in between.
    const late = { getByName: (name: string) => new Proxy(env[binding].getByName(name), {
      get: (stub, property) => async (...args: [Request]) => {
        if (property === "fetch") await end();
        return (stub as unknown as Record<typeof property, (...given: [Request]) => unknown>)[property]!(...args);
      },
    }) };
    const response = await call(path, { headers: { upgrade: "websocket", cookie: `__Host-sb_session=${cookie}`, origin: env.PUBLIC_URL } }, { [binding]: late } as unknown as Partial<Env>);
    expect(response.status).toBe(101);
    let closed: number | null = null;
    response.webSocket!.addEventListener("close", ({ code }) => { closed = code; });
    response.webSocket!.accept();
    await soon(() => expect(closed).toBe(UNAUTHORIZED));
  });

  it("who loses a conversation loses its socket before hearing more, and their list drops it", async () => {
    const [thread, feed] = [await openSocket(account, `/live/conversations/${id}`, "restricted"), await openSocket(account, "/live/feed", "restricted")];
    await soon(() => expect(feed.wire.join()).toContain(id));
    await account.fetch(`/api/v1/conversations/${id}`, { method: "PATCH", json: { assigneeId: account.owner.id } });
    await soon(() => expect(thread.closed()).toBe(UNAUTHORIZED));
    await comment("about a raise");
    await soon(() => expect(feed.wire.map((text) => JSON.parse(text) as { removed?: string[] }).flatMap(({ removed = [] }) => removed)).toContain(id));
    expect([...thread.wire, ...feed.wire].join()).not.toContain("about a raise");
    feed.close();
  });
});

describe("an open socket", () => {
  it("tells a restricted member nothing of others' conversations, live or after coming back", async () => {
    const contact = await made(account, "/api/v1/contacts", { name: "Secret Sam" });
    const feed = await openSocket(account, "/live/feed", "restricted");
    const hidden = await made(account, "/api/v1/conversations", { contactId: contact.id });
    await comment("hush", hidden.id);
    await comment("audible");
    await soon(() => expect(feed.wire.join()).toContain("audible"));
    feed.say("1");
    const late = await openSocket(account, "/live/feed?cursor=1", "restricted");
    await soon(() => expect(late.wire.join()).toContain("audible"));
    for (const socket of [feed, late]) { expect(socket.wire.join()).not.toMatch(/Secret Sam|hush/); socket.close(); }
  });

  it("hears only its own conversation, and nobody else's drafts as its own", async () => {
    const contact = await made(account, "/api/v1/contacts", { name: "Bo" });
    const other = await made(account, "/api/v1/conversations", { contactId: contact.id });
    const socket = await openSocket(account, `/live/conversations/${id}`, "owner");
    await comment("elsewhere", other.id);
    await account.fetch(`/api/v1/conversations/${id}/draft`, { method: "PUT", json: { mode: "reply", channel: null, text: "half a thought", updatedAt: new Date().toISOString() } }, "agent");
    await comment("here");
    await soon(() => expect(socket.wire.join()).toContain("here"));
    expect(socket.wire.join()).not.toMatch(/elsewhere|half a thought/);
    socket.close();
  });

  it.each<[string, string]>([["no JSON", "{"], ["another visitor's frame", '{"type":"read","seq":1}'], ["an unknown one", '{"type":"__proto__"}'], ["a cursor out of range", '{"type":"sync","cursor":-1}'], ["a deep one", "[".repeat(16_000)]])("outlives %s", async (_, frame) => {
    const [thread, feed] = [await openSocket(account, `/live/conversations/${id}`, "agent" satisfies As), await openSocket(account, "/live/feed", "agent")];
    for (const socket of [thread, feed]) socket.say(frame);
    await comment("still here");
    for (const socket of [thread, feed]) { await soon(() => expect(socket.wire.join()).toContain("still here")); expect(socket.closed()).toBeNull(); socket.close(); }
  });

  it("is closed when a frame is larger than anything it could mean", async () => {
    for (const path of paths()) {
      const socket = await openSocket(account, path, "agent");
      socket.say("x".repeat(20_000));
      await soon(() => expect(socket.closed()).toBe(1009));
    }
  });
});

describe("a visitor's socket", () => {
  it("carries no comment, draft, label or colleague's id, in any frame", async () => {
    const widget = await newWidget();
    const session = await startSession(widget);
    const { conversationId } = await (await say(session, "hello")).json<{ conversationId: string }>();
    const [visitor, colleague] = [await listen(session), await openSocket(widget.account, `/live/conversations/${conversationId}`, "owner")];
    const label = await made(widget.account, "/api/v1/labels", { name: "Troublemaker" });
    colleague.say({ type: "typing", on: true, mode: "comment", draft: "note to self" });
    colleague.say({ type: "typing", on: true, mode: "reply", draft: "half a reply" });
    await widget.account.fetch(`/api/v1/conversations/${conversationId}`, { method: "PATCH", json: { addLabels: [label.id], assigneeId: widget.account.agent.id, readCount: 1 } });
    await made(widget.account, `/api/v1/conversations/${conversationId}/comments`, { clientId: crypto.randomUUID(), text: "refund never" });
    await made(widget.account, `/api/v1/conversations/${conversationId}/messages`, { clientId: crypto.randomUUID(), channel: "chat", text: "to be cancelled", undoMs: 30_000 });
    await made(widget.account, `/api/v1/conversations/${conversationId}/messages`, { clientId: crypto.randomUUID(), channel: "chat", text: "the answer" });
    await soon(() => { visitor.say({ type: "sync", cursor: 0 }); expect(visitor.texts()).toContain("the answer"); });
    const heard = visitor.wire.join();
    expect(heard).toContain("typing");
    for (const inside of ["note to self", "half a reply", "refund never", "Troublemaker", "to be cancelled", label.id, widget.account.agent.id, widget.account.owner.id, "assigned"]) expect(heard).not.toContain(inside);
    expect(await (await call("/widget/messages", { headers: asVisitor(session) })).text()).not.toMatch(/refund never|to be cancelled/);
    for (const socket of [visitor, colleague]) socket.close();
  });

  it("cannot speak as a colleague, nor move what others said or read", async () => {
    const widget = await newWidget();
    const session = await startSession(widget);
    const { conversationId } = await (await say(session, "hello")).json<{ conversationId: string }>();
    const [visitor, colleague] = [await listen(session), await openSocket(widget.account, `/live/conversations/${conversationId}`, "owner")];
    const frames = [{ type: "typing", on: true, mode: "reply", draft: "I am the owner" }, { type: "presence", members: [] }, { type: "read", seq: 999_999 }, { type: "sync", cursor: 0, viewer: "member" }, { type: "page", url: "javascript:alert(1)", title: "<img src=x onerror=alert(1)>" }];
    for (const frame of frames) visitor.say(frame as never);
    visitor.say({ type: "typing", on: true });
    await soon(() => expect(colleague.wire.join()).toContain('"typing":true'));
    expect(colleague.wire.join()).not.toMatch(/I am the owner|javascript:/);
    const { items } = await (await widget.account.fetch(`/api/v1/conversations/${conversationId}/entries`)).json<{ items: { state: string; direction: string }[] }>();
    expect(items).toMatchObject([{ direction: "in", state: "delivered" }]);
    for (const socket of [visitor, colleague]) socket.close();
  });
});
