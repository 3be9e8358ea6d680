import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { Contact } from "../../contract/contact";
import { DuplicateList, MergeDraft, MergeList, MergeOutcome } from "../../contract/merge";
import { findContact } from "../../db/contact-records";
import { listMerges } from "../../db/merges";
import { mayReachContact } from "../../db/reach";
import { duplicatesOf, mergeContacts, tellApart, unmergeContacts } from "../../flows/merge";
import { problem } from "../problem";
import { type AppEnv, body, idParam, json, MEMBER, refusal, router } from "../router";

const tags = ["Contacts"];
const GONE = refusal("There is no such contact or merge, or you may not see it");
const BAD = refusal("Not a valid request");
const apartParam = idParam.extend({ otherId: z.string().min(1).max(80) });
const CONFLICT = refusal("It cannot be done now; the detail says why");

const duplicates = createRoute({
  method: "get", path: "/api/v1/contacts/{id}/duplicates", operationId: "listDuplicates", summary: "Contacts that may be the same person, with the reason", tags,
  request: { params: idParam }, responses: { 200: json("The likeliest first", DuplicateList), 404: GONE, ...MEMBER },
});
const merge = createRoute({
  method: "post", path: "/api/v1/contacts/{id}/merge", operationId: "mergeContacts", summary: "Make another contact the same person as this one, or see what that would do", tags,
  description: "This contact is kept; the other's addresses, notes, tags, consent and conversations become its own. Can be undone for 30 days.",
  request: { params: idParam, body: body(MergeDraft) }, responses: { 200: json("What it did, or would do", MergeOutcome), 400: BAD, 404: GONE, 409: CONFLICT, ...MEMBER },
});
const list = createRoute({
  method: "get", path: "/api/v1/contacts/{id}/merges", operationId: "listMerges", summary: "Who was merged into this contact in the last 30 days", tags,
  request: { params: idParam }, responses: { 200: json("Newest first", MergeList), 404: GONE, ...MEMBER },
});
const undo = createRoute({
  method: "post", path: "/api/v1/contacts/merges/{id}/undo", operationId: "undoMerge", summary: "Make two contacts of one again", tags,
  description: "Addresses, notes, consent and conversations go back. Messages written meanwhile stay in the conversation they were written in; what was refused meanwhile holds for both.",
  request: { params: idParam }, responses: { 200: json("Both, as they are again", z.object({ contact: Contact, other: Contact })), 404: GONE, 409: CONFLICT, ...MEMBER },
});

const apart = createRoute({
  method: "put", path: "/api/v1/contacts/{id}/apart/{otherId}", operationId: "keepContactsApart", summary: "Say that two contacts are two people, so that they are not suggested again", tags,
  request: { params: apartParam }, responses: { 204: { description: "Remembered" }, 400: BAD, 404: GONE, ...MEMBER },
});
const together = createRoute({
  method: "delete", path: "/api/v1/contacts/{id}/apart/{otherId}", operationId: "suggestContactsAgain", summary: "Take that back", tags,
  request: { params: apartParam }, responses: { 204: { description: "They may be suggested again" }, 400: BAD, 404: GONE, ...MEMBER },
});

/** What a restricted member reads. */
const ROLE = "Restricted members see only a part of the conversations, so they cannot say who is who. Ask a colleague.";

export const merges = router()
  .openapi(duplicates, async (c) => {
    const { account, actor } = c.var;
    const contact = await findContact(account, c.req.valid("param").id);
    if (!contact || !await mayReachContact(account, actor, contact.id)) return problem(c, "not-found");
    return c.json({ items: await duplicatesOf(account, actor, contact) }, 200);
  })
  .openapi(merge, async (c) => {
    const { account, actor, now } = c.var;
    const { otherId, dryRun } = c.req.valid("json");
    const merged = await mergeContacts(account, actor, c.req.valid("param").id, otherId, dryRun === true, now);
    if (merged.ok) return c.json(merged.outcome, 200);
    switch (merged.why) {
      case "not-found": return problem(c, "not-found");
      case "forbidden": return problem(c, "forbidden", ROLE, "role");
      case "same": return problem(c, "invalid-request", "A contact cannot be merged with itself.");
      case "kind": return problem(c, "conflict", "A group or the author of a review has a conversation of its own kind and cannot be merged.", "kind");
      case "busy": return problem(c, "conflict", "Both are changing right now. Try again in a moment.", "busy");
    }
  })
  .openapi(list, async (c) => {
    const { account, actor, now } = c.var;
    const { id } = c.req.valid("param");
    if (!await findContact(account, id) || !await mayReachContact(account, actor, id)) return problem(c, "not-found");
    return c.json({ items: await listMerges(account, id, now) }, 200);
  })
  .openapi(undo, async (c) => {
    const { account, actor, now } = c.var;
    const undone = await unmergeContacts(account, actor, c.req.valid("param").id, now);
    if (undone.ok) return c.json({ contact: undone.contact, other: undone.other }, 200);
    switch (undone.why) {
      case "not-found": return problem(c, "not-found");
      case "forbidden": return problem(c, "forbidden", ROLE, "role");
      case "later": return problem(c, "conflict", "This contact was merged again since. Undo the later merge first.", "later");
      case "gone": return problem(c, "conflict", "This merge is older than 30 days and cannot be undone any more.", "too-old");
    }
  })
  .openapi(apart, async (c) => said(c, await tellApart(c.var.account, c.var.actor, c.req.valid("param").id, c.req.valid("param").otherId, true, c.var.now)))
  .openapi(together, async (c) => said(c, await tellApart(c.var.account, c.var.actor, c.req.valid("param").id, c.req.valid("param").otherId, false, c.var.now)));

function said(c: Context<AppEnv>, outcome: Awaited<ReturnType<typeof tellApart>>) {
  switch (outcome) {
    case "done": return c.body(null, 204);
    case "not-found": return problem(c, "not-found");
    case "forbidden": return problem(c, "forbidden", ROLE, "role");
    case "same": return problem(c, "invalid-request", "These are the same contact.");
  }
}
