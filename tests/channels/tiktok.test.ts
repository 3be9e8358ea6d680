import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { type ChannelConnection, type ChannelIo, type InboundEvent, type OutboundMessage, PLAIN_MESSAGE, type RawRequest } from "../../worker/channels/channel";
import { tiktok } from "../../worker/channels/tiktok";
import { Content, Referral } from "../../worker/contract/content";
import { asSet, file, scripted } from "../support/meta-channel";
import manifest from "./fixtures/tiktok/manifest.json";
import outbound from "./fixtures/tiktok/outbound.json";

const files = import.meta.glob<string>("./fixtures/tiktok/*", { query: "?raw", import: "default", eager: true });
const bodyOf = (name: string) => files[`./fixtures/tiktok/${name}`]!;
const names = manifest.files.map(({ file: name }) => name);

const NOW = manifest.clock * 1_000;
const SECRET = manifest.secret;
const BUSINESS = "_000QWERTYbusinessOpenId";
type Settings = z.infer<typeof tiktok.settings>;
const settings: Settings = { businessId: BUSINESS, clientKey: "k", appSecret: SECRET, accessToken: "T", refreshToken: "R1" };
const connect = (change: Partial<Settings> = {}, address = BUSINESS.toLowerCase()): ChannelConnection<Settings> => ({ id: "cn_1", accountId: "a_1", address, settings: { ...settings, ...change }, ownAddresses: [], country: "US" });

const signatureOf = (body: string, at = manifest.clock, secret = SECRET) => `t=${at},s=${createHmac("sha256", secret).update(`${at}.${body}`).digest("hex")}`;
const rawOf = (body: string, signature = signatureOf(body)): RawRequest =>
  ({ method: "POST", url: "https://inbox.example.com/hooks/tiktok/cn_1", headers: { "content-type": "application/json", "tiktok-signature": signature }, body: new TextEncoder().encode(body), receivedAt: NOW });
const receive = (body: string, connection = connect()) => tiktok.receive(rawOf(body), connection);
const event = (name: string, content: unknown, about: object = {}) => JSON.stringify({ client_key: "k", event: name, create_time: manifest.clock, user_openid: BUSINESS, content: JSON.stringify(content), ...about });

const CONVERSATION = "Aq3+bE9/testConversation==";
const jane = { kind: "user", address: CONVERSATION, name: "jane.doe", aliases: [{ kind: "user", address: "Uq7userUniqueIdentifier" }] };
const users = { from: "jane.doe", to: "acme.shop", conversation_id: CONVERSATION, timestamp: NOW, from_user: { id: "Uq7userUniqueIdentifier", role: "personal_account" }, to_user: { id: "Bq7businessUniqueIdentifier", role: "business_account" } };
const OURS = "NTM1OTZhYzQ1Zjg0YzE0YzNlNzkxNjY3NmJkZDIyNGI";

describe("a webhook", () => {
  it.each(manifest.files.map(({ file: name, headers }) => [name, headers["Tiktok-Signature"]] as const))("is believed over the raw bytes of %s, and over no others", async (name, signature) => {
    const judge = (body: string, given = signature, connection = connect()) => tiktok.verify(rawOf(body, given), connection, NOW);
    expect(await judge(bodyOf(name))).toBe(true);
    expect(await judge(bodyOf(name), signature.split(",").toReversed().join(","))).toBe(true);
    expect(await judge(`${bodyOf(name)} `)).toBe(false);
    expect(await judge(bodyOf(name), signature.slice(0, -2))).toBe(false);
    expect(await judge(bodyOf(name), signature, connect({ appSecret: "another" }))).toBe(false);
  });

  it.each([[-301, false], [-300, true], [0, true], [300, true], [301, false]])("that was signed %i seconds from now is believed: %s", async (offset, expected) => {
    const body = bodyOf("im-receive-msg.text.json");
    expect(await tiktok.verify(rawOf(body, signatureOf(body, manifest.clock + offset)), connect(), NOW)).toBe(expected);
  });

  it.each(["", "t=", "s=abc", "t=1795341600", "t=1795341600,s=", "t=x,s=y", "v1=abc"])("with the header %j is not believed", async (header) =>
    expect(await tiktok.verify(rawOf("{}", header), connect(), NOW)).toBe(false));

  it("is not believed while no secret is set", async () =>
    expect(await tiktok.verify(rawOf("{}", signatureOf("{}", manifest.clock, "")), connect({ appSecret: "" }), NOW)).toBe(false));
});

