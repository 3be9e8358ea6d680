import { Hono, type Context } from "hono";
import { ownOrigin } from "../middleware/origin";
import { session } from "../middleware/session";
import { problem } from "../problem";
import type { AppEnv } from "../router";

const isUpgrade = (c: Context<AppEnv>) => c.req.header("upgrade")?.toLowerCase() === "websocket";

/** Headers are made anew: whatever a client sent as `x-actor` never reaches an object. */
const upgrade = (c: Context<AppEnv>) => new Request(c.req.url, { headers: { upgrade: "websocket", "x-actor": JSON.stringify(c.var.actor) } });

/** The sockets of colleagues. Visitors have their own, in `widget.ts`. */
export const live = new Hono<AppEnv>()
  .use("/live/feed", ownOrigin, session)
  .get("/live/feed", async (c) => {
    if (!isUpgrade(c)) return problem(c, "invalid-request", "This is a WebSocket");
    return c.var.account.feed(c.var.actor.id).fetch(upgrade(c));
  })
  .use("/live/conversations/:id", ownOrigin, session)
  .get("/live/conversations/:id", async (c) => {
    if (!isUpgrade(c)) return problem(c, "invalid-request", "This is a WebSocket");
    const id = c.req.param("id");
    // Named to the Feed, so that revoking this credential closes this very socket too.
    const actor = await c.var.account.feeds()[0]!.authorize(c.var.credential, c.var.now, id);
    if (!actor) return problem(c, "unauthenticated", "This session or key is not valid (any more)");
    return c.var.account.conversation(id).fetch(upgrade(c));
  });
