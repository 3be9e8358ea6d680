import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { z } from "zod";
import type { Threads, WorldConnection } from "../../simulator/api";
import { checkSend } from "../../simulator/telnyx/send";
import { PLAIN_MESSAGE, type ChannelConnection, type ChannelIo, type InboundEvent, type OutboundMessage, type RawRequest } from "../../worker/channels/channel";
import { telnyx } from "../../worker/channels/sms-telnyx";
import { inWorld, PUBLIC_URL, type Arrived, type Pretend } from "./pretend";

beforeEach(() => { vi.useFakeTimers({ now: 1_795_341_600_000, toFake: ["Date"] }); });
afterEach(() => { vi.useRealTimers(); });

const SETTINGS = { apiKey: "KEYtest", publicKey: "RMVwMbiG5gF5ov/XcRFkp4D65vdTP1sW3FiqQt/LuAs=" };
const LINE: WorldConnection = { provider: "telnyx", connectionId: "cn_tx", address: "+13125550100", webhookUrl: `${PUBLIC_URL}/hooks/telnyx/cn_tx`, secrets: { ...SETTINGS, privateKey: "MC4CAQAwBQYDK2VwBCIEILS7FVAn9EgWR/y3bxER0Vbb4wFqRGDrR95f0m3+cQZR" } };
const connection: ChannelConnection<z.infer<typeof telnyx.settings>> = { id: "cn_tx", accountId: "a_1", address: LINE.address, ownAddresses: [LINE.address], country: "US", settings: SETTINGS };
const io = (world: Pretend): ChannelIo => ({ now: () => Date.now(), fetch: (input, init) => world.call(String(input), init as RequestInit) });
const message = (fields: Partial<OutboundMessage> = {}): OutboundMessage => ({
  ...PLAIN_MESSAGE, id: "m_1", reference: "c_1:m_1", from: LINE.address, to: "+14155550123", text: "Hello", media: [], email: null, statusUrl: `${LINE.webhookUrl}?ref=c_1:m_1`, ...fields,
});
const raw = ({ url, headers, body, at }: Arrived): RawRequest => ({ method: "POST", url, headers: Object.fromEntries(headers), body: new TextEncoder().encode(body), receivedAt: at });
/** What our adapter makes of a webhook, which it must believe. */
async function told(hook: Arrived): Promise<InboundEvent[]> {
  expect(await telnyx.verify(raw(hook), connection, hook.at)).toBe(true);
  return telnyx.receive(raw(hook), connection);
}
const inTelnyx = (play: (world: Pretend) => Promise<void>) => inWorld(async (world) => {
  await world.api("connections", [LINE]);
  await play(world);
});

it("takes a message, signs its reports, and says what it cost", () => inTelnyx(async (world) => {
  expect(await telnyx.probe!(connection, io(world))).toBeNull();
  const sent = await telnyx.send!(message(), connection, io(world));
  expect(sent).toMatchObject({ ok: true, segments: 1 });
  await world.settle();
  const events = (await Promise.all(world.hooks.map(told))).flat();
  expect(events).toMatchObject([{ kind: "status", state: "sent", reference: "c_1:m_1" }, { kind: "status", state: "delivered", price: { amount: "0.0040", currency: "USD" } }]);
}));

it("brings what customers write, with their pictures", () => inTelnyx(async (world) => {
  await world.inbound("telnyx", { from: "+14155550123", text: "Größe 👋", media: [{ name: "a.png", type: "image/png", base64: btoa("png") }] });
  const [event] = await told(world.hooks[0]!);
  expect(event).toMatchObject({ kind: "message", text: "Größe 👋", media: [{ type: "image/png" }] });
  const file = event!.kind === "message" ? await telnyx.download!(event!.media[0]!, connection, io(world)) : null;
  expect(await file!.text()).toBe("png");
}));

it("carries a group both ways, on each of its phones, with a state for each", () => inTelnyx(async (world) => {
  const [ana, ben] = ["+14155550123", "+14155550199"];
  await world.inbound("telnyx", { from: ana, text: "Both of us?", group: [ana, ben] });
  expect(await told(world.hooks[0]!)).toMatchObject([{ kind: "message", from: { address: ana }, group: [ana, ben] }]);
  await telnyx.send!(message({ group: [ana, ben], to: `${ana},${ben}`, text: "Gladly fail:40008" }), connection, io(world));
  await world.settle();
  expect(await told(world.hooks.at(-1)!)).toMatchObject([{ recipient: ana, state: "delivered" }, { recipient: ben, state: "failed", code: "40008" }]);
  const { phones } = await world.api<Threads>("threads");
  expect(phones.map(({ customer, messages }) => [customer, messages.length]).toSorted()).toEqual([[ana, 2], [ben, 2]]);
}));

