import { env } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createConnection } from "../../worker/db/connections";
import type { Entry } from "../../worker/contract/entry";
import type { VisitorSession } from "../../worker/contract/widget";
import { accepted, fakeProvider } from "../support/provider";
import { call } from "../support/account";
import { asVisitor, newWidget, say, startSession, type TestWidget } from "../support/visitor";

let widget: TestWidget;
let provider: ReturnType<typeof fakeProvider>;
let domain: string;
beforeEach(async () => {
  domain = `${crypto.randomUUID()}.example`;
  widget = await newWidget();
  provider = fakeProvider(() => accepted(crypto.randomUUID()));
});
afterEach(() => provider.restore());

const act = (session: VisitorSession, what: object) => call("/widget/acts", { json: { clientId: crypto.randomUUID(), ...what }, headers: asVisitor(session) });
const transcript = (session: VisitorSession, what: object = {}) => call("/widget/transcript", { json: { email: "jane@example.com", ...what }, headers: asVisitor(session) });
const entries = async (id: string) => (await (await widget.account.fetch(`/api/v1/conversations/${id}/entries`)).json<{ items: Entry[] }>()).items;
const reply = (id: string, text: string) => widget.account.fetch(`/api/v1/conversations/${id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "chat", text, undoMs: 0 } });
const talk = async () => {
  const session = await startSession(widget);
  const { conversationId } = await (await say(session, "Hello")).json<{ conversationId: string }>();
  return { session, conversationId };
};
/** Of this account alone: objects of other tests may still have work of their own. */
const mails = () => provider.sent.filter(({ body }) => body.includes("\"subject\"")).map(({ body }) => JSON.parse(body) as { from: string; to: string[]; subject: string; text: string }).filter(({ from }) => from.includes(`@${domain}`));
const mailbox = () => createConnection(widget.account.account, "email", { provider: "resend", name: "Help desk", address: `help@${domain}`, settings: {} }, { apiKey: "re_test_key_1234567890", webhookSecret: "whsec_dGVzdA==", domain }, Date.now());

describe("what a visitor does stands in the thread", () => {
  it("a rating with its comment, once however often it is sent", async () => {
    const { session, conversationId } = await talk();
    const rating = { type: "rating", clientId: crypto.randomUUID(), stars: 4, comment: "Quick" };
    for (const _ of [1, 2]) expect((await act(session, rating)).status).toBe(204);
    expect((await entries(conversationId)).slice(1)).toMatchObject([{ kind: "activity", text: "Rated the chat 4 of 5: “Quick”", event: { type: "rating", data: { stars: 4, comment: "Quick" } } }]);
  });

  it("the end of the chat, and what the site tells of them, as the site's words", async () => {
    const { session, conversationId } = await talk();
    await act(session, { type: "event", name: "Added to cart", data: { sku: "B-17", price: 899 } });
    await act(session, { type: "end" });
    expect((await entries(conversationId)).slice(1).map(({ text, event }) => [event?.type, text])).toEqual([["site-event", "Added to cart (sku: B-17, price: 899)"], ["chat-ended", "Ended the chat"]]);
  });

  it("neither wakes the team nor counts as a message", async () => {
    const { session, conversationId } = await talk();
    await reply(conversationId, "Hi");
    await act(session, { type: "end" });
    expect(await (await widget.account.fetch(`/api/v1/conversations/${conversationId}`)).json()).toMatchObject({ inboundCount: 1, needsReply: false, preview: { text: "Hi" } });
  });

  it.each([
    ["no stars", { type: "rating", stars: 0 }], ["six stars", { type: "rating", stars: 6 }], ["half a star", { type: "rating", stars: 4.5 }], ["a long comment", { type: "rating", stars: 1, comment: "x".repeat(1_001) }],
    ["a nameless event", { type: "event", name: " " }], ["an event that is deep", { type: "event", name: "x", data: { a: { b: 1 } } }], ["too many values", { type: "event", name: "x", data: Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`k${at}`, at])) }],
    ["something else", { type: "note", text: "x" }],
  ])("%s is refused", async (_, what) => {
    const { session, conversationId } = await talk();
    expect((await act(session, what)).status).toBe(400);
    expect(await entries(conversationId)).toHaveLength(1);
  });

  it("nobody acts without a token or before their first message", async () => {
    const session = await startSession(widget);
    expect((await act(session, { type: "end" })).status).toBe(404);
    expect((await act({ ...session, token: "x" }, { type: "end" })).status).toBe(401);
    expect((await call("/widget/acts", { json: { type: "end" }, headers: { ...asVisitor(session), origin: "https://evil.test" } })).status).toBe(403);
  });

  it("a site that tells too much is slowed down", async () => {
    const { session } = await talk();
    const statuses = [];
    for (let index = 0; index < 25; index++) statuses.push((await act(session, { type: "event", name: "Scrolled" })).status);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe("a transcript", () => {
  it("goes by the account's mailbox, in the visitor's language, with their side of the thread alone", async () => {
    await mailbox();
    const { session, conversationId } = await talk();
    await widget.account.fetch(`/api/v1/conversations/${conversationId}/comments`, { json: { clientId: crypto.randomUUID(), text: "they never pay" } });
    await reply(conversationId, "Good morning");
    expect((await transcript(session, { locale: "de-AT", timeZone: "Europe/Vienna" })).status).toBe(204);
    const [mail] = mails();
    expect(mail).toMatchObject({ to: ["jane@example.com"], subject: "Protokoll Ihres Chats mit Northside Cycles" });
    expect(mail!.text).toMatch(/Sie, [^]*Hello[^]*Good morning/);
    expect(mail!.text).not.toContain("they never pay");
    expect((await entries(conversationId)).at(-1)).toMatchObject({ kind: "activity", event: { type: "transcript", data: { email: "jane@example.com" } } });
  });

  it("is no way to mail strangers: not before the team has answered, and once an hour", async () => {
    await mailbox();
    const { session, conversationId } = await talk();
    expect(await (await transcript(session)).json()).toMatchObject({ reason: "unanswered" });
    await reply(conversationId, "Good morning");
    expect((await transcript(session)).status).toBe(204);
    expect(await (await transcript(session, { email: "victim@example.com" })).json()).toMatchObject({ reason: "repeated" });
    expect(mails()).toHaveLength(1);
  });

  it("is refused with a sentence where it is switched off, cannot be mailed, or names no address", async () => {
    const { session, conversationId } = await talk();
    expect((await transcript(session, { email: "nobody" })).status).toBe(400);
    await reply(conversationId, "Hi");
    expect(await (await transcript(session)).json()).toMatchObject({ reason: "mail", detail: "Mail cannot be sent right now" });
    widget = await newWidget({ transcript: false }, widget.account);
    expect(await (await transcript((await talk()).session)).json()).toMatchObject({ reason: "transcript" });
  });
});

describe("somebody whom the site proves by a token", () => {
  it("is the contact with that address, whoever else knew it", async () => {
    const secret = "test_livechat_identity_secret";
    widget = await newWidget({ identitySecret: secret, preChat: [{ key: "name", required: true }, { key: "email", required: true }] }, widget.account);
    const known = await (await widget.account.fetch("/api/v1/contacts", { json: { name: "Jane Doe", identities: [{ kind: "email", address: "jane@example.com" }] } })).json<{ id: string }>();
    const { signedToken } = await import("../support/visitor");
    const token = await signedToken(secret, { sub: "u_77", exp: Date.now() / 1_000 + 600, name: "Jane", email: "JANE@example.com", phone: "+436601234567" });
    const session = await startSession(widget, { identity: { token } });
    expect(session).toMatchObject({ vouched: true, asked: true });
    const { conversationId } = await (await say(session, "My order?")).json<{ conversationId: string }>();
    expect(await (await widget.account.fetch(`/api/v1/conversations/${conversationId}`)).json()).toMatchObject({ contactId: known.id, contactName: "Jane Doe" });
    const { identities } = await (await widget.account.fetch(`/api/v1/contacts/${known.id}`)).json<{ identities: { kind: string; address: string }[] }>();
    expect(identities.map(({ kind }) => kind).toSorted()).toEqual(["email", "phone", "visitor"]);
  });

  it("with a wrong token is anybody, and sees nothing", async () => {
    widget = await newWidget({ identitySecret: "test_livechat_identity_secret" }, widget.account);
    const session = await startSession(widget, { identity: { token: "e30.e30.AAAA" } });
    expect(session).toMatchObject({ vouched: false, conversationId: null, messages: [] });
  });
});

it("what visitors agree to before their details are kept stands in the thread", async () => {
  widget = await newWidget({ consentText: "You may write to me.", preChat: [{ key: "email", required: false }] }, widget.account);
  const session = await startSession(widget);
  expect(await (await say(session, "Hi", { preChat: { email: "jane@example.com" } })).json()).toMatchObject({ reason: "consent" });
  const { conversationId, message } = await (await say(session, "Hi", { preChat: { email: "jane@example.com", consent: true } })).json<{ conversationId: string; message: { text: string } }>();
  expect(message.text).toBe("Hi");
  expect((await entries(conversationId)).map(({ text }) => text)).toEqual(["Agreed to: “You may write to me.”", "Hi"]);
});

it("the look an admin chose reaches the page, the picture from our own origin", async () => {
  widget = await newWidget({ theme: "dark", icon: "heart", logo: "a_logo1", greetings: [{ text: "Need help?", pages: "/cart*", afterSeconds: 5, visitors: "new" }] }, widget.account);
  const config = await (await call(`/widget/config/${widget.id}`, { headers: { origin: env.PUBLIC_URL } })).json<{ logo: string }>();
  expect(config).toMatchObject({ theme: "dark", icon: "heart", greetings: [{ text: "Need help?", pages: "/cart*" }], rating: true, transcript: true });
  expect(config.logo).toMatch(/^\/media\/s\//);
});

it("answers to tap reach the visitor, and what they tap comes back as their words", async () => {
  const { session, conversationId } = await talk();
  const draft = (more: object) => widget.account.fetch(`/api/v1/conversations/${conversationId}/messages`, { json: { clientId: crypto.randomUUID(), channel: "chat", text: "Which colour?", undoMs: 0, ...more } });
  expect((await draft({ buttons: [{ text: "Red" }, { text: "Sizes", url: "https://shop.example.com/sizes" }] })).status).toBe(201);
  const { messages } = await startSession(widget, { token: session.token });
  expect(messages.at(-1)).toMatchObject({ text: "Which colour?", buttons: [{ text: "Red", url: null }, { text: "Sizes", url: "https://shop.example.com/sizes" }] });
  await say(session, "Red", { tapped: messages.at(-1)!.id });
  expect((await entries(conversationId)).at(-1)).toMatchObject({ text: "Red", content: { kind: "choice", how: "quick-reply" } });
  for (const buttons of [[], [{ text: "" }], [{ text: "x", url: "javascript:alert(1)" }]]) expect((await draft({ buttons })).status).toBe(400);
  expect(await (await draft({ text: "", buttons: [{ text: "Red" }] })).json()).toMatchObject({ reason: "empty" });
});
