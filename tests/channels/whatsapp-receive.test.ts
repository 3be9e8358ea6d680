import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InboundEvent } from "../../worker/channels/channel";
import { Content, Referral } from "../../worker/contract/content";
import { asSet, NOW, rawOf } from "../support/meta-channel";
import { whatsapp } from "../../worker/channels/whatsapp";
import { connect, hookOf, messageHook, METADATA, posts, receive, receiveBody, recorded, requestOf, SETTINGS, WAMID } from "../support/whatsapp";

const AT = NOW;
const USER = "US.13491208655302741918";
const sheena = { kind: "phone", address: "+16505551234", name: "Sheena Nelson", aliases: [{ kind: "user", address: USER }] };
const message = (said: object) => ({ kind: "message", externalId: WAMID, from: sheena, at: AT, media: [], ...said });
const media = (ref: string, type: string, rest: object = {}) => [{ ref, type, ...rest }];
const choice = (how: string, payload: string, description: string | null = null) => ({ kind: "choice", how, payload, description });
const OUT = "wamid.SEJnTG91dDE5YmRhYjM2YWJkNDAwMmE1YmE";
const status = (state: string, rest: object = {}) => ({ kind: "status", externalId: WAMID, state, recipient: "+16505551234", at: AT, ...rest });

/** What each recorded request says: all of it, in order. */
const EXPECTED: Record<string, object[]> = {
  "message-text.basic.json": [message({ text: "Does it come in another color?" })],
  "message-text.legacy-no-bsuid.json": [message({ from: { kind: "phone", address: "+16505551234", name: "Sheena Nelson" }, text: "hola ñandú 😀 العربية" })],
  "message-text.bsuid-only.json": [message({ from: { kind: "user", address: USER, name: "Sheena Nelson" }, text: "Hi, I use a username" })],
  "message-text.reply.json": [message({ text: "this one please", quote: { externalId: OUT, kind: "message" } })],
  "message-text.forwarded.json": [message({ text: "fwd", forwarded: true })],
  "message-text.ad-referral.json": [message({ text: "Can I get more info about this?", referral: { kind: "ad", headline: "Chat with us", body: "Summer succulents are here!", url: "https://fb.me/3cr4Wqqkv", ref: "120226305854810726" } })],
  "message-text.product-enquiry.json": [message({ text: "Is this available?", quote: { externalId: "wamid.SEJnTG91dDI5M2MzYmJlZmZiYTlmODEyYjQ", kind: "product", text: "di9ozbzfi4" } })],
  "message-media.image.json": [message({ text: "The best succulent ever?", media: media("1003383421387256#SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=", "image/jpeg") })],
  "message-media.video.json": [message({ text: "", media: media("1003383421387257#AAAA", "video/mp4") })],
  "message-media.document.json": [message({ text: "Invoice", media: media("1003383421387258#BBBB", "application/pdf", { name: "Rechnung Nº 5 (final).pdf" }) })],
  "message-media.audio.json": [message({ text: "", media: media("1003383421387259#CCCC", "audio/ogg; codecs=opus"), content: { kind: "voice" } })],
  "message-media.sticker.json": [message({ text: "", media: media("1003383421387260#DDDD", "image/webp"), content: { kind: "sticker" } })],
  "message-location.pin.json": [message({ text: "38.9806263495, -131.9428612257", content: { kind: "location", latitude: 38.9806263495, longitude: -131.9428612257, name: null, address: null, url: null } })],
  "message-location.place.json": [message({ text: "Philz Coffee\n101 Forest Ave, Palo Alto, CA 94301\n37.44216251868683, -122.16153582049394", content: { kind: "location", latitude: 37.44216251868683, longitude: -122.16153582049394, name: "Philz Coffee", address: "101 Forest Ave, Palo Alto, CA 94301", url: "https://foursquare.com/v/49d51ce3f964a520675c1fe3" } })],
  "message-location.zero.json": [message({ text: "0, 0", content: { kind: "location", latitude: 0, longitude: 0, name: null, address: null, url: null } })],
  "message-contacts.full.json": [message({ text: "Barbara J. Johnson, +1 (650) 555-9999, b@example.com", content: { kind: "contacts", cards: [{ name: "Barbara J. Johnson", company: "Social Tsunami", phones: [{ number: "+1 (650) 555-9999", label: "MOBILE" }], emails: ["b@example.com"], addresses: ["1 Lucky Shrub Way, Menlo Park"], urls: [] }] } })],
  "message-contacts.multiple-no-waid.json": [message({ text: "A, 0171 234567\nB", content: { kind: "contacts", cards: [expect.objectContaining({ name: "A", phones: [{ number: "0171 234567", label: null }] }), expect.objectContaining({ name: "B", phones: [] })] } })],
  "message-contacts.shared-own-number.json": [message({ from: { kind: "user", address: USER, name: "Sheena Nelson", aliases: [{ kind: "phone", address: "+16505551234" }] }, text: "Sheena Nelson, +16505551234", content: expect.objectContaining({ kind: "contacts" }) })],
  "message-reaction.add.json": [{ kind: "reaction", target: OUT, person: sheena, by: "contact", emoji: "😀", at: AT }],
  "message-reaction.remove-absent.json": [{ kind: "reaction", target: OUT, person: sheena, by: "contact", emoji: null, at: AT }],
  "message-reaction.remove-empty.json": [{ kind: "reaction", target: OUT, person: sheena, by: "contact", emoji: null, at: AT }],
  "message-button.template-quick-reply.json": [message({ text: "Unsubscribe", content: choice("quick-reply", "Unsubscribe"), quote: { externalId: WAMID, kind: "message" } })],
  "message-interactive.button-reply.json": [message({ text: "Cancel", content: choice("button", "cancel-button"), quote: { externalId: WAMID, kind: "message" } })],
  "message-interactive.list-reply.json": [message({ text: "Priority Mail Express", content: choice("list", "priority_express", "Next Day to 2 Days"), quote: { externalId: WAMID, kind: "message" } })],
  "message-interactive.flow-reply.json": [message({ text: "Sent\nname: Ann\nrating: 5", content: { kind: "form", name: "flow", fields: [{ label: "name", value: "Ann" }, { label: "rating", value: "5" }] }, quote: { externalId: WAMID, kind: "message" } })],
  "message-order.single.json": [message({ text: "Love these!\n2 × di9ozbzfi4, 30 USD\n1 × nqryix03ez, 25 USD", content: { kind: "order", items: [{ id: "di9ozbzfi4", quantity: 2, price: 30, currency: "USD" }, { id: "nqryix03ez", quantity: 1, price: 25, currency: "USD" }] } })],
  "message-order.no-text-one-line.json": [message({ text: "3 × SKU/ä-1, 9.99 EUR", content: { kind: "order", items: [{ id: "SKU/ä-1", quantity: 3, price: 9.99, currency: "EUR" }] } })],
  "message-order.zero-price-context.json": [message({ text: "1 × gift, 0 JPY", content: { kind: "order", items: [{ id: "gift", quantity: 1, price: 0, currency: "JPY" }] }, quote: { externalId: WAMID, kind: "message" } })],
  "message-system.customer-identity-changed.json": [{ kind: "activity", externalId: WAMID, person: sheena, type: "security-code-changed", text: "Their security code changed: they may have a new phone", at: AT }],
  "message-system.number-changed.json": [{ kind: "identity", person: sheena, becomes: { kind: "phone", address: "+12195555358", name: "Sheena Nelson" }, text: "Changed their number to +12195555358", externalId: WAMID, at: AT }],
  "message-system.user-id-changed.json": [{ kind: "identity", person: sheena, becomes: { kind: "user", address: "US.99999999999999999999", name: "Sheena Nelson" }, text: "WhatsApp gave them a new user ID", externalId: `${USER} → US.99999999999999999999`, at: AT }],
  "message-unsupported.131051.json": [message({ text: "WhatsApp does not pass this on: poll", content: { kind: "unsupported", what: "poll" } })],
  "message-unsupported.131060-unavailable.json": [message({ text: "WhatsApp cannot show this message at the moment. Ask the customer to send it again.", content: { kind: "unsupported", what: "unknown" } })],
  "message-unsupported.future-type.json": [message({ text: "This inbox cannot show this yet: hologram", content: { kind: "unsupported", what: "hologram" } })],
  "message-edit.text.json": [{ kind: "edit", target: "wamid.SEJnTHQxODNmMTUzNWY5OWFiMGJmNGU5", person: sheena, by: "contact", text: "Does it come in green?", version: AT, at: AT }],
  "message-edit.media-caption.json": [{ kind: "edit", target: WAMID, person: sheena, by: "contact", text: "The best succulent ever!", version: AT, at: AT }],
  "message-edit.unknown-original.json": [{ kind: "edit", target: WAMID, person: sheena, by: "contact", text: "new caption", version: AT, at: AT }],
  "message-revoke.json": [{ kind: "delete", target: "wamid.SEJnTHQxODNmMTUzNWY5OWFiMGJmNGU5", person: sheena, by: "contact", at: AT }],
  "message-revoke.unknown-original.json": [{ kind: "delete", target: WAMID, person: sheena, by: "contact", at: AT }],
  "message-revoke.before-message.json": [{ kind: "delete", target: "wamid.SEJnTGxhdGUxOTQ1NzA3MTZlNzE1YmIxY2I5", person: sheena, by: "contact", at: AT }, message({ externalId: "wamid.SEJnTGxhdGUxOTQ1NzA3MTZlNzE1YmIxY2I5", text: "you should not see this", at: AT - 1_000 })],
  "status.sent.json": [status("sent", { reference: "msg_01JCLIENTID" })],
  "status.delivered.json": [status("delivered", { at: AT + 1_000 })],
  "status.read.json": [status("read", { at: AT + 3_000 })],
  "status.played.json": [status("read", { at: AT + 3_000 })],
  "status.legacy-conversation.json": [status("sent")],
  "status.failed-131047-window.json": [status("failed", { code: "131047", class: "window", detail: "Message failed to send because more than 24 hours have passed since the customer last replied to this number." })],
  "status.failed-131026-undeliverable.json": [status("failed", { code: "131026", class: "permanent", detail: "Message Undeliverable." })],
  "status.failed-131049-ecosystem.json": [status("failed", { code: "131049", class: "permanent", detail: "not delivered" })],
  "status.failed-no-recipient-phone.json": [status("failed", { recipient: USER, code: "131000", class: "temporary", detail: "Message failed to send due to an unknown error." })],
  "account-level-error.json": [{ kind: "notice", code: "130429", sentence: "Too many messages are leaving from our number. The message will be sent a little later.", at: AT }],
  "account-level-error.two.json": [expect.objectContaining({ kind: "notice", code: "131031" }), expect.objectContaining({ kind: "notice", code: "368" })],
  "account-level-error.with-messages.json": [message({ text: "still here" }), expect.objectContaining({ kind: "notice", code: "131000" })],
  "batch.mixed-entries.json": [
    message({ text: "one" }), message({ from: { kind: "phone", address: "+447700900123", name: "Other", aliases: [{ kind: "user", address: "GB.1111" }] }, text: "two", at: AT + 1_000 }),
    message({ text: "", media: media("5#z", "image/png"), at: AT + 2_000 }),
    status("read", { externalId: OUT, at: AT + 9_000 }), status("delivered", { externalId: OUT, at: AT + 5_000 }), status("sent"),
  ],
  "batch.duplicate-message.json": [message({ text: "Does it come in another color?" }), message({ text: "Does it come in another color?" })],
  "batch.unknown-field.json": [{ kind: "other", label: "account_update PARTNER_ADDED", at: AT }, { kind: "other", label: "some_new_field", at: AT }],
  "echo.smb-text.json": [{ kind: "echo", externalId: WAMID, to: sheena, at: AT, text: "Sent from the phone app", media: [] }],
  "echo.smb-image.json": [{ kind: "echo", externalId: WAMID, to: { kind: "phone", address: "+16505551234" }, at: AT, text: "ok", media: media("77#q", "image/jpeg") }],
  "echo.smb-revoke.json": [{ kind: "delete", target: "wamid.SEJnTGVjMWY1ZTM2ZDI4ZDQ0NjU3Yjk4NQ", person: { kind: "phone", address: "+16505551234" }, by: "us", at: AT }],
  "template-status.approved.json": [{ kind: "template", externalId: "1689556908129832", name: "order_confirmation", language: "en_US", status: "approved", category: "utility", reason: null, at: AT }],
  "template-status.rejected.json": [{ kind: "template", externalId: "1689556908129833", name: "abandoned_cart", language: "en", status: "rejected", reason: "Category mismatch. Use MARKETING", at: AT }],
  "template-status.paused.json": [{ kind: "template", externalId: "1689556908129834", name: "promo", language: "de", status: "paused", reason: "Your WhatsApp message template has been paused for 3 hours", at: AT }],
  "user-preferences.stop.json": [{ kind: "consent", person: sheena, change: "stop", purpose: "marketing", text: "User requested to stop marketing messages", at: AT }],
  "user-preferences.resume.json": [{ kind: "consent", person: { kind: "phone", address: "+16505551234" }, change: "start", purpose: "marketing", text: "User requested to resume marketing messages", at: AT }],
  "user-id-update.json": [{ kind: "identity", person: { kind: "phone", address: "+16505551234", aliases: [{ kind: "user", address: USER }] }, becomes: { kind: "user", address: "US.20000000000000000001" }, text: "WhatsApp gave them a new user ID", externalId: `${USER} → US.20000000000000000001`, at: AT }],
};

