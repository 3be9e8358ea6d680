import { afterEach, describe, expect, it, vi } from "vitest";
import type { Entry } from "../../worker/contract/entry";
import { channelOf } from "../../worker/channels/registry";
import { arrives, newConversation, newDesk, newExternal, status, text, type TestConversation } from "../support/conversation";
import { alarmAt, crash } from "../support/crash";
import { fakeProvider } from "../support/provider";
import { settles } from "../support/socket";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Quiet but for one minute before midnight in Greenwich, so that it is quiet whenever a test runs, and ends at a known time. */
const ALWAYS = { on: true, days: Array.from({ length: 7 }, () => [{ from: "00:00", to: "23:59" }]), holidays: [], manual: "warn" };

const quietDesk = async () => {
  const desk = await newDesk();
  expect((await desk.fetch("/api/v1/account", { method: "PATCH", json: { settings: { quietHours: ALWAYS } } })).status).toBe(200);
  return desk;
};
/** Somebody who wrote long ago and whose zone is known. */
async function asleep(desk: Awaited<ReturnType<typeof newDesk>>) {
  const talk = await newConversation(desk);
  const { contactId } = await talk.open();
  await desk.fetch(`/api/v1/contacts/${contactId}`, { method: "PATCH", json: { timeZone: "UTC" } });
  return talk;
}
/** A key asks, and what no person sends waits. */
async function write(desk: Awaited<ReturnType<typeof newDesk>>, talk: TestConversation, words: string, more: object = {}): Promise<Entry> {
  vi.useFakeTimers({ now: Date.now() + HOUR, toFake: ["Date"] });
  const response = await desk.fetch(`/api/v1/conversations/${talk.id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "sms", text: words, ...more } });
  vi.useRealTimers();
  expect(response.status).toBe(201);
  return response.json<Entry>();
}
const at = (talk: TestConversation, entry: Pick<Entry, "id">, verb: string) => `/api/v1/conversations/${talk.id}/messages/${entry.id}${verb}`;

describe("what quiet hours hold back", () => {
  it("says why and until when, and is to leave within five minutes of their end", async () => {
    fakeProvider();
    const desk = await quietDesk();
    const talk = await asleep(desk);
    const held = await write(desk, talk, "Ready to be collected");
    expect(held).toMatchObject({ state: "scheduled", undoable: false, held: { reason: "quiet-hours", sentence: expect.stringMatching(/^Quiet hours: \d\d:\d\d for .*\. This waits until 23:59/) } });
    const ends = Math.floor(Date.parse(held.dueAt!) / MINUTE) * MINUTE;
    expect(Date.parse(held.dueAt!)).toBeLessThan(ends + 5 * MINUTE);
    expect(await talk.open()).toMatchObject({ scheduled: 1 });
  });

  it("does not leave all in the same second", async () => {
    const desk = await quietDesk();
    const due = new Set<string>();
    for (let nth = 0; nth < 6; nth++) due.add((await write(desk, await asleep(desk), "Good morning")).dueAt!.slice(0, 19));
    expect(due.size).toBeGreaterThan(3);
  });

  it("goes at once when an owner or admin says so, with a line that tells who, and once however often they say it", async () => {
    const provider = fakeProvider();
    const desk = await quietDesk();
    const talk = await asleep(desk);
    const held = await write(desk, talk, "Your flight is cancelled");
    expect((await desk.fetch(at(talk, held, "/send-now"), { method: "POST" }, "agent")).status).toBe(403);
    expect(await talk.entry(held.id)).toMatchObject({ state: "scheduled", held: { reason: "quiet-hours" } });
    const answers = await Promise.all([1, 2].map(() => desk.fetch(at(talk, held, "/send-now"), { method: "POST" }, "admin")));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
    expect(await talk.becomes(held.id, "sent")).toMatchObject({ held: null, dueAt: null });
    expect(provider.to(talk.phone)).toHaveLength(1);
    expect((await talk.entries()).filter(({ event }) => event?.type === "released").map(({ text: words }) => words)).toEqual([expect.stringContaining("quiet hours held back")]);
    expect(await talk.open()).toMatchObject({ scheduled: 0 });
  });

  it("is held when its time comes, too, though nothing was quiet when it was written", async () => {
    fakeProvider();
    const desk = await newDesk();
    const talk = await asleep(desk);
    const sendAt = Date.now() + 2 * HOUR;
    const planned = await write(desk, talk, "See you tomorrow", { sendAt: new Date(sendAt).toISOString() });
    expect(planned.held ?? null).toBeNull();
    await desk.fetch("/api/v1/account", { method: "PATCH", json: { settings: { quietHours: ALWAYS } } });
    await alarmAt(talk.stub(), sendAt + 1);
    await settles(async () => expect(await talk.entry(planned.id)).toMatchObject({ state: "scheduled", held: { reason: "quiet-hours" } }));
    expect(await talk.open()).toMatchObject({ scheduled: 1 });
  });
});

describe("what waits for its time", () => {
  const tomorrow = () => new Date(Date.now() + 24 * HOUR).toISOString();

  it("gets new words and a new time, and leaves then", async () => {
    const provider = fakeProvider();
    const desk = await newDesk();
    const talk = await newConversation(desk);
    const planned = await talk.send("See you at 9", { sendAt: tomorrow() });
    const sendAt = new Date(Date.now() + 48 * HOUR).toISOString();
    const revised = await (await desk.fetch(at(talk, planned, ""), { method: "PATCH", json: { text: "See you at 10", sendAt } })).json<Entry>();
    expect(revised).toMatchObject({ text: "See you at 10", dueAt: sendAt, state: "scheduled" });
    await alarmAt(talk.stub(), Date.parse(planned.dueAt!) + 1);
    expect((await talk.entry(planned.id)).state).toBe("scheduled");
    await crash();
    await alarmAt(talk.stub(), Date.parse(sendAt) + 1);
    await talk.becomes(planned.id, "sent");
    expect(provider.to(talk.phone).map(({ body }) => new URLSearchParams(body).get("Body"))).toEqual(["See you at 10"]);
  });

  it("is held at its new time where that is quiet", async () => {
    const desk = await newDesk();
    const talk = await asleep(desk);
    const planned = await talk.send("See you", { sendAt: tomorrow() });
    await desk.fetch("/api/v1/account", { method: "PATCH", json: { settings: { quietHours: ALWAYS } } });
    const revised = await (await desk.fetch(at(talk, planned, ""), { method: "PATCH", json: { sendAt: tomorrow() } })).json<Entry>();
    expect(revised.held).toMatchObject({ reason: "quiet-hours" });
  });

  it.each<[what: string, change: object, answer: number, reason: string | undefined]>([
    ["to a time that has passed", { sendAt: "2026-01-01T00:00:00Z" }, 422, "past"],
    ["to words that are too long", { text: "x".repeat(1_601) }, 422, "too-long"],
    ["to no words", { text: " " }, 400, undefined],
  ])("is not changed %s", async (_, change, answer, reason) => {
    const desk = await newDesk();
    const talk = await newConversation(desk);
    const planned = await talk.send("See you at 9", { sendAt: tomorrow() });
    const response = await desk.fetch(at(talk, planned, ""), { method: "PATCH", json: change });
    expect(response.status).toBe(answer);
    expect((await response.json<{ reason?: string }>()).reason).toBe(reason);
    expect(await talk.entry(planned.id)).toMatchObject({ text: "See you at 9", dueAt: planned.dueAt });
  });

  it("cannot be changed once it has left", async () => {
    fakeProvider();
    const desk = await newDesk();
    const talk = await newConversation(desk);
    const { id } = await talk.send("Gone");
    const sent = await talk.becomes(id, "sent");
    expect((await desk.fetch(at(talk, sent, ""), { method: "PATCH", json: { text: "Changed" } })).status).toBe(409);
    expect((await desk.fetch(at(talk, sent, "/send-now"), { method: "POST" })).status).toBe(200);
    expect((await talk.entry(id)).text).toBe("Gone");
  });

  it("leaves a closed conversation closed; the customer opens it again by answering", async () => {
    fakeProvider();
    const desk = await newDesk();
    const talk = await newConversation(desk);
    const sendAt = Date.now() + 24 * HOUR;
    const planned = await talk.send("How was it?", { sendAt: new Date(sendAt).toISOString() });
    await talk.object().change({ status: "closed" }, talk.actor, {}, Date.now());
    await alarmAt(talk.stub(), sendAt + 1);
    await talk.becomes(planned.id, "sent");
    expect(await talk.open()).toMatchObject({ status: "closed", preview: { entryId: planned.id }, scheduled: 0 });
    await arrives(desk, desk.lines.twilio, [text(talk.phone, "Very nice, thank you")]);
    expect(await talk.open()).toMatchObject({ status: "open", needsReply: true });
  });
});

describe("a price that the provider knows only later", () => {
  const sid = () => newExternal();
  async function delivered(price: () => Response) {
    const desk = await newDesk();
    const externalId = sid();
    const asked: string[] = [];
    fakeProvider((_, { url }) => {
      if (!url.includes(externalId)) return Response.json({ sid: externalId, num_segments: "1", price: null }, { status: 201 });
      asked.push(url);
      return price();
    });
    const talk = await newConversation(desk);
    const { id } = await talk.send("It is ready");
    await talk.becomes(id, "sent");
    await arrives(desk, desk.lines.twilio, (["sent", "delivered"] as const).map((state) => status({ state, externalId, reference: talk.reference(id) })));
    return { desk, talk, id, asked, externalId };
  }

  it("is asked for some minutes after the message went out, once", async () => {
    const { talk, id, asked, externalId } = await delivered(() => Response.json({ sid: externalId, num_segments: "2", price: "-0.01580", price_unit: "USD" }));
    expect(asked).toEqual([]);
    await alarmAt(talk.stub(), Date.now() + 6 * MINUTE);
    await settles(async () => expect(await talk.entry(id)).toMatchObject({ state: "delivered", price: { amount: "0.01580", currency: "USD" }, segments: 2 }));
    expect(asked).toEqual([`https://api.twilio.com/2010-04-01/Accounts/AC0/Messages/${externalId}.json`]);
    await alarmAt(talk.stub(), Date.now() + 24 * HOUR);
    expect(asked).toHaveLength(1);
  });

  it.each<[what: string, answer: () => Response]>([
    ["not known yet", () => Response.json({ sid: "SM1", price: null, price_unit: "USD" })],
    ["refused", () => Response.json({ code: 20404, message: "not found" }, { status: 404 })],
    ["no answer", () => { throw new Error("connection reset"); }],
  ])("that is %s is asked for once more, and then no more", async (_, answer) => {
    const { talk, id, asked } = await delivered(answer);
    for (const [minutes, looks] of [[6, 1], [96, 2], [600, 2], [6_000, 2]] as const) {
      await alarmAt(talk.stub(), Date.now() + minutes * MINUTE);
      await settles(() => expect(asked).toHaveLength(looks));
    }
    expect((await talk.entry(id)).price ?? null).toBeNull();
  });
});

/** Only what the carrier bills later is asked for: the others tell it by themselves. */
it("only a provider that can say what a message cost is asked", () => {
  expect(channelOf("twilio")!.bill).toBeDefined();
  expect(channelOf("telnyx")!.bill).toBeUndefined();
});
