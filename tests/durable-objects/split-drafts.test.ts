import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Entry } from "../../worker/contract/entry";
import { newPhone, type TestConversation } from "../support/conversation";
import { crash } from "../support/crash";
import { fakeGraph, refuses, type Asked } from "../support/graph";
import { atScreen, newMetaDesk, onMeta, onWhatsApp, onlyConversation, posts, type MetaDesk } from "../support/meta";
import { settles } from "../support/socket";

type Kind = "whatsapp" | "messenger" | "instagram";

let desk: MetaDesk;
let screen: Awaited<ReturnType<typeof atScreen>>;
/** Nobody else in this run has these. */
let phone: string, user: string;
beforeEach(async () => {
  phone = newPhone().slice(1);
  user = `53495${phone}`;
  desk = await newMetaDesk();
  screen = await atScreen(desk);
});
afterEach(() => vi.restoreAllMocks());

async function asked(provider: Kind): Promise<TestConversation> {
  await posts(desk.meta[provider], provider === "whatsapp" ? onWhatsApp.says({ phone }, "Show me") : onMeta(desk.meta[provider]).says(user, "Show me"));
  return onlyConversation(desk);
}
const ours = async (talk: TestConversation): Promise<Entry[]> => (await talk.entries()).filter(({ direction }) => direction === "out");
const graphOf = (answer?: Parameters<typeof fakeGraph>[0]) => fakeGraph(answer, [phone, user]);
const threePictures = () => Promise.all(["a.png", "b.png", "c.png"].map((name) => screen.upload(name)));

/** What a call would show the customer: its words, and whether there is a picture. */
function shows(body: Record<string, unknown>): string {
  if (body["type"] === "text") return (body["text"] as { body: string }).body;
  if (body["type"] === "image") return `picture ${(body["image"] as { caption?: string }).caption ?? ""}`.trim();
  const message = body["message"] as { text?: string; attachment?: unknown; attachments?: unknown[] };
  return message.attachments ? `${message.attachments.length} pictures` : message.attachment ? "picture" : message.text!;
}

const PARTS = { whatsapp: ["picture Three of them", "picture", "picture"], messenger: ["Three of them", "picture", "picture", "picture"] };

