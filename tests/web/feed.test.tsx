import fc from "fast-check";
import { createRoot } from "solid-js";
import { describe, expect, it, vi } from "vitest";
import type { Conversation, ConversationPage } from "../../worker/contract/conversation";
import type { FeedFrame } from "../../worker/contract/frame";
import type { ApiProblem } from "../../web/lib/api";
import { adoptPage, applyFeedFrame, createFeed, emptyFeed, type Feed } from "../../web/lib/feed-store";
import { belongs, comparePlaces, placeOf, queryKey, rearrange, type Query } from "../../web/lib/listing";
import { createList } from "../../web/lib/lists";
import { applyPatch, inverse } from "../../web/lib/patch";
import { asSocket, FakeSocket, item, row, state } from "./inbox-fixtures";

const RECENT: Query = { filter: { view: "all", tab: "recent" }, sort: "newest" };

/** The account's list as the Feed and D1 hold it; `seen` trails like the copy pages are read from. */
class Server {
  rev = 0;
  rows = new Map<string, Conversation & { rev: number }>();
  copy = new Map<string, Conversation>();
  copied = 0;
  write(id: string, change: Parameters<typeof item>[2] = {}, mine: Parameters<typeof item>[3] = {}): void {
    const old = this.rows.get(id);
    const next = item(id, ++this.rev, { ...old, ...change, version: this.rev, id }, { ...old?.mine, ...mine });
    this.rows.set(id, { ...next, version: this.rev, rev: this.rev });
  }
  project(): void { this.copy = new Map(this.rows); this.copied = this.rev; }
  page(limit: number, after: string | null): ConversationPage {
    const all = [...this.copy.values()].filter((known) => belongs(known, known.mine, RECENT.filter, "u1")).sort((a, b) => comparePlaces(placeOf(a, "newest"), placeOf(b, "newest"), "newest"));
    const start = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
    const items = all.slice(start, start + limit).map(strip);
    return { items, nextCursor: start + limit < all.length ? items.at(-1)!.id : null };
  }
  since(cursor: number, limit: number): Extract<FeedFrame, { type: "sync" }> {
    const start = cursor === 0 ? this.copied : cursor;
    const rows = [...this.rows.values()].filter(({ rev }) => rev > start).sort((a, b) => a.rev - b.rev).slice(0, limit);
    const more = rows.length === limit;
    return { type: "sync", from: cursor, to: more ? rows.at(-1)!.rev : Math.max(this.rev, start), more, rows: rows.map((known) => { const { mine: _, ...rest } = strip(known); return rest; }), mine: rows.map(({ mine }) => mine), removed: [] };
  }
}
const strip = (known: Conversation & { rev?: number }): Conversation => { const { rev: _, ...rest } = known; return rest; };

type Step = { do: "write"; id: number; closed: boolean; read: number } | { do: "ask" } | { do: "again"; back: number } | { do: "project" } | { do: "page" };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("write" as const), id: fc.integer({ min: 1, max: 8 }), closed: fc.boolean(), read: fc.integer({ min: 0, max: 3 }) }),
  fc.constant({ do: "ask" as const }), fc.constant({ do: "project" as const }), fc.constant({ do: "page" as const }),
  fc.record({ do: fc.constant("again" as const), back: fc.integer({ min: 0, max: 5 }) }),
);

describe("what the list knows", () => {
  it("ends equal to the server, whatever is doubled, late, or read from an old copy", () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 50 }), fc.integer({ min: 1, max: 4 }), (steps, page) => {
      const server = new Server();
      const truth = emptyFeed();
      let registered = false;
      for (const act of steps) {
        if (act.do === "write") server.write(`c${act.id}`, { status: act.closed ? "closed" : "open" }, { readCount: act.read });
        else if (act.do === "project") server.project();
        else if (act.do === "page") { if (registered) adoptPage(truth, server.page(3, null).items); }
        else { applyFeedFrame(truth, server.since(Math.max(0, truth.cursor - (act.do === "again" ? act.back : 0)), page)); registered = true; }
      }
      while (applyFeedFrame(truth, server.since(truth.cursor, page)).position === "behind");
      adoptPage(truth, server.page(100, null).items);
      for (const [id, known] of server.rows) {
        if (known.status === "closed" && !truth.rows.has(id)) continue;
        expect(truth.rows.get(id)?.version).toBe(known.version);
        expect(truth.mine.get(id)).toEqual(known.mine);
      }
    }));
  });

  it("forgets what a restricted colleague may no longer see", () => {
    const truth = emptyFeed();
    adoptPage(truth, [item("c1", 1), item("c2", 2)]);
    applyFeedFrame(truth, { type: "sync", from: 0, to: 3, more: false, rows: [], mine: [], removed: ["c1"] });
    expect([...truth.rows.keys()]).toEqual(["c2"]);
  });

  it("keeps a newer own state when an old copy says otherwise", () => {
    const truth = emptyFeed();
    applyFeedFrame(truth, { type: "sync", from: 0, to: 3, more: false, rows: [row("c1", 3)], mine: [state("c1", { readCount: 5, starred: true })], removed: [] });
    adoptPage(truth, [item("c1", 2, {}, { readCount: 1 })]);
    expect(truth.mine.get("c1")).toMatchObject({ readCount: 5, starred: true });
  });
});

