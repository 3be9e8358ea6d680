import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Contact, ContactPage } from "../../worker/contract/contact";
import type { ConversationPage, Counts } from "../../worker/contract/conversation";
import type { Attachment, Entry } from "../../worker/contract/entry";
import { newAccount, type TestAccount } from "../support/account";
import { made } from "../support/live";

/** 19: a restricted member meets what is theirs, their team's or followed by them, and no trace of anything else. */

let account: TestAccount;
let mine: Awaited<ReturnType<typeof talk>>, hidden: Awaited<ReturnType<typeof talk>>;

/** A contact with a note, a label, a comment with a file and a draft of the owner's. */
async function talk(word: string) {
  const email = `${word}@example.com`;
  const contact = await made(account, "/api/v1/contacts", { name: `Customer ${word}`, identities: [{ kind: "email", address: email }], tags: [word] });
  const note = await made(account, `/api/v1/contacts/${contact.id}/notes`, { text: `Note on ${word}` });
  const label = await made(account, "/api/v1/labels", { name: `Label ${word}` });
  const conversation = await made(account, "/api/v1/conversations", { contactId: contact.id });
  const file = await (await account.fetch("/api/v1/attachments", { method: "POST", body: `file of ${word}`, headers: { "x-file-name": `${word}.txt` } })).json<Attachment>();
  const comment = await made<Entry>(account, `/api/v1/conversations/${conversation.id}/comments`, { clientId: crypto.randomUUID(), text: `Comment on ${word}`, attachments: [file.id] });
  await account.fetch(`/api/v1/conversations/${conversation.id}`, { method: "PATCH", json: { addLabels: [label.id] } });
  await account.fetch(`/api/v1/conversations/${conversation.id}/draft`, { method: "PUT", json: { mode: "reply", channel: null, text: `Draft on ${word}`, updatedAt: new Date().toISOString() } });
  return { word, email, contact: contact.id, note: note.id, label: label.id, conversation: conversation.id, comment: comment.id, file: comment.attachments[0]! };
}

const as = (path: string, init: Parameters<TestAccount["fetch"]>[1] = {}) => account.fetch(path, init, "restricted");
const read = async <T>(path: string): Promise<T> => (await as(path)).json<T>();
const assign = (conversation: string, patch: object) => account.fetch(`/api/v1/conversations/${conversation}`, { method: "PATCH", json: patch });
const visible = async () => (await read<ConversationPage>("/api/v1/conversations")).items.map(({ id }) => id).sort();
const settles = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 10_000, interval: 100 });

beforeAll(async () => {
  account = await newAccount();
  [mine, hidden] = [await talk("apricot"), await talk("blackberry")];
  await assign(mine.conversation, { assigneeId: account.restricted.id });
  await settles(async () => {
    expect(await visible()).toEqual([mine.conversation]);
    expect((await (await account.fetch("/api/v1/search?q=comment")).json<{ items: unknown[] }>()).items).toHaveLength(2);
  });
});

