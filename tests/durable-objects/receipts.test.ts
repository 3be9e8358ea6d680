import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Line, TestConversation } from "../support/conversation";
import { fakeGraph, taken } from "../support/graph";
import { contactsOf, conversationsOf, newMetaDesk, newMid, onMeta, onWhatsApp, onlyConversation, posts, type MetaDesk } from "../support/meta";
import { held } from "../support/provider";
import { provesSync } from "../support/prove";
import { settles } from "../support/socket";

const CUSTOMER = "5349573198712345";
const DAY = 86_400_000;

let desk: MetaDesk;
beforeEach(async () => { desk = await newMetaDesk(); });
afterEach(() => vi.restoreAllMocks());

/** A conversation of a page's customer, and the times of ours as the provider tells them. */
async function talking(line: Line, customer = CUSTOMER) {
  await posts(line, onMeta(line).says(customer, "Is it there?"));
  const talk = await onlyConversation(desk);
  const send = async (words: string) => {
    const { id } = await talk.send(words, { line, contact: customer });
    return talk.becomes(id, "sent");
  };
  return { talk, send, tell: (body: object) => posts(line, body) };
}
const statesOf = async (talk: TestConversation) => (await talk.entries()).filter(({ direction }) => direction === "out").map(({ text, state }) => `${text} ${state}`);
const startOf = (entry: { attempts: { at: string }[] }) => Date.parse(entry.attempts.at(-1)!.at);

describe("Messenger's watermark", () => {
  it("reaches everything of ours up to its time, and nothing after it", async () => {
    fakeGraph();
    const { talk, send, tell } = await talking(desk.meta.messenger);
    const page = onMeta(desk.meta.messenger);
    const first = await send("first");
    await new Promise((resolve) => setTimeout(resolve, 20));
    await send("second");
    await provesSync(talk, () => tell(page.delivery(CUSTOMER, { mids: [newMid()], watermark: startOf(first) })));
    expect(await statesOf(talk)).toEqual(["first delivered", "second sent"]);
    await tell(page.read(CUSTOMER, { watermark: Date.now() + 1_000 }));
    expect(await statesOf(talk)).toEqual(["first read", "second read"]);
    await tell(page.delivery(CUSTOMER, { watermark: Date.now() + 1_000 }));
    expect(await statesOf(talk)).toEqual(["first read", "second read"]);
  });

  it("that comes before the answer to our call holds for that message", async () => {
    const { answer, release } = held();
    const graph = fakeGraph(({ body }) => (JSON.stringify(body).includes("slow") ? answer() : undefined));
    const { talk, tell } = await talking(desk.meta.messenger);
    const page = onMeta(desk.meta.messenger);
    const { id } = await talk.send("slow", { line: desk.meta.messenger, contact: CUSTOMER });
    await settles(() => expect(graph.messages()).toHaveLength(1));
    await tell(page.delivery(CUSTOMER, { watermark: Date.now() + 1_000 }));
    await tell(page.read(CUSTOMER, { watermark: Date.now() + 1_000 }));
    expect((await talk.entry(id)).state).toBe("sending");
    release(() => taken(newMid()));
    await talk.becomes(id, "read");
  });

  it("leaves what failed, what waits, and what went over another connection", async () => {
    fakeGraph(({ body }) => (JSON.stringify(body).includes("bad") ? Response.json({ error: { code: 100, message: "no" } }, { status: 400 }) : undefined));
    const { talk, send, tell } = await talking(desk.meta.messenger);
    await send("good");
    const { id } = await talk.send("bad", { line: desk.meta.messenger, contact: CUSTOMER });
    await talk.becomes(id, "failed");
    const planned = await talk.send("planned", { line: desk.meta.messenger, contact: CUSTOMER, sendAt: new Date(Date.now() + 3_600_000).toISOString() });
    await posts(desk.meta.instagram, onMeta(desk.meta.instagram).says("42", "Somebody else"));
    await tell(onMeta(desk.meta.messenger).read(CUSTOMER, { watermark: Date.now() + 1_000 }));
    await tell(onMeta(desk.meta.messenger).read("another-customer", { watermark: Date.now() + 1_000 }));
    expect(await statesOf(talk)).toEqual(["good read", "bad failed", "planned scheduled"]);
    expect((await talk.entry(planned.id)).state).toBe("scheduled");
  });
});

