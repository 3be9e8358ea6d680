import { createRoute, z } from "@hono/zod-openapi";
import { Template, TemplateDraft, TemplatePage } from "../../contract/template";
import { audit } from "../../db/audit";
import { PAGE_MAX } from "../../db/conversations";
import { isTemplateCursor, listTemplates } from "../../db/templates";
import { openOwnConnection } from "../../flows/open-connection";
import { submitTemplate, syncTemplates } from "../../flows/templates";
import { log } from "../../platform/log";
import { adminOnly } from "../middleware/session";
import { problem } from "../problem";
import { ADMIN, body, json, listCursor, PAGED, refusal, router } from "../router";

const tags = ["Templates"];
const GONE = refusal("There is no such connection");
const SILENT = refusal("The provider did not answer");
const TemplateList = z.object({ items: z.array(Template) }).meta({ id: "TemplateList" });
const TemplateSync = z.strictObject({ connectionId: z.string().min(1).max(80) }).meta({ id: "TemplateSync" });

const list = createRoute({
  method: "get", path: "/api/v1/templates", operationId: "listTemplates", summary: "Messages that a platform has approved, or is reviewing", tags,
  request: { query: z.object({ connectionId: z.string().max(80).optional().describe("only those of this connection"), cursor: listCursor(isTemplateCursor), limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_MAX) }) },
  responses: { 200: json("A page, by name and language", TemplatePage), ...PAGED },
});
const create = createRoute({
  method: "post", path: "/api/v1/templates", operationId: "createTemplate", summary: "Hand a template in for review", tags, middleware: [adminOnly] as const,
  request: { body: body(TemplateDraft) },
  responses: { 201: json("Handed in; its status says how the review went", Template), 404: GONE, 422: refusal("It would be refused, or was; `detail` says why"), 503: SILENT, ...ADMIN },
});
const sync = createRoute({
  method: "post", path: "/api/v1/templates/sync", operationId: "syncTemplates", summary: "Take over the platform's list", tags, middleware: [adminOnly] as const,
  request: { body: body(TemplateSync) },
  responses: { 200: json("What the connection has now", TemplateList), 404: GONE, 422: refusal("This channel has no templates"), 503: SILENT, ...ADMIN },
});

export const templates = router()
  .openapi(list, async (c) => c.json(await listTemplates(c.var.account, c.req.valid("query")), 200))
  .openapi(create, async (c) => {
    const { account, actor, now } = c.var;
    const draft = c.req.valid("json");
    const open = await openOwnConnection(account, draft.connectionId);
    if (!open) return problem(c, "not-found");
    try {
      const submission = await submitTemplate(open, draft, now);
      if (submission.outcome === "refused") return problem(c, "refused", submission.sentence);
      await audit(account, { actor: actor.id, action: "template.created", target: submission.template.id, data: { name: draft.name, language: draft.language }, now });
      return c.json(submission.template, 201);
    } catch (error) {
      return silent(c, error, "The provider did not answer. It may have the template: fetch the list before you try again.");
    }
  })
  .openapi(sync, async (c) => {
    const { account, now } = c.var;
    const open = await openOwnConnection(account, c.req.valid("json").connectionId);
    if (!open) return problem(c, "not-found");
    try {
      const items = await syncTemplates(open, now);
      return items ? c.json({ items }, 200) : problem(c, "refused", `${open.channel.title} has no templates.`);
    } catch (error) {
      return silent(c, error, "The provider did not give its list. Verify the connection in Settings → Channels, or try again in a minute.");
    }
  });

function silent(c: Parameters<typeof problem>[0], error: unknown, sentence: string) {
  log("templates-failed", { error });
  return problem(c, "unavailable", sentence);
}
