import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import type { Role, Scope } from "../../worker/contract/account";
import { createAccount, createMember } from "../../worker/db/accounts";
import { createApiKey, createSession } from "../../worker/db/credentials";
import { type Account, findAccount } from "../../worker/db/locate";
import { app } from "../../worker/http/app";
import { hashPassword } from "../../worker/platform/password";

/** Everybody's password in tests. Hashed once: one hash takes longer than most tests. */
export const PASSWORD = "correct horse battery";
let passwordHash: Promise<string> | undefined;

export interface Colleague { id: string; userId: string; email: string; role: Role; key: string }
export type Who = "owner" | "admin" | "agent" | "restricted";

/** How a request proves who asks: a colleague's API key, a session cookie, any key, or nobody. */
export type As = Who | { cookie: string } | { key: string } | null;

export const http = app();
let count = 0;

/** Drives the whole Worker over HTTP, with the work it does after its answer. `over` stands in for bindings. */
export async function call(path: string, init: RequestInit & { json?: unknown } = {}, over: Partial<Env> = {}): Promise<Response> {
  const { json, ...rest } = init;
  const headers = new Headers(rest.headers);
  if (json !== undefined) headers.set("content-type", "application/json");
  const ctx = createExecutionContext();
  const request = new Request(new URL(path, over.PUBLIC_URL ?? env.PUBLIC_URL), { ...rest, headers, ...(json !== undefined && { body: JSON.stringify(json), method: rest.method ?? "POST" }) });
  const response = await http.fetch(request, { ...env, ...over }, ctx);
  await waitOnExecutionContext(ctx);
  return response;
}

/** What our own page sends along. */
export const sameOrigin = () => ({ origin: env.PUBLIC_URL, "sec-fetch-site": "same-origin" });

/** A fresh account with one colleague of every role, each with an API key of every scope. */
export async function newAccount({ shard = 0, feedShards = 1 }: { shard?: number; feedShards?: number } = {}) {
  const nth = ++count;
  const now = Date.now();
  passwordHash ??= hashPassword(PASSWORD);
  const person = async (role: Role) => ({ name: `${role} ${nth}`, email: `${role}-${nth}-${now}@example.test`, passwordHash: await passwordHash! });
  const owner = await person("owner");
  const made = await createAccount(env, { name: `Account ${nth}`, owner, shard, feedShards, now });
  const account: Account = (await findAccount(env, made.account.id))!;
  const withKey = async (role: Role, email: string, id: string, userId: string): Promise<Colleague> =>
    ({ id, userId, email, role, key: (await createApiKey(env, { accountId: account.id, memberId: id, name: role, scopes: ["read", "write", "admin"], now })).key });
  const join = async (role: Role) => {
    const fresh = await person(role);
    const { memberId, userId } = await createMember(account, { ...fresh, role, now });
    return withKey(role, fresh.email, memberId, userId);
  };
  const colleagues: Record<Who, Colleague> = {
    owner: await withKey("owner", owner.email, made.ownerId, made.userId),
    admin: await join("admin"), agent: await join("agent"), restricted: await join("restricted"),
  };

  const proof = (as: As): Record<string, string> => {
    if (as === null) return {};
    if (typeof as === "string") return { authorization: `Bearer ${colleagues[as].key}` };
    return "key" in as ? { authorization: `Bearer ${as.key}` } : { cookie: `__Host-sb_session=${as.cookie}`, ...sameOrigin() };
  };
  return {
    account, ...colleagues,
    /** As the owner unless told otherwise. */
    fetch: (path: string, init: RequestInit & { json?: unknown } = {}, as: As = "owner") =>
      call(path, { ...init, headers: { ...proof(as), ...Object.fromEntries(new Headers(init.headers)) } }),
    /** A browser session, without the cost of a sign-in. */
    session: async (who: Who): Promise<{ cookie: string }> =>
      ({ cookie: await createSession(env, { userId: colleagues[who].userId, accountId: account.id, memberId: colleagues[who].id, userAgent: "test", now: Date.now() }) }),
    key: async (who: Who, scopes: Scope[]): Promise<{ key: string }> =>
      ({ key: (await createApiKey(env, { accountId: account.id, memberId: colleagues[who].id, name: scopes.join(), scopes, now: Date.now() })).key }),
  };
}
export type TestAccount = Awaited<ReturnType<typeof newAccount>>;

/** The audit actions of an account, oldest first. */
export async function auditOf(account: Account): Promise<string[]> {
  const { results } = await account.db.prepare("SELECT action FROM audit WHERE account_id = ? ORDER BY at, id").bind(account.id).all<{ action: string }>();
  return results.map(({ action }) => action);
}
