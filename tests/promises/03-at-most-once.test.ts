import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { arrives, newConversation, newDesk, status, type Desk, type TestConversation } from "../support/conversation";
import { Connection } from "../../durable-objects/connection/connection";
import { alarmAt, crash } from "../support/crash";
import { accepted, fakeProvider, held, silence } from "../support/provider";
import { settles } from "../support/socket";

const MINUTE = 60_000;
afterEach(() => vi.restoreAllMocks());

// Anew each time: pretended times would leave the connection's sending slots in the future.
let desk: Desk;
beforeEach(async () => { desk = await newDesk(); });
const mail = () => ({ line: desk.lines.resend, to: ["ada@example.com"], subject: "Your bike" });

/** The object dies while a provider has the request and has not answered. */
async function diesInTheCall(talk: TestConversation & { phone: string }, more: Parameters<TestConversation["send"]>[1] = {}) {
  const provider = fakeProvider(silence);
  const sent = await talk.send("It is ready.", more);
  await talk.becomes(sent.id, "sending");
  await settles(() => expect(provider.sent.length).toBeGreaterThan(0));
  await crash();
  return { sent, provider };
}

it("a client's retry with the same id is one message", async () => {
  const talk = await newConversation(desk);
  const provider = fakeProvider();
  const clientId = crypto.randomUUID();
  const submitted = await Promise.all(Array.from({ length: 10 }, () => talk.submit("Yes", { clientId })));
  expect(submitted.filter((one) => one.ok && !one.repeated)).toHaveLength(1);
  await talk.becomes(clientId, "sent");
  await talk.submit("Yes", { clientId });
  expect(provider.to(talk.phone)).toHaveLength(1);
  expect((await talk.entries()).filter((entry) => entry.direction === "out")).toHaveLength(1);
});

it("nobody can use another message's id for a comment, or a comment's for a message", async () => {
  const talk = await newConversation(desk);
  const provider = fakeProvider();
  const clientId = crypto.randomUUID();
  await talk.object().comment({ clientId, text: "He always asks for a discount" }, [], talk.actor, Date.now());
  expect(await talk.submit("He always asks for a discount", { clientId })).toMatchObject({ ok: false, code: "refused", reason: "taken-id" });
  expect(provider.to(talk.phone)).toEqual([]);
});

describe("a provider that cannot tell repeats apart", () => {
  it("is asked once; when the object dies in the call, the outcome is unknown and a person decides", async () => {
    const talk = await newConversation(desk);
    const { sent, provider } = await diesInTheCall(talk);
    await alarmAt(talk.stub(), Date.now() + MINUTE);
    expect((await talk.entry(sent.id)).state).toBe("sending");
    await alarmAt(talk.stub(), Date.now() + 5 * MINUTE);
    const entry = await talk.becomes(sent.id, "unknown");
    expect(entry.failure?.class).toBe("unknown");
    expect((await talk.open()).failed).toBe(true);
    expect(provider.to(talk.phone)).toHaveLength(1);
    await talk.object().resolve(sent.id, "sent", talk.actor);
    expect(await talk.entry(sent.id)).toMatchObject({ state: "sent", failure: null });
    expect((await talk.open()).failed).toBe(false);
  });

  it("whose answer is lost is believed when its report names the message", async () => {
    const talk = await newConversation(desk);
    const { sent, provider } = await diesInTheCall(talk);
    await arrives(desk, desk.lines.twilio, [status({ state: "delivered", externalId: "SMlost", reference: talk.reference(sent.id) })]);
    await alarmAt(talk.stub(), Date.now() + 5 * MINUTE);
    expect((await talk.entry(sent.id)).state).toBe("delivered");
    // From now on the provider's own id is enough.
    await arrives(desk, desk.lines.twilio, [status({ state: "read", externalId: "SMlost", reference: talk.reference(sent.id) })]);
    expect((await talk.entry(sent.id)).state).toBe("read");
    expect(provider.to(talk.phone)).toHaveLength(1);
  });

  it("that breaks the connection is not asked again", async () => {
    const talk = await newConversation(desk);
    const provider = fakeProvider(() => Promise.reject(new Error("connection reset")));
    const sent = await talk.send("It is ready.");
    await settles(async () => expect((await talk.entry(sent.id)).attempts[0]?.outcome).toBe("unknown"));
    await alarmAt(talk.stub(), Date.now() + 3 * MINUTE);
    await talk.becomes(sent.id, "unknown");
    expect(provider.to(talk.phone)).toHaveLength(1);
  });

  it("holds nobody up behind it once a status has said where it is", async () => {
    const talk = await newConversation(desk);
    fakeProvider((_nth, { body }) => (body.includes("It+is+ready") ? Promise.reject(new Error("connection reset")) : accepted(`SM${crypto.randomUUID()}`)));
    const sent = await talk.send("It is ready.");
    await settles(async () => expect((await talk.entry(sent.id)).attempts[0]?.outcome).toBe("unknown"));
    await arrives(desk, desk.lines.twilio, [status({ state: "delivered", externalId: "SMlost", reference: talk.reference(sent.id) })]);
    await talk.becomes(sent.id, "delivered");
    const next = await talk.send("Open until six.");
    await talk.becomes(next.id, "sent");
  });

  it("is asked again when a person says so, as a new attempt of the same message", async () => {
    const talk = await newConversation(desk);
    const { sent } = await diesInTheCall(talk);
    await alarmAt(talk.stub(), Date.now() + MINUTE);
    await alarmAt(talk.stub(), Date.now() + 5 * MINUTE);
    const provider = fakeProvider();
    await talk.object().retry(sent.id, talk.actor, Date.now());
    await talk.object().retry(sent.id, talk.actor, Date.now());
    const entry = await talk.becomes(sent.id, "sent");
    expect(provider.to(talk.phone)).toHaveLength(1);
    expect(entry.attempts.map(({ outcome }) => outcome)).toEqual(["unknown", "sent"]);
    expect((await talk.open()).failed).toBe(false);
  });
});

