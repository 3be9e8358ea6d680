import app, { Connection as RealConnection, Conversation as RealConversation, Feed as RealFeed } from "../../../worker/index";
import { counted, counts, countObject, forgetCounts } from "./counts";

/*
 * The product with a counter at its databases: objects, D1 and alarms. Nothing of the product knows. Objects and Worker
 * share an isolate in the local runtime, so one set of numbers sees them all.
 */
export class Connection extends RealConnection {
  constructor(ctx: DurableObjectState, env: Env) { countObject(ctx.storage); super(ctx, counted(env)); }
}
export class Feed extends RealFeed {
  constructor(ctx: DurableObjectState, env: Env) { countObject(ctx.storage); super(ctx, counted(env)); }
}
export class Conversation extends RealConversation {
  constructor(ctx: DurableObjectState, env: Env) { countObject(ctx.storage); super(ctx, counted(env)); }

  /** Makes a long thread of the newest message, without its attachments to providers. */
  async lengthen(entries: number): Promise<void> {
    this.ctx.storage.sql.exec(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO entry(seq, rev, state, at, body) SELECT last.seq + i, (SELECT max(rev) FROM entry) + i, last.state, last.at + i, last.body FROM n, (SELECT * FROM entry ORDER BY seq DESC LIMIT 1) AS last`, entries);
    this.ctx.storage.sql.exec("UPDATE head SET rev = (SELECT max(rev) FROM entry)");
    // The object remembers its head: the next one reads it anew, once this is on disk.
    await this.ctx.storage.sync();
    this.ctx.abort("lengthened");
  }
}

export default {
  async fetch(request, env, ctx) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/api/count") {
      if (request.method === "DELETE") forgetCounts();
      return Response.json(counts());
    }
    if (pathname === "/api/lengthen") {
      const stub = env.CONVERSATION.getByName(searchParams.get("name")!) as unknown as { lengthen(entries: number): Promise<void> };
      await stub.lengthen(Number(searchParams.get("entries"))).catch(() => undefined);
      return new Response();
    }
    const response = await app.fetch(request, counted(env), ctx);
    response.headers.set("x-round-trips", String(counts().roundTrips));
    return response;
  },
  queue: (batch, env) => app.queue(batch, counted(env)),
  scheduled: (controller, env) => app.scheduled(controller, counted(env)),
} satisfies ExportedHandler<Env, never>;
