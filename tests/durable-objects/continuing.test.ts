import { env, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Entry } from "../../worker/contract/entry";
import type { VisitorMessage, VisitorSession } from "../../worker/contract/widget";
import { createConnection } from "../../worker/db/connections";
import { receiveMail } from "../../worker/flows/mail";
import { call } from "../support/account";
import { alarmAt } from "../support/crash";
import { accepted, fakeProvider } from "../support/provider";
import { asVisitor, listen, newWidget, say, startSession, type TestWidget } from "../support/visitor";

/** What a visitor has not read is mailed to them when they have gone, and their answers come back. */

const MINUTE = 60_000;
interface Mail { from: string; to: string[]; subject: string; text: string; reply_to: string | string[]; headers: Record<string, string> }

let widget: TestWidget;
let provider: ReturnType<typeof fakeProvider>;
let domain: string;
beforeEach(async () => {
  provider = fakeProvider(() => accepted(crypto.randomUUID()));
  widget = await newWidget({ preChat: [{ key: "email", required: false }] });
  const { account } = widget.account;
  domain = `${account.id.replaceAll("_", "-")}.example`;
  await createConnection(account, "email", { provider: "cloudflare-email", name: "Mail in", address: `help@${domain}`, settings: {} }, { domain }, Date.now());
  await createConnection(account, "email", { provider: "resend", name: "Help desk", address: `help@${domain}`, settings: {} }, { apiKey: "re_test_key_1234567890", webhookSecret: "whsec_dGVzdA==", domain }, Date.now());
});
afterEach(() => { vi.useRealTimers(); provider.restore(); });

const stub = (id: string) => env.CONVERSATION.getByName(`${widget.account.account.id}/${id}`);
const entries = async (id: string) => (await (await widget.account.fetch(`/api/v1/conversations/${id}/entries`)).json<{ items: Entry[] }>()).items;
const reply = (id: string, text: string, channel = "chat") => widget.account.fetch(`/api/v1/conversations/${id}/messages`, { json: { clientId: crypto.randomUUID(), channel, text, undoMs: 0 } });
/** Of this account alone: objects of other tests may still have work of their own. */
const mails = () => provider.sent.filter(({ body }) => body.includes("\"subject\"")).map(({ body }) => JSON.parse(body) as Mail).filter(({ from }) => from.includes(`@${domain}`));
const replyAddress = () => String(mails().at(-1)!.reply_to);
const thread = async (session: VisitorSession) => (await (await call("/widget/messages", { headers: asVisitor(session) })).json<{ messages: VisitorMessage[] }>()).messages;
const later = (id: string, minutes: number) => alarmAt(stub(id), Date.now() + minutes * MINUTE);

/** A visitor who told their address and got an answer they have not read. */
async function gone(email: string | null = "jane@example.com", settings?: object) {
  if (settings) widget = await newWidget({ preChat: [{ key: "email", required: false }], ...settings }, widget.account);
  const session = await startSession(widget);
  const { conversationId } = await (await say(session, "Is it in stock?", email ? { preChat: { email } } : {})).json<{ conversationId: string }>();
  await reply(conversationId, "Yes, in red");
  // Mail finds a conversation by its row.
  const { db } = widget.account.account;
  await vi.waitFor(async () => expect(await db.prepare("SELECT 1 FROM conversation WHERE id = ?").bind(conversationId).first()).not.toBeNull(), { timeout: 8_000, interval: 50 });
  return { session, id: conversationId };
}

async function answerByMail(from: string, to: string, text: string): Promise<void> {
  const raw = new TextEncoder().encode(`From: ${from}\r\nTo: ${to}\r\nSubject: Re: Your chat\r\nMessage-ID: <${crypto.randomUUID()}@mail.example.com>\r\n\r\n${text}\r\n\r\nOn Sun, 22 Nov 2026 at 10:00, Help desk wrote:\r\n> Yes, in red`);
  await receiveMail(env, { from, to, raw: new Response(raw).body!, rawSize: raw.length, setReject: (reason) => { throw new Error(reason); } }, () => {}, Date.now());
}

