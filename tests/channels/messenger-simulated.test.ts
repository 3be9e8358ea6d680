import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { z } from "zod";
import type { Channel, ChannelConnection, InboundEvent, RawRequest } from "../../worker/channels/channel";
import { instagram } from "../../worker/channels/instagram";
import { messenger } from "../../worker/channels/messenger";
import { draft, file } from "../support/meta-channel";
import { APP_SECRET, HOUR_MS, IG_ID, IGSID, inMeta, type MetaWorld, PAGE_ID, PSID, TOKEN } from "../simulator/meta-world";
import type { Arrived } from "../simulator/pretend";

/** Both channels against the pretend Meta, which knows nothing of them. */

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 1_795_341_600_000 }));
afterEach(() => void vi.useRealTimers());

const base = { accountId: "a_1", ownAddresses: [], country: "US" };
const verifyToken = "test_meta_verify_token";
const page: ChannelConnection<z.infer<typeof messenger.settings>> = { ...base, id: "cn_me", address: PAGE_ID, settings: { pageId: PAGE_ID, pageAccessToken: TOKEN, appSecret: APP_SECRET, verifyToken } };
const profile: ChannelConnection<z.infer<typeof instagram.settings>> = { ...base, id: "cn_ig", address: IG_ID, settings: { igUserId: IG_ID, accessToken: TOKEN, appSecret: APP_SECRET, verifyToken, login: "instagram" } };

const raw = ({ url, headers, body, at }: Arrived): RawRequest => ({ method: "POST", url, headers: Object.fromEntries(headers), body: new TextEncoder().encode(body), receivedAt: at });
const io = (world: MetaWorld) => ({ now: Date.now, fetch: (input: RequestInfo | URL, init?: RequestInit) => world.call(String(input), init) });

/** Everything the app was told since the last look, signature checked. */
async function heard(world: MetaWorld, channel: Channel, connection: ChannelConnection<unknown>): Promise<InboundEvent[]> {
  await world.settle();
  const events: InboundEvent[] = [];
  for (const hook of world.hooks.splice(0)) {
    expect(await channel.verify(raw(hook), connection, Date.now())).toBe(true);
    events.push(...await channel.receive(raw(hook), connection));
  }
  return events;
}

