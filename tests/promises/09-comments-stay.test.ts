import * as fc from "fast-check";
import { afterEach, expect, it, vi } from "vitest";
import { arrives, conversation, newDesk, newPhone, status, text } from "../support/conversation";
import { alarmAt, crash } from "../support/crash";
import { accepted, fakeProvider } from "../support/provider";
import { settles, thread, visitor } from "../support/socket";

afterEach(() => vi.restoreAllMocks());
const SECRET = "SECRET";
const desk = await newDesk();
const { twilio, resend, chat } = desk.lines;

/** A customer who is on the widget and whose conversation also has texts and mail. */
async function onEveryChannel() {
  const address = `v_${crypto.randomUUID()}`;
  const phone = newPhone();
  const [delivered] = await arrives(desk, chat, [text("", "Hi", { from: { kind: "visitor", address } })]);
  return { talk: conversation(desk, delivered!.conversationId), address, phone };
}

it("a comment never reaches a customer, in any race of comments, replies, channels, retries and crashes", async () => {
  const step = fc.constantFrom("comment", "sms", "email", "chat", "late", "same-id", "retry", "cancel", "status", "crash", "alarm", "draft");
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (steps) => {
    const { talk, address, phone } = await onEveryChannel();
    const provider = fakeProvider((nth) => (nth % 3 === 0 ? Response.json({ code: 21211, message: "no" }, { status: 400 }) : accepted(`x${crypto.randomUUID()}`)));
    let pages = [await visitor(talk.object(), address, chat.id)];
    const ours: string[] = [];
    const comments: string[] = [];
    const comment = (clientId = crypto.randomUUID() as string) => {
      comments.push(clientId);
      return talk.object().comment({ clientId, text: `${SECRET} he haggles` }, [], talk.actor, Date.now());
    };
    const say = async (more: Parameters<typeof talk.submit>[1]) => {
      const clientId = crypto.randomUUID();
      ours.push(clientId);
      await talk.submit("Hello", { clientId, ...more });
    };
    const acts: Record<typeof steps[number], () => Promise<unknown>> = {
      comment: () => comment(),
      sms: () => say({ contact: phone }),
      email: () => say({ line: resend, to: ["ada@example.com"], subject: "Hi" }),
      chat: () => say({ line: chat, contact: address }),
      late: () => say({ contact: phone, sendAt: new Date(Date.now() + 3_600_000).toISOString() }),
      "same-id": async () => {
        const clientId = crypto.randomUUID();
        comments.push(clientId);
        await Promise.all([comment(clientId), talk.submit("Hello", { clientId, line: chat, contact: address }), comment(clientId)]);
      },
      retry: () => Promise.all([...ours, ...comments].flatMap((id) => [talk.object().retry(id, talk.actor, Date.now()), talk.object().resolve(id, "sent", talk.actor)])),
      cancel: () => Promise.all([...comments, ours.at(-1) ?? ""].map((id) => talk.object().cancel(id, talk.actor))),
      status: () => Promise.all(comments.map((id) => arrives(desk, twilio, [status({ state: "failed", externalId: crypto.randomUUID(), reference: talk.reference(id) })]))),
      crash: async () => { await crash(); pages = [...pages, await visitor(talk.object(), address, chat.id)]; },
      alarm: () => alarmAt(talk.stub(), Date.now() + 7_200_000),
      draft: () => talk.object().saveDraft("comment", { mode: "comment", channel: null, text: SECRET, updatedAt: new Date().toISOString() }, talk.actor),
    };
    // Two at a time: what comes first is up to the objects.
    for (let index = 0; index < steps.length; index += 2) await Promise.all(steps.slice(index, index + 2).map((name) => acts[name]().catch(() => null)));
    await comment();
    const last = await talk.submit("The end", { line: chat, contact: address });
    expect(last.ok).toBe(true);
    pages.push(await visitor(talk.object(), address, chat.id));
    await settles(() => expect(pages.at(-1)!.wire.join()).toContain("The end"));
    const { messages } = await talk.object().visitorPage(address, chat.id, null, 100);
    expect(JSON.stringify(messages)).not.toContain(SECRET);
    for (const page of pages) expect(page.wire.join()).not.toContain(SECRET);
    expect(JSON.stringify(provider.sent)).not.toContain(SECRET);
    for (const entry of await talk.entries()) if (entry.text.includes(SECRET)) expect([entry.kind, entry.channel, entry.state, entry.connectionId]).toEqual(["comment", null, null, null]);
    pages.forEach((page) => page.close());
    provider.restore();
  }), { numRuns: 20, endOnFailure: true, interruptAfterTimeLimit: 12_000 });
});

it("another visitor's page sees nothing of this one, and typing a comment is told to nobody outside", async () => {
  const { talk, address } = await onEveryChannel();
  const theirs = await visitor(talk.object(), address, chat.id);
  const stranger = await visitor(talk.object(), "v_stranger", chat.id);
  await talk.send("For you only", { line: chat, contact: address });
  await settles(() => expect(theirs.wire.join()).toContain("For you only"));
  const colleague = await thread(talk.object(), talk.actor);
  colleague.say({ type: "typing", on: true, mode: "comment", draft: `${SECRET} draft` });
  colleague.say({ type: "typing", on: true, mode: "reply", draft: "Hello, I" });
  await settles(() => expect(theirs.frames().filter((frame) => frame.type === "typing")).toHaveLength(1));
  expect(theirs.wire.join()).not.toContain(SECRET);
  expect(theirs.wire.join()).not.toContain("Hello, I");
  expect(stranger.wire.join()).not.toContain("For you only");
});
