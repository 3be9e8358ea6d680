import { createRoute } from "@hono/zod-openapi";
import { BusinessMessagesExport, ImportResult } from "../../contract/import";
import { importBusinessMessages } from "../../flows/import-business-messages";
import { adminOnly } from "../middleware/session";
import { ADMIN, body, json, refusal, router } from "../router";

const businessMessages = createRoute({
  method: "post", path: "/api/v1/imports/business-messages", operationId: "importBusinessMessages", summary: "Keep old chats of Google Business Messages", tags: ["Imports"], middleware: [adminOnly] as const,
  description: "Each chat becomes a closed conversation of a contact of its own, to be read and searched. Nothing is sent. The same request again changes nothing.",
  request: { body: body(BusinessMessagesExport) },
  responses: { 200: json("Kept", ImportResult), 400: refusal("Not a valid request"), ...ADMIN },
});

export const imports = router().openapi(businessMessages, async (c) => c.json(await importBusinessMessages(c.var.account, c.req.valid("json"), c.var.actor, c.var.now), 200));
