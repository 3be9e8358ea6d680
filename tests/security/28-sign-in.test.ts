import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { hashToken } from "../../worker/platform/token";
import { call, newAccount, PASSWORD, type TestAccount } from "../support/account";

let account: TestAccount;
let count = 0;
beforeAll(async () => { account = await newAccount(); });

const signIn = (email: string, password: string, headers: Record<string, string> = {}) => call("/api/auth/sign-in/email", { json: { email, password }, headers });
const stranger = () => `stranger-${++count}@example.test`;
const statuses = async (attempts: Promise<Response>[]) => (await Promise.all(attempts)).map(({ status }) => status);

it("after ten wrong passwords in a quarter of an hour the right one is refused too, and it says for how long", async () => {
  for (let attempt = 0; attempt < 10; attempt++) expect((await signIn(account.agent.email, "wrong")).status).toBe(401);
  const refused = await signIn(account.agent.email, PASSWORD);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(840);
  await env.DB.prepare("UPDATE throttle SET reset_at = ?").bind(Date.now() - 1).run();
  expect((await signIn(account.agent.email, PASSWORD)).status).toBe(200);
});

it("attempts made at the same moment do not slip through together", async () => {
  const email = stranger();
  const answered = await statuses(Array.from({ length: 14 }, () => signIn(email, "wrong")));
  expect(answered.filter((status) => status === 401)).toHaveLength(10);
  expect(answered.filter((status) => status === 429)).toHaveLength(4);
});

it("signing in as often as one likes is not a guess", async () => {
  for (let time = 0; time < 12; time++) expect((await signIn(account.owner.email, PASSWORD)).status).toBe(200);
});

it("one address may try thirty people, then it waits; another address does not", async () => {
  const from = (address: string) => signIn(stranger(), "wrong", { "cf-connecting-ip": address });
  const key = `sign-in:ip:${await hashToken("203.0.113.7")}`;
  expect(await statuses(Array.from({ length: 3 }, () => from("203.0.113.7")))).toEqual([401, 401, 401]);
  expect(await env.DB.prepare("SELECT count FROM throttle WHERE key = ?").bind(key).first("count")).toBe(3);
  // Each try costs a slow hash on purpose: those in between are only counted.
  await env.DB.prepare("UPDATE throttle SET count = 28 WHERE key = ?").bind(key).run();
  expect(await statuses([from("203.0.113.7"), from("203.0.113.7")])).toEqual([401, 401]);
  expect((await from("203.0.113.7")).status).toBe(429);
  expect((await from("203.0.113.8")).status).toBe(401);
});

it("29: address headers that a caller can write are not believed", async () => {
  const from = (n: number) => signIn(stranger(), "wrong", { "cf-connecting-ip": "203.0.113.7", "x-forwarded-for": `198.51.100.${n}`, "x-real-ip": `198.51.100.${n}`, "true-client-ip": `198.51.100.${n}` });
  expect(await statuses([from(1), from(2)])).toEqual([429, 429]);
});

it("a stranger and a wrong password get the same answer in about the same time", async () => {
  const measure = async (email: string) => {
    const started = performance.now();
    const response = await signIn(email, "wrong");
    return { ms: performance.now() - started, said: [response.status, await response.text(), response.headers.get("set-cookie")] };
  };
  const [known, unknown] = [[], []] as { ms: number; said: unknown }[][];
  for (let round = 0; round < 4; round++) {
    known!.push(await measure(account.restricted.email));
    unknown!.push(await measure(stranger()));
  }
  expect(unknown![0]!.said).toEqual(known![0]!.said);
  // The shortest of each is the least disturbed by what else this machine does.
  const [a, b] = [known!, unknown!].map((runs) => Math.min(...runs.map(({ ms }) => ms)));
  expect(Math.max(a!, b!) / Math.min(a!, b!)).toBeLessThan(2);
});

it("a mailbox can be sent five resets an hour", async () => {
  const email = stranger();
  const ask = () => call("/api/auth/reset-request", { json: { email } });
  for (let time = 0; time < 5; time++) expect((await ask()).status).toBe(202);
  expect((await ask()).status).toBe(429);
});

it.each(["/api/auth/reset", "/api/auth/invitation", "/api/auth/accept"])("guessing tokens at %s is throttled", async (path) => {
  const guess = () => call(path, { json: { token: "x".repeat(43), ...(path !== "/api/auth/invitation" && { password: "long enough one" }), ...(path === "/api/auth/accept" && { name: "X" }) }, headers: { "cf-connecting-ip": `2001:db8::${path.length}` } });
  const answered = [];
  for (let round = 0; round < 31; round++) answered.push((await guess()).status);
  expect(answered.slice(0, 30).every((status) => status === 410)).toBe(true);
  expect(answered[30]).toBe(429);
});

it("no token, key, address or password stands in the directory in clear", async () => {
  const { cookie } = await account.session("agent");
  const invitation = await (await account.fetch("/api/v1/invitations", { json: { email: "hashed@example.test", role: "agent" } })).json<{ url: string }>();
  const link = await (await account.fetch(`/api/v1/members/${account.agent.id}/reset-link`, { method: "POST" })).json<{ url: string }>();
  const secrets = [cookie, account.owner.key, PASSWORD, ...[invitation, link].map(({ url }) => url.split("#token=")[1]!)];
  const tables = await env.DB.batch(["session", "token", "api_key", "user", "audit"].map((table) => env.DB.prepare(`SELECT * FROM ${table}`)));
  const dump = JSON.stringify(tables.map(({ results }) => results));
  for (const secret of secrets) expect(dump).not.toContain(secret);
  const throttle = JSON.stringify((await env.DB.prepare("SELECT * FROM throttle").all()).results);
  for (const clear of ["example.test", "203.0.113"]) expect(throttle).not.toContain(clear);
});

it("an invitation and a reset link run out", async () => {
  const { url } = await (await account.fetch("/api/v1/invitations", { json: { email: stranger(), role: "agent" } })).json<{ url: string }>();
  const link = await (await account.fetch(`/api/v1/members/${account.restricted.id}/reset-link`, { method: "POST" })).json<{ url: string }>();
  await env.DB.prepare("UPDATE token SET expires_at = ?").bind(Date.now() - 1).run();
  const [invite, reset] = [url, link.url].map((text) => text.split("#token=")[1]);
  expect((await call("/api/auth/accept", { json: { token: invite, name: "Late", password: "long enough one" } })).status).toBe(410);
  expect((await call("/api/auth/reset", { json: { token: reset, password: "long enough one" } })).status).toBe(410);
});

it("a token of one purpose does not serve another", async () => {
  const { url } = await (await account.fetch("/api/v1/invitations", { json: { email: stranger(), role: "agent" } })).json<{ url: string }>();
  expect((await call("/api/auth/reset", { json: { token: url.split("#token=")[1], password: "long enough one" } })).status).toBe(410);
});
