import { createRoute, z } from "@hono/zod-openapi";
import type { Submitted } from "../../../durable-objects/conversation/composing";
import { CommentDraft, Entry, EntryPage, MessageDraft, MessageRevision, ReactionDraft } from "../../contract/entry";
import { findUploads } from "../../db/attachments";
import { accountFacts } from "../../flows/account-facts";
import { prepare, prepareRevision } from "../../flows/compose";
import { problem } from "../problem";
import { body, idParam, json, MEMBER, refusal, router } from "../router";

const tags = ["Messages"];
/** A screen or two; a page of long mail stays under the frame limit. */
const PAGE_DEFAULT = 50;
const PAGE_MAX = 200;
const GONE = refusal("There is no such conversation or message, or you may not see it");
const BAD = refusal("Not a valid request");
const REFUSED = refusal("It may not be sent; `detail` says why and what to do, `reason` is a code");
/** A place in the thread: an entry's `seq`, or the entry's id. */
const place = z.string().regex(/^(?:[1-9]\d{0,14}|e\d{1,15}|[0-9a-f]{8}-[0-9a-f-]{27}(?:\.\d{1,3})?)$/i, "a place is a seq or an entry's id").optional();
const entryParam = idParam.extend({ entryId: z.string().min(1).max(80) });

const list = createRoute({
  method: "get", path: "/api/v1/conversations/{id}/entries", operationId: "listEntries", summary: "A page of the thread, oldest first", tags,
  request: { params: idParam, query: z.object({ before: place, after: place, limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT) }) },
  responses: { 200: json("The newest page, or the one before or after a place", EntryPage), 404: GONE, 400: BAD, ...MEMBER },
});
const send = createRoute({
  method: "post", path: "/api/v1/conversations/{id}/messages", operationId: "sendMessage", summary: "Write to the customer", tags,
  description: "Stored before the answer. The same `clientId` again is the same message.",
  request: { params: idParam, body: body(MessageDraft) },
  responses: { 201: json("Stored", Entry), 200: json("This clientId was stored before", Entry), 404: GONE, 422: REFUSED, 400: BAD, ...MEMBER },
});
const comment = createRoute({
  method: "post", path: "/api/v1/conversations/{id}/comments", operationId: "addComment", summary: "Write to colleagues only", tags,
  request: { params: idParam, body: body(CommentDraft) },
  responses: { 201: json("Stored", Entry), 200: json("This clientId was stored before", Entry), 404: GONE, 422: REFUSED, 400: BAD, ...MEMBER },
});
const cancel = createRoute({
  method: "post", path: "/api/v1/conversations/{id}/messages/{entryId}/cancel", operationId: "cancelMessage", summary: "Take a message back before it leaves", tags,
  request: { params: entryParam }, responses: { 200: json("Taken back", Entry), 409: refusal("It has left already"), 404: GONE, ...MEMBER },
});
const sendNow = createRoute({
  method: "post", path: "/api/v1/conversations/{id}/messages/{entryId}/send-now", operationId: "sendMessageNow", summary: "Send at once what waits for its time", tags,
  description: "What quiet hours hold back (`held`) only owners and admins may send. What has left already stays as it is.",
  request: { params: entryParam }, responses: { 200: json("On its way", Entry), 404: GONE, ...MEMBER },
});
const revise = createRoute({
  method: "patch", path: "/api/v1/conversations/{id}/messages/{entryId}", operationId: "reviseMessage", summary: "Change the words or the time of a message that waits", tags,
  request: { params: entryParam, body: body(MessageRevision) },
  responses: { 200: json("Changed; it may be held back at its new time", Entry), 409: refusal("It has left already"), 422: REFUSED, 404: GONE, 400: BAD, ...MEMBER },
});
const retry = createRoute({
  method: "post", path: "/api/v1/conversations/{id}/messages/{entryId}/retry", operationId: "retryMessage", summary: "Send a failed or unknown message again", tags,
  request: { params: entryParam }, responses: { 200: json("Queued as a new attempt", Entry), 404: GONE, ...MEMBER },
});
const resolve = createRoute({
  method: "post", path: "/api/v1/conversations/{id}/messages/{entryId}/resolve", operationId: "resolveMessage", summary: "Say what became of a message whose outcome is unknown", tags,
  request: { params: entryParam, body: body(z.strictObject({ outcome: z.enum(["sent", "failed"]) })) }, responses: { 200: json("Settled", Entry), 404: GONE, 400: BAD, ...MEMBER },
});
const react = createRoute({
  method: "put", path: "/api/v1/conversations/{id}/entries/{entryId}/reaction", operationId: "setReaction", summary: "React to a message, or (null) take the reaction back", tags,
  description: "There is one reaction of ours to a message, as on the platforms: a new one replaces it.",
  request: { params: entryParam, body: body(ReactionDraft) }, responses: { 200: json("Set, and on its way", Entry), 422: REFUSED, 404: GONE, 400: BAD, ...MEMBER },
});
const edit = createRoute({
  method: "patch", path: "/api/v1/conversations/{id}/entries/{entryId}", operationId: "editMessage", summary: "Change a message of ours that has arrived", tags,
  request: { params: entryParam, body: body(z.strictObject({ text: z.string().trim().min(1).max(100_000) })) }, responses: { 200: json("Changed, also for the customer", Entry), 422: REFUSED, 404: GONE, 400: BAD, ...MEMBER },
});
const unsend = createRoute({
  method: "delete", path: "/api/v1/conversations/{id}/entries/{entryId}", operationId: "unsendMessage", summary: "Take back a message of ours that has arrived", tags,
  request: { params: entryParam }, responses: { 200: json("Gone, also for the customer", Entry), 422: REFUSED, 404: GONE, ...MEMBER },
});
const retryMedia = createRoute({
  method: "post", path: "/api/v1/conversations/{id}/entries/{entryId}/attachments/{attachmentId}/retry", operationId: "retryAttachment", summary: "Fetch a file again that could not be fetched", tags,
  request: { params: entryParam.extend({ attachmentId: z.string().min(1).max(80) }) }, responses: { 200: json("Trying", Entry), 404: GONE, ...MEMBER },
});