describe.each([
  { name: "messenger", channel: messenger as Channel, connection: page as ChannelConnection<unknown>, them: PSID },
  { name: "instagram", channel: instagram as Channel, connection: profile as ChannelConnection<unknown>, them: IGSID },
])("$name", ({ name, channel, connection, them }) => {
  const says = (world: MetaWorld, body: object) => world.inbound(name, { from: them, name: "Jane Doe", ...body });
  const send = (world: MetaWorld, change: object = {}) => channel.send!(draft({ to: them, reference: "c_1:e1", ...change }), connection, io(world));

  it("is content with its connection", () => inMeta(async (world) => { expect(await channel.probe!(connection, io(world))).toBeNull(); }));

  it("hears of what it sent: its echo, and that it was read", () => inMeta(async (world) => {
    await says(world, { text: "Hello" });
    expect(await heard(world, channel, connection)).toMatchObject([{ kind: "message", text: "Hello", from: { kind: "user", address: them } }]);
    const sent = await send(world);
    if (!sent.ok) throw new Error(sent.detail);
    const echo = (await heard(world, channel, connection)).find(({ kind }) => kind === "echo");
    expect(echo).toMatchObject({ externalId: sent.externalId, text: "Hi", to: { address: them }, ...(name === "messenger" && { reference: "c_1:e1" }) });
    await says(world, { kind: "read" });
    expect(await heard(world, channel, connection)).toMatchObject([{ kind: "receipt", state: "read", person: { address: them } }]);
  }));

  it.each([
    [{ kind: "voice" }, { content: { kind: "voice" } }], [{ kind: "location", latitude: 48.2, longitude: 16.37, name: "Office" }, { content: { kind: "location", latitude: 48.2 } }],
    [{ kind: "sticker" }, { content: { kind: "sticker" } }], [{ kind: "quick-reply", text: "Red", payload: "r" }, { text: "Red", content: { kind: "choice", how: "quick-reply", payload: "r" } }], [{ kind: "button", text: "Buy", payload: "b" }, { text: "Buy", content: { kind: "choice", payload: "b" } }],
    [{ kind: "share", what: "reel", title: "My reel", url: "https://www.instagram.com/reel/1" }, { content: { kind: "share", what: "reel" } }], [{ kind: "unsupported" }, { content: { kind: "unsupported" } }], [{ text: "Hi", referral: { source: "ad", headline: "Spring" } }, { text: "Hi", referral: { kind: "ad", headline: "Spring" } }],
  ])("reads what a customer says: %j", (wish, expected) => inMeta(async (world) => {
    await says(world, wish);
    expect(await heard(world, channel, connection)).toMatchObject([{ kind: "message", ...expected }]);
  }));

  it("offers answers to tap, and hears which one it was", () => inMeta(async (world) => {
    await says(world, { text: "Hello" });
    expect(await send(world, { text: "Which day?", buttons: [{ text: "Monday", url: null }, { text: "Friday", url: null }] })).toMatchObject({ ok: true });
    await heard(world, channel, connection);
    await says(world, { kind: "quick-reply", text: "Friday" });
    expect(await heard(world, channel, connection)).toMatchObject([{ kind: "message", text: "Friday", content: { kind: "choice", how: "quick-reply", payload: "Friday" } }]);
    const many = Array.from({ length: channel.capabilities.buttons!.max + 1 }, (_, index) => ({ text: `Day ${index}`, url: null }));
    expect(await send(world, { buttons: many })).toMatchObject({ ok: false, class: "permanent" });
    expect(await send(world, { buttons: many.slice(1).map((one) => ({ ...one, text: `${one.text} of this long month`.slice(0, channel.capabilities.buttons!.characters) })) })).toMatchObject({ ok: true });
  }));

  it("fetches a picture from where Meta keeps it", () => inMeta(async (world) => {
    await says(world, { media: [{ name: "a.png", type: "image/png", base64: btoa("png") }] });
    const [event] = await heard(world, channel, connection);
    if (event?.kind !== "message") throw new Error("not a message");
    const bytes = await (await channel.download!(event.media[0]!, connection, io(world))).arrayBuffer();
    expect(new TextDecoder().decode(bytes)).toBe("png");
  }));

  it("reads edits and reactions, and sends its own", () => inMeta(async (world) => {
    const { id } = await says(world, { text: "helo" });
    await says(world, { kind: "edit", target: "theirs", text: "hello" });
    expect((await heard(world, channel, connection)).at(-1)).toMatchObject({ kind: "edit", target: id, text: "hello", version: 1 });
    await send(world);
    await says(world, { kind: "reaction", target: "ours", emoji: "❤️" });
    expect((await heard(world, channel, connection)).filter(({ kind }) => kind === "reaction")).toMatchObject([{ by: "contact", emoji: "❤️" }]);
    expect(await channel.react!({ target: id!, to: them, emoji: "❤️" }, connection, io(world))).toEqual({ ok: true, externalId: id });
    await channel.signal!({ kind: "typing", to: them, target: id! }, connection, io(world));
  }));

  it("sends a file by its address, a reply to a message, and knows who wrote", () => inMeta(async (world) => {
    const { id } = await says(world, { text: "Hello" });
    expect(await send(world, { text: "", media: [{ ...file("a.gif", "image/gif"), url: "https://inbox.example.com/media/s/a/b/a.gif" }] })).toMatchObject({ ok: true });
    expect(await send(world, { replyTo: id })).toMatchObject({ ok: true });
    expect(await channel.profile!(them, connection, io(world))).toEqual({ name: "Jane Doe" });
  }));

  it("keeps to the window: a day freely, seven by the tag of a person", () => inMeta(async (world) => {
    await says(world, { text: "Hello" });
    await world.settle();
    vi.setSystemTime(Date.now() + 25 * HOUR_MS);
    expect(await send(world)).toMatchObject({ ok: false, class: "window" });
    expect(await send(world, { inHumanWindow: true })).toMatchObject({ ok: true });
    vi.setSystemTime(Date.now() + 7 * 24 * HOUR_MS);
    expect(await send(world, { inHumanWindow: true })).toMatchObject({ ok: false, class: "window" });
  }));

  it("is told when they cannot be found", () => inMeta(async (world) => { expect(await send(world, { to: "9999999999999999" })).toMatchObject({ ok: false, class: "permanent" }); }));
});

it("instagram answers a comment in private once, and reads stories", () => inMeta(async (world) => {
  await world.inbound("instagram", { kind: "comment", from: IGSID, name: "Jane Doe", text: "price?" });
  const [comment] = await heard(world, instagram, profile);
  if (comment?.kind !== "message") throw new Error("not a comment");
  expect(comment).toMatchObject({ opensNoWindow: true, content: { kind: "comment", where: "post" } });
  const answer = () => instagram.send!(draft({ to: IGSID, replyTo: comment.externalId }), profile, io(world));
  expect(await answer()).toMatchObject({ ok: true });
  expect(await answer()).toMatchObject({ ok: false, class: "permanent" });
  await heard(world, instagram, profile);
  await world.inbound("instagram", { kind: "story-mention", from: IGSID });
  await world.inbound("instagram", { kind: "story-reply", from: IGSID, text: "love it" });
  const told = await heard(world, instagram, profile);
  expect(told).toMatchObject([{ media: [], content: { kind: "story", relation: "mention" } }, { text: "love it", content: { kind: "story", relation: "reply" } }]);
}));
