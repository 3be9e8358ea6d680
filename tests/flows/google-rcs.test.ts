import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Conversation, ConversationPage } from "../../worker/contract/conversation";
import type { ComposeCheck } from "../../worker/contract/compose";
import type { Entry } from "../../worker/contract/entry";
import { call } from "../support/account";
import { newHook, type TestHook } from "../support/hooks";
import { fakeProvider } from "../support/provider";
import { settles } from "../support/socket";

let hook: TestHook, count = 0;
beforeEach(async () => { hook = await newHook("google-reviews"); });
afterEach(() => { vi.restoreAllMocks(); });

const get = async <T>(path: string): Promise<T> => (await hook.owner.fetch(path)).json<T>();

describe("RCS", () => {
  it("greets Google's first request with its secret, and nobody else's", async () => {
    const rcs = await newHook("google-rcs");
    const greet = (clientToken: unknown) => call(rcs.path, { method: "POST", json: { clientToken, secret: "1234567890" } });
    const answer = await greet(rcs.settings["clientToken" as never]);
    expect([answer.status, await answer.text(), answer.headers.get("content-type")]).toEqual([200, "1234567890", expect.stringContaining("text/plain")]);
    expect((await greet("WRONG")).status).toBe(401);
  });

  it("opts out who unsubscribes and in who subscribes again", async () => {
    const rcs = await newHook("google-rcs");
    const from = `+1415556${1_000 + ++count}`;
    const posts = async (data: object) => {
      const one = { type: "application/json", body: JSON.stringify({ message: { data: btoa(JSON.stringify({ senderPhoneNumber: from, agentId: rcs.address, sendTime: new Date().toISOString(), ...data })), messageId: crypto.randomUUID() } }) };
      expect((await rcs.post(one, rcs.signed(one))).status).toBe(200);
    };
    await posts({ messageId: crypto.randomUUID(), text: "Hello" });
    const { items: [conversation] } = await vi.waitFor(async () => { const page = await (await rcs.owner.fetch("/api/v1/conversations")).json<ConversationPage>(); expect(page.items).toHaveLength(1); return page; }, { timeout: 10_000, interval: 50 });
    const write = () => rcs.owner.fetch(`/api/v1/conversations/${conversation!.id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "google", text: "Hi", undoMs: 0 } });
    await posts({ eventType: "UNSUBSCRIBE", eventId: "e1" });
    expect((await write()).status).toBe(422);
    await posts({ eventType: "SUBSCRIBE", eventId: "e2" });
    expect((await write()).status).toBe(201);
  });

  it("becomes a text message for a phone that has none, once", async () => {
    const account = hook.owner;
    const sms = await newHook("twilio", { account });
    const rcs = await newHook("google-rcs", { account, own: { fallbackConnectionId: sms.id } });
    const phone = `+1415557${1_000 + ++count}`;
        const provider = fakeProvider((nth, { url }) => {
      if (url.includes("oauth2")) return Response.json({ access_token: "T" });
      return url.includes("rcsbusinessmessaging") ? Response.json({ error: { status: "NOT_FOUND" } }, { status: 404 }) : Response.json({ sid: `SM${nth}`, num_segments: "1" }, { status: 201 });
    });
    const { generateKeyPairSync } = await import("node:crypto");
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    await account.fetch(`/api/v1/connections/${rcs.id}`, { method: "PATCH", json: { settings: { serviceAccountKey: JSON.stringify({ client_email: "a@example.com", private_key: privateKey.export({ type: "pkcs8", format: "pem" }) }) } } });
    const contact = await (await account.fetch("/api/v1/contacts", { json: { name: "Ann", identities: [{ kind: "phone", address: phone }] } })).json<{ id: string }>();
    const { id } = await (await account.fetch("/api/v1/conversations", { json: { contactId: contact.id } })).json<{ id: string }>();
    const made = await account.fetch(`/api/v1/conversations/${id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "google", connectionId: rcs.id, to: [phone], text: "Your bike is ready", undoMs: 0 } });
    expect(made.status).toBe(201);
    const entries = async () => (await (await account.fetch(`/api/v1/conversations/${id}/entries`)).json<{ items: Entry[] }>()).items;
    await settles(async () => expect((await entries()).map(({ channel, state, text }) => [channel, state, text])).toEqual([["google", "failed", "Your bike is ready"], ["sms", "sent", "Your bike is ready"]]));
    expect((await entries())[0]!.failure).toMatchObject({ code: "not-capable", sentence: expect.stringContaining("It went out over twilio instead.") as string });
    expect((await (await account.fetch(`/api/v1/conversations/${id}`)).json<Conversation>()).failed).toBe(false);
    expect(provider.to(phone)).toHaveLength(1);
    const [withoutRcs, text] = await entries();
    expect(withoutRcs!.replacedBy).toBe(text!.id);
    const row = await (await account.fetch(`/api/v1/conversations/${id}`)).json<Conversation>();
    expect([row.preview, row.channels[0]]).toMatchObject([{ entryId: text!.id, channel: "sms", text: "Your bike is ready" }, "sms"]);
    // It arrived already: whoever asks for it once more gets it as it stands.
    const again = await (await account.fetch(`/api/v1/conversations/${id}/messages/${withoutRcs!.id}/retry`, { method: "POST" })).json<Entry>();
    expect([again.state, again.rev]).toEqual(["failed", withoutRcs!.rev]);
    provider.restore();
  });
});

