import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { problem } from "../problem";
import type { AppEnv } from "../router";
import { presented } from "./session";

/** A socket is opened with GET but can do what a write can. */
const isHarmless = (c: Context<AppEnv>) => (c.req.method === "GET" || c.req.method === "HEAD") && c.req.header("upgrade") === undefined;

/** What the browser says about where the request was started; null when it says nothing. */
function isOwnPage(c: Context<AppEnv>): boolean | null {
  const site = c.req.header("sec-fetch-site");
  const origin = c.req.header("origin");
  if (site === undefined && origin === undefined) return null;
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  return origin === undefined || origin === new URL(c.req.url).origin || origin === new URL(c.env.PUBLIC_URL).origin;
}

/** A request that a cookie vouches for must prove that our own page made it. A key in a header proves more than that. */
export const ownOrigin = createMiddleware<AppEnv>(async (c, next) => {
  if (!isHarmless(c) && presented(c)?.via === "cookie" && isOwnPage(c) !== true) return problem(c, "forbidden", "This request did not come from our own page", "origin");
  await next();
});

/** For routes that work without a cookie: another site's page may not use them in a visitor's name, programs may. */
export const noForeignOrigin = createMiddleware<AppEnv>(async (c, next) => {
  if (!isHarmless(c) && isOwnPage(c) === false) return problem(c, "forbidden", "This request did not come from our own page", "origin");
  await next();
});
