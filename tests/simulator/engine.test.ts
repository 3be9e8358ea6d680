import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Threads } from "../../simulator/api";
import { ACCOUNT, CONNECTIONS, PUBLIC_URL, TOKEN, inWorld, type Pretend } from "./pretend";

const MESSAGES = `https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT}/Messages.json`;
const AUTH = { authorization: `Basic ${btoa(`${ACCOUNT}:${TOKEN}`)}` };
const CUSTOMER = "+14155550123";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 1_795_341_600_000 }));
afterEach(() => void vi.useRealTimers());

const text = (world: Pretend, fields: Record<string, string> = {}) => world.call(MESSAGES, {
  method: "POST", headers: { ...AUTH, "content-type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams({ To: CUSTOMER, From: "+15005550006", Body: "Hello", StatusCallback: `${PUBLIC_URL}/hooks/twilio/cn_sms?ref=c:e`, ...fields }).toString(),
});
const mail = (world: Pretend, fields: object = {}, headers: Record<string, string> = {}) => world.call("https://api.resend.com/emails", {
  method: "POST", headers: { authorization: "Bearer re_test", "user-agent": "test", ...headers },
  body: JSON.stringify({ from: "Acme <support@acme.example>", to: ["jane@example.com"], subject: "Order", text: "Hi", headers: { "Message-ID": "<m1@acme.example>" }, ...fields }),
});
const states = (world: Pretend) => world.hooks.map(({ body }) => new URLSearchParams(body).get("MessageStatus"));
const events = (world: Pretend) => world.hooks.map(({ body }) => (JSON.parse(body) as { type: string }).type);

describe("a text message of the app", () => {
  it("is queued, sent and delivered, each told once and in order", () => inWorld(async (world) => {
    const response = await text(world);
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ status: "queued", num_segments: "1", date_created: "Sun, 22 Nov 2026 10:00:00 +0000" });
    await world.settle();
    expect(states(world)).toEqual(["sent", "delivered"]);
    expect(world.hooks[0]!.url).toBe(`${PUBLIC_URL}/hooks/twilio/cn_sms?ref=c:e`);
    expect(await world.sent("twilio")).toMatchObject([{ to: CUSTOMER, text: "Hello", state: "delivered", history: [{ state: "queued" }, { state: "sent", answered: 200 }, { state: "delivered", answered: 200 }] }]);
  }));

  it("fails with the code its text names", () => inWorld(async (world) => {
    await text(world, { Body: "fail:30007" });
    await world.settle();
    expect(world.hooks.map(({ body }) => [new URLSearchParams(body).get("MessageStatus"), new URLSearchParams(body).get("ErrorCode")])).toEqual([["sent", null], ["undelivered", "30007"]]);
  }));

  it("carries pictures that the provider fetched from the app", () => inWorld(async (world) => {
    await text(world, { MediaUrl: `${PUBLIC_URL}/media/cat.gif` });
    await world.settle();
    expect((await world.sent("twilio"))[0]).toMatchObject({ state: "delivered", media: [{ name: "cat.gif", type: "image/gif", size: 6 }] });
  }));

  it("fails when its picture cannot be fetched", () => inWorld(async (world) => {
    await text(world, { MediaUrl: "https://elsewhere.example/cat.gif" });
    await world.settle();
    expect((await world.sent("twilio"))[0]).toMatchObject({ state: "failed", code: "11200" });
    expect(states(world)).toEqual(["failed"]);
  }));

  it("is not sent to somebody who texted STOP until they text START", () => inWorld(async (world) => {
    await world.inbound("twilio", { from: CUSTOMER, text: "Stop" });
    expect(await (await text(world)).json()).toMatchObject({ code: 21610 });
    await world.inbound("twilio", { from: CUSTOMER, text: "START" });
    expect((await text(world)).status).toBe(201);
    expect((await world.api<Threads>("threads")).phones[0]!.messages.map(({ by }) => by)).toEqual(["customer", "provider", "customer", "provider", "app"]);
  }));

  it.each([[{}, 401], [{ authorization: `Basic ${btoa(`${ACCOUNT}:wrong`)}` }, 401], [{ authorization: "Basic %%%" }, 401], [AUTH, 400]])("needs credentials: %j answers %i", (headers, status) => inWorld(async (world) => {
    expect((await world.call(MESSAGES, { method: "POST", headers })).status).toBe(status);
    expect(await world.sent("twilio")).toEqual([]);
  }));

  it("has its state forced in the provider's words, also when its story had ended", () => inWorld(async (world) => {
    const { sid } = await (await text(world)).json<{ sid: string }>();
    await world.settle();
    await world.api("twilio/status", { id: sid, state: "undelivered", code: "30003" });
    expect(new URLSearchParams(world.hooks.at(-1)!.body).get("ErrorCode")).toBe("30003");
  }));
});