it.each(posts.map(({ file, expect: promise }): [string, string] => [file, promise]))("%s: %s", async (file) =>
  expect(await receive(file)).toEqual(EXPECTED[file]));

it("every recorded request has its expectation", () => expect(Object.keys(EXPECTED).sort()).toEqual(posts.map(({ file }) => file).sort()));

it("every content and referral is of the contract", async () => {
  for (const { file } of posts) {
    for (const event of await receive(file)) {
      if ("content" in event) expect(Content.parse(event.content)).toEqual(event.content);
      if ("referral" in event) expect(Referral.parse(event.referral)).toEqual(event.referral);
    }
  }
});

describe("one request, however it is cut", () => {
  const entriesOf = (file: string) => (JSON.parse(recorded(file)) as { entry: { changes: object[] }[] }).entry;
  const all = posts.flatMap(({ file }) => entriesOf(file));

  it("alone, twice, in one batch or shuffled it says the same", async () => {
    const alone = (await Promise.all(posts.map(({ file }) => receive(file)))).flat();
    const batched = await receiveBody({ object: "whatsapp_business_account", entry: all });
    const shuffled = await receiveBody({ object: "whatsapp_business_account", entry: all.toReversed() });
    const twice = await receiveBody({ object: "whatsapp_business_account", entry: [...all, ...all] });
    const cut = await receiveBody({ object: "whatsapp_business_account", entry: all.flatMap((entry) => entry.changes.map((change) => ({ ...entry, changes: [change] }))) });
    for (const events of [batched, shuffled, twice, cut]) expect(asSet(events)).toEqual(asSet(alone));
    expect(alone.length).toBe(batched.length);
    expect(twice.length).toBe(2 * batched.length);
  });

  it("a broken element takes no other with it", async () => {
    const value = { metadata: METADATA, messages: [null, 5, { id: 7 }, { id: "wamid.ok", from: "16505551234", timestamp: "1795341600", type: "text", text: { body: "whole" } }, []], statuses: ["x", { id: "wamid.s" }] };
    const events = await receiveBody(hookOf(value));
    expect(events.map(({ kind }) => kind)).toEqual(["other", "other", "other", "message", "other", "other", "other"]);
  });
});

