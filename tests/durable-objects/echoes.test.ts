import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Entry } from "../../worker/contract/entry";
import type { TestConversation } from "../support/conversation";
import { alarmAt, crash } from "../support/crash";
import { fakeGraph, serves, taken } from "../support/graph";
import { contactsOf, entryOf, newMetaDesk, newMid, onMeta, onWhatsApp, onlyConversation, posts, PROVIDERS, type MetaDesk, type MetaProvider } from "../support/meta";
import { held, silence } from "../support/provider";
import { settles } from "../support/socket";

const MINUTE = 60_000;
const USER = "5349573198712345";
const PHONE = "14155550103";

let desk: MetaDesk;
beforeEach(async () => { desk = await newMetaDesk(); });
afterEach(() => vi.restoreAllMocks());

const addressOf = (provider: MetaProvider) => (provider === "whatsapp" ? `+${PHONE}` : USER);
const asks = (provider: MetaProvider, more: { at?: number } = {}) => (provider === "whatsapp" ? onWhatsApp.says({ phone: PHONE }, "Is it there?", more) : onMeta(desk.meta[provider]).says(USER, "Is it there?", more));
const echo = (provider: MetaProvider, mid: string, words: string, reference?: string) => (provider === "whatsapp"
  ? onWhatsApp.echo({ phone: PHONE }, { id: mid, text: { body: words }, ...(reference && { biz_opaque_callback_data: reference }) })
  : onMeta(desk.meta[provider]).echo(USER, { mid, text: words, ...(reference && { metadata: reference }) }));
const ours = async (talk: TestConversation): Promise<Entry[]> => (await talk.entries()).filter(({ direction }) => direction === "out");

async function asked(provider: MetaProvider) {
  const line = desk.meta[provider];
  await posts(line, asks(provider));
  const talk = await onlyConversation(desk);
  return { line, talk, send: (words: string) => talk.send(words, { line, contact: addressOf(provider) }) };
}

describe.each(PROVIDERS)("%s: what we sent comes back as an echo", (provider) => {
  it.each(provider === "instagram" ? [false] : [true, false])("before the answer to our call (with our reference: %s): one message, which counts as sent", async (named) => {
    const { answer, release } = held();
    const graph = fakeGraph(({ body }) => (JSON.stringify(body).includes("It is ready") ? answer() : undefined));
    const { line, talk, send } = await asked(provider);
    const { id } = await send("It is ready");
    await settles(() => expect(graph.messages()).toHaveLength(1));
    const mid = newMid();
    expect(await posts(line, echo(provider, mid, "It is ready", named ? talk.reference(id) : undefined))).toBe(200);
    await talk.becomes(id, "sent");
    release(() => taken(mid));
    await settles(async () => expect((await talk.entry(id)).attempts[0]?.outcome).toBe("sent"));
    await posts(line, echo(provider, mid, "It is ready"));
    expect((await ours(talk)).map(({ id: own, state, text }) => [own, state, text])).toEqual([[id, "sent", "It is ready"]]);
    expect((await entryOf(talk, mid)).id).toBe(id);
  });

  it("after the answer: nothing changes", async () => {
    const mid = newMid();
    fakeGraph(({ body }) => (JSON.stringify(body).includes("It is ready") ? taken(mid) : undefined));
    const { line, talk, send } = await asked(provider);
    const { id } = await send("It is ready");
    const before = await talk.becomes(id, "sent");
    await posts(line, echo(provider, mid, "It is ready"));
    expect(await talk.entry(id)).toEqual(before);
    expect(await ours(talk)).toHaveLength(1);
  });

  it("when the answer was lost: it is known to have gone out, and what was said about it meanwhile is shown", async () => {
    const graph = fakeGraph(({ body }) => (JSON.stringify(body).includes("It is ready") ? silence() : undefined));
    const { line, talk, send } = await asked(provider);
    const { id } = await send("It is ready");
    await settles(() => expect(graph.messages()).toHaveLength(1));
    await crash();
    await alarmAt(talk.stub(), Date.now() + MINUTE);
    const mid = newMid();
    await posts(line, provider === "whatsapp" ? onWhatsApp.reaction({ phone: PHONE }, mid, "🦄") : onMeta(line).reaction(USER, mid, "🦄"));
    await posts(line, echo(provider, mid, "It is ready"));
    expect(await talk.entry(id)).toMatchObject({ state: "sent", reactions: [{ emoji: "🦄", by: "contact" }] });
    await alarmAt(talk.stub(), Date.now() + 5 * MINUTE);
    expect((await talk.entry(id)).state).toBe("sent");
    expect(await ours(talk)).toHaveLength(1);
    expect((await talk.open()).failed).toBe(false);
  });

  it("when a person was told that nobody knows: now they know", async () => {
    const graph = fakeGraph(({ body }) => (JSON.stringify(body).includes("It is ready") ? silence() : undefined));
    const { line, talk, send } = await asked(provider);
    const { id } = await send("It is ready");
    await settles(() => expect(graph.messages()).toHaveLength(1));
    await crash();
    await alarmAt(talk.stub(), Date.now() + MINUTE);
    await alarmAt(talk.stub(), Date.now() + 5 * MINUTE);
    await talk.becomes(id, "unknown");
    await posts(line, echo(provider, newMid(), "It is ready"));
    expect((await talk.entry(id)).state).toBe("sent");
    expect((await talk.open()).failed).toBe(false);
  });
});

