import { Route, Router } from "@solidjs/router";
import { cleanup, render } from "@solidjs/testing-library";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { previewOf } from "../../web/inbox/list/preview";
import { ConversationList } from "../../web/inbox/list/list";
import { conversationHref, useInboxRoute } from "../../web/inbox/route";
import { feed, forgetFeed } from "../../web/lib/feed";
import { FakeSocket, item, row, state } from "./inbox-fixtures";

const MANY = 10_000;
let socket: FakeSocket | undefined;
const opened = (made: FakeSocket): void => { socket = made; };

beforeEach(() => {
  history.replaceState(null, "", "/");
  class Socket extends FakeSocket {
    static readonly OPEN = 1;
    static readonly CLOSED = 3;
    constructor(url: string) { super(Number(new URL(url).searchParams.get("cursor"))); opened(this); }
  }
  vi.stubGlobal("WebSocket", Socket);
  // happy-dom lays nothing out: the list is as high as a laptop's.
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(800);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(320);
});
afterEach(() => {
  cleanup();
  forgetFeed();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function show(answer: () => Response) {
  vi.stubGlobal("fetch", () => Promise.resolve(answer()));
  feed().start();
  socket!.say({ type: "sync", from: 0, to: 1, more: false, rows: [], mine: [], removed: [] });
  return render(() => <Router><Route path="/" component={Screen} /></Router>);
}
function Screen() {
  const route = useInboxRoute();
  return <ConversationList route={route} isPhone={false} onViews={() => {}} onBegin={() => {}} controls={() => {}} />;
}
const rows = (root: HTMLElement) => [...root.querySelectorAll<HTMLAnchorElement>("[id^='row-']")];

it("draws few rows of ten thousand", async () => {
  const items = Array.from({ length: MANY }, (_, index) => item(`c${index}`, index + 1));
  const { container } = show(() => Response.json({ items, nextCursor: null }));
  await vi.waitFor(() => expect(rows(container).length).toBeGreaterThan(0), { timeout: 5_000 });
  expect(rows(container).length).toBeLessThan(60);
  expect(rows(container)[0]!.id).toBe(`row-c${MANY - 1}`);
  expect(container.querySelector("[role=listitem]")?.getAttribute("aria-setsize")).toBe(String(MANY));
});

it("opens a conversation in its own address, and leaves the list where it is", async () => {
  const { container } = show(() => Response.json({ items: [item("c1", 1)], nextCursor: null }));
  await vi.waitFor(() => expect(rows(container)).toHaveLength(1));
  expect(rows(container)[0]!.getAttribute("href")).toBe(conversationHref("c1"));
  rows(container)[0]!.click();
  await vi.waitFor(() => expect(new URLSearchParams(location.search).get("c")).toBe("c1"));
  expect(rows(container)).toHaveLength(1);
});

const arrives = (version: number, ...changed: ReturnType<typeof row>[]): void => socket!.say({ type: "sync", from: version - 1, to: version, more: false, rows: changed, mine: [], removed: [] });

it("keeps a row itself when others pass it: what is pressed or stood on does not become another conversation", async () => {
  const { container } = show(() => Response.json({ items: [item("c1", 1), item("c2", 2), item("c3", 3)], nextCursor: null }));
  await vi.waitFor(() => expect(rows(container).map(({ id }) => id)).toEqual(["row-c3", "row-c2", "row-c1"]));
  const [, second, third] = rows(container);
  second!.focus();
  arrives(2, row("c1", 4));
  await vi.waitFor(() => expect(rows(container).map(({ id }) => id)).toEqual(["row-c1", "row-c3", "row-c2"]));
  expect(second!.id).toBe("row-c2");
  expect(document.activeElement).toBe(second);
  // The one that moves keeps the keyboard too.
  third!.focus();
  arrives(3, row("c2", 5));
  arrives(4, row("c1", 6));
  await vi.waitFor(() => expect(rows(container).map(({ id }) => id)).toEqual(["row-c1", "row-c2", "row-c3"]));
  expect(document.activeElement).toBe(third);
});

it("says what happened when the list could not be loaded", async () => {
  const { findByText } = show(() => Response.json({ type: "unavailable", title: "Unavailable", status: 503, detail: "The database does not answer right now." }, { status: 503 }));
  expect(await findByText(/The database does not answer right now/)).toBeTruthy();
});

it("has a word for an empty list", async () => {
  const { findByText } = show(() => Response.json({ items: [], nextCursor: null }));
  expect(await findByText("All clear")).toBeTruthy();
});

it.each([
  ["a failed message", { failed: true, preview: { ...row("c1", 1).preview!, direction: "out" as const } }, { draft: true }, ["failed", "red"]],
  ["a draft", {}, { draft: true }, ["draft", "accent"]],
  ["a comment", { preview: { ...row("c1", 1).preview!, kind: "comment" as const } }, {}, ["comment", "violet"]],
  ["our own words", { preview: { ...row("c1", 1).preview!, direction: "out" as const, author: { type: "member" as const, id: "u1", name: "Ana" } } }, {}, ["you", "plain"]],
  ["the customer's words", {}, {}, [null, "plain"]],
])("begins a preview with the exception: %s", (_name, change, mine, [prefix, tone]) => {
  expect(previewOf(row("c1", 1, change), state("c1", mine))).toMatchObject({ prefix, tone });
});
