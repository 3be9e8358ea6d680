import { createRoute, z } from "@hono/zod-openapi";
import { ComposeCheck, ComposeQuery } from "../../contract/compose";
import { Conversation, ConversationFilter, ConversationPage, ConversationPatch, ConversationStart, Counts, GroupMember, Sort } from "../../contract/conversation";
import { Draft } from "../../contract/entry";
import { unreachableOn } from "../../db/consents";
import { findContact } from "../../db/contact-records";
import { nextOf } from "../../db/contacts";
import { countConversations, isListCursor, listConversations, PAGE_DEFAULT, PAGE_MAX, searchEntries } from "../../db/conversations";
import { namesFor } from "../../db/names";
import { mayReachContact } from "../../db/reach";
import { composeCheck } from "../../flows/compose";
import { membersOf, startGroup } from "../../flows/group";
import { problem } from "../problem";
import { body, idParam, json, listCursor, MEMBER, PAGED, refusal, router } from "../router";

const tags = ["Conversations"];
const GONE = refusal("There is no such conversation, or you may not see it");
const BAD = refusal("Not a valid request");

/** JSON in a query: what is not JSON, or not a filter, is a 400 with the reason. */
const Filter = z.string().max(2_000).optional().transform((text, context) => {
  try {
    return ConversationFilter.parse(JSON.parse(text ?? "{}"));
  } catch (error) {
    context.addIssue({ code: "custom", message: error instanceof z.ZodError ? z.prettifyError(error) : "`filter` must be JSON" });
    return z.NEVER;
  }
}).openapi({ type: "string", description: "A ConversationFilter as JSON", example: '{"view":"mine","tab":"unread"}' });

const list = createRoute({
  method: "get", path: "/api/v1/conversations", operationId: "listConversations", summary: "A page of the inbox", tags,
  request: { query: z.object({ filter: Filter, sort: Sort.default("newest"), cursor: listCursor(isListCursor), limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT) }) },
  responses: { 200: json("The page, in order", ConversationPage), 400: BAD, ...PAGED },
});
const counts = createRoute({
  method: "get", path: "/api/v1/conversations/counts", operationId: "countConversations", summary: "How many conversations each view, tab, channel, label and team holds", tags,
  responses: { 200: json("Counts, at most 1,000 each", Counts), ...MEMBER },
});
const start = createRoute({
  method: "post", path: "/api/v1/conversations", operationId: "startConversation", summary: "Open the conversation with a contact or a group, or start one", tags,
  request: { body: body(ConversationStart) },
  responses: { 201: json("The contact's open conversation", Conversation), 404: refusal("There is no such contact, or you may not see it"), 400: BAD, ...MEMBER },
});
const read = createRoute({
  method: "get", path: "/api/v1/conversations/{id}", operationId: "getConversation", summary: "One conversation", tags,
  request: { params: idParam }, responses: { 200: json("The conversation", Conversation), 404: GONE, ...MEMBER },
});
const change = createRoute({
  method: "patch", path: "/api/v1/conversations/{id}", operationId: "changeConversation", summary: "Assign, label, star, snooze, close, reopen, mark read", tags,
  request: { params: idParam, body: body(ConversationPatch) },
  responses: { 200: json("The conversation after the change", Conversation), 404: GONE, 400: BAD, ...MEMBER },
});
const check = createRoute({
  method: "get", path: "/api/v1/conversations/{id}/check", operationId: "checkCompose", summary: "Which channels may be used now, from and to which address, and why not", tags,
  request: { params: idParam, query: ComposeQuery }, responses: { 200: json("One row per channel", ComposeCheck), 404: GONE, 400: BAD, ...MEMBER },
});
const people = createRoute({
  method: "get", path: "/api/v1/conversations/{id}/people", operationId: "listGroupMembers", summary: "Everybody in a group text besides us", tags,
  request: { params: idParam }, responses: { 200: json("By name, with what they allow; empty where it is no group", z.object({ items: z.array(GroupMember) })), 404: GONE, ...MEMBER },
});
const readDraft = createRoute({
  method: "get", path: "/api/v1/conversations/{id}/draft", operationId: "listDrafts", summary: "Your unfinished reply and comment", tags,
  request: { params: idParam }, responses: { 200: json("At most one of each mode", z.object({ items: z.array(Draft) })), 404: GONE, ...MEMBER },
});
const saveDraft = createRoute({
  method: "put", path: "/api/v1/conversations/{id}/draft", operationId: "saveDraft", summary: "Keep an unfinished reply or comment; an empty one is dropped", tags,
  request: { params: idParam, body: body(Draft) }, responses: { 204: { description: "Kept" }, 404: GONE, 400: BAD, ...MEMBER },
});
const search = createRoute({
  method: "get", path: "/api/v1/search", operationId: "search", summary: "Messages and comments by their words", tags,
  description: "Every word must occur; the last may be a beginning. U+E000 and U+E001 stand around what matched.",
  request: { query: z.object({ q: z.string().min(1).max(200), limit: z.coerce.number().int().min(1).max(100).default(20) }) },
  responses: { 200: json("Best first", z.object({ items: z.array(z.object({ conversationId: z.string(), entryId: z.string(), snippet: z.string() })) })), 400: BAD, ...MEMBER },
});

