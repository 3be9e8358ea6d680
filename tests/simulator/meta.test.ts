import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hmacHex } from "../../simulator/hex";
import { mergeMeta, metaJson } from "../../simulator/meta/wire";
import { APP_SECRET, IGSID, MAYA, META, NUMBER_ID, PSID, TOKEN, inMeta, type MetaWorld } from "./meta-world";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 1_795_341_600_000 }));
afterEach(() => void vi.useRealTimers());

/** A body whose signature is known, from Meta's documented formula. */
const KNOWN = {
  value: { object: "instagram", entry: [{ id: "1", time: 1, messaging: [{ message: { mid: "m", text: "Größe 😀 /" } }] }] },
  signature: "b98579be4ed5311634d70efca8aa3264e758db2b43f403bf748cc598a553f6b9", proof: "4c3097bc940ff28fed618f0b324e371dacf9ac871e90c17a1978d607f22053cc",
};
const NAMES = ["whatsapp", "messenger", "instagram"] as const;
const PERSON = { whatsapp: MAYA, messenger: PSID, instagram: IGSID };
const bodies = { whatsapp: { to: "16505551234", type: "text", text: { body: "Hello" } }, messenger: { recipient: { id: PSID }, message: { text: "Hello" } }, instagram: { recipient: { id: IGSID }, message: { text: "Hello" } } };
const write = (world: MetaWorld, name: (typeof NAMES)[number], text = "Hi") => world.inbound(name, { from: PERSON[name], text });

it("JSON is written and signed over the very bytes, as Meta does", async () => {
  expect(metaJson(KNOWN.value)).toBe('{"object":"instagram","entry":[{"id":"1","time":1,"messaging":[{"message":{"mid":"m","text":"Gr\\u00f6\\u00dfe \\ud83d\\ude00 \\/"}}]}]}');
  expect(await hmacHex(APP_SECRET, metaJson(KNOWN.value))).toBe(KNOWN.signature);
  expect(await hmacHex(APP_SECRET, TOKEN)).toBe(KNOWN.proof);
});

it("two requests become one with an entry for each account", () => {
  const hook = (entry: object[]) => ({ kind: "webhook", provider: "messenger", connectionId: "c", eventId: "e", url: "", type: "", messageId: null, body: metaJson({ object: "page", entry }) }) as const;
  const merged = mergeMeta(hook([{ id: "1", time: 1, messaging: [{ a: 1 }] }]), hook([{ id: "1", time: 2, messaging: [{ b: 2 }] }, { id: "2", time: 2, messaging: [{ c: 3 }] }]));
  expect(JSON.parse(merged.body)).toEqual({ object: "page", entry: [{ id: "1", time: 2, messaging: [{ a: 1 }, { b: 2 }] }, { id: "2", time: 2, messaging: [{ c: 3 }] }] });
});

it.each(NAMES)("%s signs what it brings, once and for all copies alike", (name) => inMeta(async (world) => {
  await world.api("weather", { provider: name, duplicate: 1 });
  await write(world, name, "Größe 😀 /");
  await world.settle();
  const [first, second] = world.hooks;
  expect(first!.headers.get("x-hub-signature-256")).toBe(`sha256=${await hmacHex(APP_SECRET, first!.body)}`);
  expect(first!.body).toMatch(/^[\x20-\x7e]+$/);
  expect(second!.body).toBe(first!.body);
}));

describe.each(NAMES)("credentials for %s", (name) => {
  const path = { whatsapp: `https://graph.facebook.com/v25.0/${NUMBER_ID}/messages`, messenger: "https://graph.facebook.com/v25.0/me/messages", instagram: "https://graph.instagram.com/v25.0/me/messages" }[name];
  const call = async (world: MetaWorld, token: string | null, query = "") => {
    const response = await world.call(path + query, { method: "POST", headers: { "content-type": "application/json", ...(token !== null && { authorization: `Bearer ${token}` }) }, body: JSON.stringify({ messaging_product: "whatsapp", messaging_type: "RESPONSE", ...bodies[name] }) });
    return response.json<{ error?: { code: number; error_subcode?: number } }>();
  };

  it("are a token and its proof", () => inMeta(async (world) => {
    // Only this one has the token, so that the answer is its own.
    await world.api("connections", META.filter(({ provider }) => provider === name));
    await write(world, name);
    expect((await call(world, null)).error?.code).toBe(2_500);
    expect((await call(world, "other")).error).toMatchObject({ code: 190 });
    expect((await call(world, TOKEN, "?appsecret_proof=00")).error?.code).toBe(100);
    expect((await call(world, TOKEN)).error?.code).toBe(name === "instagram" ? undefined : 100);
    expect((await call(world, TOKEN, `?appsecret_proof=${KNOWN.proof}`)).error).toBeUndefined();
  }));

  it("end when they are revoked, and hold again afterwards", () => inMeta(async (world) => {
    await write(world, name);
    await world.api(`${name}/token`, { valid: false });
    expect(await world[name](bodies[name])).toMatchObject({ status: name === "whatsapp" ? 401 : 400, code: 190, subcode: 460 });
    await world.api(`${name}/token`, { valid: true });
    expect((await world[name](bodies[name])).status).toBe(200);
  }));
});

