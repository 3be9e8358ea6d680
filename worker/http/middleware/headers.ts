import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../router";
import { isSecure } from "./session";

/** What the Worker answers is data, so a browser that shows it may load and run nothing. Pages set their own policy. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/** A year, the least that browsers take seriously. */
const HSTS = "max-age=31536000; includeSubDomains";

/** Headers that every answer has. A route that needs another value sets it first. */
export const headers = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  // A socket's answer carries the socket itself and is not copied.
  if (c.res.status === 101) return;
  const own = c.res.headers;
  const set = (name: string, value: string) => { if (!own.has(name)) c.header(name, value); };
  set("content-security-policy", DATA_POLICY);
  set("x-content-type-options", "nosniff");
  set("referrer-policy", "same-origin");
  set("cross-origin-opener-policy", "same-origin");
  if (isSecure(c.env)) set("strict-transport-security", HSTS);
  if (c.req.path.startsWith("/api/")) set("cache-control", "no-store");
});