describe("every recorded request becomes what it says", () => {
  const message = { kind: "message", from: jane, at: NOW, media: [] };
  const echo = { kind: "echo", to: jane, at: NOW, media: [] };
  const place = (kind: string, messageId: string, mediaId: string) => `${kind}?${new URLSearchParams({ conversationId: CONVERSATION, messageId, mediaId }).toString()}`;
  const notice = { kind: "notice", code: "region", sentence: expect.stringContaining("Answer in the TikTok app") as string };
  const EVENTS: Record<string, [promise: string, events: object[]]> = {
    "im-receive-msg.text.json": ["words are words, and the conversation is the address", [{ ...message, externalId: "MGNjMTc1YjljMGYxYjZhODMxYzM5OWUyNjk3NzI2NjE", text: "hi! do you have size M? 😊" }]],
    "im-receive-msg.text-reply.json": ["a reply names what it answers", [{ ...message, text: "this one", quote: { externalId: OURS } }]],
    "im-receive-msg.image.json": ["a picture is asked for later", [{ ...message, text: "", media: [{ ref: place("image", "NGE4YTA4ZjA5ZDM3YjczNzk1NjQ5MDM4NDA4YjVmMzM", "v10image0001"), type: "image/jpeg", name: "image.jpg" }] }]],
    "im-receive-msg.video.json": ["so is a video", [{ ...message, media: [{ ref: place("video", "ODI3N2UwOTEwZDc1MDE5NWI0NDg3OTc2MTZlMDkxYWQ", "v10video0001"), type: "video/mp4", name: "video.mp4" }] }]],
    "im-receive-msg.share-post.json": ["a shared video is a card with a link", [{ ...message, text: "Shared a video", content: { kind: "share", what: "video", title: null, url: "https://www.tiktok.com/player/v1/7300000000000000000" } }]],
    "im-receive-msg.sticker.json": ["a sticker is a picture without a bubble", [{ ...message, text: "", media: [{ ref: "https://p16.tiktokcdn.example/sticker.webp?x-expires=1797933600", type: "image/webp" }], content: { kind: "sticker" } }]],
    "im-receive-msg.emoji.json": ["so is a big emoji", [{ ...message, media: [{ ref: "https://p16.tiktokcdn.example/emoji.png" }], content: { kind: "sticker" } }]],
    "im-receive-msg.button-reply.json": ["a tapped button is a choice", [{ ...message, text: "Track my order", content: { kind: "choice", how: "quick-reply", payload: "btn_track", description: null } }]],
    "im-receive-msg.reaction-add.json": ["a reaction points at our message", [{ kind: "reaction", target: OURS, person: jane, by: "contact", emoji: "❤️", at: NOW }]],
    "im-receive-msg.reaction-remove.json": ["a reaction can be taken back", [{ kind: "reaction", target: OURS, person: jane, by: "contact", emoji: null, at: NOW }]],
    "im-receive-msg.unknown-type.json": ["a kind we do not know yet says so", [{ ...message, text: "A message that can only be seen in the app", content: { kind: "unsupported", what: "mini_game" } }]],
    "im-receive-msg-eu.1.json": ["what TikTok does not pass on is told with its reason", [{ ...notice, at: NOW }]],
    "im-receive-msg-eu.2-repeat.json": ["again", [{ ...notice, at: NOW + 5_000 }]],
    "im-receive-msg-eu.3-extra.json": ["with further fields too", [{ ...notice, at: NOW }]],
    "im-send-msg.own-api.json": ["the echo of our own message is known by its id", [{ ...echo, externalId: OURS, text: "Yes, size M is in stock" }]],
    "im-send-msg.app.json": ["what the owner wrote in the app goes to the customer", [{ ...echo, text: "typed in the TikTok app" }]],
    "im-send-msg.template.json": ["an automatic card shows its buttons", [{ ...echo, text: "How can we help?", content: { kind: "buttons", options: [{ text: "Track", url: null }] } }]],
    "im-mark-read-msg.1.json": ["all of ours until then is read", [{ kind: "receipt", person: jane, state: "read", upTo: NOW, at: NOW }]],
    "im-mark-read-msg.2-older.json": ["an older mark stays older", [{ kind: "receipt", upTo: NOW - 60_000 }]],
    "im-mark-read-msg.3-business.json": ["what we read ourselves says nothing", [{ kind: "other", label: "read by ourselves", at: NOW }]],
    "im-referral-msg.ad.json": ["a tap on an ad opens nothing before they write", [{ kind: "activity", externalId: `referral:${CONVERSATION}:${NOW}`, person: jane, type: "referral", text: "Opened the chat from an ad: Spring", data: { source: "ad", adId: "1780000000000000000" }, opensWindow: false, referral: { kind: "ad", headline: "Spring", body: null, url: "https://www.tiktok.com/player/v1/1", ref: null } }]],
    "im-referral-msg.link.json": ["a link keeps what it carried", [{ kind: "activity", text: "Opened the chat from a link", referral: { kind: "link", headline: null, body: null, url: null, ref: "flyer-2026" } }]],
    "im-referral-msg.before-first-message.json": ["somebody may come before they say anything", [{ kind: "activity", person: { address: "Zz9/newConversation==", name: "new.user" }, text: "Opened the chat from an ad" }]],
    "comment-update.1.json": ["a comment is no conversation", [{ kind: "other", label: "comment.update" }]],
    "comment-update.2-delete.json": ["nor is one taken back", [{ kind: "other", label: "comment.update" }]],
    "comment-update.3-reply.json": ["nor an answer to one", [{ kind: "other", label: "comment.update" }]],
    "im-receive-high-intent-comment.json": ["a comment of nobody named leaves a trace", [{ kind: "other", label: "comment of nobody named: how much?", at: NOW }]],
    "im-receive-high-intent-comment.2.json": ["without words too", [{ kind: "other", label: "comment of nobody named", at: NOW }]],
    "im-receive-high-intent-comment.3.json": ["a comment of somebody stands in their thread and opens nothing", [{ kind: "activity", externalId: "comment:7348000000000000126", person: { kind: "user", address: "Uq7userUniqueIdentifier" }, type: "comment", text: "Commented on a video: 价格多少？ 💸", data: { commentId: "7348000000000000126", videoId: "7342000000000000456" }, opensWindow: false }]],
    "im-auto-message-config-update.json": ["a change of their settings leaves a trace", [{ kind: "other", label: "im_auto_message_config_update" }]],
    "content-not-json.json": ["content that is no JSON leaves a trace", [{ kind: "other", label: "im_receive_msg with unreadable content" }]],
    "unknown-event.json": ["what we do not know leaves a trace", [{ kind: "other", label: "im_future_event" }]],
  };

  it("none is left out", () => expect(Object.keys(EVENTS).sort()).toEqual(names.toSorted()));

  it.each(Object.entries(EVENTS).map(([name, [promise, events]]) => [promise, name, events] as const))("%s (%s)", async (_promise, name, expected) => {
    const events = await receive(bodyOf(name));
    expect(events).toMatchObject(expected);
    expect(events).toHaveLength(expected.length);
    for (const one of events) {
      if ("content" in one && one.content) expect(Content.parse(one.content)).toEqual(one.content);
      if ("referral" in one && one.referral) expect(Referral.parse(one.referral)).toEqual(one.referral);
    }
    expect(asSet(await receive(bodyOf(name)))).toEqual(asSet(events));
    expect(await receive(bodyOf(name), connect({ businessId: "_000another" }))).toEqual([]);
  });
});

