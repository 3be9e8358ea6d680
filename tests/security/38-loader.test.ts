import { env } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/account";
import { newWidget, SHOP, startSession, asVisitor, type TestWidget } from "../support/visitor";

/** 30 and 38: the widget appears on the named sites only; its page runs nothing but our files; the loader hides no danger. */

const sources = import.meta.glob<string>(["../../web/loader/*.ts", "../../web/widget/**/*.{ts,tsx}"], { query: "?raw", import: "default", eager: true });

let widget: TestWidget;
beforeEach(async () => { widget = await newWidget(); });

describe("the frame's page", () => {
  it("may be framed by the named sites only and runs only our files", async () => {
    const page = await call(`/widget/frame?connection=${widget.id}&origin=${encodeURIComponent(SHOP)}`);
    expect(page.status).toBe(200);
    const policy = page.headers.get("content-security-policy")!;
    expect(policy).toContain(`frame-ancestors 'self' ${SHOP} https://*.example.org`);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*(?!\.example)|data:/);
    expect(page.headers.get("x-frame-options")).toBeNull(); // it would shut out the named sites too
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    const html = await page.text();
    expect(html).not.toMatch(/<script(?![^>]*src)|\sstyle=|\son\w+=/);
  });

  it("is not given to a site that is not named, whatever stands in its address", async () => {
    for (const origin of ["https://evil.test", "null", "*", "javascript:alert(1)", `${SHOP}/"><script>`])
      expect((await call(`/widget/frame?connection=${widget.id}&origin=${encodeURIComponent(origin)}`)).status, origin).toBe(403);
  });

  it("sets no cookie", async () => {
    for (const path of [`/widget/frame?connection=${widget.id}`, `/widget/config/${widget.id}`]) expect((await call(path)).headers.get("set-cookie")).toBeNull();
  });
});

describe("a page of another site", () => {
  const evil = { origin: "https://evil.test" };
  it("starts no session, writes nothing, uploads nothing", async () => {
    const session = await startSession(widget);
    const headers = { ...asVisitor(session), ...evil };
    expect((await call(`/widget/session?connection=${widget.id}`, { json: {}, headers: evil })).status).toBe(403);
    expect((await call("/widget/messages", { json: { clientId: crypto.randomUUID(), text: "hi" }, headers })).status).toBe(403);
    expect((await call("/widget/attachments", { method: "POST", body: "x", headers })).status).toBe(403);
    expect((await call("/widget/messages", { headers })).status).toBe(403);
  });

  it("gets no leave to read answers, nor does a named one to read the thread", async () => {
    const session = await startSession(widget);
    for (const origin of [evil.origin, SHOP]) {
      const answer = await call("/widget/messages", { headers: { ...asVisitor(session), origin } });
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
  });

  it("a write that names no page at all is refused", async () => {
    expect((await call(`/widget/session?connection=${widget.id}`, { json: {} })).status).toBe(403);
  });

  it("the visitor's token is no cookie: signed in colleagues lend it nothing", async () => {
    const { cookie } = await widget.account.session("owner");
    expect((await call("/widget/messages", { headers: { cookie: `__Host-sb_session=${cookie}`, origin: env.PUBLIC_URL } })).status).toBe(401);
  });
});

describe("the code that runs on other people's pages", () => {
  const all = Object.entries(sources);
  it("is what this test reads", () => { expect(all.length).toBeGreaterThan(15); });

  it.each([
    ["evaluates text", /\beval\(|new Function|setTimeout\(\s*["'`]/], ["writes markup", /innerHTML|outerHTML|insertAdjacentHTML|document\.write/],
    ["posts to anyone", /postMessage\([^)]*["']\*["']/], ["touches cookies", /document\.cookie/], ["puts the token in an address", /[?&]token=/],
  ])("never %s", (_, pattern) => {
    for (const [path, text] of all) expect(text, path).not.toMatch(pattern);
  });
});
