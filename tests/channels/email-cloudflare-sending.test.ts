import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventOf } from "../../simulator/mail/sending";
import type { ChannelConnection, InboundEvent, OutboundMessage } from "../../worker/channels/channel";
import { cloudflareSending, senderOfEvent } from "../../worker/channels/email-cloudflare-sending";
import type { BoundMail, MailBinding } from "../../worker/platform/mail-binding";
import { fileOf, letter, NOW, pretendIo, recordedRequest } from "../support/mail-channel";
import manifest from "./fixtures/cloudflare-email/manifest.json";

const files = import.meta.glob<string>("./fixtures/cloudflare-email/queue-event.*.json", { query: "?raw", import: "default", eager: true });
const connection: ChannelConnection<{ domain: string }> = { id: "cn_1", accountId: "a_1", address: "support@acme.example", settings: { domain: "acme.example" }, ownAddresses: [], country: "US" };
const receive = (body: string) => cloudflareSending.receive(recordedRequest("cloudflare-sending", body), connection);

async function send(act: (mail: BoundMail) => Promise<{ messageId: string }>, message: OutboundMessage = letter()) {
  const sent: BoundMail[] = [];
  const mail: MailBinding = { send: (one) => { sent.push(one); return act(one); } };
  return { result: await cloudflareSending.send!(message, connection, { ...pretendIo(() => new Response()).io, mail }), sent };
}
const took = () => Promise.resolve({ messageId: "<msg-cf-1@acme.example>" });

const ABOUT = { kind: "status", at: NOW, externalId: "msg-cf-1@acme.example", messageId: "msg-cf-1@acme.example", isOurs: true, recipient: "jane@example.com" };
const EVENTS: Record<string, unknown[]> = {
  delivered: [{ ...ABOUT, state: "delivered" }],
  deferred: [{ ...ABOUT, state: "sending", detail: "421 try later" }],
  "delivered-second-recipient": [{ ...ABOUT, state: "delivered", recipient: "boss@example.com" }],
  "bounced-hard": [{ ...ABOUT, state: "failed", code: "bounce/hard/invalid_recipient", class: "permanent", detail: "user unknown" }],
  "bounced-soft": [{ ...ABOUT, state: "failed", code: "bounce/soft/mailbox_full", class: "temporary", detail: "full" }],
  failed: [{ ...ABOUT, state: "failed", code: "failed", class: "temporary", detail: "internal" }],
  rejected: [{ ...ABOUT, state: "failed", code: "rejected/suppressed", class: "permanent", detail: "recipient on suppression list" }],
  complained: [{ ...ABOUT, state: "delivered" }, { kind: "complaint", from: { kind: "email", address: "jane@example.com" }, at: NOW }],
};

describe("an event of the queue", () => {
  it.each(manifest.files.map(({ file, expect: meaning }) => [file, meaning]))("%s means: %s", async (file) => {
    const name = file!.replace("queue-event.", "").replace(".json", "");
    const body = files[`./fixtures/cloudflare-email/${file}`]!;
    const found = await receive(body);
    expect(found).toEqual(EVENTS[name]);
    expect(senderOfEvent(JSON.parse(body))).toBe("support@acme.example");
    for (const event of found) if (event.kind === "status" && event.code) expect(cloudflareSending.explain(event.code)).toMatch(/\.$/);
  });

  it("of a kind that is new is noted", async () => {
    expect(await receive(files["./fixtures/cloudflare-email/queue-event.delivered.json"]!.replace("message.delivered", "message.opened"))).toEqual([{ kind: "other", label: "cf.email.sending.message.opened", at: NOW }]);
    for (const body of ["", "null", "{}", '{"type":"x","payload":{}}']) expect(await receive(body)).toEqual([{ kind: "other", label: "unreadable", at: NOW }]);
    expect([senderOfEvent(null), senderOfEvent({ type: "x", payload: { messageId: "m", sender: "nobody" } })]).toEqual([null, null]);
  });

  it("of any shape never breaks the reader", async () => {
    const kinds: InboundEvent["kind"][] = ["status", "complaint", "other"];
    await fc.assert(fc.asyncProperty(fc.record({ type: fc.constantFrom(...["bounced", "rejected", "complained", "failed"].map((kind) => `cf.email.sending.message.${kind}`)), payload: fc.record({ messageId: fc.string(), recipient: fc.jsonValue(), bounce: fc.jsonValue(), rejection: fc.jsonValue() }), metadata: fc.jsonValue() }), async (body) => {
      for (const event of await receive(JSON.stringify(body))) expect(kinds).toContain(event.kind);
    }), { numRuns: 100 });
  });

  it("the simulator's have the very fields of real ones", () => {
    const real = JSON.parse(files["./fixtures/cloudflare-email/queue-event.bounced-soft.json"]!) as { payload: object };
    const message = { from: "support@acme.example", mail: { messageId: "<m@acme.example>", subject: "Re: Order" } } as Parameters<typeof eventOf>[0];
    const made = eventOf(message, "jane@example.com", { state: "bounced", code: "soft" }, NOW) as typeof real;
    expect([Object.keys(made).sort(), Object.keys(made.payload).sort()]).toEqual([Object.keys(real).sort(), Object.keys(real.payload).sort()]);
  });

  it("is never believed when it comes by HTTP", async () => expect(await cloudflareSending.verify(recordedRequest("cloudflare-sending", files["./fixtures/cloudflare-email/queue-event.delivered.json"]!), connection, NOW)).toBe(false));
});

