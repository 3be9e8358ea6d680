import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { VisitorFrame, VisitorMessage } from "../../../worker/contract/widget";
import { applyFrame, lastFromTeam, merge, NEW_THREAD, sameGroup, shown, unreadCount, unsettled, type Pending, type Thread } from "../../../web/widget/thread";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 10, minute)).toISOString();
const message = (seq: number, change: Partial<VisitorMessage> = {}): VisitorMessage =>
  ({ id: `e${seq}`, rev: seq, seq, mine: false, author: "Ana", text: `text ${seq}`, state: "sent", attachments: [], at: at(seq), deleted: false, ...change });
const sync = (from: number, to: number, messages: VisitorMessage[] = [], change: Partial<Extract<VisitorFrame, { type: "sync" }>> = {}) => ({ type: "sync" as const, from, to, more: false, messages, readBy: null, ...change });
const pending = (clientId: string): Pending => ({ clientId, text: "hi", attachments: [], at: at(50), state: "sending" });
const texts = (thread: Thread) => thread.messages.map(({ text }) => text);

describe("a thread that is kept up by frames", () => {
  it("grows by what is new and moves its cursor", () => {
    const { thread, position } = applyFrame({ ...NEW_THREAD, cursor: 1, messages: [message(1)] }, sync(1, 2, [message(2)]));
    expect(position).toBe("current");
    expect(thread.cursor).toBe(2);
    expect(texts(thread)).toEqual(["text 1", "text 2"]);
  });

  it("does not trust a frame with a gap before it, but keeps what it says of reading", () => {
    const { thread, position } = applyFrame({ ...NEW_THREAD, cursor: 1 }, sync(3, 4, [message(4)], { readBy: at(3) }));
    expect(position).toBe("behind");
    expect(thread).toMatchObject({ cursor: 1, messages: [], readBy: at(3) });
  });

  it("asks for the next page when one ended early", () => {
    expect(applyFrame(NEW_THREAD, sync(0, 2, [message(1)], { more: true })).position).toBe("behind");
  });

  it("starts over after a reset", () => {
    const { thread, position } = applyFrame({ ...NEW_THREAD, cursor: 9, messages: [message(1)] }, { type: "reset", reason: "unknown cursor" });
    expect([thread.cursor, thread.messages, position]).toEqual([0, [], "behind"]);
  });

  it("ends the same whatever repeats, in whatever order revisions arrive", () => {
    const revisions = [1, 2, 3].flatMap((seq) => [message(seq), message(seq, { rev: seq + 10, text: `edited ${seq}` })]);
    fc.assert(fc.property(fc.shuffledSubarray(revisions, { minLength: revisions.length }), fc.array(fc.constantFrom(...revisions)), (order, repeats) => {
      expect(merge(merge([], order), repeats).map(({ text }) => text)).toEqual(["edited 1", "edited 2", "edited 3"]);
    }));
  });

  it("keeps an unchanged message the same object, so that its line is not drawn again", () => {
    const first = message(1);
    expect(merge([first], [message(1), message(2)])[0]).toBe(first);
  });

  it("never takes back that the team has read", () => {
    const { thread } = applyFrame({ ...NEW_THREAD, readBy: at(9) }, sync(0, 0, [], { readBy: at(3) }));
    expect(thread.readBy).toBe(at(9));
  });
});

describe("a message on its way", () => {
  it("is not shown twice when the socket brings it before our request is answered", () => {
    const mine = message(1, { mine: true, clientId: "c1" });
    expect(unsettled([pending("c1"), pending("c2")], [mine]).map(({ clientId }) => clientId)).toEqual(["c2"]);
    expect(shown({ ...NEW_THREAD, messages: [mine] }, [pending("c1")]).map(({ key, state }) => [key, state])).toEqual([["c1", "sent"]]);
  });

  it("keeps its key when it arrives, and when a later frame does not name it", () => {
    const arrived = merge([message(1, { mine: true, rev: 0, clientId: "c1" })], [message(1, { mine: true })]);
    expect(shown({ ...NEW_THREAD, messages: arrived }, []).map(({ key }) => key)).toEqual(["c1"]);
  });
});

describe("the visitor's own message reads Seen", () => {
  const mine = message(2, { mine: true });
  it.each([
    ["when the team has read that far", { readBy: at(2), messages: [mine] }, "seen"],
    ["when the team has answered it", { readBy: null, messages: [mine, message(3)] }, "seen"],
    ["not before", { readBy: at(1), messages: [message(1), mine] }, "sent"],
    ["not when nobody has read anything", { readBy: null, messages: [mine] }, "sent"],
  ])("%s", (_, thread, state) => {
    expect(shown({ ...NEW_THREAD, ...thread }, []).find(({ mine }) => mine)!.state).toBe(state);
  });
});

it("only the team's messages after the visitor's place are unread, and deleted ones are not", () => {
  const messages = [message(1), message(2, { mine: true }), message(3), message(4, { deleted: true })];
  expect(unreadCount(messages, 0)).toBe(2);
  expect(unreadCount(messages, 1)).toBe(1);
  expect(unreadCount(messages, 3)).toBe(0);
  expect(lastFromTeam(messages)).toBe(4);
  expect(lastFromTeam([])).toBe(0);
});

it.each([
  ["one person within five minutes", [message(1), message(4)], true],
  ["two colleagues", [message(1), message(2, { author: "Jon" })], false],
  ["both sides", [message(1), message(2, { mine: true })], false],
  ["one person much later", [message(1), message(30)], false],
] as const)("messages of %s stand together: %s", (_, messages, together) => {
  const [a, b] = shown({ ...NEW_THREAD, messages: [...messages] }, []);
  expect(sameGroup(a, b)).toBe(together);
});
