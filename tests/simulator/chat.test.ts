import { expect, it } from "vitest";
import type { VisitorMessage } from "../../worker/contract/widget";
import { Refused, type Realm } from "../../simulator/provider";
import { chat } from "../../simulator/chat/provider";

const at = "2026-11-22T10:00:00.000Z";
const line = (id: string, mine: boolean, text: string): VisitorMessage => ({ id, rev: 1, seq: 1, mine, author: mine ? "" : "Ann", text, state: "sent", attachments: [], at, deleted: false });

/** A realm whose app keeps what it is asked; the chat uses nothing else of it. */
function pretend(messageStatus = 201) {
  const asked: { path: string; token: string | undefined; body: unknown }[] = [];
  const notes = new Map<string, unknown>();
  const realm = {
    connections: () => [{ provider: "chat", connectionId: "cn_chat", address: "https://shop.example.com", webhookUrl: "", secrets: {} }],
    notes: { get: (key: string) => notes.get(key) ?? null, put: (key: string, value: unknown) => notes.set(key, value) },
    browse: async (path: string, init: RequestInit & { headers: Record<string, string> }) => {
      asked.push({ path, token: init.headers["authorization"], body: init.body ? JSON.parse(String(init.body)) : null });
      if (path.startsWith("/widget/session")) return Response.json({ token: `t${asked.length}` });
      return init.method === "GET" ? Response.json({ messages: [line("e_1", true, "Hi"), line("e_2", false, "Hello")] }) : Response.json({ message: line("e_1", true, "Hi"), conversationId: "c_1" }, { status: messageStatus });
    },
  } as unknown as Realm;
  return { realm, asked };
}

it("a visitor keeps one session, and the token travels in a header", async () => {
  const { realm, asked } = pretend();
  expect(await chat.receive({ text: "Hi", name: "Jane" }, realm)).toMatchObject({ id: "e_1", delivered: [201] });
  await chat.receive({ text: "Again" }, realm);
  await chat.receive({ text: "Other", visitor: "bob" }, realm);
  expect(asked.map(({ path, token }) => [path, token])).toEqual([
    ["/widget/session?connection=cn_chat", undefined], ["/widget/messages", "Bearer t1"], ["/widget/messages", "Bearer t1"], ["/widget/session?connection=cn_chat", undefined], ["/widget/messages", "Bearer t4"],
  ]);
  expect(asked[1]!.body).toMatchObject({ text: "Hi", preChat: { name: "Jane" } });
  expect(asked[2]!.body).not.toHaveProperty("preChat");
});

it("what the app said to visitors is listed, their own words are not", async () => {
  const { realm } = pretend();
  await chat.receive({ text: "Hi", visitor: "jane" }, realm);
  expect(await chat.sent!(realm)).toMatchObject([{ id: "e_2", to: "jane", from: "Ann", text: "Hello" }]);
});

it("a refusal of the app is reported with its status", async () => {
  const { realm } = pretend(429);
  expect(await chat.receive({ text: "Hi" }, realm)).toMatchObject({ delivered: [429], ids: [] });
});

it("a chat that does not exist is refused", async () => {
  await expect(chat.receive({ text: "Hi", connectionId: "cn_other" }, pretend().realm)).rejects.toThrow(Refused);
});
