import { describe, expect, it } from "vitest";
import { pieces, readExport, type PastChat } from "../../web/inbox/settings/imports/parse";
import { BusinessMessagesExport } from "../../worker/contract/import";

const message = (id: string, change: object = {}) => ({ id, at: "2023-05-01T10:00:00Z", from: "customer", text: "Hi", ...change });
const chat = (id: string, ...messages: object[]) => ({ id, name: "Rosa", messages: messages.length > 0 ? messages : [message("m1")] });

describe("an export of Business Messages", () => {
  it.each([
    ["a document", JSON.stringify({ conversations: [chat("a"), chat("b")] })],
    ["a list", JSON.stringify([chat("a"), chat("b")])],
    ["one conversation on each line", `${JSON.stringify(chat("a"))}\r\n\n${JSON.stringify(chat("b"))}\n`],
  ])("is read as %s", (_what, text) => {
    expect(readExport(text)).toMatchObject({ chats: [{ id: "a" }, { id: "b" }], broken: [] });
  });

  it("is read as one conversation alone, on however many lines it stands", () => {
    for (const indent of [0, 2]) expect(readExport(JSON.stringify(chat("a"), null, indent))).toMatchObject({ chats: [{ id: "a" }], broken: [] });
  });

  it.each([
    ["a line that is no JSON", `${JSON.stringify(chat("a"))}\n{"id": "b", "mess\n${JSON.stringify(chat("c"))}`, ["a", "c"], [{ place: 2, why: "unreadable" }]],
    ["something that is no conversation", JSON.stringify([chat("a"), 7, null, { id: "x" }]), ["a"], [{ place: 2, why: "no-chat" }, { place: 3, why: "no-chat" }, { place: 4, why: "no-chat" }]],
    ["a message without a time, the rest of its conversation stays", JSON.stringify([chat("a", message("m1"), message("m2", { at: "yesterday" }), message("m3", { from: "robot" }))]), ["a"], [{ place: 1, why: "bad-message" }]],
    ["an id made to break things", JSON.stringify([{ ...chat("a"), id: "x".repeat(201) }]), [], [{ place: 1, why: "no-chat" }]],
    ["nothing at all", "", [], []],
    ["a picture", "\u0089PNG\r\n\u001a\n", [], [{ place: 1, why: "unreadable" }, { place: 2, why: "unreadable" }]],
  ])("leaves out %s", (_what, text, ids, broken) => {
    const found = readExport(text);
    expect([found.chats.map(({ id }) => id), found.broken]).toEqual([ids, broken]);
  });

  it("is brought in requests that the API takes, whatever is in it, and nothing is lost on the way", () => {
    const hostile = { "__proto__": { admin: true }, constructor: "x", id: "evil", name: "<img src=x onerror=alert(1)>", messages: [message("m", { text: "x".repeat(50_000), extra: { deep: true }, author: 7 })] };
    const long = chat("long", ...Array.from({ length: 2_500 }, (_, n) => message(`m${n}`, { text: "Ünïcode 🚲".repeat(20) })));
    const { chats } = readExport(JSON.stringify([hostile, long, ...Array.from({ length: 250 }, (_, n) => chat(`c${n}`))]));
    const sent: PastChat[][] = [...pieces(chats)];
    for (const conversations of sent) {
      expect(BusinessMessagesExport.safeParse({ conversations }).success).toBe(true);
      expect(new TextEncoder().encode(JSON.stringify({ conversations })).length).toBeLessThan(1_000_000);
    }
    const ids = sent.flat().flatMap(({ id, messages }) => messages.map((one) => `${id}/${one.id}`));
    expect([ids.length, new Set(ids).size]).toEqual([2_751, 2_751]);
  });
});
