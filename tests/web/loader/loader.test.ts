import { afterEach, beforeEach, expect, it, vi } from "vitest";

const INBOX = "https://inbox.example.com";
const CONFIG = { name: "Northside Cycles", greeting: "", colour: "#1d4a40", position: "right", preChat: [], online: true, awayMessage: "", theme: "auto", mark: "M1 1", greetings: [] as object[] };
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
  sessionStorage.clear();
  CONFIG.greetings = [];
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
afterEach(() => { vi.useRealTimers(); vi.restoreAllMocks(); vi.unstubAllGlobals(); });

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
  expect(posted()[0]![0]).toEqual({ switchboard: { type: "identify", identity: { userId: "u_77", hash: "abc" } } });
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

const greeting = (change: object = {}) => ({ text: "Need a hand?", pages: "", afterSeconds: 0, visitors: "all", ...change });
const teaser = () => shadow.querySelector("div");
const aMoment = () => new Promise((resolve) => { setTimeout(resolve, 20); });

it.each<[string, object, boolean, boolean]>([
  ["everywhere", {}, false, true], ["on this page", { pages: `${location.pathname}*` }, false, true], ["on another page", { pages: "/nowhere/*/here" }, false, false],
  ["to new visitors", { visitors: "new" }, false, true], ["to new visitors, not to one who returns", { visitors: "new" }, true, false],
  ["to those who return", { visitors: "returning" }, true, true], ["to those who return, not to a new one", { visitors: "returning" }, false, false],
  ["after a time that has not passed", { afterSeconds: 60 }, false, false],
])("greets %s", async (_, change, hasChatted, expected) => {
  if (hasChatted) localStorage.setItem("switchboard:ch_1", "1");
  CONFIG.greetings = [greeting(change)];
  await load();
  await aMoment();
  expect(teaser()?.textContent ?? null).toBe(expected ? "Need a hand?×" : null);
});

it("a greeting opens the chat, and once put away it stays away for this visit", async () => {
  CONFIG.greetings = [greeting()];
  await load();
  await aMoment();
  expect(sessionStorage.length).toBe(0);
  teaser()!.querySelectorAll("button")[1]!.click();
  expect(teaser()).toBeNull();
  expect(frame()).toBeNull();
  document.body.replaceChildren();
  await load();
  await aMoment();
  expect(teaser()).toBeNull();
  sessionStorage.clear();
  document.body.replaceChildren();
  await load();
  await aMoment();
  teaser()!.querySelector("button")!.click();
  expect([teaser(), frame()!.hidden]).toEqual([null, false]);
});

it("a greeting is text, whatever it looks like", async () => {
  CONFIG.greetings = [greeting({ text: "<img src=x onerror=alert(1)>" })];
  await load();
  await aMoment();
  expect(teaser()!.querySelector("img")).toBeNull();
});

it("the page hides and shows it, hears what happens, and tells what a visitor did", async () => {
  window.switchboard = Object.assign(() => {}, { q: [["hide"], ["event", "Viewed", { sku: "B-17" }]] as never });
  await load();
  const host = document.body.lastElementChild as HTMLElement;
  expect(host.hidden).toBe(true);
  const heard: unknown[] = [];
  const hear = (name: string) => (detail?: number) => heard.push([name, detail]);
  const onClose = hear("close");
  for (const name of ["ready", "open", "unread", "rated"] as const) window.switchboard("on", name, hear(name));
  window.switchboard("on", "close", onClose);
  window.switchboard("open");
  expect(host.hidden).toBe(false);
  tell({ type: "ready" });
  tell({ type: "unread", count: 3 });
  tell({ type: "rated", stars: 4 });
  window.switchboard("close");
  window.switchboard("off", "close", onClose);
  window.switchboard("toggle");
  window.switchboard("close");
  expect(heard).toEqual([["ready", undefined], ["open", undefined], ["unread", 3], ["rated", 4], ["close", undefined], ["open", undefined]]);
  expect(posted().map(([{ switchboard }]) => switchboard)).toContainEqual({ type: "event", name: "Viewed", data: { sku: "B-17" } });
});

it.each<[string, string, string, string]>([
  ["a dark page", "auto", "rgb(10, 10, 12)", "dark"], ["a light page", "auto", "rgb(255, 255, 255)", "light"], ["a page without a ground of its own", "auto", "", "light"],
  ["whatever the page is, when it is set", "dark", "rgb(255, 255, 255)", "dark"],
])("the chat looks as %s", async (_, theme, ground, scheme) => {
  CONFIG.theme = theme;
  document.body.style.backgroundColor = ground;
  await load();
  bubble().click();
  tell({ type: "ready" });
  expect(posted()[0]![0].switchboard).toMatchObject({ type: "page", scheme });
  CONFIG.theme = "auto";
  document.body.style.backgroundColor = "";
});
