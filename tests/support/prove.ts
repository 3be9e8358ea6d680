import { expect } from "vitest";
import { listConversations } from "../../worker/db/conversations";
import type { Desk, TestConversation } from "./conversation";
import { actorOf } from "./conversation";
import { crash } from "./crash";
import { list, settles, thread } from "./socket";

/** What a client that just came sees of a conversation. */
export async function freshThread({ object, actor }: TestConversation) {
  const page = (await object().entries({ limit: 200 }, actor))!;
  const { mine, ...conversation } = (await object().open(actor))!;
  return { cursor: page.cursor, entries: Object.fromEntries(page.items.map((entry) => [entry.id, entry])), conversation, mine };
}

/**
 * Runs `act` and proves that a client which only saw frames, one which resumes from before, and one which starts
 * after a crash all end with the same screen.
 */
export async function provesSync<T>(conversation: TestConversation, act: () => Promise<T>): Promise<T> {
  const { object, actor } = conversation;
  const before = await freshThread(conversation);
  const watching = await thread(object(), actor, 0);
  const result = await act();
  await settles(async () => expect(watching.state).toEqual(await freshThread(conversation)));
  watching.close();
  const resumed = await thread(object(), actor, before.cursor);
  Object.assign(resumed.state, { entries: { ...before.entries, ...resumed.state.entries }, conversation: resumed.state.conversation ?? before.conversation, mine: resumed.state.mine ?? before.mine });
  await settles(async () => expect(resumed.state).toEqual(await freshThread(conversation)));
  resumed.close();
  const live = await freshThread(conversation);
  await crash();
  await settles(async () => {
    const after = await freshThread(conversation);
    expect(after.cursor).toBeGreaterThanOrEqual(live.cursor);
    if (after.cursor === live.cursor) expect(after).toEqual(live);
  });
  return result;
}

/** The same promise for the list: what a live list shows equals what the Conversations say, and so does D1 soon after. */
export async function provesList(desk: Desk, conversations: TestConversation[], act: () => Promise<unknown>): Promise<void> {
  const actor = actorOf(desk);
  const feed = () => desk.account.feed(actor.id);
  // The socket first: it begins where D1 is complete, and what D1 gets in between comes both ways.
  const watching = await list(feed(), actor);
  await settles(() => expect(watching.hasBegun()).toBe(true));
  watching.add(await listConversations(desk.account, actor, {}, "newest", undefined, 200));
  await act();
  for (const conversation of conversations) {
    await settles(async () => {
      const { mine, ...row } = await conversation.open();
      expect(watching.state.rows[row.id]).toEqual(row);
      expect(watching.state.mine[row.id] ?? mine).toEqual(mine);
    });
  }
  watching.close();
  const resumed = await list(feed(), actor, { cursor: watching.state.cursor, rows: Object.values(watching.state.rows), mine: Object.values(watching.state.mine) });
  await settles(() => expect(resumed.state.rows).toEqual(watching.state.rows));
  resumed.close();
}
