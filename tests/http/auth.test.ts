import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { AuthState, Invitation, InvitationPreview, Me, ResetLink } from "../../worker/contract/account";
import { createApiKey } from "../../worker/db/credentials";
import { createReset } from "../../worker/db/links";
import { DEMO_API_KEY, DEMO_PASSWORD } from "../../worker/domain/demo";
import { auditOf, call, newAccount, PASSWORD, sameOrigin, type TestAccount } from "../support/account";

let account: TestAccount;
beforeAll(async () => { account = await newAccount(); });

const cookieOf = (response: Response) => ({ cookie: /__Host-sb_session=([^;]+)/.exec(response.headers.get("set-cookie") ?? "")?.[1] ?? "none" });
const signIn = (email: string, password: string) => call("/api/auth/sign-in/email", { json: { email, password } });
const tokenOf = (url: string) => url.split("#token=")[1]!;
const me = async (as: { cookie: string }) => (await account.fetch("/api/v1/me", {}, as)).status;

it("the health check answers without a credential", async () => {
  const response = await call("/healthz");
  expect(await response.json()).toEqual({ ok: true });
});

it("signing in gives a session that says who one is", async () => {
  const response = await signIn(account.agent.email.toUpperCase(), PASSWORD);
  expect(response.status).toBe(200);
  const seen = await account.fetch("/api/v1/me", {}, cookieOf(response));
  expect(await seen.json<Me>()).toMatchObject({ member: { id: account.agent.id, role: "agent" }, account: { id: account.account.id, settings: { reopenDays: 7 } }, demo: false });
});

it("the session cookie is out of reach of scripts, other sites and plain http", async () => {
  const cookie = (await signIn(account.agent.email, PASSWORD)).headers.get("set-cookie")!;
  for (const part of ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "__Host-"]) expect(cookie).toContain(part);
  expect(cookie).not.toContain("Domain");
});

it("signing out ends the session at once", async () => {
  const cookie = cookieOf(await signIn(account.agent.email, PASSWORD));
  expect(await me(cookie)).toBe(200);
  const out = await account.fetch("/api/auth/sign-out", { method: "POST" }, cookie);
  expect(out.status).toBe(204);
  expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
  expect(await me(cookie)).toBe(401);
  expect(await auditOf(account.account)).toContain("session.end");
});

it("signing out twice, or without a session, is fine", async () => {
  expect((await call("/api/auth/sign-out", { method: "POST" })).status).toBe(204);
});

it("a disabled member cannot sign in, and is told no more than a stranger", async () => {
  const other = await newAccount();
  await other.fetch(`/api/v1/members/${other.agent.id}`, { method: "PATCH", json: { disabled: true } });
  const response = await signIn(other.agent.email, PASSWORD);
  expect(response.status).toBe(401);
  expect(await response.json()).toEqual(await (await signIn("nobody@example.test", PASSWORD)).json());
});

it("outside a demo, the sign-in page is told of no demo members", async () => {
  expect(await (await call("/api/auth/state")).json<AuthState>()).toEqual({ setUp: true, demo: null });
});

