import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type { ChannelConnection } from "../../worker/channels/channel";
import { messenger } from "../../worker/channels/messenger";
import { Content, Referral } from "../../worker/contract/content";
import { asSet, draft, file, NOW, rawOf, refusal, says, scripted, SECRET, signatureOf, VERIFY_TOKEN } from "../support/meta-channel";
import manifest from "./fixtures/messenger/manifest.json";
import outbound from "./fixtures/messenger/outbound.json";

const files = import.meta.glob<string>("./fixtures/messenger/*", { query: "?raw", import: "default", eager: true });
const bodyOf = (name: string) => files[`./fixtures/messenger/${name}`]!;
const posts = manifest.files.filter(({ method }) => method === "POST").map(({ file: name }) => name);

type Settings = z.infer<typeof messenger.settings>;
const PAGE = "682498302938465";
const settings: Settings = { pageId: PAGE, pageAccessToken: "TOKEN", appSecret: SECRET, verifyToken: VERIFY_TOKEN };
const connect = (change: Partial<ChannelConnection<Settings>> = {}): ChannelConnection<Settings> => ({ id: "cn_1", accountId: "a_1", address: PAGE, settings, ownAddresses: [], country: "US", ...change });
const receive = (body: string, connection = connect()) => messenger.receive(rawOf(body), connection);
const page = (...messaging: object[]) => JSON.stringify({ object: "page", entry: [{ id: PAGE, time: NOW, messaging }] });
const from = { sender: { id: "5349573198712345" }, recipient: { id: PAGE }, timestamp: NOW };
const toThem = { sender: { id: PAGE }, recipient: { id: "5349573198712345" }, timestamp: NOW };

const jane = { kind: "user", address: "5349573198712345" };
const message = { kind: "message", from: jane, at: NOW, media: [] };
const OUT = "m_NTM1OTZhYzQ1Zjg0YzE0YzNlNzkxNjY3NmJkZDIyNGIwNGFmNzkxMzc1MGM2NTIwNWMzODdkZmJhN2RiZTk4OQ";
const IN = "m_MGNjMTc1YjljMGYxYjZhODMxYzM5OWUyNjk3NzI2NjE5Y2VhMWUyNDczYWFmNDk5NTVmYTM0ZmFhYzk1YjNlNw";
const PICTURE = "https://scontent.xx.fbcdn.net/v/t1/1.jpg?_nc_cat=1&oe=65";

describe("a webhook", () => {
  it.each(posts)("is believed over the raw bytes of %s, and over no others", async (name) => {
    const { headers } = manifest.files.find(({ file: one }) => one === name)!;
    const signature = headers!["X-Hub-Signature-256"];
    const judge = (body: string, given = signature, connection = connect()) => messenger.verify(rawOf(body, given), connection, NOW);
    expect(await judge(bodyOf(name))).toBe(true);
    expect(await judge(`${bodyOf(name)} `)).toBe(false);
    expect(await judge(bodyOf(name), signature.slice(0, -2))).toBe(false);
    expect(await judge(bodyOf(name), signature, connect({ settings: { ...settings, appSecret: "another" } }))).toBe(false);
    expect(await judge(bodyOf(name), signatureOf(bodyOf(name), ""), connect({ settings: { ...settings, appSecret: "" } }))).toBe(false);
  });

  it.each([["verify-handshake.ok.txt", "1158201444"], ["verify-handshake.bad-token.txt", null], ["verify-handshake.no-mode.txt", null]])("%s is answered with %s when it is registered", (name, expected) =>
    expect(messenger.handshake!(new URL(`https://inbox.example.com/hooks/messenger/cn_1?${bodyOf(name).trim()}`), settings)).toBe(expected));
});

