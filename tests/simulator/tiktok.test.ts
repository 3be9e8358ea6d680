import { expect, it } from "vitest";
import type { WorldConnection } from "../../simulator/api";
import { type ChannelConnection, type OutboundMessage, PLAIN_MESSAGE } from "../../worker/channels/channel";
import { tiktok } from "../../worker/channels/tiktok";
import { inWorld, type Pretend, PUBLIC_URL } from "./pretend";

const settings = { businessId: "_000shopOpenId", clientKey: "749310", appSecret: "tiktok-secret", accessToken: "act.first", refreshToken: "rft.first" };
const connection: ChannelConnection<typeof settings> = { id: "cn_tt", accountId: "a_1", address: "_000shopopenid", settings, ownAddresses: [], country: "US" };
const SHOP: WorldConnection = { provider: "tiktok", connectionId: "cn_tt", address: "_000shopopenid", webhookUrl: `${PUBLIC_URL}/hooks/tiktok/cn_tt`, secrets: settings };
const HOUR_MS = 3_600_000;
const ZOE = { from: "Zoe", username: "zoe.spins" };

/** The world, and the app's own way to read and to ask it. */
const inTikTok = (play: (world: Pretend & ReturnType<typeof appOf>) => Promise<void>) => inWorld(async (world) => {
  await world.api("connections", [SHOP]);
  await play({ ...world, ...appOf(world) });
});

function appOf(world: Pretend) {
  const io = { now: () => Date.now(), fetch: ((url: string, init?: RequestInit) => world.call(url, init)) as typeof fetch };
  const requests = () => world.hooks.map(({ url, headers, body }) => ({ method: "POST", url, headers: Object.fromEntries(headers), body: new TextEncoder().encode(body), receivedAt: Date.now() }));
  return {
    io,
    heard: async () => (await Promise.all(requests().map((request) => tiktok.receive(request, connection)))).flat(),
    believed: () => Promise.all(requests().map((request) => tiktok.verify(request, connection, Date.now()))),
    send: (change: Partial<OutboundMessage>) => tiktok.send!({ ...PLAIN_MESSAGE, id: "m_1", reference: "c_1:m_1", from: "us", to: "", text: "Hi", media: [], email: null, statusUrl: "", ...change }, connection, io),
  };
}

const talkOf = async (world: Pick<ReturnType<typeof appOf>, "heard">): Promise<string> => {
  const [first] = await world.heard();
  return first?.kind === "message" ? first.from.address : "";
};

it("a customer's message reaches the app signed, with the conversation to answer in", () => inTikTok(async (world) => {
  await world.inbound("tiktok", { ...ZOE, text: "hi 😊" });
  expect(await world.believed()).toEqual([true]);
  expect(await world.heard()).toMatchObject([{ kind: "message", text: "hi 😊", from: { kind: "user", name: "zoe.spins" } }]);
}));

it("an answer comes back as an echo under its id, and is read when they look", () => inTikTok(async (world) => {
  await world.inbound("tiktok", { ...ZOE, text: "hi" });
  const sent = await world.send({ to: await talkOf(world) });
  await world.settle();
  await world.inbound("tiktok", { ...ZOE, kind: "read" });
  const [, echo, receipt] = await world.heard();
  expect([sent.ok, echo, receipt]).toMatchObject([true, { kind: "echo", text: "Hi", externalId: sent.ok ? sent.externalId : "" }, { kind: "receipt", state: "read" }]);
}));

it("ten answers are taken for each of theirs, and none after 48 hours", () => inTikTok(async (world) => {
  await world.inbound("tiktok", { ...ZOE, text: "hi" });
  const to = await talkOf(world);
  for (let nth = 0; nth < 10; nth++) expect(await world.send({ to })).toMatchObject({ ok: true });
  expect(await world.send({ to })).toMatchObject({ ok: false, class: "window", code: "40064" });
  await world.inbound("tiktok", { ...ZOE, text: "more?" });
  expect(await world.send({ to })).toMatchObject({ ok: true });
  await world.api("clock", { forwardMs: 48 * HOUR_MS + 1 });
  expect(await world.send({ to })).toMatchObject({ ok: false, class: "window" });
}));

