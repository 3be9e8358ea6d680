import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Entry } from "../../worker/contract/entry";
import { ConversationFrame as ConversationFrameSchema, type ConversationFrame } from "../../worker/contract/frame";
import { readConversationFrame } from "../../web/lib/frame";
import { applyFrame, backoff, createLink, emptyThread, mergeEntries, type Position, type ThreadState } from "../../web/lib/live";
import { asSocket, entry, FakeSocket, row, state } from "./inbox-fixtures";

/** Answers as the object does: rows with a newer revision than the cursor, a page at a time. */
class Server {
  rev = 0;
  rows = new Map<number, Entry>();
  write(seq: number, change: Partial<Entry> = {}): void { this.rows.set(seq, entry(seq, ++this.rev, change)); }
  since(cursor: number, page: number): ConversationFrame {
    const rows = [...this.rows.values()].filter(({ rev }) => rev > cursor).sort((a, b) => a.rev - b.rev).slice(0, page);
    const more = rows.length === page;
    return { type: "sync", from: cursor, to: more ? rows.at(-1)!.rev : this.rev, more, entries: rows, conversation: row("c1", this.rev), mine: state("c1") };
  }
  fresh(): Entry[] { return [...this.rows.values()].sort((a, b) => a.seq - b.seq); }
}

const shown = (thread: ThreadState) => thread.order.map((id) => thread.entries[id]);

type Step = { do: "write"; seq: number } | { do: "live" } | { do: "lost" } | { do: "again"; back: number } | { do: "ask" };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("write" as const), seq: fc.integer({ min: 1, max: 12 }) }),
  fc.constant({ do: "live" as const }),
  fc.constant({ do: "lost" as const }),
  fc.record({ do: fc.constant("again" as const), back: fc.integer({ min: 0, max: 8 }) }),
  fc.constant({ do: "ask" as const }),
);

describe("what a screen holds of a conversation", () => {
  it("ends equal to a fresh read, whatever is dropped, doubled or cut into pages", () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (steps, page) => {
      const server = new Server();
      const thread = emptyThread();
      let live = 0;
      for (const act of steps) {
        if (act.do === "write") server.write(act.seq);
        else if (act.do === "live") { applyFrame(thread, server.since(live, page)); live = server.rev; }
        else if (act.do === "lost") live = server.rev;
        else if (act.do === "again") applyFrame(thread, server.since(Math.max(0, thread.cursor - act.back), page));
        else applyFrame(thread, server.since(thread.cursor, page));
      }
      while (applyFrame(thread, server.since(thread.cursor, page)) === "behind");
      expect(shown(thread)).toEqual(server.fresh());
      expect(thread.cursor).toBe(server.rev);
    }));
  });

  it("shows no hole: a changed row above the loaded pages waits for its page and is not older then", () => {
    const thread = { ...emptyThread(), cursor: 60, floor: 50, before: 50 };
    mergeEntries(thread, [entry(50, 1), entry(51, 2)]);
    applyFrame(thread, { type: "sync", from: 60, to: 61, more: false, entries: [entry(3, 61)], conversation: null, mine: null });
    expect(thread.order).toEqual(["e50", "e51"]);
    mergeEntries(thread, [entry(3, 5), entry(4, 6)]);
    expect(thread.entries["e3"]!.rev).toBe(61);
  });

  it("asks again instead of applying a frame that begins after its cursor", () => {
    const thread = emptyThread();
    expect(applyFrame(thread, { type: "sync", from: 4, to: 5, more: false, entries: [entry(1, 5)], conversation: null, mine: null })).toBe("behind");
    expect(thread.order).toEqual([]);
  });

  it("keeps the newer list row when an older one comes late", () => {
    const thread = emptyThread();
    applyFrame(thread, { type: "sync", from: 0, to: 5, more: false, entries: [], conversation: row("c1", 5, { status: "closed" }), mine: null });
    applyFrame(thread, { type: "sync", from: 0, to: 3, more: false, entries: [], conversation: row("c1", 3), mine: null });
    expect(thread.conversation?.status).toBe("closed");
  });
});

