import { describe, expect, it } from "vitest";
import type { ChannelConnection, InboundEvent, RawRequest } from "../../worker/channels/channel";
import { cloudflareEmail } from "../../worker/channels/email-cloudflare";
import manifest from "./fixtures/email/manifest.json";

const files = import.meta.glob<string>("./fixtures/email/*.eml", { query: "?raw", import: "default", eager: true });
const NOW = Date.parse("2026-11-22T10:40:00Z");
const connection: ChannelConnection<{ domain: string }> = { id: "cn_1", accountId: "a_1", address: "support@acme.example", settings: { domain: "acme.example" }, ownAddresses: ["sales@acme.example"], country: "DE" };
const request = (text: string, headers: Record<string, string> = { "x-envelope-from": "jane@example.com", "x-envelope-to": "support@acme.example" }): RawRequest =>
  ({ method: "POST", url: "email:", headers, body: new TextEncoder().encode(text), receivedAt: NOW });
const receive = (text: string, headers?: Record<string, string>) => cloudflareEmail.receive(request(text, headers), connection);
const fixture = (name: string) => receive(files[`./fixtures/email/${name}.eml`]!);
const mail = (...lines: string[]) => lines.join("\r\n");

type Message = Extract<InboundEvent, { kind: "message" }>;
async function message(events: Promise<InboundEvent[]>): Promise<Message & { email: NonNullable<Message["email"]> }> {
  const [event, ...rest] = await events;
  expect(rest).toEqual([]);
  if (event?.kind !== "message" || !event.email) throw new Error(`not a message: ${event?.kind}`);
  return { ...event, email: event.email };
}

const REPORTS: Record<string, InboundEvent[]> = {
  "11-bounce-dsn-permanent": [{ kind: "status", messageId: "msg_01JXYZ@acme.example", state: "failed", recipient: "nosuchuser@example.com", code: "5.1.1", class: "permanent", detail: expect.stringContaining("does not exist") as string, at: Date.parse("2026-11-22T10:08:00Z") }],
  "12-dsn-delayed-exchange": [{ kind: "status", messageId: "msg_01JDLY@acme.example", state: "sending", recipient: "pat@corp.example", code: "4.4.7", at: Date.parse("2026-11-22T10:09:00Z") }],
  "20-mdn-read-receipt": [{ kind: "status", messageId: "msg_01JABC@acme.example", state: "read", recipient: "jane@example.com", at: Date.parse("2026-11-22T10:17:00Z") }],
  "21-arf-complaint": [{ kind: "complaint", from: { kind: "email", address: "jane@example.com" }, at: Date.parse("2026-11-22T10:18:00Z") }],
  "28-own-mail-loop": [{ kind: "other", label: "loop", at: Date.parse("2026-11-22T10:25:00Z") }],
};
const FROM_MACHINES: Record<string, "auto-reply" | "bulk"> = { "10-auto-reply-out-of-office": "auto-reply", "13-newsletter-list-unsubscribe": "bulk" };

