import { createServer, type AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { addressOf, portFrom, whyNotListen } from "../scripts/listening.ts";

it.each([["8787", 8787], ["1", 1], ["65535", 65_535], ["65536", null], ["0", null], ["-1", null], ["80a", null], ["", null], ["1e3", null]])("PORT=%s is the port %s", (text, port) => {
  expect(portFrom(text)).toBe(port);
});

it("a taken port is told in a sentence, and a free one is not", async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) => { server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)); });
  expect(await whyNotListen("127.0.0.1", port)).toMatch(/^127\.0\.0\.1:\d+ is taken: .*PORT=/);
  await new Promise((resolve) => { server.close(resolve); });
  expect(await whyNotListen("127.0.0.1", port)).toBeNull();
});

it("a host that is not this machine's is told in a sentence", async () => {
  expect(await whyNotListen("203.0.113.77", 8787)).toMatch(/is not an address of this machine/);
});

it.each([["127.0.0.1", "http://127.0.0.1:80"], ["localhost", "http://127.0.0.1:80"], ["0.0.0.0", "http://127.0.0.1:80"], ["::", "http://127.0.0.1:80"], ["203.0.113.7", "http://203.0.113.7:80"], ["fd00::7", "http://[fd00::7]:80"]])("what listens on %s is reached at %s", (host, address) => {
  expect(addressOf(host, 80)).toBe(address);
});