describe("sending", () => {
  it("hands the binding what it takes, and only headers that may be set", async () => {
    const { result, sent } = await send(took, letter({ cc: [{ name: "C", address: "c@example.com" }], replyTo: "reply+c_1.abc@acme.example", headers: { "Auto-Submitted": "auto-generated", Date: "x" } }, { media: [fileOf("a.txt", "text/plain", new Uint8Array([1, 2]))] }));
    expect(result).toEqual({ ok: true, externalId: "msg-cf-1@acme.example", messageId: "msg-cf-1@acme.example" });
    expect(sent).toEqual([{
      from: { email: "support@acme.example", name: "Acme" }, to: ["jane@example.com"], cc: ["c@example.com"], replyTo: "reply+c_1.abc@acme.example", subject: "Re: Order", text: "Hi", html: "<p>Hi</p>",
      headers: { "In-Reply-To": "<a@b>", References: "<r@b> <a@b>", "Auto-Submitted": "auto-generated" }, attachments: [{ content: new Uint8Array([1, 2]).buffer, filename: "a.txt", type: "text/plain", disposition: "attachment" }],
    }]);
  });

  it.each([
    ["E_VALIDATION_ERROR", "permanent"], ["E_FIELD_MISSING", "permanent"], ["E_TOO_MANY_RECIPIENTS", "permanent"], ["E_CONTENT_TOO_LARGE", "permanent"], ["E_HEADER_NOT_ALLOWED", "permanent"], ["E_SENDER_NOT_VERIFIED", "config"], ["E_SENDER_DOMAIN_NOT_AVAILABLE", "config"],
    ["E_RECIPIENT_NOT_ALLOWED", "config"], ["E_RECIPIENT_SUPPRESSED", "permanent"], ["E_RATE_LIMIT_EXCEEDED", "rate"], ["E_DAILY_LIMIT_EXCEEDED", "rate"], ["E_DELIVERY_FAILED", "temporary"], ["E_INTERNAL_SERVER_ERROR", "temporary"],
  ])("%s is %s, and explained", async (code, failure) => {
    expect((await send(() => Promise.reject(Object.assign(new Error("why"), { code })))).result).toEqual({ ok: false, class: failure, code, detail: "why" });
    // Some paths keep the words of an error and lose its code.
    expect((await send(() => Promise.reject(new Error(`${code}: why`)))).result).toMatchObject({ ok: false, class: failure, code });
    expect(cloudflareSending.explain(code)).toMatch(/\.$/);
  });

  it("an accident on the way leaves the outcome unknown", async () => {
    await expect(send(() => Promise.reject(new Error("internal error")))).rejects.toThrow("internal error");
    await expect(send(() => Promise.reject(new Error("Network E_RESET")))).rejects.toThrow("E_RESET");
  });

  it.each<[string, OutboundMessage]>([["no_email", { ...letter(), email: null }], ["foreign_sender", letter({ from: { name: "", address: "boss@other.example" } })], ["too_many_recipients", letter({ bcc: Array.from({ length: 50 }, (_, n) => ({ name: "", address: `p${n}@example.com` })) })]])("%s is surely not sent, and explained", async (code, message) => {
    const { result, sent } = await send(took, message);
    expect([result, sent]).toMatchObject([{ ok: false, code }, []]);
    expect(cloudflareSending.explain(code)).toMatch(/\.$/);
  });
});

it.each([["bounce/hard/invalid_recipient", "inactive"], ["rejected/suppressed", "inactive"], ["bounce/soft/x", null], ["E_RECIPIENT_SUPPRESSED", null], ["no-such-code", null]])("after %s the consent is %s", (code, consent) => expect(cloudflareSending.consentAfter!(code)).toBe(consent));
