import { afterEach, describe, expect, it, vi } from "vitest";
import type { ConversationPatch } from "../../worker/contract/conversation";
import { actorOf, arrives, conversation, newConversation, newDesk, status, text, type TestConversation } from "../support/conversation";
import { crash } from "../support/crash";
import { fakeProvider } from "../support/provider";
import { provesList, provesSync } from "../support/prove";
import { settles, thread, visitor } from "../support/socket";

const HOUR = 3_600_000;
afterEach(() => vi.restoreAllMocks());
const desk = await newDesk();
const { twilio, chat } = desk.lines;

/** A conversation with a message of ours that failed. */
async function withFailure() {
  const talk = await newConversation(desk);
  fakeProvider(() => Response.json({ code: 21610, message: "unsubscribed" }, { status: 400 }));
  const sent = await talk.send("Hello");
  await talk.becomes(sent.id, "failed");
  vi.restoreAllMocks();
  return { talk, sent };
}

const visitorDoor = async () => {
  const address = `v_${crypto.randomUUID()}`;
  const [delivered] = await arrives(desk, chat, [text("", "Hi there", { from: { kind: "visitor", address } })]);
  return { address, talk: conversation(desk, delivered!.conversationId) };
};

const PATCHES: [string, (talk: TestConversation) => ConversationPatch | Promise<ConversationPatch>][] = [
  ["assignee", () => ({ assigneeId: desk.agent.id })],
  ["team", () => ({ teamId: "t_1" })],
  ["followers", () => ({ addFollowers: [desk.agent.id] })],
  ["labels", () => ({ addLabels: ["l_1"], removeLabels: ["l_2"] })],
  ["status closed, with a reason", () => ({ status: "closed", closeReason: "solved" })],
  ["snooze", () => ({ snoozedUntil: new Date(Date.now() + HOUR).toISOString() })],
  ["wakeOnReply", () => ({ wakeOnReply: false })],
  ["needsReply dismissed", () => ({ needsReply: false })],
  ["star", () => ({ starred: true })],
  ["readCount", () => ({ readCount: 1 })],
  ["unreadFrom", async (talk) => ({ unreadFrom: (await talk.entries())[0]!.id })],
];

describe("a client that only saw frames, one that resumes and one after a crash end with the same screen after", () => {
  it.each(PATCHES)("change of %s", async (_name, patchOf) => {
    const talk = await newConversation(desk);
    const patch = await patchOf(talk);
    const changed = () => talk.object().change(patch, talk.actor, { [desk.agent.id]: "Agent", t_1: "Sales", l_1: "Hot" }, Date.now());
    await provesSync(talk, changed);
    const before = await talk.open();
    // Done twice, it changes nothing.
    await changed();
    expect(await talk.open()).toEqual(before);
  });

  it("receive", async () => {
    const talk = await newConversation(desk);
    await provesSync(talk, () => arrives(desk, twilio, [text(talk.phone, "One"), text(talk.phone, "Two")]));
  });

  it("submit, and what the provider and its reports do to it", async () => {
    const talk = await newConversation(desk);
    fakeProvider();
    const sent = await provesSync(talk, async () => {
      const entry = await talk.send("Yes");
      await talk.becomes(entry.id, "sent");
      return entry;
    });
    await provesSync(talk, () => arrives(desk, twilio, [status({ state: "delivered", externalId: "x", reference: talk.reference(sent.id) })]));
  });

  it("comment", async () => {
    const talk = await newConversation(desk);
    await provesSync(talk, () => talk.object().comment({ clientId: crypto.randomUUID(), text: "Nice one" }, [], talk.actor, Date.now()));
  });

  it("cancel", async () => {
    const talk = await newConversation(desk);
    const sent = await talk.send("Oops", { sendAt: new Date(Date.now() + HOUR).toISOString() });
    await provesSync(talk, () => talk.object().cancel(sent.id, talk.actor));
  });

  it("retry", async () => {
    const { talk, sent } = await withFailure();
    fakeProvider();
    await provesSync(talk, () => talk.object().retry(sent.id, talk.actor, Date.now()));
  });

  it("resolve", async () => {
    const { talk, sent } = await withFailure();
    await provesSync(talk, () => talk.object().resolve(sent.id, "sent", talk.actor));
  });

  it("saveDraft, kept and dropped", async () => {
    const talk = await newConversation(desk);
    const draft = { mode: "reply" as const, channel: null, text: "Dear", updatedAt: new Date().toISOString() };
    await provesSync(talk, () => talk.object().saveDraft("reply", draft, talk.actor));
    expect((await talk.open()).mine.draft).toBe(true);
    await provesSync(talk, () => talk.object().saveDraft("reply", null, talk.actor));
    expect((await talk.open()).mine.draft).toBe(false);
  });

  it("begin on what is there already", async () => {
    const talk = await newConversation(desk);
    await provesSync(talk, () => talk.object().begin({ id: talk.id, contactId: "ct_other", contactName: "Someone", previousId: null }, talk.actor, Date.now()));
    expect((await talk.open()).contactName).toBe(talk.phone);
  });

  it("a contact that changed", async () => {
    const talk = await newConversation(desk);
    await provesSync(talk, () => talk.object().contactChanged({ name: "Ada", consent: { sms: "permanent" } }));
    expect((await talk.open()).contactName).toBe("Ada");
  });

  it("a visitor who received and read", async () => {
    const { talk, address } = await visitorDoor();
    const sent = await talk.send("Hello!", { line: chat, contact: address });
    await talk.becomes(sent.id, "sent");
    const page = await visitor(talk.object(), address, chat.id);
    await provesSync(talk, async () => {
      page.say({ type: "delivered", seq: sent.seq });
      await talk.becomes(sent.id, "delivered");
      page.say({ type: "read", seq: sent.seq });
      await talk.becomes(sent.id, "read");
    });
  });

  it("a message that woke from its time, and a snooze that ended", async () => {
    const talk = await newConversation(desk);
    fakeProvider();
    await provesSync(talk, async () => {
      const sent = await talk.send("Later", { sendAt: new Date(Date.now() + 300).toISOString() });
      await talk.object().change({ snoozedUntil: new Date(Date.now() + 200).toISOString() }, talk.actor, {}, Date.now());
      await talk.becomes(sent.id, "sent");
      await settles(async () => expect((await talk.open()).status).toBe("open"));
    });
  });
});