describe.each(PROVIDERS)("%s: what a colleague writes in the provider's own app", (provider) => {
  it("is ours in the thread, answers what waited, and comes once", async () => {
    fakeGraph();
    const { line, talk } = await asked(provider);
    expect((await talk.open()).needsReply).toBe(true);
    const mid = newMid();
    for (let copy = 0; copy < 3; copy++) await posts(line, echo(provider, mid, "Yes, come by"));
    const all = await ours(talk);
    expect(all).toMatchObject([{ text: "Yes, come by", state: "sent", author: { type: "member" }, direction: "out", to: addressOf(provider) }]);
    expect(await talk.open()).toMatchObject({ needsReply: false, inboundCount: 1, preview: { text: "Yes, come by", direction: "out" } });
  });

  it("with other words than those being sent is another message", async () => {
    const { answer, release } = held();
    const graph = fakeGraph(({ body }) => (JSON.stringify(body).includes("From here") ? answer() : undefined));
    const { line, talk, send } = await asked(provider);
    const { id } = await send("From here");
    await settles(() => expect(graph.messages()).toHaveLength(1));
    await posts(line, echo(provider, newMid(), "From the app"));
    expect((await talk.entry(id)).state).toBe("sending");
    release(() => taken(newMid()));
    await talk.becomes(id, "sent");
    expect((await ours(talk)).map(({ text }) => text).toSorted()).toEqual(["From here", "From the app"]);
  });

  it("to somebody who has never written makes their conversation, and brings its picture", async () => {
    fakeGraph(({ url, method }) => (method === "GET" ? serves(url) : undefined));
    const line = desk.meta[provider];
    const mid = newMid();
    await posts(line, provider === "whatsapp" ? onWhatsApp.echo({ phone: PHONE }, { id: mid, type: "image", image: { id: "9", mime_type: "image/png", sha256: "x", caption: "Look" } })
      : onMeta(line).echo(USER, { mid, attachments: [{ type: "image", payload: { url: "https://lookaside.fbsbx.com/x" } }] }));
    const talk = await onlyConversation(desk);
    await settles(async () => expect((await entryOf(talk, mid)).attachments[0]?.state).toBe("ready"));
    expect(await contactsOf(desk)).toBe(1);
    expect(await talk.open()).toMatchObject({ needsReply: false, inboundCount: 0 });
  });
});
