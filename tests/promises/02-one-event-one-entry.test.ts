import * as fc from "fast-check";
import { expect, it } from "vitest";
import { arrives, conversation, newConversation, newDesk, newExternal, newPhone, request, text } from "../support/conversation";
import { forgetIdentity } from "../../worker/db/contacts";

const desk = await newDesk();
const { twilio } = desk.lines;
const inbound = async (id: string) => (await conversation(desk, id).entries()).filter((entry) => entry.direction === "in");

it("fifty parallel copies of one webhook make one entry", async () => {
  const event = text(newPhone(), "Only once, please");
  const raw = request();
  const delivered = await Promise.all(Array.from({ length: 50 }, () => arrives(desk, twilio, [event], raw)));
  const ids = new Set(delivered.flat().map(({ conversationId }) => conversationId));
  expect(ids.size).toBe(1);
  expect(await inbound([...ids][0]!)).toHaveLength(1);
  expect(delivered.flat().flatMap(({ entries }) => entries).filter(({ repeated }) => !repeated)).toHaveLength(1);
});

it("two simultaneous first messages of a new customer make one contact and one conversation", async () => {
  const phone = newPhone();
  const place = { kind: "phone", scope: "", address: phone };
  const first = arrives(desk, twilio, [text(phone, "First")]);
  // As if another machine took the second: it does not remember what this one just learned.
  forgetIdentity(desk.account, place);
  const second = arrives(desk, twilio, [text(phone, "Second")]);
  const [[a], [b]] = await Promise.all([first, second]);
  expect(a!.conversationId).toBe(b!.conversationId);
  expect((await inbound(a!.conversationId)).map((entry) => entry.text).toSorted()).toEqual(["First", "Second"]);
  const { count } = (await desk.account.db.prepare("SELECT count(*) AS count FROM contact WHERE account_id = ? AND id IN (SELECT contact_id FROM identity WHERE account_id = ?1 AND address = ?2)").bind(desk.account.id, phone).first<{ count: number }>())!;
  expect(count).toBe(1);
});

it("however a provider batches, repeats and reorders, every event makes one entry", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
    async (batches) => {
      const phone = newPhone();
      const ids = Array.from({ length: 6 }, newExternal);
      const groups = await Promise.all(batches.map((batch) => arrives(desk, twilio, batch.map((nth) => text(phone, `Message ${nth}`, { externalId: ids[nth]! })))));
      const { conversationId } = groups[0]![0]!;
      const wanted = [...new Set(batches.flat())].map((nth) => `Message ${nth}`).toSorted();
      expect((await inbound(conversationId)).map((entry) => entry.text).toSorted()).toEqual(wanted);
      expect((await conversation(desk, conversationId).open()).inboundCount).toBe(wanted.length);
    },
  ), { numRuns: 15, endOnFailure: true });
});

it("a batch of several customers reaches each of them", async () => {
  const [a, b] = [newPhone(), newPhone()];
  const delivered = await arrives(desk, twilio, [text(a, "From A"), text(b, "From B"), text(a, "A again")]);
  const threads = await Promise.all(delivered.map(({ conversationId }) => inbound(conversationId)));
  expect(threads.map((entries) => entries.map((entry) => entry.text))).toEqual([["From A", "A again"], ["From B"]]);
});

it("a repeat does not reopen, count or wake anything", async () => {
  const event = text(newPhone(), "Thanks, bye");
  const [delivered] = await arrives(desk, twilio, [event]);
  const talk = conversation(desk, delivered!.conversationId);
  await talk.object().change({ status: "closed" }, talk.actor, {}, Date.now());
  const before = await talk.open();
  await arrives(desk, twilio, [event]);
  expect(await talk.open()).toEqual(before);
});

it("a known event beside a new one does not swallow the new one", async () => {
  const talk = await newConversation(desk, "Known");
  const old = text(talk.phone, "Also known");
  await arrives(desk, twilio, [old]);
  await arrives(desk, twilio, [old, text(talk.phone, "New")]);
  expect((await inbound(talk.id)).map((entry) => entry.text)).toEqual(["Known", "Also known", "New"]);
});
