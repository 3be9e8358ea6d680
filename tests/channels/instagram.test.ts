import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type { ChannelConnection } from "../../worker/channels/channel";
import { instagram } from "../../worker/channels/instagram";
import { Content, Referral } from "../../worker/contract/content";
import { unfit } from "../../worker/domain/draft-limits";
import { asSet, draft, file, NOW, rawOf, refusal, says, scripted, SECRET, signatureOf, VERIFY_TOKEN } from "../support/meta-channel";
import manifest from "./fixtures/instagram/manifest.json";
import outbound from "./fixtures/instagram/outbound.json";

const files = import.meta.glob<string>("./fixtures/instagram/*", { query: "?raw", import: "default", eager: true });
const bodyOf = (name: string) => files[`./fixtures/instagram/${name}`]!;
const posts = manifest.files.filter(({ method }) => method === "POST").map(({ file: name }) => name);

type Settings = z.infer<typeof instagram.settings>;
const US = "17841405822304914";
const JANE = "1234567890123456";
const settings: Settings = { igUserId: US, accessToken: "TOKEN", appSecret: SECRET, verifyToken: VERIFY_TOKEN, login: "instagram", instagramAppSecret: manifest.instagramLoginSecret };
const viaPage: Partial<Settings> = { login: "page", pageId: "682498302938465" };
const connect = (own: Partial<Settings> = {}, change: Partial<ChannelConnection<Settings>> = {}): ChannelConnection<Settings> => ({ id: "cn_1", accountId: "a_1", address: US, ownAddresses: [], country: "US", ...change, settings: { ...settings, ...own } });
const receive = (body: string, connection = connect()) => instagram.receive(rawOf(body), connection);
const account = (...messaging: object[]) => JSON.stringify({ object: "instagram", entry: [{ id: US, time: NOW, messaging }] });
const changes = (field: string, value: unknown, time: unknown = NOW / 1_000) => JSON.stringify({ object: "instagram", entry: [{ id: US, time, changes: [{ field, value }] }] });
const from = { sender: { id: JANE }, recipient: { id: US }, timestamp: NOW };

const jane = { kind: "user", address: JANE };
const message = { kind: "message", from: jane, at: NOW, media: [] };
const mid = (rest: string) => `aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOj${rest}`;
const OUT = mid("NTM1OTZhYzQ1Zjg0YzE0YzNlNzkxNjY3NmJkZDIyNGIZD");
const IN = mid("MGNjMTc1YjljMGYxYjZhODMxYzM5OWUyNjk3NzI2NjEZD");
const CDN = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=17934&signature=AB";
const TOMORROW = new Date(NOW + 24 * 3_600_000).toISOString();

describe("a webhook", () => {
  it.each(posts)("is believed over the raw bytes of %s, and over no others", async (name) => {
    const { headers } = manifest.files.find(({ file: one }) => one === name)!;
    const signature = headers!["X-Hub-Signature-256"];
    const judge = (body: string, given = signature, own: Partial<Settings> = {}) => instagram.verify(rawOf(body, given), connect(own), NOW);
    expect(await judge(bodyOf(name))).toBe(true);
    expect(await judge(`${bodyOf(name)} `)).toBe(false);
    expect(await judge(bodyOf(name), signature.slice(0, -2))).toBe(false);
    expect(await judge(bodyOf(name), signature, { appSecret: "another", instagramAppSecret: "another" })).toBe(false);
  });

  it("is believed by either of the two secrets, and by no missing one", async () => {
    const judge = (secret: string, own: Partial<Settings>) => instagram.verify(rawOf("{}", signatureOf("{}", secret)), connect(own), NOW);
    expect([await judge(SECRET, {}), await judge(manifest.instagramLoginSecret, {}), await judge(manifest.instagramLoginSecret, { instagramAppSecret: undefined }), await judge("", { appSecret: "", instagramAppSecret: undefined })]).toEqual([true, true, false, false]);
  });

  it.each([["verify-handshake.ok.txt", "1158201444"], ["verify-handshake.bad-token.txt", null], ["verify-handshake.no-mode.txt", null]])("%s is answered with %s when it is registered", (name, expected) =>
    expect(instagram.handshake!(new URL(`https://inbox.example.com/hooks/instagram/cn_1?${bodyOf(name).trim()}`), settings)).toBe(expected));
});

