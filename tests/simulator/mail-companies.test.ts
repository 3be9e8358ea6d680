import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { z } from "zod";
import type { WorldConnection } from "../../simulator/api";
import { concerned, mailPlan } from "../../simulator/mail/fates";
import { signMailgun } from "../../simulator/mailgun/signature";
import { checkForm } from "../../simulator/mailgun/send";
import { checkEmail } from "../../simulator/postmark/send";
import type { Channel, ChannelConnection, InboundEvent, OutboundMessage, RawRequest } from "../../worker/channels/channel";
import { mailgun } from "../../worker/channels/email-mailgun";
import { postmark } from "../../worker/channels/email-postmark";
import outbound from "../channels/fixtures/postmark/outbound.json";
import vector from "../channels/fixtures/mailgun/signatures.json";
import { fileOf, letter } from "../support/mail-channel";
import { MAILGUN, POSTMARK } from "../support/mail-companies";
import { CONNECTIONS, PUBLIC_URL, inWorld, type Arrived, type Pretend } from "./pretend";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 1_795_341_600_000 }));
afterEach(() => void vi.useRealTimers());

it("a signature of the simulator is what Mailgun's documents say", async () => expect(await signMailgun(vector.signingKey, vector.timestamp, vector.token)).toBe(vector.signature));

const common = { accountId: "a_1", ownAddresses: [], country: "US" };
const atPostmark: ChannelConnection<z.infer<typeof postmark.settings>> = { ...common, id: "cn_pm", address: "orders@shop.example", settings: POSTMARK };
const atMailgun: ChannelConnection<z.infer<typeof mailgun.settings>> = { ...common, id: "cn_mg", address: "rentals@mg.acme.example", settings: MAILGUN };
const known = (provider: string, { id, address, settings }: ChannelConnection<object>): WorldConnection => ({ provider, connectionId: id, address, webhookUrl: `${PUBLIC_URL}/hooks/${provider}/${id}`, secrets: { ...settings } });

const inMailWorld = (play: (world: Pretend) => Promise<void>) => inWorld(async (world) => {
  await world.api("connections", [...CONNECTIONS, known("postmark", atPostmark), known("mailgun", atMailgun)]);
  await play(world);
});
const io = (world: Pretend) => ({ now: Date.now, fetch: (input: RequestInfo | URL, init?: RequestInit) => world.call(String(input), init) });
const raw = ({ url, headers, body, at }: Arrived): RawRequest => ({ method: "POST", url, headers: Object.fromEntries(headers), body: new TextEncoder().encode(body), receivedAt: at });

interface Company { name: string; channel: Channel; connection: ChannelConnection<never>; from: string }
const COMPANIES: Company[] = [
  { name: "postmark", channel: postmark, connection: atPostmark as ChannelConnection<never>, from: "orders@shop.example" },
  { name: "mailgun", channel: mailgun, connection: atMailgun as ChannelConnection<never>, from: "rentals@mg.acme.example" },
];

