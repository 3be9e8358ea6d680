import { beforeEach, describe, expect, it } from "vitest";
import { env } from "cloudflare:test";
import type { ComposeCheck } from "../../worker/contract/compose";
import type { Contact } from "../../worker/contract/contact";
import type { DuplicateList, MergeList } from "../../worker/contract/merge";
import { findContact } from "../../worker/db/contact-records";
import { resolveIdentity } from "../../worker/db/contacts";
import { startMerge } from "../../worker/db/merges";
import { settleMerges } from "../../worker/jobs/settle-merges";
import { auditOf } from "../support/account";
import { actorOf, arrives, conversation, newDesk, newPhone, text } from "../support/conversation";
import { mail, people, somebody } from "../support/merging";
import { listen, say, startSession } from "../support/visitor";
import { settles } from "../support/socket";

const desk = await newDesk();
const { post, get, contactOf, words, rowOf, listed, merge, undo } = people(desk);
let phone: string;
let address: string;
let texts: (words: string) => Promise<string>;
let mails: (words: string) => Promise<string>;
let twoOfOne: ReturnType<typeof somebody>["asTwo"];
let nth = 0;
beforeEach(() => {
  nth++;
  ({ phone, address, texts, mails, asTwo: twoOfOne } = somebody(desk));
});

const addresses = (contact: Contact) => contact.identities.map((one) => one.address).toSorted();