describe.each(["whatsapp", "messenger"] as const)("words and three pictures on %s", (provider) => {
  const expected = PARTS[provider];
  const draft = async <T extends object>(more: T = {} as T) => ({ channel: provider, text: "Three of them", attachments: await threePictures(), ...more });

  it(`leave in ${expected.length} calls, in order, as ${expected.length} messages`, async () => {
    const graph = graphOf();
    const talk = await asked(provider);
    expect((await screen.send(talk, await draft())).status).toBe(201);
    await settles(async () => expect((await ours(talk)).map(({ state }) => state)).toEqual(expected.map(() => "sent")));
    expect(graph.messages().map(shows)).toEqual(expected);
    expect((await ours(talk)).map(({ attachments }) => attachments.map(({ name }) => name)).flat()).toEqual(["a.png", "b.png", "c.png"]);
    expect((await talk.open()).needsReply).toBe(false);
  });

  it("sent again with the same clientId become nothing more", async () => {
    const graph = graphOf();
    const talk = await asked(provider);
    const same = await draft({ clientId: crypto.randomUUID() });
    const answers = await Promise.all([screen.send(talk, same), screen.send(talk, same), screen.send(talk, same)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 201]);
    expect(new Set(await Promise.all(answers.map(async (answer) => (await answer.json<Entry>()).id)))).toEqual(new Set([same.clientId]));
    await settles(async () => expect((await ours(talk)).map(({ state }) => state)).toEqual(expected.map(() => "sent")));
    await screen.send(talk, same);
    expect(graph.messages()).toHaveLength(expected.length);
  });

  it("are all taken back together, and none of them leaves", async () => {
    const graph = graphOf();
    const talk = await asked(provider);
    const { id } = await (await screen.send(talk, await draft({ undoMs: 20_000 }))).json<Entry>();
    expect((await ours(talk)).every(({ undoable }) => undoable)).toBe(true);
    const taken = await screen.api(`conversations/${talk.id}/messages/${id}/cancel`, { method: "POST" });
    expect(taken.status).toBe(200);
    expect((await ours(talk)).map(({ deleted, text, attachments, state }) => [deleted, text, attachments, state])).toEqual(expected.map(() => [true, "", [], null]));
    await talk.object().poke();
    expect(graph.messages()).toEqual([]);
    expect(await talk.open()).toMatchObject({ scheduled: 0, needsReply: true, preview: { text: "Show me" } });
  });

  it("of which one fails: it fails alone, and is tried again alone", async () => {
    let isBroken = true;
    let nth = 0;
    const failing = ({ body }: Asked) => (body && ("message" in body || body["type"] === "image" || body["type"] === "text") && ++nth === 2 && isBroken ? refuses(100) : undefined);
    const graph = graphOf(failing);
    const talk = await asked(provider);
    await screen.send(talk, await draft());
    const states = expected.map((_, index) => (index === 1 ? "failed" : "sent"));
    await settles(async () => expect((await ours(talk)).map(({ state }) => state)).toEqual(states));
    expect((await talk.open()).failed).toBe(true);
    isBroken = false;
    const failed = (await ours(talk))[1]!;
    expect((await screen.api(`conversations/${talk.id}/messages/${failed.id}/retry`, { method: "POST" })).status).toBe(200);
    await talk.becomes(failed.id, "sent");
    expect(graph.messages().map(shows)).toEqual([...expected, expected[1]]);
    expect((await talk.open()).failed).toBe(false);
  });

  it("wait for one that is to be tried again: the order stays", async () => {
    let nth = 0;
    const graph = graphOf(({ body }) => (body && ("message" in body || body["type"] === "image" || body["type"] === "text") && ++nth === 2 ? refuses(2, { status: 500 }) : undefined));
    const talk = await asked(provider);
    await screen.send(talk, await draft());
    await vi.waitFor(async () => expect((await ours(talk)).map(({ state }) => state)).toEqual(expected.map(() => "sent")), { timeout: 15_000, interval: 50 });
    expect(graph.messages().map(shows)).toEqual([expected[0], expected[1], ...expected.slice(1)]);
  });

  it("are all there after a crash right after they were written", async () => {
    const graph = graphOf();
    const talk = await asked(provider);
    // Longer than the crash takes on a busy machine: nothing has left yet.
    await screen.send(talk, await draft({ undoMs: 4_000 }));
    await crash();
    await vi.waitFor(async () => expect((await ours(talk)).map(({ state }) => state)).toEqual(expected.map(() => "sent")), { timeout: 15_000, interval: 50 });
    expect(graph.messages().map(shows)).toEqual(expected);
  });
});

it("pictures beside each other are one message on instagram, and everything else goes alone", async () => {
  const graph = graphOf();
  const talk = await asked("instagram");
  const [a, b, c] = await threePictures();
  const film = await screen.upload("ride.mp4", "video/mp4");
  expect((await screen.send(talk, { channel: "instagram", text: "Three of them", attachments: [a, b, film, c] })).status).toBe(201);
  await settles(async () => expect((await ours(talk)).map(({ state }) => state)).toEqual(["sent", "sent", "sent", "sent"]));
  expect(graph.messages().map(shows)).toEqual(["Three of them", "2 pictures", "picture", "picture"]);
  expect((await ours(talk)).map(({ attachments }) => attachments.map(({ name }) => name))).toEqual([[], ["a.png", "b.png"], ["ride.mp4"], ["c.png"]]);
});

it.each(["whatsapp", "messenger", "instagram"] as const)("on %s answers to tap come last, below words of their own, as many as the platform takes", async (provider) => {
  const graph = graphOf();
  const talk = await asked(provider);
  const buttons = [{ text: "Red" }, { text: "Blue" }];
  expect((await screen.send(talk, { channel: provider, text: "Which one?", attachments: [(await threePictures())[0]!], buttons })).status).toBe(201);
  await settles(async () => expect((await ours(talk)).map(({ state }) => state)).toEqual(["sent", "sent"]));
  expect(shows(graph.messages()[0]!)).toContain("picture");
  const last = graph.messages().at(-1)!;
  expect(JSON.stringify(last)).toMatch(/Which one\?.*Red.*Blue/);
  expect((await ours(talk)).map(({ text, content }) => [text, content?.kind])).toEqual([["", undefined], ["Which one?", "buttons"]]);
  expect(await (await screen.send(talk, { channel: provider, text: "Which one?", buttons: Array.from({ length: 14 }, (_, at) => ({ text: `No. ${at}` })) })).json()).toMatchObject({ reason: "bad-buttons" });
});