export const messages = router()
  .openapi(list, async (c) => {
    const page = await c.var.account.conversation(c.req.valid("param").id).entries(c.req.valid("query"), c.var.actor);
    return page ? c.json(page, 200) : problem(c, "not-found");
  })
  .openapi(send, async (c) => {
    const { account, actor, now } = c.var;
    const { id } = c.req.valid("param");
    const draft = c.req.valid("json");
    const prepared = await prepare(account, actor, id, draft, now);
    if (prepared === "not-found") return problem(c, "not-found");
    if (prepared === "address") return problem(c, "refused", "This is not one of the contact's addresses. Add it in the contact panel first.", "no-address");
    if (prepared === "template") return problem(c, "refused", "There is no such template on this connection. Refresh the templates in Settings and choose again.", "no-template");
    if (prepared === "files") return problem(c, "invalid-request", "One of the files is not yours to send. Upload it again.");
    const undoMs = draft.undoMs ?? (actor.via === "key" ? 0 : (await accountFacts(account, now)).settings.undoMs);
    const submitted = await account.conversation(id).submit(draft, prepared, actor, undoMs, now);
    if (!submitted.ok) return refused(c, submitted);
    return submitted.repeated ? c.json(submitted.entry, 200) : c.json(submitted.entry, 201);
  })
  .openapi(comment, async (c) => {
    const { account, actor, now } = c.var;
    const draft = c.req.valid("json");
    const files = await findUploads(account, draft.attachments ?? [], actor.id);
    if (files.length !== (draft.attachments ?? []).length) return problem(c, "invalid-request", "One of the files is not yours to send. Upload it again.");
    const submitted = await account.conversation(c.req.valid("param").id).comment(draft, files, actor, now);
    if (!submitted.ok) return refused(c, submitted);
    return submitted.repeated ? c.json(submitted.entry, 200) : c.json(submitted.entry, 201);
  })
  .openapi(cancel, async (c) => {
    const { id, entryId } = c.req.valid("param");
    const result = await c.var.account.conversation(id).cancel(entryId, c.var.actor);
    if (!result) return problem(c, "not-found");
    return result.cancelled ? c.json(result.entry, 200) : problem(c, "conflict", "This message has left already and cannot be taken back.");
  })
  .openapi(sendNow, async (c) => {
    const { id, entryId } = c.req.valid("param");
    const entry = await c.var.account.conversation(id).sendNow(entryId, c.var.actor, c.var.now);
    if (entry === "forbidden") return problem(c, "forbidden", "Quiet hours hold this back. Only an owner or admin may send it now.");
    return entry ? c.json(entry, 200) : problem(c, "not-found");
  })
  .openapi(revise, async (c) => {
    const { account, actor, now } = c.var;
    const { id, entryId } = c.req.valid("param");
    const change = c.req.valid("json");
    const prepared = await prepareRevision(account, actor, id, entryId, now);
    const revised = prepared && await account.conversation(id).revise(entryId, change, prepared, actor, now);
    if (!revised) return problem(c, "not-found");
    if (revised.ok) return c.json(revised.entry, 200);
    return revised.reason === "left" ? problem(c, "conflict", revised.sentence) : problem(c, "refused", revised.sentence, revised.reason);
  })
  .openapi(retry, async (c) => {
    const { id, entryId } = c.req.valid("param");
    const entry = await c.var.account.conversation(id).retry(entryId, c.var.actor, c.var.now);
    return entry ? c.json(entry, 200) : problem(c, "not-found");
  })
  .openapi(resolve, async (c) => {
    const { id, entryId } = c.req.valid("param");
    const entry = await c.var.account.conversation(id).resolve(entryId, c.req.valid("json").outcome, c.var.actor);
    return entry ? c.json(entry, 200) : problem(c, "not-found");
  })
  .openapi(react, async (c) => {
    const { id, entryId } = c.req.valid("param");
    const entry = await c.var.account.conversation(id).react(entryId, c.req.valid("json").emoji, c.var.actor, c.var.now);
    if (entry === "impossible") return problem(c, "refused", "This message cannot have a reaction on its channel.", "no-reactions");
    return entry ? c.json(entry, 200) : problem(c, "not-found");
  })
  .openapi(edit, async (c) => {
    const { id, entryId } = c.req.valid("param");
    const result = await c.var.account.conversation(id).amend(entryId, c.req.valid("json").text, c.var.actor);
    if (!result) return problem(c, "not-found");
    return result.ok ? c.json(result.entry, 200) : problem(c, "refused", result.sentence, "no-edit");
  })
  .openapi(unsend, async (c) => {
    const { id, entryId } = c.req.valid("param");
    const result = await c.var.account.conversation(id).amend(entryId, null, c.var.actor);
    if (!result) return problem(c, "not-found");
    return result.ok ? c.json(result.entry, 200) : problem(c, "refused", result.sentence, "no-delete");
  })
  .openapi(retryMedia, async (c) => {
    const { id, entryId, attachmentId } = c.req.valid("param");
    const entry = await c.var.account.conversation(id).retryMedia(entryId, attachmentId, c.var.actor, c.var.now);
    return entry ? c.json(entry, 200) : problem(c, "not-found");
  });

const refused = (c: Parameters<typeof problem>[0], submitted: Extract<Submitted, { ok: false }>) =>
  submitted.code === "not-found" ? problem(c, "not-found") : problem(c, "refused", submitted.sentence, submitted.reason);
