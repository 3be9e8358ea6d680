import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Feed } from "../../durable-objects/feed/feed";
import { hashToken } from "../../worker/platform/token";
import { actorOf, newConversation, newDesk, type Desk } from "../support/conversation";
import { crash } from "../support/crash";
import { list, settles, thread } from "../support/socket";

const feedOf = (desk: Desk) => env.FEED.getByName(`${desk.account.id}/feed/0`) as unknown as DurableObjectStub<Feed>;

it("a burst of one conversation is its last state, and many colleagues hear it", async () => {
  const desk = await newDesk();
  const talk = await newConversation(desk);
  const screens = await Promise.all(Array.from({ length: 30 }, () => list(desk.account.feed(desk.owner.id), actorOf(desk))));
  for (let nth = 0; nth < 20; nth++) await talk.object().comment({ clientId: crypto.randomUUID(), text: `Comment ${nth}` }, [], talk.actor, Date.now());
  for (const screen of screens) await settles(() => expect(screen.state.rows[talk.id]?.preview?.text).toBe("Comment 19"));
  screens.forEach((screen) => screen.close());
});

it("a restricted colleague hears only of what is theirs, and loses sight of what is taken away", async () => {
  const desk = await newDesk();
  const restricted = actorOf(desk, "restricted");
  const [theirs, others] = await Promise.all([newConversation(desk), newConversation(desk)]);
  const screen = await list(desk.account.feed(restricted.id), restricted);
  await theirs.object().change({ assigneeId: restricted.id }, theirs.actor, {}, Date.now());
  await others.object().change({ addLabels: ["l_1"] }, others.actor, { l_1: "Hot" }, Date.now());
  await settles(() => expect(Object.keys(screen.state.rows)).toEqual([theirs.id]));
  await theirs.object().change({ assigneeId: null }, theirs.actor, {}, Date.now());
  await settles(() => expect(screen.state.rows).toEqual({}));
  screen.close();
});

it("a colleague's own state is told to that colleague alone", async () => {
  const desk = await newDesk();
  const talk = await newConversation(desk);
  const [mine, theirs] = [await list(desk.account.feed(desk.owner.id), actorOf(desk)), await list(desk.account.feed(desk.agent.id), actorOf(desk, "agent"))];
  await talk.object().change({ starred: true }, talk.actor, {}, Date.now());
  await settles(() => expect(mine.state.mine[talk.id]?.starred).toBe(true));
  await settles(() => expect(theirs.state.rows[talk.id]).toBeDefined());
  expect(theirs.state.mine).toEqual({});
});

it("a revoked colleague is out at once: list, open conversations and credential", async () => {
  const desk = await newDesk();
  const talk = await newConversation(desk);
  const hash = await hashToken(desk.agent.key);
  const [feed] = desk.account.feeds();
  const known = await feed!.authorize(hash, Date.now(), talk.id);
  expect(known?.id).toBe(desk.agent.id);
  const screen = await thread(talk.object(), actorOf(desk, "agent"));
  await feed!.forget({ memberId: desk.agent.id });
  await settles(() => expect(screen.closed()).toBe(4401));
});

it("a client that was away while rows were dropped starts over", async () => {
  const desk = await newDesk();
  const [first, second] = [await newConversation(desk), await newConversation(desk)];
  const screen = await list(desk.account.feed(desk.owner.id), actorOf(desk));
  await settles(() => expect(Object.keys(screen.state.rows)).toContain(second.id));
  screen.close();
  await second.object().change({ starred: true }, second.actor, {}, Date.now());
  await settles(() => runInDurableObject(feedOf(desk), (_, { storage }) => expect(storage.sql.exec("SELECT 1 FROM row WHERE member IS NOT NULL").toArray()).toHaveLength(1)));
  await desk.account.feeds()[0]!.erase(first.id);
  const back = await list(desk.account.feed(desk.owner.id), actorOf(desk), { cursor: 1 });
  await settles(() => expect(back.resets()).toBe(1));
});

it("what was published survives a crash, and a repeat of it changes no one's place", async () => {
  const desk = await newDesk();
  const talk = await newConversation(desk);
  const screen = await list(desk.account.feed(desk.owner.id), actorOf(desk));
  await settles(() => expect(screen.state.rows[talk.id]).toBeDefined());
  const { cursor } = screen.state;
  await crash();
  const { mine: _mine, ...row } = await talk.open();
  await desk.account.feeds()[0]!.publish({ row, nextDueAt: null, members: [], facts: null }, Date.now());
  const back = await list(desk.account.feed(desk.owner.id), actorOf(desk), { cursor });
  expect(back.resets()).toBe(0);
  await talk.object().change({ addLabels: ["l_1"] }, talk.actor, { l_1: "Hot" }, Date.now());
  await settles(() => expect(back.state.rows[talk.id]?.labelIds).toEqual(["l_1"]));
  expect(back.state.cursor).toBe(cursor + 1);
});
