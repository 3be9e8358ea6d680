import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Entry } from "../../worker/contract/entry";
import { call, type TestAccount } from "../support/account";
import { made, openSocket } from "../support/live";
import { listen, newWidget, say, startSession, type TestWidget } from "../support/visitor";

/** 13: whatever somebody writes leaves us as data, word for word, and no page of ours is made of it. How screens draw it is proved beside them. */

/** Short enough for every field there is. */
const XSS = `"><img src=x onerror=alert(1)>{{7*7}}`;
let widget: TestWidget, account: TestAccount, conversationId: string, contactId: string;

beforeAll(async () => {
  widget = await newWidget({ greeting: XSS, awayMessage: XSS });
  ({ account } = widget);
  const session = await startSession(widget, { page: { url: `https://shop.example.com/?q=${XSS}`, title: XSS, referrer: `https://evil.example/${XSS}` } });
  ({ conversationId } = await (await say(session, XSS, { preChat: { name: XSS } })).json<{ conversationId: string }>());
  ({ contactId } = await (await account.fetch(`/api/v1/conversations/${conversationId}`)).json<{ contactId: string }>());
  const label = await made(account, "/api/v1/labels", { name: XSS });
  const change = async (path: string, json: object) => { const response = await account.fetch(path, { method: "PATCH", json }); expect(response.status, await response.text()).toBe(200); };
  await change("/api/v1/me", { name: XSS });
  await change("/api/v1/account", { name: XSS });
  await change(`/api/v1/connections/${widget.id}`, { name: XSS });
  await change(`/api/v1/contacts/${contactId}`, { name: XSS, company: XSS, address: XSS, addTags: [XSS] });
  await change(`/api/v1/conversations/${conversationId}`, { addLabels: [label.id], status: "closed", closeReason: XSS });
  await made(account, "/api/v1/teams", { name: XSS, memberIds: [account.agent.id] });
  await made(account, `/api/v1/contacts/${contactId}/notes`, { text: XSS });
  await made(account, `/api/v1/conversations/${conversationId}/comments`, { clientId: crypto.randomUUID(), text: XSS });
  await vi.waitFor(async () => expect((await (await account.fetch("/api/v1/search?q=img")).json<{ items: unknown[] }>()).items.length).toBeGreaterThan(0), { timeout: 10_000, interval: 100 });
});

describe("every answer", () => {
  it("of the API that holds such words is JSON that nothing sniffs or runs, with the words as they were", async () => {
    const { paths } = await (await call("/api/v1/openapi.json")).json<{ paths: Record<string, Record<string, unknown>> }>();
    const readable = Object.entries(paths).filter(([path, item]) => path.startsWith("/api/v1") && "get" in item).map(([path]) => path);
    const filled = readable.map((path) => path.replace(/\/(contacts|conversations|connections)\/\{id\}/, (_, kind: string) => `/${kind}/${{ contacts: contactId, conversations: conversationId, connections: widget.id }[kind]}`)).filter((path) => !path.includes("{"));
    let seen = 0;
    for (const path of [...filled, `/api/v1/search?q=img`, `/api/v1/${XSS}`, `/api/v1/contacts/${encodeURIComponent(XSS)}`, `/api/v1/conversations?filter=${encodeURIComponent(XSS)}`]) {
      const response = await account.fetch(path);
      const text = await response.text();
      expect([path, response.headers.get("content-type")]).toEqual([path, expect.stringMatching(/^application\/(problem\+)?json/)]);
      expect([response.headers.get("x-content-type-options"), response.headers.get("content-security-policy")]).toEqual(["nosniff", expect.stringContaining("default-src 'none'")]);
      if (text.includes("<img src=x")) { JSON.parse(text); seen++; }
    }
    expect(seen).toBeGreaterThan(10);
    const { items } = await (await account.fetch(`/api/v1/conversations/${conversationId}/entries`)).json<{ items: Entry[] }>();
    expect(items.filter(({ text }) => text === XSS)).toHaveLength(2);
  });

  it("that is a page holds none of them: the widget's frame and the documentation are the same for everybody", async () => {
    const [frame, plain] = await Promise.all([widget.id, (await newWidget()).id].map(async (id) => (await call(`/widget/frame?connection=${id}`)).text()));
    expect(frame).toBe(plain);
    for (const path of [`/widget/frame?connection=${widget.id}&x=${encodeURIComponent(XSS)}`, `/api/docs?x=${encodeURIComponent(XSS)}`, `/widget/frame?connection=${encodeURIComponent(XSS)}`, `/widget/config/${encodeURIComponent(XSS)}`, `/hooks/${encodeURIComponent(XSS)}/x`, `/media/s/a/b/${encodeURIComponent(XSS)}/c`]) {
      const response = await call(path);
      const text = await response.text();
      expect(text, path).not.toContain("<img src=x");
      if (response.headers.get("content-type")?.includes("html")) expect(response.headers.get("content-security-policy")).not.toMatch(/script-src[^;]*unsafe|default-src[^;]*(?:unsafe|\*)/);
    }
    const config = await call(`/widget/config/${widget.id}`);
    expect([config.headers.get("content-type"), (await config.json<{ greeting: string }>()).greeting]).toEqual([expect.stringContaining("application/json"), XSS]);
  });
});

it("a visitor's page address reaches colleagues only as a web address, without what could let someone in", async () => {
  const session = await startSession(widget);
  const { conversationId: id } = await (await say(session, "hello")).json<{ conversationId: string }>();
  const [visitor, colleague] = [await listen(session), await openSocket(account, `/live/conversations/${id}`, "owner")];
  const pages = () => colleague.wire.map((text) => JSON.parse(text) as { visitor?: { page: { url: string; title: string } | null } | null }).map((frame) => frame.visitor?.page).filter((page) => page !== undefined);
  const shows = async (url: string) => {
    visitor.say({ type: "page", url, title: url });
    visitor.say({ type: "typing", on: true });
    const before = colleague.wire.length;
    await vi.waitFor(() => expect(colleague.wire.length).toBeGreaterThan(before), { timeout: 5_000, interval: 10 });
    return pages().at(-1)?.url ?? null;
  };
  for (const url of ["javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd", "blob:https://shop.example.com/x", " not an address"]) expect([url, await shows(url)]).toEqual([url, null]);
  expect(await shows("https://jane:secret@shop.example.com/reset?token=abc&step=2#key")).toBe("https://shop.example.com/reset?step=2");
  visitor.close();
  colleague.close();
});

it("20: what a visitor says about a message beyond its words is not believed", async () => {
  const session = await startSession(widget);
  const claims = { direction: "out", kind: "comment", author: { type: "member", id: account.owner.id, name: "The owner" }, role: "owner", accountId: "a_1", conversationId, connectionId: "ch_1", at: "2001-01-01T00:00:00.000Z", createdAt: 0, state: "read", visitorId: "v_1", from: { kind: "phone", address: "+1" }, __proto__: { isAdmin: true } };
  const { conversationId: id } = await (await say(session, "hi", claims)).json<{ conversationId: string }>();
  expect(id).not.toBe(conversationId);
  const { items } = await (await account.fetch(`/api/v1/conversations/${id}/entries`)).json<{ items: Entry[] }>();
  expect(items).toMatchObject([{ kind: "message", direction: "in", author: { type: "contact" }, connectionId: widget.id, state: "delivered", to: session.visitorId }]);
  expect(Date.now() - Date.parse(items[0]!.at)).toBeLessThan(60_000);
});