describe("an event", () => {
  const said = (content: object): Promise<InboundEvent[]> => receive(event("im_receive_msg", { ...users, message_id: "m1", ...content }));

  it("keeps every digit of a wide number, and the digits in a customer's words", async () => {
    const wide = `{"from":"j","conversation_id":"Aq3","timestamp":${NOW},"from_user":{"id":7348000000000000123},"message_id":7348000000000000125,"type":"text","text":{"body":"call 7348000000000000127 \\"7348000000000000129\\""}}`;
    const [message] = await receive(JSON.stringify({ event: "im_receive_msg", user_openid: BUSINESS, content: wide }));
    expect(message).toMatchObject({ externalId: "7348000000000000125", from: { aliases: [{ address: "7348000000000000123" }] }, text: 'call 7348000000000000127 "7348000000000000129"' });
  });

  it("may hold several reactions, of ours too", async () => {
    const reaction = [{ operation: "ADD", type: "EMOJI", emoji: "🔥", timestamp: NOW, original_msg_id: "a" }, { operation: "REMOVE", type: "EMOJI", original_msg_id: "b" }, { operation: "ADD", type: "AI_EMOJI", original_msg_id: "c" }];
    expect(await said({ type: "reaction", reaction })).toMatchObject([{ kind: "reaction", target: "a", emoji: "🔥" }, { kind: "reaction", target: "b", emoji: null }, { kind: "other", label: "reaction without a sign" }]);
    const swapped = { ...users, from_user: users.to_user, to_user: users.from_user, from: users.to, to: users.from, message_id: "m2", type: "reaction", reaction: reaction.slice(0, 1) };
    expect(await receive(event("im_send_msg", swapped))).toMatchObject([{ kind: "reaction", by: "us", person: jane }]);
  });

  it.each([
    ["nobody", { from_user: null }, "im_receive_msg of nobody"], ["no conversation", { conversation_id: null }, "im_receive_msg of nobody"], ["a conversation that is no id", { conversation_id: "a\nb" }, "im_receive_msg of nobody"],
    ["no id", { message_id: undefined }, "message without an id"], ["a reaction to nothing", { type: "reaction", reaction: [] }, "reaction without a sign"],
  ])("that names %s leaves a trace and makes nobody a contact", async (_, content, label) => expect(await said({ type: "text", text: { body: "x" }, ...content })).toMatchObject([{ kind: "other", label }]));

  it.each([["image", {}], ["sticker", { sticker: { url: "javascript:alert(1)" } }], ["emoji", { emoji: {} }]])("with a %s that is not there still shows that something came", async (type, content) =>
    expect(await said({ type, ...content })).toMatchObject([{ kind: "message", content: { kind: "unsupported", what: type }, media: [] }]));

  it("survives any field of a recorded request being anything", async () => {
    const recorded = names.filter((name) => name.startsWith("im-") && !name.includes("config")).map((name) => JSON.parse(bodyOf(name)) as { event: string; content: string });
    await fc.assert(fc.asyncProperty(fc.constantFrom(...recorded), fc.nat(20), fc.jsonValue(), async (one, nth, value) => {
      const content = JSON.parse(one.content) as Record<string, unknown>;
      const keys = Object.keys(content);
      content[keys[nth % keys.length]!] = value;
      for (const { kind } of await receive(event(one.event, content))) expect(["message", "echo", "receipt", "reaction", "activity", "notice", "other"]).toContain(kind);
    }), { numRuns: 300 });
  });
});

