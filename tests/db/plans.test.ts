import { describe, expect, it } from "vitest";
import type { Contact } from "../../worker/contract/contact";
import type { ConversationFilter, Sort } from "../../worker/contract/conversation";
import { dueRenewals } from "../../worker/db/connections";
import { consentOfAddress } from "../../worker/db/consents";
import { createContact, forgetConversations, listContacts } from "../../worker/db/contact-records";
import { conversationOfMail, resolveIdentity } from "../../worker/db/contacts";
import { listConversations, searchEntries } from "../../worker/db/conversations";
import { contactFiles, isInMessage } from "../../worker/db/files";
import type { Account } from "../../worker/db/locate";
import { candidatesFor, gathered, startMerge, undoMerge, type MergeRow } from "../../worker/db/merges";
import { aliasesShared, keepApart } from "../../worker/db/pairs";
import { changeTemplate, findTemplate } from "../../worker/db/templates";
import { newAccount } from "../support/account";
import { actorOf } from "../support/conversation";

const owner = await newAccount();
const now = Date.now();
const MAYA: Contact = {
  id: "ct_1", name: "Maya Torres", company: "", language: "", timeZone: "", address: "", tags: [], consent: {}, fields: {}, conversationId: null, createdAt: new Date(now).toISOString(),
  identities: [{ id: "id_1", kind: "email", address: "maya@example.com", connectionId: null, name: null, verified: false, primary: true }],
};
const MERGE: MergeRow = { accountId: owner.account.id, id: "mg_1", keptId: "ct_1", otherId: "ct_2", otherName: "Maya", byId: "m_1", byName: "Owner", at: now, undoneAt: null, intoId: null, fromId: null };

/** How SQLite would find the rows of every statement that `act` sends, one line each. */
async function plansOf(act: (account: Account) => Promise<unknown>): Promise<string[]> {
  const { db } = owner.account;
  const said: { sql: string; values: unknown[] }[] = [];
  const prepare = (sql: string) => {
    const statement = db.prepare(sql);
    return Object.assign(Object.create(statement) as D1PreparedStatement, { bind: (...values: unknown[]) => { said.push({ sql, values }); return statement.bind(...values); } });
  };
  await act({ ...owner.account, db: Object.assign(Object.create(db) as typeof db, { prepare, batch: (statements: D1PreparedStatement[]) => db.batch(statements) }) });
  const plans = await Promise.all(said.map(({ sql, values }) => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...values).all<{ detail: string }>()));
  return plans.flatMap(({ results }) => results.map(({ detail }) => detail));
}

/** Steps that read every row an account has of something that grows with it. */
const reading = (plans: string[]) => plans.filter((step) => /^(SCAN|SEARCH) (c|m|t|f|file|conversation|conversation_member|contact|identity|email_message|template|consent|contact_pair)\b/.test(step) && !step.includes("VIRTUAL TABLE") && (step.startsWith("SCAN") || step.endsWith("(account_id=?)")));

const list = (filter: ConversationFilter, { who = "owner", sort = "newest" }: { who?: "owner" | "restricted"; sort?: Sort } = {}) =>
  (account: Account) => listConversations(account, actorOf(owner, who), filter, sort, btoa(JSON.stringify([now, "c_1"])), 50);

describe("nothing reads all an account has", () => {
  it.each<[string, (account: Account) => Promise<unknown>]>([
    ["the list", list({})], ["the list, oldest first", list({}, { sort: "oldest" })], ["the closed ones", list({ tab: "closed" })], ["mine", list({ view: "mine" })], ["starred ones", list({ tab: "starred" })],
    ["planned ones", list({ tab: "scheduled" })], ["those of a contact", list({ contactId: "ct_1" })], ["those with a word", list({ q: "bike" })], ["a restricted colleague's", list({}, { who: "restricted" })],
    ["a search", (account) => searchEntries(account, actorOf(owner), "bike", 20)],
    ["files of a contact", (account) => contactFiles(account, actorOf(owner), "ct_1", undefined, 30)], ["files of a contact, for a restricted colleague", (account) => contactFiles(account, actorOf(owner, "restricted"), "ct_1", "5~a_1", 30)],
    ["whether a message holds a file", (account) => isInMessage(account, "a_1")],
    ["contacts", (account) => listContacts(account, actorOf(owner), undefined, "ct_1", 50)], ["contacts by name", (account) => listContacts(account, actorOf(owner), "ada", undefined, 50)],
    ["a customer who writes", (account) => resolveIdentity(account, [{ kind: "phone", scope: "", address: "+15125550100", name: "" }], now)],
    ["a mail that answers others", (account) => conversationOfMail(account, ["one@mail", "two@mail"], null)],
    ["a template by its name", (account) => findTemplate(account, "ch_1", "order_ready", "en_US")], ["what a provider tells of a template", (account) => changeTemplate(account, "ch_1", { kind: "template", externalId: "1", name: "order_ready", language: "en_US", status: "approved", at: now })],
    ["what an address allows", (account) => consentOfAddress(account, { kind: "phone", scope: "", address: "+15125550100" }, "whatsapp")],
    ["who else a contact may be", (account) => candidatesFor(account, MAYA)], ["whom a provider named as one with them", (account) => aliasesShared(account, "ct_1")], ["telling two apart", (account) => keepApart(account, "ct_1", "ct_2", actorOf(owner), now)],
    ["a customer with a second address", (account) => resolveIdentity(account, [{ kind: "user", scope: "ch_1", address: "US.1", name: "" }, { kind: "phone", scope: "", address: "+15125550101", name: "" }], now)],
    ["a merge of contacts", (account) => startMerge(account, { keptId: "ct_1", other: { id: "ct_2", name: "Maya" }, into: null, from: null, seen: { kept: null, other: null }, consent: {} }, actorOf(owner), now)],
    ["its undoing", (account) => undoMerge(account, MERGE, actorOf(owner), now)], ["telling it again", (account) => gathered(account, MERGE)],
    ["whose address it is", async (account) => {
      await createContact(account, { identities: [{ kind: "email", address: "ada@example.com" }] }, now);
      expect(await createContact(account, { identities: [{ kind: "email", address: "ada@example.com" }] }, now)).toMatchObject({ outcome: "taken" });
    }],
  ])("%s", async (_, act) => {
    const plans = await plansOf(act);
    expect(plans.length).toBeGreaterThan(0);
    expect(reading(plans)).toEqual([]);
  });

  it("forgetting a contact reads the list of none but their mails", async () => {
    expect(reading(await plansOf((account) => forgetConversations(account, ["c_1"])))).toEqual([expect.stringContaining("email_message")]);
  });

  it("looking for tokens that are due reads those that are due", async () => {
    const plans = await plansOf((account) => dueRenewals(account.db, now, 20));
    expect(plans).toEqual([expect.stringContaining("connection_renew (renew_at<?)")]);
  });
});