describe.each(COMPANIES)("$name", ({ name, channel, connection, from }) => {
  const to = (...people: string[]): OutboundMessage => letter({ from: { name: "Acme", address: from }, to: people.map((address) => ({ name: "", address })), messageId: `msg_01J@${from.split("@")[1]}` });
  const read = async (hooks: Arrived[]): Promise<InboundEvent[]> => (await Promise.all(hooks.map(async (hook) => {
    expect(await channel.verify(raw(hook), connection, Date.now())).toBe(true);
    return channel.receive(raw(hook), connection);
  }))).flat();

  it("passes our check of the connection, and refuses another key", () => inMailWorld(async (world) => {
    expect(await channel.probe!(connection, io(world))).toBeNull();
    const wrong = { ...(connection as ChannelConnection<object>), settings: { ...connection.settings as object, serverToken: "x", apiKey: "x" } } as ChannelConnection<never>;
    expect(await channel.probe!(wrong, io(world))).toMatch(/Check|Copy/);
    expect(await channel.send!(to("jane@example.com"), wrong, io(world))).toMatchObject({ ok: false, class: "auth" });
  }));

  it("takes what our adapter sends, files and all, and reports on each recipient", () => inMailWorld(async (world) => {
    const result = await channel.send!({ ...to("jane@example.com", "bounce@example.com"), media: [fileOf("a.txt", "text/plain", new TextEncoder().encode("hi"))] }, connection, io(world));
    expect(result).toMatchObject({ ok: true, messageId: `msg_01J@${from.split("@")[1]}` });
    const [sent] = await world.sent(name);
    expect(sent).toMatchObject({ from, media: [{ name: "a.txt", size: 2 }], mail: { messageId: `<msg_01J@${from.split("@")[1]}>`, inReplyTo: "<a@b>", references: ["<r@b>", "<a@b>"] } });
    await world.settle();
    const events = await read(world.hooks);
    for (const event of events) expect(event).toMatchObject({ kind: "status", reference: "c_1:en_1", externalId: result.ok && result.externalId });
    expect(events).toContainEqual(expect.objectContaining({ recipient: "jane@example.com", state: "delivered" }));
    expect(events).toContainEqual(expect.objectContaining({ recipient: "bounce@example.com", state: "failed", class: "permanent" }));
    expect(events).not.toContainEqual(expect.objectContaining({ recipient: "jane@example.com", state: "failed" }));
  }));

  it.each<[string, object]>([
    ["complain", { kind: "complaint", from: { kind: "email", address: "complain@example.com" } }], ["unsubscribe", { kind: "consent", change: "stop" }], ["delay", { kind: "status", state: "sending" }],
  ])("tells what %s@ does", (who, event) => inMailWorld(async (world) => {
    await channel.send!(to(`${who}@example.com`), connection, io(world));
    await world.settle();
    expect(await read(world.hooks)).toContainEqual(expect.objectContaining(event));
  }));

  it("brings a customer's answer into the thread, with its letters and files", () => inMailWorld(async (world) => {
    await channel.send!(to("jane@example.com"), connection, io(world));
    await world.settle();
    const [sent] = await world.sent(name);
    world.hooks.length = 0;
    await world.inbound(name, { from: "jane@example.com", fromName: "Jane Dœ", inReplyTo: sent!.id, text: "Grüße 👋", attachments: [{ name: "täst.txt", type: "text/plain", base64: btoa("hello") }] });
    const [event] = await read(world.hooks);
    if (event?.kind !== "message") throw new Error(`not a message: ${event?.kind}`);
    expect(event).toMatchObject({ from: { address: "jane@example.com", name: "Jane Dœ" }, email: { subject: "Re: Order", inReplyTo: [`msg_01J@${from.split("@")[1]}`], deliveredTo: [from] } });
    expect([event.text.trim(), event.media.map(({ name: file, bytes }) => [file, new TextDecoder().decode(bytes)])]).toEqual(["Grüße 👋", [["täst.txt", "hello"]]]);
  }));

  it("takes mail for any address of its domain, also where the customer asks another company", () => inMailWorld(async (world) => {
    await world.inbound("cloudflare-email", { from: "jane@example.com", to: [`reply+c_1.x@${from.split("@")[1]}`, "support@acme.example"], text: "Hi" });
    expect([world.mails.length, world.hooks.map(({ url }) => new URL(url).pathname)]).toEqual([1, [`/hooks/${name}/${connection.id}`]]);
  }));

  it("reports a bounce that arrives as a mail too", () => inMailWorld(async (world) => {
    await channel.send!(to("jane@example.com"), connection, io(world));
    await world.settle();
    world.hooks.length = 0;
    await world.inbound(name, { from: "jane@example.com", inReplyTo: (await world.sent(name))[0]!.id, auto: "bounce" });
    expect(await read(world.hooks)).toMatchObject([{ kind: "status", state: "failed", messageId: `msg_01J@${from.split("@")[1]}`, code: "5.1.1" }]);
  }));

  it("tries again when the app is not there, with a proof that holds then", () => inMailWorld(async (world) => {
    world.answers.hook = 503;
    await world.inbound(name, { from: "jane@example.com", text: "Hi", messageId: "<one@example.com>" });
    world.answers.hook = 200;
    await world.settle();
    expect(world.hooks).toHaveLength(2);
    const ids = await Promise.all(world.hooks.map(async (hook) => {
      expect(await channel.verify(raw(hook), connection, hook.at)).toBe(true);
      const [event] = await channel.receive(raw(hook), connection);
      return event?.kind === "message" && event.externalId;
    }));
    expect(ids[0]).toBe(ids[1]);
  }));
});

it("Postmark sends no more to an address that bounced, and keeps no id that we did not ask it to keep", () => inMailWorld(async (world) => {
  const to = (address: string) => letter({ from: { name: "", address: "orders@shop.example" }, to: [{ name: "", address }] });
  await postmark.send!(to("bounce@example.com"), atPostmark, io(world));
  await world.settle();
  expect(await postmark.send!(to("bounce@example.com"), atPostmark, io(world))).toMatchObject({ ok: false, code: "406" });
  const headers = { "x-postmark-server-token": "T", "content-type": "application/json" };
  await world.call("https://api.postmarkapp.com/email", { method: "POST", headers, body: JSON.stringify({ From: "orders@shop.example", To: "jane@example.com", TextBody: "Hi", Headers: [{ Name: "Message-ID", Value: "<mine@shop.example>" }] }) });
  expect((await world.sent("postmark")).at(-1)!.mail!.messageId).toMatch(/^<[0-9a-f-]{36}@mtasv\.net>$/);
}));

