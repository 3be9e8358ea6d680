import { afterEach, describe, expect, it, vi } from "vitest";
import { findContact } from "../../worker/db/contact-records";
import { arrives, conversation, newConversation, newDesk, newExternal, newPhone, request, status, text, type Desk, type TestConversation } from "../support/conversation";
import { provesSync } from "../support/prove";
import { fakeProvider } from "../support/provider";
import { settles } from "../support/socket";

afterEach(() => { vi.useRealTimers(); vi.restoreAllMocks(); });
const desk = await newDesk();
const says = (talk: { phone: string }, words: string, more: Parameters<typeof text>[2] = {}, to: Desk = desk) => arrives(to, to.lines.twilio, [text(talk.phone, words, more)]);
const activities = async (talk: TestConversation) => (await talk.entries()).filter(({ kind }) => kind === "activity").map((entry) => entry.text);
const messages = async (talk: TestConversation) => (await talk.entries()).filter(({ kind }) => kind === "message").map((entry) => entry.text);

describe("a text that a phone made of a reaction", () => {
  it("becomes the reaction it was, to the newest message with these words, and nothing more", async () => {
    fakeProvider();
    const talk = await newConversation(desk);
    const [older, newer] = [await talk.send("See you at 9"), await talk.send("See you at 9")];
    await talk.becomes(newer.id, "sent");
    const before = await talk.open();
    await provesSync(talk, () => says(talk, "Liked “See you at 9”"));
    expect((await talk.entry(newer.id)).reactions).toMatchObject([{ emoji: "👍", by: "contact", state: null }]);
    expect((await talk.entry(older.id)).reactions ?? []).toEqual([]);
    expect(await messages(talk)).not.toContain("Liked “See you at 9”");
    expect(await talk.open()).toMatchObject({ inboundCount: before.inboundCount, needsReply: before.needsReply });
  });

  it("changes and goes away again, also when it comes twice or late", async () => {
    fakeProvider();
    const talk = await newConversation(desk);
    const { id } = await talk.send("It's ready");
    await talk.becomes(id, "sent");
    const at = Date.now();
    const liked = text(talk.phone, "Liked “It’s ready”", { at });
    await arrives(desk, desk.lines.twilio, [liked]);
    await says(talk, "Reacted 🎉 to “It’s ready”", { at: at + 1_000 });
    await arrives(desk, desk.lines.twilio, [liked]);
    expect((await talk.entry(id)).reactions).toMatchObject([{ emoji: "🎉" }]);
    await says(talk, "Removed 🎉 from “It’s ready”", { at: at + 2_000 });
    expect((await talk.entry(id)).reactions).toEqual([]);
  });

  it("about words nobody wrote here stays a message", async () => {
    const talk = await newConversation(desk);
    await says(talk, "Liked “The Hobbit, part two”");
    expect(await messages(talk)).toContain("Liked “The Hobbit, part two”");
  });

  it("may be about the customer's own words, but ours come first", async () => {
    fakeProvider();
    const talk = await newConversation(desk, "OK");
    const ours = await talk.send("OK");
    await says(talk, "Loved “OK”");
    expect((await talk.entry(ours.id)).reactions).toMatchObject([{ emoji: "❤️" }]);
    const alone = await newConversation(desk, "My own words");
    await says(alone, "Loved “My own words”");
    expect((await alone.entries())[0]!.reactions).toMatchObject([{ emoji: "❤️" }]);
  });

  it("of a mail or a chat is what somebody wrote", async () => {
    const [delivered] = await arrives(desk, desk.lines.chat, [{ ...text("v", "Hello"), from: { kind: "visitor", address: "v_tap" } }]);
    await arrives(desk, desk.lines.chat, [{ ...text("v", "Liked “Hello”"), from: { kind: "visitor", address: "v_tap" } }]);
    expect(await messages(conversation(desk, delivered!.conversationId))).toEqual(["Hello", "Liked “Hello”"]);
  });

  it("begins no new conversation, however old the message", async () => {
    fakeProvider();
    const talk = await newConversation(desk);
    const { id } = await talk.send("Collected, thank you");
    await talk.becomes(id, "sent");
    await talk.object().change({ status: "closed" }, talk.actor, {}, Date.now());
    vi.useFakeTimers({ now: Date.now() + 40 * 24 * 3_600_000, toFake: ["Date"] });
    const [delivered] = await says(talk, "Loved “Collected, thank you”");
    expect(delivered!.conversationId).toBe(talk.id);
    expect(await talk.open()).toMatchObject({ status: "closed" });
  });
});

