import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import { accountOfCredential, SESSION_MS, touchCredential } from "../../db/credentials";
import { findAccount, inSession } from "../../db/locate";
import { isAdmin } from "../../domain/access";
import { isPublished } from "../../domain/demo";
import { hashToken } from "../../platform/token";
import { problem } from "../problem";
import type { AppEnv } from "../router";

/** On https the browser itself guards the cookie: `__Host-` means this host only, secure only. */
export const isSecure = (env: Env): boolean => env.PUBLIC_URL.startsWith("https:");
const cookieName = (env: Env): string => (isSecure(env) ? "__Host-sb_session" : "sb_session");

/** What the request shows to prove who asks. A bad bearer token never falls back to the cookie. */
export function presented(c: Context<AppEnv>): { token: string; via: "cookie" | "bearer" } | null {
  const header = c.req.header("authorization");
  if (header !== undefined) {
    const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
    return token === undefined ? null : { token, via: "bearer" };
  }
  const token = getCookie(c, cookieName(c.env));
  return token ? { token, via: "cookie" } : null;
}

const cookieOptions = (env: Env) => ({ path: "/", httpOnly: true, secure: isSecure(env), sameSite: "Lax" }) as const;
export const startSession = (c: Context<AppEnv>, token: string): void => setCookie(c, cookieName(c.env), token, { ...cookieOptions(c.env), maxAge: SESSION_MS / 1_000 });
export const clearSession = (c: Context<AppEnv>): void => setCookie(c, cookieName(c.env), "", { ...cookieOptions(c.env), maxAge: 0 });

/** Carries a reader's place in the database from one request to the next, so that nobody reads from before their own change. */
const BOOKMARK_HEADER = "x-bookmark";

const isRead = (method: string) => method === "GET" || method === "HEAD";

/**
 * Who asks, from the session cookie or an API key. The account's Feed answers whether the credential still holds:
 * it remembers, and is told to forget the moment something is revoked, so neither side waits for the other.
 */
export const session = createMiddleware<AppEnv>(async (c, next) => {
  const credential = presented(c);
  if (!credential || isPublished(credential.token, c.env.DEMO)) return problem(c, "unauthenticated", "Sign in, or send an API key as Authorization: Bearer");
  const now = c.var.now;
  const hash = await hashToken(credential.token);
  const accountId = await accountOfCredential(c.env, hash, now);
  const account = accountId === null ? null : await findAccount(c.env, accountId);
  const actor = account && await account.feeds()[0]!.authorize(hash, now);
  if (!account || !actor) return problem(c, "unauthenticated", "This session or key is not valid (any more)");
  if (actor.via === "key" && credential.via === "cookie") return problem(c, "unauthenticated", "An API key is no session");
  if (!isRead(c.req.method) && !actor.scopes.some((scope) => scope === "write" || scope === "admin"))
    return problem(c, "forbidden", "This API key may only read", "scope");
  c.set("actor", actor);
  const near = inSession(account, c.req.header(BOOKMARK_HEADER));
  c.set("account", near.account);
  c.set("credential", hash);
  c.executionCtx.waitUntil(touchCredential(c.env, hash, actor.via, now));
  await next();
  const place = near.place();
  if (place !== null && c.res.status !== 101) c.header(BOOKMARK_HEADER, place);
});

/** For routes that change how the account works: an owner or admin, and a key only with the `admin` scope. */
export const adminOnly = createMiddleware<AppEnv>(async (c, next) => {
  if (!isAdmin(c.var.actor)) return problem(c, "forbidden", "Only owners and admins may do this", "role");
  if (!c.var.actor.scopes.includes("admin")) return problem(c, "forbidden", "This API key lacks the admin scope", "scope");
  await next();
});