describe("of a conversation that is not theirs", () => {
  const paths = (of: typeof mine) => [
    ["GET", `/api/v1/conversations/${of.conversation}`], ["GET", `/api/v1/conversations/${of.conversation}/entries`], ["GET", `/api/v1/conversations/${of.conversation}/draft`], ["GET", `/api/v1/conversations/${of.conversation}/check`],
    ["PATCH", `/api/v1/conversations/${of.conversation}`, { starred: true }], ["PUT", `/api/v1/conversations/${of.conversation}/draft`, { mode: "comment", channel: null, text: "x", updatedAt: new Date().toISOString() }],
    ["POST", `/api/v1/conversations/${of.conversation}/comments`, { clientId: crypto.randomUUID(), text: "x" }],
    ["GET", `/api/v1/contacts/${of.contact}`], ["GET", `/api/v1/contacts/${of.contact}/notes`], ["GET", `/api/v1/contacts/${of.contact}/consent`],
    ["PATCH", `/api/v1/contacts/${of.contact}`, { name: "Taken" }], ["POST", `/api/v1/contacts/${of.contact}/notes`, { text: "x" }], ["PATCH", `/api/v1/contacts/${of.contact}/notes/${of.note}`, { text: "x" }],
    ["GET", of.file.url],
  ] as [string, string, object?][];
  const statuses = (of: typeof mine) => Promise.all(paths(of).map(async ([method, path, json]) => [method, path, (await as(path, { method, ...(json && { json }) })).status]));

  it("every path says there is none; the same paths lead to their own", async () => {
    expect(await statuses(hidden)).toEqual(paths(hidden).map(([method, path]) => [method, path, 404]));
    for (const [method, path, status] of await statuses(mine)) expect([method, path, Number(status) < 300]).toEqual([method, path, true]);
  });

  it("lists, searches, counts and contacts hold nothing", async () => {
    const filters = [{}, { view: "all" }, { view: "unassigned" }, { tab: "open" }, { q: hidden.word }, { labelId: hidden.label }, { contactId: hidden.contact }, { assigneeId: account.owner.id }];
    const looks = [
      ...filters.map((filter) => `/api/v1/conversations?filter=${encodeURIComponent(JSON.stringify(filter))}`),
      `/api/v1/search?q=${hidden.word}`, "/api/v1/search?q=comment", "/api/v1/contacts", `/api/v1/contacts?q=${hidden.word}`, `/api/v1/contacts?q=${hidden.email}`, "/api/v1/conversations/counts",
    ];
    for (const path of looks) {
      const response = await as(path);
      const text = await response.text();
      expect([path, response.status]).toEqual([path, 200]);
      for (const trace of [hidden.conversation, hidden.contact, hidden.comment, hidden.label, hidden.email, `Customer ${hidden.word}`]) expect(text, path).not.toContain(trace);
    }
    const counts = await read<Counts>("/api/v1/conversations/counts");
    expect(counts.views).toEqual({ mine: 1, unassigned: 0, following: 0, all: 1 });
    expect(counts.labels).toEqual({ [mine.label]: 1 });
    expect((await read<ContactPage>("/api/v1/contacts")).items.map(({ id }) => id)).toEqual([mine.contact]);
  });

  it("an address that is taken is not told whose it is", async () => {
    const refused = await as("/api/v1/contacts", { json: { name: "Probe", identities: [{ kind: "email", address: hidden.email }] } });
    expect([refused.status, await refused.text()]).toEqual([409, expect.not.stringContaining(hidden.contact)]);
    const changed = await as(`/api/v1/contacts/${mine.contact}`, { method: "PATCH", json: { addIdentities: [{ kind: "email", address: hidden.email }] } });
    expect([changed.status, await changed.text()]).toEqual([409, expect.not.stringContaining(hidden.contact)]);
    // Who may see the contact is helped to find it.
    expect(await (await account.fetch("/api/v1/contacts", { json: { identities: [{ kind: "email", address: hidden.email }] } })).json()).toMatchObject({ reason: hidden.contact });
  });

  it("starting a conversation with its contact opens nothing", async () => {
    const started = await as("/api/v1/conversations", { json: { contactId: hidden.contact } });
    expect([started.status, await started.text()]).toEqual([404, expect.not.stringContaining(hidden.conversation)]);
  });

  it("people of a group they are in, and contacts whom nobody has talked with, are no way to somebody else's customer", async () => {
    const digits = String(crypto.getRandomValues(new Uint32Array(1))[0]! % 10_000_000).padStart(7, "0");
    await made(account, "/api/v1/connections", { provider: "telnyx", name: "Shop", address: `+1512${digits}`, settings: { apiKey: "KEY1", publicKey: `${"A".repeat(43)}=` } });
    const known = await made(account, "/api/v1/contacts", { name: "Ana Hidden", identities: [{ kind: "phone", address: `+1415${digits}` }] });
    const group = await made(account, "/api/v1/conversations", { phones: [`+1415${digits}`, `+1646${digits}`] });
    await assign(group.id, { assigneeId: account.restricted.id });
    const { items } = await read<{ items: { contactId: string }[] }>(`/api/v1/conversations/${group.id}/people`);
    expect(items.map(({ contactId }) => contactId)).toContain(known.id);
    for (const { contactId } of items) {
      const started = await as("/api/v1/conversations", { json: { contactId } });
      expect([started.status, await started.text()]).toEqual([404, expect.not.stringContaining("Hidden")]);
      expect((await as(`/api/v1/contacts/${contactId}`)).status).toBe(404);
    }
  });

  it("whom they added themselves they may write to, until a colleague looks after them", async () => {
    const added = await (await as("/api/v1/contacts", { json: { name: "Cherry", identities: [{ kind: "email", address: "cherry@example.com" }] } })).json<Contact>();
    expect((await as(`/api/v1/contacts/${added.id}`)).status).toBe(200);
    const started = await as("/api/v1/conversations", { json: { contactId: added.id } });
    expect(started.status).toBe(201);
    const { id } = await started.json<{ id: string }>();
    await settles(async () => { expect(await visible()).toContain(id); });
    await assign(id, { assigneeId: account.owner.id });
    await settles(async () => { expect([(await as(`/api/v1/contacts/${added.id}`)).status, (await as("/api/v1/conversations", { json: { contactId: added.id } })).status]).toEqual([404, 404]); });
  });

  it("its file opens under no other address", async () => {
    const { id, name } = hidden.file;
    for (const path of [`/media/c/${mine.conversation}/${mine.comment}/${id}/${name}`, `/media/c/${mine.conversation}/${hidden.comment}/${id}/${name}`, `/media/c/${hidden.conversation}/${hidden.comment}/${id}/${name}`, `/media/u/${id}/${name}`])
      expect([(await as(path)).status, path]).toEqual([404, path]);
  });
});

