import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Conversation, ConversationPage } from "../../worker/contract/conversation";
import type { Entry } from "../../worker/contract/entry";
import type { ImportResult } from "../../worker/contract/import";
import { newAccount, type TestAccount } from "../support/account";

let owner: TestAccount;
beforeAll(async () => { owner = await newAccount(); });
const said = (id: string, at: string, from: "customer" | "us", text: string) => ({ id, at, from, text });
const chat = { id: "conversations/1", name: "Rosa Diaz", messages: [said("m2", "2023-05-01T10:05:00Z", "us", "Yes, until six"), said("m1", "2023-05-01T10:00:00Z", "customer", "Are you open quokkaday?")] };
const imports = (conversations: unknown, who: "owner" | "agent" = "owner") => owner.fetch("/api/v1/imports/business-messages", { json: { conversations } }, who);

describe("an old chat of Google Business Messages", () => {
  it("becomes a closed conversation in the order of the time, once", async () => {
    const first = await (await imports([chat])).json<ImportResult>();
    expect(first).toMatchObject({ added: 2, conversationIds: [expect.any(String)] });
    expect(await (await imports([chat])).json()).toEqual({ ...first, added: 0 });
    const id = first.conversationIds[0]!;
    const { items } = await (await owner.fetch(`/api/v1/conversations/${id}/entries`)).json<{ items: Entry[] }>();
    expect(items.at(-1)).toMatchObject({ kind: "system", text: expect.stringMatching(/ imported 2 messages$/) as string, event: { type: "imported" } });
    expect(items.filter(({ kind }) => kind === "message").map(({ at, direction, text, channel, author }) => [at, direction, text, channel, author.name])).toEqual([
      ["2023-05-01T10:00:00.000Z", "in", "Are you open quokkaday?", "google", "Rosa Diaz"], ["2023-05-01T10:05:00.000Z", "out", "Yes, until six", "google", ""],
    ]);
    expect(await (await owner.fetch(`/api/v1/conversations/${id}`)).json<Conversation>()).toMatchObject({ status: "closed", contactName: "Rosa Diaz", inboundCount: 0, needsReply: false, lastAt: "2023-05-01T10:05:00.000Z", failed: false });
  });

  it("is found by its words, and stands among what is closed", async () => {
    await imports([chat]);
    await vi.waitFor(async () => expect(await (await owner.fetch("/api/v1/search?q=quokkaday")).json()).toMatchObject({ items: [{}] }), { timeout: 10_000, interval: 50 });
    const { items } = await (await owner.fetch(`/api/v1/conversations?filter=${encodeURIComponent('{"tab":"closed"}')}`)).json<ConversationPage>();
    expect(items).toHaveLength(1);
  });

  it("has said nothing later than now, whatever its file says", async () => {
    const before = Date.now();
    const { conversationIds: [id] } = await (await imports([{ ...chat, id: "conversations/future", messages: [said("f1", "9999-12-31T23:59:59Z", "customer", "Hello from then")] }])).json<ImportResult>();
    const at = Date.parse((await (await owner.fetch(`/api/v1/conversations/${id}`)).json<Conversation>()).lastAt);
    expect(at >= before && at <= Date.now()).toBe(true);
  });

  it("cannot be answered", async () => {
    const { conversationIds: [id] } = await (await imports([chat])).json<ImportResult>();
    expect((await owner.fetch(`/api/v1/conversations/${id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "google", text: "Hi" } })).status).toBe(422);
  });

  it("that goes on adds what is new", async () => {
    const later = { ...chat, messages: [...chat.messages, said("m3", "2023-05-02T09:00:00Z", "customer", "Thanks")] };
    expect(await (await imports([later])).json()).toMatchObject({ added: 1 });
  });

  it("of another id is another person's, whatever they are called", async () => {
    const { conversationIds } = await (await imports([chat, { ...chat, id: "conversations/2" }])).json<ImportResult>();
    expect(new Set(conversationIds).size).toBe(2);
  });

  it.each([["no conversations", []], ["no messages", [{ ...chat, messages: [] }]], ["a time that is none", [{ ...chat, messages: [said("m", "yesterday", "us", "x")] }]], ["somebody else", [{ ...chat, messages: [{ ...said("m", "2023-05-01T10:00:00Z", "us", "x"), from: "robot" }] }]]])("with %s is refused whole", async (_what, conversations) =>
    expect((await imports(conversations)).status).toBe(400));

  it("is brought in by admins only", async () => expect((await imports([chat], "agent")).status).toBe(403));
});
