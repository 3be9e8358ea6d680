import { Hono, type Context } from "hono";
import type { RawRequest } from "../../channels/channel";
import type { WebhookLine } from "../../contract/channel";
import { lineOf, takeIn } from "../../flows/intake";
import { isAuthentic, openConnection, type OpenConnection } from "../../flows/open-connection";
import { logWebhook } from "../../flows/webhook-log";
import { log } from "../../platform/log";
import { problem } from "../problem";
import type { AppEnv } from "../router";

/** The largest webhook of any provider is a batch far below this; mail does not come this way. */
const MAX_BODY_BYTES = 1_000_000;

/**
 * Where providers bring what customers say. 200 means it is kept; 401 means the signature is wrong and nothing was
 * stored; 503 means we could keep it nowhere and the provider must try again.
 */
export const hooks = new Hono<AppEnv>()
  .get("/hooks/:provider/:connectionId", async (c) => {
    const open = await find(c);
    if (!open?.channel.handshake) return problem(c, "not-found");
    const answer = open.channel.handshake(new URL(c.req.url), open.connection.settings);
    return answer === null ? problem(c, "forbidden", "The verify token is not the one of this connection") : c.text(answer);
  })
  .post("/hooks/:provider/:connectionId", async (c) => {
    const open = await find(c);
    if (!open) return problem(c, "not-found", "There is no such connection");
    const max = open.channel.maxBodyBytes ?? MAX_BODY_BYTES;
    const body = await read(c.req.raw, max);
    if (!body) return problem(c, "too-large", `A webhook may have ${max} bytes`);
    const url = new URL(c.req.url);
    const request: RawRequest = { method: "POST", url: c.env.PUBLIC_URL + url.pathname + url.search, headers: Object.fromEntries(c.req.raw.headers), body, receivedAt: c.var.now };
    const greeting = open.channel.greet?.(request, open.connection) ?? null;
    if (greeting) return c.body(greeting.body, 200, { "content-type": greeting.type });
    const isOurs = await isAuthentic(open, request, c.var.now).catch((error: unknown) => {
      log("keys-missing", { account: open.account.id, connection: open.row.id, error });
      return null;
    });
    if (isOurs === null) return problem(c, "unavailable", "The provider's keys cannot be read now. Please send this again");
    const note = (line: WebhookLine) => c.executionCtx.waitUntil(logWebhook(open.account, open.row.id, line));
    if (!isOurs) {
      note(lineOf(request, { outcome: "refused", detail: "The signature does not match" }));
      return problem(c, "unauthenticated", "The signature does not match");
    }
    try {
      note(await takeIn(open, request));
    } catch (error) {
      log("inbound-lost", { account: open.account.id, connection: open.row.id, error });
      return problem(c, "unavailable", "Please send this again");
    }
    const { answer } = open.channel;
    return answer ? c.body(answer.body, 200, { "content-type": answer.type }) : c.json({});
  });

/** The connection in the path, if its provider is the one in the path too. */
async function find(c: Context<AppEnv>): Promise<OpenConnection | null> {
  const open = await openConnection(c.env, c.req.param("connectionId")!);
  return open?.row.provider === c.req.param("provider") ? open : null;
}

/** The bytes as they came, or null past the limit: a missing or false length does not help anyone past it. */
async function read(request: Request, max: number): Promise<Uint8Array | null> {
  if (Number(request.headers.get("content-length") ?? 0) > max) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > max) return null;
    chunks.push(chunk);
  }
  const body = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body;
}