it("a place in one conversation is none in another: entries, files and notes are asked under their own parent", async () => {
  const crossed: [string, string, object?][] = [
    ["GET", `/api/v1/conversations/${mine.conversation}/entries/${hidden.comment}/html`], ["POST", `/api/v1/conversations/${mine.conversation}/messages/${hidden.comment}/cancel`],
    ["POST", `/api/v1/conversations/${mine.conversation}/messages/${hidden.comment}/resolve`, { outcome: "sent" }], ["POST", `/api/v1/conversations/${mine.conversation}/entries/${mine.comment}/attachments/${hidden.file.id}/retry`],
    ["POST", `/api/v1/conversations/${mine.conversation}/entries/${mine.comment}/attachments/__proto__/retry`], ["POST", `/api/v1/conversations/${mine.conversation}/entries/${mine.comment}/attachments/constructor/retry`],
    ["GET", `/media/c/${mine.conversation}/${mine.comment}/${hidden.file.id}/x`], ["PATCH", `/api/v1/contacts/${mine.contact}/notes/${hidden.note}`, { text: "x" }], ["DELETE", `/api/v1/contacts/${mine.contact}/notes/${hidden.note}`],
  ];
  const answers = await Promise.all(crossed.map(async ([method, path, json]) => [method, path, (await account.fetch(path, { method, ...(json && { json }) })).status]));
  expect(answers).toEqual(crossed.map(([method, path]) => [method, path, 404]));
});

it("a draft is its writer's own, and a file goes out only with who uploaded it", async () => {
  expect(await read(`/api/v1/conversations/${mine.conversation}/draft`)).not.toMatchObject({ items: [{ text: expect.stringContaining("Draft on") }] });
  const stolen = await as(`/api/v1/conversations/${mine.conversation}/comments`, { json: { clientId: crypto.randomUUID(), text: "look", attachments: [mine.file.id] } });
  expect(stolen.status).toBe(400);
});

it("what a team has or they follow is theirs until it is not; the file goes with it", async () => {
  const team = await made(account, "/api/v1/teams", { name: "Berries", memberIds: [account.restricted.id] });
  const seen = async () => [(await as(`/api/v1/conversations/${hidden.conversation}`)).status, (await as(hidden.file.url)).status, (await as(`/api/v1/contacts/${hidden.contact}`)).status];
  for (const [give, take] of [[{ teamId: team.id }, { teamId: null }], [{ addFollowers: [account.restricted.id] }, { removeFollowers: [account.restricted.id] }]]) {
    await assign(hidden.conversation, give!);
    await settles(async () => { expect(await seen()).toEqual([200, 200, 200]); });
    await assign(hidden.conversation, take!);
    await settles(async () => { expect(await seen()).toEqual([404, 404, 404]); });
  }
  await assign(hidden.conversation, { teamId: team.id });
  await settles(async () => { expect(await seen()).toEqual([200, 200, 200]); });
  expect((await account.fetch(`/api/v1/teams/${team.id}`, { method: "PATCH", json: { memberIds: [] } })).status).toBe(200);
  expect(await seen()).toEqual([404, 404, 404]);
  await assign(hidden.conversation, { teamId: null });
  const contact = await (await account.fetch(`/api/v1/contacts/${hidden.contact}`)).json<Contact>();
  expect(contact.name).toBe(`Customer ${hidden.word}`);
});
