import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ComposeChannel } from "../../worker/contract/compose";
import type { TestConversation } from "../support/conversation";
import { fakeGraph, taken } from "../support/graph";
import { atScreen, comes, hasTemplate, later, newMetaDesk, newMid, onMeta, onWhatsApp, onlyConversation, posts, type MetaDesk, type MetaProvider } from "../support/meta";
import { settles } from "../support/socket";

const HOUR = 3_600_000;
const USER = "5349573198712345";
const ANN = { phone: "14155550104" };

let desk: MetaDesk;
let screen: Awaited<ReturnType<typeof atScreen>>;
beforeEach(async () => {
  desk = await newMetaDesk();
  screen = await atScreen(desk);
});
afterEach(() => { vi.useRealTimers(); vi.restoreAllMocks(); });

const says = (provider: MetaProvider, words: string, { at, mid = newMid(), ...more }: { at: number; mid?: string; [key: string]: unknown }) =>
  (provider === "whatsapp" ? onWhatsApp.says(ANN, words, { at, id: mid, ...more }) : onMeta(desk.meta[provider]).says(USER, words, { at, mid, ...more }));

/** Somebody who last wrote this long ago. */
async function wrote(provider: MetaProvider, ago: number, more: object = {}): Promise<TestConversation> {
  await posts(desk.meta[provider], says(provider, "Hello", { at: Date.now() - ago, ...more }));
  return onlyConversation(desk);
}

/** The composer's word and that of the API, which must be the same. */
async function mayAnswer(talk: TestConversation, provider: MetaProvider): Promise<ComposeChannel["outcome"]> {
  const { outcome, reason, sentence } = await screen.check(talk, provider);
  const response = await screen.send(talk, { channel: provider, text: "An answer" });
  const body = await response.json<{ reason?: string; detail?: string }>();
  expect([response.status, body.reason ?? null]).toEqual(outcome === "allowed" ? [201, null] : [422, reason]);
  if (outcome !== "allowed") expect(body.detail).toBe(sentence);
  return outcome;
}