describe("whose it is", () => {
  it("another number of the same app is not this connection's business, and ours is not that one's", async () => {
    const other = connect({ address: "+15550000002", settings: { ...SETTINGS, phoneNumberId: "999000111" } });
    expect(await receive("batch.mixed-entries.json", other)).toMatchObject([{ kind: "message", text: "to the second number" }]);
    expect(await receive("message-text.basic.json", other)).toEqual([]);
  });

  it.each(["template-status.approved.json", "batch.unknown-field.json"])("%s belongs to the account it names", async (file) =>
    expect(await receive(file, connect({ settings: { ...SETTINGS, wabaId: "1" } }))).toEqual([]));

  it("a message from one of our own numbers makes no customer", async () =>
    expect(await receive("message-text.basic.json", connect({ ownAddresses: ["+16505551234"] }))).toMatchObject([{ kind: "other", label: "message from our own number" }]));

  it("a group's message is not taken for one to us alone", async () =>
    expect(await receiveBody(messageHook({ type: "text", text: { body: "all of you" }, group_id: "G1" }))).toMatchObject([{ kind: "other", label: "group message", externalId: "wamid.x" }]));

  it("a message of nobody leaves a trace", async () =>
    expect(await receiveBody(messageHook({ from: undefined, type: "text", text: { body: "hi" } }))).toMatchObject([{ kind: "other", label: "text of nobody" }]));

  it.each([["a path", "../../me"], ["a space", "US. 1"], ["digits only", "16505551234"], ["nothing", ""]])("an id that is %s becomes no address", async (_name, from_user_id) =>
    expect(await receiveBody(messageHook({ from_user_id, type: "text", text: { body: "hi" } }))).toEqual([expect.objectContaining({ from: { kind: "phone", address: "+16505551234" } })]));

  it.each(["reaction", "edit", "revoke"])("a %s that says too little makes nobody a contact", async (type) =>
    expect(await receiveBody(messageHook({ type, [type]: {} }))).toEqual([{ kind: "other", label: type, at: NOW }]));

  it("somebody without a name goes by their username", async () =>
    expect(await receiveBody(messageHook({ from: undefined, from_user_id: "US.1", type: "text", text: { body: "hi" } }, [{ user_id: "US.1", profile: { username: "sheena.n" } }]))).toMatchObject([{ from: { kind: "user", address: "US.1", name: "@sheena.n" } }]));

  it("a card that somebody else answers with proves no number", async () => {
    const card = (user_id: string, origin?: string) => messageHook({ from: undefined, from_user_id: "US.1", type: "contacts", contacts: [{ name: { formatted_name: "S" }, phones: [{ phone: "+1", wa_id: "16505551234", user_id }], origin }] });
    for (const hook of [card("US.2", "contact_request"), card("US.1")]) expect(await receiveBody(hook)).toMatchObject([{ from: { kind: "user", address: "US.1" } }]);
    for (const hook of [card("US.2", "contact_request"), card("US.1")]) expect((await receiveBody(hook))[0]).not.toHaveProperty("from.aliases");
  });
});