describe("weather", () => {
  it("refuses sends with the status asked for, and sends nothing", () => inWorld(async (world) => {
    await world.api("weather", { provider: "twilio", status: 429, retryAfterS: 2 });
    const response = await text(world);
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "2"]);
    expect((await mail(world)).status).toBe(200);
    expect(await world.sent("twilio")).toEqual([]);
  }));

  it("brings the first callback before the answer", () => inWorld(async (world) => {
    await world.api("weather", { echoFirst: true });
    await text(world);
    expect(states(world)).toEqual(["sent"]);
    await world.settle();
    expect(states(world)).toEqual(["sent", "delivered"]);
  }));

  it("loses the answer of a send that was accepted", () => inWorld(async (world) => {
    await world.api("weather", { loseResponse: true });
    expect((await text(world)).headers.has("x-simulator-lost")).toBe(true);
    await world.settle();
    expect(states(world)).toEqual(["sent", "delivered"]);
  }));

  it("does not lose a refusal: nothing was accepted", () => inWorld(async (world) => {
    await world.api("weather", { loseResponse: true });
    expect((await text(world, { To: "x" })).headers.has("x-simulator-lost")).toBe(false);
  }));

  it("repeats a webhook under the same id", () => inWorld(async (world) => {
    await world.api("weather", { duplicate: 1 });
    expect(await world.inbound("twilio", { from: CUSTOMER, text: "Hi" })).toMatchObject({ delivered: [200], delayed: 1 });
    await world.settle();
    const [first, second] = world.hooks;
    expect(second!.body).toBe(first!.body);
    expect(second!.headers.get("i-twilio-idempotency-token")).toBe(first!.headers.get("i-twilio-idempotency-token"));
  }));

  it("lets a later callback overtake an earlier one", () => inWorld(async (world) => {
    await world.api("weather", { reorder: 1 });
    await text(world);
    await world.settle();
    expect(states(world)).toEqual(["delivered", "sent"]);
  }));

  it("loses webhooks for good where the provider does not try again", () => inWorld(async (world) => {
    await world.api("weather", { drop: 1 });
    expect(await world.inbound("twilio", { from: CUSTOMER, text: "Hi" })).toMatchObject({ delivered: [], lost: 1 });
    await world.settle();
    expect(world.hooks).toEqual([]);
    expect((await world.wire()).at(-1)).toMatchObject({ status: 0, note: "lost on the way" });
  }));

  it("is replaced for one provider or for all, and a seed alone leaves it", () => inWorld(async (world) => {
    await world.api("weather", { latencyMs: 5 });
    await world.api("weather", { provider: "resend", drop: 0.5 });
    await world.api("weather", { seed: 9 });
    expect(await world.api("weather")).toEqual({ seed: 9, all: { latencyMs: 5 }, providers: { resend: { drop: 0.5 } } });
    expect(await world.api("weather", {})).toEqual({ seed: 9, all: {}, providers: {} });
  }));
});

