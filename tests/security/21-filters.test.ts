import * as fc from "fast-check";
import { beforeAll, expect, it, vi } from "vitest";
import { newAccount, type TestAccount } from "../support/account";
import { made } from "../support/live";

/** 21: a filter, a search, a sort and a cursor are values, never part of a question to the database. */

let account: TestAccount, other: TestAccount;
let own: { contact: string; conversation: string };
const SECRET = "zanzibar";

beforeAll(async () => {
  [account, other] = [await newAccount(), await newAccount()];
  const fill = async (into: TestAccount, name: string, text: string) => {
    const contact = await made(into, "/api/v1/contacts", { name });
    const conversation = await made(into, "/api/v1/conversations", { contactId: contact.id });
    await made(into, `/api/v1/conversations/${conversation.id}/comments`, { clientId: crypto.randomUUID(), text });
    return { contact: contact.id, conversation: conversation.id };
  };
  own = await fill(account, "100% _Ada_ O'Hara", "fifty per cent off AND free OR returned NEAR town");
  await fill(other, `${SECRET} Sam`, `the word is ${SECRET}`);
  await vi.waitFor(async () => {
    for (const one of [account, other]) expect((await (await one.fetch("/api/v1/search?q=the")).json<{ items: unknown[] }>()).items.length + (await (await one.fetch("/api/v1/search?q=fifty")).json<{ items: unknown[] }>()).items.length).toBe(1);
  }, { timeout: 10_000, interval: 100 });
});

/** What breaks out of a quotation, a pattern or a full-text query, with everything a person could type around it. */
const TOKENS = ["'", '"', "--", ";", "/*", "*/", "%", "_", "\\", "*", "(", ")", ":", "^", "-", "+", "{", "}", "\u0000", "AND", "OR", "NOT", "NEAR", "NEAR/2", "account", "text", "account :", "UNION SELECT", "1=1", "json_each", "$.x", "?", "?1", ":a", "@b", SECRET, "ada"];
const hostile = fc.array(fc.oneof(fc.constantFrom(...TOKENS), fc.string({ maxLength: 8, unit: "binary" })), { maxLength: 10 }).map((parts) => parts.join(" ").slice(0, 200).toWellFormed());

/** Asks, and proves that nobody's but our own rows can come back and that nothing breaks. */
async function asks(path: string): Promise<void> {
  const response = await account.fetch(path);
  const text = await response.text();
  expect([200, 400, 422], `${path} → ${response.status} ${text.slice(0, 200)}`).toContain(response.status);
  if (response.status === 200) expect(text).not.toMatch(/Sam|the word is/);
}
const list = (filter: object, rest = "") => `/api/v1/conversations?filter=${encodeURIComponent(JSON.stringify(filter))}${rest}`;
const fuzz = (property: (text: string) => Promise<void>, numRuns = 60) => fc.assert(fc.asyncProperty(hostile, property), { numRuns });

it.each(["q", "teamId", "assigneeId", "labelId", "connectionId", "contactId", "view", "tab", "channel"])("the filter's %s holds anything and asks for nothing else", async (field) => {
  await fuzz((text) => asks(list({ [field]: text })));
});

it("fields in every combination, and fields that are none, are bound or refused", async () => {
  const some = fc.record({ view: fc.constantFrom("mine", "all", "following"), tab: fc.constantFrom("recent", "unread", "starred", "closed", "scheduled"), teamId: hostile, labelId: hostile, contactId: hostile, q: hostile, channel: fc.constantFrom("sms", "email"), connectionId: hostile, assigneeId: hostile }, { requiredKeys: [] });
  await fc.assert(fc.asyncProperty(some, fc.constantFrom("newest", "oldest", "waiting-longest"), async (filter, sort) => asks(list(filter, `&sort=${sort}`))), { numRuns: 60 });
  for (const filter of [{ account_id: other.account.id }, { accountId: other.account.id }, { "c.account_id": "x" }, { "1=1 OR": "x" }, { q: ["a"] }, { q: { $ne: null } }, { teamId: null }, [], "x", 1])
    expect((await account.fetch(list(filter as object))).status, JSON.stringify(filter)).toBe(400);
});