it("an invitation link makes a member with its role and signs them in, once", async () => {
  const made = await account.fetch("/api/v1/invitations", { json: { email: "New@Example.test", role: "agent", name: "New" } });
  expect(made.status).toBe(201);
  const invitation = await made.json<Invitation>();
  expect(invitation.url).toMatch(/^https:\/\/inbox\.example\.com\/invite#token=[\w-]{43}$/);
  const token = tokenOf(invitation.url!);
  const preview = await call("/api/auth/invitation", { json: { token } });
  expect(await preview.json<InvitationPreview>()).toEqual({ email: "new@example.test", name: "New", role: "agent", accountName: expect.stringContaining("Account"), known: false });
  const accepted = await call("/api/auth/accept", { json: { token, name: "New Person", password: "a long enough one" } });
  expect(accepted.status).toBe(200);
  expect(await (await account.fetch("/api/v1/me", {}, cookieOf(accepted))).json<Me>()).toMatchObject({ member: { name: "New Person", email: "new@example.test", role: "agent" } });
  expect((await call("/api/auth/accept", { json: { token, name: "Again", password: "a long enough one" } })).status).toBe(410);
  expect((await signIn("new@example.test", "a long enough one")).status).toBe(200);
});

it("a listed invitation shows its link no more, and a withdrawn one opens nothing", async () => {
  const invitation = await (await account.fetch("/api/v1/invitations", { json: { email: "withdrawn@example.test", role: "agent" } })).json<Invitation>();
  const { items } = await (await account.fetch("/api/v1/invitations")).json<{ items: Invitation[] }>();
  expect(items.find(({ id }) => id === invitation.id)).toEqual({ ...invitation, url: null });
  expect((await account.fetch(`/api/v1/invitations/${invitation.id}`, { method: "DELETE" })).status).toBe(204);
  expect((await call("/api/auth/invitation", { json: { token: tokenOf(invitation.url!) } })).status).toBe(410);
});

it("a second invitation of the same address replaces the first", async () => {
  const draft = { email: "twice@example.test", role: "agent" };
  const [first, second] = [await account.fetch("/api/v1/invitations", { json: draft }), await account.fetch("/api/v1/invitations", { json: draft })];
  expect((await call("/api/auth/invitation", { json: { token: tokenOf((await first.json<Invitation>()).url!) } })).status).toBe(410);
  expect((await call("/api/auth/invitation", { json: { token: tokenOf((await second.json<Invitation>()).url!) } })).status).toBe(200);
});

it("a member is not invited again", async () => {
  expect((await account.fetch("/api/v1/invitations", { json: { email: account.agent.email, role: "admin" } })).status).toBe(409);
});

it("somebody with a password here joins a second account with that password only", async () => {
  const second = await newAccount();
  const { url } = await (await second.fetch("/api/v1/invitations", { json: { email: account.restricted.email, role: "agent" } })).json<Invitation>();
  const token = tokenOf(url!);
  expect((await call("/api/auth/accept", { json: { token, name: "Taken Over", password: "chosen by somebody" } })).status).toBe(401);
  expect((await call("/api/auth/accept", { json: { token, name: "Same Person", password: PASSWORD } })).status).toBe(200);
  expect((await signIn(account.restricted.email, "chosen by somebody")).status).toBe(401);
});

it("of two who accept one invitation at the same moment one is let in", async () => {
  const { url } = await (await account.fetch("/api/v1/invitations", { json: { email: "race@example.test", role: "agent" } })).json<Invitation>();
  const accept = (password: string) => call("/api/auth/accept", { json: { token: tokenOf(url!), name: "Racer", password } });
  const statuses = (await Promise.all([accept("the first password"), accept("the second password")])).map(({ status }) => status);
  expect(statuses.sort()).toEqual([200, 410]);
});

it("a reset link from an admin sets a new password once and ends every session", async () => {
  const other = await newAccount();
  const before = cookieOf(await signIn(other.agent.email, PASSWORD));
  const link = await (await other.fetch(`/api/v1/members/${other.agent.id}/reset-link`, { method: "POST" }, "admin")).json<ResetLink>();
  expect(link.url).toMatch(/\/reset#token=[\w-]{43}$/);
  const reset = (password: string) => call("/api/auth/reset", { json: { token: tokenOf(link.url), password } });
  expect((await reset("brand new password")).status).toBe(204);
  expect((await reset("yet another password")).status).toBe(410);
  expect((await other.fetch("/api/v1/me", {}, before)).status).toBe(401);
  expect((await signIn(other.agent.email, PASSWORD)).status).toBe(401);
  expect((await signIn(other.agent.email, "brand new password")).status).toBe(200);
  expect(await auditOf(other.account)).toEqual(expect.arrayContaining(["member.reset-link", "password.reset"]));
});

it("using one reset link spends the others of that person", async () => {
  const other = await newAccount();
  const make = () => createReset(env, { email: other.agent.email, lifeMs: 60_000, now: Date.now() });
  const [one, two] = [await make(), await make()];
  expect((await call("/api/auth/reset", { json: { token: tokenOf(one.url), password: "brand new password" } })).status).toBe(204);
  expect((await call("/api/auth/reset", { json: { token: tokenOf(two.url), password: "brand new password" } })).status).toBe(410);
});

it("asking for a reset answers the same for members and strangers", async () => {
  const answers = await Promise.all([account.owner.email, "stranger@example.test"].map((email) => call("/api/auth/reset-request", { json: { email }, headers: sameOrigin() })));
  expect(answers.map(({ status }) => status)).toEqual([202, 202]);
});

it("what is not JSON, or broken JSON, is refused with a code", async () => {
  const post = (body: string, type: string) => call("/api/auth/sign-in/email", { method: "POST", body, headers: { "content-type": type } });
  expect(await (await post("{", "application/json")).json()).toMatchObject({ type: "invalid-request", status: 400 });
  expect(await (await post("email=a&password=b", "application/x-www-form-urlencoded")).json()).toMatchObject({ type: "unsupported-type", status: 415 });
  expect(await (await post(JSON.stringify({ email: "a", password: "b".repeat(1_100_000) }), "application/json")).json()).toMatchObject({ type: "too-large", status: 413 });
});

const LOCAL = { PUBLIC_URL: "http://127.0.0.1:8787" };

it("on a laptop without https the cookie works under its plain name", async () => {
  const response = await call("/api/auth/sign-in/email", { json: { email: account.agent.email, password: PASSWORD } }, LOCAL);
  const cookie = response.headers.get("set-cookie")!;
  expect(cookie).toMatch(/^sb_session=[\w-]{43};/);
  expect(cookie).not.toContain("Secure");
  expect(response.headers.get("strict-transport-security")).toBeNull();
  const change = await call("/api/v1/me", { method: "PATCH", json: { name: "Local" }, headers: { cookie: cookie.split(";")[0]!, origin: LOCAL.PUBLIC_URL } }, LOCAL);
  expect(change.status).toBe(200);
});

it("a demo names its members, and its password and key open it", async () => {
  const demo = { ...LOCAL, DEMO: "on" };
  const fresh = await newAccount();
  await createApiKey(env, { accountId: fresh.account.id, memberId: fresh.owner.id, name: "Demo", scopes: ["read"], key: DEMO_API_KEY, now: Date.now() });
  const { demo: named } = await (await call("/api/auth/state", {}, demo)).json<AuthState>();
  expect(named).toMatchObject({ password: DEMO_PASSWORD, members: [{ email: "owner@example.test", role: "owner" }, { role: "agent" }, { role: "restricted" }] });
  const headers = { authorization: `Bearer ${DEMO_API_KEY}` };
  expect((await call("/api/v1/me", { headers }, demo)).status).toBe(200);
  expect((await call("/api/v1/me", { headers })).status).toBe(401);
  await env.DB.prepare("DELETE FROM api_key WHERE name = 'Demo'").run();
});