it("Mailgun knows a key in its own region only", () => inMailWorld(async (world) => {
  const elsewhere = { ...atMailgun, settings: { ...MAILGUN, region: "us" as const } };
  expect(await mailgun.send!(letter({ from: { name: "", address: "rentals@mg.acme.example" } }), elsewhere, io(world))).toMatchObject({ ok: false, class: "auth", detail: "Forbidden" });
}));

describe("a mail to Postmark", () => {
  const fair = { From: "Acme <support@acme.example>", To: "jane@example.com", Subject: "Order", TextBody: "Hi" };
  it("of the recorded exchange is accepted", () => expect(checkEmail(outbound.exchanges[0]!.request.body, ["acme.example"], ["outbound"])).toMatchObject({ ok: true, email: { to: ["jane@example.com"], metadata: { message_id: "msg_01J" } } }));
  it.each<[string, unknown, number]>([
    ["that is no object", "x", 403], ["from what is no address", { ...fair, From: "x" }, 300], ["from a domain that is not ours", { ...fair, From: "a@other.example" }, 400], ["to nobody", { ...fair, To: "" }, 300], ["to what is no address", { ...fair, To: "jane" }, 300],
    ["with 51 recipients", { ...fair, Bcc: Array.from({ length: 50 }, (_, index) => `p${index}@example.com`).join() }, 300], ["without content", { ...fair, TextBody: "" }, 300], ["by a stream that is not there", { ...fair, MessageStream: "x" }, 1235],
    ["with a program", { ...fair, Attachments: [{ Name: "a.exe", Content: "aGk=", ContentType: "x/y" }] }, 300], ["with a file that is no base64", { ...fair, Attachments: [{ Name: "a", Content: "!", ContentType: "x/y" }] }, 300], ["of more than 10 MB", { ...fair, TextBody: "x".repeat(10 * 1024 * 1024 + 1) }, 300],
  ])("%s is refused as Postmark does", (_name, body, code) => expect(checkEmail(body, ["acme.example"], ["outbound"])).toMatchObject({ ok: false, code }));
});

describe("a form to Mailgun", () => {
  const form = (fields: Record<string, string>) => { const data = new FormData(); for (const [name, value] of Object.entries(fields)) data.append(name, value); return data; };
  const fair = { from: "Acme <a@acme.example>", to: '"Doe, Jane" <jane@example.com>, bob@example.com', text: "Hi" };
  it("that is right is accepted", () => expect(checkForm(form({ ...fair, "h:X-A": "1", "v:message": "m" }))).toMatchObject({ ok: true, email: { to: ["jane@example.com", "bob@example.com"], headers: { "x-a": "1" }, variables: { message: "m" } } }));
  it.each<[string, Record<string, string>, RegExp]>([
    ["that is empty", {}, /from parameter is missing/], ["from nobody", { ...fair, from: "x" }, /from parameter is not/], ["without recipients", { from: fair.from, text: "x" }, /to parameter is missing/], ["to nobody", { ...fair, to: "jane" }, /to parameter is not a valid address/], ["with an impossible copy", { ...fair, cc: "x" }, /cc parameter/], ["without content", { from: fair.from, to: fair.to }, /at least one of/],
  ])("%s is refused as Mailgun does", (_name, fields, message) => expect(checkForm(form(fields))).toMatchObject({ ok: false, status: 400, message: expect.stringMatching(message) as string }));
});

it.each<[string[], string[]]>([
  [["jane@example.com"], ["delivered"]], [["jane@example.com", "bounce@example.com"], ["delivered", "bounced"]], [["Complain+x@example.com"], ["delivered", "complained"]], [["delay@example.com"], ["delayed", "delivered"]], [["unsubscribe@example.com"], ["delivered", "unsubscribed"]], [["suppressed@example.com"], ["suppressed"]],
])("a mail to %j goes through %j", (recipients, states) => expect(mailPlan(recipients).map(({ state }) => state)).toEqual(states));

it("a state is about those whose fate it is, and about everybody when somebody forced it", () => {
  const mail = { mail: { to: ["jane@example.com"], cc: ["bounce@example.com"], bcc: [] } } as unknown as Parameters<typeof concerned>[0];
  expect([concerned(mail, "bounced"), concerned(mail, "delivered"), concerned(mail, "complained")]).toEqual([["bounce@example.com"], ["jane@example.com"], ["jane@example.com", "bounce@example.com"]]);
});