describe("every recorded request becomes what it says", () => {
  const handover = { kind: "activity", person: jane, type: "handover", at: NOW };
  const EVENTS: Record<string, [promise: string, events: object[]]> = {
    "message-text.basic.json": ["words are words", [{ ...message, externalId: IN, text: "hello, world!" }]],
    "message-text.quick-reply.json": ["a tapped answer is a choice", [{ ...message, text: "Red", content: { kind: "choice", how: "quick-reply", payload: "PICK_RED", description: null } }]],
    "message-text.reply.json": ["a reply names what it answers", [{ ...message, text: "about this", quote: { externalId: OUT } }]],
    "message-text.ad-referral.json": ["the first message from an ad says so", [{ ...message, text: "Hi", referral: { kind: "ad", headline: "Spring", body: null, url: null, ref: "promo" } }]],
    "message-attachment.image.json": ["a picture alone needs no words", [{ ...message, text: "", media: [{ ref: PICTURE, type: "image/jpeg", name: "1.jpg" }] }]],
    "message-attachment.multi.json": ["three files are one message", [{ ...message, text: "files", media: [{ type: "image/jpeg" }, { type: "application/octet-stream", name: "invoice.pdf" }, { type: "audio/mp4", name: "audioclip.mp4" }] }]],
    "message-attachment.sticker-new.json": ["a sticker is a picture without a bubble", [{ ...message, text: "", media: [{ ref: PICTURE, type: "image/jpeg" }], content: { kind: "sticker" } }]],
    "message-attachment.sticker-transition.json": ["a sticker that comes twice is shown once", [{ ...message, text: "", media: [{ ref: PICTURE, type: "image/jpeg", name: "1.jpg" }], content: { kind: "sticker" } }]],
    "message-attachment.fallback-link.json": ["a link keeps its preview", [{ ...message, text: "https://example.com/a", content: { kind: "share", what: "link", title: "Example", url: "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2Fa" } }]],
    "message-attachment.fallback-empty.json": ["what was not passed on says so", [{ ...message, text: "A message that can only be seen in the app", content: { kind: "unsupported", what: "fallback" } }]],
    "message-attachment.location.json": ["a place has its coordinates", [{ ...message, text: "Pinned Location\n48.2082, 16.3738", content: { kind: "location", latitude: 48.2082, longitude: 16.3738, name: "Pinned Location", address: null, url: "https://www.facebook.com/l.php?u=x" } }]],
    "message-attachment.reel.json": ["a shared reel is a link with a title", [{ ...message, text: "Shared a reel: My reel", content: { kind: "share", what: "reel", title: "My reel", url: "https://video.example/r.mp4" } }]],
    "postback.get-started.json": ["a tap on Get Started is their message", [{ ...message, text: "Get Started", content: { kind: "choice", how: "ice-breaker", payload: "GET_STARTED", description: null }, referral: { kind: "link", headline: null, body: null, url: null, ref: "coupon15" } }]],
    "postback.menu.json": ["a menu's payload stays as it is", [{ ...message, text: "Opening hours", content: { kind: "choice", how: "tap", payload: "{\"action\":\"hours\"}", description: null } }]],
    "postback.no-payload.json": ["a button of another app has a label only", [{ ...message, text: "Buy now", content: { kind: "choice", how: "tap", payload: null, description: null } }]],
    "referral.mdotme.json": ["an m.me link into a known chat opens the window", [{ kind: "activity", person: jane, type: "referral", text: "Opened the chat from a link", referral: { kind: "link", headline: null, body: null, url: null, ref: "my_ref" }, opensWindow: true, at: NOW, externalId: `referral:5349573198712345:${NOW}`, data: { source: "SHORTLINK", adId: null, postId: null, productId: null } }]],
    "referral.ads.json": ["a tap on an ad opens nothing before they write", [{ kind: "activity", text: "Opened the chat from an ad: T", referral: { kind: "ad", headline: "T", body: null, url: null, ref: "r" }, data: { adId: "604" }, opensWindow: false }]],
    "referral.customer-chat.json": ["a visitor's page is kept", [{ kind: "activity", referral: { kind: "site", headline: null, body: null, url: "https://shop.example.com/p?a=1&b=2", ref: "x" }, opensWindow: false }]],
    "reaction.react.json": ["a reaction points at our message", [{ kind: "reaction", target: OUT, person: jane, by: "contact", emoji: "❤", at: NOW }]],
    "reaction.unreact.json": ["a reaction can be taken back", [{ kind: "reaction", target: OUT, person: jane, by: "contact", emoji: null, at: NOW }]],
    "reaction.other.json": ["a reaction may be any sign, on their own message too", [{ kind: "reaction", target: IN, person: jane, by: "contact", emoji: "🦑", at: NOW }]],
    "read.watermark.json": ["all of ours until then is read", [{ kind: "receipt", person: jane, state: "read", upTo: 1_795_341_599_995, at: NOW }]],
    "delivery.mids.json": ["all of ours until then is delivered", [{ kind: "receipt", person: jane, state: "delivered", upTo: 1_795_341_599_991, at: NOW }]],
    "delivery.no-mids.json": ["a delivery needs no ids", [{ kind: "receipt", person: jane, state: "delivered", upTo: 1_795_341_599_991, at: NOW }]],
    "echo.own-api.json": ["the echo of an app is known by its id", [{ kind: "echo", externalId: OUT, to: jane, text: "From our API", media: [], at: NOW }]],
    "echo.page-inbox.json": ["what a colleague wrote on the page goes to the customer", [{ kind: "echo", to: jane, text: "Typed in Business Suite", media: [], at: NOW }]],
    "echo.template.json": ["an echo of cards without words says that something went out", [{ kind: "echo", to: jane, text: "A message that can only be seen in the app", content: { kind: "unsupported", what: "template" } }]],
    "handover.standby.json": ["what another app answers is kept, and marked", [{ ...message, text: "for the other app", standby: true }]],
    "handover.pass.json": ["being handed a conversation is told", [{ ...handover, text: "Another app handed this conversation to us", data: { owner: "us", previousAppId: "123456789", newAppId: "1517776481860111", note: "to human" } }]],
    "handover.take.json": ["losing a conversation is told", [{ ...handover, text: "Another app took this conversation over", data: { owner: "other", previousAppId: "1517776481860111", newAppId: "123456789", note: null } }]],
    "message-edit.json": ["an edit replaces the words", [{ kind: "edit", target: IN, person: jane, by: "contact", text: "hello, edited", version: 1, at: NOW }]],
    "message-edit.second.json": ["a second edit has a higher number", [{ kind: "edit", target: IN, text: "hello, edited again", version: 2, at: NOW + 5_000 }]],
    "message-edit.unknown-mid.json": ["an edit of a message that is not here yet is kept", [{ kind: "edit", text: "x", version: 1 }]],
    "optin.one-time.json": ["agreeing to marketing is consent", [{ kind: "consent", person: jane, change: "start", purpose: "marketing", text: "Offers", at: NOW }]],
    "optin.stop.json": ["ending marketing is consent", [{ kind: "consent", person: jane, change: "stop", purpose: "marketing", text: null, at: NOW }]],
    "optin.checkbox-user-ref.json": ["a checkbox names nobody", [{ kind: "other", label: "optin of nobody", at: NOW }]],
    "batch.two-pages.json": ["of two pages only ours counts, in whatever order", [{ ...message, text: "1" }, { kind: "receipt", upTo: NOW }, { ...message, text: "2", at: NOW - 2_000 }]],
    "batch.feed-changes-ignored.json": ["a post on the page is no conversation", [{ kind: "other", label: "page feed", at: NOW }]],
    "batch.unknown-event.json": ["what we do not know leaves a trace", [{ kind: "other", label: "brand_new_event", at: NOW }]],
  };

  it("none is left out", () => expect(Object.keys(EVENTS).sort()).toEqual(posts.toSorted()));

  it.each(Object.entries(EVENTS).map(([name, [promise, events]]) => [promise, name, events] as const))("%s (%s)", async (_promise, name, expected) => {
    const events = await receive(bodyOf(name));
    expect(events).toMatchObject(expected);
    for (const event of events) {
      if ("content" in event && event.content) expect(Content.parse(event.content)).toEqual(event.content);
      if ("referral" in event && event.referral) expect(Referral.parse(event.referral)).toEqual(event.referral);
    }
  });

  it("alone, twice, in one batch or shuffled they say the same", async () => {
    const bodies = posts.map((name) => JSON.parse(bodyOf(name)) as { entry: unknown[] });
    const alone = asSet((await Promise.all(posts.map((name) => receive(bodyOf(name))))).flat());
    await fc.assert(fc.asyncProperty(fc.shuffledSubarray(bodies.flatMap(({ entry }) => entry), { minLength: bodies.flatMap(({ entry }) => entry).length }), async (entry) => {
      expect(asSet(await receive(JSON.stringify({ object: "page", entry })))).toEqual(alone);
      expect(asSet(await receive(JSON.stringify({ object: "page", entry: [...entry, ...entry] })))).toEqual(alone);
    }), { numRuns: 20 });
  });
});

