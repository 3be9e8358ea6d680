import { describe, expect, it } from "vitest";
import type { Contact } from "../../worker/contract/contact";
import { isContactCursor } from "../../worker/db/contact-records";
import { newAccount } from "../support/account";
import { arrives, newConversation, newDesk, newPhone, text } from "../support/conversation";

const add = (owner: Awaited<ReturnType<typeof newAccount>>, json: object) => owner.fetch("/api/v1/contacts", { json });

describe("an address belongs to one contact", () => {
  it("named twice in one request, in whatever spelling, it is one", async () => {
    const owner = await newAccount();
    const made = await add(owner, { name: "Ada", identities: [{ kind: "phone", address: "+15125550999" }, { kind: "phone", address: "+1 (512) 555-0999" }] });
    expect(made.status).toBe(201);
    const contact = await made.json<Contact>();
    expect(contact.identities).toEqual([expect.objectContaining({ address: "+15125550999", primary: true })]);
    const again = await owner.fetch(`/api/v1/contacts/${contact.id}`, { method: "PATCH", json: { addIdentities: [{ kind: "email", address: "Ada@example.com" }, { kind: "email", address: "ada@EXAMPLE.com" }] } });
    expect((await again.json<Contact>()).identities).toHaveLength(2);
  });

  it("of two who name it at the same moment one gets it and the other hears whose it is", async () => {
    const owner = await newAccount();
    const identities = [{ kind: "email", address: "ada@example.com" }];
    const answers = await Promise.all([add(owner, { name: "Ada", identities }), add(owner, { name: "A. Lovelace", identities })]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    const { id } = await answers.find(({ status }) => status === 201)!.json<Contact>();
    expect(await answers.find(({ status }) => status === 409)!.json()).toMatchObject({ type: "conflict", reason: id });
    expect((await (await owner.fetch("/api/v1/contacts")).json<{ items: Contact[] }>()).items).toHaveLength(1);
  });

  it("a change that names a taken one changes nothing", async () => {
    const owner = await newAccount();
    await add(owner, { name: "Ada", identities: [{ kind: "email", address: "ada@example.com" }] });
    const { id } = await (await add(owner, { name: "Grace" })).json<Contact>();
    const refused = await owner.fetch(`/api/v1/contacts/${id}`, { method: "PATCH", json: { name: "Ada", addIdentities: [{ kind: "email", address: "ada@example.com" }] } });
    expect(refused.status).toBe(409);
    expect(await (await owner.fetch(`/api/v1/contacts/${id}`)).json()).toMatchObject({ name: "Grace", identities: [] });
  });
});

it("tags that two colleagues add at the same moment are both kept, in order and each once", async () => {
  const owner = await newAccount();
  const { id } = await (await add(owner, { name: "Ada", tags: ["vip", "old"] })).json<Contact>();
  const change = (json: object) => owner.fetch(`/api/v1/contacts/${id}`, { method: "PATCH", json });
  await Promise.all([change({ addTags: ["bike"] }), change({ addTags: ["repair", "vip"] }), change({ removeTags: ["old"] })]);
  const { tags } = await (await owner.fetch(`/api/v1/contacts/${id}`)).json<Contact>();
  expect(tags[0]).toBe("vip");
  expect(tags.toSorted()).toEqual(["bike", "repair", "vip"]);
});

it("a change of one channel's consent leaves what a customer has just said about another", async () => {
  const desk = await newDesk();
  const talk = await newConversation(desk);
  await arrives(desk, desk.lines.twilio, [text(talk.phone, "STOP")]);
  // The ledger may not know of it yet: only the conversation does.
  await desk.account.db.prepare("DELETE FROM consent WHERE account_id = ?").bind(desk.account.id).run();
  const { contactId } = await talk.open();
  await desk.fetch(`/api/v1/contacts/${contactId}`, { method: "PATCH", json: { consent: { email: "inactive" } } });
  expect(await talk.submit("Hello?")).toMatchObject({ ok: false, reason: "opted-out" });
});

it("a colleague's block outlasts STOP and START from the customer", async () => {
  const desk = await newDesk();
  const talk = await newConversation(desk);
  const { contactId } = await talk.open();
  const set = (sms: string) => desk.fetch(`/api/v1/contacts/${contactId}`, { method: "PATCH", json: { consent: { sms } } });
  await set("inactive");
  await arrives(desk, desk.lines.twilio, [text(talk.phone, "STOP")]);
  await arrives(desk, desk.lines.twilio, [text(talk.phone, "START")]);
  expect(await talk.submit("Hello?")).toMatchObject({ ok: false, reason: "opted-out" });
  await set("active");
  expect(await talk.submit("Hello.", { contact: newPhone() })).toMatchObject({ ok: true });
});

it.each([["timeZone", "Mars/Base"], ["language", "!!!"]])("a %s that nobody knows is refused, and none is taken for none", async (field, value) => {
  const account = await newAccount();
  expect((await account.fetch("/api/v1/contacts", { json: { name: "Ada", [field]: value } })).status).toBe(400);
  expect((await account.fetch("/api/v1/contacts", { json: { name: "Ada", [field]: "" } })).status).toBe(201);
});

it("looking for what has no letter or digit finds nobody, not everybody", async () => {
  const owner = await newAccount();
  await add(owner, { name: "Ada" });
  const found = async (q: string) => (await (await owner.fetch(`/api/v1/contacts?q=${encodeURIComponent(q)}`)).json<{ items: Contact[] }>()).items.length;
  expect(await found("🛒")).toBe(0);
  expect(await found("ad")).toBe(1);
  expect(await found("")).toBe(1);
});

it.each([
  ["ct_1m82ps3enyxk4gvmbyfbbs", true], ["ct_demo_maya", true],
  ["ct_", false], ["ct_demo maya", false], ["c_1m82ps3enyxk4gvmbyfbbs", false], ["", false],
])("every contact's id is a place in the list, the demo's too, and nothing else is: %j %s", (cursor, isOne) => expect(isContactCursor(cursor)).toBe(isOne));
