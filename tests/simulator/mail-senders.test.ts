import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { z } from "zod";
import type { WorldConnection } from "../../simulator/api";
import { checkMail } from "../../simulator/sendgrid/send";
import { signSendGrid } from "../../simulator/sendgrid/signature";
import { SMTP_HOST } from "../../simulator/smtp/provider";
import { resend } from "../../worker/channels/email-resend";
import { sendgrid } from "../../worker/channels/email-sendgrid";
import { ses } from "../../worker/channels/email-ses";
import type { Channel, ChannelConnection, InboundEvent, OutboundMessage, RawRequest } from "../../worker/channels/channel";
import { fileOf, letter, recordedRequest } from "../support/mail-channel";
import { CONNECTIONS, inWorld, PUBLIC_URL, SVIX_SECRET, type Arrived, type Pretend } from "./pretend";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 1_795_341_600_000 }));
afterEach(() => void vi.useRealTimers());

const PUBLIC = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEWb8499XlsWuTBMT18KKikSTbOHAVDniyTvnwscBjhdqlykLnMZCLqqvkEena9IAJbMWo0LzI7XMe7Ecv7k11RQ==";
const PRIVATE = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgG+hqirnmEhuOYiaOuxmN4r0o48y+eBxzKDWP7bpMB3ihRANCAARZvzj31eWxa5MExPXwoqKRJNs4cBUOeLJO+fCxwGOF2qXKQucxkIuqq+QR6dr0gAlsxajQvMjtcx7sRy/uTXVF";
const common = { accountId: "a_1", ownAddresses: [], country: "US" };
const atSendGrid: ChannelConnection<z.infer<typeof sendgrid.settings>> = { ...common, id: "cn_sg", address: "events@ride.example", settings: { apiKey: "SG.x", eventPublicKey: PUBLIC, parseToken: "parse-token-0123456789", region: "global" } };
const atAmazon: ChannelConnection<z.infer<typeof ses.settings>> = { ...common, id: "cn_ses", address: "news@acme.example", settings: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", region: "us-east-1", topicArn: "arn:aws:sns:us-east-1:123456789012:mail" } };
const atResend: ChannelConnection<z.infer<typeof resend.settings>> = { ...common, id: "cn_out", address: "support@acme.example", settings: { apiKey: "re_test", webhookSecret: SVIX_SECRET, domain: "acme.example" } };
const known = (provider: string, { id, address, settings }: ChannelConnection<object>, more: object = {}): WorldConnection => ({ provider, connectionId: id, address, webhookUrl: `${PUBLIC_URL}/hooks/${provider}/${id}`, secrets: { ...settings, ...more } });
const SMTP: WorldConnection = { provider: "smtp", connectionId: "cn_smtp", address: "books@acme.example", webhookUrl: `${PUBLIC_URL}/hooks/smtp/cn_smtp`, secrets: { host: "smtp.acme.example", port: 2525, security: "none", user: "books@acme.example", password: "secret" } };

const inMailWorld = (play: (world: Pretend) => Promise<void>) => inWorld(async (world) => {
  await world.api("connections", [...CONNECTIONS, known("sendgrid", atSendGrid, { privateKey: PRIVATE }), known("ses", atAmazon), SMTP]);
  await play(world);
});
const io = (world: Pretend) => ({ now: Date.now, fetch: (input: RequestInfo | URL, init?: RequestInit) => world.call(String(input), init) });
const raw = ({ url, headers, body, at }: Arrived): RawRequest => ({ method: "POST", url, headers: Object.fromEntries(headers), body: new TextEncoder().encode(body), receivedAt: at });

interface Company { name: string; channel: Channel; connection: ChannelConnection<never>; from: string; id: string }
const COMPANIES: Company[] = [
  { name: "sendgrid", channel: sendgrid, connection: atSendGrid as ChannelConnection<never>, from: "events@ride.example", id: "msg_01J@ride.example" },
  { name: "ses", channel: ses, connection: atAmazon as ChannelConnection<never>, from: "news@acme.example", id: "" },
];
const to = (from: string, ...people: string[]): OutboundMessage => letter({ from: { name: "Acme", address: from }, to: people.map((address) => ({ name: "", address })), messageId: `msg_01J@${from.split("@")[1]}` });

describe.each(COMPANIES)("$name", ({ name, channel, connection, from, id }) => {
  const read = async (world: Pretend): Promise<InboundEvent[]> => (await Promise.all(world.hooks.map(async (hook) => {
    expect(await channel.verify(raw(hook), connection, hook.at, io(world))).toBe(true);
    return channel.receive(raw(hook), connection);
  }))).flat();

  it("passes our check of the connection, and refuses another key", () => inMailWorld(async (world) => {
    expect(await channel.probe!(connection, io(world))).toBeNull();
    const wrong = { ...(connection as ChannelConnection<object>), settings: { ...connection.settings as object, apiKey: "x", secretAccessKey: "x" } } as ChannelConnection<never>;
    expect(await channel.probe!(wrong, io(world))).toMatch(/refused the (API|access) key/);
    expect(await channel.send!(to(from, "jane@example.com"), wrong, io(world))).toMatchObject({ ok: false, class: "auth" });
  }));

  it("takes what our adapter sends, files and all, and reports on each recipient", () => inMailWorld(async (world) => {
    const message = to(from, "jane@example.com", "bounce@example.com");
    message.email!.bcc = [{ name: "", address: "b@example.com" }];
    const result = await channel.send!({ ...message, media: [fileOf("a.txt", "text/plain", new TextEncoder().encode("hi"))] }, connection, io(world));
    if (!result.ok) throw new Error(result.detail);
    const [sent] = await world.sent(name);
    expect(sent).toMatchObject({ from, text: expect.stringMatching(/^Hi\s*$/) as string, media: [{ name: "a.txt", size: 2 }], mail: { messageId: `<${id || result.messageId}>`, inReplyTo: "<a@b>", references: ["<r@b>", "<a@b>"], to: ["jane@example.com", "bounce@example.com"], bcc: ["b@example.com"] } });
    expect(result.messageId).toBe(sent!.mail!.messageId.slice(1, -1));
    await world.settle();
    const events = await read(world);
    for (const event of events) expect(event).toMatchObject({ kind: "status", reference: "c_1:en_1", externalId: result.externalId });
    expect(events).toContainEqual(expect.objectContaining({ recipient: "jane@example.com", state: "delivered" }));
    expect(events).toContainEqual(expect.objectContaining({ recipient: "bounce@example.com", state: "failed", class: "permanent", code: "5.1.1" }));
    expect(events).not.toContainEqual(expect.objectContaining({ recipient: "jane@example.com", state: "failed" }));
  }));

  it.each<[string, object]>([["complain", { kind: "complaint", from: { kind: "email", address: "complain@example.com" } }], ["suppressed", { kind: "status", state: "failed", class: "permanent" }], ["delay", { kind: "status", state: "sending" }]])("tells what becomes of a mail to %s@", (who, event) => inMailWorld(async (world) => {
    await channel.send!(to(from, `${who}@example.com`), connection, io(world));
    await world.settle();
    expect(await read(world)).toContainEqual(expect.objectContaining(event));
  }));

  it("refuses a sender that is not ours, and too many at once, in its own words", () => inMailWorld(async (world) => {
    expect(await channel.send!(to("x@other.example", "jane@example.com"), connection, io(world))).toMatchObject({ ok: false, code: name === "ses" ? "MessageRejected" : "sender_not_verified" });
    await world.api("weather", { status: 429 });
    expect(await channel.send!(to(from, "jane@example.com"), connection, io(world))).toMatchObject({ ok: false, class: "rate" });
  }));
});

it("SendGrid's signatures are those of its documents", async () => {
  const [body, timestamp] = ["[]\r\n", "1795341600"];
  for (let nth = 0; nth < 20; nth++) {
    const signature = await signSendGrid(PRIVATE, timestamp, body);
    expect(await sendgrid.verify(recordedRequest("sendgrid", body, { "x-twilio-email-event-webhook-signature": signature, "x-twilio-email-event-webhook-timestamp": timestamp }), atSendGrid, 1_795_341_600_000)).toBe(true);
  }
});

it("SendGrid brings a customer's answer, raw and proved by its password", () => inMailWorld(async (world) => {
  await sendgrid.send!(to("events@ride.example", "jane@example.com"), atSendGrid, io(world));
  await world.settle();
  const [sent] = await world.sent("sendgrid");
  world.hooks.length = 0;
  await world.inbound("sendgrid", { from: "jane@example.com", fromName: "Jane Dœ", inReplyTo: sent!.id, text: "Grüße 👋", attachments: [{ name: "täst.txt", type: "text/plain", base64: btoa("hello") }] });
  const hook = raw(world.hooks[0]!);
  expect(await sendgrid.verify(hook, atSendGrid, Date.now())).toBe(true);
  const [event] = await sendgrid.receive(hook, atSendGrid);
  if (event?.kind !== "message") throw new Error("not a message");
  expect(event).toMatchObject({ from: { address: "jane@example.com", name: "Jane Dœ" }, email: { subject: "Re: Order", inReplyTo: ["msg_01J@ride.example"], deliveredTo: ["events@ride.example"], warning: null } });
  expect([event.text.trim(), event.media.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)])]).toEqual(["Grüße 👋", [["täst.txt", "hello"]]]);
  world.hooks.length = 0;
  await world.inbound("sendgrid", { from: "jane@example.com", text: "Pay here", dmarc: "fail" });
  const [forged] = await sendgrid.receive(raw(world.hooks[0]!), atSendGrid);
  expect(forged?.kind === "message" && forged.email!.warning).toMatch(/authenticity/);
}));

