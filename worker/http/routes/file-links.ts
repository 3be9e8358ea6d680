import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { FileLink, FileLinkDraft, FileLinkList } from "../../contract/file";
import { findUploads } from "../../db/attachments";
import { audit } from "../../db/audit";
import { createFileLink, listFileLinks, takeBackFileLink } from "../../db/file-links";
import { dropLinkedFiles } from "../../flows/file-links";
import { problem } from "../problem";
import { type AppEnv, body, idParam, json, MEMBER, refusal, router } from "../router";

const tags = ["Messages"];
const GONE = refusal("There is no such conversation or link, or you may not see it");
const path = "/api/v1/conversations/{id}/file-links";

const create = createRoute({
  method: "post", path, operationId: "createFileLink", summary: "Make a link to a file that is too large to send", tags,
  description: "Whoever holds the link may fetch the file for 7 or 30 days, or until it is taken back. Put the link into a message.",
  request: { params: idParam, body: body(FileLinkDraft) }, responses: { 201: json("Made", FileLink), 400: refusal("Not an upload of yours"), 404: GONE, ...MEMBER },
});
const list = createRoute({
  method: "get", path, operationId: "listFileLinks", summary: "Links to files in a conversation that still work", tags,
  request: { params: idParam }, responses: { 200: json("Newest first", FileLinkList), 404: GONE, ...MEMBER },
});
const takeBack = createRoute({
  method: "delete", path: `${path}/{linkId}`, operationId: "takeBackFileLink", summary: "Take a link to a file back", tags,
  request: { params: idParam.extend({ linkId: idParam.shape.id }) }, responses: { 204: { description: "It opens nothing any more" }, 404: GONE, ...MEMBER },
});

export const fileLinks = router()
  .openapi(create, async (c) => {
    const { account, actor, now } = c.var;
    const { id } = c.req.valid("param");
    const { attachmentId, days } = c.req.valid("json");
    if (!await isSeen(c, id)) return problem(c, "not-found");
    const [upload] = await findUploads(account, [attachmentId], actor.id);
    if (!upload) return problem(c, "invalid-request", "This file is not yours to send. Upload it again.");
    const link = await createFileLink(account, upload, { conversationId: id, days, by: actor.id, now });
    await audit(account, { actor: actor.id, action: "file-link.created", target: link.id, now });
    return c.json(link, 201);
  })
  .openapi(list, async (c) => {
    const { id } = c.req.valid("param");
    return await isSeen(c, id) ? c.json({ items: await listFileLinks(c.var.account, id, c.var.now) }, 200) : problem(c, "not-found");
  })
  .openapi(takeBack, async (c) => {
    const { account, actor, now } = c.var;
    const { id, linkId } = c.req.valid("param");
    const ended = await isSeen(c, id) ? await takeBackFileLink(account, id, linkId) : null;
    if (!ended) return problem(c, "not-found");
    await dropLinkedFiles(c.env, [ended]);
    await audit(account, { actor: actor.id, action: "file-link.taken-back", target: linkId, now });
    return c.body(null, 204);
  });

const isSeen = async ({ var: { account, actor } }: Pick<Context<AppEnv>, "var">, id: string): Promise<boolean> => await account.conversation(id).open(actor) !== null;
