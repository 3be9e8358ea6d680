import { createRoot } from "solid-js";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createChat, type Chat } from "../../../web/widget/chat";
import { FakeApi, frame, message, noNetwork, refusal, session } from "./fakes";

const ABOUT = { pageLocale: "en", locale: "de-AT", timeZone: "Europe/Vienna", referrer: "https://search.example.com/" };
let dispose: () => void = () => {};
const begin = (api: FakeApi): Chat => createRoot((end) => { dispose = end; return createChat("cn_1", api, () => ABOUT); });
/** What is due now, and nothing that waits. */
const settle = () => vi.advanceTimersByTimeAsync(0);
const lines = (chat: Chat) => chat.lines().map(({ text, state }) => `${text} (${state})`);
/** Longer than any pause between two tries. */
const A_WHILE_MS = 31_000;

beforeEach(() => { vi.useFakeTimers(); localStorage.clear(); sessionStorage.clear(); });
afterEach(() => { dispose(); vi.useRealTimers(); });

it("a message is shown at once, sent once, and then stands where the server put it", async () => {
  const api = new FakeApi();
  const chat = begin(api);
  await settle();
  chat.send("hello", []);
  expect(lines(chat)).toEqual(["hello (sending)"]);
  await settle();
  expect(lines(chat)).toEqual(["hello (sent)"]);
  expect(api.drafts).toHaveLength(1);
  expect(api.sockets).toHaveLength(1); // the first message opens the conversation
});

it("a message that found no network goes out later under the same id, once", async () => {
  const api = new FakeApi();
  api.weather.push(noNetwork, "lost");
  const chat = begin(api);
  await settle();
  chat.send("hello", []);
  await settle();
  expect(lines(chat)).toEqual(["hello (waiting)"]);
  await vi.advanceTimersByTimeAsync(A_WHILE_MS);
  await vi.advanceTimersByTimeAsync(A_WHILE_MS);
  expect(api.drafts.length).toBe(3);
  expect(new Set(api.drafts.map(({ clientId }) => clientId)).size).toBe(1);
  expect(api.stored.size).toBe(1);
  expect(lines(chat)).toEqual(["hello (sent)"]);
});

it("messages written offline keep their order", async () => {
  const api = new FakeApi();
  api.weather.push(noNetwork);
  const chat = begin(api);
  await settle();
  for (const text of ["one", "two", "three"]) chat.send(text, []);
  await vi.advanceTimersByTimeAsync(A_WHILE_MS);
  expect([...api.stored.values()].map(({ text }) => text)).toEqual(["one", "two", "three"]);
});

it("what was not sent before a reload is sent after it", async () => {
  const api = new FakeApi();
  api.weather.push(noNetwork);
  const chat = begin(api);
  await settle();
  chat.send("hello", []);
  await settle();
  dispose();
  const again = begin(api);
  await settle();
  expect(lines(again)).toEqual(["hello (sent)"]);
  expect(new Set(api.drafts.map(({ clientId }) => clientId)).size).toBe(1);
});

it("a message refused for good says why and is sent again only when asked", async () => {
  const api = new FakeApi();
  api.weather.push(refusal(400, "Too long"));
  const chat = begin(api);
  await settle();
  chat.send("hello", []);
  await vi.advanceTimersByTimeAsync(A_WHILE_MS);
  expect(chat.lines()[0]).toMatchObject({ state: "failed", reason: "Too long" });
  expect(api.drafts).toHaveLength(1);
  chat.retry(chat.lines()[0]!.key);
  await settle();
  expect(lines(chat)).toEqual(["hello (sent)"]);
});

it("the token of an earlier visit comes along, also days later", async () => {
  begin(new FakeApi());
  await settle();
  dispose();
  const api = new FakeApi();
  begin(api);
  await settle();
  expect(api.starts[0]!.token).toBe("token-1");
});

it("the token never stands in an address", async () => {
  const api = new FakeApi({ conversationId: "c_1" });
  begin(api);
  await settle();
  expect(api.socket.token).toBe("token-1");
  expect(localStorage.getItem("switchboard:cn_1:token")).toBe('"token-1"');
  expect(document.cookie).toBe("");
});