describe("where a row stands", () => {
  it("is the same after any rearranging as after sorting everything", () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 20 })), { maxLength: 60 }), fc.constantFrom("newest" as const, "oldest" as const, "waiting-longest" as const), (changes, sort) => {
      const rows = new Map<string, ReturnType<typeof row>>();
      let ids: string[] = [];
      for (const [index, [who, minute]] of changes.entries()) {
        const id = `c${who}`;
        rows.set(id, row(id, index + 1, { lastAt: row("x", minute).lastAt, waitingSince: minute % 3 === 0 ? null : row("x", minute).lastAt, status: minute % 7 === 0 ? "closed" : "open" }));
        ids = rearrange(ids, new Set([id]), (other) => rows.get(other)!.status === "open", (other) => placeOf(rows.get(other)!, sort), sort);
      }
      const sorted = [...rows.values()].filter(({ status }) => status === "open").sort((a, b) => comparePlaces(placeOf(a, sort), placeOf(b, sort), sort)).map(({ id }) => id);
      expect(ids).toEqual(sorted);
    }));
  });

  it.each([
    ["mine", { view: "mine" as const }, { assigneeId: "u1" }, { assigneeId: "u2" }],
    ["unassigned", { view: "unassigned" as const }, {}, { assigneeId: "u2" }],
    ["following", { view: "following" as const }, { followerIds: ["u1"] }, {}],
    ["a team", { teamId: "t1" }, { teamId: "t1" }, { teamId: "t2" }],
    ["a label", { labelId: "l1" }, { labelIds: ["l1"] }, {}],
    ["a channel", { channel: "email" as const }, { channels: ["sms" as const, "email" as const] }, {}],
    ["needs reply", { tab: "needs-reply" as const }, { needsReply: true }, {}],
    ["unread", { tab: "unread" as const }, { inboundCount: 2 }, { inboundCount: 2, status: "closed" as const }],
    ["a list without a tab", {}, {}, { status: "closed" as const }],
    ["a contact's list", { contactId: "ct_c1" }, { status: "closed" as const }, { contactId: "ct_other" }],
    ["closed", { tab: "closed" as const }, { status: "closed" as const }, {}],
    ["scheduled", { tab: "scheduled" as const }, { scheduled: 1 }, {}],
  ])("%s takes what belongs and nothing else", (_name, filter, inside, outside) => {
    expect(belongs(row("c1", 1, inside), state("c1"), filter, "u1")).toBe(true);
    expect(belongs(row("c1", 1, outside), state("c1"), filter, "u1")).toBe(false);
  });

  it("names a list the same however its conditions are written", () => {
    expect(queryKey({ filter: { tab: "recent", view: "all" }, sort: "newest" })).toBe(queryKey({ filter: { view: "all", tab: "recent", q: "" }, sort: "newest" }));
  });
});

describe("rights that changed", () => {
  it.each([["may stay: everything is read anew", true, 2], ["is out: nothing is tried again", false, 1]])("whoever %s", async (_what, stays, sockets) => {
    const opened: FakeSocket[] = [];
    await createRoot(async (dispose) => {
      const asked = vi.fn(() => Promise.resolve(stays));
      const feed = createFeed({
        open: (cursor) => { const socket = new FakeSocket(cursor); opened.push(socket); return asSocket(socket); },
        fetch: () => Promise.resolve({ items: [], nextCursor: null }), memberId: () => "u1", changed: vi.fn(), mayStay: asked, problemOf: () => { throw new Error("no problem"); },
      });
      feed.start();
      opened[0]!.say({ type: "sync", from: 0, to: 10, more: false, rows: [], mine: [], removed: [] });
      opened[0]!.drop(4401);
      await vi.waitFor(() => expect(asked).toHaveBeenCalledOnce());
      await Promise.resolve();
      expect(opened.map(({ cursor }) => cursor)).toEqual(sockets === 2 ? [0, 0] : [0]);
      feed.stop();
      dispose();
    });
  });
});