describe("the link", () => {
  let opened: FakeSocket[];
  let cursor: number;
  let answer: Position;
  const signedOut = vi.fn();
  const restart = vi.fn(() => { cursor = 40; return Promise.resolve(); });
  const make = () => createLink({
    open: (from) => { const socket = new FakeSocket(from); opened.push(socket); return asSocket(socket); },
    cursor: () => cursor, ask: String, restart, signedOut,
    receive: (data) => { cursor = Math.max(cursor, (JSON.parse(data) as { to: number }).to); return answer; },
  });

  beforeEach(() => { vi.useFakeTimers(); opened = []; cursor = 0; answer = "current"; signedOut.mockClear(); restart.mockClear(); });
  afterEach(() => { vi.useRealTimers(); });

  it("resumes from its cursor after a drop", () => {
    const link = make();
    opened[0]!.say({ to: 3 });
    expect(link.status()).toBe("live");
    opened[0]!.drop();
    expect(link.status()).toBe("offline");
    vi.advanceTimersByTime(1_000);
    expect(opened[1]!.cursor).toBe(3);
    link.close();
  });

  it("asks once while an answer is on its way, however many frames pass", () => {
    const link = make();
    answer = "behind";
    opened[0]!.say({ to: 2 });
    opened[0]!.say({ to: 2 });
    opened[0]!.say({ to: 2 });
    expect(opened[0]!.sent).toEqual(["2"]);
    link.close();
  });

  it("reads afresh after a reset, then asks from the new place", async () => {
    const link = make();
    answer = "reset";
    opened[0]!.say({ to: 9 });
    await vi.waitFor(() => expect(opened[0]!.sent).toEqual(["40"]));
    link.close();
  });

  it("signs in again instead of retrying when its rights changed", () => {
    make();
    opened[0]!.drop(4401);
    vi.advanceTimersByTime(120_000);
    expect(signedOut).toHaveBeenCalledOnce();
    expect(opened).toHaveLength(1);
  });

  it("gives a silent socket up after two pings", () => {
    const link = make();
    opened[0]!.say({ to: 1 });
    vi.advanceTimersByTime(25_000);
    expect(opened[0]!.sent).toEqual(["ping"]);
    vi.advanceTimersByTime(50_000);
    expect(link.status()).toBe("offline");
    link.close();
  });

  it("does not apply what it cannot read, and tries again", () => {
    const quiet = vi.spyOn(console, "error").mockImplementation(() => {});
    const link = make();
    opened[0]!.say("not json");
    expect(link.status()).toBe("offline");
    expect(quiet).toHaveBeenCalledOnce();
    quiet.mockRestore();
    link.close();
  });

  it("waits at most half a minute, spread over the whole time", () => {
    expect([0, 1, 2, 20].map((attempt) => backoff(attempt, 1))).toEqual([500, 1_000, 2_000, 30_000]);
    expect(backoff(20, 0)).toBe(0);
  });
});

describe("a frame", () => {
  it.each([
    ["text that is no JSON", "hello"],
    ["a list", "[]"],
    ["an unknown type", '{"type":"other"}'],
    ["a name every object has", '{"type":"constructor"}'],
    ["rows that are no list", '{"type":"sync","from":0,"to":1,"more":false,"entries":{}}'],
    ["no place to resume from", '{"type":"sync","more":false,"entries":[]}'],
  ])("is refused when it is %s", (_name, data) => { expect(() => readConversationFrame(data)).toThrow(); });

  it.each<ConversationFrame>([
    { type: "sync", from: 0, to: 1, more: false, entries: [entry(1, 1)], conversation: row("c1", 1), mine: state("c1") },
    { type: "reset", reason: "too far behind" },
    { type: "presence", members: [], visitor: null },
  ])("of the contract is read as it is: $type", (frame) => {
    expect(readConversationFrame(JSON.stringify(frame))).toEqual(ConversationFrameSchema.parse(frame));
  });
});
