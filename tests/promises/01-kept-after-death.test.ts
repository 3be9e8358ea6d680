import { afterEach, expect, it, vi } from "vitest";
import { arrives, conversation, newConversation, newDesk, newPhone, text } from "../support/conversation";
import { crash } from "../support/crash";
import { fakeProvider } from "../support/provider";
import { settles } from "../support/socket";
import { listConversations } from "../../worker/db/conversations";

afterEach(() => vi.restoreAllMocks());

const desk = await newDesk();

it("an inbound message survives the death of every object right after the answer", async () => {
  const [delivered] = await arrives(desk, desk.lines.twilio, [text(newPhone(), "Do you open on Sunday?")]);
  await crash();
  const talk = conversation(desk, delivered!.conversationId);
  expect((await talk.entries()).map((entry) => entry.text)).toEqual(["Do you open on Sunday?"]);
});

it("a message of ours survives death between the answer and the drain, and leaves once", async () => {
  const talk = await newConversation(desk);
  const provider = fakeProvider();
  const sent = await talk.send("Yes, until four.", { undoMs: 1_000 });
  await crash();
  await talk.open();
  await talk.becomes(sent.id, "sent");
  expect(provider.to(talk.phone)).toHaveLength(1);
});

it("the list hears of a conversation although it died before telling anyone", async () => {
  const [delivered] = await arrives(desk, desk.lines.twilio, [text(newPhone(), "Hello?")]);
  await crash();
  const talk = conversation(desk, delivered!.conversationId);
  await talk.object().poke();
  await settles(async () => {
    const { items } = await listConversations(desk.account, talk.actor, {}, "newest", undefined, 200);
    expect(items.map(({ id }) => id)).toContain(talk.id);
  });
});
