import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseMail } from "../../worker/channels/mime";
import { asciiAddress, quotedPrintable, writeMail } from "../../worker/channels/mime-write";
import type { OutboundEmail, OutboundMessage } from "../../worker/channels/channel";
import { fileOf, letter, NOW } from "../support/mail-channel";
import { wholeOf } from "../support/large-file";

const write = async (email: Partial<OutboundEmail> = {}, change: Partial<OutboundMessage> = {}) => {
  const message = letter(email, change);
  return wholeOf(writeMail(message, message.email!, NOW));
};
const source = async (...given: Parameters<typeof write>) => new TextDecoder().decode(await write(...given));

it("is the mail that a reader finds in it", async () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
  const mail = await parseMail(await write(
    {
      from: { name: "Ünïted, Ltd.", address: "support@acme.example" }, to: [{ name: 'Jane "JD" Doe', address: "jane@example.com" }, { name: "", address: "bo@example.com" }], cc: [{ name: "名前", address: "c@example.com" }], bcc: [{ name: "", address: "secret@example.com" }],
      subject: "Größe 👋 =?UTF-8?Q?not?=", html: "<p>Grüße<br>bis bald</p>", replyTo: "reply+c_1.abc@acme.example", headers: { "Auto-Submitted": "auto-generated" },
    },
    { text: "Grüße \n=20 trailing \n.\nbis bald", media: [fileOf("Rechnung für März.pdf", "application/pdf", bytes), fileOf("a, b.txt", "text/plain; x", new Uint8Array())] },
  ));
  expect(mail).toMatchObject({
    from: { name: "Ünïted, Ltd.", address: "support@acme.example" }, to: [{ name: 'Jane "JD" Doe', address: "jane@example.com" }, { name: "", address: "bo@example.com" }], cc: [{ name: "名前", address: "c@example.com" }], bcc: [],
    subject: "Größe 👋 =?UTF-8?Q?not?=", text: "Grüße \n=20 trailing \n.\nbis bald\n", html: "<p>Grüße<br>bis bald</p>\n", date: NOW, messageId: "msg_01J@acme.example", inReplyTo: ["a@b"], references: ["r@b", "a@b"], replyTo: [{ address: "reply+c_1.abc@acme.example" }],
  });
  expect(mail.headers.get("auto-submitted")).toEqual(["auto-generated"]);
  expect(mail.files.map(({ name, type }) => [name, type])).toEqual([["Rechnung für März.pdf", "application/pdf"], ["a, b.txt", "application/octet-stream"]]);
  expect(mail.files[0]!.bytes).toEqual(bytes);
});

it("has only ASCII, lines that every server takes, and says nothing of BCC", async () => {
  const text = await source({ bcc: [{ name: "", address: "secret@example.com" }], references: Array.from({ length: 40 }, (_, n) => `${n}${"x".repeat(60)}@example.com`), to: Array.from({ length: 60 }, (_, n) => ({ name: `Person ${n}`, address: `p${n}@example.com` })), subject: "long ".repeat(300), html: `<p>${"é".repeat(5_000)}</p>` });
  expect(text).not.toMatch(/[^\t\r\n\x20-\x7e]/);
  expect(Math.max(...text.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(998);
  expect(text).not.toContain("secret@");
  expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
});

it("is text alone where there is no HTML, and made from it where there is no text", async () => {
  expect(await source({ html: null })).toMatch(/\r\nContent-Type: text\/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nHi\r\n$/);
  expect((await parseMail(await write({ html: "<p>Hello <b>Jane</b></p>" }, { text: "" }))).text).toBe("Hello Jane\n");
});

it("is the same, byte for byte, when it is written again", async () => expect(await source()).toBe(await source()));

it("nothing a person types can add a header", async () => {
  const evil = "x\r\nBcc: mallory@evil.example\u2028y";
  const mail = await parseMail(await write({ subject: evil, from: { name: evil, address: "support@acme.example" }, to: [{ name: evil, address: "jane@example.com" }], headers: { "X-Note": evil } }, { media: [fileOf(evil, evil, new Uint8Array([1]))] }));
  expect([mail.bcc, mail.headers.has("bcc"), mail.files]).toMatchObject([[], false, [{ type: "application/octet-stream" }]]);
  await expect(write({ inReplyTo: "a@b>\r\nBcc: m@evil.example" })).rejects.toThrow();
});

it("any text comes back as it was written", async () => {
  await fc.assert(fc.asyncProperty(fc.string({ unit: "binary", maxLength: 400 }).filter((text) => text.isWellFormed()), async (given) => {
    const text = given.replace(/[\r\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "");
    expect((await parseMail(await write({ html: null }, { text: `a${text}` }))).text).toBe(`a${text}\n`);
    for (const line of quotedPrintable(given).split("\r\n")) expect(line.length).toBeLessThanOrEqual(76);
  }), { numRuns: 150 });
});

it.each([["jane@example.com", "jane@example.com"], ["jane@bücher.example", "jane@xn--bcher-kva.example"], ["žofie@example.com", null]])("%s is %s to every server", (address, ascii) => expect(asciiAddress(address)).toBe(ascii));
