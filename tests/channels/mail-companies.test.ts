import { describe, expect, it } from "vitest";
import type { ChannelConnection, InboundEvent } from "../../worker/channels/channel";
import { cloudflareEmail } from "../../worker/channels/email-cloudflare";
import { mailgun } from "../../worker/channels/email-mailgun";
import { postmark } from "../../worker/channels/email-postmark";
import { mailOfFields } from "../../worker/channels/mail-fields";
import { bytesOfUrl, NOW, recordedRequest } from "../support/mail-channel";
import { MAILGUN, mailgunForm, mailgunParsed, POSTMARK, postmarkJson } from "../support/mail-companies";
import manifest from "./fixtures/email/manifest.json";

const files = import.meta.glob<string>("./fixtures/email/*.eml", { query: "?url&inline", import: "default", eager: true });
const rawOf = (name: string) => bytesOfUrl(files[`./fixtures/email/${name}.eml`]!);
const names = manifest.files.map(({ file }) => file.replace(".eml", ""));

const RECIPIENT = "support@acme.example";
const SENDER = "jane@example.com";
const common = { id: "cn_1", accountId: "a_1", address: RECIPIENT, ownAddresses: ["sales@acme.example"], country: "DE" };
const atCloudflare: ChannelConnection<{ domain: string }> = { ...common, settings: { domain: "acme.example" } };
const atPostmark = { ...common, settings: POSTMARK };
const atMailgun = { ...common, settings: { ...MAILGUN, domain: "acme.example" } };

const throughCloudflare = (raw: Uint8Array, envelopeFrom = SENDER) => cloudflareEmail.receive(recordedRequest("x", raw, { "x-envelope-from": envelopeFrom, "x-envelope-to": RECIPIENT }), atCloudflare);
const throughPostmark = async (raw: Uint8Array, isRaw: boolean) => postmark.receive(recordedRequest("postmark", await postmarkJson(raw, RECIPIENT, isRaw), { "content-type": "application/json" }), atPostmark);
const throughMailgunRaw = (raw: Uint8Array) => mailgun.receive(recordedRequest("mailgun", mailgunForm({ recipient: RECIPIENT, sender: SENDER, "body-mime": raw }), { "content-type": "application/x-www-form-urlencoded" }), atMailgun);
async function throughMailgunParsed(raw: Uint8Array): Promise<InboundEvent[]> {
  const request = new Request("https://inbox.example.com", { method: "POST", body: await mailgunParsed(raw, SENDER, RECIPIENT) });
  return mailgun.receive(recordedRequest("mailgun", new Uint8Array(await request.arrayBuffer()), { "content-type": request.headers.get("content-type")! }), atMailgun);
}

/** What decides about thread, person and shown content; `bytes`, the id of mail without a Message-ID and what each company finds of the sender differ with the way. */
const essence = (events: InboundEvent[]) => events.map((event) => event.kind !== "message" ? event : {
  ...event, externalId: event.externalId.startsWith("sha256:") ? "by content" : event.externalId, text: event.text.trim(), email: { ...event.email, html: event.email!.html?.trim() ?? null, quoteAt: null, authenticity: null, warning: null },
  media: event.media.map(({ name, type, contentId, bytes }) => ({ name, type, contentId, size: bytes!.length })),
});

describe.each(names)("%s", (name) => {
  const raw = rawOf(name);
  it("reaches us raw through Mailgun as through Cloudflare", async () => expect(essence(await throughMailgunRaw(raw))).toEqual(essence(await throughCloudflare(raw))));
  it("reaches us with its raw text through Postmark as through Cloudflare", async () => expect(essence(await throughPostmark(raw, true))).toEqual(essence(await throughCloudflare(raw))));
  it("reaches us taken apart by Postmark as through Cloudflare", async () => expect(essence(await throughPostmark(raw, false))).toEqual(essence(await throughCloudflare(raw))));
  it("reaches us taken apart by Mailgun as through Cloudflare", async () => expect(essence(await throughMailgunParsed(raw))).toEqual(essence(await throughCloudflare(raw))));
});

