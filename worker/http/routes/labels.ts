import { createRoute } from "@hono/zod-openapi";
import { Label, LabelDraft, LabelList, LabelPatch } from "../../contract/account";
import { changeLabel, createLabel, listLabels } from "../../db/labels";
import { announce } from "../../flows/rights";
import { adminOnly } from "../middleware/session";
import { problem } from "../problem";
import { ADMIN, body, idParam, json, MEMBER, refusal, router } from "../router";

const tags = ["Labels"];
const TAKEN = "There is a label of this name";

const list = createRoute({
  method: "get", path: "/api/v1/labels", operationId: "listLabels", summary: "All labels", tags,
  description: "Archived ones too: conversations still carry them.",
  responses: { 200: json("By name", LabelList), ...MEMBER },
});

const create = createRoute({
  method: "post", path: "/api/v1/labels", operationId: "createLabel", summary: "Make a label", tags, middleware: [adminOnly] as const,
  request: { body: body(LabelDraft) },
  responses: { 201: json("Made", Label), 400: refusal("Not a valid request"), 409: refusal(TAKEN), ...ADMIN },
});

const change = createRoute({
  method: "patch", path: "/api/v1/labels/{id}", operationId: "changeLabel", summary: "Rename, recolour, archive or restore a label", tags, middleware: [adminOnly] as const,
  request: { params: idParam, body: body(LabelPatch) },
  responses: { 200: json("As it is now", Label), 400: refusal("Not a valid request"), 404: refusal("No such label"), 409: refusal(TAKEN), ...ADMIN },
});

export const labels = router()
  .openapi(list, async (c) => c.json({ items: await listLabels(c.var.account) }, 200))
  .openapi(create, async (c) => {
    const { account, actor, now } = c.var;
    const made = await createLabel(account, actor.id, c.req.valid("json"), now);
    if (made.outcome !== "saved") return problem(c, "conflict", TAKEN);
    await announce(account, "labels");
    return c.json(made.label, 201);
  })
  .openapi(change, async (c) => {
    const { account, actor, now } = c.var;
    const changed = await changeLabel(account, actor.id, c.req.valid("param").id, c.req.valid("json"), now);
    if (changed.outcome === "not-found") return problem(c, "not-found", "No such label");
    if (changed.outcome === "name-taken") return problem(c, "conflict", TAKEN);
    await announce(account, "labels");
    return c.json(changed.label, 200);
  });