describe("retries", () => {
  it("follow Svix' schedule a hundred times as fast, under the same id with a new signature", () => inWorld(async (world) => {
    world.answers.hook = 503;
    await mail(world, { to: "bounce@example.com" });
    await world.settle();
    const sent = world.hooks.filter(({ body }) => body.includes("email.sent"));
    expect(sent.map(({ at }) => at - sent[0]!.at)).toEqual([0, 50, 3_050, 21_050, 93_050, 273_050, 633_050, 993_050]);
    expect(new Set(sent.map(({ headers }) => headers.get("svix-id"))).size).toBe(1);
    expect(new Set(sent.map(({ headers }) => headers.get("svix-signature"))).size).toBeGreaterThan(1);
  }));

  it("end when the app answers", () => inWorld(async (world) => {
    await world.api("weather", { drop: 1 });
    await mail(world);
    vi.setSystemTime(Date.now() + 500);
    await world.engine.run();
    await world.api("weather", {});
    await world.settle();
    expect(events(world).toSorted()).toEqual(["email.delivered", "email.sent"]);
  }));

  it("are not made by Twilio unless the URL asks for them", () => inWorld(async (world) => {
    world.answers.hook = 500;
    await world.inbound("twilio", { from: CUSTOMER, text: "one" });
    await world.settle();
    expect(world.hooks).toHaveLength(1);
    await world.api("connections", CONNECTIONS.map((connection) => ({ ...connection, webhookUrl: `${connection.webhookUrl}#rc=2` })));
    await world.inbound("twilio", { from: CUSTOMER, text: "two" });
    await world.settle();
    expect(world.hooks).toHaveLength(4);
  }));

  it("of mail stop when it is refused for good, and its writer is told", () => inWorld(async (world) => {
    world.answers.mail = 550;
    await world.inbound("cloudflare-email", { from: "jane@example.com", text: "Hi" });
    await world.settle();
    expect(world.mails).toHaveLength(1);
    expect((await world.api<Threads>("threads")).mailboxes).toMatchObject([{ address: "jane@example.com", messages: [{ by: "customer" }, { by: "provider", from: "mailer-daemon@example.com" }] }]);
    world.answers.mail = 500;
    await world.inbound("cloudflare-email", { from: "jane@example.com", text: "Hi" });
    await world.settle();
    expect(world.mails).toHaveLength(6);
  }));
});

describe("a mail of the app", () => {
  it("is sent once under one key, and the key does not serve another mail", () => inWorld(async (world) => {
    const key = { "idempotency-key": "msg_1" };
    const [first, second] = [await (await mail(world, {}, key)).json(), await (await mail(world, {}, key)).json()];
    expect(second).toEqual(first);
    expect(await (await mail(world, { text: "other" }, key)).json()).toMatchObject({ statusCode: 409, name: "invalid_idempotent_request" });
    expect(await world.sent("resend")).toHaveLength(1);
  }));

  it.each<[Record<string, string>, number]>([[{ "user-agent": "" }, 403], [{ authorization: "" }, 401], [{ authorization: "Bearer re_other" }, 403], [{ "idempotency-key": "k".repeat(257) }, 400]])("is refused with %j", (headers, status) => inWorld(async (world) => {
    expect((await mail(world, {}, headers)).status).toBe(status);
  }));

  it("is refused beyond five a second, with the wait in the answer", () => inWorld(async (world) => {
    for (let count = 1; count <= 5; count++) expect((await mail(world)).headers.get("ratelimit-remaining")).toBe(String(5 - count));
    const refused = await mail(world);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
    vi.setSystemTime(Date.now() + 1_000);
    expect((await mail(world)).status).toBe(200);
  }));

  it("lies in the mailboxes of everybody it went to, and not in one that it bounced from", () => inWorld(async (world) => {
    await mail(world, { to: ["jane@example.com"], cc: ["bob@example.com"] });
    await mail(world, { to: "bounce@example.com" });
    await world.settle();
    expect((await world.api<Threads>("threads")).mailboxes.map(({ address }) => address).toSorted()).toEqual(["bob@example.com", "jane@example.com"]);
    expect(events(world)).toEqual(expect.arrayContaining(["email.delivered", "email.bounced"]));
  }));
});