describe("merging two contacts", () => {
  it("asked first, tells what it will do and does nothing", async () => {
    const { kept, other, texted } = await twoOfOne();
    await desk.fetch(`/api/v1/contacts/${other.id}`, { method: "PATCH", json: { name: "Anna", addTags: ["news"], consent: { email: "inactive" } } });
    await desk.fetch(`/api/v1/contacts/${kept.id}`, { method: "PATCH", json: { name: "Ann" } });
    await post(`/api/v1/contacts/${other.id}/notes`, { text: "Likes tea" });
    const { status, body } = await merge(kept, other, { dryRun: true });
    expect(status).toBe(200);
    expect(body).toMatchObject({ mergeId: null, contact: { id: kept.id, name: "Ann", tags: ["news"], consent: { email: "permanent" } }, conflicts: [{ field: "name", kept: "Ann", other: "Anna" }], consent: { email: "permanent" }, notes: 1, conversations: 1, closes: texted });
    expect(addresses(body.contact)).toEqual([phone, address].toSorted());
    expect((await desk.fetch(`/api/v1/contacts/${other.id}`)).status).toBe(200);
    expect(await conversation(desk, texted).open()).toMatchObject({ status: "open" });
  });

  it("makes one contact with one open conversation, in which every channel of both is answered", async () => {
    const { kept, other, texted, mailed } = await twoOfOne();
    await post(`/api/v1/contacts/${other.id}/notes`, { text: "Likes tea" });
    const { body } = await merge(kept, other);
    expect(body.contact).toMatchObject({ id: kept.id, conversationId: mailed });
    expect((await desk.fetch(`/api/v1/contacts/${other.id}`)).status).toBe(404);
    expect(await get(`/api/v1/contacts/${kept.id}/notes`)).toMatchObject({ items: [{ text: "Likes tea" }] });
    expect(await conversation(desk, texted).open()).toMatchObject({ status: "closed", contactId: kept.id, needsReply: false });
    expect(await conversation(desk, mailed).open()).toMatchObject({ status: "open", contactId: kept.id, contactName: body.contact.name || expect.any(String), needsReply: true, channels: ["email", "sms"] });
    const check = await get<ComposeCheck>(`/api/v1/conversations/${mailed}/check`);
    expect(Object.fromEntries(check.channels.map(({ channel, to, outcome }) => [channel, [outcome, to[0]]]))).toMatchObject({ sms: ["allowed", phone], email: ["allowed", address] });
    expect(await texts("Text again")).toBe(mailed);
    expect(await mails("Mail again")).toBe(mailed);
    expect(await words(mailed)).toEqual(["By mail", "Text again", "Mail again"]);
    expect(await auditOf(desk.account)).toContain("contact.merged");
    await settles(async () => { expect([(await rowOf(texted)), (await rowOf(mailed))]).toMatchObject([{ contactId: kept.id, status: "closed" }, { contactId: kept.id, status: "open" }]); });
  });

  it("what waits for an answer in the closed one waits in the other, as long as it has waited", async () => {
    const { kept, other, texted, mailed } = await twoOfOne();
    const since = (await conversation(desk, texted).open()).waitingSince;
    await desk.fetch(`/api/v1/conversations/${mailed}`, { method: "PATCH", json: { needsReply: false } });
    await merge(kept, other);
    expect(await conversation(desk, mailed).open()).toMatchObject({ needsReply: true, waitingSince: since });
  });

  it("who said STOP to one of both has said it to both", async () => {
    const { kept, other, texted, mailed } = await twoOfOne();
    await texts("STOP");
    await listed(texted);
    await settles(async () => { expect((await contactOf(texted)).consent).toEqual({ sms: "inactive" }); });
    await mails("And a question");
    await settles(async () => { expect((await merge(other, kept, { dryRun: true })).body.closes).toBe(texted); });
    const { body } = await merge(other, kept);
    expect(body.contact.consent).toEqual({ sms: "inactive" });
    expect(await desk.account.conversation(mailed).consent()).toMatchObject({ sms: "inactive" });
    expect(body.mergeId).not.toBeNull();
  });

  it("a machine that remembers who they were brings their next message to the right place", async () => {
    const { kept, other, mailed, texted } = await twoOfOne();
    const before = await resolveIdentity(desk.account, [{ kind: "phone", scope: "", address: phone, name: "" }], Date.now());
    expect(before).toMatchObject({ contactId: kept.id, conversationId: texted });
    const plan = { keptId: other.id, other: { id: kept.id, name: "Ann" }, into: mailed, from: texted, seen: { kept: mailed, other: texted }, consent: {} };
    // Only the database knows: whoever merged died here, and this isolate still remembers.
    expect(await startMerge(desk.account, plan, actorOf(desk), Date.now())).not.toBeNull();
    await settleMerges(env, Date.now() + 60_000);
    expect(await texts("Still me")).toBe(mailed);
    expect((await conversation(desk, mailed).entries()).at(-1)).toMatchObject({ text: "Still me", author: { id: other.id } });
  });

  it("that died in the middle is finished by the job, and told twice it happens once", async () => {
    const { kept, other, mailed, texted } = await twoOfOne();
    const plan = { keptId: kept.id, other: { id: other.id, name: "Ann" }, into: mailed, from: texted, seen: { kept: texted, other: mailed }, consent: {} };
    const merged = await startMerge(desk.account, plan, actorOf(desk), Date.now());
    expect(await conversation(desk, texted).open()).toMatchObject({ status: "open" });
    const during = await texts("In between");
    for (const minutes of [1, 7, 13, 19]) await settleMerges(env, Date.now() + minutes * 60_000);
    expect(await conversation(desk, texted).open()).toMatchObject({ status: "closed", contactId: kept.id });
    expect(await conversation(desk, mailed).open()).toMatchObject({ status: "open", contactId: kept.id, needsReply: true });
    expect((await conversation(desk, mailed).entries()).filter(({ kind }) => kind === "system")).toHaveLength(1);
    expect(await words(during)).toContain("In between");
    expect(await desk.account.db.prepare("SELECT settle_at FROM merge WHERE account_id = ? AND id = ?").bind(desk.account.id, merged!.id).first()).toEqual({ settle_at: null });
  });

  it("a conversation that was only just beginning comes along", async () => {
    const { kept } = await twoOfOne();
    const made = await post<Contact>("/api/v1/contacts", { name: "Ann new", identities: [{ kind: "email", address: `new-${address}` }] });
    const target = await resolveIdentity(desk.account, [{ kind: "email", scope: "", address: `new-${address}`, name: "" }], Date.now());
    await merge(kept, made.body);
    // Still under the id it had when the message came in.
    const [late] = await arrives(desk, desk.lines.resend, [mail(`new-${address}`, "First words")]);
    expect(target.contactId).toBe(made.body.id);
    for (const minutes of [1, 7, 13]) await settleMerges(env, Date.now() + minutes * 60_000);
    expect((await conversation(desk, late!.conversationId).open()).contactId).toBe(kept.id);
  });

  it("a visitor who is still in the chat is answered there from the one conversation", async () => {
    const widget = { account: desk, id: desk.lines.chat.id };
    const session = await startSession(widget);
    await say(session, "Hello from the chat");
    const before = await listen(session);
    const closed = new Promise<number>((resolve) => { before.response.webSocket!.addEventListener("close", ({ code }) => resolve(code)); });
    const texted = await texts("By text");
    await listed(texted);
    const kept = await contactOf(texted);
    const row = await desk.account.db.prepare("SELECT contact_id AS id FROM identity WHERE account_id = ? AND address = ?").bind(desk.account.id, session.visitorId).first<{ id: string }>();
    const visitor = await get<Contact>(`/api/v1/contacts/${row!.id}`);
    await listed(visitor.conversationId!);
    const { body } = await merge(kept, visitor);
    expect(body.contact.conversationId).toBe(texted);
    expect(await closed).toBe(1012);
    const after = await listen(session);
    expect((await post(`/api/v1/conversations/${texted}/messages`, { clientId: crypto.randomUUID(), channel: "chat", connectionId: widget.id, text: "Hello from us", undoMs: 0 })).status).toBe(201);
    await settles(async () => { expect(after.texts()).toContain("Hello from us"); });
    // Not theirs: what was written on other channels.
    expect(after.texts()).not.toContain("By text");
    await say(session, "Back in the chat");
    expect(await words(texted)).toContain("Back in the chat");
  });

  it("two who merge the same at once make one merge", async () => {
    const { kept, other } = await twoOfOne();
    const both = await Promise.all([merge(kept, other), merge(kept, other)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 404]);
    expect((await get<MergeList>(`/api/v1/contacts/${kept.id}/merges`)).items).toHaveLength(1);
  });

  it("with itself, or of a group, is refused", async () => {
    const { kept } = await twoOfOne();
    expect((await merge(kept, kept)).status).toBe(400);
    const [group] = await arrives(desk, desk.lines.twilio, [text(phone, "All of us", { group: [phone, newPhone()] })]);
    const row = await conversation(desk, group!.conversationId).open();
    expect((await post(`/api/v1/contacts/${kept.id}/merge`, { otherId: row.contactId })).status).toBe(409);
  });
});