describe("a window", () => {
  it.each([
    ["whatsapp", 23.9, "open"], ["whatsapp", 24.1, "closed"],
    ["messenger", 23.9, "open"], ["messenger", 24.1, "human"], ["messenger", 167.9, "human"], ["messenger", 168.1, "closed"],
    ["instagram", 23.9, "open"], ["instagram", 24.1, "human"], ["instagram", 168.1, "closed"],
  ] as const)("of %s is, %d hours after they wrote, %s", async (provider, hours, state) => {
    fakeGraph();
    const talk = await wrote(provider, hours * HOUR);
    expect((await screen.check(talk, provider)).window?.state).toBe(state);
    expect(await mayAnswer(talk, provider)).toBe(state === "closed" ? "refused" : "allowed");
  });

  it("goes with them to a new number, and so does what waits for its time", async () => {
    const graph = fakeGraph();
    const { whatsapp } = desk.meta;
    const talk = await wrote("whatsapp", 2 * HOUR);
    const { closesAt } = (await screen.check(talk, "whatsapp")).window!;
    const planned = await (await screen.send(talk, { channel: "whatsapp", text: "See you at nine", sendAt: new Date(Date.now() + HOUR).toISOString() })).json<{ id: string; to: string }>();
    expect(planned.to).toBe(`+${ANN.phone}`);
    await posts(whatsapp, onWhatsApp.message(ANN, { type: "system", text: undefined, system: { type: "user_changed_number", wa_id: "14155550199", body: "changed" } }));
    await settles(async () => expect((await screen.check(talk, "whatsapp")).to[0]).toBe("+14155550199"));
    expect((await screen.check(talk, "whatsapp")).window).toMatchObject({ state: "open", closesAt });
    expect((await talk.entry(planned.id)).to).toBe("+14155550199");
    const { id } = await (await screen.send(talk, { channel: "whatsapp", text: "To your new number" })).json<{ id: string }>();
    await talk.becomes(id, "sent");
    expect(graph.messages().at(-1)).toMatchObject({ to: "14155550199" });
  });

  it("is not opened by what is no message of theirs", async () => {
    fakeGraph();
    const { messenger, instagram, whatsapp } = desk.meta;
    const talk = await wrote("messenger", 200 * HOUR);
    const page = onMeta(messenger);
    await posts(messenger, page.reaction(USER, newMid(), "🦄"));
    await posts(messenger, page.read(USER, { watermark: Date.now() }));
    await posts(messenger, page.delivery(USER, { watermark: Date.now() }));
    await posts(messenger, page.echo(USER, { text: "From the page" }));
    await posts(messenger, page.edit(USER, newMid(), "changed", 1));
    await posts(messenger, page.deleted(USER, newMid()));
    await posts(messenger, page.event(USER, "contact", { optin: { type: "notification_messages", notification_messages_token: "t", notification_messages_status: "RESUME_NOTIFICATIONS" } }, Date.now()));
    expect((await screen.check(talk, "messenger")).window?.state).toBe("closed");
    expect(await mayAnswer(talk, "messenger")).toBe("refused");
    expect([instagram.id, whatsapp.id]).toHaveLength(2);
  });

  it("is not opened by a public comment", async () => {
    fakeGraph();
    const { instagram } = desk.meta;
    await posts(instagram, { object: "instagram", entry: [{ id: instagram.address, time: Date.now(), changes: [{ field: "comments", value: { id: "178", text: "price?", from: { id: USER, username: "jane" }, media: { id: "1" } } }] }] });
    const talk = await onlyConversation(desk);
    expect((await talk.entries())[0]).toMatchObject({ text: "price?", content: { kind: "comment" } });
    expect((await screen.check(talk, "instagram")).window?.state).toBe("closed");
  });

  it("is opened by a link into the chat, but not by an ad that they only looked at", async () => {
    fakeGraph();
    const talk = await wrote("messenger", 200 * HOUR);
    const page = onMeta(desk.meta.messenger);
    await posts(desk.meta.messenger, page.event(USER, "contact", { referral: { source: "ADS", type: "OPEN_THREAD", ad_id: "6" } }, Date.now()));
    expect((await screen.check(talk, "messenger")).window?.state).toBe("closed");
    await posts(desk.meta.messenger, page.event(USER, "contact", { referral: { source: "SHORTLINK", type: "OPEN_THREAD", ref: "x" } }, Date.now()));
    expect((await screen.check(talk, "messenger")).window?.state).toBe("open");
  });

  it("is not shortened by what arrives late", async () => {
    const talk = await wrote("whatsapp", HOUR);
    const { closesAt } = (await screen.check(talk, "whatsapp")).window!;
    await posts(desk.meta.whatsapp, says("whatsapp", "Written long before", { at: Date.now() - 30 * HOUR }));
    expect((await screen.check(talk, "whatsapp")).window!.closesAt).toBe(closesAt);
  });

  it("that an ad opened lasts seven days from the ad, also when that message comes last, and no longer for what they write later", async () => {
    fakeGraph();
    const ad = { referral: { source: "ADS", type: "OPEN_THREAD", ad_id: "6", ads_context_data: { ad_title: "Bikes" } } };
    const [start, talk] = [Date.now() - 160 * HOUR, await wrote("instagram", 150 * HOUR)];
    expect((await screen.check(talk, "instagram")).window?.state).toBe("human");
    await posts(desk.meta.instagram, says("instagram", "From the ad", { at: start, ...ad }));
    expect((await screen.check(talk, "instagram")).window).toEqual({ state: "open", closesAt: new Date(start + 168 * HOUR).toISOString(), left: null });
    await later(10 * HOUR, async () => {
      await posts(desk.meta.instagram, says("instagram", "And later", { at: Date.now() }));
      const { window } = await screen.check(talk, "instagram");
      expect(window).toMatchObject({ state: "open", closesAt: new Date(Date.now() + 24 * HOUR).toISOString() });
    });
  });

  it("is each address's own: who writes on Messenger opens nothing on WhatsApp", async () => {
    const talk = await wrote("whatsapp", 30 * HOUR);
    await posts(desk.meta.messenger, onMeta(desk.meta.messenger).says(USER, "Here I am"));
    expect((await screen.check(talk, "whatsapp")).window?.state).toBe("closed");
  });
});

