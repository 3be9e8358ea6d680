import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import type { AuthState, Me } from "../../worker/contract/account";
import { call, newAccount, sameOrigin } from "../support/account";

let count = 0;
const draft = () => ({ accountName: "Corner Shop", name: "Ana", email: `ana-${++count}@example.test`, password: "long enough one" });
const setUp = (json: object, headers: Record<string, string> = {}) => call("/api/auth/set-up", { json, headers });
const isSetUp = async () => (await (await call("/api/auth/state")).json<AuthState>()).setUp;
const rows = async (table: string) => (await env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<{ n: number }>())!.n;

// Files run one after the other on one database: what earlier ones made is not needed any more.
beforeEach(async () => {
  await env.DB.batch(["account", "throttle"].map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
});

it("the first person makes the account, owns it and is signed in", async () => {
  expect(await isSetUp()).toBe(false);
  const made = await setUp(draft());
  expect(made.status).toBe(201);
  const cookie = made.headers.get("set-cookie")!.split(";")[0]!;
  const me = await (await call("/api/v1/me", { headers: { cookie, ...sameOrigin() } })).json<Me>();
  expect(me).toMatchObject({ member: { name: "Ana", role: "owner" }, account: { name: "Corner Shop" } });
  expect(await isSetUp()).toBe(true);
});

it("set-up closes for good after the first account", async () => {
  await setUp(draft());
  const users = await rows("user");
  const again = await setUp(draft());
  expect(await again.json()).toMatchObject({ type: "already-set-up", status: 409 });
  expect([await rows("account"), await rows("user")]).toEqual([1, users]);
});

it("set-up is closed when accounts were made in another way", async () => {
  await newAccount({ shard: 1 });
  expect((await setUp(draft())).status).toBe(409);
});

it("of many who set up at the same moment one wins and nothing of the others is left", async () => {
  const before = { users: await rows("user"), members: await rows("member"), audit: await rows("audit") };
  const statuses = (await Promise.all(Array.from({ length: 5 }, () => setUp(draft())))).map(({ status }) => status);
  expect(statuses.sort()).toEqual([201, 409, 409, 409, 409]);
  expect(await rows("account")).toBe(1);
  expect({ users: await rows("user"), members: await rows("member"), audit: await rows("audit") }).toEqual({ users: before.users + 1, members: before.members + 1, audit: before.audit + 1 });
});

it.each([{ password: "short" }, { email: "not-an-address" }, { accountName: " " }, { password: "switchboard-demo" }])("set-up with %o makes nothing", async (wrong) => {
  expect([400, 422]).toContain((await setUp({ ...draft(), ...wrong })).status);
  expect(await isSetUp()).toBe(false);
});

it("set-up is throttled", async () => {
  const attempt = () => setUp({ ...draft(), password: "switchboard-demo" }, { "cf-connecting-ip": "203.0.113.9" });
  for (let time = 0; time < 10; time++) expect((await attempt()).status).toBe(422);
  expect((await attempt()).status).toBe(429);
});