describe("undoing a merge", () => {
  it("gives everything back, also after they have written on", async () => {
    const { kept, other, texted, mailed } = await twoOfOne();
    await desk.fetch(`/api/v1/contacts/${other.id}`, { method: "PATCH", json: { company: "Harbour", addTags: ["news"] } });
    await post(`/api/v1/contacts/${other.id}/notes`, { text: "Likes tea" });
    const before = await Promise.all([get<Contact>(`/api/v1/contacts/${kept.id}`), get<Contact>(`/api/v1/contacts/${other.id}`)]);
    const heads = await Promise.all([texted, mailed].map((id) => conversation(desk, id).open()));
    const { body } = await merge(kept, other);
    const { status, body: undone } = await undo(body.mergeId);
    expect(status).toBe(200);
    expect([undone.contact, undone.other]).toEqual(before);
    const after = await Promise.all([texted, mailed].map((id) => conversation(desk, id).open()));
    const bare = (rows: typeof heads) => rows.map(({ version: _v, ...row }) => row);
    expect(bare(after)).toEqual(bare(heads));
    expect(await get(`/api/v1/contacts/${other.id}/notes`)).toMatchObject({ items: [{ text: "Likes tea" }] });
    expect(await auditOf(desk.account)).toContain("contact.unmerged");

    const again = await merge(kept, other);
    await texts("While merged");
    expect((await undo(again.body.mergeId)).status).toBe(200);
    expect(await words(mailed)).toContain("While merged");
    expect([await texts("Apart again"), await mails("Apart again")]).toEqual([texted, mailed]);
    expect([(await contactOf(texted)).id, (await contactOf(mailed)).id]).toEqual([kept.id, other.id]);
    const check = await get<ComposeCheck>(`/api/v1/conversations/${mailed}/check`);
    expect(check.channels.find(({ channel }) => channel === "sms")?.to ?? []).toEqual([]);
  });

  it("what was refused while they were one stays refused by both", async () => {
    const { kept, other, texted, mailed } = await twoOfOne();
    const { body } = await merge(kept, other);
    await texts("STOP");
    await settles(async () => { expect((await get<Contact>(`/api/v1/contacts/${kept.id}`)).consent).toEqual({ sms: "inactive" }); });
    const { body: undone } = await undo(body.mergeId);
    expect([undone.contact.consent, undone.other.consent]).toEqual([{ sms: "inactive" }, { sms: "inactive" }]);
    for (const id of [texted, mailed]) expect(await desk.account.conversation(id).consent()).toMatchObject({ sms: "inactive" });
  });

  it("keeps what a colleague has written since, and says no where a later merge stands in the way", async () => {
    const { kept, other } = await twoOfOne();
    const third = await post<Contact>("/api/v1/contacts", { name: "Third", identities: [{ kind: "email", address: `third-${address}` }] });
    const first = await merge(kept, other);
    await desk.fetch(`/api/v1/contacts/${kept.id}`, { method: "PATCH", json: { name: "Renamed" } });
    const second = await merge(kept, third.body);
    expect((await get<MergeList>(`/api/v1/contacts/${kept.id}/merges`)).items.map(({ id, undoUntil }) => [id, undoUntil !== null])).toEqual([[second.body.mergeId, true], [first.body.mergeId, false]]);
    expect((await undo(first.body.mergeId)).status).toBe(409);
    expect((await undo(second.body.mergeId)).status).toBe(200);
    const { body } = await undo(first.body.mergeId);
    expect(body.contact.name).toBe("Renamed");
    expect((await undo(first.body.mergeId)).status).toBe(200);
    expect((await get<MergeList>(`/api/v1/contacts/${kept.id}/merges`)).items).toEqual([]);
  });

  it("ends after thirty days, and with the contact", async () => {
    const { kept, other } = await twoOfOne();
    const { body } = await merge(kept, other);
    await desk.account.db.prepare("UPDATE merge SET at = at - ? WHERE account_id = ? AND id = ?").bind(31 * 24 * 3_600_000, desk.account.id, body.mergeId).run();
    expect((await undo(body.mergeId)).status).toBe(409);
    for (const minutes of [1, 7]) await settleMerges(env, Date.now() + minutes * 60_000);
    expect((await undo(body.mergeId)).status).toBe(404);
    const pair = await post<Contact>("/api/v1/contacts", { name: "Erased" });
    const erased = await merge(kept, pair.body);
    await desk.fetch(`/api/v1/contacts/${kept.id}`, { method: "DELETE" });
    expect((await undo(erased.body.mergeId)).status).toBe(404);
    expect(await findContact(desk.account, pair.body.id)).toBeNull();
  });
});