it("what Meta's own agent answers is seen without being ours to answer", async () => {
  const value = { metadata: METADATA, messages: [{ from: "16505551234", id: "wamid.x", timestamp: "1795341600", type: "text", text: { body: "hi" } }], message_echoes: [{ to: "16505551234", id: "wamid.e", timestamp: "1795341601", type: "text", text: { body: "hello" } }] };
  expect(await receiveBody(hookOf(value, "standby"))).toMatchObject([{ kind: "message", standby: true, text: "hi" }, { kind: "echo", text: "hello" }]);
  expect((await receiveBody(hookOf(value)))[0]).not.toHaveProperty("standby");
});

describe("a change of who they are", () => {
  const system = (body: object, rest: object = {}) => receiveBody(messageHook({ type: "system", system: body, ...rest }));

  it("names the id they had, also where the message already bears the new one", async () =>
    expect(await system({ type: "user_changed_number", wa_id: "12195555358", user_id: "US.new", previous_user_id: "US.old" }, { from_user_id: "US.new" })).toMatchObject([{
      kind: "identity", person: { kind: "phone", address: "+16505551234", aliases: [{ kind: "user", address: "US.old" }] },
      becomes: { kind: "phone", address: "+12195555358", aliases: [{ kind: "user", address: "US.new" }] },
    }]));

  it("told in both ways is one event", async () => {
    const [bySystem] = await system({ type: "user_changed_user_id", user_id: "US.new", previous_user_id: "US.old" }, { from_user_id: "US.new" });
    const [byUpdate] = await receiveBody(hookOf({ metadata: METADATA, user_id_update: [{ wa_id: "16505551234", user_id: { previous: "US.old", current: "US.new" }, timestamp: "1795341600" }] }, "user_id_update"));
    expect(bySystem).toEqual(byUpdate);
  });

  it.each([[{ type: "user_changed_number" }], [{ type: "user_changed_user_id" }], [{ type: "new_kind", body: "Something changed" }], [{}]])("%j that says too little is still seen", async (body) =>
    expect(await system(body)).toMatchObject([{ kind: "activity", type: "system", externalId: "wamid.x" }]));

  it("opening the chat for the first time is seen", async () =>
    expect(await receiveBody(messageHook({ type: "request_welcome" }))).toMatchObject([{ kind: "activity", type: "chat-opened" }]));
});

