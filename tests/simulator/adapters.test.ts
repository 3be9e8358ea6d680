import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { z } from "zod";
import { PLAIN_MESSAGE, type ChannelConnection, type OutboundMessage, type RawRequest } from "../../worker/channels/channel";
import { cloudflareEmail } from "../../worker/channels/email-cloudflare";
import { resend } from "../../worker/channels/email-resend";
import { twilio } from "../../worker/channels/sms-twilio";
import { ACCOUNT, PUBLIC_URL, SVIX_SECRET, TOKEN, inWorld, type Arrived, type Pretend } from "./pretend";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 1_795_341_600_000 }));
afterEach(() => void vi.useRealTimers());

const base = { accountId: "a_1", ownAddresses: [], country: "US" };
const sms: ChannelConnection<z.infer<typeof twilio.settings>> = { ...base, id: "cn_sms", address: "+15005550006", settings: { accountSid: ACCOUNT, authToken: TOKEN } };
const out: ChannelConnection<z.infer<typeof resend.settings>> = { ...base, id: "cn_out", address: "support@acme.example", settings: { apiKey: "re_test", webhookSecret: SVIX_SECRET, domain: "acme.example" } };
const mailbox: ChannelConnection<z.infer<typeof cloudflareEmail.settings>> = { ...base, id: "cn_in", address: "support@acme.example", settings: { domain: "acme.example" } };

const io = (world: Pretend) => ({ now: Date.now, fetch: (input: RequestInfo | URL, init?: RequestInit) => world.call(String(input), init) });
const raw = ({ url, headers, body, at }: Arrived): RawRequest => ({ method: "POST", url, headers: Object.fromEntries(headers), body: new TextEncoder().encode(body), receivedAt: at });
const message = (fields: Partial<OutboundMessage> = {}): OutboundMessage => ({
  ...PLAIN_MESSAGE, id: "m_1", reference: "c_1:m_1", from: "+15005550006", to: "+14155550123", text: "Hello", media: [], email: null, statusUrl: `${PUBLIC_URL}/hooks/twilio/cn_sms?ref=c_1:m_1`, ...fields,
});
const letter = (to: string) => message({
  from: "support@acme.example", to, email: {
    from: { name: "Acme", address: "support@acme.example" }, to: [{ name: "", address: to }], cc: [], bcc: [], subject: "Order", html: "<p>Hello</p>", messageId: "<m_1@acme.example>", inReplyTo: null, references: [], replyTo: null, headers: {},
  },
});

it("what our Twilio adapter sends is accepted, and the callbacks pass its check and name the message", () => inWorld(async (world) => {
  expect(await twilio.probe!(sms, io(world))).toBeNull();
  const result = await twilio.send!(message(), sms, io(world));
  expect(result).toMatchObject({ ok: true });
  await world.settle();
  const events = await Promise.all(world.hooks.map(async (hook) => {
    expect(await twilio.verify(raw(hook), sms, Date.now())).toBe(true);
    return twilio.receive(raw(hook), sms);
  }));
  expect(events.flat()).toMatchObject([{ kind: "status", state: "sent", reference: "c_1:m_1" }, { kind: "status", state: "delivered" }]);
}));

it("our Twilio adapter reads an incoming message and fetches its picture", () => inWorld(async (world) => {
  await world.inbound("twilio", { from: "+14155550123", text: "Größe 👋 & 100%", media: [{ name: "a.png", type: "image/png", base64: btoa("png") }] });
  const request = raw(world.hooks[0]!);
  expect(await twilio.verify(request, sms, Date.now())).toBe(true);
  const [event] = await twilio.receive(request, sms);
  if (event?.kind !== "message") throw new Error("not a message");
  expect(event).toMatchObject({ text: "Größe 👋 & 100%", from: { address: "+14155550123" } });
  const file = await twilio.download!(event.media[0]!, sms, io(world));
  expect(new Uint8Array(await file.arrayBuffer())).toEqual(new TextEncoder().encode("png"));
}));

it.each([
  [{ to: "+15005550001" }, {}, "permanent"], [{ to: "+15005550004" }, {}, "optout"], [{ from: "+14155550000" }, {}, "config"], [{}, { status: 429, retryAfterS: 2 }, "rate"],
])("a refusal of Twilio's is understood: %j in %j", (fields, weather, expected) => inWorld(async (world) => {
  await world.api("weather", weather);
  expect(await twilio.send!(message(fields), sms, io(world))).toMatchObject({ ok: false, class: expected });
}));

it("what our Resend adapter sends is accepted once, and the events pass its check", () => inWorld(async (world) => {
  expect(await resend.probe!(out, io(world))).toBeNull();
  const first = await resend.send!(letter("jane@example.com"), out, io(world));
  expect(first).toMatchObject({ ok: true });
  expect(await resend.send!(letter("jane@example.com"), out, io(world))).toEqual(first);
  await world.settle();
  expect(await world.sent("resend")).toHaveLength(1);
  const events = await Promise.all(world.hooks.map(async (hook) => {
    expect(await resend.verify(raw(hook), out, hook.at)).toBe(true);
    return resend.receive(raw(hook), out);
  }));
  expect(events.flat()).toMatchObject([{ kind: "status", state: "sent" }, { kind: "status", state: "delivered" }]);
}));

it("our mail adapter reads an answer and a bounce", () => inWorld(async (world) => {
  await resend.send!(letter("jane@example.com"), out, io(world));
  const read = async () => {
    const { headers, ...rest } = raw(world.mails.at(-1)!);
    return cloudflareEmail.receive({ ...rest, headers: { "x-envelope-from": headers["x-from"]!, "x-envelope-to": headers["x-to"]! } }, mailbox);
  };
  await world.inbound("cloudflare-email", { from: "Jané <jane@example.com>", text: "Danke für alles", inReplyTo: "<m_1@acme.example>", quote: true });
  expect(await read()).toMatchObject([{ kind: "message", from: { address: "jane@example.com", name: "Jané" }, email: { subject: "Re: Order" } }]);
  await world.inbound("cloudflare-email", { from: "jane@example.com", auto: "bounce", inReplyTo: "<m_1@acme.example>" });
  expect(await read()).toMatchObject([{ kind: "status", state: "failed" }]);
}));