describe("suggestions", () => {
  it("name who it may be and why, but never whom a restricted colleague may not see", async () => {
    const name = `Maya Torres ${nth}`;
    const one = await post<Contact>("/api/v1/contacts", { name, identities: [{ kind: "email", address: `maya.torres${nth}@example.com` }] });
    const same = await post<Contact>("/api/v1/contacts", { name, identities: [{ kind: "phone", address: phone }] });
    const tagged = await post<Contact>("/api/v1/contacts", { name: "M", identities: [{ kind: "email", address: `maya.torres${nth}+bikes@example.com` }] });
    const { items } = await get<DuplicateList>(`/api/v1/contacts/${one.body.id}/duplicates`);
    expect(items.map(({ contact, reason }) => [contact.id, reason])).toEqual([[tagged.body.id, "email-spelling"], [same.body.id, "name"]]);
    const talk = await post<{ id: string }>("/api/v1/conversations", { contactId: one.body.id });
    await desk.fetch(`/api/v1/conversations/${talk.body.id}`, { method: "PATCH", json: { assigneeId: desk.restricted.id } });
    await settles(async () => {
      const response = await desk.fetch(`/api/v1/contacts/${one.body.id}/duplicates`, {}, "restricted");
      expect([response.status, await response.json()]).toEqual([200, { items: [] }]);
    });
    const refused = await desk.fetch(`/api/v1/contacts/${one.body.id}/merge`, { json: { otherId: same.body.id } }, "restricted");
    expect(refused.status).toBe(404);
    expect((await desk.fetch(`/api/v1/contacts/${same.body.id}/merge`, { json: { otherId: one.body.id } }, "restricted")).status).toBe(404);
  });
});