const draft = (change: Partial<OutboundMessage> = {}): OutboundMessage => ({ ...PLAIN_MESSAGE, id: "m_1", reference: "c_1:m_1", from: "us", to: CONVERSATION, text: "Hi", media: [], email: null, statusUrl: "https://inbox.example.com/s", ...change });
const answering = (body: unknown, status = 200) => () => new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
const exchange = (name: string) => outbound.exchanges.find((one) => one.name === name)!;
const yes = (data: unknown) => answering({ code: 0, message: "OK", request_id: "1", data });
const no = (code: number) => answering({ code, message: "no", request_id: "1", data: {} });
const ours = connect({ businessId: "_000" });

describe("sending", () => {
  it("asks as the recorded exchange does, and takes the id it is told", async () => {
    const { request, response } = exchange("text");
    const io = scripted(answering(response.body));
    expect(await tiktok.send!(draft(), ours, io)).toEqual({ ok: true, externalId: "MTIz" });
    expect(io.sent).toHaveLength(1);
    expect([io.sent[0]!.url.href, io.sent[0]!.method, io.sent[0]!.headers.get("access-token"), io.sent[0]!.body]).toEqual([request.url, request.method, "T", request.body]);
  });

  it.each([["blocked", "window", "40064"], ["rate", "rate", "40100"], ["token", "auth", "40105"]])("the recorded refusal %s is of class %s", async (name, kind, code) => {
    const result = await tiktok.send!(draft(), ours, scripted(answering(exchange(name).response.body)));
    expect(result).toMatchObject({ ok: false, class: kind, code });
    expect(tiktok.explain(code)).toMatch(/\.$/);
  });

  it.each([[40001, "config"], [40002, "permanent"], [40007, "permanent"], [40908, "permanent"], [51065, "temporary"], [50000, "temporary"], [40999, "permanent"]])("code %i is %s", async (code, kind) => {
    expect(await tiktok.send!(draft(), ours, scripted(no(code)))).toMatchObject({ ok: false, class: kind, code: String(code) });
  });

  it.each([["a gateway's 502", answering("<html>", 502)], ["a 200 that is no JSON", answering("ok")], ["a yes without an id", yes({})]])("%s leaves the outcome unknown", async (_, response) =>
    expect(tiktok.send!(draft(), ours, scripted(response))).rejects.toThrow());

  it.each([[429, "rate"], [401, "auth"], [404, "permanent"]])("HTTP %i without a body is %s", async (status, kind) =>
    expect(await tiktok.send!(draft(), ours, scripted(answering("", status)))).toMatchObject({ ok: false, class: kind }));

  it("never repeats our token in what people see", async () =>
    expect(JSON.stringify(await tiktok.send!(draft(), connect({ accessToken: "very-secret" }), scripted(answering({ code: 40105, message: "Access token very-secret is incorrect" }))))).not.toContain("very-secret"));

  it("names the message it answers", async () => {
    const io = scripted(yes({ message: { message_id: "1" } }));
    await tiktok.send!(draft({ replyTo: "MTIz" }), ours, io);
    expect(io.sent[0]!.body).toMatchObject({ referenced_message_info: { referenced_message_id: "MTIz" } });
  });

  it("brings a picture first, then sends its id", async () => {
    const io = scripted(yes({ media_id: "v1" }), yes({ message: { message_id: "1" } }));
    expect(await tiktok.send!(draft({ text: "", media: [file("a.png", "image/png")] }), ours, io)).toEqual({ ok: true, externalId: "1" });
    expect(io.sent.map(({ url }) => url.pathname)).toEqual(["/open_api/v1.3/business/message/media/upload/", "/open_api/v1.3/business/message/send/"]);
    const form = io.sent[0]!.body as FormData;
    expect([form.get("business_id"), form.get("media_type"), (form.get("file") as File).name]).toEqual(["_000", "IMAGE", "a.png"]);
    expect(io.sent[1]!.body).toMatchObject({ message_type: "IMAGE", image: { media_id: "v1" } });
  });

  it.each([["is refused", no(40908), "permanent"], ["breaks", () => { throw new Error("network"); }, "temporary"], ["names nothing", yes({}), "temporary"]])("sends nothing when the upload %s", async (_, response, kind) => {
    const io = scripted(response);
    expect(await tiktok.send!(draft({ text: "", media: [file("a.png", "image/png")] }), ours, io)).toMatchObject({ ok: false, class: kind });
    expect(io.sent).toHaveLength(1);
  });

  it("refuses words together with a picture before it asks anybody", async () => {
    const io = scripted(no(1));
    expect(await tiktok.send!(draft({ media: [file("a.png", "image/png")] }), ours, io)).toMatchObject({ ok: false, class: "permanent", code: "one-at-a-time" });
    expect(io.sent).toEqual([]);
  });

  it.each([["read", "MARK_READ"], ["typing", "TYPING"]] as const)("shows %s", async (kind, action) => {
    const io = scripted(yes({ message: { message_id: "" } }));
    await tiktok.signal!({ kind, to: CONVERSATION, target: null }, ours, io);
    expect(io.sent[0]!.body).toEqual({ business_id: "_000", recipient_type: "CONVERSATION", recipient: CONVERSATION, message_type: "SENDER_ACTION", sender_action: action });
    await expect(tiktok.signal!({ kind, to: CONVERSATION, target: null }, ours, scripted(no(40064)))).rejects.toThrow();
  });
});

