import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Threads } from "../../simulator/api";
import { hmacHex } from "../../simulator/hex";
import { APP_SECRET, HOUR_MS, MAYA, META, NUMBER_ID, OURS, TOKEN, WABA_ID, inMeta, type MetaWorld } from "./meta-world";

const NOW = 1_795_341_600_000;
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: NOW }));
afterEach(() => void vi.useRealTimers());

const hello = { to: "16505551234", type: "text", text: { body: "Hello" } };
const write = (world: MetaWorld, fields: object = {}) => world.inbound("whatsapp", { from: MAYA, name: "Maya Torres", text: "Hi", ...fields });
/** What the app was told of its own messages. */
const statuses = (world: MetaWorld) => world.events().flatMap((value) => (value["statuses"] ?? []) as { status: string; errors?: { code: number }[] }[]).map(({ status, errors }) => (errors ? `${status} ${errors[0]!.code}` : status));
const incoming = (world: MetaWorld) => world.events().flatMap((value) => (value["messages"] ?? []) as Record<string, unknown>[]);
const template = (fields: object = {}) => ({ to: "16505551234", type: "template", template: { name: "bike_ready", language: { code: "en_US" }, components: [{ type: "body", parameters: ["Maya", "gravel bike", "18:00"].map((text) => ({ type: "text", text })) }], ...fields } });

describe("a message of the app", () => {
  it("is sent and delivered, and brings its reference back", () => inMeta(async (world) => {
    await write(world);
    const { status, body } = await world.whatsapp({ ...hello, biz_opaque_callback_data: "c_1:e_1" });
    expect([status, body]).toMatchObject([200, { contacts: [{ input: "16505551234", wa_id: "16505551234", user_id: expect.stringMatching(/^US\.\d+$/) }], messages: [{ id: expect.stringMatching(/^wamid\./) }] }]);
    await world.settle();
    expect(statuses(world)).toEqual(["sent", "delivered"]);
    expect(world.events()[1]).toMatchObject({ metadata: { phone_number_id: NUMBER_ID }, statuses: [{ recipient_id: "16505551234", biz_opaque_callback_data: "c_1:e_1" }] });
  }));

  it.each<[string, object, number]>([
    ["no product", { ...hello, messaging_product: "sms" }, 100], ["no recipient", { text: { body: "x" } }, 100], ["a recipient that is no number", { ...hello, to: "maya" }, 100],
    ["ourselves", { ...hello, to: OURS }, 131_021], ["no words", { ...hello, text: { body: " " } }, 100], ["4097 characters", { ...hello, text: { body: "a".repeat(4_097) } }, 100],
    ["an unknown type", { ...hello, type: "hologram" }, 100], ["a file of nowhere", { to: hello.to, type: "image", image: { id: "1" } }, 131_009], ["a file twice", { to: hello.to, type: "image", image: { id: "1", link: "https://x.example/a" } }, 100],
    ["a caption on a sticker", { to: hello.to, type: "sticker", sticker: { link: "https://x.example/a", caption: "x" } }, 100], ["a place beyond the pole", { to: hello.to, type: "location", location: { latitude: 91, longitude: 0 } }, 131_009],
    ["a card without a name", { to: hello.to, type: "contacts", contacts: [{}] }, 131_008], ["a reaction to nothing", { to: hello.to, type: "reaction", reaction: { message_id: "wamid.x", emoji: "👍" } }, 131_009],
    ["four buttons", { to: hello.to, type: "interactive", interactive: { type: "button", body: { text: "?" }, action: { buttons: ["a", "b", "c", "d"].map((id) => ({ type: "reply", reply: { id, title: id } })) } } }, 131_009],
    ["a reference of 513 characters", { ...hello, biz_opaque_callback_data: "a".repeat(513) }, 100],
  ])("with %s is refused", (_name, body, code) => inMeta(async (world) => {
    expect(await world.whatsapp(body)).toMatchObject({ status: 400, code });
    expect(await world.sent("whatsapp")).toEqual([]);
  }));

  it.each<[string, (world: MetaWorld) => Promise<unknown>, object, string]>([
    ["to somebody silent for 24 hours", (world) => write(world, { at: new Date(NOW - 25 * HOUR_MS).toISOString() }), hello, "failed 131047"],
    ["to somebody who never wrote", async () => undefined, hello, "failed 131047"],
    ["to somebody who blocked us", async (world) => { await write(world); await world.api("whatsapp/people", { from: MAYA, blocked: true }); }, hello, "failed 131026"],
    ["to a number without WhatsApp", async () => undefined, { ...hello, to: "15005550001" }, "failed 131026"],
    ["to an id we do not know", async () => undefined, { type: "text", text: { body: "x" }, recipient: "US.1" }, "failed 131026"],
    ["of promotion to somebody who stopped it", async (world) => { await world.inbound("whatsapp", { from: MAYA, kind: "preference", value: "stop" }); }, template({ name: "spring_sale", components: [{ type: "header", parameters: [{ type: "image", image: { link: "https://inbox.example.com/media/a.gif" } }] }, { type: "body", parameters: [{ type: "text", text: "Maya" }] }, { type: "button", sub_type: "url", index: "0", parameters: [{ type: "text", text: "maya" }] }] }), "failed 131050"],
  ])("%s is taken, and fails later", (_name, before, body, end) => inMeta(async (world) => {
    await before(world);
    expect((await world.whatsapp(body)).status).toBe(200);
    await world.settle();
    expect(statuses(world)).toEqual([end]);
  }));

  it("finds the window closed once the pretend clock has moved on, and a template passes", () => inMeta(async (world) => {
    await write(world);
    expect(await world.api("clock", { forwardMs: 24 * HOUR_MS })).toEqual({ now: new Date(NOW + 24 * HOUR_MS).toISOString(), aheadMs: 24 * HOUR_MS });
    await world.whatsapp(hello);
    await world.whatsapp(template());
    await world.settle();
    expect((await world.sent("whatsapp")).map(({ state, code }) => [state, code])).toEqual([["failed", "131047"], ["delivered", null]]);
  }));

  it("fails with the code its text names, after it went out", () => inMeta(async (world) => {
    await write(world);
    await world.whatsapp({ ...hello, text: { body: "fail:131049" } });
    await world.settle();
    expect(statuses(world)).toEqual(["sent", "failed 131049"]);
  }));

  it("is read when the customer looks, a voice note played, each once", () => inMeta(async (world) => {
    await write(world);
    await world.whatsapp(hello);
    await world.settle();
    await world.inbound("whatsapp", { from: MAYA, kind: "read" });
    await world.inbound("whatsapp", { from: MAYA, kind: "read" });
    expect(statuses(world)).toEqual(["sent", "delivered", "read"]);
  }));
});