describe("every recorded request becomes what it says", () => {
  const comment = { kind: "message", media: [], opensNoWindow: true, at: NOW };
  const tap = (text: string, payload: string, how = "tap") => ({ ...message, text, content: { kind: "choice", how, payload, description: null } });
  const EVENTS: Record<string, [promise: string, events: object[]]> = {
    "message-text.basic.json": ["words are words, flags are flags", [{ ...message, externalId: IN, text: "Hey! Do you ship to AT? 🇦🇹" }]],
    "message-text.instagram-login-secret.json": ["the other secret changes nothing of what is said", [{ ...message, text: "signed with Instagram app secret" }]],
    "message-text.story-reply.json": ["an answer to our story keeps the story as long as it can be seen", [{ ...message, text: "love this!", content: { kind: "story", relation: "reply", url: "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1&signature=x", expiresAt: TOMORROW } }]],
    "message-text.message-reply.json": ["a reply names what it answers", [{ ...message, text: "yes", quote: { externalId: OUT } }]],
    "message-text.quick-reply.json": ["a tapped answer is a choice", [{ ...message, text: "Blue", content: { kind: "choice", how: "quick-reply", payload: "blue", description: null } }]],
    "message-text.ad-referral.json": ["the first message from an ad says so", [{ ...message, text: "info", referral: { kind: "ad", headline: "x", body: null, url: null, ref: "r" } }]],
    "message-attachment.image.json": ["a picture alone needs no words", [{ ...message, text: "", media: [{ ref: CDN, type: "image/jpeg" }] }]],
    "message-attachment.video.json": ["a video is a file", [{ ...message, text: "", media: [{ ref: CDN, type: "video/mp4" }] }]],
    "message-attachment.audio.json": ["a sound is a voice note", [{ ...message, text: "", media: [{ ref: CDN, type: "audio/mp4" }], content: { kind: "voice" } }]],
    "message-attachment.file.json": ["a file is what its bytes say", [{ ...message, text: "", media: [{ ref: CDN, type: "application/octet-stream" }] }]],
    "message-attachment.share.json": ["a shared post is a link", [{ ...message, text: "Shared a post", content: { kind: "share", what: "post", title: null, url: CDN } }]],
    "message-attachment.ig-reel.json": ["a shared reel is a link with a title", [{ ...message, text: "Shared a reel: Reel", content: { kind: "share", what: "reel", title: "Reel", url: CDN } }]],
    "message-attachment.story-mention.json": ["a story that names us is linked, never copied", [{ ...message, text: "Mentioned you in a story", content: { kind: "story", relation: "mention", url: CDN, expiresAt: TOMORROW } }]],
    "message-attachment.multi-image.json": ["three pictures are one message", [{ ...message, text: "", media: [1, 2, 3].map((nth) => ({ ref: `${CDN}${nth}`, type: "image/jpeg" })) }]],
    "message-attachment.like-heart.json": ["a heart is a sticker in words", [{ ...message, text: "❤️", content: { kind: "sticker" } }]],
    "message-attachment.unsupported.json": ["what was not passed on says so", [{ ...message, text: "A message that can only be seen in the app", content: { kind: "unsupported", what: "message" } }]],
    "message-deleted.json": ["what they unsend is deleted by them", [{ kind: "delete", target: IN, person: jane, by: "contact", at: NOW }]],
    "message-deleted.unknown.json": ["an unsent message that never came is a delete all the same", [{ kind: "delete", by: "contact" }]],
    "message-deleted.echo.json": ["what a colleague unsends in the app is deleted by us", [{ kind: "delete", target: OUT, person: jane, by: "us", at: NOW }]],
    "echo.own-api.json": ["the echo of an app is known by its id", [{ kind: "echo", externalId: OUT, to: jane, text: "from API", media: [], at: NOW }]],
    "echo.instagram-app.json": ["what a colleague wrote in the app goes to the customer", [{ kind: "echo", to: jane, text: "typed in the app", media: [], at: NOW }]],
    "echo.self-chat.json": ["a note to oneself is nobody's", []],
    "postback.icebreaker.json": ["a tap on an ice-breaker is their message", [tap("What are your prices?", "PRICES")]],
    "postback.button.json": ["a tap on a button is their message", [tap("Buy", "BUY_1")]],
    "postback.with-referral.json": ["a tap keeps where they came from", [{ ...tap("Hi", "X", "ice-breaker"), referral: { kind: "link", headline: null, body: null, url: null, ref: "igme" } }]],
    "referral.igme.json": ["an ig.me link into a known chat opens the window", [{ kind: "activity", person: jane, type: "referral", text: "Opened the chat from a link", referral: { kind: "link", ref: "summer" }, opensWindow: true, at: NOW }]],
    "referral.product.json": ["a question about a product names it", [{ ...message, text: "this?", referral: { kind: "shop", headline: null, body: null, url: null, ref: "123" } }]],
    "referral.story.json": ["an empty reference is none", [{ kind: "activity", text: "Opened the chat from a story", referral: { kind: "story", headline: null, body: null, url: null, ref: null }, opensWindow: false }]],
    "reaction.react.json": ["a reaction points at our message", [{ kind: "reaction", target: OUT, person: jane, by: "contact", emoji: "❤️", at: NOW }]],
    "reaction.unreact.json": ["a reaction can be taken back", [{ kind: "reaction", target: OUT, emoji: null }]],
    "reaction.custom.json": ["a family is one sign", [{ kind: "reaction", target: OUT, emoji: "👨‍👩‍👧" }]],
    "read.seen.json": ["that message and all of ours before it are read", [{ kind: "receipt", person: jane, state: "read", externalId: OUT, upTo: NOW, at: NOW }]],
    "read.unknown.json": ["a message we do not know is read by its time", [{ kind: "receipt", state: "read", upTo: NOW }]],
    "read.before-send-response.json": ["a receipt may be faster than our own answer", [{ kind: "receipt", state: "read", upTo: NOW + 1 }]],
    "edit.text.json": ["an edit's number may be text", [{ kind: "edit", target: IN, person: jane, by: "contact", text: "edited text", version: 1, at: NOW }]],
    "edit.null-text.json": ["an edit may leave no words", [{ kind: "edit", target: IN, text: "", version: 2 }]],
    "edit.order-inverted.json": ["an edit may come before its message", [{ kind: "edit", text: "v2", version: 1, at: NOW }, { ...message, text: "v1", at: NOW - 500 }]],
    "comment.changes.json": ["a public comment is shown, and opens no window", [{ ...comment, externalId: "comment:17865799348089039", from: { ...jane, name: "jane" }, text: "price?", content: { kind: "comment", where: "post", commentId: "17865799348089039", postId: "1", parentId: null } }]],
    "comment.live.json": ["a comment on a broadcast says so", [{ ...comment, text: "hi live", content: { kind: "comment", where: "live", commentId: "2", postId: "1", parentId: null } }]],
    "comment.reply.json": ["an answer to a comment names it", [{ ...comment, from: { kind: "user", address: "55", name: "bob" }, text: "me too", content: { kind: "comment", where: "post", commentId: "3", postId: "1", parentId: "17865799348089039" } }]],
    "dashboard-test.changes.json": ["the test button of the dashboard makes nobody", []],
    "batch.standby-and-messaging.json": ["what another app answers is kept, and marked", [{ ...message, text: "bot thread", standby: true }, { ...message, text: "live thread" }]],
    "batch.page-linked-id.json": ["another account's message is none of ours", []],
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

  it("both logins receive the same", async () => {
    for (const name of posts) expect(await receive(bodyOf(name), connect(viaPage))).toEqual(await receive(bodyOf(name)));
  });

  it("alone, twice, in one batch or shuffled they say the same", async () => {
    const entries = posts.flatMap((name) => (JSON.parse(bodyOf(name)) as { entry: unknown[] }).entry);
    const alone = asSet((await Promise.all(posts.map((name) => receive(bodyOf(name))))).flat());
    await fc.assert(fc.asyncProperty(fc.shuffledSubarray(entries, { minLength: entries.length }), async (entry) => {
      expect(asSet(await receive(JSON.stringify({ object: "instagram", entry })))).toEqual(alone);
      expect(asSet(await receive(JSON.stringify({ object: "instagram", entry: [...entry, ...entry] })))).toEqual(alone);
    }), { numRuns: 20 });
  });
});

describe("an event", () => {
  it("wrapped as a change of the account says the same", async () =>
    expect(await receive(changes("messages", { ...from, timestamp: String(NOW / 1_000), message: { mid: "m_1", text: "x" } }))).toEqual([{ ...message, externalId: "m_1", text: "x" }]));

  it("that calls a new message an edit is none: it has none of its words", async () =>
    expect(await receive(account({ ...from, message_edit: { mid: "m_1", text: null, num_edit: 0 } }))).toEqual([{ kind: "other", label: "edit without a number", at: NOW }]));

  it("of an account that writes to itself is nobody's, whichever names it gives", async () =>
    expect(await receive(account({ ...from, message: { mid: "m_1", text: "note", is_self: true } }, { ...from, sender: { id: US }, message: { mid: "m_2", text: "note" } }))).toEqual([]));

  it("that shares a story is a link in words", async () =>
    expect(await receive(account({ ...from, message: { mid: "m_1", attachments: [{ type: "ig_story", payload: { url: CDN } }] } }))).toMatchObject([{ text: "Shared a story", media: [], content: { kind: "share", what: "post", url: CDN } }]));

  it("that answers our story with a picture keeps both", async () =>
    expect(await receive(account({ ...from, message: { mid: "m_1", reply_to: { story: { id: "1", url: CDN } }, attachments: [{ type: "image", payload: { url: CDN } }] } }))).toMatchObject([{ text: "", media: [{ ref: CDN }], content: { kind: "story", relation: "reply" } }]));

  it.each<[string, string, unknown, object]>([
    ["a comment of our own", "comments", { id: "1", text: "thanks", from: { id: US, username: "us" } }, { kind: "other", label: "comment of our own" }],
    ["a comment of nobody", "comments", { id: "1", text: "x" }, { kind: "other", label: "comment of nobody" }],
    ["a comment that is no object", "comments", "x", { kind: "other", label: "comment of nobody" }],
    ["a change we do not know", "story_insights", { impressions: 1 }, { kind: "other", label: "account story_insights" }],
    ["a comment of a picture only", "comments", { id: "1", from: { id: "55" } }, { kind: "message", text: "A comment without words", from: { kind: "user", address: "55" } }],
  ])("%s leaves what it is", async (_name, field, value, expected) => expect(await receive(changes(field, value))).toMatchObject([expected]));

  it("never throws, whatever a comment holds", async () => {
    const odd = fc.oneof(fc.string({ unit: "binary" }), fc.double(), fc.constant(null), fc.anything({ maxDepth: 2 }));
    const value = fc.oneof(odd, fc.record({ id: odd, text: odd, from: fc.oneof(odd, fc.record({ id: odd, username: odd })), media: odd, parent_id: odd }, { requiredKeys: [] }));
    await fc.assert(fc.asyncProperty(fc.constantFrom("comments", "live_comments", "messages", "__proto__"), value, odd, async (field, comment, time) => {
      for (const event of await receive(changes(field, comment, time))) {
        expect(["message", "other"]).toContain(event.kind);
        expect(new Date(event.at).toISOString()).toMatch(/Z$/);
        if (event.kind === "message" && event.content) Content.parse(event.content);
      }
    }), { numRuns: 500 });
  });
});

describe("sending", () => {
  const sent = says(200, { recipient_id: JANE, message_id: "aWdf" });
  const send = (fake: ReturnType<typeof scripted>, change = {}, own: Partial<Settings> = {}) => instagram.send!(draft({ to: JANE, ...change }), connect(own), fake);
  const recorded = outbound.exchanges.filter(({ name }) => name !== "token refresh");

  it.each(recorded.map((exchange): [string, typeof exchange] => [exchange.name, exchange]))("as recorded: %s", async (_name, { request, response, class: kind }) => {
    const fake = scripted(says(response.status, response.body));
    const result = await send(fake, {}, request.url.startsWith("https://graph.instagram.com/") ? {} : viaPage);
    const expected = kind.split(" ")[0]!;
    if (expected === "ok") expect(result).toEqual({ ok: true, externalId: (response.body as { message_id: string }).message_id });
    else expect(result).toMatchObject({ ok: false, class: expected, detail: (response.body as { error: { message: string } }).error.message });
    const [{ url, method, headers, body }] = fake.sent as [(typeof fake.sent)[number]];
    expect([method, url.origin + url.pathname, headers.get("authorization")]).toEqual([request.method, request.url, request.headers!.Authorization]);
    expect(body).toMatchObject(request.body!);
  });

  it("asks for nothing but what it needs: there is no reference to echo", async () => {
    const fake = scripted(sent);
    await send(fake);
    expect(fake.sent[0]!.body).toEqual({ recipient: { id: JANE }, message: { text: "Hi" } });
    expect(fake.sent[0]!.url.href).not.toContain("TOKEN");
  });

  it("proves itself by the secret of the app that the token is for", async () => {
    const proofs = await Promise.all([{}, { instagramAppSecret: undefined }, viaPage].map(async (own) => {
      const fake = scripted(sent);
      await send(fake, {}, own);
      return fake.sent[0]!.url.searchParams.get("appsecret_proof");
    }));
    const proof = (secret: string) => signatureOf("TOKEN", secret).slice("sha256=".length);
    expect(proofs).toEqual([proof(manifest.instagramLoginSecret), proof(SECRET), proof(SECRET)]);
  });

  it("goes through the token's own page when none is named", async () => {
    const fake = scripted(sent);
    await send(fake, {}, { login: "page" });
    expect(fake.sent[0]!.url.origin + fake.sent[0]!.url.pathname).toBe("https://graph.facebook.com/v25.0/me/messages");
  });

  it("a person writes on for seven days by the tag, automation never does", async () => {
    const fake = scripted(sent);
    await send(fake, { inHumanWindow: true });
    expect(fake.sent[0]!.body).toMatchObject({ messaging_type: "MESSAGE_TAG", tag: "HUMAN_AGENT" });
    expect(await send(fake, { inHumanWindow: true, automated: true })).toMatchObject({ ok: false, class: "window", code: "people-only" });
    expect(fake.sent).toHaveLength(1);
  });

  it("an answer to a public comment is its one private reply", async () => {
    const fake = scripted(sent);
    const [event] = await receive(bodyOf("comment.changes.json"));
    if (event?.kind !== "message") throw new Error("no comment");
    await send(fake, { replyTo: event.externalId, inHumanWindow: true });
    expect(fake.sent[0]!.body).toEqual({ recipient: { comment_id: "17865799348089039" }, message: { text: "Hi" } });
    expect(await send(scripted(refusal(100, 2534025)), { replyTo: event.externalId })).toMatchObject({ ok: false, class: "permanent" });
    expect(instagram.explain("100/2534025")).toMatch(/once/);
  });

  it("a reply to a message names it", async () => {
    const fake = scripted(sent);
    await send(fake, { replyTo: IN });
    expect(fake.sent[0]!.body).toEqual({ recipient: { id: JANE }, message: { text: "Hi" }, reply_to: { mid: IN } });
  });

  it("a file travels by its address", async () => {
    const fake = scripted(sent);
    await send(fake, { text: "", media: [file("a.pdf", "application/pdf")] });
    expect(fake.sent[0]!.body).toEqual({ recipient: { id: JANE }, message: { attachment: { type: "file", payload: { url: "https://cdn.example.com/a.pdf" } } } });
  });

  it("up to ten pictures travel in one message, and nothing else travels together", async () => {
    const fake = scripted(sent);
    const pictures = (count: number) => Array.from({ length: count }, (_, nth) => file(`${nth}.png`, "image/png"));
    expect(await send(fake, { text: "", media: pictures(10) })).toMatchObject({ ok: true });
    expect(fake.sent[0]!.body).toEqual({ recipient: { id: JANE }, message: { attachments: pictures(10).map(({ url }) => ({ type: "image", payload: { url } })) } });
    for (const change of [{ text: "", media: pictures(11) }, { text: "", media: [...pictures(1), file("a.pdf", "application/pdf")] }, { text: "Hi", media: pictures(2) }])
      expect(await send(fake, change)).toMatchObject({ ok: false, code: "one-at-a-time" });
    expect(fake.sent).toHaveLength(1);
  });

  it.each([["x".repeat(1_000), true], ["x".repeat(1_001), false], ["ü".repeat(500), true], ["ü".repeat(501), false], ["😀".repeat(250), true], ["😀".repeat(251), false]])("its words are counted in bytes: %#", (text, fits) =>
    expect(unfit({ text, files: [], template: null, hasLocation: false }, instagram.capabilities) === null).toBe(fits));

  it.each([[500, "<html>"], [200, {}], [502, ""]])("%i %j leaves the outcome unknown", async (status, body) => { await expect(send(scripted(says(status, body)))).rejects.toThrow("without saying"); });
  it("1/1357046 leaves the outcome unknown", async () => { await expect(send(scripted(refusal(1, 1357046, 500)))).rejects.toThrow("without saying"); });
});

describe("every error code", () => {
  it.each<[code: number, subcode: number | undefined, expected: string]>([
    [10, 2534022, "window"], [100, 2534014, "permanent"], [100, 2534029, "permanent"], [551, undefined, "permanent"], [10, 2018108, "permanent"], [200, 2534041, "config"], [100, 2534001, "permanent"], [100, 2534025, "permanent"], [10900, undefined, "permanent"], [100, 10900, "permanent"],
    [613, 2534040, "rate"], [4, undefined, "rate"], [17, undefined, "rate"], [32, undefined, "rate"], [190, undefined, "auth"], [190, 463, "auth"], [1, undefined, "temporary"], [2, undefined, "temporary"], [100, 2018109, "permanent"], [230, undefined, "permanent"],
  ])("%i/%s is %s, and says what happened and what to do", async (code, subcode, expected) => {
    const result = await instagram.send!(draft(), connect(), scripted(refusal(code, subcode)));
    expect(result).toMatchObject({ ok: false, class: expected });
    if (!result.ok) expect(instagram.explain(result.code)).toMatch(/^[A-Z].+\. .+\.$|^[A-Z].+[:;,] .+\.$/);
  });
});

describe("besides messages", () => {
  it("a heart is sent by its name, other signs as they are", async () => {
    const fake = scripted(says(200, { recipient_id: JANE }));
    const react = (emoji: string | null) => instagram.react!({ target: IN, to: JANE, emoji }, connect(), fake);
    for (const emoji of ["❤️", "❤", "🔥", null]) expect(await react(emoji)).toEqual({ ok: true, externalId: IN });
    expect(fake.sent.map(({ body }) => (body as { payload: object }).payload)).toEqual([{ message_id: IN, reaction: "love" }, { message_id: IN, reaction: "love" }, { message_id: IN, reaction: "🔥" }, { message_id: IN }]);
    expect(fake.sent[0]!.url.host).toBe("graph.instagram.com");
  });

  it("they see that we read and type", async () => {
    const fake = scripted(says(200, { recipient_id: JANE }));
    for (const kind of ["read", "typing"] as const) await instagram.signal!({ kind, to: JANE, target: IN }, connect(viaPage), fake);
    expect(fake.sent.map(({ url, body }) => [url.pathname, (body as { sender_action: string }).sender_action])).toEqual([["/v25.0/682498302938465/messages", "mark_seen"], ["/v25.0/682498302938465/messages", "typing_on"]]);
  });

  it.each<[string, () => Response, object | null]>([
    ["has a name", says(200, { name: "Jane Doe", username: "jane" }), { name: "Jane Doe" }], ["has a user name only", says(200, { username: "jane" }), { name: "jane" }], ["has an empty name", says(200, { name: " ", username: "jane" }), { name: "jane" }], ["is not told to us", refusal(230), null], ["is nobody's", says(200, {}), null],
  ])("a profile that %s", async (_name, answer, expected) => {
    const fake = scripted(answer);
    expect(await instagram.profile!(JANE, connect(), fake)).toEqual(expected);
    expect(fake.sent[0]!.url.origin + fake.sent[0]!.url.pathname).toBe(`https://graph.instagram.com/v25.0/${JANE}`);
  });

  it("media comes from Meta's hosts only, and never sees our token", async () => {
    const fake = scripted(() => new Response("bytes"));
    for (const ref of [CDN, "https://scontent.cdninstagram.com/v/1.jpg"]) expect(await (await instagram.download!({ ref }, connect(), fake)).text()).toBe("bytes");
    expect(fake.sent.every(({ headers }) => headers.get("authorization") === null)).toBe(true);
    await expect(instagram.download!({ ref: "https://cdninstagram.com.evil.example/1.jpg" }, connect(), fake)).rejects.toThrow("refused");
    expect(fake.sent).toHaveLength(2);
  });
});

describe("renewing", () => {
  const { request, response } = outbound.exchanges.find(({ name }) => name === "token refresh")!;
  it("a token of the Instagram login gives a new one and its end, as recorded", async () => {
    const fake = scripted(says(response.status, response.body));
    expect(await instagram.renew!(connect({ accessToken: "T" }), fake)).toEqual({ settings: { accessToken: "NEW" }, expiresAt: NOW + 5_183_944_000 });
    expect([fake.sent[0]!.method, fake.sent[0]!.url.href, fake.sent[0]!.redirect]).toEqual([request.method, request.url, "manual"]);
  });
  it("a page's token does not end", async () => {
    const fake = scripted(says(200, {}));
    expect(await instagram.renew!(connect(viaPage), fake)).toBeNull();
    expect(fake.sent).toHaveLength(0);
  });
  it("that is refused is told without the token", async () => {
    const error = await instagram.renew!(connect({ accessToken: "SECRET" }), scripted(refusal(190, 463))).then(() => "", (thrown: unknown) => String(thrown));
    expect(error).toContain("400");
    expect(error).not.toContain("SECRET");
    await expect(instagram.renew!(connect(), scripted(says(200, { access_token: "" })))).rejects.toThrow();
  });
});

describe("probing", () => {
  const probe = (answer: () => Response, own: Partial<Settings> = {}) => { const fake = scripted(answer); return instagram.probe!(connect(own), fake).then((sentence) => ({ sentence, asked: fake.sent.map(({ url }) => url.origin + url.pathname) })); };
  it("is content when the token is this account's, by either login", async () => {
    expect(await probe(says(200, { user_id: US, id: "5", username: "acme" }))).toEqual({ sentence: null, asked: ["https://graph.instagram.com/v25.0/me"] });
    expect(await probe(says(200, { id: US, username: "acme" }), viaPage)).toEqual({ sentence: null, asked: [`https://graph.facebook.com/v25.0/${US}`] });
  });
  it.each<[string, RegExp, () => Response]>([
    ["the token is another account's", /@other, whose ID is 5/, says(200, { user_id: "5", username: "other" })], ["the token has ended", /connect again/, refusal(190, 463)], ["messages are closed to apps", /Connected tools/, refusal(200, 2534041)], ["Meta is away", /502/, says(502, "<html>")],
  ])("says so when %s", async (_name, sentence, answer) => expect((await probe(answer)).sentence).toMatch(sentence));
  it("says so when the address is another account", async () => expect(await instagram.probe!(connect({}, { address: "1" }), scripted(says(200, {})))).toMatch(/both places/));
});

describe("settings", () => {
  it("take what people paste", () => expect(instagram.settings.parse({ ...settings, igUserId: ` ${US}\n`, pageId: "", instagramAppSecret: "" })).toEqual({ ...settings, pageId: undefined, instagramAppSecret: undefined }));
  it.each([{}, { ...settings, igUserId: "@acme" }, { ...settings, login: "other" }, { ...settings, login: undefined }, { ...settings, appSecret: "" }, { ...settings, pageId: "1/2" }])("refuse %j", (wrong) => expect(instagram.settings.safeParse(wrong).success).toBe(false));
});