describe.each(NAMES)("weather over %s", (name) => {
  it("joins several events in one request, and tries it again as one", () => inMeta(async (world) => {
    await world.api("weather", { provider: name, batch: 1 });
    world.answers.hook = 503;
    expect(await write(world, name, "one")).toMatchObject({ delivered: [], delayed: 1 });
    await write(world, name, "two");
    await world.engine.run();
    expect(world.hooks).toEqual([]);
    vi.setSystemTime(Date.now() + 1_000);
    await world.engine.run();
    await vi.waitFor(() => expect(world.hooks).toHaveLength(1));
    expect([world.hooks[0]!.body.includes("one"), world.hooks[0]!.body.includes("two")]).toEqual([true, true]);
    expect(world.events()).toHaveLength(2);
    world.answers.hook = 200;
    await world.settle();
    expect(world.hooks.map(({ body }) => body)).toEqual([world.hooks[0]!.body, world.hooks[0]!.body]);
  }));

  it("brings the first news of a message before the answer", () => inMeta(async (world) => {
    await write(world, name);
    await world.api("weather", { provider: name, echoFirst: 1 });
    await world[name](bodies[name]);
    expect(world.hooks).toHaveLength(2);
  }));

  it("loses the answer to a message that goes out all the same", () => inMeta(async (world) => {
    await write(world, name);
    await world.api("weather", { provider: name, loseResponse: 1 });
    await world[name](bodies[name]);
    expect((await world.wire()).at(-1)).toMatchObject({ note: "answer lost" });
    await world.settle();
    expect(world.hooks.length).toBeGreaterThan(1);
  }));

  it("refuses in Meta's words, and leaves reading marks alone", () => inMeta(async (world) => {
    const { id } = await write(world, name);
    await world.api("weather", { provider: name, status: 429, retryAfterS: 2 });
    expect(await world[name](bodies[name])).toMatchObject({ status: 429, code: name === "whatsapp" ? 130_429 : 613 });
    const seen = name === "whatsapp" ? { status: "read", message_id: id } : { recipient: { id: PERSON[name] }, sender_action: "mark_seen" };
    expect((await world[name](seen)).status).toBe(200);
  }));

  it("loses webhooks, which are tried again for hours", () => inMeta(async (world) => {
    await world.api("weather", { provider: name, drop: 1 });
    expect(await write(world, name)).toMatchObject({ delivered: [], lost: 1 });
    vi.setSystemTime(Date.now() + 600);
    await world.engine.run();
    await world.api("weather", {});
    await world.settle();
    expect(world.hooks).toHaveLength(1);
  }));
});

it("calls at the shared host go to whom they name, whatever else has the same token", () => inMeta(async (world) => {
  for (const name of NAMES) await write(world, name);
  for (const name of NAMES) await world[name](bodies[name]);
  expect(await Promise.all(NAMES.map(async (name) => (await world.sent(name)).length))).toEqual([1, 1, 1]);
  expect(await world.graph("17/messages", {})).toMatchObject({ code: 100, subcode: 33 });
}));

it.each(NAMES)("%s registers the webhook with the word that was agreed, and with no other", (name) => inMeta(async (world) => {
  expect(await world.api(`${name}/handshake`, {})).toMatchObject({ ok: false, status: 200, body: "" });
  const asked = new URL(world.hooks[0]!.url);
  expect([asked.pathname, asked.searchParams.get("hub.verify_token")]).toEqual([`/hooks/${name}/${META.find(({ provider }) => provider === name)!.connectionId}`, "test_meta_verify_token"]);
  await world.api(`${name}/handshake`, { verifyToken: "other" });
  expect(new URL(world.hooks[1]!.url).searchParams.get("hub.verify_token")).toBe("other");
}));

it("no access token stays in the wire log", () => inMeta(async (world) => {
  await world.call(`https://graph.instagram.com/refresh_access_token?grant_type=ig_refresh_token&access_token=${TOKEN}&x=1`);
  expect((await world.wire()).at(-1)).toMatchObject({ status: 200, url: expect.stringContaining("access_token=•••&x=1") });
}));

it("Instagram by way of a page answers at Facebook's host", () => inMeta(async (world) => {
  const page = { ...META[2]!, secrets: { ...META[2]!.secrets, login: "page", pageId: "777" } };
  await world.api("connections", [META[0]!, META[1]!, page]);
  await write(world, "instagram");
  expect((await world.graph("777/messages", bodies.instagram)).status).toBe(200);
  expect(await world.sent("instagram")).toHaveLength(1);
}));