describe("what a mail becomes", () => {
  it.each(Object.entries(REPORTS))("%s is no customer message", async (name, events) => expect(await fixture(name)).toEqual(events));

  it.each(manifest.files.map(({ file }) => file.replace(".eml", "")).filter((name) => !(name in REPORTS)))("%s is one message that flows can trust", async (name) => {
    const event = await message(fixture(name));
    expect(event.email.automatic).toBe(FROM_MACHINES[name] ?? "no");
    expect(event.email.conversationId).toBeNull();
    expect(event.email.deliveredTo![0]).toBe("support@acme.example");
    expect(event.email.warning === null).toBe(name !== "27-spoofed-display-name");
    expect(event.from.address).toBe(event.from.address.toLowerCase());
    expect(event.externalId).not.toBe("");
  });

  it("the new text ends where the quoted history begins", async () => {
    const event = await message(fixture("30-huge-multilingual-history"));
    expect(event.text.slice(0, event.email.quoteAt!).trim()).toBe("C'est parfait, merci !");
  });

  it("a failed DMARC check and a borrowed name are both said", async () => {
    const { email, from } = await message(fixture("27-spoofed-display-name"));
    expect(from).toEqual({ kind: "email", address: "attacker@evil.example", name: "support@acme.example" });
    expect(email.warning).toMatch(/DMARC.*looks like support@acme\.example/);
  });

  it("only the topmost authentication result counts, the sender may have written the others", async () => {
    const forged = mail("Authentication-Results: mx.cloudflare.net; dmarc=pass", "Authentication-Results: x; dmarc=fail", "From: jane@example.com", "", "x");
    expect((await message(receive(forged))).email.warning).toBeNull();
  });

  it("an address is proved by our own receiving side alone, and only the one in From", async () => {
    const judged = async (...lines: string[]) => { const { email, from } = await message(receive(mail(...lines, "", "x"))); return [email.authenticity, from.address, from.verified]; };
    const pass = "Authentication-Results: mx.cloudflare.net; dmarc=pass header.from=example.com";
    expect(await judged(pass, "From: jane@example.com")).toEqual(["verified", "jane@example.com", true]);
    expect(await judged("Authentication-Results: mx.evil.example; dmarc=pass header.from=example.com", "From: jane@example.com")).toEqual(["unverified", "jane@example.com", undefined]);
    expect(await judged("Authentication-Results: mx.cloudflare.net; dmarc=pass header.from=acme.example", "From: sales@acme.example", "Reply-To: jane@example.com")).toEqual(["unverified", "jane@example.com", undefined]);
    expect(await judged("Authentication-Results: mx.cloudflare.net; dmarc=fail", "From: jane@example.com")).toEqual(["failed", "jane@example.com", undefined]);
  });

  it("a mail that is garbage still arrives, with the original attached", async () => {
    const event = await message(receive(`From: jane@example.com\r\n${"X: y\r\n".repeat(20_000)}\r\nx`));
    expect(event.text).toBe("This mail could not be displayed.");
    expect(event.media).toHaveLength(1);
    expect(event.from.address).toBe("jane@example.com");
  });

  it.each([
    ["the Sender header", mail("From: nonsense", "Sender: desk@example.com", "", "x"), "desk@example.com"],
    ["the envelope", mail("Subject: x", "", "x"), "jane@example.com"],
  ])("without a usable From, %s names the sender", async (_name, text, address) => expect((await message(receive(text))).from.address).toBe(address));

  it("without any sender it cannot be answered, but is kept", async () => {
    expect((await message(receive("Subject: x\r\n\r\nx", {}))).from.address).toMatch(/\.invalid$/);
  });
});

describe("our own address in From", () => {
  const own = (...more: string[]) => receive(mail("From: Sales <SALES@acme.example>", ...more, "", "x"));
  it("with one of our own message ids is a loop", async () => expect(await own("Message-ID: <msg_0a1b2c3d@acme.example>")).toMatchObject([{ kind: "other", label: "loop" }]));
  it("never makes us our own customer", async () => expect(await own("Message-ID: <abc@mail.gmail.com>")).toMatchObject([{ kind: "other", label: "own-address" }]));
  it("with a visitor's Reply-To is a form on a website", async () => {
    expect((await message(own("Reply-To: Jane <jane@example.com>", "Message-ID: <form-1@acme.example>"))).from).toEqual({ kind: "email", address: "jane@example.com", name: "Jane" });
  });
  it("with our own address in Reply-To stays ours", async () => expect(await own("Reply-To: support@acme.example")).toMatchObject([{ kind: "other" }]));
});

