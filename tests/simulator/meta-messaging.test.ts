import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Threads } from "../../simulator/api";
import { HOUR_MS, IGSID, IG_ID, PAGE_ID, PSID, inMeta, type MetaWorld } from "./meta-world";

const NOW = 1_795_341_600_000;
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: NOW }));
afterEach(() => void vi.useRealTimers());

type Name = "messenger" | "instagram";
const PERSON = { messenger: PSID, instagram: IGSID } as const;
const ACCOUNT = { messenger: PAGE_ID, instagram: IG_ID } as const;
const BOTH: Name[] = ["messenger", "instagram"];
const write = (world: MetaWorld, name: Name, fields: object = {}) => world.inbound(name, { from: PERSON[name], name: "Maya Torres", text: "Hi", ...fields });
const send = (world: MetaWorld, name: Name, fields: object = {}) => world[name]({ recipient: { id: PERSON[name] }, message: { text: "Hello" }, ...fields });
const ago = (hours: number) => ({ at: new Date(NOW - hours * HOUR_MS).toISOString() });

describe.each(BOTH)("a message through %s", (name) => {
  it("is answered with its id and echoed", () => inMeta(async (world) => {
    await write(world, name);
    const { status, body } = await send(world, name, { message: { text: "Hello", metadata: "c_1:e_1" } });
    expect([status, body]).toMatchObject([200, { recipient_id: PERSON[name], message_id: expect.any(String) }]);
    await world.settle();
    const echo = world.events()[1]!;
    expect(echo).toMatchObject({ sender: { id: ACCOUNT[name] }, recipient: { id: PERSON[name] }, message: { mid: body["message_id"], is_echo: true, app_id: expect.any(Number), text: "Hello" } });
    expect((echo["message"] as object)).toEqual(name === "messenger" ? expect.objectContaining({ metadata: "c_1:e_1" }) : expect.not.objectContaining({ metadata: "c_1:e_1" }));
  }));

  it("finds the window closed after 24 hours, and for a person after 7 days", () => inMeta(async (world) => {
    const subcode = name === "messenger" ? 2_018_278 : 2_534_022;
    const human = { messaging_type: "MESSAGE_TAG", tag: "HUMAN_AGENT" };
    await write(world, name, ago(25));
    expect(await send(world, name)).toMatchObject({ status: 400, code: 10, subcode });
    expect((await send(world, name, human)).status).toBe(200);
    await world.api("clock", { forwardMs: 6 * 24 * HOUR_MS });
    expect(await send(world, name, human)).toMatchObject({ code: 10, subcode });
  }));

  it("has seven days after a tap on an ad", () => inMeta(async (world) => {
    await write(world, name, { ...ago(100), referral: { source: "ad" } });
    expect((await send(world, name)).status).toBe(200);
  }));

  it.each<[string, object, number]>([
    ["without a recipient", { recipient: {} }, 100], ["with another tag", { messaging_type: "MESSAGE_TAG", tag: "ACCOUNT_UPDATE" }, 100], ["with a tag of nothing", { messaging_type: "MESSAGE_TAG" }, 100], ["of an unknown type", { messaging_type: "HELLO" }, 100],
    ["without content", { message: {} }, 100], ["with text and a file", { message: { text: "x", attachment: { type: "image", payload: { url: "https://x.example/a" } } } }, 100], ["with a file that is not there", { message: { attachment: { type: "image", payload: { url: "https://x.example/a" } } } }, 100],
    ["with a file of an unknown id", { message: { attachment: { type: "image", payload: { attachment_id: "7" } } } }, 100], ["with fourteen quick replies", { message: { text: "x", quick_replies: Array.from({ length: 14 }, () => ({ title: "a" })) } }, 100], ["with an unknown action", { sender_action: "dance", message: undefined }, 100],
    ["bound to fail", { message: { text: "fail:613" } }, 613],
  ])("%s is refused", (_name, fields, code) => inMeta(async (world) => {
    await write(world, name);
    expect((await send(world, name, fields)).code).toBe(code);
    expect(await world.sent(name)).toEqual([]);
  }));

  it("does not reach somebody who blocked us, or whom we never heard of", () => inMeta(async (world) => {
    expect(await send(world, name)).toMatchObject({ code: 100, subcode: name === "messenger" ? 2_018_001 : 2_534_014 });
    await write(world, name);
    await world.api(`${name}/people`, { from: PERSON[name], blocked: true });
    expect((await send(world, name)).subcode).toBe(name === "messenger" ? 1_545_041 : 2_534_029);
    await expect(write(world, name)).rejects.toThrow("blocked");
  }));

  it("carries a file that was fetched from the app, and its id sends it again", () => inMeta(async (world) => {
    await write(world, name);
    const attachment = { type: "image", payload: { url: "https://inbox.example.com/media/cat.gif" } };
    const { body } = await send(world, name, { message: { attachment } });
    expect((await world.sent(name))[0]).toMatchObject({ media: [{ name: "cat.gif", type: "image/gif", size: 6 }] });
    if (name === "messenger") expect((await send(world, name, { message: { attachment: { type: "image", payload: { attachment_id: body["attachment_id"] } } } })).status).toBe(200);
    await world.settle();
    const [, echo] = world.events() as { message: { attachments: { payload: { url: string } }[] } }[];
    expect((await world.call(echo!.message.attachments[0]!.payload.url)).headers.get("content-type")).toBe("image/gif");
  }));

  it("shows that we have read and that we write, and our reaction", () => inMeta(async (world) => {
    const { id } = await write(world, name);
    for (const action of ["mark_seen", "typing_on"]) expect((await send(world, name, { sender_action: action, message: undefined })).body).toEqual({ recipient_id: PERSON[name] });
    await send(world, name, { sender_action: "react", payload: { message_id: id, reaction: "love" }, message: undefined });
    const [thread] = (await world.api<Threads>("threads")).phones;
    expect(thread).toMatchObject({ person: { typing: true }, messages: [{ state: "read", app: { reactions: [{ by: "app", emoji: "❤️" }] } }] });
    await send(world, name, { sender_action: "unreact", payload: { message_id: id }, message: undefined });
    expect((await world.api<Threads>("threads")).phones[0]!.messages[0]!.app!.reactions).toEqual([]);
  }));

  it("tells the name of somebody who wrote", () => inMeta(async (world) => {
    const host = name === "messenger" ? "https://graph.facebook.com/v25.0" : "https://graph.instagram.com/v25.0";
    await write(world, name);
    expect((await world.graph(`${host}/${PERSON[name]}?fields=name`)).body).toMatchObject({ id: PERSON[name], name: "Maya Torres" });
    expect(await world.graph(`${host}/999?fields=name`)).toMatchObject({ code: 100, subcode: 33 });
    expect((await world.graph(`${host}/${ACCOUNT[name]}`)).body).toMatchObject(name === "messenger" ? { id: PAGE_ID } : { user_id: IG_ID });
  }));

  it("arrives in every kind as Meta writes it", () => inMeta(async (world) => {
    const { id } = await write(world, name);
    const isMessenger = name === "messenger";
    const kinds: [object, object][] = [
      [{ kind: "text", text: "about this", replyTo: id }, { message: { text: "about this", reply_to: { mid: id } } }],
      [{ text: "Look", media: ["a", "b"].map((file) => ({ name: file, type: "image/png", base64: btoa(file) })) }, { message: { text: "Look", attachments: [{ type: "image", payload: { url: expect.stringContaining("https://") } }, { type: "image" }] } }],
      [{ kind: "voice" }, { message: { attachments: [{ type: "audio" }] } }], [{ kind: "sticker" }, { message: { attachments: [isMessenger ? { type: "sticker", payload: { sticker_id: expect.any(Number) } } : { type: "like_heart" }] } }],
      [{ kind: "location", latitude: 48.2, longitude: 16.4 }, { message: { attachments: [{ type: "location", payload: { coordinates: { lat: 48.2, long: 16.4 } } }] } }],
      [{ kind: "reaction", target: id, emoji: "❤" }, { reaction: { mid: id, action: "react", reaction: "love", emoji: "❤" } }], [{ kind: "reaction", target: id, emoji: null }, { reaction: { mid: id, action: "unreact" } }],
      [{ kind: "edit", target: id, text: "Hi!" }, { message_edit: { mid: id, text: "Hi!", num_edit: isMessenger ? 1 : "1" } }], [{ kind: "button", text: "Hours", payload: "HOURS" }, { postback: { title: "Hours", payload: "HOURS" } }],
      [{ kind: "quick-reply", text: "Red", payload: "RED" }, { message: { text: "Red", quick_reply: { payload: "RED" } } }], [{ kind: "share", what: "reel" }, { message: { attachments: [{ type: isMessenger ? "reel" : "ig_reel" }] } }],
      [{ kind: "referral", referral: { source: "link", ref: "summer" } }, { referral: { ref: "summer", type: "OPEN_THREAD" } }], [{ kind: "text", text: "this?", referral: { source: "product", id: "7" } }, { message: { referral: { product: { id: "7" } } } }],
      [{ kind: "story-reply", text: "Nice" }, { message: { text: "Nice", reply_to: { story: { id: expect.any(String), url: expect.any(String) } } } }], [{ kind: "unsupported" }, { message: isMessenger ? { attachments: [{ type: "fallback" }] } : { is_unsupported: true } }],
      [{ kind: "raw", value: { brand_new: 1 } }, { brand_new: 1 }],
    ];
    for (const [body, expected] of kinds) {
      await world.inbound(name, { from: PERSON[name], ...body });
      expect(world.events().at(-1)).toMatchObject({ sender: { id: PERSON[name] }, recipient: { id: ACCOUNT[name] }, timestamp: NOW, ...expected });
    }
    await world.inbound(name, { from: PERSON[name], kind: "echo", text: "From the page's inbox" });
    expect(world.events().at(-1)).toMatchObject({ sender: { id: ACCOUNT[name] }, message: { is_echo: true } });
    await expect(world.inbound(name, { from: PERSON[name], kind: "order", items: [{ id: "a", quantity: 1, price: 1 }] })).rejects.toThrow("has no order");
  }));
});