describe("a phone that could not be reached", () => {
  const unreached = async (code = "30003") => {
    const provider = fakeProvider();
    const talk = await newConversation(desk);
    const { id } = await talk.send("Your bike is ready");
    await talk.becomes(id, "sent");
    await arrives(desk, desk.lines.twilio, [status({ state: "failed", reference: talk.reference(id), code, class: "temporary" })]);
    return { ...talk, provider };
  };

  it("is not written to for now, and the reason does not say that they refused", async () => {
    const talk = await unreached();
    expect(await activities(talk)).toEqual(["Cannot be reached here for now"]);
    const refused = await talk.submit("Hello?");
    expect(refused).toMatchObject({ ok: false, reason: "opted-out", sentence: expect.stringContaining("could not reach") });
    const check = await (await desk.fetch(`/api/v1/conversations/${talk.id}/check?channel=sms`)).json();
    expect(check).toMatchObject({ channels: [{ outcome: "refused", sentence: expect.stringContaining("until they write again") }] });
  });

  it.each(["30003", "30005", "30006"])("may be written to again once they write (%s)", async (code) => {
    const talk = await unreached(code);
    await says(talk, "Sorry, I was in the mountains");
    expect(await activities(talk)).toEqual(["Cannot be reached here for now", "Can be reached here again"]);
    expect(await talk.submit("Welcome back")).toMatchObject({ ok: true });
    const { contactId } = await talk.open();
    await settles(async () => expect((await findContact(desk.account, contactId))!.consent.sms).toBe("active"));
  });

  it("stays closed when what they write is STOP, also for what they write later", async () => {
    const talk = await unreached();
    await says(talk, "STOP");
    await says(talk, "By the way, is it blue?");
    expect(await talk.submit("Yes")).toMatchObject({ ok: false, sentence: expect.stringContaining("has asked not to be written to") });
    expect((await activities(talk)).at(-1)).toBe("Opted out");
  });

  it("a carrier's opt-out is not lifted by a message", async () => {
    const talk = await unreached("21610");
    await says(talk, "Hello?");
    expect(await talk.submit("Yes")).toMatchObject({ ok: false, reason: "opted-out" });
    await says(talk, "START");
    expect(await talk.submit("Yes")).toMatchObject({ ok: true });
  });

  it("is open again, and a colleague's own block is not", async () => {
    const talk = await unreached();
    const { contactId } = await talk.open();
    const set = (sms: string) => desk.fetch(`/api/v1/contacts/${contactId}`, { method: "PATCH", json: { consent: { sms } } });
    await set("active");
    expect(await talk.submit("Hello")).toMatchObject({ ok: true });
    await set("inactive");
    await says(talk, "Hello?");
    expect(await talk.submit("Hello")).toMatchObject({ ok: false });
  });

  it("is handed on to the next conversation as what it is", async () => {
    const talk = await unreached();
    await talk.object().change({ status: "closed" }, talk.actor, {}, Date.now());
    vi.useFakeTimers({ now: Date.now() + 40 * 24 * 3_600_000, toFake: ["Date"] });
    const [delivered] = await says(talk, "I am back");
    const next = conversation(desk, delivered!.conversationId);
    expect(next.id).not.toBe(talk.id);
    expect(await activities(next)).toEqual(["Can be reached here again"]);
    expect(await next.submit("Welcome back")).toMatchObject({ ok: true });
  });
});

