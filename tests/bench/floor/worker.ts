import { DurableObject } from "cloudflare:workers";
import { Hono } from "hono";

interface FloorEnv { FLOOR: DurableObjectNamespace<Floor> }

/** One row, one frame. Nothing that keeps a promise can do less. */
export class Floor extends DurableObject<FloorEnv> {
  constructor(ctx: DurableObjectState, env: FloorEnv) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS row(id INTEGER PRIMARY KEY, body TEXT NOT NULL)");
  }

  keep(body: string): void {
    this.ctx.storage.sql.exec("INSERT INTO row(body) VALUES(?)", body);
    for (const socket of this.ctx.getWebSockets()) socket.send(body);
  }

  override fetch(): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
}

const app = new Hono<{ Bindings: FloorEnv }>()
  .post("/floor/:object", async (c) => {
    await c.env.FLOOR.getByName(c.req.param("object")).keep(await c.req.text());
    return c.json({});
  })
  .get("/floor/:object", (c) => c.env.FLOOR.getByName(c.req.param("object")).fetch(c.req.raw));

export default { fetch: app.fetch } satisfies ExportedHandler<FloorEnv>;