it("a socket that breaks resumes from the cursor and shows what a fresh page shows", async () => {
  const api = new FakeApi({ conversationId: "c_1", messages: [message(1)], cursor: 1 });
  const chat = begin(api);
  await settle();
  expect(api.socket.cursor).toBe(1);
  api.socket.accept();
  api.socket.hear(frame(1, 2, [message(2)]));
  api.socket.cut();
  expect(chat.link()).toBe("offline");
  await vi.advanceTimersByTimeAsync(A_WHILE_MS);
  expect(api.sockets).toHaveLength(2);
  expect(api.socket.cursor).toBe(2);
  api.socket.accept();
  api.socket.hear(frame(2, 4, [message(3), message(2, { rev: 4, text: "edited" })]));
  expect(lines(chat)).toEqual(["text 1 (sent)", "edited (sent)", "text 3 (sent)"]);
});

it("a gap is asked for, once, and again when the next one opens", async () => {
  const api = new FakeApi({ conversationId: "c_1", cursor: 1 });
  const chat = begin(api);
  await settle();
  api.socket.accept();
  api.socket.hear(frame(1, 1));
  const asked = () => api.socket.said.filter(({ type }) => type === "sync");
  api.socket.hear(frame(3, 4, [message(4)]));
  api.socket.hear(frame(4, 5, [message(5)]));
  expect(asked()).toEqual([{ type: "sync", cursor: 1 }]);
  api.socket.hear(frame(1, 5, [message(4), message(5)]));
  expect(lines(chat)).toEqual(["text 4 (sent)", "text 5 (sent)"]);
  api.socket.hear(frame(6, 7, [message(7)]));
  expect(asked()).toEqual([{ type: "sync", cursor: 1 }, { type: "sync", cursor: 5 }]);
});

it("our own message that the socket brings first is one line", async () => {
  const api = new FakeApi({ conversationId: "c_1" });
  const chat = begin(api);
  await settle();
  api.socket.accept();
  api.weather.push("lost");
  chat.send("hello", []);
  await settle();
  const { clientId } = api.drafts[0]!;
  api.socket.hear(frame(0, 1, [message(1, { mine: true, text: "hello", clientId })]));
  expect(lines(chat)).toEqual(["hello (sent)"]);
});

it("the team's messages are unread until they were on the screen, and stay read after a reload", async () => {
  const api = new FakeApi({ conversationId: "c_1", messages: [message(1)], cursor: 1 });
  const chat = begin(api);
  await settle();
  expect(chat.unread()).toBe(0); // an old thread in a new browser does not ring
  api.socket.accept();
  api.socket.hear(frame(1, 2, [message(2)]));
  expect(chat.unread()).toBe(1);
  expect(api.socket.said).toContainEqual({ type: "delivered", seq: 2 });
  chat.read();
  expect(chat.unread()).toBe(0);
  expect(api.socket.said).toContainEqual({ type: "read", seq: 2 });
  dispose();
  api.current = session({ conversationId: "c_1", messages: [message(1), message(2), message(3)], cursor: 3 });
  const again = begin(api);
  await settle();
  expect(again.unread()).toBe(1);
});

it("typing is shown, and forgotten when nothing follows", async () => {
  const api = new FakeApi({ conversationId: "c_1" });
  const chat = begin(api);
  await settle();
  api.socket.accept();
  api.socket.hear({ type: "typing", name: "Ana", on: true });
  expect(chat.typing()).toBe("Ana");
  await vi.advanceTimersByTimeAsync(6_000);
  expect(chat.typing()).toBeNull();
});

it("the visitor's typing is said at most every three seconds", async () => {
  const api = new FakeApi({ conversationId: "c_1" });
  const chat = begin(api);
  await settle();
  api.socket.accept();
  for (let key = 0; key < 5; key++) chat.type();
  await vi.advanceTimersByTimeAsync(3_000);
  chat.type();
  expect(api.socket.said.filter(({ type }) => type === "typing")).toHaveLength(2);
});