it("Messenger tells deliveries and reads by time, Instagram reads by the last message", () => inMeta(async (world) => {
  for (const name of BOTH) {
    await write(world, name);
    await send(world, name);
    const { body } = await send(world, name);
    await world.settle();
    await world.inbound(name, { from: PERSON[name], kind: "read" });
    if (name === "messenger") expect(world.events().slice(-2)).toMatchObject([{ delivery: { watermark: NOW, mids: [expect.any(String)] } }, { read: { watermark: expect.any(Number) } }]);
    else expect(world.events().slice(-2)).toMatchObject([{ message: { is_echo: true } }, { read: { mid: body["message_id"] } }]);
    expect((await world.sent(name)).map(({ state }) => state)).toEqual(["read", "read"]);
  }
}));

it.each<[Name, string, number]>([["messenger", "ü".repeat(2_000), 200], ["messenger", "ü".repeat(2_001), 400], ["instagram", "ü".repeat(500), 200], ["instagram", `${"ü".repeat(500)}a`, 400]])("%s counts text in its own unit", (name, text, status) => inMeta(async (world) => {
  await write(world, name);
  expect((await send(world, name, { message: { text } })).status).toBe(status);
}));

it("Messenger wants to know why we write", () => inMeta(async (world) => {
  await write(world, "messenger");
  expect((await world.graph(`${PAGE_ID}/messages`, { recipient: { id: PSID }, message: { text: "x" } })).code).toBe(100);
}));

