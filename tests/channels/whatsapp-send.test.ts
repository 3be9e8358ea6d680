import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { OutboundMessage, SendResult } from "../../worker/channels/channel";
import { whatsapp } from "../../worker/channels/whatsapp";
import type { TemplateParts } from "../../worker/contract/content";
import outbound from "./fixtures/whatsapp/outbound.json";
import { draft, file, refusal, says, scripted } from "../support/meta-channel";
import { connect } from "../support/whatsapp";

const TO = "+16505551234";
const message = (change: Partial<OutboundMessage> = {}) => draft({ to: TO, ...change });
const accepted = says(200, { messaging_product: "whatsapp", contacts: [{ input: "16505551234", wa_id: "16505551234" }], messages: [{ id: "wamid.1" }] });
const uploaded = says(200, { id: "1037543291543636" });

/** What goes over the wire for this message, and what became of it. */
async function sent(change: Partial<OutboundMessage>, ...answers: Parameters<typeof scripted>) {
  const io = scripted(...(answers.length > 0 ? answers : [accepted]));
  const result = await whatsapp.send!(message(change), connect(), io);
  return { result, io, body: io.sent.at(-1)?.body as Record<string, unknown> };
}

const exchange = (name: string) => {
  const { request, response } = outbound.exchanges.find((one) => one.name === name)!;
  return { request, answer: says(response.status, response.body) };
};
const TEMPLATE = { name: "order_update", language: "en_US", category: "utility" as const };
const parts = (change: Partial<TemplateParts> = {}): TemplateParts => ({ header: null, body: "Hello", footer: null, buttons: [], ...change });

describe("the recorded exchange", () => {
  it.each<[string, Partial<OutboundMessage>, SendResult]>([
    ["text ok", { reference: "msg_01J" }, { ok: true, externalId: "wamid.HBgLMTY1MDU1NTEyMzQ" }],
    ["to BSUID", { to: "US.13491208655302741918", text: "Hi" }, { ok: true, externalId: "wamid.2" }],
    ["template held", { text: "Your order 4821 …", template: { ...TEMPLATE, named: true, parts: parts({ body: "Your order {{order}} is on its way." }), values: { "body.order": "4821" } } }, { ok: true, externalId: "wamid.3" }],
    ["window", {}, { ok: false, class: "window", code: "131047", detail: "More than 24 hours have passed" }],
    ["rate", {}, { ok: false, class: "rate", code: "130429", detail: "(#130429) Rate limit hit" }],
    ["pair rate", {}, { ok: false, class: "rate", code: "131056", detail: "(#131056) (Business Account, Consumer Account) pair rate limit hit", retryAfterMs: 6_000 }],
    ["token", {}, { ok: false, class: "auth", code: "190/463", detail: "Error validating access token: Session has expired" }],
    ["template missing", {}, { ok: false, class: "permanent", code: "132001", detail: "(#132001) Template name does not exist in the translation" }],
  ])("“%s” is spoken as it was, and understood", async (name, change, outcome) => {
    const { request, answer } = exchange(name);
    const { result, io } = await sent(change, answer);
    expect(result).toEqual(outcome);
    expect(io.sent).toHaveLength(1);
    const [call] = io.sent;
    expect(`${call!.url.origin}${call!.url.pathname}`).toBe(request.url);
    expect(call).toMatchObject({ method: "POST", redirect: "manual", body: request.body });
    expect([call!.headers.get("authorization"), call!.headers.get("content-type")]).toEqual(["Bearer TOKEN", "application/json"]);
  });

  it("“upload media” carries the file itself, and the message then names it", async () => {
    const { request, answer } = exchange("upload media");
    const { result, io, body } = await sent({ text: "look", media: [{ ...file("cat.jpg", "image/jpeg"), bytes: async () => new TextEncoder().encode("a cat") }] }, answer, accepted);
    expect(result).toEqual({ ok: true, externalId: "wamid.1" });
    expect(`${io.sent[0]!.url.origin}${io.sent[0]!.url.pathname}`).toBe(request.url);
    const form = io.sent[0]!.body as FormData;
    expect([form.get("messaging_product"), form.get("type")]).toEqual(["whatsapp", "image/jpeg"]);
    const part = form.get("file") as File;
    expect([part.name, part.type, new TextDecoder().decode(await part.arrayBuffer())]).toEqual(["cat.jpg", "image/jpeg", "a cat"]);
    // The boundary is the platform's to choose: a type of ours would lack it.
    expect(io.sent[0]!.headers.has("content-type")).toBe(false);
    expect(body).toMatchObject({ type: "image", image: { id: "1037543291543636", caption: "look" } });
  });

  it("“mark read + typing” is what a person sees of us while we write", async () => {
    const { request, answer } = exchange("mark read + typing");
    const io = scripted(answer);
    await whatsapp.signal!({ kind: "typing", to: TO, target: "wamid.x" }, connect(), io);
    expect(io.sent[0]!.body).toEqual(request.body);
    await whatsapp.signal!({ kind: "read", to: TO, target: "wamid.x" }, connect(), io);
    expect(io.sent[1]!.body).toEqual({ messaging_product: "whatsapp", status: "read", message_id: "wamid.x" });
    await whatsapp.signal!({ kind: "read", to: TO, target: null }, connect(), io);
    expect(io.sent).toHaveLength(2);
  });

  it("“media url” leads to the file, with the same token", async () => {
    const { request, answer } = exchange("media url");
    const io = scripted(answer, says(200, "a cat", { "content-type": "image/jpeg" }));
    const sha = createHash("sha256").update("a cat").digest("base64");
    const fetched = await whatsapp.download!({ ref: `1003383421387256#${sha}` }, connect(), io);
    expect(new TextDecoder().decode(await fetched.arrayBuffer())).toBe("a cat");
    expect(`${io.sent[0]!.url.origin}${io.sent[0]!.url.pathname}`).toBe(request.url);
    expect(io.sent[1]!.url.href).toBe("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&ext=1&hash=x");
    expect(io.sent.map(({ headers }) => headers.get("authorization"))).toEqual(["Bearer TOKEN", "Bearer TOKEN"]);
    expect(io.sent[1]!.headers.get("user-agent")).toBeTruthy();
  });
});

