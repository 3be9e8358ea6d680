import { beforeEach, expect, it } from "vitest";
import type { Session } from "../../worker/contract/account";
import { dropExpired } from "../../worker/db/credentials";
import { hashToken } from "../../worker/platform/token";
import { newAccount, type TestAccount } from "../support/account";

let account: TestAccount;
beforeEach(async () => { account = await newAccount(); });

const list = async (as: { cookie: string }) => (await (await account.fetch("/api/v1/sessions", {}, as)).json<{ items: Session[] }>()).items;
const status = async (as: { cookie: string }) => (await account.fetch("/api/v1/me", {}, as)).status;

it("a person sees their own sessions and which one is this", async () => {
  const [here, there] = [await account.session("agent"), await account.session("agent")];
  await account.session("owner");
  expect((await list(here)).map(({ current }) => current).sort()).toEqual([false, true]);
  const [current] = (await list(there)).filter((session) => session.current);
  expect(current).toMatchObject({ userAgent: "test", createdAt: expect.any(String), lastSeenAt: expect.any(String) });
});

it("ending one session leaves the others", async () => {
  const [here, there] = [await account.session("agent"), await account.session("agent")];
  const other = (await list(here)).find(({ current }) => !current)!;
  expect(await status(there)).toBe(200);
  expect((await account.fetch(`/api/v1/sessions/${other.id}`, { method: "DELETE" }, here)).status).toBe(204);
  expect([await status(here), await status(there)]).toEqual([200, 401]);
});

it("signing out everywhere else leaves this session only", async () => {
  const [here, ...others] = [await account.session("agent"), await account.session("agent"), await account.session("agent")];
  const colleague = await account.session("owner");
  expect((await account.fetch("/api/v1/sessions", { method: "DELETE" }, here)).status).toBe(204);
  expect(await Promise.all([here!, ...others, colleague].map(status))).toEqual([200, 401, 401, 200]);
});

it("nobody ends a colleague's session", async () => {
  const agent = await account.session("agent");
  const [session] = await list(agent);
  expect((await account.fetch(`/api/v1/sessions/${session!.id}`, { method: "DELETE" }, "owner")).status).toBe(404);
  expect(await status(agent)).toBe(200);
});

it("a session that has run out is not valid any more", async () => {
  const session = await account.session("agent");
  await account.account.env.DB.prepare("UPDATE session SET expires_at = ? WHERE hash = ?").bind(Date.now() - 1, await hashToken(session.cookie)).run();
  expect(await status(session)).toBe(401);
});

it("the sweep drops what has run out and nothing else", async () => {
  const [old, live] = [await account.session("agent"), await account.session("agent")];
  const { env } = account.account;
  await env.DB.prepare("UPDATE session SET expires_at = ? WHERE hash = ?").bind(Date.now() - 1, await hashToken(old.cookie)).run();
  await dropExpired(env, Date.now());
  const rows = await env.DB.prepare("SELECT hash FROM session WHERE account_id = ?").bind(account.account.id).all<{ hash: string }>();
  expect(rows.results).toEqual([{ hash: await hashToken(live.cookie) }]);
  expect(await status(live)).toBe(200);
});

it.each(["", "nonsense", "x".repeat(5_000)])("the cookie %j opens nothing", async (cookie) => {
  expect(await status({ cookie })).toBe(401);
});
