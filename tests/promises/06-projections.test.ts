import { env } from "cloudflare:test";
import { afterEach, expect, it, vi } from "vitest";
import { Feed } from "../../durable-objects/feed/feed";
import { consentLedger } from "../../worker/db/contact-records";
import { countConversations, listConversations, searchEntries } from "../../worker/db/conversations";
import { arrives, newConversation, newDesk, text, type Desk, type TestConversation } from "../support/conversation";
import { crash, sleep } from "../support/crash";
import { fakeProvider } from "../support/provider";
import { settles } from "../support/socket";

const EVENTUALLY = { timeout: 15_000, interval: 50 };
afterEach(() => vi.restoreAllMocks());

const inList = async (desk: Desk, { actor }: TestConversation) => (await listConversations(desk.account, actor, { contactId: undefined, tab: undefined }, "newest", undefined, 200)).items;

/** D1's list row and own state equal the conversation's, and the words of its messages are found. */
async function equals(desk: Desk, talk: TestConversation, words: string) {
  const row = await desk.account.db.prepare("SELECT row FROM conversation WHERE account_id = ? AND id = ?").bind(desk.account.id, talk.id).first<{ row: string }>();
  const { mine, ...conversation } = await talk.open();
  expect(JSON.parse(row?.row ?? "null")).toEqual(conversation);
  const listed = (await inList(desk, talk)).find(({ id }) => id === talk.id);
  if (conversation.status === "open") expect(listed?.mine).toEqual(mine);
  expect((await searchEntries(desk.account, talk.actor, words, 10)).map(({ conversationId }) => conversationId)).toContain(talk.id);
}

it("D1 refuses for a while: nothing is lost, and everything is there soon after, without a person", async () => {
  const desk = await newDesk();
  const d1 = Object.getPrototypeOf(env.DB) as D1Database;
  const talk = await newConversation(desk, "before the outage");
  const refusing = vi.spyOn(d1, "batch").mockRejectedValue(new Error("D1_ERROR: overloaded"));
  await talk.object().comment({ clientId: crypto.randomUUID(), text: "a zebra in between" }, [], talk.actor, Date.now());
  await talk.object().change({ starred: true, addLabels: ["l_1"] }, talk.actor, { l_1: "Hot" }, Date.now());
  await settles(() => expect(refusing).toHaveBeenCalled());
  refusing.mockRestore();
  await vi.waitFor(() => equals(desk, talk, "zebra"), EVENTUALLY);
});

it("the Feed is down for a while: lists and D1 catch up by themselves", async () => {
  const desk = await newDesk();
  const talk = await newConversation(desk, "hello");
  await vi.waitFor(() => equals(desk, talk, "hello"), EVENTUALLY);
  const down = vi.spyOn(Feed.prototype, "publish").mockImplementation(() => { throw new Error("restarting"); });
  await arrives(desk, desk.lines.twilio, [text(talk.phone, "an okapi meanwhile")]);
  await settles(() => expect(down).toHaveBeenCalled());
  down.mockRestore();
  await vi.waitFor(() => equals(desk, talk, "okapi"), EVENTUALLY);
});

it("objects that die between their commit and its copies still copy it", async () => {
  const desk = await newDesk();
  const talk = await newConversation(desk, "hello");
  await talk.object().comment({ clientId: crypto.randomUUID(), text: "a quokka before the crash" }, [], talk.actor, Date.now());
  await crash();
  await talk.object().poke();
  await vi.waitFor(() => equals(desk, talk, "quokka"), EVENTUALLY);
});

it("a late copy of an older state changes nothing", async () => {
  const desk = await newDesk();
  const talk = await newConversation(desk, "hello");
  const { mine: _mine, ...old } = await talk.open();
  await talk.object().change({ status: "closed" }, talk.actor, {}, Date.now());
  await vi.waitFor(() => equals(desk, talk, "hello"), EVENTUALLY);
  await Promise.all(desk.account.feeds().map((feed) => feed.publish({ row: old, nextDueAt: null, members: [], facts: null }, Date.now())));
  await talk.object().comment({ clientId: crypto.randomUUID(), text: "and on" }, [], talk.actor, Date.now());
  await vi.waitFor(() => equals(desk, talk, "on"), EVENTUALLY);
});

it("reproject() rebuilds every copy that was lost: row, own states, search, mail and consent", async () => {
  const desk = await newDesk();
  const talk = await newConversation(desk, "find me, wombat");
  await arrives(desk, desk.lines.twilio, [text(talk.phone, "STOP")]);
  await talk.object().change({ starred: true }, talk.actor, {}, Date.now());
  await vi.waitFor(() => equals(desk, talk, "wombat"), EVENTUALLY);
  const { contactId } = await talk.open();
  const ledger = await consentLedger(desk.account, contactId);
  expect(ledger).toHaveLength(1);
  const { db } = desk.account;
  await db.batch([
    ...["conversation", "conversation_member", "consent"].map((table) => db.prepare(`DELETE FROM ${table} WHERE account_id = ?`).bind(desk.account.id)),
    db.prepare("DELETE FROM entry_text WHERE conversation_id = ?").bind(talk.id),
  ]);
  await talk.object().reproject();
  await vi.waitFor(() => equals(desk, talk, "wombat"), EVENTUALLY);
  expect(await consentLedger(desk.account, contactId)).toEqual(ledger);
});

it("what was taken back is not found any more", async () => {
  const desk = await newDesk();
  const talk = await newConversation(desk, "hello");
  const sent = await talk.send("a narwhal by mistake", { undoMs: 30_000 });
  await vi.waitFor(() => equals(desk, talk, "narwhal"), EVENTUALLY);
  await talk.object().cancel(sent.id, talk.actor);
  await vi.waitFor(async () => expect(await searchEntries(desk.account, talk.actor, "narwhal", 10)).toEqual([]), EVENTUALLY);
});

it("counts equal the conversations, whichever shard the account lives on", async () => {
  const desk = await newDesk({ shard: 1, feedShards: 2 });
  const talks = await Promise.all([newConversation(desk), newConversation(desk), newConversation(desk)]);
  fakeProvider();
  await talks[0]!.object().change({ status: "closed" }, talks[0]!.actor, {}, Date.now());
  await talks[1]!.send("Answered");
  await talks[2]!.object().change({ assigneeId: desk.owner.id, starred: true }, talks[2]!.actor, {}, Date.now());
  await vi.waitFor(async () => expect(await countConversations(desk.account, talks[0]!.actor)).toMatchObject({ views: { mine: 1, all: 2 }, tabs: { "needs-reply": 1, starred: 1 } }), EVENTUALLY);
});

it("an erased conversation stays gone, and the object answers as one that never was", async () => {
  const desk = await newDesk();
  const talk = await newConversation(desk, "forget me");
  await vi.waitFor(() => equals(desk, talk, "forget"), EVENTUALLY);
  await talk.object().comment({ clientId: crypto.randomUUID(), text: "on its way" }, [], talk.actor, Date.now());
  await talk.object().erase();
  await Promise.all(desk.account.feeds().map((feed) => feed.erase(talk.id)));
  expect(await talk.object().open(talk.actor)).toBeNull();
  expect(await talk.object().entries({ limit: 10 }, talk.actor)).toBeNull();
  await sleep(talk.stub());
  expect(await talk.object().open(talk.actor)).toBeNull();
});