describe("a message", () => {
  it("answers the one it names, and says where it came from", async () =>
    expect((await sent({ replyTo: "wamid.y" })).body).toEqual({ messaging_product: "whatsapp", recipient_type: "individual", to: "16505551234", type: "text", text: { body: "Hi", preview_url: false }, context: { message_id: "wamid.y" }, biz_opaque_callback_data: "c_1:m_1" }));

  it("with answers to tap offers them as reply buttons", async () =>
    expect((await sent({ text: "Which day?", buttons: [{ text: "Monday", url: null }, { text: "Friday", url: null }] })).body).toMatchObject({
      type: "interactive", interactive: { type: "button", body: { text: "Which day?" }, action: { buttons: [{ type: "reply", reply: { id: "Monday", title: "Monday" } }, { type: "reply", reply: { id: "Friday", title: "Friday" } }] } },
    }));

  it("with a link shows what is behind it", async () => expect((await sent({ text: "see https://a.example" })).body).toMatchObject({ text: { preview_url: true } }));

  it.each(["+", "16505551234", "+1650 555", "", "US 1", "../messages"])("to %j goes nowhere", async (to) => {
    const { result, io } = await sent({ to });
    expect(result).toMatchObject({ ok: false, class: "permanent", code: "no-recipient" });
    expect(io.sent).toEqual([]);
  });

  it("with a place is a pin", async () =>
    expect((await sent({ text: "Office", location: { latitude: 0, longitude: -1.5, name: "Office", address: null, url: null } })).body).toMatchObject({ type: "location", location: { latitude: 0, longitude: -1.5, name: "Office" } }));

  it.each<[string, string, Partial<OutboundMessage>, string, object]>([
    ["picture", "image/png", { text: "" }, "image", {}],
    ["video", "video/mp4", { text: "look" }, "video", { caption: "look" }],
    ["sound", "audio/mpeg", { text: "" }, "audio", {}],
    ["sound with words, which sounds cannot carry", "audio/mpeg", { text: "listen" }, "document", { caption: "listen", filename: "f" }],
    ["voice note", "audio/ogg; codecs=opus", { text: "", voice: true }, "audio", { voice: true }],
    ["voice note of a type that is none", "audio/mp4", { text: "", voice: true }, "audio", {}],
    ["picture of a kind that is only a file there", "image/webp", { text: "" }, "document", { filename: "f" }],
    ["PDF", "application/pdf", { text: "Invoice" }, "document", { caption: "Invoice", filename: "f" }],
    ["type with a built-in name", "constructor", { text: "" }, "document", { filename: "f" }],
  ])("with a %s goes as what it is", async (_name, type, change, kind, rest) =>
    expect((await sent({ media: [file("f", type)], ...change }, uploaded, accepted)).body).toEqual(expect.objectContaining({ type: kind, [kind]: { id: "1037543291543636", ...rest } })));

  it("with more words beside a file than fit is refused before anything is uploaded", async () => {
    const { result, io } = await sent({ text: "x".repeat(1_025), media: [file("f", "image/png")] });
    expect(result).toMatchObject({ ok: false, class: "permanent", code: "caption-too-long" });
    expect(io.sent).toEqual([]);
    expect(whatsapp.explain("caption-too-long")).toMatch(/1,024/);
  });

  it.each<[string, Parameters<typeof scripted>, object]>([
    ["was refused", [refusal(131053)], { class: "permanent", code: "131053" }],
    ["got no clear answer", [says(502, "<html>")], { class: "temporary", code: "file-not-uploaded" }],
    ["broke off", [() => { throw new Error("connection lost"); }], { class: "temporary", code: "file-not-uploaded" }],
  ])("whose file %s was surely not sent", async (_name, answers, outcome) => {
    const { result, io } = await sent({ media: [file("f", "image/png")] }, ...answers);
    expect(result).toMatchObject({ ok: false, ...outcome });
    expect(io.sent).toHaveLength(1);
  });

  it("whose file is gone was surely not sent", async () =>
    expect((await sent({ media: [{ ...file("f", "image/png"), bytes: () => Promise.reject(new Error("gone")) }] })).result).toMatchObject({ ok: false, class: "temporary", code: "file-not-uploaded" }));
});

