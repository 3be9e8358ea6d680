import { describe, expect, it } from "vitest";
import { AddressRefused, bytesOf, fetchOutside } from "../../worker/channels/outside";
import { channels } from "../../worker/channels/registry";
import { channelIo } from "../../worker/flows/provider-io";

/** 8 to 11: what we fetch because somebody outside named it. */

type Hop = [from: string, to: string];
const SECRET = { authorization: "Bearer secret" };

/** A world of redirects; `asked` are the requests that reached it. */
function world(...hops: Hop[]) {
  const asked: [url: string, secret: string | null][] = [];
  const routes = new Map(hops);
  const fetching: typeof fetch = (input, init) => {
    const url = String(input);
    asked.push([url, new Headers(init?.headers).get("authorization")]);
    expect(init?.redirect).toBe("manual");
    const to = routes.get(url);
    return Promise.resolve(to === undefined ? new Response("bytes") : new Response("elsewhere", { status: 302, headers: { location: to } }));
  };
  return { io: { fetch: fetching }, asked };
}

describe("8 and 9: a file from outside", () => {
  it.each([
    "http://127.0.0.1/", "https://169.254.169.254/latest/meta-data/", "https://[::1]/", "https://2130706433/", "//localhost/", "https://internal./", "http://files.example.com/a", "https://x:y@files.example.com/", "https://files.example.com:8443/", "file:///etc/passwd",
  ])("that leads to %s is fetched no further", async (inward) => {
    const { io, asked } = world(["https://files.example.com/a", inward]);
    await expect(fetchOutside("https://files.example.com/a", io)).rejects.toThrow(AddressRefused);
    expect(asked.map(([url]) => url)).toEqual(["https://files.example.com/a"]);
  });

  it("is looked at on every hop, also the last one", async () => {
    const { io, asked } = world(["https://a.example.com/", "https://b.example.com/"], ["https://b.example.com/", "/next"], ["https://b.example.com/next", "https://10.0.0.1/"]);
    await expect(fetchOutside("https://a.example.com/", io)).rejects.toThrow("10.0.0.1");
    expect(asked.length).toBe(3);
  });

  it("that leads round in circles ends", async () => {
    const { io, asked } = world(["https://a.example.com/", "https://b.example.com/"], ["https://b.example.com/", "https://a.example.com/"]);
    await expect(fetchOutside("https://a.example.com/", io)).rejects.toThrow("redirects without end");
    expect(asked.length).toBe(5);
  });

  it("stays with its provider where that is known", async () => {
    const { io } = world(["https://a.fbcdn.net/", "https://elsewhere.example.com/"]);
    await expect(fetchOutside("https://a.fbcdn.net/", io, { hosts: ["fbcdn.net"] })).rejects.toThrow(AddressRefused);
  });
});

describe("10: a credential", () => {
  it("stays with the first origin, and does not come back with it", async () => {
    const { io, asked } = world(["https://api.example.com/1", "/2"], ["https://api.example.com/2", "https://store.example.com/"], ["https://store.example.com/", "https://api.example.com/3"]);
    await fetchOutside("https://api.example.com/1", io, { credentials: SECRET });
    expect(asked.map(([, secret]) => secret)).toEqual(["Bearer secret", "Bearer secret", null, null]);
  });

  it("goes to no host of another kind: what a channel asks is looked at once more, and a redirect is an answer", async () => {
    const io = channelIo(() => 0, 1_000);
    for (const url of ["http://api.example.com/", "https://127.0.0.1/", "https://localhost/", "https://api.example.com:8787/"]) await expect(io.fetch(url), url).rejects.toThrow(AddressRefused);
    await expect(io.fetch(new Request("https://[::1]/"))).rejects.toThrow(AddressRefused);
  });

  it.each(Object.values(channels).filter(({ download }) => download).map((channel) => [channel.provider, channel] as const))("of %s is asked for no file at an address of our own network", async (_, channel) => {
    const asked: string[] = [];
    const io = { now: () => 0, fetch: ((input) => { asked.push(String(input)); return Promise.resolve(Response.json({ url: "https://169.254.169.254/", data: { download_url: "https://169.254.169.254/" }, code: 0 })); }) as typeof fetch };
    const settings = { accountSid: "AC1", authToken: "t", accessToken: "t", appSecret: "s", phoneNumberId: "1", businessId: "b", clientKey: "k" };
    for (const ref of ["https://169.254.169.254/latest", "https://127.0.0.1/", "http://files.example.com/a", "https://evil.example.com:444/", "123#", "image\nc\nm\nf"])
      await expect(Promise.resolve().then(() => channel.download!({ ref }, { id: "ch_1", accountId: "a_1", address: "x", ownAddresses: [], country: "US", settings } as never, io)), ref).rejects.toThrow();
    expect(asked.filter((url) => new URL(url).hostname === "169.254.169.254" || new URL(url).hostname === "127.0.0.1")).toEqual([]);
  });
});

describe("11: an endless answer", () => {
  it("is cut off at its limit, whatever length it says", async () => {
    let made = 0;
    const endless = () => new Response(new ReadableStream<Uint8Array>({ pull: (stream) => { made++; stream.enqueue(new Uint8Array(1_000)); } }, { highWaterMark: 0 }), { headers: { "content-length": "5" } });
    expect(await bytesOf(endless(), 10_000)).toBeNull();
    expect(made).toBeLessThan(15);
    expect(await bytesOf(new Response("whole"), 5)).toEqual(new TextEncoder().encode("whole"));
  });
});