describe("one mail makes one message", () => {
  const idOf = async (text: string, headers?: Record<string, string>) => (await message(receive(text, headers))).externalId;
  const base = ["From: Jane <jane@example.com>", "Date: Sun, 22 Nov 2026 11:00:00 +0100"];

  it("copies over another route have the same id", async () => {
    const left = await idOf(mail("Received: by a", ...base, "Message-ID: <m-1@example.com>", "", "x"));
    const right = await idOf(mail("Received: by b", "From: JANE@EXAMPLE.COM", base[1]!, "Message-ID: <m-1@example.com>", "", "x\r\n-- \r\nlist footer"), { "x-envelope-from": "list@example.org", "x-envelope-to": "sales@acme.example" });
    expect(left).toBe(right);
    expect(left).toMatch(/^m-1@example\.com~[0-9a-f]{8}$/);
  });

  it("two mails that share a Message-ID are two messages", async () => {
    const ids = await Promise.all([["Date: Sun, 22 Nov 2026 11:00:00 +0100", "x"], ["Date: Sun, 22 Nov 2026 11:05:00 +0100", "x"], ["X: no date", "one"], ["X: no date", "two"]]
      .map(([date, text]) => idOf(mail("From: scanner@example.com", date!, "Message-ID: <constant@scanner>", "", text!))));
    expect(new Set(ids).size).toBe(4);
  });

  it("nobody can take a foreign Message-ID away by using it first", async () => {
    const id = ["Date: Sun, 22 Nov 2026 11:00:00 +0100", "Message-ID: <m-2@example.com>", "", "x"];
    expect(await idOf(mail("From: jane@example.com", ...id))).not.toBe(await idOf(mail("From: mallory@evil.example", ...id)));
  });

  it.each([["missing", []], ["empty", ["Message-ID: "]], ["only brackets", ["Message-ID: <>"]]])("with a %s Message-ID its envelope and bytes name it", async (_name, header) => {
    const text = mail(...base, ...header, "", "x");
    const first = await idOf(text);
    expect(first).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await idOf(text)).toBe(first);
    expect(await idOf(`${text}y`)).not.toBe(first);
    expect(await idOf(text, { "x-envelope-from": "jane@example.com", "x-envelope-to": "sales@acme.example" })).not.toBe(first);
  });
});

describe("the time of a message", () => {
  const timeOf = async (date: string) => (await message(receive(mail("From: jane@example.com", `Date: ${date}`, "", "x")))).at;
  it.each([
    ["is the sender's", "Sun, 22 Nov 2026 11:00:00 +0100", Date.parse("2026-11-22T10:00:00Z")],
    ["is ours when the sender's clock is ahead", "Sun, 29 Nov 2026 11:00:00 +0100", NOW],
    ["is ours when the sender's clock is years behind", "Thu, 01 Jan 1970 00:00:00 +0000", NOW],
    ["is ours when the date is no date", "soon", NOW],
  ])("%s", async (_name, date, at) => expect(await timeOf(date)).toBe(at));
});

describe("machines", () => {
  it("an empty envelope sender is a machine, whatever the headers say", async () => {
    expect((await message(receive(mail("From: jane@example.com", "", "x"), { "x-envelope-from": "", "x-envelope-to": "support@acme.example" }))).email.automatic).toBe("auto-reply");
  });
  it("a report that names no message of ours changes nothing", async () => {
    expect(await receive(mail("From: mailer-daemon@example.com", "Content-Type: multipart/report; report-type=delivery-status; boundary=r", "", "--r", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; x", "", "Final-Recipient: rfc822; a@example.com", "Action: failed", "Status: 5.1.1", "--r--")))
      .toMatchObject([{ kind: "other", label: "bounce" }]);
  });
  it("an abuse report without an address is kept as such", async () => {
    expect(await receive(mail("From: fbl@example.com", "Content-Type: multipart/report; report-type=feedback-report; boundary=r", "", "--r", "Content-Type: message/feedback-report", "", "Feedback-Type: abuse", "--r--")))
      .toMatchObject([{ kind: "other", label: "complaint" }]);
  });
});

it("nobody can post mail over HTTP", async () => {
  expect(await cloudflareEmail.verify(request("From: a@example.com\r\n\r\nx"), connection, NOW)).toBe(false);
});

it.each([
  ["5.1.1", /does not exist/, "inactive"], ["5.2.1", /closed/, "inactive"], ["5.2.2", /full/, null], ["4.2.2", /full/, null], ["5.7.26", /unwanted/, null], ["5.3.4", /too large/, null],
  ["4.4.7", /could not be reached/, null], ["4.1.1", /does not exist/, null], ["5.9.9", /refused/, null], ["4.9.9", /try again/i, null],
] as const)("the code %s is explained and stops writing only when the address is dead", (code, sentence, consent) => {
  expect(cloudflareEmail.explain(code)).toMatch(sentence);
  expect(cloudflareEmail.consentAfter!(code)).toBe(consent);
});

it("a code nobody knows has no sentence", () => expect(cloudflareEmail.explain("whatever")).toBeNull());