describe("a mail that was taken apart", () => {
  const mail = { headers: [["From", "Jane <jane@example.com>"], ["Message-ID", "<a@b>"]] as [string, string][], text: "Hi", html: null, files: [] };

  it("with text of any length keeps all of it, as files where only its beginning is shown", async () => {
    const text = "x".repeat(400_000);
    const { text: shown, html, cut, files: kept } = await mailOfFields({ ...mail, text, html: `<p>${text}</p>` });
    expect([shown.length, html!.length, cut, kept.map(({ name, bytes }) => [name, bytes!.length])]).toEqual([150_000, 3, true, [["original-text.txt", 400_000], ["original-page.html", 400_007]]]);
  });

  it("has no header that a value smuggled in, and none with an impossible name", async () => {
    const { headers, to } = await mailOfFields({ ...mail, headers: [...mail.headers, ["Subject", "x\r\nTo: eve@example.com"], ["Bad Name", "y"], ["", "z"], ["X\r\nTo", "eve@example.com"]] });
    expect([to, headers.has("bad name"), headers.has("")]).toEqual([[], false, false]);
  });

  it("with more headers than any mail has is read as far as the limit goes", async () => {
    const { from, headers } = await mailOfFields({ ...mail, headers: [...mail.headers, ...Array.from({ length: 50_000 }, (_, index): [string, string] => [`X-${index}`, "y".repeat(50)])] });
    expect(from).toEqual({ name: "Jane", address: "jane@example.com" });
    expect(headers.size).toBeLessThan(2_000);
  });

  it("says when the company that brought it found it forged", async () => {
    const judged = async (results: Record<string, string>, sender = SENDER) => {
      const body = mailgunForm({ recipient: RECIPIENT, sender, "body-plain": "Hi", "message-headers": JSON.stringify([["From", SENDER], ...Object.entries(results)]) });
      const [event] = await mailgun.receive(recordedRequest("mailgun", body, { "content-type": "application/x-www-form-urlencoded" }), atMailgun);
      if (event?.kind !== "message") throw new Error("not a message");
      expect(event.email!.warning !== null).toBe(event.email!.authenticity === "failed");
      return event.email!.authenticity;
    };
    const cases: [Record<string, string>, string][] = [
      [{}, "unverified"], [{ "X-Mailgun-Spf": "Pass" }, "verified"], [{ "X-Mailgun-Spf": "Fail" }, "failed"], [{ "X-Mailgun-Spf": "SoftFail", "X-Mailgun-Dkim-Check-Result": "Fail" }, "failed"],
      [{ "X-Mailgun-Spf": "Fail", "X-Mailgun-Dkim-Check-Result": "Pass" }, "unverified"], [{ "X-Mailgun-Spf": "Neutral" }, "unverified"], [{ "Authentication-Results": "mx.cloudflare.net; dmarc=pass" }, "unverified"],
      [{ "X-Mailgun-Spf": "Pass", "x-mailgun-spf": "Pass" }, "unverified"],
    ];
    for (const [results, expected] of cases) expect([results, await judged(results)]).toEqual([results, expected]);
    expect(await judged({ "X-Mailgun-Spf": "Pass" }, "bounce@mailer.example")).toBe("unverified");
  });

  it("is believed as far as Postmark proved it", async () => {
    const judged = async (headers: [string, string][]) => {
      const [event] = await postmark.receive(recordedRequest("postmark", JSON.stringify({ MessageID: "p", FromFull: { Email: SENDER, Name: "" }, Headers: headers.map(([Name, Value]) => ({ Name, Value })) })), atPostmark);
      return event?.kind === "message" ? event.email!.authenticity : null;
    };
    const own = `envelope-from=${SENDER}`;
    expect(await judged([["X-Spam-Tests", "DKIM_SIGNED,DKIM_VALID,DKIM_VALID_AU,SPF_PASS"]])).toBe("verified");
    expect(await judged([["Received-SPF", `Pass (sender SPF authorized) identity=mailfrom; client-ip=192.0.2.1; ${own}; receiver=x`]])).toBe("verified");
    expect(await judged([["Received-SPF", "Pass (sender SPF authorized)"]])).toBe("unverified");
    expect(await judged([["Received-SPF", "Pass (x) envelope-from=x@evil.example;"]])).toBe("unverified");
    expect(await judged([["Received-SPF", `Fail (x) ${own}`]])).toBe("failed");
    // Twice: one of them was written by whoever sent it.
    expect(await judged([["X-Spam-Tests", "DKIM_VALID_AU"], ["x-spam-tests", "SPF_FAIL"]])).toBe("unverified");
  });

  it("keeps its time where the sender's clock is right", async () => {
    const [event] = await postmark.receive(recordedRequest("postmark", JSON.stringify({ MessageID: "p", FromFull: { Email: SENDER, Name: "" }, Date: "Sun, 22 Nov 2026 10:59:58 +0100" })), atPostmark);
    expect(event!.kind === "message" && event!.at).toBe(NOW - 2_000);
  });
});