describe("a receipt that comes after the conversation was closed and the customer has begun another", () => {
  it("reaches what was sent before too, also over several conversations, and leaves what is newer than it", async () => {
    fakeGraph();
    const line = desk.meta.messenger;
    const page = onMeta(line);
    const talks: TestConversation[] = [];
    for (const words of ["first", "second", "third"]) {
      await posts(line, page.says(CUSTOMER, `About the ${words}`));
      const talk = (await conversationsOf(desk)).find(({ id }) => !talks.some((one) => one.id === id))!;
      talks.push(talk);
      const { id } = await talk.send(words, { line, contact: CUSTOMER });
      await talk.becomes(id, "sent");
      // Long enough ago that what they write next begins another one.
      if (words !== "third") await talk.object().change({ status: "closed" }, talk.actor, {}, Date.now() - 30 * DAY);
    }
    const states = () => Promise.all(talks.map(async (talk) => (await statesOf(talk)).join()));
    const [, second] = talks as [TestConversation, TestConversation];
    const sentAt = startOf((await second.entries()).find(({ direction }) => direction === "out")!);
    await posts(line, page.read(CUSTOMER, { watermark: sentAt }));
    expect(await states()).toEqual(["first read", "second read", "third sent"]);
    // A closed conversation stays so: reading is no answer.
    expect((await second.open()).status).toBe("closed");
    await posts(line, page.read(CUSTOMER, { watermark: Date.now() + 1_000 }));
    expect(await states()).toEqual(["first read", "second read", "third read"]);
  });
});

describe("Instagram's newest message", () => {
  it("is read, with everything before it and nothing after it", async () => {
    const ids = [newMid(), newMid(), newMid()];
    let nth = 0;
    fakeGraph(({ body }) => (body && "message" in body ? taken(ids[nth++]!) : undefined));
    const { talk, send, tell } = await talking(desk.meta.instagram);
    for (const words of ["one", "two", "three"]) await send(words);
    await tell(onMeta(desk.meta.instagram).read(CUSTOMER, { mid: ids[1] }));
    expect(await statesOf(talk)).toEqual(["one read", "two read", "three sent"]);
    await tell(onMeta(desk.meta.instagram).read(CUSTOMER, { mid: ids[0] }));
    expect(await statesOf(talk)).toEqual(["one read", "two read", "three sent"]);
  });

  it("that we do not know yet counts by its time", async () => {
    const { answer, release } = held();
    const graph = fakeGraph(({ body }) => (JSON.stringify(body).includes("slow") ? answer() : undefined));
    const { talk, tell } = await talking(desk.meta.instagram);
    const mid = newMid();
    const { id } = await talk.send("slow", { line: desk.meta.instagram, contact: CUSTOMER });
    await settles(() => expect(graph.messages()).toHaveLength(1));
    await tell(onMeta(desk.meta.instagram).read(CUSTOMER, { mid }, Date.now() + 1_000));
    release(() => taken(mid));
    await talk.becomes(id, "read");
  });
});

describe("WhatsApp's statuses", () => {
  const ANN = { phone: "14155550102" };
  async function sent() {
    const wamid = newMid();
    fakeGraph(({ body }) => (body?.["type"] === "text" ? taken(wamid) : undefined));
    const { whatsapp } = desk.meta;
    await posts(whatsapp, onWhatsApp.says(ANN, "Hello"));
    const talk = await onlyConversation(desk);
    const { id } = await talk.send("Hi Ann", { line: whatsapp, contact: `+${ANN.phone}` });
    await talk.becomes(id, "sent");
    return { talk, id, tell: (...states: string[]) => Promise.all(states.map((state) => posts(whatsapp, onWhatsApp.status(wamid, state, { recipient_id: ANN.phone })))) };
  }

  it.each([
    ["in order", [["sent"], ["delivered"], ["read"]], "read"],
    ["the other way round", [["read"], ["delivered"], ["sent"]], "read"],
    ["all at once", [["read", "sent", "delivered", "read"]], "read"],
    ["with a voice note that was played", [["played"], ["delivered"]], "read"],
  ])("never lead back: %s", async (_, rounds, state) => {
    const { talk, id, tell } = await sent();
    for (const round of rounds) await tell(...round);
    expect((await talk.entry(id)).state).toBe(state);
  });

  it("by the reference we gave are believed before the answer, and of nobody we know make nobody", async () => {
    const { answer, release } = held();
    const graph = fakeGraph(({ body }) => (body?.["type"] === "text" ? answer() : undefined));
    const { whatsapp } = desk.meta;
    await posts(whatsapp, onWhatsApp.says(ANN, "Hello"));
    const talk = await onlyConversation(desk);
    const { id } = await talk.send("Hi", { line: whatsapp, contact: `+${ANN.phone}` });
    await settles(() => expect(graph.messages()).toHaveLength(1));
    expect(graph.messages()[0]!["biz_opaque_callback_data"]).toBe(talk.reference(id));
    const wamid = newMid();
    await posts(whatsapp, onWhatsApp.status(wamid, "delivered", { recipient_id: ANN.phone, biz_opaque_callback_data: talk.reference(id) }));
    expect((await talk.entry(id)).state).toBe("delivered");
    await posts(whatsapp, onWhatsApp.status(newMid(), "read", { recipient_id: "15005550199" }));
    release(() => taken(wamid));
    await settles(async () => expect((await talk.entry(id)).attempts[0]?.outcome).toBe("sent"));
    expect((await talk.entry(id)).state).toBe("delivered");
    expect(await contactsOf(desk)).toBe(1);
  });
});