describe("what a customer makes up", () => {
  const say = async (body: object): Promise<InboundEvent> => (await receiveBody(messageHook(body)))[0]!;

  it("a link that is none is no link", async () => {
    expect(await say({ type: "location", location: { latitude: 1, longitude: 2, url: "javascript:alert(1)" } })).toMatchObject({ content: { url: null } });
    expect(await say({ type: "contacts", contacts: [{ name: { formatted_name: "A" }, urls: [{ url: "data:text/html,x" }, { url: "https://a.example" }] }] })).toMatchObject({ content: { cards: [{ urls: ["https://a.example"] }] } });
    expect(await say({ type: "text", text: { body: "x" }, referral: { source_url: "file:///etc/passwd", source_type: "ad" } })).toMatchObject({ referral: { url: null } });
  });

  it.each([
    ["a place off the earth", "location", { latitude: 91, longitude: 0 }], ["a place without a point", "location", {}], ["a text without words", "text", {}], ["a file without an id", "image", { mime_type: "image/png" }],
    ["a file whose id is a path", "image", { id: "../me", mime_type: "image/png" }], ["no cards", "contacts", []], ["an answer of a new kind", "interactive", { type: "hologram_reply" }], ["a type with a built-in name", "constructor", {}], ["another such", "__proto__", {}],
  ])("%s is shown as something that cannot be shown", async (_name, type, body) =>
    expect(await say({ type, [type]: body })).toMatchObject({ kind: "message", content: { kind: "unsupported" }, text: expect.stringMatching(/./) }));

  it("a form keeps lists readable and what is too deep out", async () => {
    const answers = { flow_token: "t", sizes: ["S", "M"], deep: [[[[["no"]]]]], none: null, ok: true };
    expect(await say({ type: "interactive", interactive: { type: "nfm_reply", nfm_reply: { response_json: JSON.stringify(answers), body: "Sent", name: "flow" } } })).toMatchObject({ content: { fields: [
      { label: "sizes", value: "S, M" }, { label: "deep", value: "…" }, { label: "none", value: "" }, { label: "ok", value: "true" },
    ] } });
    expect(await say({ type: "interactive", interactive: { type: "nfm_reply", nfm_reply: { response_json: "{", body: "Sent" } } })).toMatchObject({ text: "Sent", content: { kind: "form", fields: [] } });
  });

  it("an order says how much of it could not be read", async () =>
    expect(await say({ type: "order", order: { product_items: [{ product_retailer_id: "a", quantity: 1, item_price: 2, currency: "EUR" }, { nonsense: 1 }] } })).toMatchObject({ text: "1 × a, 2 EUR\nand 1 more" }));

  it("a reaction of many letters, or an edit that says nothing, is only noted", async () => {
    expect(await say({ type: "reaction", reaction: { message_id: "wamid.y", emoji: "x".repeat(65) } })).toMatchObject({ kind: "other", label: "reaction" });
    expect(await say({ type: "edit", edit: { original_message_id: "wamid.y", message: { type: "text" } } })).toMatchObject({ kind: "other", label: "edit" });
    expect(await say({ type: "revoke", revoke: {} })).toMatchObject({ kind: "other", label: "revoke" });
  });

  it.each([["in the far future", "9999999999"], ["that is none", "soon"], ["before all", "-5"], ["missing", undefined], ["endless", "1e999"]])("a time %s is taken as now", async (_name, timestamp) =>
    expect(await say({ type: "text", text: { body: "x" }, timestamp })).toMatchObject({ at: NOW }));

  it("a number in words that look like a template's id stays as it was said", async () =>
    expect(await say({ type: "text", text: { body: '"message_template_id":12345678901234567890' } })).toMatchObject({ text: '"message_template_id":12345678901234567890' }));
});