describe("an event", () => {
  const ref = (metadata: string) => receive(page({ ...toThem, message: { mid: "m_1", is_echo: true, metadata, text: "x" } }));

  it.each(["c_0kx3abc:0198c0de-4f89-71d3-9a0c-0305e82c3301", "c_0kx3abc:0198c0de-4f89-71d3-9a0c-0305e82c3301.2", "c_0kx3abc:e17"])("that echoes our own reference %s leads back to the entry it came from", async (reference) =>
    expect(await ref(reference)).toMatchObject([{ kind: "echo", reference }]));
  it.each(["", "cid:msg_01JCLIENTID", "c_1", "c_1:m_1 or more", "../c_1:m_1", "__proto__:m_1"])("that echoes another app's metadata %j leads nowhere", async (metadata) => expect((await ref(metadata))[0]).not.toHaveProperty("reference"));

  it("for another page is none of ours, wherever that page stands", async () => {
    const other = page({ ...from, message: { mid: "m_1", text: "x" } });
    expect(await receive(other, connect({ address: "111222333", settings: { ...settings, pageId: "111222333" } }))).toEqual([]);
    expect(await receive(JSON.stringify({ object: "page", entry: [{ id: "0", messaging: [{ ...from, message: { mid: "m_1", text: "x" } }] }] }))).toEqual([]);
  });

  it("of another kind of account is no page's", async () => expect(await receive(JSON.stringify({ object: "instagram", entry: [{ id: PAGE, messaging: [{ ...from, message: { mid: "m_1", text: "x" } }] }] }))).toEqual([{ kind: "other", label: "object instagram", at: NOW }]));

  it("between our own accounts makes no customer", async () => {
    expect(await receive(page({ ...from, sender: { id: "777" }, message: { mid: "m_1", text: "x" } }), connect({ ownAddresses: ["777"] }))).toEqual([{ kind: "other", label: "message of our own account", at: NOW }]);
    expect(await receive(page({ ...toThem, recipient: { id: PAGE }, message: { mid: "m_1", text: "x", is_echo: true } }))).toEqual([]);
  });

  it("of ours in the page's own inbox is ours: reactions, edits, deletes", async () => {
    const events = await receive(page({ ...toThem, reaction: { mid: "m_1", action: "react", reaction: "love" } }, { ...toThem, message_edit: { mid: "m_2", text: "y", num_edit: "3" } }, { ...toThem, message: { mid: "m_2", is_echo: true, is_deleted: true } }));
    expect(events).toEqual([
      { kind: "reaction", target: "m_1", person: jane, by: "us", emoji: "❤️", at: NOW },
      { kind: "edit", target: "m_2", person: jane, by: "us", text: "y", version: 3, at: NOW },
      { kind: "delete", target: "m_2", person: jane, by: "us", at: NOW },
    ]);
  });

  it("of ours that only says so by its flag is ours", async () =>
    expect(await receive(page({ ...toThem, sender: { id: "42" }, message: { mid: "m_1", is_echo: true, text: "x" } }))).toMatchObject([{ kind: "echo", to: jane }]));

  it("about what we have read ourselves says nothing of our messages", async () =>
    expect(await receive(page({ ...toThem, read: { watermark: NOW } }))).toEqual([{ kind: "other", label: "read receipt of nobody", at: NOW }]));

  it("with an ad's id came by an ad, whatever its source is called", async () =>
    expect(await receive(page({ ...from, message: { mid: "m_1", text: "x", referral: { source: "NEW_SURFACE", ad_id: 7 } } }))).toMatchObject([{ referral: { kind: "ad" } }]));

  it("with a sound among other files has no voice note", async () => expect((await receive(bodyOf("message-attachment.multi.json")))[0]).not.toHaveProperty("content"));

  it("in standby keeps taps and receipts too", async () => {
    const body = JSON.stringify({ object: "page", entry: [{ id: PAGE, standby: [{ ...from, postback: { title: "Yes" } }, { ...from, read: { watermark: NOW } }] }] });
    expect(await receive(body)).toMatchObject([{ kind: "message", externalId: `postback:5349573198712345:${NOW}`, text: "Yes", standby: true }, { kind: "receipt", state: "read" }]);
  });

  it("that asks for a conversation, opts in without marketing, or tells of a breach is told", async () => {
    const events = await receive(page({ ...from, request_thread_control: { requested_owner_app_id: 123, metadata: "please" } }, { ...from, optin: { ref: "door" } }, { recipient: { id: PAGE }, timestamp: NOW, policy_enforcement: { action: "block", reason: "Spam." } }));
    expect(events).toMatchObject([
      { kind: "activity", type: "handover", data: { newAppId: "123", note: "please" } },
      { kind: "activity", type: "optin", externalId: `optin:5349573198712345:${NOW}`, data: { ref: "door" } },
      { kind: "notice", code: "policy-block", sentence: "Meta has stopped this page from sending messages, because it broke the rules: Spam. See Page Quality on Facebook." },
    ]);
  });

  it.each<[string, object, object]>([
    ["cards with buttons are their words", { type: "template", payload: { template_type: "generic", elements: [{ title: "Shoes", subtitle: "42" }, { title: "Hat" }] } }, { text: "Shoes\n42\nHat" }],
    ["a product they ask about is a product", { type: "template", payload: { product: { elements: [{ id: "1", title: "Shoes", subtitle: "€ 5" }] } } }, { text: "Shoes\n€ 5", content: { kind: "share", what: "product", title: "Shoes", url: null } }],
    ["a voice note alone is one", { type: "audio", payload: { url: PICTURE } }, { text: "", content: { kind: "voice" }, media: [{ type: "audio/mp4" }] }],
    ["a file without an address was not passed on", { type: "image", payload: {} }, { content: { kind: "unsupported", what: "image" } }],
    ["an address that is no web address is no file", { type: "image", payload: { url: "javascript:alert(1)" } }, { media: [], content: { kind: "unsupported", what: "image" } }],
    ["a place off the globe is no place", { type: "location", payload: { coordinates: { lat: 91, long: 0 } } }, { content: { kind: "unsupported", what: "location" } }],
    ["a kind we do not know keeps its name", { type: "appointment_booking" }, { content: { kind: "unsupported", what: "appointment_booking" } }],
  ])("%s", async (_promise, attachment, expected) => expect(await receive(page({ ...from, message: { mid: "m_1", attachments: [attachment] } }))).toMatchObject([expected]));

  it("beside words says in words what only one of them can show", async () => {
    const [event] = await receive(page({ ...from, message: { mid: "m_1", text: "look", attachments: [{ type: "reel", payload: { url: "https://a.example/1", title: "One" } }, { type: "reel", payload: { url: "https://a.example/2", title: "Two" } }] } }));
    expect(event).toMatchObject({ text: "look\nShared a reel: Two", content: { title: "One" } });
  });

  it.each<[string, unknown, number]>([["in seconds", NOW / 1_000, NOW], ["as text", String(NOW), NOW], ["missing", undefined, NOW], ["in a far future", 9e15, NOW], ["negative", -1, NOW], ["no number", "soon", NOW]])(
    "has our time where its own is odd: %s", async (_name, timestamp, at) => expect(await receive(page({ ...from, timestamp, message: { mid: "m_1", text: "x" } }))).toMatchObject([{ at }]));
});

