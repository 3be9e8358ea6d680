import { createRoute, z } from "@hono/zod-openapi";
import type { ChannelConnection } from "../../channels/channel";
import { audit } from "../../db/audit";
import type { Account } from "../../db/locate";
import type { Limit } from "../../db/throttle";
import { openOwnConnection } from "../../flows/open-connection";
import { askingIo } from "../../flows/provider-io";
import { announce } from "../../flows/rights";
import { sendTestMessage } from "../../flows/test-message";
import { adminOnly } from "../middleware/session";
import { refuseIfTooMany } from "../middleware/throttle";
import { problem } from "../problem";
import { ADMIN, body, idParam, json, refusal, router } from "../router";

const tags = ["Channels"];
const GONE = refusal("There is no such connection");
const Checked = z.object({ ok: z.boolean(), sentence: z.string().describe("what the provider said, and what to do") }).meta({ id: "ConnectionCheck" });
const TestMessage = z.strictObject({
  to: z.string().trim().min(1).max(320).describe("an address of yours on this channel"),
  text: z.string().trim().min(1).max(1_000).default("This is a test message. If you can read it, this channel works."),
}).meta({ id: "TestMessage" });

const HOUR_MS = 3_600_000;
/** Setting a channel up takes a few tries. More would be sending past every conversation, and each may cost money. */
const limitsOf = (account: Account, connectionId: string): Limit[] => [
  { key: `test-message:${account.id}:${connectionId}`, max: 10, windowMs: HOUR_MS }, { key: `test-message:${account.id}`, max: 30, windowMs: HOUR_MS },
];

const verify = createRoute({
  method: "post", path: "/api/v1/connections/{id}/verify", operationId: "verifyConnection", summary: "Ask the provider whether the settings work", tags, middleware: [adminOnly] as const,
  request: { params: idParam }, responses: { 200: json("The answer", Checked), 404: GONE, ...ADMIN },
});
const test = createRoute({
  method: "post", path: "/api/v1/connections/{id}/test", operationId: "testConnection", summary: "Send one message to see whether it arrives", tags, middleware: [adminOnly] as const,
  description: "It belongs to no conversation. `ok: false` says why the provider did not take it.",
  request: { params: idParam, body: body(TestMessage) },
  responses: { 200: json("What became of it", Checked), 404: GONE, 422: refusal("This channel, or this address, cannot be tested like this; `detail` says why"), 429: refusal("Too many tests; `retry-after` says how many seconds to wait"), ...ADMIN },
});

/** Whether a connection works, asked by the person who sets it up. */
export const connectionChecks = router()
  .openapi(verify, async (c) => {
    const { account, now } = c.var;
    const open = await openOwnConnection(account, c.req.valid("param").id);
    if (!open) return problem(c, "not-found");
    const { probe } = open.channel;
    if (!probe) return c.json({ ok: true, sentence: "This provider has nothing to ask. Send a message to see whether it works." }, 200);
    try {
      const wrong = await probe(open.connection as ChannelConnection<never>, askingIo(now));
      if (wrong !== null) {
        await account.connection(open.row.id).rejected(wrong);
        await announce(account, "connections");
        return c.json({ ok: false, sentence: wrong }, 200);
      }
    } catch {
      return c.json({ ok: false, sentence: "The provider did not answer. Try again in a minute." }, 200);
    }
    await account.connection(open.row.id).accepted();
    await announce(account, "connections");
    return c.json({ ok: true, sentence: "The provider accepts these settings." }, 200);
  })
  .openapi(test, async (c) => {
    const { account, actor, now } = c.var;
    const open = await openOwnConnection(account, c.req.valid("param").id);
    if (!open) return problem(c, "not-found");
    const tooMany = await refuseIfTooMany(c, limitsOf(account, open.row.id));
    if (tooMany) return tooMany;
    const { outcome, sentence } = await sendTestMessage(open, c.req.valid("json"), now);
    if (outcome === "refused") return problem(c, "refused", sentence);
    await audit(account, { actor: actor.id, action: "connection.tested", target: open.row.id, data: { ok: outcome === "sent" }, now });
    await announce(account, "connections");
    return c.json({ ok: outcome === "sent", sentence }, 200);
  });