describe("a report on our message", () => {
  const report = async (body: object) => (await receiveBody(hookOf({ metadata: METADATA, statuses: [{ id: "wamid.s", timestamp: "1795341600", recipient_id: "16505551234", ...body }] })))[0];
  it.each(["deleted", "warning", "constructor"])("%s changes no state, but leaves a trace", async (given) => expect(await report({ status: given })).toMatchObject({ kind: "other", label: `status ${given}`, externalId: "wamid.s" }));
  it("that failed without a reason is still a failure", async () => expect(await report({ status: "failed" })).toMatchObject({ state: "failed", code: "failed", class: "permanent", detail: "failed" }));
  it("about marketing that was stopped says so", async () => expect(await report({ status: "failed", errors: [{ code: 131050, title: "stopped" }] })).toMatchObject({ class: "optout", code: "131050", detail: "stopped" }));
});

describe("our own app on the phone", () => {
  const echo = async (body: object) => (await receiveBody(hookOf({ metadata: METADATA, message_echoes: [{ from: "15550783881", to: "16505551234", id: "wamid.e", timestamp: "1795341600", ...body }] }, "smb_message_echoes")))[0];
  it("edits and reacts as us", async () => {
    expect(await echo({ type: "edit", edit: { original_message_id: "wamid.y", message: { type: "text", text: { body: "better" } } } })).toMatchObject({ kind: "edit", by: "us", target: "wamid.y", text: "better" });
    expect(await echo({ type: "reaction", reaction: { message_id: "wamid.y", emoji: "👍" } })).toMatchObject({ kind: "reaction", by: "us", emoji: "👍" });
  });
  it("writes to somebody known by id only", async () => expect(await echo({ to: undefined, to_user_id: "US.1", type: "text", text: { body: "hi" } })).toMatchObject({ kind: "echo", to: { kind: "user", address: "US.1" } }));
});