describe("an answer", () => {
  it.each<[string, Parameters<typeof scripted>[0]]>([
    ["in HTML after the request was taken", says(502, "<html>")], ["that was cut", says(200, '{"messages":[{')], ["of success without an id", says(200, { messages: [] })],
    ["that comes too late", says(408, "")], ["that is a redirect", says(302, "", { location: "https://evil.example" })], ["lost on the way", () => { throw new Error("connection lost"); }],
  ])("%s leaves the outcome unknown", async (_name, answer) => {
    const io = scripted(answer);
    await expect(whatsapp.send!(message(), connect(), io)).rejects.toThrow();
    expect(io.sent).toHaveLength(1);
  });

  it.each<[string, Parameters<typeof scripted>[0], object]>([
    ["131000 at 500", refusal(131_000, undefined, 500), { class: "temporary" }], ["2", refusal(2, undefined, 503), { class: "temporary" }], ["an unknown code", refusal(999_999), { class: "permanent", code: "999999" }],
    ["a permission of the range", refusal(230, undefined, 403), { class: "auth" }], ["no error at 401", says(401, ""), { class: "auth", code: "http-401" }], ["no error at 429", says(429, ""), { class: "rate" }],
    ["an unknown code that may pass", says(500, { error: { code: 777, message: "m", is_transient: true } }), { class: "temporary", code: "777" }],
  ])("of %s is surely not sent", async (_name, answer, outcome) => expect((await sent({}, answer)).result).toMatchObject({ ok: false, ...outcome }));

  it.each<[string, Record<string, string>, number | undefined]>([
    ["in seconds", { "retry-after": "30" }, 30_000], ["as a date", { "retry-after": "Sun, 22 Nov 2026 10:01:00 GMT" }, 60_000], ["in Meta's usage", { "x-business-use-case-usage": JSON.stringify({ 1: [{ type: "whatsapp", estimated_time_to_regain_access: 5 }] }) }, 300_000],
    ["in nonsense", { "retry-after": "soon", "x-business-use-case-usage": "{" }, undefined],
  ])("says %s how long to wait", async (_name, headers, wait) => {
    const { result } = await sent({}, says(400, { error: { code: 130_429, message: "m" } }, headers));
    expect(result).toMatchObject({ ok: false, class: "rate" });
    expect((result as { retryAfterMs?: number }).retryAfterMs).toBe(wait);
  });

  it("keeps no more of Meta's words than a screen shows", async () =>
    expect(((await sent({}, says(400, { error: { code: 100, message: "x".repeat(5_000) } }))).result as { detail: string }).detail).toHaveLength(300));
});