describe("any authentic bytes", () => {
  it("become one trace when they are no request of Meta's", async () => {
    await fc.assert(fc.asyncProperty(fc.oneof(fc.uint8Array(), fc.json().map((text) => new TextEncoder().encode(text))), async (body) => {
      expect(await messenger.receive({ ...rawOf(""), body }, connect())).toMatchObject([{ kind: "other" }]);
    }));
  });

  it("never throw, and stay within what a message may have, whatever the fields hold", async () => {
    const odd = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("image", "sticker", "location", "__proto__", "https://x.example/%zz.jpg", "javascript:x", "m_1"), fc.double(), fc.boolean(), fc.constant(null), fc.anything({ maxDepth: 2 }));
    const fields = (...names: string[]) => fc.record(Object.fromEntries(names.map((name) => [name, odd])), { requiredKeys: [] });
    const attachment = fc.record({ type: fc.constantFrom("image", "audio", "sticker", "location", "template", "fallback", "reel", "x"), payload: fc.oneof(odd, fields("url", "title", "sticker_id", "coordinates", "elements", "product")) });
    const said = fc.record({ mid: fc.constantFrom("m_1", 1, null), text: odd, attachments: fc.oneof(odd, fc.array(attachment, { maxLength: 4 })), quick_reply: fields("payload"), reply_to: fields("mid", "story"), referral: fields("ref", "source", "ad_id"), is_echo: odd, metadata: odd }, { requiredKeys: ["mid"] });
    const event = fc.oneof(
      said.map((message) => ({ ...from, message })), fields("mid", "title", "payload", "referral").map((postback) => ({ ...from, postback })), fields("mid", "action", "emoji", "reaction").map((reaction) => ({ ...from, reaction })),
      fields("mid", "text", "num_edit").map((message_edit) => ({ ...from, message_edit })), fields("watermark", "mids").map((delivery) => ({ ...from, delivery })), fields("type", "ref", "user_ref").map((optin) => ({ ...from, optin })),
      fields("new_owner_app_id", "metadata").map((pass_thread_control) => ({ ...from, pass_thread_control })), fields("sender", "recipient", "timestamp", "message", "read", "referral", "policy_enforcement"),
    );
    await fc.assert(fc.asyncProperty(fc.array(event, { maxLength: 4 }), async (events) => {
      for (const one of await receive(page(...events))) {
        expect(new Date(one.at).toISOString()).toMatch(/Z$/);
        if (one.kind === "message" || one.kind === "echo") {
          if (one.content) Content.parse(one.content);
          expect(one.text !== "" || one.media.length > 0).toBe(true);
        }
        if (one.kind === "reaction") expect((one.emoji ?? "x").length).toBeLessThanOrEqual(64);
      }
    }), { numRuns: 500 });
  });

  it("with ten thousand entries end at what one request may have, and say so", async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({ ...from, message: { mid: `m_${index}`, text: "x" } }));
    const events = await receive(page(...many));
    expect([events.length, events.at(-1)]).toEqual([1_001, { kind: "other", label: "more events than one request may have", at: NOW }]);
  });

  it("keep long words and no longer addresses than fit", async () => {
    const [event] = await receive(page({ ...from, message: { mid: "m_1", text: "x".repeat(500_000), attachments: Array.from({ length: 500 }, () => ({ type: "image", payload: { url: PICTURE } })) } }));
    expect(event).toMatchObject({ text: "x".repeat(100_000), media: Array.from({ length: 30 }, () => ({ ref: PICTURE })) });
    expect(await receive(page({ ...from, sender: { id: "1/../2" }, message: { mid: "m_1", text: "x" } }))).toEqual([{ kind: "other", label: "message of nobody", at: NOW }]);
    expect(await receive(page({ ...from, message: { mid: "m".repeat(600), text: "x" } }))).toEqual([{ kind: "other", label: "message without an id", at: NOW }]);
  });
});

