import { describe, expect, it } from "vitest";
import { VisitorClientFrame, VisitorDraft, VisitorStart } from "../../worker/contract/widget";
import { chat, ChatSettings, vouchedHeader } from "../../worker/channels/chat";
import type { ChannelConnection, RawRequest } from "../../worker/channels/channel";
import { isVouchedFor, readVisitorToken } from "../../worker/platform/visitor-token";

const fixtures = import.meta.glob<Record<string, unknown>>("./fixtures/livechat/*.json", { import: "default", eager: true });
const fixture = (name: string) => structuredClone(fixtures[`./fixtures/livechat/${name}.json`]!) as { text: string; fields: Record<string, unknown> };

const CLIENT_ID = "8e3a4c52-0d3f-4c7e-9c1a-4df2b9f4a001";
const AT = 1_795_341_600_000;
const connection: ChannelConnection<ChatSettings> = {
  id: "cn_1", accountId: "ac_1", address: "https://shop.example.com", settings: ChatSettings.parse({ origins: ["https://shop.example.com"] }), ownAddresses: [], country: "AT",
};
const request = (draft: unknown, headers: Record<string, string> = { "x-visitor": "v_1" }): RawRequest =>
  ({ method: "POST", url: "https://inbox.example.com/widget/messages", headers, body: new TextEncoder().encode(JSON.stringify(draft)), receivedAt: AT });
const receiveOne = async (draft: unknown) => {
  const events = await chat.receive(request(draft), connection);
  expect(events).toHaveLength(1);
  const event = events[0]!;
  if (event.kind !== "message") throw new Error(`expected a message, got ${event.kind}`);
  return event;
};

describe("a visitor's draft becomes one message", () => {
  it("keeps the words exactly as typed", async () => {
    const { text } = fixture("message.text");
    expect(await receiveOne({ clientId: CLIENT_ID, text })).toEqual({
      kind: "message", externalId: CLIENT_ID, from: { kind: "visitor", address: "v_1" }, text: "Hello <b>there</b> 😀", media: [], at: AT,
    });
  });

  it("treats markup as data", async () => {
    const { text } = fixture("message.xss");
    expect((await receiveOne({ clientId: CLIENT_ID, text })).text).toBe(text);
  });

  it("a resend after a reconnect carries the same external id", async () => {
    const first = await receiveOne({ clientId: CLIENT_ID, text: fixture("message.text").text });
    const again = await receiveOne({ clientId: CLIENT_ID, text: fixture("message.duplicate-client-id").text });
    expect(again.externalId).toBe(first.externalId);
  });

  it("refuses what is longer than the channel carries", () => {
    expect(VisitorDraft.safeParse({ clientId: CLIENT_ID, text: fixture("message.too-long").text }).success).toBe(false);
    expect(() => chat.receive(request({ clientId: CLIENT_ID, text: fixture("message.too-long").text }), connection)).toThrow();
  });

  it("names uploads by their ids", async () => {
    expect((await receiveOne({ clientId: CLIENT_ID, attachments: ["at_1"] })).media).toEqual([{ ref: "upload:at_1", type: "application/octet-stream" }]);
  });

  it("does not accept one without a checked visitor", () => {
    expect(() => chat.receive(request({ clientId: CLIENT_ID, text: "hi" }, {}), connection)).toThrow("without a visitor");
  });
});

describe("what a visitor says of themselves is a claim, not an identity", () => {
  it("keeps an email beside the visitor, who stays the sender", async () => {
    const { fields } = fixture("message.email-prechat");
    const event = await receiveOne({ clientId: CLIENT_ID, text: "hi", preChat: { name: fields["name"], email: String(fields["email"]).trim() } });
    expect(event.from).toEqual({ kind: "visitor", address: "v_1", name: "Jane", claims: { email: "jane@example.com" } });
  });

  it("refuses an email that is none", () => {
    const { fields } = fixture("prechat.invalid-email");
    expect(VisitorDraft.safeParse({ clientId: CLIENT_ID, text: "hi", preChat: { email: fields["email"] } }).success).toBe(false);
  });

  it("drops fields nobody asked for", async () => {
    const { fields } = fixture("prechat.extra-fields");
    const event = await receiveOne({ clientId: CLIENT_ID, text: "hi", preChat: fields });
    expect(event.from).toEqual({ kind: "visitor", address: "v_1", name: "<script>x</script>" });
  });
});