it("from Europe the app hears that somebody wrote, and nothing else", () => inTikTok(async (world) => {
  await world.api("tiktok/people", { from: "Zoe", isEuropean: true });
  await world.inbound("tiktok", { ...ZOE, text: "a secret" });
  expect(world.hooks[0]!.body).not.toContain("secret");
  expect(await world.heard()).toMatchObject([{ kind: "notice", code: "region" }]);
}));

it("pictures come and go by TikTok's own detours", () => inTikTok(async (world) => {
  const png = { name: "a.png", type: "image/png", base64: btoa("\u0089PNG picture") };
  await world.inbound("tiktok", { ...ZOE, media: [png] });
  await world.inbound("tiktok", { ...ZOE, kind: "sticker" });
  const [picture, sticker] = await world.heard();
  for (const one of [picture, sticker]) expect((await tiktok.download!(one?.kind === "message" ? one.media[0]! : { ref: "" }, connection, world.io)).status).toBe(200);
  const stranger = { ...connection, settings: { ...settings, accessToken: "another" } };
  await expect(tiktok.download!(picture?.kind === "message" ? picture.media[0]! : { ref: "" }, stranger, world.io)).rejects.toThrow("40105");
  const bytes = async () => new Uint8Array(10);
  const to = await talkOf(world);
  expect(await world.send({ to, text: "", media: [{ id: "1", name: "b.png", type: "image/png", size: 10, url: "", bytes }] })).toMatchObject({ ok: true });
  expect(await world.send({ to, text: "", media: [{ id: "1", name: "b.gif", type: "image/gif", size: 10, url: "", bytes }] })).toMatchObject({ ok: false, code: "40908" });
}));

it("a refresh token works once, and the tokens it gives outlive a reset", () => inTikTok(async (world) => {
  const first = await tiktok.renew!(connection, world.io);
  await expect(tiktok.renew!(connection, world.io)).rejects.toThrow("40105");
  await world.api("reset", {});
  const renewed = { ...connection, settings: { ...settings, ...first!.settings } };
  expect(await tiktok.probe!(renewed, world.io)).toBeNull();
  expect(await tiktok.renew!(renewed, world.io)).toMatchObject({ settings: { accessToken: expect.stringMatching(/^act\./) as string } });
  expect(JSON.stringify(await world.wire())).not.toContain(first!.settings.refreshToken);
}));

it.each([
  ["reaction", { kind: "reaction", target: "theirs", emoji: "🔥" }, { kind: "reaction", emoji: "🔥" }], ["shared video", { kind: "share" }, { kind: "message", content: { kind: "share", what: "video" } }],
  ["tapped button", { kind: "button", text: "Track", payload: "t" }, { kind: "message", content: { kind: "choice", payload: "t" } }], ["tap on an ad", { kind: "referral", referral: { source: "ad", headline: "Spring" } }, { kind: "activity", type: "referral" }],
  ["comment", { kind: "comment", text: "how much?" }, { kind: "activity", type: "comment" }], ["word of the owner in the app", { kind: "echo", text: "from the app" }, { kind: "echo", text: "from the app" }], ["kind that nobody knows", { kind: "unsupported" }, { kind: "message", content: { kind: "unsupported" } }],
])("a %s is told as TikTok tells it", (_, act, expected) => inTikTok(async (world) => {
  await world.inbound("tiktok", { ...ZOE, text: "hi" });
  await world.inbound("tiktok", { ...ZOE, ...act });
  expect((await world.heard()).at(-1)).toMatchObject(expected);
}));

it("what TikTok's app cannot do is refused, and so is a dead token", () => inTikTok(async (world) => {
  await expect(world.inbound("tiktok", { ...ZOE, kind: "voice" })).rejects.toThrow();
  await world.inbound("tiktok", { ...ZOE, text: "hi" });
  const to = await talkOf(world);
  await world.api("tiktok/token", { valid: false });
  expect(await world.send({ to })).toMatchObject({ ok: false, class: "auth" });
  await world.api("tiktok/token", { valid: true });
  expect(await world.send({ to, text: "fail:40100" })).toMatchObject({ ok: false, class: "rate" });
}));
