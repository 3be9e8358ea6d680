import { createRoute, z } from "@hono/zod-openapi";
import { channelOf, channels } from "../../channels/registry";
import type { Channel, SettingField } from "../../channels/channel";
import { ChannelKind, ConnectionDraft, ConnectionPatch, ConnectionView, WebhookLine } from "../../contract/channel";
import { audit } from "../../db/audit";
import { createConnection, deleteConnection, findConnection, isDomainTaken, listConnections, openSettings, updateConnection, useConnection, useOf, type ConnectionRow } from "../../db/connections";
import { choicesOf, wrongChoice } from "../../flows/connection-fields";
import { forgetAccountFacts } from "../../flows/account-facts";
import { forgetConnection } from "../../flows/open-connection";
import type { Account } from "../../db/locate";
import { processHeld } from "../../flows/retry";
import { replay } from "../../flows/replay";
import { syncQuietly } from "../../flows/templates";
import { announce } from "../../flows/rights";
import { adminOnly } from "../middleware/session";
import { problem } from "../problem";
import { ADMIN, body, idParam, json, MEMBER, refusal, router } from "../router";

const tags = ["Channels"];
const LOG_MAX = 200;
/** Providers that were told of a new secret go on signing with the old one for a while; retries of yesterday's requests too. */
const FORMER_MS = 24 * 3_600_000;
const GONE = refusal("There is no such connection");
const BAD = refusal("The settings are not complete; `detail` says what is missing");
const lineParam = idParam.extend({ lineId: z.string().min(1).max(80) });

const Provider = z.object({
  provider: z.string(), kind: z.string(), title: z.string(),
  fields: z.array(z.object({ key: z.string(), label: z.string(), help: z.string(), secret: z.boolean(), optional: z.boolean().optional(), options: z.array(z.string()).optional(), connection: ChannelKind.optional().describe("names one of the account's connections of this channel"), choices: z.array(z.object({ value: z.string(), label: z.string() })).optional().describe("of a field that names a connection: the ids it may hold") })),
}).meta({ id: "Provider" });

const providers = createRoute({
  method: "get", path: "/api/v1/providers", operationId: "listProviders", summary: "What can be connected, and what each needs", tags,
  responses: { 200: json("One per provider", z.object({ items: z.array(Provider) })), ...MEMBER },
});
const list = createRoute({
  method: "get", path: "/api/v1/connections", operationId: "listConnections", summary: "Connected addresses with their health", tags,
  responses: { 200: json("Oldest first", z.object({ items: z.array(ConnectionView) })), ...MEMBER },
});
const create = createRoute({
  method: "post", path: "/api/v1/connections", operationId: "createConnection", summary: "Connect an address", tags, middleware: [adminOnly] as const,
  description: "Secrets are stored encrypted and never come back.",
  request: { body: body(ConnectionDraft) }, responses: { 201: json("Connected", ConnectionView), 400: BAD, 409: refusal("Another account receives the mail of this domain"), ...ADMIN },
});
const read = createRoute({
  method: "get", path: "/api/v1/connections/{id}", operationId: "getConnection", summary: "One connection", tags,
  request: { params: idParam }, responses: { 200: json("The connection", ConnectionView), 404: GONE, ...MEMBER },
});
const change = createRoute({
  method: "patch", path: "/api/v1/connections/{id}", operationId: "changeConnection", summary: "Rename, switch on or off, replace settings", tags, middleware: [adminOnly] as const,
  description: "Webhooks signed with a secret that is replaced count for another 24 hours, so that nothing is lost while the provider changes over; `dropPrevious` ends that.",
  request: { params: idParam, body: body(ConnectionPatch) }, responses: { 200: json("After the change", ConnectionView), 400: BAD, 404: GONE, 409: refusal("Somebody else changed the settings at the same moment"), ...ADMIN },
});
const remove = createRoute({
  method: "delete", path: "/api/v1/connections/{id}", operationId: "deleteConnection", summary: "Disconnect", tags, middleware: [adminOnly] as const,
  request: { params: idParam }, responses: { 204: { description: "Disconnected" }, 404: GONE, ...ADMIN },
});
const webhooks = createRoute({
  method: "get", path: "/api/v1/connections/{id}/webhooks", operationId: "listWebhooks", summary: "What arrived lately", tags, middleware: [adminOnly] as const,
  request: { params: idParam }, responses: { 200: json("Newest first", z.object({ items: z.array(WebhookLine) })), 404: GONE, ...ADMIN },
});
const rawWebhook = createRoute({
  method: "get", path: "/api/v1/connections/{id}/webhooks/{lineId}", operationId: "getWebhook", summary: "One request as it came, for 30 days", tags, middleware: [adminOnly] as const,
  request: { params: lineParam }, responses: { 200: json("The request", z.object({ method: z.string(), url: z.string(), headers: z.record(z.string(), z.string()), body: z.string() })), 404: GONE, ...ADMIN },
});
const replayWebhook = createRoute({
  method: "post", path: "/api/v1/connections/{id}/webhooks/{lineId}/replay", operationId: "replayWebhook", summary: "Process a request again; what is already there does not change", tags, middleware: [adminOnly] as const,
  request: { params: lineParam }, responses: { 200: json("What became of it", z.object({ entries: z.array(z.object({ id: z.string(), repeated: z.boolean() })) })), 404: GONE, ...ADMIN },
});

