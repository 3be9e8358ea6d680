import { createRoute } from "@hono/zod-openapi";
import { ApiKey, ApiKeyDraft, ApiKeyList } from "../../contract/account";
import { audit } from "../../db/audit";
import { createApiKey, listApiKeys, revokeApiKey } from "../../db/credentials";
import { rightsChanged } from "../../flows/rights";
import { adminOnly } from "../middleware/session";
import { problem } from "../problem";
import { ADMIN, body, idParam, json, refusal, router } from "../router";

const tags = ["API keys"];

const list = createRoute({
  method: "get", path: "/api/v1/api-keys", operationId: "listApiKeys", summary: "All API keys that work", tags, middleware: [adminOnly] as const,
  responses: { 200: json("Newest first; never the key itself", ApiKeyList), ...ADMIN },
});

const create = createRoute({
  method: "post", path: "/api/v1/api-keys", operationId: "createApiKey", summary: "Make an API key", tags, middleware: [adminOnly] as const,
  description: "The key acts for the member who made it, within its scopes: `read` reads, `write` also changes, `admin` also does what only owners and admins may. The answer holds the key, for the only time.",
  request: { body: body(ApiKeyDraft) },
  responses: { 201: json("Made", ApiKey), 400: refusal("Not a valid request"), ...ADMIN },
});

const revoke = createRoute({
  method: "delete", path: "/api/v1/api-keys/{id}", operationId: "revokeApiKey", summary: "Revoke an API key", tags, middleware: [adminOnly] as const,
  request: { params: idParam },
  responses: { 204: { description: "It stopped working at once" }, 404: refusal("No such key"), ...ADMIN },
});

export const apiKeys = router()
  .openapi(list, async (c) => c.json({ items: await listApiKeys(c.var.account) }, 200))
  .openapi(create, async (c) => {
    const { account, actor, now } = c.var;
    const { name, scopes } = c.req.valid("json");
    const key = await createApiKey(c.env, { accountId: account.id, memberId: actor.id, name, scopes, now });
    await audit(account, { actor: actor.id, action: "api-key.create", target: key.id, data: { name, scopes }, now });
    return c.json(key, 201);
  })
  .openapi(revoke, async (c) => {
    const { account, actor, now } = c.var;
    const { id } = c.req.valid("param");
    const revoked = await revokeApiKey(account, id, now);
    if (!revoked) return problem(c, "not-found", "No such key");
    await rightsChanged(account, revoked);
    await audit(account, { actor: actor.id, action: "api-key.revoke", target: id, now });
    return c.body(null, 204);
  });