describe("STOP, START and HELP", () => {
  const answering = async (use: object) => {
    const own = await newDesk();
    const answer = await own.fetch(`/api/v1/connections/${own.lines.twilio.id}`, { method: "PATCH", json: use });
    expect(answer.status).toBe(200);
    const provider = fakeProvider();
    const talk = await newConversation(own);
    return { ...talk, own, provider, says: (words: string, more: Parameters<typeof text>[2] = {}) => says(talk, words, more, own), went: () => provider.to(talk.phone).map(({ body }) => new URLSearchParams(body).get("Body")) };
  };

  it("are answered by nobody here unless the connection says so: the provider does it", async () => {
    const talk = await answering({});
    for (const word of ["STOP", "START", "HELP"]) await talk.says(word);
    expect((await talk.entries()).filter(({ direction }) => direction === "out")).toEqual([]);
  });

  it("STOP and START are confirmed once each, though nothing else may go out after STOP", async () => {
    const talk = await answering({ confirmsOptOut: true });
    const stop = text(talk.phone, "STOP");
    for (const event of [stop, stop, text(talk.phone, "stop")]) await arrives(talk.own, talk.own.lines.twilio, [event]);
    await vi.waitFor(() => expect(talk.went()).toHaveLength(1));
    expect(talk.went()[0]).toContain("opted out");
    expect(await talk.submit("Wait!")).toMatchObject({ ok: false, reason: "opted-out" });
    await talk.says("START");
    await vi.waitFor(() => expect(talk.went()).toHaveLength(2));
    expect(talk.went()[1]).toContain("again");
    const answers = (await talk.entries()).filter(({ direction }) => direction === "out");
    expect(answers).toMatchObject([{ author: { type: "bot" }, state: "sent" }, { author: { type: "bot" }, state: "sent" }]);
    // An answer that nobody wrote answers nobody.
    expect(await talk.open()).toMatchObject({ needsReply: true });
  });

  it("are not answered twice where the provider says that it has acted", async () => {
    const talk = await answering({ confirmsOptOut: true, helpText: "Call us" });
    for (const optOut of ["stop", "start", "help"] as const) await talk.says(optOut.toUpperCase(), { optOut });
    expect((await talk.entries()).filter(({ direction }) => direction === "out")).toEqual([]);
  });

  it("HELP is answered with the text that was set, also to those who opted out, and not over and over", async () => {
    const talk = await answering({ helpText: "Northside Cycles, 512 555 0142" });
    await talk.says("STOP");
    for (const word of ["HELP", "info", "HELP"]) await talk.says(word);
    await vi.waitFor(() => expect(talk.went()).toEqual(["Northside Cycles, 512 555 0142"]));
  });

  it("an empty text switches the answer off", async () => {
    const talk = await answering({ helpText: "Call us" });
    const { use } = await (await talk.own.fetch(`/api/v1/connections/${talk.own.lines.twilio.id}`, { method: "PATCH", json: { helpText: "" } })).json<{ use: { helpText: string | null } }>();
    expect(use.helpText).toBeNull();
    await talk.says("HELP");
    expect((await talk.entries()).filter(({ direction }) => direction === "out")).toEqual([]);
  });
});

describe("free wording that may be an opt-out", () => {
  it("asks a person", async () => {
    const talk = await newConversation(desk);
    await says(talk, "please stop texting me");
    expect(await activities(talk)).toEqual([expect.stringContaining("may be a request to stop")]);
    expect(await talk.submit("Sure?")).toMatchObject({ ok: true });
  });

  it("counts as one where the account wants it, and says how to undo that", async () => {
    const own = await newDesk();
    expect((await own.fetch("/api/v1/account", { method: "PATCH", json: { settings: { applySuspectedOptOut: true } } })).status).toBe(200);
    const phone = newPhone();
    const [delivered] = await arrives(own, own.lines.twilio, [{ ...text(phone, "please stop texting me"), externalId: newExternal() }], request());
    const talk = conversation(own, delivered!.conversationId);
    expect(await activities(talk)).toEqual([expect.stringContaining("as your settings ask"), "Opted out"]);
    expect(await talk.submit("Sure?")).toMatchObject({ ok: false, reason: "opted-out" });
  });
});