describe("a list on the screen", () => {
  const problem = { status: 0 } as unknown as ApiProblem;

  async function listed(pages: readonly Conversation[], act: (feed: Feed, socket: FakeSocket) => Promise<void>): Promise<void> {
    const opened: FakeSocket[] = [];
    await createRoot(async (dispose) => {
      const feed = createFeed({
        open: (cursor) => { const socket = new FakeSocket(cursor); opened.push(socket); return asSocket(socket); },
        fetch: () => Promise.resolve({ items: [...pages], nextCursor: null }),
        memberId: () => "u1", changed: vi.fn(), mayStay: () => Promise.resolve(false), problemOf: () => problem,
      });
      feed.start();
      opened[0]!.say({ type: "sync", from: 0, to: 10, more: false, rows: [], mine: [], removed: [] });
      const list = feed.list(RECENT);
      await vi.waitFor(() => expect(list.isLoaded()).toBe(true));
      try { await act(feed, opened[0]!); } finally { feed.stop(); dispose(); }
    });
  }
  const arrive = (socket: FakeSocket, version: number, ...rows: ReturnType<typeof row>[]) => socket.say({ type: "sync", from: version - 1, to: version, more: false, rows, mine: [], removed: [] });

  it("moves new activity up", () => listed([item("c1", 5), item("c2", 4)], async (feed, socket) => {
    const list = feed.list(RECENT);
    expect(list.ids()).toEqual(["c1", "c2"]);
    arrive(socket, 11, row("c2", 11));
    await vi.waitFor(() => expect(list.ids()).toEqual(["c2", "c1"]));
  }));

  it("does not move what the pointer is on, and catches up when it leaves", () => listed([item("c1", 5), item("c2", 4)], async (feed, socket) => {
    const list = feed.list(RECENT);
    list.hold(true);
    arrive(socket, 11, row("c2", 11, { contactName: "New name" }), row("c3", 12));
    await vi.waitFor(() => expect(feed.rows["c2"]?.contactName).toBe("New name"));
    await new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); });
    expect(list.ids()).toEqual(["c1", "c2"]);
    list.hold(false);
    expect(list.ids()).toEqual(["c3", "c2", "c1"]);
  }));

  it("finds a conversation once, also where it moved to another page while somebody read on", () => createRoot(async (dispose) => {
    const pages = [["c1", "c2"], ["c2", "c3"]];
    const list = createList({ filter: { q: "bike" }, sort: "newest" }, {
      get: (id) => ({ row: row(id, 1), mine: state(id) }), all: () => [], isFresh: () => true, memberId: () => "u1", adopt: () => undefined, problemOf: () => problem,
      fetch: () => { const ids = pages.shift()!; return Promise.resolve({ items: ids.map((id) => item(id, 1)), nextCursor: pages.length > 0 ? "more" : null }); },
    });
    await list.reload();
    await list.loadMore();
    expect(list.ids()).toEqual(["c1", "c2", "c3"]);
    dispose();
  }));

  it("shows nothing any more of what a row has no longer", () => listed([item("c1", 5, { stars: 4 })], async (feed, socket) => {
    expect(feed.rows["c1"]?.stars).toBe(4);
    arrive(socket, 11, row("c1", 11));
    await vi.waitFor(() => expect(feed.rows["c1"]?.version).toBe(11));
    expect(feed.rows["c1"]?.stars).toBeUndefined();
  }));

  it("shows a click at once, and takes it back when it is refused", () => listed([item("c1", 5), item("c2", 4)], (feed) => {
    const list = feed.list(RECENT);
    list.hold(true);
    const settle = feed.expect("c1", { status: "closed" });
    expect(list.ids()).toEqual(["c2"]);
    settle();
    expect(list.ids()).toEqual(["c1", "c2"]);
    return Promise.resolve();
  }));

  it("keeps the row that is being read although it is no longer unread", () => listed([item("c1", 5)], async (feed, socket) => {
    const unread = feed.list({ filter: { view: "all", tab: "unread" }, sort: "newest" });
    await vi.waitFor(() => expect(unread.ids()).toEqual(["c1"]));
    unread.keep("c1");
    socket.say({ type: "sync", from: 10, to: 11, more: false, rows: [], mine: [state("c1", { readCount: 1 })], removed: [] });
    await new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); });
    expect(unread.ids()).toEqual(["c1"]);
    unread.keep(null);
    await vi.waitFor(() => expect(unread.ids()).toEqual([]));
  }));

  it("starts over after a reset", () => listed([item("c1", 5)], async (feed, socket) => {
    socket.say({ type: "reset", reason: "too far behind" });
    await vi.waitFor(() => expect(socket.sent).toContain("0"));
    socket.say({ type: "sync", from: 0, to: 20, more: false, rows: [row("c9", 20)], mine: [], removed: [] });
    await vi.waitFor(() => expect(feed.list(RECENT).ids()).toEqual(["c9", "c1"]));
  }));
});

describe("undo", () => {
  it.each([
    ["closing", {}, { status: "closed" as const }, { status: "open" }],
    ["assigning", { assigneeId: "u2" }, { assigneeId: "u1" }, { assigneeId: "u2" }],
    ["labels that were new", { labelIds: ["l1"] }, { addLabels: ["l1", "l2"] }, { removeLabels: ["l2"] }],
    ["a snooze on a snoozed one", { status: "snoozed" as const, snoozedUntil: "2026-05-13T09:00:00Z", wakeOnReply: true }, { status: "open" as const }, { status: "snoozed", snoozedUntil: "2026-05-13T09:00:00Z", wakeOnReply: true }],
  ])("takes back %s and leaves everything as it was", (_name, before, patch, back) => {
    const known = { row: row("c1", 1, before), mine: state("c1") };
    expect(inverse(known, patch)).toEqual(back);
    const restored = applyPatch(applyPatch(known, patch, row("x", 9).lastAt), inverse(known, patch), row("x", 9).lastAt);
    expect(restored).toEqual(known);
  });
});