describe("an answer that waits unread", () => {
  it("is mailed after the time that was set, once, with all that waits", async () => {
    const { id } = await gone();
    await reply(id, "And in blue");
    await later(id, 9);
    expect(mails()).toEqual([]);
    await later(id, 11);
    await later(id, 30);
    expect(mails()).toMatchObject([{ to: ["jane@example.com"], subject: "Your chat with Northside Cycles" }]);
    expect(mails()[0]!.text).toMatch(/Yes, in red[^]*And in blue[^]*Answer this mail to go on/);
    expect(replyAddress()).toMatch(new RegExp(`^reply\\+${id}\\.[a-z2-7]{26}@${domain}$`));
    expect((await entries(id)).at(-1)).toMatchObject({ kind: "message", channel: "email", direction: "out", state: "sent", to: "jane@example.com" });
  });

  it("speaks the visitor's language", async () => {
    const { session, id } = await gone();
    const socket = await listen(session);
    socket.say({ type: "visit", locale: "fr-CH", timeZone: "Europe/Zurich", referrer: "", pages: [] });
    await vi.waitFor(async () => expect(await runInDurableObject(stub(id), (_, { storage }) => storage.sql.exec("SELECT count(*) AS count FROM visit").one()["count"])).toBe(1));
    socket.close();
    await vi.waitFor(async () => { await later(id, 60); expect(mails()).toMatchObject([{ subject: "Votre discussion avec Northside Cycles" }]); }, 5_000);
  });

  it("that was read is not mailed", async () => {
    const { session, id } = await gone();
    const socket = await listen(session);
    socket.say({ type: "read", seq: 2 });
    await vi.waitFor(async () => expect((await entries(id)).at(-1)!.state).toBe("read"), 5_000);
    socket.close();
    await later(id, 11);
    expect(mails()).toEqual([]);
  });

  it("waits on while the visitor still has the page open", async () => {
    const { session, id } = await gone();
    const socket = await listen(session);
    await later(id, 11);
    expect(mails()).toEqual([]);
    socket.close();
    await vi.waitFor(async () => { await later(id, 60); expect(mails()).toHaveLength(1); }, 5_000);
  });

  it.each<[string, string | null, object | undefined]>([["nobody knows their address", null, undefined], ["it is switched off", "jane@example.com", { emailAfterMinutes: 0 }]])("is not mailed when %s", async (_, email, settings) => {
    const { id } = await gone(email, settings);
    await later(id, 2_000);
    expect(mails()).toEqual([]);
    expect(await entries(id)).toHaveLength(2);
  });

  it("is not mailed to somebody who wants no mail", async () => {
    const { id } = await gone();
    const { contactId } = await (await widget.account.fetch(`/api/v1/conversations/${id}`)).json<{ contactId: string }>();
    await widget.account.fetch(`/api/v1/contacts/${contactId}`, { method: "PATCH", json: { consent: { email: "inactive" } } });
    await later(id, 11);
    expect(mails()).toEqual([]);
    expect((await entries(id)).at(-1)).toMatchObject({ channel: "email", state: "failed" });
  });
});