describe("a provider that drops repeats", () => {
  it("is asked again by itself, with the same key, when the object died in the call", async () => {
    const talk = await newConversation(desk);
    const { sent, provider } = await diesInTheCall(talk, mail());
    provider.restore();
    const again = fakeProvider();
    await alarmAt(talk.stub(), Date.now() + MINUTE);
    const entry = await talk.becomes(sent.id, "sent");
    expect(entry.attempts.map(({ outcome }) => outcome)).toEqual(["retry", "sent"]);
    const asked = [...provider.sent, ...again.sent].filter(({ idempotencyKey }) => idempotencyKey === sent.id);
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual(asked[0]);
  });

  it("may have what we no longer wait for: such a message is not taken back", async () => {
    const talk = await newConversation(desk);
    fakeProvider(() => Promise.reject(new Error("connection reset")));
    const sent = await talk.send("It is ready.", mail());
    await settles(async () => expect((await talk.entry(sent.id)).attempts[0]?.outcome).toBe("retry"));
    const cancelled = await talk.object().cancel(sent.id, talk.actor);
    expect(cancelled!.cancelled).toBe(false);
  });

  it("that never answers leaves a message whose outcome is unknown, not one that failed", async () => {
    const talk = await newConversation(desk);
    fakeProvider(() => Promise.reject(new Error("connection reset")));
    const sent = await talk.send("It is ready.", mail());
    for (let tries = 2; tries <= 5; tries++) {
      await settles(async () => expect((await talk.entry(sent.id)).attempts).toHaveLength(tries - 1));
      await talk.becomes(sent.id, "queued");
      await alarmAt(talk.stub(), Date.now() + tries * 10 * MINUTE);
    }
    const entry = await talk.becomes(sent.id, "unknown");
    expect(entry.attempts).toHaveLength(5);
  });
});

it("an answer that comes after the object's death changes nothing", async () => {
  const talk = await newConversation(desk);
  const { answer, release } = held();
  const provider = fakeProvider(answer);
  const sent = await talk.send("It is ready.");
  await settles(() => expect(provider.to(talk.phone)).toHaveLength(1));
  await crash();
  release(() => accepted("SMlate"));
  await alarmAt(talk.stub(), Date.now() + MINUTE);
  await alarmAt(talk.stub(), Date.now() + 5 * MINUTE);
  await talk.becomes(sent.id, "unknown");
  expect(provider.to(talk.phone)).toHaveLength(1);
});

it("what was taken back in time never leaves", async () => {
  const talk = await newConversation(desk);
  const provider = fakeProvider();
  const sent = await talk.send("Wrong person!", { undoMs: 30_000 });
  expect(await talk.object().cancel(sent.id, talk.actor)).toMatchObject({ cancelled: true });
  expect(await talk.object().cancel(sent.id, talk.actor)).toMatchObject({ cancelled: true });
  await alarmAt(talk.stub(), Date.now() + MINUTE);
  expect(provider.to(talk.phone)).toEqual([]);
  expect((await talk.entry(sent.id)).deleted).toBe(true);
});

it("what has left is not taken back", async () => {
  const talk = await newConversation(desk);
  fakeProvider();
  const sent = await talk.send("Hello");
  await talk.becomes(sent.id, "sent");
  expect(await talk.object().cancel(sent.id, talk.actor)).toMatchObject({ cancelled: false });
  expect((await talk.entry(sent.id)).text).toBe("Hello");
});

it("messages leave in the order they were written, also when the first has to wait", async () => {
  const talk = await newConversation(desk);
  const provider = fakeProvider((nth) => (nth === 1 ? Response.json({ code: 20429, message: "Too many requests" }, { status: 429 }) : accepted(`SM${crypto.randomUUID()}`)));
  const first = await talk.send("first");
  await talk.becomes(first.id, "queued");
  await settles(async () => expect((await talk.entry(first.id)).attempts).toHaveLength(1));
  const second = await talk.send("second");
  await talk.becomes(second.id, "sent");
  const bodies = provider.sent.filter((one) => one.url.includes("twilio")).map((one) => new URLSearchParams(one.body).get("Body"));
  expect(bodies).toEqual(["first", "first", "second"]);
});

it("a failure that is ours, before the provider heard anything, is tried again and never counts as sent", async () => {
  const talk = await newConversation(desk);
  const provider = fakeProvider();
  const broken = vi.spyOn(Connection.prototype, "reserve").mockImplementation(() => { throw new Error("restarting"); });
  const sent = await talk.send("Hello");
  await settles(() => expect(broken).toHaveBeenCalled());
  expect((await talk.entry(sent.id)).state).toBe("queued");
  broken.mockRestore();
  await alarmAt(talk.stub(), Date.now() + MINUTE);
  await talk.becomes(sent.id, "sent");
  expect(provider.to(talk.phone)).toHaveLength(1);
});