it("obeys STOP and START, says so, and answers by itself", () => inTelnyx(async (world) => {
  await world.inbound("telnyx", { from: "+14155550123", text: "Stop all" });
  expect(await told(world.hooks[0]!)).toMatchObject([{ optOut: "stop" }]);
  expect(await telnyx.send!(message(), connection, io(world))).toMatchObject({ ok: false, class: "optout", code: "40300" });
  await world.inbound("telnyx", { from: "+14155550123", text: "start" });
  expect(await told(world.hooks.at(-1)!)).toMatchObject([{ optOut: "start" }]);
  expect(await telnyx.send!(message(), connection, io(world))).toMatchObject({ ok: true });
  const { phones } = await world.api<Threads>("threads");
  expect(phones[0]!.messages.filter(({ by }) => by === "provider")).toHaveLength(2);
}));

it.each([[429, "rate"], [401, "auth"]])("refuses in the weather with %s as Telnyx does", (status, kind) => inTelnyx(async (world) => {
  await world.api("weather", { provider: "telnyx", status });
  expect(await telnyx.send!(message(), connection, io(world))).toMatchObject({ ok: false, class: kind });
}));

it("leaves open what became of a message when it answers with a page", () => inTelnyx(async (world) => {
  await world.api("weather", { provider: "telnyx", status: 503 });
  await expect(telnyx.send!(message(), connection, io(world))).rejects.toThrow("without saying");
}));

it("knows its own key only", () => inTelnyx(async (world) => {
  const stranger = { ...connection, settings: { ...SETTINGS, apiKey: "KEYother" } };
  expect(await telnyx.send!(message(), stranger, io(world))).toMatchObject({ ok: false, class: "auth" });
  expect(await telnyx.probe!(stranger, io(world))).toContain("API key");
}));

it("brings a webhook up to three times until it is taken", () => inTelnyx(async (world) => {
  world.answers.hook = 500;
  await world.inbound("telnyx", { from: "+14155550123", text: "Hello?" });
  await world.settle();
  expect(world.hooks).toHaveLength(3);
  expect(new Set(world.hooks.map(({ body }) => (JSON.parse(body) as { data: { id: string } }).data.id)).size).toBe(1);
}));

describe("a send", () => {
  const facts = { numbers: ["+13125550100"], optedOut: (_: string, customer: string) => customer === "+14155550199" };
  const fair = { from: "+13125550100", to: "+14155550123", text: "Hello" };
  it.each<[string, unknown, boolean, string]>([
    ["that is no JSON", null, false, "10015"], ["without content", { ...fair, text: "" }, false, "10015"], ["to several people outside a group", { ...fair, to: ["+14155550123", "+14155550124"] }, false, "10015"],
    ["from a number that is not ours", { ...fair, from: "+13125550199" }, false, "40305"], ["to what is no number", { ...fair, to: "+1415" }, false, "40310"],
    ["to nine people", { ...fair, to: Array.from({ length: 9 }, (_, index) => `+1415555010${index}`) }, true, "40310"],
    ["of eleven parts", { ...fair, text: "a".repeat(1_531) }, false, "40302"], ["with eleven files", { ...fair, media_urls: Array.from({ length: 11 }, () => "https://a/b") }, false, "40301"],
    ["to somebody who opted out", { ...fair, to: "+14155550199" }, false, "40300"], ["to the blocked test number", { ...fair, to: "+15005550004" }, false, "40300"],
  ])("%s is refused as Telnyx does", (_name, body, isGroup, code) => expect(checkSend(body, isGroup, facts)).toMatchObject({ ok: false, code }));
  it.each<[string, unknown, boolean]>([["of ten parts", { ...fair, text: "a".repeat(1_530) }, false], ["of files alone", { from: fair.from, to: fair.to, media_urls: ["https://a/b"] }, false], ["to a group", { ...fair, to: ["+14155550123", "+14155550124"] }, true]])(
    "%s is taken", (_name, body, isGroup) => expect(checkSend(body, isGroup, facts)).toMatchObject({ ok: true }));
});
