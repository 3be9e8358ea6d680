import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Connection } from "../../durable-objects/connection/connection";
import { arrives, newConversation, newDesk, status, text, type Desk, type TestConversation } from "../support/conversation";
import { alarmAt, crash } from "../support/crash";
import { accepted, fakeProvider, held, silence } from "../support/provider";
import { settles } from "../support/socket";

const MINUTE = 60_000;
afterEach(() => vi.restoreAllMocks());

let desk: Desk;
let talk: TestConversation & { phone: string };
beforeEach(async () => {
  desk = await newDesk();
  talk = await newConversation(desk);
});

/** The object dies while Twilio has the request. */
async function diesInTheCall() {
  const provider = fakeProvider(silence);
  const sent = await talk.send("It is ready.");
  await settles(() => expect(provider.sent).toHaveLength(1));
  await talk.becomes(sent.id, "sending");
  await crash();
  provider.restore();
  return sent;
}

it("a mail that came back really leaves again when a person says so, also where the provider drops repeats", async () => {
  const provider = fakeProvider((_nth, { idempotencyKey }) => accepted(`re_${idempotencyKey}`));
  const sent = await talk.send("It is ready.", { line: desk.lines.resend, to: ["ada@example.com"], subject: "Your bike" });
  await talk.becomes(sent.id, "sent");
  await arrives(desk, desk.lines.resend, [status({ state: "failed", externalId: `re_${sent.id}`, reference: talk.reference(sent.id), code: "bounced/Transient/General" })]);
  await talk.becomes(sent.id, "failed");
  await talk.object().retry(sent.id, talk.actor, Date.now());
  await talk.becomes(sent.id, "sent");
  // A send that an earlier test left behind may still knock here.
  const keys = [...new Set(provider.sent.map(({ idempotencyKey }) => idempotencyKey))].filter((key) => key?.startsWith(sent.id));
  expect(keys).toHaveLength(2);
  // What happens to the second attempt counts; the first is over.
  await arrives(desk, desk.lines.resend, [status({ state: "failed", externalId: `re_${sent.id}`, reference: talk.reference(sent.id) })]);
  expect((await talk.entry(sent.id)).state).toBe("sent");
  await arrives(desk, desk.lines.resend, [status({ state: "delivered", externalId: `re_${keys[1]!}`, reference: talk.reference(sent.id) })]);
  expect((await talk.entry(sent.id)).state).toBe("delivered");
});

it("a STOP that comes while a text is being made ready keeps it here", async () => {
  const provider = fakeProvider();
  let isStopped = false;
  const reserve = vi.spyOn(Connection.prototype, "reserve").mockImplementation((async (now: number) => {
    while (!isStopped) await new Promise((resolve) => setTimeout(resolve, 5));
    return now;
  }) as never);
  const sent = await talk.send("It is ready.");
  await settles(() => expect(reserve).toHaveBeenCalled());
  await arrives(desk, desk.lines.twilio, [text(talk.phone, "STOP")]);
  isStopped = true;
  const entry = await talk.becomes(sent.id, "failed");
  expect(entry.failure?.class).toBe("optout");
  expect(provider.to(talk.phone)).toEqual([]);
});

it("a message whose answer was lost is not unknown once the provider has named it, however early its report", async () => {
  const sent = await diesInTheCall();
  await alarmAt(talk.stub(), Date.now() + MINUTE);
  await arrives(desk, desk.lines.twilio, [status({ state: "queued", externalId: "SMearly", reference: talk.reference(sent.id) })]);
  await alarmAt(talk.stub(), Date.now() + 5 * MINUTE);
  expect((await talk.becomes(sent.id, "sent")).failure).toBeNull();
  expect((await talk.open()).failed).toBe(false);
});

it("the same, when that report comes after a person was told that nobody knows", async () => {
  const sent = await diesInTheCall();
  await alarmAt(talk.stub(), Date.now() + MINUTE);
  await alarmAt(talk.stub(), Date.now() + 5 * MINUTE);
  await talk.becomes(sent.id, "unknown");
  await arrives(desk, desk.lines.twilio, [status({ state: "queued", externalId: "SMlate", reference: talk.reference(sent.id) })]);
  expect((await talk.entry(sent.id)).state).toBe("sent");
  expect((await talk.open()).failed).toBe(false);
});

it("the late failure of an attempt that a person has repeated does not make the repeat look failed", async () => {
  const sent = await diesInTheCall();
  await alarmAt(talk.stub(), Date.now() + MINUTE);
  await alarmAt(talk.stub(), Date.now() + 5 * MINUTE);
  await talk.becomes(sent.id, "unknown");
  fakeProvider(() => accepted("SMsecond"));
  await talk.object().retry(sent.id, talk.actor, Date.now());
  await talk.becomes(sent.id, "sent");
  await arrives(desk, desk.lines.twilio, [status({ state: "failed", externalId: "SMfirst", reference: talk.reference(sent.id), code: "30008" })]);
  expect((await talk.entry(sent.id)).state).toBe("sent");
  await arrives(desk, desk.lines.twilio, [status({ state: "failed", externalId: "SMsecond", reference: talk.reference(sent.id), code: "30008" })]);
  expect((await talk.entry(sent.id)).state).toBe("failed");
});

it("a repeat that is taken back leaves the message as it was: the provider had it, and may yet deliver it", async () => {
  fakeProvider(() => accepted("SMonce"));
  const sent = await talk.send("It is ready.");
  await talk.becomes(sent.id, "sent");
  await arrives(desk, desk.lines.twilio, [status({ state: "failed", externalId: "SMonce", reference: talk.reference(sent.id), code: "30008" })]);
  const { failure } = await talk.entry(sent.id);
  const { answer } = held();
  vi.spyOn(Connection.prototype, "reserve").mockImplementation((async (now: number) => { await answer(); return now; }) as never);
  await talk.object().retry(sent.id, talk.actor, Date.now());
  expect(await talk.object().cancel(sent.id, talk.actor)).toMatchObject({ cancelled: true, entry: { state: "failed", text: "It is ready.", deleted: false, failure } });
  expect((await talk.open()).failed).toBe(true);
  await arrives(desk, desk.lines.twilio, [status({ state: "delivered", externalId: "SMonce", reference: talk.reference(sent.id) })]);
  expect((await talk.entry(sent.id)).state).toBe("delivered");
});

it("the same, when that failure comes while the repeat is on its way", async () => {
  const sent = await diesInTheCall();
  await alarmAt(talk.stub(), Date.now() + MINUTE);
  await alarmAt(talk.stub(), Date.now() + 5 * MINUTE);
  await talk.becomes(sent.id, "unknown");
  const { answer, release } = held();
  const provider = fakeProvider(answer);
  await talk.object().retry(sent.id, talk.actor, Date.now());
  await settles(() => expect(provider.sent).toHaveLength(1));
  await arrives(desk, desk.lines.twilio, [status({ state: "failed", externalId: "SMfirst", reference: talk.reference(sent.id), code: "30008" })]);
  release(() => accepted("SMsecond"));
  await talk.becomes(sent.id, "sent");
  await arrives(desk, desk.lines.twilio, [status({ state: "delivered", externalId: "SMsecond", reference: talk.reference(sent.id) })]);
  expect((await talk.entry(sent.id)).state).toBe("delivered");
  expect((await talk.open()).failed).toBe(false);
});