it("a client far behind gets pages and ends with everything", async () => {
  const talk = await newConversation(desk);
  for (let batch = 0; batch < 5; batch++) await arrives(desk, twilio, Array.from({ length: 90 }, (_, nth) => text(talk.phone, `${batch}.${nth}`)));
  const late = await thread(talk.object(), talk.actor, 0);
  await settles(async () => expect(Object.keys(late.state.entries)).toHaveLength(451));
  expect(late.state.conversation?.inboundCount).toBe(451);
});

it("a cursor nobody gave out starts over", async () => {
  const talk = await newConversation(desk);
  const odd = await thread(talk.object(), talk.actor, 9_999);
  await settles(() => expect(Object.values(odd.state.entries)).toHaveLength(1));
});

it("a restricted colleague's socket closes when the conversation is taken from them, and frames stop", async () => {
  const talk = await newConversation(desk);
  const restricted = actorOf(desk, "restricted");
  await talk.object().change({ assigneeId: restricted.id }, talk.actor, {}, Date.now());
  const theirs = await thread(talk.object(), restricted, 0);
  await settles(() => expect(theirs.state.conversation?.assigneeId).toBe(restricted.id));
  await talk.object().change({ assigneeId: talk.actor.id }, talk.actor, {}, Date.now());
  await settles(() => expect(theirs.closed()).toBe(4401));
  expect(theirs.state.conversation?.assigneeId).toBe(restricted.id);
});

it("a list that only saw frames equals the conversations, also after a crash", async () => {
  const talks = await Promise.all([newConversation(desk), newConversation(desk), newConversation(desk)]);
  fakeProvider();
  await provesList(desk, talks, async () => {
    await Promise.all(talks.map(async (talk, nth) => {
      await arrives(desk, twilio, [text(talk.phone, `Again ${nth}`)]);
      await talk.send(`Answer ${nth}`);
      await talk.object().change({ starred: true, addLabels: ["l_1"] }, talk.actor, { l_1: "Hot" }, Date.now());
    }));
    await talks[0]!.object().change({ status: "closed" }, talks[0]!.actor, {}, Date.now());
  });
  await crash();
  await provesList(desk, talks, () => arrives(desk, twilio, [text(talks[1]!.phone, "After the crash")]));
});