describe("an answer by mail", () => {
  it("comes into the same conversation and, without what it quotes, into the widget", async () => {
    const { session, id } = await gone();
    await later(id, 11);
    await answerByMail("jane@example.com", replyAddress(), "Great, I take it");
    expect((await entries(id)).at(-1)).toMatchObject({ channel: "email", direction: "in", author: { name: "jane@example.com" } });
    expect((await thread(session)).map(({ text, mine, byMail = false }) => [text, mine, byMail])).toEqual([["Is it in stock?", true, false], ["Yes, in red", false, false], ["Great, I take it", true, true]]);
    expect(await (await widget.account.fetch(`/api/v1/conversations/${id}`)).json()).toMatchObject({ needsReply: true });
  });

  it("is answered by mail again, and the widget shows that too", async () => {
    const { session, id } = await gone();
    await later(id, 11);
    await answerByMail("jane@example.com", replyAddress(), "Great, I take it");
    expect((await reply(id, "Packed for you", "email")).status).toBe(201);
    // The mailbox keeps its pace from the pretended time of the first mail on.
    await vi.waitFor(async () => { await later(id, 12); expect(mails()).toHaveLength(2); }, 5_000);
    expect(mails()[1]).toMatchObject({ to: ["jane@example.com"] });
    await answerByMail("jane@example.com", replyAddress(), "Thank you");
    expect((await thread(session)).map(({ text }) => text).slice(-2)).toEqual(["Packed for you", "Thank you"]);
  });

  it("of somebody we know otherwise stays in the chat, and joins nothing of theirs to it", async () => {
    const { id: own } = await (await widget.account.fetch("/api/v1/contacts", { json: { name: "Jane Doe", identities: [{ kind: "email", address: "jane@example.com" }] } })).json<{ id: string }>();
    const { session, id } = await gone();
    await later(id, 11);
    await answerByMail("jane@example.com", replyAddress(), "Great, I take it");
    expect((await entries(id)).at(-1)).toMatchObject({ direction: "in", author: { id: null, name: "jane@example.com" } });
    expect((await (await widget.account.fetch(`/api/v1/conversations/${id}`)).json<{ contactId: string }>()).contactId).not.toBe(own);
    expect((await thread(session)).at(-1)!.text).toBe("Great, I take it");
  });

  it("with a signature of another kind, or a made-up one, does not come into the widget", async () => {
    const { session, id } = await gone();
    await later(id, 11);
    await answerByMail("eve@example.com", `reply+${id}.${"a".repeat(26)}@${domain}`, "Give me a discount");
    expect((await thread(session)).map(({ text }) => text)).toEqual(["Is it in stock?", "Yes, in red"]);
  });

  it("is nothing another visitor of the same widget sees", async () => {
    const { id } = await gone();
    await later(id, 11);
    await answerByMail("jane@example.com", replyAddress(), "My address is 1 High Street");
    const eve = await startSession(widget);
    await say(eve, "hi", { preChat: { email: "jane@example.com" } });
    expect((await thread(eve)).map(({ text }) => text)).toEqual(["hi"]);
  });
});

describe("what colleagues see of a visit", () => {
  it("stays when the visitor has gone, without what could let anybody in", async () => {
    const { session, id } = await gone();
    const socket = await listen(session);
    const at = new Date().toISOString();
    socket.say({ type: "visit", locale: "de-AT", timeZone: "Europe/Vienna", referrer: "https://search.example.com/?q=bike&token=abc", pages: [{ url: "https://shop.example.com/reset?code=1&size=54#x", title: "Reset", at }, { url: "javascript:alert(1)", title: "Bad", at }] });
    socket.say({ type: "page", url: "https://shop.example.com/cart", title: "Cart" });
    const seen = () => runInDurableObject(stub(id), (_, { storage }) => storage.sql.exec<{ body: string }>("SELECT body FROM visit").toArray().map(({ body }) => JSON.parse(body) as { referrer: string; pages: { url: string }[] })[0]);
    await vi.waitFor(async () => expect((await seen())?.pages).toHaveLength(2), 5_000);
    expect(await seen()).toMatchObject({ locale: "de-AT", timeZone: "Europe/Vienna", referrer: "https://search.example.com/?q=bike", pages: [{ url: "https://shop.example.com/reset?size=54" }, { url: "https://shop.example.com/cart" }] });
    socket.close();
  });

  it("a visitor hears that the team has closed the chat, and that it is open again", async () => {
    const { session, id } = await gone();
    const socket = await listen(session);
    await widget.account.fetch(`/api/v1/conversations/${id}`, { method: "PATCH", json: { status: "closed" } });
    await vi.waitFor(() => expect(socket.frames()).toContainEqual({ type: "closed", closed: true }), 5_000);
    expect((await startSession(widget, { token: session.token })).closed).toBe(true);
    await say(session, "One more thing");
    await vi.waitFor(() => expect(socket.frames().at(-1)).toEqual({ type: "closed", closed: false }), 5_000);
    socket.close();
  });
});
