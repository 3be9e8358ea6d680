import * as fc from "fast-check";
import { afterEach, expect, it, vi } from "vitest";
import type { EntryState } from "../../worker/contract/entry";
import { arrives, newConversation, newDesk, newExternal, status } from "../support/conversation";
import { accepted, fakeProvider, held } from "../support/provider";
import { settles } from "../support/socket";

afterEach(() => vi.restoreAllMocks());
const desk = await newDesk();
const { twilio } = desk.lines;

/** A message the provider has taken as `external`. */
async function taken(external = newExternal()) {
  const talk = await newConversation(desk);
  const provider = fakeProvider(() => accepted(external));
  const sent = await talk.send("It is ready.");
  await talk.becomes(sent.id, "sent");
  provider.restore();
  return { talk, sent, external };
}
const report = (external: string, state: EntryState, more = {}) => status({ externalId: external, state, ...more });

it("whatever the order and repetition of reports, the furthest one holds", async () => {
  const { talk, sent, external } = await taken();
  const reference = talk.reference(sent.id);
  let reached: EntryState = "sent";
  const order: EntryState[] = ["queued", "sending", "sent", "delivered", "read"];
  await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom(...order), { maxLength: 6 }), async (states) => {
    for (const state of states) {
      await arrives(desk, twilio, [report(external, state, { reference })]);
      if (order.indexOf(state) > order.indexOf(reached)) reached = state;
      expect((await talk.entry(sent.id)).state).toBe(reached);
    }
  }), { numRuns: 10, endOnFailure: true });
});

it.each<[EntryState[], EntryState]>([
  [["failed", "delivered"], "delivered"],
  [["delivered", "failed"], "delivered"],
  [["failed", "sent"], "failed"],
  [["failed", "failed", "read"], "read"],
  [["read", "delivered", "failed", "sent"], "read"],
  [["queued", "failed", "sending"], "failed"],
])("%j ends as %s", async (states, end) => {
  const { talk, sent, external } = await taken();
  for (const state of states) await arrives(desk, twilio, [report(external, state, { reference: talk.reference(sent.id), ...(state === "failed" && { code: "30003" }) })]);
  const entry = await talk.entry(sent.id);
  expect(entry.state).toBe(end);
  expect((await talk.open()).failed).toBe(end === "failed");
  expect(entry.failure === null).toBe(end !== "failed");
});

it("a report that comes before the provider's answer waits for it", async () => {
  const talk = await newConversation(desk);
  const external = newExternal();
  const { answer, release } = held();
  const provider = fakeProvider(answer);
  const sent = await talk.send("It is ready.");
  await settles(() => expect(provider.to(talk.phone)).toHaveLength(1));
  // Nothing names our message yet: only the provider's id does.
  await talk.object().receive({
    birth: { id: talk.id, contactId: "", contactName: "", previousId: null }, connection: { id: twilio.id, channel: "sms", provider: "twilio", address: twilio.address },
    events: [{ event: report(external, "delivered"), author: { id: null, name: "" }, attachments: [], refs: {} }],
    raw: { id: crypto.randomUUID(), request: { method: "POST", url: "", headers: {}, receivedAt: Date.now() }, body: null }, reopenDays: 30,
  }, Date.now());
  expect((await talk.entry(sent.id)).state).toBe("sending");
  release(() => accepted(external));
  await talk.becomes(sent.id, "delivered");
});

it("a report by reference overtakes the answer, and the answer does not take it back", async () => {
  const talk = await newConversation(desk);
  const external = newExternal();
  const { answer, release } = held();
  const provider = fakeProvider(answer);
  const sent = await talk.send("It is ready.");
  await settles(() => expect(provider.to(talk.phone)).toHaveLength(1));
  await arrives(desk, twilio, [report(external, "delivered", { reference: talk.reference(sent.id) })]);
  await talk.becomes(sent.id, "delivered");
  release(() => accepted(external));
  await settles(async () => expect((await talk.entry(sent.id)).attempts[0]!.outcome).toBe("sent"));
  expect((await talk.entry(sent.id)).state).toBe("delivered");
});

it("a failure says why, in the words for the provider's own code, whatever went wrong before", async () => {
  const talk = await newConversation(desk);
  fakeProvider(() => Promise.reject(new Error("connection reset")));
  const sent = await talk.send("It is ready.");
  await settles(async () => expect((await talk.entry(sent.id)).failure?.class).toBe("unknown"));
  await arrives(desk, twilio, [report(newExternal(), "failed", { code: "30003", class: "temporary", reference: talk.reference(sent.id) })]);
  expect((await talk.entry(sent.id)).failure).toMatchObject({ code: "30003", class: "temporary" });
});

it("after a person sent a failed message again, repeated reports on the first attempt do not fail the second", async () => {
  const { talk, sent, external } = await taken();
  const failed = report(external, "failed", { code: "30008", reference: talk.reference(sent.id) });
  await arrives(desk, twilio, [failed]);
  await talk.becomes(sent.id, "failed");
  const second = newExternal();
  const provider = fakeProvider(() => accepted(second));
  await talk.object().retry(sent.id, talk.actor, Date.now());
  await arrives(desk, twilio, [failed]);
  await settles(async () => expect(await talk.entry(sent.id)).toMatchObject({ state: "sent", failure: null }));
  await arrives(desk, twilio, [failed]);
  expect((await talk.entry(sent.id)).state).toBe("sent");
  expect(provider.to(talk.phone)).toHaveLength(1);
  await arrives(desk, twilio, [report(second, "failed", { code: "30006", reference: talk.reference(sent.id) })]);
  expect((await talk.entry(sent.id)).failure?.code).toBe("30006");
});

it("a mail to several people shows the worst, and who it is about", async () => {
  const talk = await newConversation(desk);
  const external = `re_${crypto.randomUUID()}`;
  fakeProvider(() => accepted(external));
  const { resend } = desk.lines;
  const sent = await talk.send("It is ready.", { line: resend, to: ["ada@example.com", "bo@example.com"], subject: "Bike" });
  await talk.becomes(sent.id, "sent");
  await arrives(desk, resend, [report(external, "delivered", { reference: talk.reference(sent.id), recipient: "ada@example.com" })]);
  expect((await talk.entry(sent.id)).state).toBe("sent");
  await arrives(desk, resend, [report(external, "failed", { reference: talk.reference(sent.id), recipient: "bo@example.com", code: "bounced/Permanent" })]);
  const entry = await talk.entry(sent.id);
  expect(entry.state).toBe("failed");
  expect(entry.recipients.map(({ state }) => state)).toEqual(["delivered", "failed"]);
});

it("a connection does not report on what went through another one", async () => {
  const { talk, sent } = await taken();
  await arrives(desk, desk.lines.resend, [report("re_forged", "read", { reference: talk.reference(sent.id) })]);
  expect((await talk.entry(sent.id)).state).toBe("sent");
});
