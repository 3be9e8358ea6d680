import { createRoot } from "solid-js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Conversation, ConversationPatch } from "../../worker/contract/conversation";
import type { Entry } from "../../worker/contract/entry";
import { conversation, forgetConversations, patchConversation, type OpenConversation } from "../../web/lib/conversation";
import { feed, forgetFeed } from "../../web/lib/feed";
import { emptyThread, mergeEntries } from "../../web/lib/live";
import { localThread } from "../../web/lib/local";
import { comment, optimistic, outgoing, pauseOutbox, send, sendAgain, withdraw } from "../../web/lib/outbox";
import { entry, FakeSocket, item } from "./inbox-fixtures";

/** Answers by path; a number is a status without words, "lost" is a network that swallowed the request. */
type Answer = unknown;
let answers: Record<string, (body: unknown) => Answer>;
let calls: { method: string; path: string; body: unknown }[];
let sockets: FakeSocket[];

beforeEach(() => {
  answers = {};
  calls = [];
  sockets = [];
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : null;
    calls.push({ method: init.method ?? "GET", path, body });
    const answer = answers[`${init.method ?? "GET"} ${path.split("?")[0]}`]?.(body);
    if (answer === "lost") return Promise.reject(new TypeError("network"));
    if (answer instanceof Response) return Promise.resolve(answer);
    return Promise.resolve(answer === undefined ? Response.json({ type: "not-found", title: "Not found", status: 404 }, { status: 404 }) : Response.json(answer));
  });
  class Socket extends FakeSocket {
    static readonly OPEN = 1;
    static readonly CLOSED = 3;
    constructor(url: string) { super(Number(new URL(url).searchParams.get("cursor"))); sockets.push(this); }
  }
  vi.stubGlobal("WebSocket", Socket);
});

afterEach(() => {
  pauseOutbox();
  forgetConversations();
  forgetFeed();
  vi.unstubAllGlobals();
});

const problem = (status: number, type: string, detail: string) => Response.json({ type, title: detail, status, detail }, { status });
const page = (items: Entry[], cursor: number, before: number | null = null) => ({ items, cursor, before });
const C1 = "/api/v1/conversations/c1";

async function opened(act: (open: OpenConversation) => Promise<void>): Promise<void> {
  await createRoot(async (dispose) => {
    const open = conversation("c1");
    try {
      await vi.waitFor(() => expect(open.isLoading()).toBe(false));
      await act(open);
    } finally { dispose(); }
  });
}

describe("an open conversation", () => {
  beforeEach(() => {
    answers[`GET ${C1}`] = () => item("c1", 20, { createdAt: "2026-05-10T00:00:00Z" });
    answers[`GET ${C1}/entries`] = () => page([entry(51, 51), entry(52, 52)], 52, 51);
  });

  it("reads the newest page, then hears everything after it", () => opened(async (open) => {
    expect(open.state.order).toEqual(["e51", "e52"]);
    await vi.waitFor(() => expect(sockets).toHaveLength(1));
    expect(sockets[0]!.cursor).toBe(52);
    sockets[0]!.say({ type: "sync", from: 52, to: 54, more: false, entries: [entry(52, 53, { text: "edited" }), entry(53, 54)], conversation: null, mine: null });
    expect(open.state.order).toEqual(["e51", "e52", "e53"]);
    expect(open.state.entries["e52"]!.text).toBe("edited");
    expect(open.status()).toBe("live");
  }));

  it("goes up page by page, then joins the contact's earlier conversations", () => opened(async (open) => {
    answers[`GET ${C1}/entries`] = () => page([entry(50, 50)], 52, null);
    await open.loadOlder();
    expect(open.state.order).toEqual(["e50", "e51", "e52"]);
    expect(calls.at(-1)!.path).toContain("before=51");
    const earlier: Conversation = item("c0", 3, { contactId: "ct_c1", status: "closed", createdAt: "2026-03-01T00:00:00Z" });
    answers["GET /api/v1/conversations"] = () => ({ items: [item("c1", 20, { createdAt: "2026-05-10T00:00:00Z" }), earlier, item("c2", 30, { createdAt: "2026-05-11T00:00:00Z" })], nextCursor: null });
    answers["GET /api/v1/conversations/c0/entries"] = () => page([entry(1, 1), entry(2, 2)], 2);
    await open.loadOlder();
    expect(open.earlier.map(({ conversation: { id }, order }) => [id, ...order])).toEqual([["c0", "e1", "e2"]]);
    expect(open.isComplete()).toBe(true);
  }));

  it("paints at once when it was open before, and resumes from where it stood", async () => {
    await opened(() => vi.waitFor(() => expect(sockets).toHaveLength(1)));
    const asked = calls.length;
    await createRoot(async (dispose) => {
      const again = conversation("c1");
      expect(again.state.order).toEqual(["e51", "e52"]);
      await vi.waitFor(() => expect(sockets).toHaveLength(2));
      expect(sockets[1]!.cursor).toBe(52);
      expect(calls).toHaveLength(asked);
      dispose();
    });
  });

  it("says why when it may no longer be seen", () => opened(async (open) => {
    await vi.waitFor(() => expect(sockets).toHaveLength(1));
    delete answers[`GET ${C1}`];
    sockets[0]!.drop(4401);
    await vi.waitFor(() => expect(open.problem()?.status).toBe(404));
    expect(sockets).toHaveLength(1);
  }));

  it("says why when a copy is shown of what may no longer be seen", () => opened(async (open) => {
    await vi.waitFor(() => expect(sockets).toHaveLength(1));
    delete answers[`GET ${C1}`];
    sockets[0]!.drop();
    await vi.waitFor(() => expect(open.problem()?.status).toBe(404));
  }));

  it("tells colleagues of typing once, not with every key", () => opened(async (open) => {
    await vi.waitFor(() => expect(sockets).toHaveLength(1));
    open.typing(true, "reply", "H");
    open.typing(true, "reply", "He");
    open.typing(false, "reply", null);
    expect(sockets[0]!.sent.map((text) => (JSON.parse(text) as { on: boolean }).on)).toEqual([true, false]);
  }));

  it("shows a change at once and takes it back when it is refused", () => opened(async () => {
    answers[`PATCH ${C1}`] = () => problem(403, "forbidden", "Only admins may do this");
    const asked = patchConversation("c1", { status: "closed" });
    expect(feed().rows["c1"]!.status).toBe("closed");
    expect((await asked)?.detail).toBe("Only admins may do this");
    expect(feed().rows["c1"]!.status).toBe("open");
  }));

  it("keeps an accepted change without a flicker", () => opened(async () => {
    answers[`PATCH ${C1}`] = (body) => item("c1", 21, { ...(body as ConversationPatch as object), createdAt: "2026-05-10T00:00:00Z" });
    expect(await patchConversation("c1", { status: "closed" })).toBeNull();
    expect(feed().rows["c1"]).toMatchObject({ status: "closed", version: 21 });
  }));
});