export const connections = router()
  .openapi(providers, async (c) => {
    const rows = await listConnections(c.var.account);
    const described = (field: SettingField) => ({ ...field, options: field.options && [...field.options], ...(field.connection && { choices: choicesOf(field, rows) }) });
    return c.json({ items: Object.values(channels).map(({ provider, kind, title, fields }) => ({ provider, kind, title, fields: fields.map(described) })) }, 200);
  })
  .openapi(list, async (c) => c.json({ items: await Promise.all((await listConnections(c.var.account)).map((row) => view(c.var.account, row, c.var.now))) }, 200))
  .openapi(create, async (c) => {
    const { account, actor, now } = c.var;
    const draft = c.req.valid("json");
    const channel = channelOf(draft.provider);
    if (!channel) return problem(c, "invalid-request", "There is no such provider. GET /api/v1/providers lists them.");
    const settings = channel.settings.safeParse(draft.settings);
    if (!settings.success) return problem(c, "invalid-request", z.prettifyError(settings.error));
    const foreign = wrongChoice(channel, settings.data as Record<string, unknown>, await listConnections(account));
    if (foreign) return problem(c, "invalid-request", notOurs(foreign));
    for (const provider of channel.claims ?? []) if (await isDomainTaken(account, provider, draft.address))
      return problem(c, "conflict", "Another account of this installation receives the mail of this domain. Disconnect it there first.");
    const row = await createConnection(account, channel.kind, draft, settings.data, now, undefined, channel.renew ? now : null);
    forgetAccountFacts(account.id);
    await audit(account, { actor: actor.id, action: "connection.created", target: row.id, now });
    await announce(account, "connections");
    if (channel.templates) c.executionCtx.waitUntil(syncQuietly(account, row.id, now));
    return c.json(await view(account, row, now), 201);
  })
  .openapi(read, async (c) => {
    const row = await findConnection(c.var.account, c.req.valid("param").id);
    return row ? c.json(await view(c.var.account, row, c.var.now), 200) : problem(c, "not-found");
  })
  .openapi(change, async (c) => {
    const { account, actor, now } = c.var;
    const row = await findConnection(account, c.req.valid("param").id);
    if (!row) return problem(c, "not-found");
    const patch = c.req.valid("json");
    const channel = channelOf(row.provider)!;
    const before = await openSettings(account, row);
    const settings = patch.settings && channel.settings.safeParse({ ...before, ...patch.settings });
    if (settings?.success === false) return problem(c, "invalid-request", z.prettifyError(settings.error));
    const foreign = settings && wrongChoice(channel, settings.data as Record<string, unknown>, await listConnections(account), before);
    if (foreign) return problem(c, "invalid-request", notOurs(foreign));
    const isRotation = settings !== undefined && channel.fields.some(({ key, secret }) => secret && before[key] !== (settings.data as Record<string, unknown>)[key]);
    const change = {
      ...(isRotation && { former: now + FORMER_MS, renewAt: channel.renew ? now : null, expiresAt: null }),
      ...(patch.dropPrevious && { former: null }),
    };
    if (!await updateConnection(account, row, patch, settings?.data, change)) return problem(c, "conflict", "Somebody else changed these settings just now. Look at them and try again.");
    const { memberIds, isDefault, confirmsOptOut, helpText } = patch;
    const use = { memberIds, isDefault, confirmsOptOut, helpText: helpText === "" ? null : helpText };
    if (Object.values(use).some((one) => one !== undefined)) await useConnection(account, row, use);
    forgetConnection(row.id);
    forgetAccountFacts(account.id);
    if (isRotation) await account.connection(row.id).replaced(now, channel.probe !== undefined);
    if (isRotation && channel.templates) c.executionCtx.waitUntil(syncQuietly(account, row.id, now));
    await audit(account, { actor: actor.id, action: "connection.changed", target: row.id, data: { fields: Object.keys(patch) }, now });
    // What arrived while it was off, or while the provider took our access no longer.
    if ((patch.status === "active" && row.status === "disabled") || isRotation) await processHeld(c.env, account.id, row.id);
    await announce(account, "connections");
    return c.json(await view(account, (await findConnection(account, row.id))!, now), 200);
  })
  .openapi(remove, async (c) => {
    const { account, actor, now } = c.var;
    const row = await findConnection(account, c.req.valid("param").id);
    if (!row) return problem(c, "not-found");
    await deleteConnection(account, row.id);
    forgetConnection(row.id);
    forgetAccountFacts(account.id);
    await audit(account, { actor: actor.id, action: "connection.deleted", target: row.id, now });
    await announce(account, "connections");
    return c.body(null, 204);
  })
  .openapi(webhooks, async (c) => {
    const row = await findConnection(c.var.account, c.req.valid("param").id);
    return row ? c.json({ items: await c.var.account.connection(row.id).lines(LOG_MAX) }, 200) : problem(c, "not-found");
  })
  .openapi(rawWebhook, async (c) => {
    const { id, lineId } = c.req.valid("param");
    const found = await replay(c.var.account, id, lineId, "read");
    return found && "request" in found ? c.json(found.request, 200) : problem(c, "not-found", "This request is not kept any more");
  })
  .openapi(replayWebhook, async (c) => {
    const { id, lineId } = c.req.valid("param");
    const found = await replay(c.var.account, id, lineId, "process");
    return found && "entries" in found ? c.json({ entries: found.entries }, 200) : problem(c, "not-found", "This request is not kept any more");
  });

const notOurs = (label: string): string => `“${label}” must be one of your own connections that can be chosen there. GET /api/v1/providers lists them.`;

async function view(account: Account, row: ConnectionRow, now: number): Promise<ConnectionView> {
  const channel = channelOf(row.provider)!;
  const [settings, health] = await Promise.all([openSettings(account, row), account.connection(row.id).health(now, row.expiresAt)]);
  return {
    id: row.id, provider: row.provider, channel: channel.kind, name: row.name, address: row.address, status: row.status,
    webhookUrl: `${account.env.PUBLIC_URL}/hooks/${row.provider}/${row.id}`, capabilities: channel.capabilities, settings: open(channel, settings), use: { ...useOf(row), hearsKeywords: channel.reaches[0]?.kind === "phone" }, health,
  };
}

/** What may be shown: a key that no field describes counts as secret, unless the channel says that it is none. */
const open = (channel: Channel, settings: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(settings).filter(([key]) => channel.shown?.includes(key) || channel.fields.some((field) => field.key === key && !field.secret)));