export const conversations = router()
  .openapi(list, async (c) => {
    const { filter, sort, cursor, limit } = c.req.valid("query");
    return c.json(await listConversations(c.var.account, c.var.actor, filter, sort, cursor, limit), 200);
  })
  .openapi(counts, async (c) => c.json(await countConversations(c.var.account, c.var.actor), 200))
  .openapi(search, async (c) => {
    const { q, limit } = c.req.valid("query");
    return c.json({ items: await searchEntries(c.var.account, c.var.actor, q, limit) }, 200);
  })
  .openapi(start, async (c) => {
    const { account, actor, now } = c.var;
    const { contactId = "", phones, connectionId } = c.req.valid("json");
    if (phones) {
      const group = await startGroup(account, actor, phones, connectionId, now);
      if (typeof group === "string") return problem(c, "invalid-request", group);
      const { conversationId, contactName, kind, consent } = group;
      const begun = await account.conversation(conversationId).begin({ id: conversationId, contactId: group.contactId, contactName, previousId: null, kind, consent }, actor, now);
      return begun ? c.json(begun, 201) : problem(c, "not-found", "A colleague is talking with this group");
    }
    const contact = await findContact(account, contactId);
    if (!contact || !await mayReachContact(account, actor, contactId)) return problem(c, "not-found", "There is no such contact");
    const id = await nextOf(account, contact.id, now);
    const stub = account.conversation(id);
    const name = contact.name || contact.identities[0]?.address || "";
    const found = await stub.begin({ id, contactId: contact.id, contactName: name, previousId: null, consent: contact.consent, unreachable: await unreachableOn(account, contact.id) }, actor, now);
    return found ? c.json(found, 201) : problem(c, "not-found", "A colleague is talking with this contact");
  })
  .openapi(read, async (c) => {
    const found = await c.var.account.conversation(c.req.valid("param").id).open(c.var.actor);
    return found ? c.json(found, 200) : problem(c, "not-found");
  })
  .openapi(change, async (c) => {
    const { account, actor, now } = c.var;
    const patch = c.req.valid("json");
    const names = await namesFor(account, patch);
    if (!names) return problem(c, "invalid-request", "A member, team or label in this change does not exist");
    const found = await account.conversation(c.req.valid("param").id).change(patch, actor, names, now);
    return found ? c.json(found, 200) : problem(c, "not-found");
  })
  .openapi(check, async (c) => {
    const found = await composeCheck(c.var.account, c.var.actor, c.req.valid("param").id, c.req.valid("query"), c.var.now);
    return found ? c.json(found, 200) : problem(c, "not-found");
  })
  .openapi(people, async (c) => {
    const { account, actor } = c.var;
    const found = await account.conversation(c.req.valid("param").id).open(actor);
    return found ? c.json({ items: await membersOf(account, found) }, 200) : problem(c, "not-found");
  })
  .openapi(readDraft, async (c) => {
    const items = await c.var.account.conversation(c.req.valid("param").id).drafts(c.var.actor);
    return items ? c.json({ items }, 200) : problem(c, "not-found");
  })
  .openapi(saveDraft, async (c) => {
    const draft = c.req.valid("json");
    const kept = await c.var.account.conversation(c.req.valid("param").id).saveDraft(draft.mode, draft, c.var.actor);
    return kept ? c.body(null, 204) : problem(c, "not-found");
  });