describe("a template", () => {
  it("is shown to the customer with its variables filled in", () => inMeta(async (world) => {
    await world.whatsapp(template());
    const [message] = await world.sent("whatsapp");
    expect(message).toMatchObject({ text: "Hi Maya, your gravel bike is ready. You can pick it up until 18:00 today.", app: { kind: "template", header: "Your bike is ready", footer: "Northside Cycles", buttons: [{ text: "On my way" }, { text: "Tomorrow" }] } });
  }));

  it.each<[string, object, number]>([
    ["that is not there", { name: "none" }, 132_001], ["in another language", { language: { code: "fr" } }, 132_001], ["that was rejected", { name: "last_call", components: [] }, 132_001], ["that is paused", { name: "winter_check", components: [] }, 132_015],
    ["with too few variables", { components: [{ type: "body", parameters: [{ type: "text", text: "Maya" }] }] }, 132_000], ["with a new line in a variable", { components: [{ type: "body", parameters: ["a\nb", "c", "d"].map((text) => ({ type: "text", text })) }] }, 132_018],
    ["with an unnamed variable", { name: "appointment_reminder", components: [{ type: "body", parameters: ["a", "b", "c"].map((text) => ({ type: "text", text })) }] }, 132_012], ["without its picture", { name: "spring_sale", components: [{ type: "body", parameters: [{ type: "text", text: "Maya" }] }] }, 132_012],
    ["that grows too long", { components: [{ type: "body", parameters: ["a".repeat(1_020), "c", "d"].map((text) => ({ type: "text", text })) }] }, 132_005],
  ])("%s is refused", (_name, fields, code) => inMeta(async (world) => {
    expect((await world.whatsapp(template(fields))).code).toBe(code);
  }));

  it.each([["pickup_soon", "APPROVED"], ["please_reject_me", "REJECTED"]])("%s is reviewed after a moment: %s", (name, event) => inMeta(async (world) => {
    const draft = { name, language: "en_US", category: "UTILITY", components: [{ type: "BODY", text: "Hi {{1}}, see you soon.", example: { body_text: [["Maya"]] } }] };
    expect((await world.graph(`${WABA_ID}/message_templates`, draft)).body).toMatchObject({ status: "PENDING" });
    expect(await world.graph(`${WABA_ID}/message_templates`, draft)).toMatchObject({ code: 100 });
    await world.settle();
    expect(world.events()).toMatchObject([{ event, message_template_name: name, message_template_id: expect.any(Number) }]);
    const { body } = await world.graph(`${WABA_ID}/message_templates?name=${name}`);
    expect(body["data"]).toMatchObject([{ status: event }]);
  }));

  it("needs an example for each variable, and none at its ends", () => inMeta(async (world) => {
    for (const text of ["Hi {{1}}, hello.", "{{1}} hello."]) expect((await world.graph(`${WABA_ID}/message_templates`, { name: "a", language: "en", category: "UTILITY", components: [{ type: "BODY", text }] })).code).toBe(100);
  }));

  it("is listed page by page", () => inMeta(async (world) => {
    const names: unknown[] = [];
    for (let path: string | undefined = `${WABA_ID}/message_templates?limit=4`; path;) {
      const { body } = await world.graph(path) as unknown as { body: { data: { name: string }[]; paging: { next?: string } } };
      names.push(...body.data.map(({ name }) => name));
      path = body.paging.next;
    }
    expect(names).toEqual(["bike_ready", "appointment_reminder", "bike_ready", "spring_sale", "winter_check", "last_call"]);
  }));

  it("is paused from outside, and the app is told", () => inMeta(async (world) => {
    await world.api("whatsapp/template", { name: "bike_ready", language: "en_US", status: "PAUSED" });
    expect(world.events()).toMatchObject([{ event: "PAUSED", message_template_name: "bike_ready" }]);
    expect((await world.whatsapp(template())).code).toBe(132_015);
  }));
});