it("a session starts with or without what the browser knows", () => {
  const { page, locale } = fixture("session-start.anonymous") as unknown as { page: unknown; locale: string };
  expect(VisitorStart.parse({ page, locale }).page?.title).toBe("Shoe");
  expect(VisitorStart.safeParse({}).success).toBe(true);
});

it.each([["session-start.identified", true], ["session-start.identity-forged", false]])("%s: the proof of an id is worth what its signature is", async (name, expected) => {
  const { identity } = VisitorStart.parse(fixture(name));
  if (!identity || !("hash" in identity)) throw new Error("a proof of the older kind");
  expect(identity).not.toHaveProperty("email"); // it was not signed along
  expect(await isVouchedFor("test_livechat_identity_secret", identity)).toBe(expected);
});

it("session-start.returning: an earlier visitor is known by a token of ours alone, whatever id they name", async () => {
  const start = VisitorStart.parse(fixture("session-start.returning"));
  expect(start).not.toHaveProperty("visitorId");
  expect(await readVisitorToken("test:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", start.token!, AT)).toBeNull();
});

it("event.page-view: what a visitor looks at is told, and no word of it is a message", () => {
  expect(VisitorClientFrame.parse(fixture("event.page-view"))).toEqual({ type: "page", url: "https://shop.example.com/checkout", title: "Checkout" });
  expect(VisitorDraft.safeParse(fixture("event.page-view")).success).toBe(false);
});

it.each(["event.typing", "event.read"])("%s is no message and stores none", (name) => { expect(VisitorDraft.safeParse(fixture(name)).success).toBe(false); });

describe("what the site's server has proved", () => {
  const from = async (vouched: object, draft: object = {}) => {
    const [event] = await chat.receive(request({ clientId: CLIENT_ID, text: "hi", ...draft }, { "x-visitor": "u_1", "x-vouched": vouchedHeader(vouched) }), connection);
    return event!.kind === "message" ? event!.from : null;
  };

  it("finds their contact by every address, a number by the account's country", async () => {
    expect(await from({ name: "Jürgen", email: "J@Example.com", phone: "0660 1234567" })).toEqual({ kind: "visitor", address: "u_1", name: "Jürgen", aliases: [{ kind: "email", address: "j@example.com" }, { kind: "phone", address: "+436601234567" }] });
  });

  it("outweighs what they type, and what is no number is left out", async () => {
    expect(await from({ name: "Jane", phone: "12" }, { preChat: { name: "Admin", email: "ceo@acme.example" } })).toEqual({ kind: "visitor", address: "u_1", name: "Jane", claims: { email: "ceo@acme.example" } });
  });
});

it("nothing that arrives at /hooks counts as a visitor", async () => {
  expect(await chat.verify(request({ clientId: CLIENT_ID, text: "hi" }), connection, AT)).toBe(false);
});

describe("settings", () => {
  it("a form may write the sites in one line", () => {
    expect(ChatSettings.parse({ origins: "https://shop.example.com, *.example.org" }).origins).toEqual(["https://shop.example.com", "*.example.org"]);
  });

  it.each([
    ["no site", { origins: [] }], ["every site", { origins: ["*"] }], ["a script for a colour", { origins: ["a.example.com"], colour: "red;}" }],
    ["a weak secret", { origins: ["a.example.com"], identitySecret: "short" }],
    ["a made-up time zone", { origins: ["a.example.com"], officeHours: { timeZone: "Mars/Olympus", hours: [] } }],
  ])("refuse %s", (_, settings) => { expect(ChatSettings.safeParse(settings).success).toBe(false); });
});