it("a customer the site vouches for sees none of the former visitor's chat, and leaves none behind", async () => {
  const api = new FakeApi({ conversationId: "c_1", messages: [message(1)], cursor: 1 });
  const chat = begin(api);
  await settle();
  api.current = session({ token: "token-2", visitorId: "u_2", vouched: true, conversationId: "c_2", messages: [message(1, { text: "theirs" })], cursor: 1 });
  chat.identify({ userId: "u_77", hash: "abc" });
  expect(lines(chat)).toEqual([]);
  await settle();
  expect(api.starts.at(-1)!.identity).toEqual({ userId: "u_77", hash: "abc" });
  expect(lines(chat)).toEqual(["theirs (sent)"]);
  expect(localStorage.getItem("switchboard:cn_1:token")).toBe('"token-1"');
  api.current = session({ token: "token-3", visitorId: "v_3" });
  chat.identify(undefined);
  await settle();
  expect(lines(chat)).toEqual([]);
  expect(api.starts.at(-1)).toMatchObject({ token: undefined, identity: undefined });
});

it("a session that has ended is begun anew and the message still arrives", async () => {
  const api = new FakeApi();
  api.weather.push(refusal(401, "not valid"));
  const chat = begin(api);
  await settle();
  chat.send("hello", []);
  await vi.advanceTimersByTimeAsync(A_WHILE_MS);
  expect(api.starts).toHaveLength(2);
  expect(lines(chat)).toEqual(["hello (sent)"]);
});

it("a chat that cannot be reached says so and keeps trying", async () => {
  const api = new FakeApi();
  api.opening = [noNetwork, noNetwork];
  const chat = begin(api);
  await settle();
  expect(chat.failure()).toBe("");
  await vi.advanceTimersByTimeAsync(A_WHILE_MS);
  expect(chat.session()).not.toBeNull();
  expect(chat.failure()).toBeNull();
});

it("the team is told of the whole visit after each connect, of where it began, and of each page once", async () => {
  const api = new FakeApi({ conversationId: "c_1", cursor: 1, messages: [message(1, { mine: true })] });
  const chat = begin(api);
  chat.visit({ url: "https://shop.example.com/", title: "Shop" });
  await settle();
  api.socket.accept();
  expect(api.socket.said[0]).toMatchObject({ type: "visit", locale: "de-AT", timeZone: "Europe/Vienna", referrer: "https://search.example.com/", pages: [{ url: "https://shop.example.com/", title: "Shop" }] });
  chat.visit({ url: "https://shop.example.com/", title: "Shop" });
  chat.visit({ url: "https://shop.example.com/cart", title: "Cart" });
  expect(api.socket.said.slice(1)).toEqual([{ type: "page", url: "https://shop.example.com/cart", title: "Cart" }]);
  dispose();
  // The next page of the same tab.
  begin(api);
  await settle();
  api.socket.accept();
  expect(api.socket.said[0]).toMatchObject({ referrer: "https://search.example.com/", pages: [{ title: "Shop" }, { title: "Cart" }] });
});

it("what the page tells waits for the first message, and no more of it than anybody reads", async () => {
  const api = new FakeApi();
  const chat = begin(api);
  await settle();
  for (let step = 1; step <= 25; step++) chat.tell(`Step ${step}`, { step });
  expect(api.acts).toEqual([]);
  chat.send("hello", []);
  await settle();
  expect(api.acts).toHaveLength(20);
  expect(api.acts[0]).toMatchObject({ type: "event", name: "Step 6", data: { step: 6 } });
  expect(new Set(api.acts.map(({ clientId }) => clientId)).size).toBe(20);
});

it("the team closes and opens the chat while it is looked at", async () => {
  const api = new FakeApi({ conversationId: "c_1", cursor: 1, messages: [message(1, { mine: true })] });
  const chat = begin(api);
  await settle();
  api.socket.accept();
  api.socket.hear({ type: "closed", closed: true });
  expect(chat.closed()).toBe(true);
  api.socket.hear({ type: "closed", closed: false });
  expect(chat.closed()).toBe(false);
});