it("Resend says that a mail is there, and hands it out raw", () => inMailWorld(async (world) => {
  await world.inbound("resend", { from: "jane@example.com", fromName: "Jane Dœ", subject: "Größe", text: "Grüße 👋", attachments: [{ name: "a.txt", type: "text/plain", base64: btoa("hello") }] });
  const hook = raw(world.hooks[0]!);
  expect([world.mails.length, await resend.verify(hook, atResend, Date.now())]).toEqual([0, true]);
  const [pending] = await resend.receive(hook, atResend);
  if (pending?.kind !== "pending") throw new Error("nothing to fetch");
  expect(await resend.collect!(pending.ref, atResend, io(world))).toMatchObject([{ kind: "message", from: { address: "jane@example.com", name: "Jane Dœ" }, text: expect.stringContaining("Grüße 👋") as string, media: [{ name: "a.txt" }], email: { subject: "Größe", deliveredTo: ["support@acme.example"] } }]);
  await expect(resend.collect!("unknown", atResend, io(world))).rejects.toThrow("404");
}));

it("Amazon asks whether we want to subscribe, and is told so by our adapter", () => inMailWorld(async (world) => {
  await world.api("ses/subscribe", {});
  const hook = raw(world.hooks[0]!);
  expect([world.hooks[0]!.headers.get("x-amz-sns-message-type"), await ses.verify(hook, atAmazon, Date.now(), io(world))]).toEqual(["SubscriptionConfirmation", true]);
  const [pending] = await ses.receive(hook, atAmazon);
  if (pending?.kind !== "pending") throw new Error("nothing to confirm");
  expect(await ses.collect!(pending.ref, atAmazon, io(world))).toEqual([]);
  expect(await world.api("ses/subscriptions")).toEqual([atAmazon.settings.topicArn]);
  expect(await ses.collect!(pending.ref.replace(/Token=.*/, "Token=other"), atAmazon, io(world))).toMatchObject([{ kind: "notice" }]);
}));