describe("sending", () => {
  const send = (fake: ReturnType<typeof scripted>, change = {}) => messenger.send!(draft(change), connect(), fake);
  const sent = says(200, { recipient_id: "5349573198712345", message_id: "m_AbC" });
  const ASKED: Record<string, object> = { "human agent": { inHumanWindow: true }, attachment: { text: "", media: [{ ...file("a.png", "image/png"), url: "https://cdn.example.com/a.png" }] }, text: { reference: "cid:msg_01J" } };

  it.each(outbound.exchanges.map((exchange): [string, typeof exchange] => [exchange.name, exchange]))("as recorded: %s", async (name, { request, response, class: kind }) => {
    const fake = scripted(says(response.status, response.body));
    const result = send(fake, ASKED[name]);
    const expected = kind.split(" ")[0]!;
    if (expected === "unknown-outcome") await expect(result).rejects.toThrow("without saying");
    else if (expected === "ok") expect(await result).toEqual({ ok: true, externalId: (response.body as { message_id: string }).message_id });
    else expect(await result).toMatchObject({ ok: false, class: expected, detail: (response.body as { error: { message: string } }).error.message });
    const [{ url, method, headers, body }] = fake.sent as [(typeof fake.sent)[number]];
    expect([method, url.origin + url.pathname, headers.get("authorization"), headers.get("content-type")]).toEqual([request.method, request.url, request.headers.Authorization, request.headers["Content-Type"]]);
    expect(body).toMatchObject(request.body);
    expect(fake.sent).toHaveLength(1);
  });

  it("asks for nothing but what it needs", async () => {
    const fake = scripted(sent);
    await send(fake);
    expect(fake.sent[0]!.body).toEqual({ recipient: { id: "5349573198712345" }, messaging_type: "RESPONSE", message: { text: "Hi", metadata: "c_1:m_1" } });
    expect(fake.sent[0]!.url.href).not.toContain("TOKEN");
  });

  it("answers to tap are its quick replies", async () => {
    const fake = scripted(sent);
    await send(fake, { buttons: [{ text: "Monday", url: null }] });
    expect(fake.sent[0]!.body).toMatchObject({ message: { text: "Hi", quick_replies: [{ content_type: "text", title: "Monday", payload: "Monday" }] } });
  });

  it("a reply names the message it answers", async () => {
    const fake = scripted(sent);
    await send(fake, { replyTo: "m_9" });
    expect(fake.sent[0]!.body).toMatchObject({ recipient: { id: "5349573198712345" }, reply_to: { mid: "m_9" } });
  });

  it.each([["image/png", "image"], ["audio/mp4", "audio"], ["video/mp4", "video"], ["application/pdf", "file"], ["text/plain", "file"]])("%s travels as %s", async (type, kind) => {
    const fake = scripted(sent);
    await send(fake, { text: "", media: [file("x", type)] });
    expect(fake.sent[0]!.body).toMatchObject({ message: { attachment: { type: kind, payload: { url: "https://cdn.example.com/x" } } } });
  });

  it("automation never borrows the tag of a person", async () => {
    const fake = scripted(sent);
    expect(await send(fake, { inHumanWindow: true, automated: true })).toMatchObject({ ok: false, class: "window", code: "people-only" });
    expect(fake.sent).toHaveLength(0);
    expect(messenger.explain("people-only")).toMatch(/person/);
  });

  it("words with a file, or two files, lose nothing on the way: they are refused", async () => {
    const fake = scripted(sent);
    for (const change of [{ media: [file("a", "image/png")] }, { text: "", media: [file("a", "image/png"), file("b", "image/png")] }]) expect(await send(fake, change)).toMatchObject({ ok: false, class: "permanent", code: "one-at-a-time" });
    expect(fake.sent).toHaveLength(0);
  });

  it.each([[500, "<html>"], [502, ""], [200, {}], [200, { message_id: "" }], [408, ""]])("%i %j leaves the outcome unknown", async (status, body) => { await expect(send(scripted(says(status, body)))).rejects.toThrow("without saying"); });

  it("that breaks on the way leaves the outcome unknown", async () => {
    await expect(send(scripted(() => { throw new TypeError("network"); }))).rejects.toThrow("network");
  });
});

