import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ConsentChange, Contact, ContactDraft, ContactPage, ContactPatch, Note, NoteDraft } from "../../contract/contact";
import { ContactFilePage } from "../../contract/file";
import { readAccount } from "../../db/accounts";
import { audit } from "../../db/audit";
import { blocked, consentLedger, conversationsOf, createContact, createNote, deleteContact, deleteNote, findContact, forgetConversations, isContactCursor, listContacts, listNotes, updateContact, updateNote } from "../../db/contact-records";
import { PAGE_DEFAULT, PAGE_MAX } from "../../db/conversations";
import { forgetFileLinks } from "../../db/file-links";
import { contactFiles, isFileCursor } from "../../db/files";
import type { Account } from "../../db/locate";
import { mayReachContact } from "../../db/reach";
import { isMailAddress, addressKey } from "../../domain/mail-address";
import { normalisePhone } from "../../domain/phone";
import { dropLinkedFiles } from "../../flows/file-links";
import { adminOnly } from "../middleware/session";
import { renameInGroups } from "../../flows/group";
import { problem } from "../problem";
import { ADMIN, type AppEnv, body, idParam, json, listCursor, MEMBER, PAGED, refusal, router } from "../router";

const tags = ["Contacts"];
const GONE = refusal("There is no such contact or note, or you may not see it");
const BAD = refusal("Not a valid request");
const TAKEN = refusal("Another contact has this phone number or email address");
const noteParam = idParam.extend({ noteId: z.string().min(1).max(80) });

const list = createRoute({
  method: "get", path: "/api/v1/contacts", operationId: "listContacts", summary: "Contacts, newest first", tags,
  request: { query: z.object({ q: z.string().max(200).optional(), cursor: listCursor(isContactCursor), limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT) }) },
  responses: { 200: json("A page", ContactPage), 400: BAD, ...PAGED },
});
const create = createRoute({
  method: "post", path: "/api/v1/contacts", operationId: "createContact", summary: "Add a contact", tags,
  request: { body: body(ContactDraft) }, responses: { 201: json("Added", Contact), 400: BAD, 409: TAKEN, ...MEMBER },
});
const read = createRoute({
  method: "get", path: "/api/v1/contacts/{id}", operationId: "getContact", summary: "One contact", tags,
  request: { params: idParam }, responses: { 200: json("The contact", Contact), 404: GONE, ...MEMBER },
});
const change = createRoute({
  method: "patch", path: "/api/v1/contacts/{id}", operationId: "changeContact", summary: "Change names, addresses, tags, consent", tags,
  request: { params: idParam, body: body(ContactPatch) }, responses: { 200: json("The contact after the change", Contact), 400: BAD, 404: GONE, 409: TAKEN, ...MEMBER },
});
const remove = createRoute({
  method: "delete", path: "/api/v1/contacts/{id}", operationId: "deleteContact", summary: "Delete a contact and everything they wrote, for good", tags, middleware: [adminOnly] as const,
  request: { params: idParam }, responses: { 204: { description: "Deleted" }, 404: GONE, ...ADMIN },
});
const consent = createRoute({
  method: "get", path: "/api/v1/contacts/{id}/consent", operationId: "listConsent", summary: "Who changed what this contact allows, when and how", tags,
  request: { params: idParam }, responses: { 200: json("Newest first", z.object({ items: z.array(ConsentChange) })), 404: GONE, ...MEMBER },
});
const files = createRoute({
  method: "get", path: "/api/v1/contacts/{id}/files", operationId: "listContactFiles", summary: "Files of all conversations with a contact", tags,
  request: { params: idParam, query: z.object({ cursor: listCursor(isFileCursor), limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT) }) },
  responses: { 200: json("Newest first", ContactFilePage), 404: GONE, ...PAGED },
});
const notes = createRoute({
  method: "get", path: "/api/v1/contacts/{id}/notes", operationId: "listNotes", summary: "Notes on a contact", tags,
  request: { params: idParam }, responses: { 200: json("Pinned first, then newest", z.object({ items: z.array(Note) })), 404: GONE, ...MEMBER },
});
const addNote = createRoute({
  method: "post", path: "/api/v1/contacts/{id}/notes", operationId: "addNote", summary: "Add a note", tags,
  request: { params: idParam, body: body(NoteDraft) }, responses: { 201: json("Added", Note), 400: BAD, 404: GONE, ...MEMBER },
});
const changeNote = createRoute({
  method: "patch", path: "/api/v1/contacts/{id}/notes/{noteId}", operationId: "changeNote", summary: "Edit or pin a note", tags,
  request: { params: noteParam, body: body(NoteDraft.partial()) }, responses: { 200: json("After the change", Note), 400: BAD, 404: GONE, ...MEMBER },
});
const removeNote = createRoute({
  method: "delete", path: "/api/v1/contacts/{id}/notes/{noteId}", operationId: "deleteNote", summary: "Delete a note", tags,
  request: { params: noteParam }, responses: { 204: { description: "Deleted" }, 404: GONE, ...MEMBER },
});