it("the words of a search find words: nothing in them is an operator, a column or a wildcard", async () => {
  await fuzz((text) => asks(`/api/v1/search?q=${encodeURIComponent(text || "x")}`), 150);
  await fuzz((text) => asks(`/api/v1/contacts?q=${encodeURIComponent(text)}`), 150);
  const found = async (q: string) => (await (await account.fetch(`/api/v1/search?q=${encodeURIComponent(q)}`)).json<{ items: { conversationId: string }[] }>()).items.map(({ conversationId }) => conversationId);
  for (const q of ["AND free", "or returned", "NEAR town", "fifty AND", "\"fifty per\"", "fif*", "fifty-per"]) expect([q, await found(q)]).toEqual([q, [own.conversation]]);
  for (const q of ["fifty OR missing", "NOT fifty", "%", "_", "*", "f_fty", "text:fifty missing", `account:${other.account.id.replaceAll("_", "")}`, SECRET]) expect([q, await found(q)]).toEqual([q, []]);
  const people = async (q: string) => (await (await account.fetch(`/api/v1/contacts?q=${encodeURIComponent(q)}`)).json<{ items: { id: string }[] }>()).items.map(({ id }) => id);
  for (const q of ["O'Hara", "100%", "_Ada_", "ada o"]) expect([q, await people(q)]).toEqual([q, [own.contact]]);
  for (const q of ["B%", "_d_", "' OR 1=1 --", SECRET]) expect([q, await people(q)]).toEqual([q, []]);
});

it("a cursor that the list did not give out is refused with a code of its own", async () => {
  const lists = ["/api/v1/conversations", "/api/v1/contacts", `/api/v1/contacts/${own.contact}/files`, "/api/v1/templates"];
  for (const path of lists) for (const cursor of ["", "x", "~", "W10", btoa("[]"), btoa('["a"]'), "x".repeat(3_000)]) {
    const response = await account.fetch(`${path}?cursor=${encodeURIComponent(cursor)}`);
    expect([response.status, (await response.json<{ type: string }>()).type], `${path} ${cursor.slice(0, 20)}`).toEqual([422, "bad-cursor"]);
  }
  expect((await account.fetch("/api/v1/contacts?cursor=x&limit=0")).status).toBe(400);
});

it("a cursor, a sort and a limit that nobody made are refused", async () => {
  await fuzz((text) => asks(`/api/v1/conversations?cursor=${encodeURIComponent(text)}&limit=${encodeURIComponent(text)}`), 40);
  await fuzz((text) => asks(`/api/v1/contacts?cursor=${encodeURIComponent(text.slice(0, 80).toWellFormed())}`), 40);
  await fuzz((text) => asks(`/api/v1/conversations?sort=${encodeURIComponent(text)}`), 40);
  const shaped = ["[1e999,\"c_1\"]", "[-1e999,\"x\"]", "[1,\"' OR 1=1 --\"]", "[null,null]", "[\"1\",\"c\"]", "{}", "[[1],\"x\"]", `[1,"${"x".repeat(100)}"]`, "[9007199254740993,\"c\"]"];
  for (const sort of ["newest", "oldest", "waiting-longest"]) for (const cursor of shaped) await asks(`/api/v1/conversations?sort=${sort}&cursor=${encodeURIComponent(btoa(cursor))}`);
  for (const place of ["0", "-1", "1e999", "NaN", "1.5", "9007199254740993", "1 OR 1=1"]) await asks(`/api/v1/conversations/${own.conversation}/entries?before=${encodeURIComponent(place)}&after=${encodeURIComponent(place)}`);
});

it("an id in a path is a name and nothing more", async () => {
  const ids = ["' OR 1=1 --", "%", "_", "c_%", "*", "__proto__", "\u0000", "a/b", "x".repeat(200)];
  for (const id of ids.map(encodeURIComponent))
    for (const path of [`conversations/${id}`, `conversations/${id}/entries`, `contacts/${id}`, `contacts/${id}/notes`, `connections/${id}`, `members/${id}`])
      expect([400, 404], path).toContain((await account.fetch(`/api/v1/${path}`)).status);
});
