import * as fc from "fast-check";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import type { MailFacts } from "../../simulator/api";
import { domainOf, localOf, parseAddress } from "../../simulator/mail/address";
import { build, headerText, type Mail } from "../../simulator/mail/mime";
import { buildReport, type ReportKind } from "../../simulator/mail/report";
import { answerTo, idsIn } from "../../simulator/mail/thread";

const AT = Date.parse("2026-11-22T10:00:00Z");
const plain: Mail = {
  from: { name: "Jane Doe", address: "jane@example.com" }, to: [{ name: "", address: "support@acme.example" }], cc: [], subject: "Order", at: AT, messageId: "<a@example.com>", inReplyTo: null, references: [], headers: {}, text: "Hello", html: null, attachments: [],
};
const parse = (mail: Partial<Mail>) => PostalMime.parse(build({ ...plain, ...mail }));
const shown = (text: string) => text.replace(/\r\n/g, "\n").trimEnd();

describe("a mail made here", () => {
  it("reads back with everything it was made of", async () => {
    const bytes = Uint8Array.from({ length: 500 }, (_, index) => index % 256);
    const mail = await parse({
      from: { name: "Jane Dœ \"JD\"", address: "jane@example.com" }, cc: [{ name: "Bob", address: "bob@example.com" }, { name: "Ünal, Ç.", address: "u@example.com" }], subject: `Größe – ${"日本語テキスト".repeat(12)} 👩‍👩‍👧`,
      inReplyTo: "<m1@acme.example>", references: ["<m0@acme.example>", "<m1@acme.example>"], text: "Grüße\nund Ende", html: "<p>Grüße <img src=\"cid:logo\"></p>",
      attachments: [{ type: "application/pdf", name: "Überweisung (1)'s.pdf", bytes }, { type: "image/png", name: "logo.png", bytes, contentId: "logo" }],
    });
    expect(mail.from).toMatchObject({ name: "Jane Dœ \"JD\"", address: "jane@example.com" });
    expect(mail.cc).toMatchObject([{ name: "Bob", address: "bob@example.com" }, { name: "Ünal, Ç.", address: "u@example.com" }]);
    expect(mail).toMatchObject({ subject: `Größe – ${"日本語テキスト".repeat(12)} 👩‍👩‍👧`, messageId: "<a@example.com>", inReplyTo: "<m1@acme.example>", references: "<m0@acme.example> <m1@acme.example>" });
    expect(shown(mail.text!)).toBe("Grüße\nund Ende");
    expect(shown(mail.html!)).toBe("<p>Grüße <img src=\"cid:logo\"></p>");
    expect(mail.attachments.map(({ filename, mimeType, disposition, contentId }) => ({ filename, mimeType, disposition, contentId }))).toEqual([
      { filename: "logo.png", mimeType: "image/png", disposition: "inline", contentId: "<logo>" },
      { filename: "Überweisung (1)'s.pdf", mimeType: "application/pdf", disposition: "attachment", contentId: undefined },
    ]);
    for (const { content } of mail.attachments) expect(new Uint8Array(content as ArrayBuffer)).toEqual(bytes);
  });

  it("reads back whatever its subject and text are", () => fc.assert(fc.asyncProperty(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme", minLength: 1 }), async (subject, text) => {
    const mail = await parse({ subject, text });
    expect(mail.subject ?? "").toBe(subject.replace(/[\r\n]+/g, " ").trim());
    expect(shown(mail.text ?? "")).toBe(shown(text));
  }), { numRuns: 200 }));

  it("has no line over 998 characters and none that a subject smuggled in", () => {
    const raw = new TextDecoder().decode(build({ ...plain, subject: "Hi\r\nBcc: x@example.com", text: "a".repeat(5_000), references: Array.from({ length: 40 }, (_, index) => `<${index}${"x".repeat(60)}@example.com>`) }));
    expect(Math.max(...raw.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(998);
    expect(raw).not.toMatch(/^Bcc:/m);
  });

  it("leaves headers out that have no value", () => {
    const raw = new TextDecoder().decode(build({ ...plain, messageId: "" }));
    expect(raw).not.toMatch(/^(Message-ID|Cc|In-Reply-To|References):/m);
  });
});

it("an encoded word never exceeds 75 characters", () => {
  const words = headerText("ü😀".repeat(200)).split("\r\n ");
  expect(words.length).toBeGreaterThan(10);
  for (const word of words) expect(word.length).toBeLessThanOrEqual(75);
});

const original: MailFacts = { fromName: "Acme", to: ["nobody@example.com"], cc: [], bcc: [], replyTo: "reply+c_1.abc@acme.example", subject: "Your order", html: null, messageId: "<msg_1@acme.example>", inReplyTo: "<q@example.com>", references: ["<q@example.com>"], headers: {} };

describe("a report", () => {
  it.each<[ReportKind, string, RegExp]>([
    ["bounce", "message/delivery-status", /Action: failed\r?\nStatus: 5\.1\.1/],
    ["delayed", "message/delivery-status", /Action: delayed\r?\nStatus: 4\.4\.1/],
    ["read", "message/disposition-notification", /Original-Message-ID: <msg_1@acme\.example>/],
    ["complaint", "message/feedback-report", /Feedback-Type: abuse/],
  ])("of kind %s names the mail it is about", async (kind, type, fields) => {
    const { raw } = buildReport({ kind, original, from: "support@acme.example", recipient: "nobody@example.com", at: AT, messageId: "<r@example.com>" });
    const mail = await PostalMime.parse(raw);
    expect(mail).toMatchObject({ inReplyTo: original.messageId, to: [{ address: "support@acme.example" }] });
    expect(new TextDecoder().decode(raw)).toMatch(fields);
    expect(new TextDecoder().decode(raw)).toContain(`Content-Type: ${type}`);
    expect(new TextDecoder().decode(raw)).toMatch(/^Message-ID: <msg_1@acme\.example>/m);
  });
});

describe("an answer", () => {
  it("goes to Reply-To and carries the thread", () => {
    expect(answerTo(original, "support@acme.example")).toEqual({ to: "reply+c_1.abc@acme.example", subject: "Re: Your order", inReplyTo: "<msg_1@acme.example>", references: ["<q@example.com>", "<msg_1@acme.example>"] });
  });

  it("goes to the sender where there is no Reply-To, and says Re once", () => {
    expect(answerTo({ ...original, replyTo: null, subject: "RE: Your order" }, "support@acme.example")).toMatchObject({ to: "support@acme.example", subject: "RE: Your order" });
  });

  it("keeps the beginning and the newest of a long thread", () => {
    const references = Array.from({ length: 60 }, (_, index) => `<${index}@x.example>`);
    const kept = answerTo({ ...original, references }, "a@b.example").references;
    expect(kept).toHaveLength(20);
    expect([kept[0], kept.at(-1)]).toEqual(["<0@x.example>", "<msg_1@acme.example>"]);
  });
});

it.each([["a@b.example", { name: "", address: "a@b.example" }], ["Jane <jane@b.example>", { name: "Jane", address: "jane@b.example" }], ["\"Doe, J\" <j@b.example>", { name: "Doe, J", address: "j@b.example" }], ["a@b", null], ["a b@c.example", null], ["<>", null], ["a@@b.example", null]])("the address %j", (text, expected) => {
  expect(parseAddress(text)).toEqual(expected);
});

it("an address has a domain and a local part without its label", () => {
  expect([domainOf("A+x@B.example"), localOf("Bounce+x@b.example")]).toEqual(["b.example", "bounce"]);
  expect(idsIn("<a@b> comment <c@d>")).toEqual(["<a@b>", "<c@d>"]);
});