export const contacts = router()
  .openapi(list, async (c) => {
    const { q, cursor, limit } = c.req.valid("query");
    return c.json(await listContacts(c.var.account, c.var.actor, q, cursor, limit), 200);
  })
  .openapi(create, async (c) => {
    const { account, actor, now } = c.var;
    const draft = c.req.valid("json");
    const identities = await normalised(account, draft.identities ?? []);
    if (typeof identities === "string") return problem(c, "invalid-request", identities);
    const made = await createContact(account, { ...draft, identities }, now, { addedBy: actor.id });
    return made.outcome === "saved" ? c.json(made.contact, 201) : taken(c, made.owner);
  })
  .openapi(read, async (c) => {
    const contact = await reach(c, c.req.valid("param").id);
    return contact ? c.json(contact, 200) : problem(c, "not-found");
  })
  .openapi(change, async (c) => {
    const { account, actor, now } = c.var;
    const contact = await reach(c, c.req.valid("param").id);
    if (!contact) return problem(c, "not-found");
    const patch = c.req.valid("json");
    const added = await normalised(account, patch.addIdentities ?? []);
    if (typeof added === "string") return problem(c, "invalid-request", added);
    const fresh = added.filter((one) => !contact.identities.some(({ kind, address }) => kind === one.kind && address === one.address));
    const change = await updateContact(account, contact, { ...patch, addIdentities: fresh }, actor, now);
    if (!change) return problem(c, "not-found");
    if (change.outcome === "taken") return taken(c, change.owner);
    const changed = change.contact;
    if (changed.conversationId && (patch.name !== undefined || patch.consent !== undefined || patch.removeIdentities !== undefined))
      await account.conversation(changed.conversationId).contactChanged({
        ...(patch.removeIdentities !== undefined && { addresses: changed.identities.map(({ address }) => address) }),
        ...(patch.name !== undefined && { name: changed.name || changed.identities[0]?.address || "" }),
        ...(patch.consent !== undefined && { consent: Object.fromEntries(Object.entries(patch.consent).map(([channel, state]) => [channel, blocked(state)])) }),
      });
    if (patch.name !== undefined) await renameInGroups(account, contact, changed.identities.filter(({ kind }) => kind === "phone").map(({ address }) => address));
    return c.json(changed, 200);
  })
  .openapi(remove, async (c) => {
    const { account, actor, now } = c.var;
    const contact = await findContact(account, c.req.valid("param").id);
    if (!contact) return problem(c, "not-found");
    const ids = [...new Set([...await conversationsOf(account, contact.id), ...(contact.conversationId ? [contact.conversationId] : [])])];
    for (const id of ids) {
      await account.conversation(id).erase();
      await Promise.all(account.feeds().map((feed) => feed.erase(id)));
    }
    await forgetConversations(account, ids);
    await dropLinkedFiles(c.env, await forgetFileLinks(account, ids));
    await deleteContact(account, contact);
    await audit(account, { actor: actor.id, action: "contact.deleted", target: contact.id, now });
    return c.body(null, 204);
  })
  .openapi(consent, async (c) => {
    const contact = await reach(c, c.req.valid("param").id);
    return contact ? c.json({ items: await consentLedger(c.var.account, contact.id) }, 200) : problem(c, "not-found");
  })
  .openapi(files, async (c) => {
    const { account, actor } = c.var;
    const { cursor, limit } = c.req.valid("query");
    const contact = await reach(c, c.req.valid("param").id);
    return contact ? c.json(await contactFiles(account, actor, contact.id, cursor, limit), 200) : problem(c, "not-found");
  })
  .openapi(notes, async (c) => {
    const contact = await reach(c, c.req.valid("param").id);
    return contact ? c.json({ items: await listNotes(c.var.account, contact.id) }, 200) : problem(c, "not-found");
  })
  .openapi(addNote, async (c) => {
    const contact = await reach(c, c.req.valid("param").id);
    return contact ? c.json(await createNote(c.var.account, contact.id, c.req.valid("json"), c.var.actor, c.var.now), 201) : problem(c, "not-found");
  })
  .openapi(changeNote, async (c) => {
    const { id, noteId } = c.req.valid("param");
    const contact = await reach(c, id);
    const note = contact && await updateNote(c.var.account, contact.id, noteId, c.req.valid("json"), c.var.now);
    return note ? c.json(note, 200) : problem(c, "not-found");
  })
  .openapi(removeNote, async (c) => {
    const { id, noteId } = c.req.valid("param");
    const contact = await reach(c, id);
    return contact && await deleteNote(c.var.account, contact.id, noteId) ? c.body(null, 204) : problem(c, "not-found");
  });

/** Whose address it is, only to those who may see that contact. */
const taken = async (c: Context<AppEnv>, owner: string) =>
  problem(c, "conflict", "Another contact has this phone number or email address", await mayReachContact(c.var.account, c.var.actor, owner) ? owner : undefined);

/** The contact, if this member may see them: a restricted member only those they talk with. */
async function reach(c: { var: { account: Account; actor: Parameters<typeof mayReachContact>[1] } }, id: string): Promise<Contact | null> {
  const contact = await findContact(c.var.account, id);
  return contact && await mayReachContact(c.var.account, c.var.actor, contact.id) ? contact : null;
}

/** Addresses as they are stored, or a sentence about the one that is none. */
async function normalised(account: Account, drafts: readonly { kind: "phone" | "email"; address: string }[]): Promise<{ kind: "phone" | "email"; address: string }[] | string> {
  if (drafts.length === 0) return [];
  const { settings } = await readAccount(account);
  const result: { kind: "phone" | "email"; address: string }[] = [];
  for (const { kind, address } of drafts) {
    const phone = kind === "phone" ? normalisePhone(address, settings.country) : null;
    if (kind === "phone" && !phone?.startsWith("+")) return `“${address}” is not a phone number. Write it with its country code, like +1 512 555 0164.`;
    if (kind === "email" && !isMailAddress(address)) return `“${address}” is not an email address.`;
    const key = phone ?? addressKey(address);
    // Two spellings of one address are one address.
    if (!result.some((one) => one.kind === kind && one.address === key)) result.push({ kind, address: key });
  }
  return result;
}