describe("what is on its way", () => {
  const path = `POST ${C1}/messages`;
  const stored = (body: unknown) => entry(60, 60, { id: (body as { clientId: string }).clientId, direction: "out", state: "scheduled" });

  it("is shown before the server answers, and is one row after", async () => {
    answers[path] = stored;
    const sent = send("c1", { channel: "sms", text: "Hello" });
    const [item] = outgoing();
    expect(optimistic(item!)).toMatchObject({ id: item!.clientId, rev: 0, text: "Hello", direction: "out", state: "queued" });
    const outcome = await sent;
    expect(outcome).toMatchObject({ status: "stored", clientId: item!.clientId, entry: { id: item!.clientId } });
    expect(outgoing()).toEqual([]);
  });

  it("is repeated with the same id after the network swallowed it", async () => {
    answers[path] = () => "lost";
    expect((await send("c1", { channel: "sms", text: "Hello" })).status).toBe("queued");
    expect(outgoing()[0]!.state).toBe("waiting");
    answers[path] = stored;
    sendAgain(outgoing()[0]!.clientId);
    await vi.waitFor(() => expect(outgoing()).toEqual([]));
    const ids = calls.map(({ body }) => (body as { clientId: string }).clientId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it("keeps its order: the second message never overtakes the first", async () => {
    answers[path] = stored;
    await Promise.all([send("c1", { channel: "sms", text: "one" }), send("c1", { channel: "sms", text: "two" })]);
    expect(calls.map(({ body }) => (body as { text: string }).text)).toEqual(["one", "two"]);
  });

  it("stays with its reason when it is refused, until somebody decides", async () => {
    answers[path] = () => problem(422, "refused", "This contact has opted out of SMS.");
    const outcome = await send("c1", { channel: "sms", text: "Hello" });
    expect(outcome.status).toBe("refused");
    expect(outgoing()).toMatchObject([{ state: "refused", sentence: "This contact has opted out of SMS." }]);
    expect(withdraw(outcome.clientId)).toBe(true);
    expect(outgoing()).toEqual([]);
  });

  it("sends a comment only where comments go", async () => {
    answers[`POST ${C1}/comments`] = (body) => entry(61, 61, { kind: "comment", id: (body as { clientId: string }).clientId });
    await comment("c1", { text: "For us" });
    expect(calls.map(({ path: where }) => where)).toEqual([`${C1}/comments`]);
  });
});

describe("the copy on this device", () => {
  it("holds the newest rows, and knows where older ones are to be asked", () => {
    const thread = { ...emptyThread(), cursor: 300, floor: 51, before: 51, conversation: item("c1", 9) };
    mergeEntries(thread, Array.from({ length: 150 }, (_, index) => entry(51 + index, 51 + index)));
    const copy = localThread("c1", thread, 0)!;
    expect(copy.entries).toHaveLength(100);
    expect(copy).toMatchObject({ floor: 101, before: 101, cursor: 300 });
  });

  it("remembers the beginning when all of it fits", () => {
    const thread = { ...emptyThread(), cursor: 3, conversation: item("c1", 9) };
    mergeEntries(thread, [entry(1, 1), entry(2, 2)]);
    expect(localThread("c1", thread, 0)).toMatchObject({ floor: 0, before: null });
  });
});
