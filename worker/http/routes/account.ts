import { createRoute } from "@hono/zod-openapi";
import { Account, AccountPatch } from "../../contract/account";
import { changeAccount, readAccount } from "../../db/accounts";
import { audit } from "../../db/audit";
import { forgetAccountFacts } from "../../flows/account-facts";
import { announce } from "../../flows/rights";
import { adminOnly } from "../middleware/session";
import { ADMIN, body, json, MEMBER, refusal, router } from "../router";

const tags = ["Account"];

const read = createRoute({
  method: "get", path: "/api/v1/account", operationId: "readAccount", summary: "The account's name and settings", tags,
  responses: { 200: json("The account", Account), ...MEMBER },
});

const change = createRoute({
  method: "patch", path: "/api/v1/account", operationId: "changeAccount", summary: "Change the account's name and settings", tags, middleware: [adminOnly] as const,
  description: "What is given is set, also inside `settings`.",
  request: { body: body(AccountPatch) },
  responses: { 200: json("As it is now", Account), 400: refusal("Not a valid request"), ...ADMIN },
});

export const account = router()
  .openapi(read, async (c) => c.json(await readAccount(c.var.account), 200))
  .openapi(change, async (c) => {
    const { account, actor, now } = c.var;
    const patch = c.req.valid("json");
    const changed = await changeAccount(account, patch);
    forgetAccountFacts(account.id);
    await audit(account, { actor: actor.id, action: "account.change", target: account.id, data: patch, now });
    await announce(account, "settings");
    return c.json(changed, 200);
  });
