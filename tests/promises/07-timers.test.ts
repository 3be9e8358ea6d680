import { env, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { sweep } from "../../worker/jobs/sweep";
import { arrives, newConversation, newDesk, text, type Desk, type TestConversation } from "../support/conversation";
import { alarmAt, alarmOf, loseAlarm } from "../support/crash";
import { accepted, fakeProvider } from "../support/provider";
import { settles } from "../support/socket";

const MINUTE = 60_000, HOUR = 3_600_000, DAY = 24 * HOUR;
afterEach(() => { vi.useRealTimers(); vi.restoreAllMocks(); });

let desk: Desk;
let talk: TestConversation & { phone: string };
beforeEach(async () => {
  desk = await newDesk();
  talk = await newConversation(desk);
});

const iso = (inMs: number) => new Date(Date.now() + inMs).toISOString();
const wakings = async () => (await talk.entries()).filter((entry) => entry.event?.type === "woke");
/** As if the platform woke everything at `at`. */
const at = async <T>(inMs: number, act: () => Promise<T>): Promise<T> => {
  vi.useFakeTimers({ now: Date.now() + inMs, toFake: ["Date"] });
  try { return await act(); } finally { vi.useRealTimers(); }
};

it("a scheduled message leaves at its time, not before, and once", async () => {
  const provider = fakeProvider();
  const sent = await talk.send("Good morning", { sendAt: iso(HOUR) });
  expect((await talk.open()).scheduled).toBe(1);
  await alarmAt(talk.stub(), Date.now() + HOUR - MINUTE);
  expect(provider.to(talk.phone)).toEqual([]);
  await alarmAt(talk.stub(), Date.now() + HOUR + 1);
  await alarmAt(talk.stub(), Date.now() + HOUR + 1);
  await talk.becomes(sent.id, "sent");
  expect(provider.to(talk.phone)).toHaveLength(1);
  expect((await talk.open()).scheduled).toBe(0);
});

it("a snooze ends at its time, with one line that says so, however often it is looked at", async () => {
  await talk.object().change({ snoozedUntil: iso(HOUR) }, talk.actor, {}, Date.now());
  await at(HOUR - MINUTE, () => talk.object().poke());
  expect((await talk.open()).status).toBe("snoozed");
  await at(HOUR + MINUTE, async () => { await talk.object().poke(); await talk.object().poke(); });
  expect((await talk.open()).status).toBe("open");
  expect(await wakings()).toHaveLength(1);
});

it("a snooze that was moved ends at the later time; one that a reply ended does not end again", async () => {
  await talk.object().change({ snoozedUntil: iso(HOUR) }, talk.actor, {}, Date.now());
  await talk.object().change({ snoozedUntil: iso(2 * HOUR) }, talk.actor, {}, Date.now());
  await at(HOUR + MINUTE, () => talk.object().poke());
  expect((await talk.open()).status).toBe("snoozed");
  await arrives(desk, desk.lines.twilio, [text(talk.phone, "I am here")]);
  await at(3 * HOUR, () => talk.object().poke());
  expect(await wakings()).toEqual([]);
});

it.each<[string, () => Promise<unknown>]>([
  ["whoever asks the object next", async () => {
    await talk.object().open(talk.actor);
    await runDurableObjectAlarm(talk.stub());
  }],
  ["the sweep", () => sweep(env, Date.now())],
])("a lost alarm is found by %s, and the work is done once", async (_name, find) => {
  const provider = fakeProvider();
  const sent = await talk.send("Good morning", { sendAt: iso(HOUR) });
  // The list has to know, because the sweep looks there.
  await vi.waitFor(async () => {
    const row = await desk.account.db.prepare("SELECT next_due_at AS due FROM conversation WHERE account_id = ? AND id = ?").bind(desk.account.id, talk.id).first<{ due: number | null }>();
    expect(row?.due).toBe(Date.parse(sent.dueAt!));
  }, { timeout: 8_000, interval: 50 });
  await loseAlarm(talk.stub);
  await at(HOUR + 10 * MINUTE, async () => {
    await find();
    await talk.becomes(sent.id, "sent");
  });
  // The sweep also wakes what other tests left waiting.
  expect(provider.to(talk.phone)).toHaveLength(1);
});

it("an object that lost its alarm sets it again as soon as it is built", async () => {
  const sent = await talk.send("Good morning", { sendAt: iso(HOUR) });
  await loseAlarm(talk.stub);
  expect(await alarmOf(talk.stub())).toBeLessThanOrEqual(Date.parse(sent.dueAt!));
});

it("a transaction that is undone takes its alarm with it, and the next one still sets one", async () => {
  const due = Date.now() + HOUR;
  await runInDurableObject(talk.stub(), async (object, state) => {
    await state.storage.deleteAlarm();
    object.timers.forget();
    const broken = vi.spyOn(object.store, "setMember").mockImplementation(() => { throw new Error("disk full"); });
    expect(() => object.change({ snoozedUntil: new Date(due).toISOString(), starred: true }, talk.actor, {}, Date.now())).toThrow("disk full");
    broken.mockRestore();
  });
  expect((await talk.open()).status).toBe("open");
  await talk.object().change({ snoozedUntil: new Date(due).toISOString() }, talk.actor, {}, Date.now());
  expect(await alarmOf(talk.stub())).not.toBeNull();
});

it("a message that waits behind another does not make the alarm spin", async () => {
  fakeProvider((nth) => (nth === 1 ? Response.json({ code: 20429, message: "slow down" }, { status: 429, headers: { "retry-after": "600" } }) : accepted(`SM${crypto.randomUUID()}`)));
  const first = await talk.send("first");
  await settles(async () => expect((await talk.entry(first.id)).attempts[0]?.outcome).toBe("retry"));
  const second = await talk.send("second");
  await talk.object().poke();
  expect((await talk.entry(second.id)).state).toBe("queued");
  expect(await alarmOf(talk.stub())).toBeGreaterThan(Date.now() + 1_000);
});

it("one timer that fails does not keep the others from their time", async () => {
  await talk.object().change({ snoozedUntil: iso(HOUR) }, talk.actor, {}, Date.now());
  await runInDurableObject(talk.stub(), (object) => {
    object.timers.set("purge", Date.now() - 1);
    vi.spyOn(object.store, "purge").mockImplementation(() => { throw new Error("disk full"); });
  });
  await at(HOUR + MINUTE, () => talk.object().poke());
  expect((await talk.open()).status).toBe("open");
});

it("a conversation whose late hint was wrong does not stay at the head of the sweep", async () => {
  const { db } = desk.account;
  const hint = () => db.prepare("SELECT next_due_at AS due FROM conversation WHERE account_id = ? AND id = ?").bind(desk.account.id, talk.id).first<{ due: number | null }>();
  await vi.waitFor(async () => expect(await hint()).not.toBeNull(), { timeout: 8_000, interval: 50 });
  await db.prepare("UPDATE conversation SET next_due_at = ? WHERE account_id = ? AND id = ?").bind(Date.now() - DAY, desk.account.id, talk.id).run();
  await sweep(env, Date.now());
  expect((await hint())!.due).toBeGreaterThan(Date.now());
});