describe("outside the window", () => {
  it("an answer is refused with the reason and the way out, and an approved template goes", async () => {
    const graph = fakeGraph();
    const talk = await wrote("whatsapp", 25 * HOUR);
    await hasTemplate(desk, desk.meta.whatsapp, "reminder", "utility");
    const check = await screen.check(talk, "whatsapp");
    expect(check).toMatchObject({ outcome: "refused", reason: "window-closed", wayOut: "template", window: { state: "closed", closesAt: null } });
    const refused = await screen.send(talk, { channel: "whatsapp", text: "Hello?" });
    expect([refused.status, await refused.json()]).toEqual([422, expect.objectContaining({ reason: "window-closed", detail: check.sentence })]);
    expect(graph.messages()).toEqual([]);
    const sent = await screen.send(talk, { channel: "whatsapp", template: { name: "reminder", language: "en_US" } });
    expect(sent.status).toBe(201);
    await talk.becomes((await sent.json<{ id: string }>()).id, "sent");
    expect(graph.messages()).toMatchObject([{ type: "template", template: { name: "reminder" } }]);
    // Only they can open it.
    expect((await screen.check(talk, "whatsapp")).window?.state).toBe("closed");
  });

  it("somebody who never wrote is reached by a template only", async () => {
    await posts(desk.meta.whatsapp, onWhatsApp.echo(ANN, { text: { body: "From the phone" } }));
    expect(await screen.check(await onlyConversation(desk), "whatsapp")).toMatchObject({ outcome: "refused", reason: "never-wrote", wayOut: "template" });
  });

  it("in the longer window people write with Meta's tag, and programs do not write", async () => {
    const graph = fakeGraph();
    const talk = await wrote("messenger", 30 * HOUR);
    const program = await desk.fetch(`/api/v1/conversations/${talk.id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "messenger", text: "Automatic" } });
    expect([program.status, (await program.json<{ reason: string }>()).reason]).toEqual([422, "people-only"]);
    const { channels } = await (await desk.fetch(`/api/v1/conversations/${talk.id}/check?channel=messenger`)).json<{ channels: ComposeChannel[] }>();
    expect(channels[0]).toMatchObject({ outcome: "refused", reason: "people-only" });
    const person = await screen.send(talk, { channel: "messenger", text: "From a person" });
    expect(person.status).toBe(201);
    await talk.becomes((await person.json<{ id: string }>()).id, "sent");
    expect(graph.messages()).toMatchObject([{ messaging_type: "MESSAGE_TAG", tag: "HUMAN_AGENT", message: { text: "From a person" } }]);
  });

  it("inside it nobody needs the tag", async () => {
    const graph = fakeGraph();
    const talk = await wrote("messenger", HOUR);
    const sent = await screen.send(talk, { channel: "messenger", text: "Soon after" });
    await talk.becomes((await sent.json<{ id: string }>()).id, "sent");
    expect(graph.messages()[0]).toMatchObject({ messaging_type: "RESPONSE" });
    expect(graph.messages()[0]).not.toHaveProperty("tag");
  });
});

describe("a message that waits", () => {
  it("while the window closes fails with the reason and is not sent", async () => {
    const graph = fakeGraph();
    const talk = await wrote("whatsapp", 23 * HOUR);
    const sent = await screen.send(talk, { channel: "whatsapp", text: "In half an hour", sendAt: new Date(Date.now() + HOUR / 2).toISOString() });
    expect(sent.status).toBe(201);
    const { id } = await sent.json<{ id: string }>();
    await later(2 * HOUR, () => talk.object().poke());
    const entry = await talk.becomes(id, "failed");
    expect(entry.failure).toMatchObject({ class: "window", code: "window-closed" });
    expect(graph.messages()).toEqual([]);
    expect((await talk.open()).failed).toBe(true);
  });

  it("for a time at which the window will be closed is refused at once", async () => {
    const talk = await wrote("whatsapp", 23 * HOUR);
    const sent = await screen.send(talk, { channel: "whatsapp", text: "Tomorrow", sendAt: new Date(Date.now() + 5 * HOUR).toISOString() });
    expect([sent.status, (await sent.json<{ reason: string }>()).reason]).toEqual([422, "window-closed"]);
  });

  it("goes after they wrote again", async () => {
    const graph = fakeGraph(({ body }) => (body?.["type"] === "text" ? taken(newMid()) : undefined));
    const talk = await wrote("whatsapp", 23 * HOUR);
    const { id } = await (await screen.send(talk, { channel: "whatsapp", text: "In half an hour", sendAt: new Date(Date.now() + HOUR / 2).toISOString() })).json<{ id: string }>();
    const mid = newMid();
    await posts(desk.meta.whatsapp, says("whatsapp", "Still there?", { at: Date.now(), mid }));
    await comes(talk, mid);
    await later(2 * HOUR, () => talk.object().poke());
    await talk.becomes(id, "sent");
    expect(graph.messages()).toHaveLength(1);
  });

  it("that WhatsApp itself finds too late fails with the sentence that says so", async () => {
    fakeGraph(({ body }) => (body?.["type"] === "text" ? Response.json({ error: { code: 131047, message: "Re-engagement message" } }, { status: 400 }) : undefined));
    const talk = await wrote("whatsapp", HOUR);
    const { id } = await (await screen.send(talk, { channel: "whatsapp", text: "Hm" })).json<{ id: string }>();
    await settles(async () => expect((await talk.entry(id)).state).toBe("failed"));
    expect((await talk.entry(id)).failure).toMatchObject({ class: "window", code: "131047", sentence: expect.stringContaining("template") as string });
  });
});