describe("every error code", () => {
  it.each<[code: number, subcode: number | undefined, expected: string]>([
    [10, 2018278, "window"], [10, 2018065, "window"], [551, undefined, "permanent"], [551, 1545041, "permanent"], [200, 1545041, "permanent"], [10, 2018108, "permanent"], [200, 2018108, "permanent"], [100, 2018001, "permanent"],
    [100, 2018109, "permanent"], [100, 2018047, "temporary"], [100, 2018008, "temporary"], [10, 1893063, "permanent"], [200, 2018028, "config"], [10, 2018300, "permanent"], [190, undefined, "auth"], [190, 460, "auth"], [190, 463, "auth"], [190, 467, "auth"],
    [4, undefined, "rate"], [17, undefined, "rate"], [32, undefined, "rate"], [613, undefined, "rate"], [1, undefined, "temporary"], [2, undefined, "temporary"], [1200, undefined, "temporary"], [2, 1545133, "temporary"],
    [10, undefined, "auth"], [3, undefined, "auth"], [200, undefined, "auth"], [283, undefined, "auth"], [100, undefined, "permanent"], [368, undefined, "auth"],
  ])("%i/%s is %s, and says what happened and what to do", async (code, subcode, expected) => {
    const result = await messenger.send!(draft(), connect(), scripted(refusal(code, subcode)));
    expect(result).toMatchObject({ ok: false, class: expected, code: subcode === undefined ? String(code) : `${code}/${subcode}` });
    if (!result.ok) expect(messenger.explain(result.code)).toMatch(/^[A-Z].+\. .+\.$|^[A-Z].+[:;,] .+\.$/);
  });

  it("nobody explained to us has no sentence, and Meta's word decides whether it may pass", async () => {
    for (const code of ["77777", "", "toString", "__proto__", "1893063"]) expect(messenger.explain(code)).toBeNull();
    expect(await messenger.send!(draft(), connect(), scripted(refusal(77777)))).toMatchObject({ ok: false, class: "permanent" });
    expect(await messenger.send!(draft(), connect(), scripted(says(400, { error: { code: 77777, is_transient: true } })))).toMatchObject({ ok: false, class: "temporary" });
  });

  it("of an answer that was not one says where to look", () => expect(messenger.explain("1/1357046")).toMatch(/inbox/));
});