describe("what a customer does", () => {
  it("arrives for every kind as Meta writes it", () => inMeta(async (world) => {
    const { id } = await write(world);
    const kinds: [object, object][] = [
      [{ kind: "text", text: "about this", replyTo: id, forwarded: true }, { type: "text", context: { id, from: "16505551234", forwarded: true } }],
      [{ text: "Look", media: [{ name: "a.png", type: "image/png", base64: btoa("png") }] }, { type: "image", image: { caption: "Look", mime_type: "image/png", id: expect.any(String) } }],
      [{ media: [{ name: "a.pdf", type: "application/pdf", base64: btoa("pdf") }] }, { type: "document", document: { filename: "a.pdf" } }],
      [{ kind: "voice" }, { type: "audio", audio: { voice: true } }], [{ kind: "sticker" }, { type: "sticker", sticker: { mime_type: "image/webp" } }],
      [{ kind: "location", latitude: 0, longitude: 0, name: "Null Island" }, { type: "location", location: { latitude: 0, longitude: 0, name: "Null Island" } }],
      [{ kind: "contacts", contacts: [{ name: "Sam Okafor", phones: ["+1 512 555 0133"] }] }, { type: "contacts", contacts: [{ name: { formatted_name: "Sam Okafor" }, phones: [{ wa_id: "15125550133" }] }] }],
      [{ kind: "reaction", target: "theirs", emoji: "👍" }, { type: "reaction", reaction: { emoji: "👍" } }], [{ kind: "reaction", target: id, emoji: null }, { type: "reaction", reaction: { message_id: id } }],
      [{ kind: "edit", target: id, text: "Hi!" }, { type: "edit", edit: { original_message_id: id, message: { type: "text", text: { body: "Hi!" } } } }], [{ kind: "delete", target: id }, { type: "revoke", revoke: { original_message_id: id } }],
      [{ kind: "button", text: "On my way" }, { type: "button", button: { text: "On my way" } }], [{ kind: "reply", text: "Cancel", payload: "cancel" }, { type: "interactive", interactive: { button_reply: { id: "cancel" } } }],
      [{ kind: "list", text: "Express", payload: "x" }, { type: "interactive", interactive: { list_reply: { id: "x" } } }], [{ kind: "form", fields: { rating: 5 } }, { type: "interactive", interactive: { nfm_reply: { response_json: '{"rating":5}' } } }],
      [{ kind: "order", items: [{ id: "sku", quantity: 2, price: 9.5 }] }, { type: "order", order: { product_items: [{ product_retailer_id: "sku", currency: "USD" }] } }], [{ kind: "unsupported" }, { type: "unsupported", errors: [{ code: 131_051 }] }],
      [{ kind: "text", text: "From the ad", referral: { headline: "Spring" } }, { type: "text", referral: { source_type: "ad", headline: "Spring" } }], [{ kind: "identity-change" }, { type: "system", system: { type: "customer_identity_changed" } }],
    ];
    for (const [body, expected] of kinds) {
      await world.inbound("whatsapp", { from: MAYA, ...body });
      expect(incoming(world).at(-1)).toMatchObject({ from: "16505551234", from_user_id: expect.any(String), timestamp: String(NOW / 1_000), ...expected });
    }
  }));

  it("names somebody with only a username by their id", () => inMeta(async (world) => {
    await world.inbound("whatsapp", { from: "@sheena.n", name: "Sheena", text: "Hi" });
    const [value] = world.events() as [{ contacts: { user_id: string }[] }];
    expect(value).toMatchObject({ contacts: [{ profile: { name: "Sheena", username: "sheena.n" } }] });
    expect(value.contacts[0]).not.toHaveProperty("wa_id");
    expect(incoming(world)[0]).not.toHaveProperty("from");
    expect((await world.whatsapp({ recipient: value.contacts[0]!.user_id, type: "text", text: { body: "Hello" } })).body).toMatchObject({ contacts: [{ input: value.contacts[0]!.user_id }] });
    await world.settle();
    expect(statuses(world)).toEqual(["sent", "delivered"]);
    expect(JSON.stringify(world.events().at(-1))).not.toContain("recipient_id");
  }));

  it("goes on under a new number, and the old one reaches nobody who wrote", () => inMeta(async (world) => {
    await write(world);
    await world.inbound("whatsapp", { from: MAYA, kind: "number-change", number: "+12195555358" });
    expect(incoming(world).at(-1)).toMatchObject({ type: "system", system: { type: "user_changed_number", wa_id: "12195555358" } });
    await world.whatsapp(hello);
    await world.whatsapp({ ...hello, to: "12195555358" });
    await world.settle();
    expect(statuses(world).toSorted()).toEqual(["delivered", "failed 131047", "sent"]);
  }));

  it("leaves a reaction, an edit and an unsent message on their phone", () => inMeta(async (world) => {
    const { id } = await write(world);
    await world.whatsapp({ to: hello.to, type: "reaction", reaction: { message_id: id, emoji: "👍" } });
    await world.inbound("whatsapp", { from: MAYA, kind: "edit", target: "theirs", text: "Hi there" });
    const phone = async () => (await world.api<Threads>("threads")).phones[0]!;
    expect((await phone()).messages[0]).toMatchObject({ text: "Hi there", app: { reactions: [{ by: "app", emoji: "👍" }], edits: 1 } });
    await world.inbound("whatsapp", { from: MAYA, kind: "delete", target: id });
    expect((await phone()).messages[0]).toMatchObject({ text: "", app: { deleted: true } });
  }));

  it("shows when we have read and when we write", () => inMeta(async (world) => {
    const { id } = await write(world);
    expect((await world.whatsapp({ status: "read", message_id: id, typing_indicator: { type: "text" } })).body).toEqual({ success: true });
    const thread = async () => (await world.api<Threads>("threads")).phones[0]!;
    expect(await thread()).toMatchObject({ person: { typing: true, windowEndsAt: new Date(NOW + 24 * HOUR_MS).toISOString() }, messages: [{ state: "read" }] });
    await world.whatsapp(hello);
    expect((await thread()).person!.typing).toBe(false);
  }));

  it("is refused where WhatsApp has no such thing", () => inMeta(async (world) => {
    await expect(world.inbound("whatsapp", { from: MAYA, kind: "story-reply", text: "x" })).rejects.toThrow("WhatsApp has no story-reply");
    await expect(world.inbound("whatsapp", { from: MAYA })).rejects.toThrow("400");
  }));
});

