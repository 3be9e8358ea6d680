import { afterEach, expect, it, vi } from "vitest";
import type { Carried } from "../../durable-objects/conversation/merging";
import { arrives, conversation, newConversation, newDesk, newPhone, text, type TestConversation } from "../support/conversation";
import { alarmAt, crash, loseAlarm } from "../support/crash";
import { fakeProvider } from "../support/provider";

const HOUR = 3_600_000;
afterEach(() => vi.restoreAllMocks());
const desk = await newDesk();

const MERGE = { mergeId: "mg_1", author: { id: "m_1", name: "Ana" }, text: "Ana merged two contacts", contactId: "ct_x", contactName: "X" };
/** What the other conversation of the same person brings. */
const CARRIED: Carried = {
  sticky: {}, channels: ["email"], consent: { email: "inactive" }, waitingSince: 1, windows: {}, unreachable: [],
  work: { status: "open", assigneeId: "m_1", teamId: null, labelIds: ["l_1"], followerIds: ["m_2"], wakeOnReply: true, snoozedUntil: null }, drafts: [],
};

type Act = (talk: TestConversation & { phone: string }) => Promise<() => Promise<unknown>>;

/** Every command that people and providers give a conversation; each prepares what it needs and answers the command itself. */
const COMMANDS: Record<string, Act> = {
  receive: async ({ phone }) => {
    const event = text(phone, "Once");
    return () => arrives(desk, desk.lines.twilio, [event]);
  },
  begin: async (talk) => () => talk.object().begin({ id: talk.id, contactId: "ct_x", contactName: "X", previousId: null }, talk.actor, Date.now()),
  "submit, later": async (talk) => {
    const draft = { clientId: crypto.randomUUID(), sendAt: new Date(Date.now() + 9 * HOUR).toISOString() };
    return () => talk.submit("Tomorrow", draft);
  },
  comment: async (talk) => {
    const draft = { clientId: crypto.randomUUID(), text: "Between us" };
    return () => talk.object().comment(draft, [], talk.actor, Date.now());
  },
  cancel: async (talk) => {
    const sent = await talk.send("Oops", { undoMs: 30_000 });
    return () => talk.object().cancel(sent.id, talk.actor);
  },
  resolve: async (talk) => {
    fakeProvider(() => Promise.reject(new Error("connection reset")));
    const sent = await talk.send("Hello");
    await vi.waitFor(async () => expect((await talk.entry(sent.id)).attempts[0]?.outcome).toBe("unknown"));
    await alarmAt(talk.stub(), Date.now() + HOUR);
    await talk.becomes(sent.id, "unknown");
    return () => talk.object().resolve(sent.id, "sent", talk.actor);
  },
  change: async (talk) => {
    const patch = { assigneeId: desk.agent.id, addLabels: ["l_1"], addFollowers: [desk.owner.id], status: "closed" as const, closeReason: "done", starred: true, readCount: 1 };
    return () => talk.object().change(patch, talk.actor, { [desk.agent.id]: "Agent", l_1: "Hot" }, Date.now());
  },
  snooze: async (talk) => {
    const snoozedUntil = new Date(Date.now() + HOUR).toISOString();
    return () => talk.object().change({ snoozedUntil }, talk.actor, {}, Date.now());
  },
  saveDraft: async (talk) => {
    const draft = { mode: "reply" as const, channel: null, text: "Dear", updatedAt: new Date().toISOString() };
    return () => talk.object().saveDraft("reply", draft, talk.actor);
  },
  "merge, closed for another": async (talk) => () => talk.object().merge({ ...MERGE, kind: "away" }, Date.now()),
  "merge, going on for both": async (talk) => () => talk.object().merge({ ...MERGE, kind: "in", carried: CARRIED, consent: { email: "inactive" } }, Date.now()),
  "merge, undone": async (talk) => {
    const { contactId, contactName } = await talk.open();
    await talk.object().merge({ ...MERGE, kind: "away" }, Date.now());
    return () => talk.object().merge({ ...MERGE, kind: "undo", people: { [contactId]: { name: contactName, addresses: [talk.phone] } }, refused: {} }, Date.now());
  },
  contactChanged: async (talk) => () => talk.object().contactChanged({ name: "Ada" }),
};

