import { beforeAll, expect, it } from "vitest";
import { call, newAccount, PASSWORD, type TestAccount } from "../support/account";

const OURS = "https://inbox.example.com";
let account: TestAccount;
let cookie: string;
beforeAll(async () => {
  account = await newAccount();
  ({ cookie } = await account.session("owner"));
});

const rename = (headers: Record<string, string>) => call("/api/v1/me", { method: "PATCH", json: { name: "Renamed" }, headers });

it.each<[string, Record<string, string>, number]>([
  ["our own page", { origin: OURS, "sec-fetch-site": "same-origin" }, 200],
  ["our own page in a browser that names no site", { origin: OURS }, 200],
  ["a form on another site", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }, 403],
  ["another site that hides its origin", { origin: "null", "sec-fetch-site": "cross-site" }, 403],
  ["a neighbour on the same domain", { origin: "https://shop.example.com", "sec-fetch-site": "same-site" }, 403],
  ["our name on another scheme", { origin: "http://inbox.example.com" }, 403],
  ["our name on another port", { origin: `${OURS}:8443` }, 403],
  ["a name that begins like ours", { origin: `${OURS}.evil.example` }, 403],
  ["a true origin with a false site", { origin: OURS, "sec-fetch-site": "cross-site" }, 403],
  ["nothing that says where it came from", {}, 403],
])("a write that a cookie vouches for, from %s, is answered as it should be", async (_, headers, status) => {
  expect((await rename({ cookie: `__Host-sb_session=${cookie}`, ...headers })).status).toBe(status);
});

it("a program with a key needs no origin, and no other page can use its key", async () => {
  expect((await rename({ authorization: `Bearer ${account.owner.key}` })).status).toBe(200);
});

it("a wrong key is not helped by a good cookie", async () => {
  expect((await rename({ authorization: "Bearer sb_wrong", cookie: `__Host-sb_session=${cookie}`, origin: OURS })).status).toBe(401);
});

it("a cookie without the host-only name is not believed", async () => {
  expect((await rename({ cookie: `sb_session=${cookie}`, origin: OURS })).status).toBe(401);
});

it("a socket opened by another site's page is refused", async () => {
  const open = (origin: string) => call("/api/v1/me", { headers: { cookie: `__Host-sb_session=${cookie}`, upgrade: "websocket", origin } });
  expect((await open("https://evil.example")).status).toBe(403);
  expect((await open(OURS)).status).toBe(200);
});

it("another site's page cannot sign a visitor in or out", async () => {
  const headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  expect((await call("/api/auth/sign-in/email", { json: { email: account.agent.email, password: PASSWORD }, headers })).status).toBe(403);
  expect((await call("/api/auth/sign-out", { method: "POST", headers: { ...headers, cookie: `__Host-sb_session=${cookie}` } })).status).toBe(403);
});

it.each(["/api/v1/me", "/api/auth/state", "/api/v1/openapi.json", "/healthz"])("no other site may read %s, nor ask whether it may write", async (path) => {
  const read = await call(path, { headers: { origin: "https://evil.example" } });
  const asked = await call(path, { method: "OPTIONS", headers: { origin: "https://evil.example", "access-control-request-method": "PATCH" } });
  for (const response of [read, asked]) expect([...response.headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
});

it.each(["/healthz", "/api/docs", "/api/v1/openapi.json", "/api/auth/state", "/api/v1/me", "/api/v1/nothing-here"])("%s cannot be framed, sniffed or scripted", async (path) => {
  const { headers } = await call(path);
  expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  expect(headers.get("content-security-policy")).not.toMatch(/script-src[^;]*unsafe|default-src[^;]*unsafe/);
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("referrer-policy")).toBe("same-origin");
  expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
  expect(headers.get("strict-transport-security")).toContain("max-age=31536000");
});

it("what the API answers is kept by no cache", async () => {
  expect((await account.fetch("/api/v1/me")).headers.get("cache-control")).toBe("no-store");
});