it("an answer that says nothing does not mean that nothing was sent", () => inMeta(async (world) => {
  await write(world, "messenger");
  expect(await send(world, "messenger", { message: { text: "fail:1/1357046" } })).toMatchObject({ status: 500, code: 1, subcode: 1_357_046 });
  await world.settle();
  expect(world.events()[1]).toMatchObject({ message: { is_echo: true } });
}));

it("Instagram tells that a message was unsent, Messenger does not", () => inMeta(async (world) => {
  const { id } = await write(world, "instagram");
  await world.inbound("instagram", { from: IGSID, kind: "delete", target: id });
  expect(world.events().at(-1)).toMatchObject({ message: { mid: id, is_deleted: true } });
  await write(world, "messenger");
  await expect(world.inbound("messenger", { from: PSID, kind: "delete", target: "theirs" })).rejects.toThrow("unsent");
}));

it("a comment may be answered in private once, within seven days", () => inMeta(async (world) => {
  const comment = async (fields: object = {}) => (await world.inbound("instagram", { from: IGSID, kind: "comment", text: "Price?", ...fields })).id;
  const id = await comment();
  expect(JSON.parse(world.hooks.at(-1)!.body)).toMatchObject({ entry: [{ changes: [{ field: "comments", value: { id, text: "Price?", from: { id: IGSID } } }] }] });
  const reply = (commentId: string) => world.instagram({ recipient: { comment_id: commentId }, message: { text: "Here" } });
  expect([(await reply(id)).status, (await reply(id)).code, (await reply("1")).subcode, (await reply(await comment(ago(170)))).subcode]).toEqual([200, 10_900, 2_534_025, 2_534_025]);
}));

it("the same words are the same person on each platform", () => inMeta(async (world) => {
  for (const name of BOTH) for (const text of ["one", "two"]) await world.inbound(name, { from: "maya", text });
  const senders = world.events().map(({ sender }) => (sender as { id: string }).id);
  expect([senders[0] === senders[1], senders[2] === senders[3], senders[0] === senders[2]]).toEqual([true, true, false]);
}));

it("an Instagram token is renewed", () => inMeta(async (world) => {
  const { body } = await world.graph("https://graph.instagram.com/refresh_access_token?grant_type=ig_refresh_token");
  expect(body).toMatchObject({ access_token: expect.any(String), expires_in: 5_184_000 });
}));