describe("besides messages", () => {
  const acted = says(200, { recipient_id: "5349573198712345" });

  it("a reaction is set and taken away", async () => {
    const fake = scripted(acted);
    const react = (emoji: string | null) => messenger.react!({ target: "m_1", to: "5349573198712345", emoji }, connect(), fake);
    expect([await react("🎉"), await react(null)]).toEqual([{ ok: true, externalId: "m_1" }, { ok: true, externalId: "m_1" }]);
    expect(fake.sent.map(({ body }) => body)).toEqual([
      { recipient: { id: "5349573198712345" }, sender_action: "react", payload: { message_id: "m_1", reaction: "🎉" } },
      { recipient: { id: "5349573198712345" }, sender_action: "unreact", payload: { message_id: "m_1" } },
    ]);
    expect(await messenger.react!({ target: "m_1", to: "1", emoji: "🎉" }, connect(), scripted(refusal(10, 2018278)))).toMatchObject({ ok: false, class: "window" });
  });

  it("they see that we read and type", async () => {
    const fake = scripted(acted);
    for (const kind of ["read", "typing"] as const) await messenger.signal!({ kind, to: "5349573198712345", target: null }, connect(), fake);
    expect(fake.sent.map(({ body }) => (body as { sender_action: string }).sender_action)).toEqual(["mark_seen", "typing_on"]);
    await expect(messenger.signal!({ kind: "read", to: "1", target: null }, connect(), scripted(refusal(10)))).rejects.toThrow("400");
  });

  it.each<[string, () => Response, object | null]>([
    ["gives both names", says(200, { first_name: "Jane", last_name: "Doe", id: "1" }), { name: "Jane Doe" }], ["gives one", says(200, { first_name: "Jane" }), { name: "Jane" }],
    ["gives none", says(200, { id: "1" }), null], ["is not told to us", refusal(100, 33), null], ["needs a permission we lack", refusal(200), null], ["is no answer", says(200, "<html>"), null],
  ])("a profile that %s", async (_name, answer, expected) => {
    const fake = scripted(answer);
    expect(await messenger.profile!("5349573198712345", connect(), fake)).toEqual(expected);
    expect([fake.sent[0]!.url.pathname, fake.sent[0]!.url.searchParams.get("fields")]).toEqual(["/v25.0/5349573198712345", "first_name,last_name"]);
  });
  it("a profile that may come later is asked for later", async () => { await expect(messenger.profile!("1", connect(), scripted(refusal(613)))).rejects.toThrow("name"); });

  it("media comes from Meta's hosts only, and never sees our token", async () => {
    const fake = scripted(() => new Response("bytes"));
    expect(await (await messenger.download!({ ref: PICTURE }, connect(), fake)).text()).toBe("bytes");
    expect(fake.sent[0]!.headers.get("authorization")).toBeNull();
    for (const ref of ["https://video.example/r.mp4", "http://scontent.xx.fbcdn.net/1.jpg", "https://127.0.0.1/x", "https://fbcdn.net.evil.example/x", "https://user@scontent.fbcdn.net/x"]) {
      const none = scripted(says(200, "secret"));
      await expect(messenger.download!({ ref }, connect(), none)).rejects.toThrow("refused");
      expect(none.sent).toHaveLength(0);
    }
  });
});

