import { afterEach, describe, expect, it, vi } from "vitest";
import { newConversation, newDesk } from "../support/conversation";
import { alarmAt } from "../support/crash";
import { fakeProvider } from "../support/provider";

afterEach(() => vi.restoreAllMocks());
const desk = await newDesk();

describe("what waits for an answer", () => {
  it("waits no longer once a person has answered", async () => {
    fakeProvider();
    const talk = await newConversation(desk);
    await talk.send("Yes, it is.");
    expect((await talk.open()).needsReply).toBe(false);
  });

  it("waits again when the answer is taken back, since the same moment as before", async () => {
    const talk = await newConversation(desk);
    const { waitingSince } = await talk.open();
    const sent = await talk.send("Yes, it", { undoMs: 30_000 });
    expect((await talk.open()).waitingSince).toBeNull();
    await talk.object().cancel(sent.id, talk.actor);
    expect((await talk.open()).waitingSince).toBe(waitingSince);
  });

  it("goes on waiting while an answer is only planned, and is answered when it leaves", async () => {
    fakeProvider();
    const talk = await newConversation(desk);
    const sendAt = Date.now() + 3_600_000;
    const planned = await talk.send("Good morning", { sendAt: new Date(sendAt).toISOString() });
    expect(await talk.open()).toMatchObject({ needsReply: true, scheduled: 1, preview: { direction: "in" } });
    await alarmAt(talk.stub(), sendAt + 1);
    await talk.becomes(planned.id, "sent");
    expect(await talk.open()).toMatchObject({ needsReply: false, scheduled: 0, preview: { entryId: planned.id } });
  });
});

describe("a mail with another subject", () => {
  const held = { line: desk.lines.resend, to: ["customer@example.com"], undoMs: 30_000 };

  it("stays with the mail it names, and begins a thread of its own if it names none", async () => {
    const talk = await newConversation(desk);
    const first = await talk.send("The quote", { ...held, subject: "Your quote" });
    const named = await talk.send("And the dates", { ...held, subject: "Dates", replyTo: first.id });
    const unnamed = await talk.send("Something else", { ...held, subject: "Invoice" });
    expect(named.email).toMatchObject({ subject: "Dates", threadId: first.email!.threadId });
    expect(unnamed.email!.threadId).not.toBe(first.email!.threadId);
  });
});

it("a comment under the id of a message, or the other way round, is refused in words and changes nothing", async () => {
  const talk = await newConversation(desk);
  const message = await talk.send("For the customer", { undoMs: 30_000 });
  const comment = await talk.object().comment({ clientId: message.id, text: "For colleagues" }, [], talk.actor, Date.now());
  expect(comment).toMatchObject({ ok: false, reason: "taken-id", sentence: expect.stringContaining("clientId") });
  const clientId = crypto.randomUUID();
  await talk.object().comment({ clientId, text: "For colleagues" }, [], talk.actor, Date.now());
  expect(await talk.submit("For the customer", { clientId })).toMatchObject({ ok: false, reason: "taken-id" });
  expect((await talk.entries()).filter(({ direction }) => direction !== "in").map(({ text }) => text)).toEqual(["For the customer", "For colleagues"]);
});