describe("a mail server", () => {
  const post = async (world: Pretend, path: string, headers: Record<string, string>, body: string) => (await world.call(`https://${SMTP_HOST}/${path}`, { method: "POST", headers, body })).text();
  const MAIL = "From: books@acme.example\r\nTo: bounce@example.com\r\nSubject: Order\r\nMessage-ID: <msg_01J@acme.example>\r\n\r\nHi\r\n";
  const envelope = (from: string, ...people: string[]) => ({ "x-envelope": JSON.stringify({ user: "books@acme.example", from, to: people }) });

  it("knows its users, and whose addresses they may use", () => inMailWorld(async (world) => {
    const say = (user: string, password: string) => post(world, "sign-in", {}, JSON.stringify({ user, password }));
    expect([await say("books@acme.example", "secret"), await say("books@acme.example", "x")].map((line) => line.slice(0, 3))).toEqual(["235", "535"]);
    expect(await post(world, "mail", envelope("x@other.example", "jane@example.com"), MAIL)).toMatch(/^553 /);
  }));

  it("takes a mail, and returns it as a mail when it cannot be delivered", () => inMailWorld(async (world) => {
    expect(await post(world, "mail", envelope("books@acme.example", "bounce@example.com", "b@example.com"), MAIL)).toMatch(/^250 2\.0\.0 Ok: queued/);
    expect(await world.sent("smtp")).toMatchObject([{ from: "books@acme.example", mail: { subject: "Order", to: ["bounce@example.com"], bcc: ["b@example.com"], messageId: "<msg_01J@acme.example>" } }]);
    await world.settle();
    expect(world.mails.map(({ body }) => /Final-Recipient: rfc822; (\S+)/.exec(body)?.[1])).toEqual(["bounce@example.com"]);
  }));

  it.each([[500, "451"], [429, "450"], [400, "554"]])("in weather of status %i it answers %s", (status, code) => inMailWorld(async (world) => {
    await world.api("weather", { status });
    expect((await post(world, "mail", envelope("books@acme.example", "jane@example.com"), MAIL)).slice(0, 3)).toBe(code);
  }));
});

describe("a mail to SendGrid", () => {
  const fair = { personalizations: [{ to: [{ email: "jane@example.com" }] }], from: { email: "a@acme.example" }, subject: "Order", content: [{ type: "text/plain", value: "Hi" }] };
  it.each<[string, unknown, number]>([
    ["that is fine", fair, 0], ["that is no object", "x", 400], ["without a subject", { ...fair, subject: "" }, 400], ["without words", { ...fair, content: [{ type: "text/plain", value: "" }] }, 400], ["to nobody", { ...fair, personalizations: [{ to: [] }] }, 400], ["to what is no address", { ...fair, personalizations: [{ to: [{ email: "jane" }] }] }, 400],
    ["to somebody twice", { ...fair, personalizations: [{ to: [{ email: "jane@example.com" }], cc: [{ email: "JANE@example.com" }] }] }, 400], ["with HTML first", { ...fair, content: [{ type: "text/html", value: "x" }, ...fair.content] }, 400], ["from a domain that is not ours", { ...fair, from: { email: "a@other.example" } }, 403],
  ])("%s is judged as SendGrid does", (_name, body, status) => expect(checkMail(body, ["acme.example"])).toMatchObject(status === 0 ? { ok: true } : { ok: false, status }));
});
