import { expect, it } from "vitest";
import type { SimulatorEnv } from "../../simulator/env";
import simulator from "../../simulator/index";
import { LOST_HEADER } from "../../simulator/engine";

const world = async () => Response.json({ sid: "SM1" }, { status: 201, headers: { [LOST_HEADER]: "1" } });
const env = { WORLD: { getByName: () => ({ fetch: world }) }, PAGE: { fetch: async () => new Response("page") } } as unknown as SimulatorEnv;
// The Worker reads nothing of what Cloudflare adds to a request.
const ask = (url: string, headers: Record<string, string> = {}) => simulator.fetch(new Request(url, { headers }) as Parameters<typeof simulator.fetch>[0], env);

it("a host that nobody plays is told from every real answer", async () => {
  const response = await ask("https://api.unknown.example/send");
  expect([response.status, await response.text()]).toEqual([599, "no such host in the simulator"]);
});

it.each([["/simulator"], ["/simulator/"], ["/simulator/shop.html"]])("%s shows the page", async (path) => {
  expect(await (await ask(`http://127.0.0.1:8787${path}`)).text()).toBe("page");
});

it.each([["http://127.0.0.1:8787", 201], ["http://127.0.0.1:5173", 201], ["https://evil.example", 403], ["null", 403]])("a page of %s gets %i from the API", async (origin, status) => {
  expect((await ask("http://127.0.0.1:8787/simulator/api/threads", { origin })).status).toBe(status);
});

it("an answer that the weather loses breaks after its status line", async () => {
  const response = await ask("https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json");
  expect(response.status).toBe(201);
  expect(response.headers.has(LOST_HEADER)).toBe(false);
  await expect(response.text()).rejects.toThrow("connection reset");
});
