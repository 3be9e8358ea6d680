import { beforeEach, expect, it } from "vitest";
import type { ApiKey } from "../../worker/contract/account";
import { newAccount, type TestAccount } from "../support/account";

let account: TestAccount;
beforeEach(async () => { account = await newAccount(); });

const make = async (json: object) => (await account.fetch("/api/v1/api-keys", { json })).json<ApiKey & { key: string }>();
const listed = async () => (await (await account.fetch("/api/v1/api-keys")).json<{ items: ApiKey[] }>()).items;

it("a new key is shown once, works, and says when it was last used", async () => {
  const made = await make({ name: "Reports", scopes: ["read"] });
  expect(made.key).toMatch(/^sb_[\w-]{43}$/);
  expect(made.key.startsWith(made.hint)).toBe(true);
  expect((await account.fetch("/api/v1/me", {}, made)).status).toBe(200);
  const { key: _shown, ...rest } = made;
  expect((await listed()).find(({ id }) => id === made.id)).toMatchObject({ ...rest, key: null, lastUsedAt: expect.any(String) });
});

it("a key that was never used says so", async () => {
  const made = await make({ name: "Idle", scopes: ["read"] });
  expect((await listed()).find(({ id }) => id === made.id)!.lastUsedAt).toBeNull();
});

it("a revoked key stops working at once and leaves the list", async () => {
  const made = await make({ name: "Reports", scopes: ["read"] });
  expect((await account.fetch("/api/v1/me", {}, made)).status).toBe(200);
  const revoke = () => account.fetch(`/api/v1/api-keys/${made.id}`, { method: "DELETE" });
  expect((await revoke()).status).toBe(204);
  expect((await account.fetch("/api/v1/me", {}, made)).status).toBe(401);
  expect((await listed()).map(({ id }) => id)).not.toContain(made.id);
  expect((await revoke()).status).toBe(404);
});

it("agents neither see nor make keys", async () => {
  expect((await account.fetch("/api/v1/api-keys", {}, "agent")).status).toBe(403);
  expect((await account.fetch("/api/v1/api-keys", { json: { name: "Mine", scopes: ["admin"] } }, "agent")).status).toBe(403);
});

it("a key needs a scope", async () => {
  expect((await account.fetch("/api/v1/api-keys", { json: { name: "None", scopes: [] } })).status).toBe(400);
});