it("a contact with a number and no review is written to by RCS, not by the older connection for reviews", async () => {
  const { owner } = hook;
  const rcs = await newHook("google-rcs", { account: owner });
  const contact = await (await owner.fetch("/api/v1/contacts", { json: { name: "Ben", identities: [{ kind: "phone", address: `+1415558${1_000 + ++count}` }] } })).json<{ id: string }>();
  const { id } = await (await owner.fetch("/api/v1/conversations", { json: { contactId: contact.id } })).json<{ id: string }>();
  const { channels } = await get<ComposeCheck>(`/api/v1/conversations/${id}/check?channel=google`);
  expect(channels).toMatchObject([{ connectionId: rcs.id, outcome: "allowed" }]);
});

describe("a message by RCS that was taken and never arrived", () => {
  const connected = async () => {
    const account = hook.owner;
    const sms = await newHook("twilio", { account });
    const { privateKey } = (await import("node:crypto")).generateKeyPairSync("rsa", { modulusLength: 2048 });
    const serviceAccountKey = JSON.stringify({ client_email: `a${++count}@example.com`, private_key: privateKey.export({ type: "pkcs8", format: "pem" }) });
    const rcs = await newHook("google-rcs", { account, own: { fallbackConnectionId: sms.id, serviceAccountKey } });
        const provider = fakeProvider((nth, { url }) => (url.includes("oauth2") ? Response.json({ access_token: "T" }) : url.includes("rcsbusinessmessaging") ? Response.json({}) : Response.json({ sid: `SM${nth}`, num_segments: "1" }, { status: 201 })));
    const phone = `+1415559${1_000 + ++count}`;
    const says = async (data: object) => {
      const one = { type: "application/json", body: JSON.stringify({ message: { data: btoa(JSON.stringify({ agentId: rcs.address, sendTime: new Date().toISOString(), ...data })), messageId: crypto.randomUUID() } }) };
      expect((await rcs.post(one, rcs.signed(one))).status).toBe(200);
    };
    await says({ senderPhoneNumber: phone, messageId: crypto.randomUUID(), text: "Hello" });
    const { items } = await vi.waitFor(async () => { const page = await (await account.fetch("/api/v1/conversations")).json<ConversationPage>(); expect(page.items).toHaveLength(1); return page; }, { timeout: 10_000, interval: 50 });
    const { id } = items[0]!;
    return { account, provider, phone, says, id, ours: async () => (await (await account.fetch(`/api/v1/conversations/${id}/entries`)).json<{ items: Entry[] }>()).items.filter(({ direction }) => direction === "out") };
  };

  it("goes out as a text once, with its answers as words, however often Google says so", async () => {
    const { account, provider, phone, says, id, ours } = await connected();
    await account.fetch(`/api/v1/conversations/${id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "google", text: "Coming?", undoMs: 0, buttons: [{ text: "Yes" }, { text: "Map", url: "https://northside.example/map" }] } });
    await settles(async () => expect(await ours()).toMatchObject([{ state: "sent" }]));
    const messageId = new URL(provider.sent.find(({ url }) => url.includes("agentMessages"))!.url).searchParams.get("messageId");
    const withdrawn = { phoneNumber: phone, eventType: "TTL_EXPIRATION_REVOKED", messageId, eventId: crypto.randomUUID() };
    await says(withdrawn);
    await says(withdrawn);
    await settles(async () => expect((await ours()).map(({ channel, state, text }) => [channel, state, text])).toEqual([["google", "failed", "Coming?"], ["sms", "sent", "Coming?\n\n• Yes\n• Map: https://northside.example/map"]]));
    expect((await ours())[0]!.failure!.sentence).toBe("The phone was not reached within a day, so the message was withdrawn. It went out over twilio instead.");
    expect(provider.to(phone).filter(({ url }) => url.includes("twilio"))).toHaveLength(1);
    provider.restore();
  });
});

it("a setting that names a connection offers the account's own and takes no other", async () => {
  const { owner } = hook;
  const mine = await newHook("twilio", { account: owner });
  const theirs = await newHook("twilio");
  const rcs = await newHook("google-rcs", { account: owner });
  const { items } = await get<{ items: { provider: string; fields: { key: string; choices?: { value: string }[] }[] }[] }>("/api/v1/providers");
  expect(items.find(({ provider }) => provider === "google-rcs")!.fields.find(({ key }) => key === "fallbackConnectionId")!.choices!.map(({ value }) => value)).toEqual([mine.id]);
  const names = async (fallbackConnectionId: string) => (await owner.fetch(`/api/v1/connections/${rcs.id}`, { method: "PATCH", json: { settings: { fallbackConnectionId } } })).status;
  expect([await names(theirs.id), await names(hook.id), await names("ch_nowhere"), await names(mine.id), await names("")]).toEqual([400, 400, 400, 200, 200]);
});
