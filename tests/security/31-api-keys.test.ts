import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { Scope } from "../../worker/contract/account";
import { createApiKey } from "../../worker/db/credentials";
import { DEMO_API_KEY, DEMO_PASSWORD } from "../../worker/domain/demo";
import { hashPassword } from "../../worker/platform/password";
import { call, newAccount, type TestAccount, type Who } from "../support/account";

let account: TestAccount;
beforeAll(async () => { account = await newAccount(); });

it.each<[Who, Scope[], number, number, number, number]>([
  ["owner", ["read"], 200, 403, 403, 403],
  ["owner", ["write"], 200, 200, 403, 403],
  ["owner", ["read", "write"], 200, 200, 403, 403],
  ["owner", ["admin"], 200, 200, 200, 201],
  ["agent", ["admin"], 200, 200, 403, 403],
])("%s's key with %j: reading %i, writing %i, reading what is for admins %i, writing that %i", async (who, scopes, read, write, adminRead, adminWrite) => {
  const key = await account.key(who, scopes);
  const statuses = [
    (await account.fetch("/api/v1/labels", {}, key)).status,
    (await account.fetch("/api/v1/me", { method: "PATCH", json: { name: "Renamed" } }, key)).status,
    (await account.fetch("/api/v1/api-keys", {}, key)).status,
    (await account.fetch("/api/v1/teams", { json: { name: "Made by a key" } }, key)).status,
  ];
  expect(statuses).toEqual([read, write, adminRead, adminWrite]);
});

it("a narrow key cannot make a wider one", async () => {
  const key = await account.key("owner", ["read", "write"]);
  expect((await account.fetch("/api/v1/api-keys", { json: { name: "Wider", scopes: ["admin"] } }, key)).status).toBe(403);
});

it("a key is taken from the Authorization header only", async () => {
  const { key } = account.owner;
  expect((await call(`/api/v1/me?key=${key}&access_token=${key}&authorization=Bearer+${key}`)).status).toBe(401);
  expect((await call("/api/v1/me", { headers: { cookie: `__Host-sb_session=${key}` } })).status).toBe(401);
  expect((await call("/api/v1/me", { headers: { "x-api-key": key } })).status).toBe(401);
});

it.each(["", "Bearer", "Bearer ", "Basic c2I6c2I=", "Bearer sb_", "Bearer sb_ two", "Token x"])("the header %j opens nothing", async (authorization) => {
  expect((await call("/api/v1/me", { headers: { authorization } })).status).toBe(401);
});

it("a key keeps its own account, whatever the request names", async () => {
  const other = await newAccount();
  const seen = await (await account.fetch(`/api/v1/me?accountId=${other.account.id}`, { headers: { "x-account": other.account.id } })).json<{ account: { id: string } }>();
  expect(seen.account.id).toBe(account.account.id);
});

it("the published demo key and password open nothing outside a demo, even if they are in the database", async () => {
  await createApiKey(env, { accountId: account.account.id, memberId: account.owner.id, name: "demo", scopes: ["admin"], key: DEMO_API_KEY, now: Date.now() });
  await env.DB.prepare("UPDATE user SET password_hash = ? WHERE id = ?").bind(await hashPassword(DEMO_PASSWORD), account.owner.userId).run();
  expect((await call("/api/v1/me", { headers: { authorization: `Bearer ${DEMO_API_KEY}` } })).status).toBe(401);
  expect((await call("/api/auth/sign-in/email", { json: { email: account.owner.email, password: DEMO_PASSWORD } })).status).toBe(401);
  await env.DB.prepare("DELETE FROM api_key WHERE name = 'demo'").run();
});

it("nobody can choose the published password", async () => {
  const link = await (await account.fetch(`/api/v1/members/${account.agent.id}/reset-link`, { method: "POST" })).json<{ url: string }>();
  expect((await call("/api/auth/reset", { json: { token: link.url.split("#token=")[1], password: DEMO_PASSWORD } })).status).toBe(422);
});
