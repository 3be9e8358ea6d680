import { afterEach, expect, it, vi } from "vitest";
import { connectHost, type Host, type ToFrame } from "../../../web/widget/bridge";

const SHOP = "https://shop.example.com";
const parent = { postMessage: vi.fn() };
let host: Host | undefined;

function frame() {
  const target = new EventTarget();
  return Object.assign(target, { parent }) as unknown as Window;
}
function post(own: Window, origin: string, source: unknown, data: unknown) {
  own.dispatchEvent(Object.assign(new Event("message"), { origin, source, data }));
}

afterEach(() => { host?.stop(); parent.postMessage.mockClear(); });

it("hears only the page that frames it, from the origin it was made for", () => {
  const own = frame();
  const heard: ToFrame[] = [];
  host = connectHost(SHOP, (message) => heard.push(message), own);
  post(own, SHOP, parent, { switchboard: { type: "open" } });
  post(own, "https://evil.example.org", parent, { switchboard: { type: "close" } });
  post(own, SHOP, { postMessage: vi.fn() }, { switchboard: { type: "close" } });
  post(own, SHOP, parent, "a string");
  post(own, SHOP, parent, null);
  post(own, SHOP, parent, { other: true });
  expect(heard).toEqual([{ type: "open" }]);
});

it("speaks to that origin by name", () => {
  host = connectHost(SHOP, () => {}, frame());
  host.say({ type: "unread", count: 2 });
  expect(parent.postMessage).toHaveBeenCalledExactlyOnceWith({ switchboard: { type: "unread", count: 2 } }, SHOP);
});

it("is silent and deaf when nobody frames it", () => {
  const alone = new EventTarget() as unknown as Window;
  Object.assign(alone, { parent: alone, postMessage: vi.fn() });
  const heard: ToFrame[] = [];
  host = connectHost(SHOP, (message) => heard.push(message), alone);
  host.say({ type: "ready" });
  post(alone, SHOP, alone, { switchboard: { type: "open" } });
  expect(alone.postMessage).not.toHaveBeenCalled();
  expect(heard).toEqual([]);
});