describe("files", () => {
  it("are fetched with the token, from an address that lasts five minutes", () => inMeta(async (world) => {
    await write(world, { media: [{ name: "a.png", type: "image/png", base64: btoa("png") }] });
    const { image } = incoming(world)[0] as { image: { id: string; sha256: string } };
    const { body } = await world.graph(`${image.id}?phone_number_id=${NUMBER_ID}`) as unknown as { body: { url: string; sha256: string; file_size: string } };
    expect([body.file_size, btoa(body.sha256.replaceAll(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))))]).toEqual(["3", image.sha256]);
    const headers = { authorization: `Bearer ${TOKEN}`, "user-agent": "test" };
    expect((await world.call(body.url, { headers: { "user-agent": "test" } })).status).toBe(401);
    expect((await world.call(body.url, { headers: { authorization: headers.authorization } })).status).toBe(403);
    expect(new Uint8Array(await (await world.call(body.url, { headers })).arrayBuffer())).toEqual(new TextEncoder().encode("png"));
    await world.api("clock", { forwardMs: 5 * 60_000 });
    expect((await world.call(body.url, { headers })).status).toBe(404);
  }));

  it("are uploaded first and sent by their id, as what they are", () => inMeta(async (world) => {
    await write(world);
    const upload = async (type: string) => {
      const form = new FormData();
      form.set("messaging_product", "whatsapp");
      form.set("type", type);
      form.set("file", new File(["bytes"], "a.bin", { type }));
      const response = await world.call(`https://graph.facebook.com/v25.0/${NUMBER_ID}/media?appsecret_proof=${await hmacHex(APP_SECRET, TOKEN)}`, { method: "POST", headers: { authorization: `Bearer ${TOKEN}` }, body: form });
      return response.json<{ id: string }>();
    };
    expect(await upload("application/x-msdownload")).toMatchObject({ error: { code: 100 } });
    const { id } = await upload("audio/ogg");
    expect((await world.whatsapp({ to: hello.to, type: "image", image: { id } })).code).toBe(131_009);
    await world.whatsapp({ to: hello.to, type: "audio", audio: { id, voice: true } });
    await world.settle();
    expect((await world.sent("whatsapp"))[0]).toMatchObject({ state: "delivered", media: [{ type: "audio/ogg", size: 5 }], app: { kind: "voice" } });
    await world.inbound("whatsapp", { from: MAYA, kind: "read" });
    expect(statuses(world).at(-1)).toBe("played");
  }));

  it("that cannot be fetched fail the message", () => inMeta(async (world) => {
    await write(world);
    await world.whatsapp({ to: hello.to, type: "image", image: { link: "https://elsewhere.example/a.png" } });
    await world.settle();
    expect(statuses(world)).toEqual(["failed 131053"]);
  }));
});

it("everything stays where it was after a reset but what happened", () => inMeta(async (world) => {
  await write(world);
  await world.api("clock", { forwardMs: HOUR_MS });
  await world.api("reset", {});
  expect(await world.api("clock")).toMatchObject({ aheadMs: 0 });
  expect(await world.api("connections")).toEqual(META);
}));