describe("a mail to the app", () => {
  it("answers the mail it names: to Reply-To, with the thread, named by either id", () => inWorld(async (world) => {
    const { id } = await (await mail(world, { reply_to: "reply+c_1.abc@acme.example" })).json<{ id: string }>();
    for (const inReplyTo of [id, "<m1@acme.example>"]) {
      await world.inbound("cloudflare-email", { from: "Jane <jane@example.com>", text: "thanks", inReplyTo });
      const { headers, body } = world.mails.at(-1)!;
      expect([headers.get("x-from"), headers.get("x-to")]).toEqual(["jane@example.com", "reply+c_1.abc@acme.example"]);
      expect(body).toMatch(/^In-Reply-To: <m1@acme\.example>\r$/m);
      expect(body).toMatch(/^Subject: Re: Order\r$/m);
    }
  }));

  it("comes once for each of our addresses it names", () => inWorld(async (world) => {
    await world.inbound("cloudflare-email", { from: "jane@example.com", to: ["support@acme.example", "sales@acme.example"], cc: "bob@example.com", text: "Hi" });
    expect(world.mails.map(({ headers }) => headers.get("x-to")).toSorted()).toEqual(["sales@acme.example", "support@acme.example"]);
    expect(world.mails[0]!.body).toBe(world.mails[1]!.body);
  }));

  it("has no envelope sender when no person wrote it", () => inWorld(async (world) => {
    await world.inbound("cloudflare-email", { from: "jane@example.com", text: "I am away", auto: true });
    expect(world.mails[0]!.headers.get("x-from")).toBe("");
    expect(world.mails[0]!.body).toMatch(/^Auto-Submitted: auto-replied/m);
  }));

  it.each([[{ from: "jane" }, 400], [{ from: "jane@example.com", to: "x@other.example", text: "a" }, 404], [{ from: "jane@example.com", auto: "bounce", inReplyTo: "<none@x.example>" }, 400]])("that makes no sense is refused: %j", (body, status) => inWorld(async (world) => {
    await expect(world.inbound("cloudflare-email", body)).rejects.toThrow(String(status));
    expect(world.mails).toEqual([]);
  }));
});

describe("the rest of the world", () => {
  it("serves incoming pictures behind credentials and a redirect that wants none", () => inWorld(async (world) => {
    await world.api("weather", { mediaFailures: 1 });
    await world.inbound("twilio", { from: CUSTOMER, media: [{ name: "a.png", type: "image/png", base64: btoa("png") }] });
    const url = new URLSearchParams(world.hooks[0]!.body).get("MediaUrl0")!;
    expect((await world.call(url)).status).toBe(401);
    expect((await world.call(url, { headers: AUTH })).status).toBe(503);
    const redirect = await world.call(url, { headers: AUTH, redirect: "manual" });
    const target = redirect.headers.get("location")!;
    expect([redirect.status, new URL(target).host === new URL(url).host]).toEqual([307, false]);
    expect((await world.call(target, { headers: AUTH })).status).toBe(400);
    expect((await world.call(`${target}x`)).status).toBe(403);
    expect(new Uint8Array(await (await world.call(target)).arrayBuffer())).toEqual(new TextEncoder().encode("png"));
  }));

  it("keeps the last 500 exchanges and no credential", () => inWorld(async (world) => {
    for (let count = 0; count < 503; count++) await world.call(MESSAGES, { headers: AUTH });
    const wire = await world.wire();
    expect([wire.length, wire[0]!.n, wire.at(-1)!.n]).toEqual([500, 4, 503]);
    expect(JSON.stringify(wire)).not.toContain(AUTH.authorization.split(" ")[1]);
  }));

  it("forgets everything on reset but who is connected", () => inWorld(async (world) => {
    await world.inbound("twilio", { from: CUSTOMER, text: "STOP" });
    await text(world, { To: "+14155550124" });
    await world.api("weather", { drop: 1 });
    await world.api("reset", {});
    await world.settle();
    expect(await world.api("threads")).toEqual({ phones: [], mailboxes: [] });
    expect(await world.api("connections")).toEqual(CONNECTIONS);
    expect((await text(world)).status).toBe(201);
  }));
});