describe("an authentic body, whatever it holds,", () => {
  const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
  it.each<[string, string]>([
    ["deep nesting", deep(100_000)],
    ["depth inside a message", JSON.stringify(messageHook({ type: "hologram", hologram: 1 })).replace('"hologram":1', `"hologram":${deep(50_000)}`)],
    ["depth inside a form", JSON.stringify(messageHook({ type: "interactive", interactive: { type: "nfm_reply", nfm_reply: { response_json: deep(5_000), body: "", name: "" } } }))],
    ["ten thousand entries", JSON.stringify({ object: "whatsapp_business_account", entry: Array.from({ length: 10_000 }, (_, index) => messageHook({ id: `wamid.${index}`, type: "text", text: { body: "x" } }).entry[0]) })],
    ["ten thousand messages and as many contacts", JSON.stringify(hookOf({ metadata: METADATA, contacts: Array.from({ length: 10_000 }, (_, n) => ({ wa_id: `1650555${n}` })), messages: Array.from({ length: 10_000 }, (_, n) => ({ id: `wamid.${n}`, from: `1650555${n}`, type: "text", text: { body: "x" } })) }))],
    ["names of built-in things", '{"__proto__":{"object":"x"},"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"field":"__proto__","value":{"__proto__":1}},{"field":"constructor","value":null},{"field":5}]}]}'],
    ["NUL and half characters", JSON.stringify(messageHook({ type: "text", text: { body: "a\u0000b\ud83d" } }))],
    ["lists where objects are due", '{"object":"whatsapp_business_account","entry":[[],null,1,{"changes":{}},{"changes":[[],null]}]}'],
    ["nothing", ""],
  ])("with %s is read soon and breaks nothing", async (_name, body) => {
    const started = performance.now();
    const events = await whatsapp.receive(rawOf(body), connect());
    expect(performance.now() - started).toBeLessThan(3_000);
    for (const event of events) expect(event.at).toBeLessThanOrEqual(NOW);
  });

  it("with anything in the place of anything makes only whole events", () => {
    const places = (node: unknown, path: string[] = []): string[][] => (typeof node === "object" && node !== null ? [path, ...Object.entries(node).flatMap(([key, child]) => places(child, [...path, key]))] : [path]);
    const put = (node: unknown, [key, ...rest]: string[], junk: unknown): unknown => {
      if (key === undefined) return junk;
      const copy = Array.isArray(node) ? [...node] as unknown[] : { ...node as object };
      (copy as Record<string, unknown>)[key] = put((node as Record<string, unknown>)[key], rest, junk);
      return copy;
    };
    return fc.assert(fc.asyncProperty(fc.constantFrom(...posts), fc.nat(), fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.string({ unit: "binary" }), fc.double()), async ({ file }, nth, junk) => {
      const body: unknown = JSON.parse(recorded(file));
      const all = places(body);
      for (const event of await receiveBody(put(body, all[nth % all.length]!, junk) as object)) {
        expect(event.at).toBeGreaterThan(0);
        expect(new Date(event.at).toISOString()).toBeTruthy();
        const person = event.kind === "message" ? event.from : event.kind === "echo" ? event.to : "person" in event ? event.person : null;
        if (person) expect([person, ...(person.aliases ?? [])].every(({ kind, address }) => (kind === "phone" ? /^\+\d{3,20}$/ : /^[A-Za-z][\w.:-]+$/).test(address))).toBe(true);
        if ("content" in event) expect(Content.parse(event.content)).toEqual(event.content);
        if ("referral" in event) expect(Referral.parse(event.referral)).toEqual(event.referral);
      }
    }), { numRuns: 1_000 });
  });

  it("is taken once for each of ten thousand messages", async () =>
    expect(await receiveBody(hookOf({ metadata: METADATA, messages: Array.from({ length: 10_000 }, (_, n) => ({ id: `wamid.${n}`, from: "16505551234", type: "text", text: { body: "x" } })) }))).toHaveLength(10_000));

  it("is not changed by reading it", async () => {
    const request = requestOf("message-text.basic.json");
    const before = request.body.slice();
    await whatsapp.receive(request, connect());
    expect(request.body).toEqual(before);
  });
});