describe("probing", () => {
  const us = says(200, { id: PAGE, name: "Acme" });
  const subscribed = (...fields: string[]) => says(200, { data: [{ id: "1", subscribed_fields: fields }] });
  const probe = (...answers: (() => Response)[]) => messenger.probe!(connect(), scripted(...answers));

  it("is content with a page that sends us its messages", async () => expect(await probe(us, subscribed("messages", "message_reads"))).toBeNull());
  it("is content when only the subscriptions are hidden from us", async () => expect(await probe(us, refusal(200))).toBeNull());
  it.each<[string, RegExp, (() => Response)[]]>([
    ["the page is not subscribed", /subscribe/i, [us, subscribed("feed")]], ["nobody is subscribed", /subscribe/i, [us, says(200, { data: [] })]], ["the token has ended", /connect again/, [refusal(190, 463)]],
    ["the token is of another page", /usable answer/, [says(200, { id: "5" })]], ["Meta is away", /502/, [says(502, "<html>")]], ["Meta says something new", /refused: no/, [refusal(77777)]],
  ])("says so when %s", async (_name, sentence, answers) => expect(await probe(...answers)).toMatch(sentence));
  it("says so when the address is another page", async () => expect(await messenger.probe!(connect({ address: "1" }), scripted(us))).toMatch(/both places/));
});

describe("settings", () => {
  it("take what people paste", () => expect(messenger.settings.parse({ ...settings, pageId: ` ${PAGE}\n`, pageAccessToken: "TOKEN " })).toEqual(settings));
  it.each([{}, { ...settings, pageId: "acme" }, { ...settings, pageId: "1/../2" }, { ...settings, appSecret: "" }, { ...settings, verifyToken: "two words" }, { ...settings, pageAccessToken: "tökén" }])("refuse %j", (wrong) => expect(messenger.settings.safeParse(wrong).success).toBe(false));
});