describe("a template", () => {
  const use = (shape: Partial<TemplateParts>, values: Record<string, string>, change: Partial<OutboundMessage> = {}, named = false) =>
    sent({ text: "shown", template: { ...TEMPLATE, named, parts: parts(shape), values }, ...change }, ...(change.media ? [uploaded, accepted] : [accepted]));
  const components = async (...of: Parameters<typeof use>) => ((await use(...of)).body.template as { components?: unknown }).components;

  it("without variables is only named", async () =>
    expect((await use({}, {})).body).toMatchObject({ type: "template", template: { name: "order_update", language: { code: "en_US" } } }));

  it("with numbered variables fills them in their order, each once", async () =>
    expect(await components({ header: { format: "text", text: "Sale {{1}}" }, body: "{{2}}, see {{1}} and {{1}}" }, { "header.1": "today", "body.1": "one", "body.2": "two" })).toEqual([
      { type: "header", parameters: [{ type: "text", text: "today" }] },
      { type: "body", parameters: [{ type: "text", text: "one" }, { type: "text", text: "two" }] },
    ]));

  it("with names gives them by name", async () =>
    expect(await components({ body: "{{last}} {{first}}" }, { "body.first": "A", "body.last": "B" }, {}, true)).toEqual([
      { type: "body", parameters: [{ type: "text", parameter_name: "last", text: "B" }, { type: "text", parameter_name: "first", text: "A" }] },
    ]));

  it("with buttons fills only those that take something", async () =>
    expect(await components({ buttons: [
      { type: "quick-reply", text: "Yes", url: null, phone: null }, { type: "url", text: "Track", url: "https://a.example/{{1}}", phone: null },
      { type: "url", text: "Home", url: "https://a.example", phone: null }, { type: "copy-code", text: "Copy", url: null, phone: null },
    ] }, { "button.1": "4821", "button.3": "SAVE10" })).toEqual([
      { type: "button", sub_type: "url", index: "1", parameters: [{ type: "text", text: "4821" }] },
      { type: "button", sub_type: "copy_code", index: "3", parameters: [{ type: "coupon_code", coupon_code: "SAVE10" }] },
    ]));

  it.each(["image", "video", "document"] as const)("with a %s on top hands it over first", async (format) =>
    expect(await components({ header: { format, text: null } }, {}, { media: [file("f.bin", "application/pdf")] })).toEqual([
      { type: "header", parameters: [{ type: format, [format]: { id: "1037543291543636", ...(format === "document" && { filename: "f.bin" }) } }] },
    ]));

  it("with a place on top shows it", async () =>
    expect(await components({ header: { format: "location", text: null } }, {}, { location: { latitude: 1, longitude: 2, name: "Shop", address: null, url: null } })).toEqual([
      { type: "header", parameters: [{ type: "location", location: { latitude: 1, longitude: 2, name: "Shop", address: "" } }] },
    ]));

  it("values are put on one line, as WhatsApp wants them", async () =>
    expect(await components({ body: "{{1}}" }, { "body.1": " a\n\tb       c " })).toEqual([{ type: "body", parameters: [{ type: "text", text: "a b    c" }] }]));

  it.each<[string, Partial<TemplateParts>]>([
    ["a variable", { body: "{{1}}" }], ["the end of a link", { buttons: [{ type: "url", text: "x", url: "https://a.example/{{1}}", phone: null }] }],
    ["its picture", { header: { format: "image", text: null } }], ["its place", { header: { format: "location", text: null } }],
  ])("that misses %s does not go out", async (_name, shape) => {
    const { result, io } = await use(shape, {});
    expect(result).toMatchObject({ ok: false, class: "permanent", code: "template-incomplete" });
    expect(io.sent).toEqual([]);
  });
});

describe("our reaction", () => {
  it.each([["👍", "👍"], [null, ""]])("%j is sent as %j", async (emoji, wire) => {
    const io = scripted(accepted);
    expect(await whatsapp.react!({ target: "wamid.y", to: TO, emoji }, connect(), io)).toEqual({ ok: true, externalId: "wamid.1" });
    expect(io.sent[0]!.body).toEqual({ messaging_product: "whatsapp", recipient_type: "individual", to: "16505551234", type: "reaction", reaction: { message_id: "wamid.y", emoji: wire } });
  });
  it("to nobody is refused", async () => expect(await whatsapp.react!({ target: "wamid.y", to: "", emoji: null }, connect(), scripted(accepted))).toMatchObject({ ok: false }));
});

it("a signal that WhatsApp does not take is an error, which its caller may ignore", async () =>
  expect(whatsapp.signal!({ kind: "read", to: TO, target: "wamid.x" }, connect(), scripted(refusal(131_009)))).rejects.toThrow("131009"));
