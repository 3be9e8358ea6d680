import { Hono, type Context } from "hono";
import type { MemberActor } from "../../domain/access";
import { ownOrigin } from "../middleware/origin";
import { session } from "../middleware/session";
import { problem } from "../problem";
import type { AppEnv } from "../router";

const isUpgrade = (c: Context<AppEnv>) => c.req.header("upgrade")?.toLowerCase() === "websocket";

/** Headers are made anew: whatever a client sent as `x-actor` never reaches an object. */
const upgrade = (c: Context<AppEnv>) => new Request(c.req.url, { headers: { upgrade: "websocket", "x-actor": JSON.stringify(c.var.actor) } });

/** Asked once more when the socket is there: a revocation that came in between found no socket to close. */
async function close(c: Context<AppEnv>, { ifChangedSince: actor, kick }: { ifChangedSince: MemberActor; kick: () => Promise<void> }): Promise<void> {
  const still = await c.var.account.feeds()[0]!.authorize(c.var.credential, c.var.now);
  if (JSON.stringify(still) !== JSON.stringify(actor)) await kick();
}

/** The sockets of colleagues. Visitors have their own, in `widget.ts`. */
export const live = new Hono<AppEnv>()
  .use("/live/feed", ownOrigin, session)
  .get("/live/feed", async (c) => {
    if (!isUpgrade(c)) return problem(c, "invalid-request", "This is a WebSocket");
    const { account, actor } = c.var;
    const answer = await account.feed(actor.id).fetch(upgrade(c));
    c.executionCtx.waitUntil(close(c, { ifChangedSince: actor, kick: () => account.feed(actor.id).forget({ memberId: actor.id }) }));
    return answer;
  })
  .use("/live/conversations/:id", ownOrigin, session)
  .get("/live/conversations/:id", async (c) => {
    if (!isUpgrade(c)) return problem(c, "invalid-request", "This is a WebSocket");
    const id = c.req.param("id");
    // Named to the Feed, so that revoking this credential closes this very socket too.
    const { account, actor } = c.var;
    if (!await account.feeds()[0]!.authorize(c.var.credential, c.var.now, id)) return problem(c, "unauthenticated", "This session or key is not valid (any more)");
    const answer = await account.conversation(id).fetch(upgrade(c));
    c.executionCtx.waitUntil(close(c, { ifChangedSince: actor, kick: () => account.conversation(id).kick(actor.id) }));
    return answer;
  });