describe("asking TikTok", () => {
  it("a file is asked for as recorded and fetched with the token", async () => {
    const { request, response } = exchange("media download");
    const io = scripted(answering(response.body), answering("bytes"));
    const ref = `image?${new URLSearchParams({ conversationId: "Aq3+", messageId: "m", mediaId: "v" }).toString()}`;
    expect(await (await tiktok.download!({ ref }, ours, io)).text()).toBe("bytes");
    expect([io.sent[0]!.url.href, io.sent[0]!.body]).toEqual([request.url, request.body]);
    expect([io.sent[1]!.url.href, io.sent[1]!.headers.get("x-user")]).toEqual(["https://api-va.tiktokv.example/x", "T"]);
  });

  it("the token goes to the first host only, and a sticker's host never sees it", async () => {
    const moved = () => new Response(null, { status: 302, headers: { location: "https://elsewhere.example/y" } });
    const io = scripted(yes({ download_url: "https://api-va.tiktokv.example/x" }), moved, answering("bytes"));
    await tiktok.download!({ ref: "video?conversationId=a&messageId=m&mediaId=v" }, ours, io);
    expect(io.sent.slice(1).map(({ headers }) => headers.get("x-user"))).toEqual(["T", null]);
    const sticker = scripted(answering("bytes"));
    await tiktok.download!({ ref: "https://p16.tiktokcdn.example/sticker.webp" }, ours, sticker);
    expect([sticker.sent[0]!.headers.get("x-user"), sticker.sent[0]!.headers.get("access-token")]).toEqual([null, null]);
  });

  it.each(["http://p16.tiktokcdn.example/a", "https://user:word@p16.tiktokcdn.example/a", "https://p16.tiktokcdn.example:8443/a"])("nothing is fetched from %s", async (ref) => {
    const io = scripted(answering("bytes"));
    await expect(tiktok.download!({ ref }, ours, io)).rejects.toThrow("address refused");
    expect(io.sent).toEqual([]);
  });

  it("a refused file is a failure, which is tried again", async () => expect(tiktok.download!({ ref: "image?conversationId=a&messageId=m&mediaId=v" }, ours, scripted(no(40007)))).rejects.toThrow("40007"));

  it("access is renewed as recorded, and both tokens are new", async () => {
    const { request, response } = exchange("refresh");
    const io = scripted(answering(response.body));
    const renewed = await tiktok.renew!(connect({ clientKey: "k", appSecret: "s" }), io);
    expect([io.sent[0]!.url.href, io.sent[0]!.body]).toEqual([request.url, request.body]);
    expect(renewed).toEqual({ settings: { accessToken: "A2", refreshToken: "R2" }, expiresAt: io.now() + 86_400_000 });
  });

  it.each([["a refusal", no(40105)], ["a yes without tokens", yes({ access_token: "A2" })]])("%s renews nothing", async (_, response) => expect(tiktok.renew!(ours, scripted(response))).rejects.toThrow());

  it("somebody without a name is looked up by their conversation", async () => {
    const io = scripted(yes({ participants: [{ role: "BUSINESS_ACCOUNT", display_name: "Acme" }, { role: "PERSONAL_ACCOUNT", display_name: "Jane Doe" }] }));
    expect(await tiktok.profile!(CONVERSATION, ours, io)).toEqual({ name: "Jane Doe" });
    expect(io.sent[0]!.url.href).toContain("conversation_id=Aq3%2BbE9%2FtestConversation%3D%3D");
    expect(await tiktok.profile!(CONVERSATION, ours, scripted(yes({})))).toBeNull();
    await expect(tiktok.profile!(CONVERSATION, ours, scripted(no(51065)))).rejects.toThrow();
  });

  const probe = (io: ChannelIo, connection = connect()) => tiktok.probe!(connection, io);
  it("settings that work have nothing to say", async () => expect(await probe(scripted(yes({ username: "acme" }), yes({ conversations: [] })))).toBeNull());
  it.each([
    ["a wrong token", [no(40105)], "connect again"], ["a region that TikTok leaves out", [yes({}), no(40001)], "European Economic Area"], ["a refusal without a name", [no(49999)], "TikTok refused: no."],
  ])("%s is told in a sentence", async (_, answers, words) => expect(await probe(scripted(...answers))).toContain(words));
  it("another account's address is told before anybody is asked", async () => {
    const io = scripted(no(1));
    expect(await probe(io, connect({}, "someone-else"))).toContain("Enter the Business ID in both places");
    expect(io.sent).toEqual([]);
  });
});
