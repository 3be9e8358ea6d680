import { createRoute } from "@hono/zod-openapi";
import { Team, TeamDraft, TeamList, TeamPatch } from "../../contract/account";
import type { Account } from "../../db/locate";
import { changeTeam, createTeam, deleteTeam, listTeams } from "../../db/teams";
import { announce, rightsChanged } from "../../flows/rights";
import { adminOnly } from "../middleware/session";
import { problem } from "../problem";
import { ADMIN, body, idParam, json, MEMBER, refusal, router } from "../router";

const tags = ["Teams"];
const NONE = "No such team, or no such member";

const list = createRoute({
  method: "get", path: "/api/v1/teams", operationId: "listTeams", summary: "All teams", tags,
  responses: { 200: json("By name", TeamList), ...MEMBER },
});

const create = createRoute({
  method: "post", path: "/api/v1/teams", operationId: "createTeam", summary: "Make a team", tags, middleware: [adminOnly] as const,
  request: { body: body(TeamDraft) },
  responses: { 201: json("Made", Team), 400: refusal("Not a valid request"), 404: refusal(NONE), ...ADMIN },
});

const change = createRoute({
  method: "patch", path: "/api/v1/teams/{id}", operationId: "changeTeam", summary: "Rename a team or set who is in it", tags, middleware: [adminOnly] as const,
  description: "`memberIds` is the whole list. What members may see follows at once.",
  request: { params: idParam, body: body(TeamPatch) },
  responses: { 200: json("As it is now", Team), 400: refusal("Not a valid request"), 404: refusal(NONE), ...ADMIN },
});

const remove = createRoute({
  method: "delete", path: "/api/v1/teams/{id}", operationId: "deleteTeam", summary: "Delete a team", tags, middleware: [adminOnly] as const,
  request: { params: idParam },
  responses: { 204: { description: "Deleted; its conversations stay" }, 404: refusal("No such team"), ...ADMIN },
});

async function tell(account: Account, affected: readonly string[]): Promise<void> {
  for (const memberId of affected) await rightsChanged(account, { memberId });
  await announce(account, "teams");
  if (affected.length > 0) await announce(account, "members");
}

export const teams = router()
  .openapi(list, async (c) => c.json({ items: await listTeams(c.var.account) }, 200))
  .openapi(create, async (c) => {
    const { account, actor, now } = c.var;
    const made = await createTeam(account, actor.id, c.req.valid("json"), now);
    if (made.outcome !== "saved") return problem(c, "not-found", NONE);
    await tell(account, made.affected);
    return c.json(made.team, 201);
  })
  .openapi(change, async (c) => {
    const { account, actor, now } = c.var;
    const changed = await changeTeam(account, actor.id, c.req.valid("param").id, c.req.valid("json"), now);
    if (changed.outcome !== "saved") return problem(c, "not-found", NONE);
    await tell(account, changed.affected);
    return c.json(changed.team, 200);
  })
  .openapi(remove, async (c) => {
    const { account, actor, now } = c.var;
    const affected = await deleteTeam(account, actor.id, c.req.valid("param").id, now);
    if (!affected) return problem(c, "not-found", "No such team");
    await tell(account, affected);
    return c.body(null, 204);
  });
