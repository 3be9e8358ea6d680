import { afterEach, beforeEach, expect, it, vi } from "vitest";

const INBOX = "https://inbox.example.com";
const CONFIG = { name: "Northside Cycles", greeting: "", colour: "#1d4a40", position: "right", preChat: [], online: true, awayMessage: "" };
let shadow: ShadowRoot;
const posted = () => frame()!.contentWindow.postMessage.mock.calls as [message: { switchboard: { type: string } }, target: string][];
let answer: () => Response;

/** Runs the loader as a page does that holds its script element. */
async function load(): Promise<void> {
  const script = Object.assign(document.createElement("div"), { src: `${INBOX}/widget.js` });
  script.dataset["connection"] = "ch_1";
  Object.defineProperty(document, "currentScript", { value: script, configurable: true });
  vi.resetModules();
  await import("../../../web/loader/loader");
  await vi.waitFor(() => expect(fetch).toHaveBeenCalled());
  await new Promise((resolve) => { setTimeout(resolve); });
}

/** The test's browser loads no pages: an element that only holds what the loader sets stands in for the frame. */
type Frame = HTMLElement & { src: string; contentWindow: { postMessage: ReturnType<typeof vi.fn> } };
const frame = () => shadow.querySelector<Frame>("section");
const bubble = () => shadow.querySelector("button")!;
const tell = (message: object, { origin = INBOX, source }: { origin?: string; source?: unknown } = {}) =>
  window.dispatchEvent(Object.assign(new Event("message"), { origin, source: source ?? frame()!.contentWindow, data: { switchboard: message } }));

beforeEach(() => {
  localStorage.clear();
  document.body.replaceChildren();
  document.title = "Shop";
  delete window.switchboard;
  answer = () => Response.json(CONFIG);
  vi.stubGlobal("fetch", vi.fn(() => Promise.resolve(answer())));
  const create = document.createElement.bind(document);
  vi.spyOn(document, "createElement").mockImplementation((name: string) => (name === "iframe" ? Object.assign(create("section"), { contentWindow: { postMessage: vi.fn() } }) : create(name)) as never);
  const attach = Element.prototype.attachShadow;
  vi.spyOn(Element.prototype, "attachShadow").mockImplementation(function (this: Element, init) { return shadow = attach.call(this, init); });
});
afterEach(() => { vi.restoreAllMocks(); vi.unstubAllGlobals(); });

it("draws a bubble and loads nothing else until it is clicked", async () => {
  await load();
  expect(bubble().ariaLabel).toBe("Open chat");
  expect(frame()).toBeNull();
  expect([document.cookie, localStorage.length]).toEqual(["", 0]);
  bubble().click();
  const url = new URL(frame()!.src);
  expect([url.origin, url.pathname, url.searchParams.get("connection"), url.searchParams.get("origin")]).toEqual([INBOX, "/widget/frame", "ch_1", location.origin]);
  expect(frame()!.hidden).toBe(false);
  expect(bubble().ariaLabel).toBe("Close chat");
});

it("a browser that has chatted before hears of new messages without a click", async () => {
  localStorage.setItem("switchboard:ch_1", "1");
  await load();
  expect(frame()!.hidden).toBe(true);
  tell({ type: "unread", count: 2 });
  expect(bubble().textContent).toBe("2");
  expect(bubble().ariaLabel).toBe("Open chat, 2 unread");
  expect(document.title).toBe("(2) Shop");
  document.title = "Shop | Bikes";
  tell({ type: "unread", count: 0 });
  expect([bubble().textContent, document.title]).toEqual(["", "Shop | Bikes"]);
});

it("hears the frame alone, and speaks to our origin alone", async () => {
  await load();
  bubble().click();
  tell({ type: "unread", count: 9 }, { origin: "https://evil.test" });
  tell({ type: "close" }, { source: window });
  expect([bubble().textContent, frame()!.hidden]).toEqual(["", false]);
  tell({ type: "ready" });
  expect(posted().map(([{ switchboard }, target]) => [switchboard.type, target])).toEqual([["page", INBOX], ["open", INBOX]]);
});

it("closes when the frame says so and gives the focus back", async () => {
  await load();
  bubble().click();
  const focus = vi.spyOn(bubble(), "focus");
  tell({ type: "close" });
  expect(frame()!.hidden).toBe(true);
  expect(focus).toHaveBeenCalled();
});

it("obeys the page, also for what was said before it had loaded", async () => {
  window.switchboard = Object.assign(() => {}, { q: [["identify", { userId: "u_77", hash: "abc" }], ["open"]] as never });
  await load();
  expect(frame()!.hidden).toBe(false);
  tell({ type: "ready" });
  expect(posted()[0]![0]).toEqual({ switchboard: { type: "identify", userId: "u_77", hash: "abc" } });
  window.switchboard("close");
  expect(frame()!.hidden).toBe(true);
  window.switchboard("logout");
  expect(posted().at(-1)![0]).toEqual({ switchboard: { type: "logout" } });
});

it("on a site that is not named it leaves the page as it was", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  answer = () => Response.json({}, { status: 403 });
  await load();
  expect(document.body.childElementCount).toBe(0);
  expect(warn).toHaveBeenCalledOnce();
});