/** All that a client or a colleague could tell apart. */
async function seen(talk: TestConversation) {
  const { version: _version, ...row } = await talk.open();
  const entries = (await talk.entries()).map(({ rev: _rev, ...entry }) => entry);
  return { row, entries, drafts: await talk.object().drafts(talk.actor) };
}

it.each(Object.entries(COMMANDS))("%s done twice is done once", async (_name, prepare) => {
  const talk = await newConversation(desk);
  const act = await prepare(talk);
  await act();
  const after = await seen(talk);
  await act();
  expect(await seen(talk)).toEqual(after);
});

it.each(Object.entries(COMMANDS))("%s survives a crash between commit and effect, and a client that then repeats it", async (_name, prepare) => {
  const talk = await newConversation(desk);
  const act = await prepare(talk);
  await act();
  await crash();
  const after = await seen(talk);
  await act();
  expect(await seen(talk)).toEqual(after);
});

it.each(Object.entries(COMMANDS))("%s loses nothing when the alarm is lost with the object", async (_name, prepare) => {
  const talk = await newConversation(desk);
  const act = await prepare(talk);
  await act();
  const after = await seen(talk);
  await loseAlarm(talk.stub);
  await talk.object().poke();
  expect(await seen(talk)).toEqual(after);
});

it.each(Object.entries(COMMANDS).filter(([name]) => name !== "receive"))("%s that comes late, after the customer wrote again, loses neither", async (_name, prepare) => {
  const talk = await newConversation(desk);
  const act = await prepare(talk);
  await Promise.all([arrives(desk, desk.lines.twilio, [text(talk.phone, "Meanwhile")]), act()]);
  await act();
  const { row, entries } = await seen(talk);
  expect(entries.filter((entry) => entry.text === "Meanwhile")).toHaveLength(1);
  expect(row.inboundCount).toBe(2);
});

it("a merge that is told after it was undone changes nothing", async () => {
  const talk = await newConversation(desk);
  const before = await seen(talk);
  const { contactId, contactName } = before.row;
  await talk.object().merge({ ...MERGE, kind: "undo", people: { [contactId]: { name: contactName, addresses: [talk.phone] } }, refused: {} }, Date.now());
  await talk.object().merge({ ...MERGE, kind: "away" }, Date.now());
  await talk.object().merge({ ...MERGE, kind: "in", carried: CARRIED, consent: {} }, Date.now());
  expect(await seen(talk)).toEqual(before);
});

it("no command makes a conversation that never was", async () => {
  const talk = conversation(desk, "c_never");
  const never = { ...talk, phone: newPhone() };
  expect(await talk.object().open(talk.actor)).toBeNull();
  expect(await talk.submit("Hello")).toEqual({ ok: false, code: "not-found" });
  expect(await talk.object().comment({ clientId: crypto.randomUUID(), text: "x" }, [], talk.actor, Date.now())).toEqual({ ok: false, code: "not-found" });
  expect(await talk.object().cancel("e1", talk.actor)).toBeNull();
  expect(await talk.object().retry("e1", talk.actor, Date.now())).toBeNull();
  expect(await talk.object().resolve("e1", "sent", talk.actor)).toBeNull();
  expect(await talk.object().change({ starred: true }, talk.actor, {}, Date.now())).toBeNull();
  expect(await talk.object().saveDraft("reply", null, talk.actor)).toBe(false);
  await talk.object().contactChanged({ name: "Ada" });
  await talk.object().poke();
  await talk.object().reproject();
  expect(await never.object().open(talk.actor)).toBeNull();
});
