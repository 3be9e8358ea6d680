import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { PLAIN_MESSAGE, type Channel, type InboundEvent, type OutboundMessage, type RawRequest } from "../../worker/channels/channel";
import { channels } from "../../worker/channels/registry";
import { HOUR_MS, IGSID, MAYA, META, PSID, inMeta, type MetaWorld } from "./meta-world";
import { PUBLIC_URL, type Arrived } from "./pretend";

const NOW = 1_795_341_600_000;
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: NOW }));
afterEach(() => void vi.useRealTimers());

const NAMES = ["whatsapp", "messenger", "instagram"] as const;
type Name = (typeof NAMES)[number];
const PERSON = { whatsapp: MAYA, messenger: PSID, instagram: IGSID };
const io = (world: MetaWorld) => ({ now: Date.now, fetch: (input: RequestInfo | URL, init?: RequestInit) => world.call(String(input), init) });
const raw = ({ url, headers, body, at }: Arrived): RawRequest => ({ method: "POST", url, headers: Object.fromEntries(headers), body: new TextEncoder().encode(body), receivedAt: at });
/** Our adapter, and the connection it works for. */
const ours = (name: Name) => {
  const { connectionId, address, secrets } = META.find(({ provider }) => provider === name)!;
  const channel: Channel = channels[name]!;
  return { channel, connection: { id: connectionId, accountId: "a_1", address, settings: channel.settings.parse(secrets), ownAddresses: [], country: "US" } };
};
const message = (name: Name, fields: Partial<OutboundMessage> = {}): OutboundMessage =>
  ({ ...PLAIN_MESSAGE, id: "m_1", reference: "c_1:m_1", from: ours(name).connection.address, to: PERSON[name], text: "Grüße 👋", media: [], email: null, statusUrl: "", ...fields });
const file = (name: string, type: string) => ({ id: "at_1", name, type, size: 6, url: `${PUBLIC_URL}/media/${name}`, bytes: async () => new TextEncoder().encode("GIF89a") });
const write = (world: MetaWorld, name: Name, fields: object = {}) => world.inbound(name, { from: PERSON[name], name: "Maya Torres", text: "Größe 👋", ...fields });
const send = (world: MetaWorld, name: Name, fields: Partial<OutboundMessage> = {}) => ours(name).channel.send!(message(name, fields), ours(name).connection, io(world));

/** What our adapter makes of everything it was told so far, signatures checked. */
async function understood(world: MetaWorld, name: Name): Promise<InboundEvent[]> {
  const { channel, connection } = ours(name);
  const events = await Promise.all(world.hooks.map(async (hook) => {
    expect(await channel.verify(raw(hook), connection, Date.now())).toBe(true);
    return channel.receive(raw(hook), connection);
  }));
  return events.flat();
}

it.each(NAMES)("the connection test of our %s adapter passes, and names a dead token", (name) => inMeta(async (world) => {
  const { channel, connection } = ours(name);
  expect(await channel.probe!(connection, io(world))).toBeNull();
  await world.api(`${name}/token`, { valid: false });
  expect(await channel.probe!(connection, io(world))).not.toBeNull();
  expect(await send(world, name)).toMatchObject({ ok: false, class: "auth" });
}));

it.each(NAMES)("what our %s adapter sends is accepted, and what comes back names the message", (name) => inMeta(async (world) => {
  await write(world, name);
  const sent = await send(world, name);
  expect(sent).toMatchObject({ ok: true });
  await world.settle();
  await world.inbound(name, { from: PERSON[name], kind: "read" });
  const id = (sent as { externalId: string }).externalId;
  const [incoming, ...rest] = await understood(world, name);
  expect(incoming).toMatchObject({ kind: "message", text: "Größe 👋", from: { address: PERSON[name] } });
  expect(rest).toMatchObject(name === "whatsapp" ? [{ kind: "status", externalId: id, reference: "c_1:m_1", state: "sent" }, { state: "delivered" }, { state: "read" }]
    : [{ kind: "echo", externalId: id, ...(name === "messenger" && { reference: "c_1:m_1" }) }, ...(name === "messenger" ? [{ kind: "receipt", state: "delivered" }] : []), { kind: "receipt", state: "read" }]);
}));

it.each(NAMES)("our %s adapter sends a file and fetches one", (name) => inMeta(async (world) => {
  const { channel, connection } = ours(name);
  await write(world, name, { media: [{ name: "a.png", type: "image/png", base64: btoa("png") }] });
  expect(await send(world, name, { text: "", media: [file("cat.png", "image/png")] })).toMatchObject({ ok: true });
  expect((await world.sent(name))[0]).toMatchObject({ media: [{ size: 6 }] });
  const [incoming] = await understood(world, name);
  if (incoming?.kind !== "message") throw new Error("not a message");
  const fetched = await channel.download!(incoming.media[0]!, connection, io(world));
  expect(new Uint8Array(await fetched.arrayBuffer())).toEqual(new TextEncoder().encode("png"));
}));

it.each(NAMES)("our %s adapter reacts and shows that we read and write", (name) => inMeta(async (world) => {
  const { channel, connection } = ours(name);
  const { id } = await write(world, name);
  expect(await channel.react!({ target: id, to: PERSON[name], emoji: "❤️" }, connection, io(world))).toMatchObject({ ok: true });
  await channel.signal!({ kind: "read", to: PERSON[name], target: id }, connection, io(world));
  await channel.signal!({ kind: "typing", to: PERSON[name], target: id }, connection, io(world));
  const { phones } = await world.api<{ phones: object[] }>("threads");
  expect(phones).toMatchObject([{ person: { typing: true }, messages: [{ state: "read", app: { reactions: [{ by: "app", emoji: expect.stringContaining("❤") }] } }] }]);
}));

it("a closed window is understood on each, at once or later", () => inMeta(async (world) => {
  const at = new Date(NOW - 25 * HOUR_MS).toISOString();
  for (const name of NAMES) await write(world, name, { at });
  expect(await send(world, "messenger")).toMatchObject({ ok: false, class: "window" });
  expect(await send(world, "instagram")).toMatchObject({ ok: false, class: "window" });
  expect(await send(world, "messenger", { inHumanWindow: true })).toMatchObject({ ok: true });
  expect(await send(world, "instagram", { inHumanWindow: true })).toMatchObject({ ok: true });
  world.hooks.length = 0;
  await send(world, "whatsapp");
  await world.settle();
  world.hooks.splice(0, world.hooks.length, ...world.hooks.filter(({ url }) => url.includes("whatsapp")));
  expect(await understood(world, "whatsapp")).toMatchObject([{ kind: "status", state: "failed", class: "window" }]);
}));

it("our WhatsApp adapter offers answers to tap, and hears which one it was", () => inMeta(async (world) => {
  await write(world, "whatsapp");
  expect(await send(world, "whatsapp", { text: "Which day?", buttons: [{ text: "Monday", url: null }, { text: "Friday", url: null }] })).toMatchObject({ ok: true });
  expect((await world.sent("whatsapp"))[0]).toMatchObject({ text: "Which day?", app: { buttons: [{ kind: "reply", text: "Monday" }, { kind: "reply", text: "Friday" }] } });
  world.hooks.length = 0;
  await world.inbound("whatsapp", { from: PERSON.whatsapp, kind: "reply", text: "Friday" });
  expect((await understood(world, "whatsapp")).filter(({ kind }) => kind === "message")).toMatchObject([{ text: "Friday", content: { kind: "choice", how: "button", payload: "Friday" } }]);
}));

it("our WhatsApp adapter lists, creates and sends templates, and hears of the review", () => inMeta(async (world) => {
  const { channel, connection } = ours("whatsapp");
  const listed = await channel.templates!.list(connection, io(world));
  const template = listed.find(({ name, language }) => name === "bike_ready" && language === "en_US")!;
  expect(template).toMatchObject({ status: "approved", named: false, parts: { header: { format: "text" }, buttons: [{ type: "quick-reply" }, { type: "quick-reply" }] } });
  const values = { "body.1": "Maya", "body.2": "gravel bike", "body.3": "18:00" };
  expect(await send(world, "whatsapp", { text: "", template: { ...template, values } })).toMatchObject({ ok: true });
  expect((await world.sent("whatsapp"))[0]!.text).toBe("Hi Maya, your gravel bike is ready. You can pick it up until 18:00 today.");
  const parts = { header: null, body: "Hi {{1}}, see you soon.", footer: null, buttons: [] };
  expect(await channel.templates!.create({ connectionId: connection.id, name: "see_you", language: "en_US", category: "utility", parts, examples: { "body.1": "Maya" } }, connection, io(world))).toMatchObject({ ok: true, status: "pending" });
  await world.settle();
  expect((await understood(world, "whatsapp")).filter(({ kind }) => kind === "template")).toMatchObject([{ name: "see_you", status: "approved" }]);
}));

it.each<[Name, object, object]>([
  ["whatsapp", { kind: "voice" }, { kind: "message", content: { kind: "voice" } }], ["whatsapp", { kind: "sticker" }, { kind: "message", content: { kind: "sticker" } }], ["whatsapp", { kind: "location", latitude: 1, longitude: 2 }, { kind: "message", content: { kind: "location", latitude: 1 } }],
  ["whatsapp", { kind: "contacts", contacts: [{ name: "Sam", phones: ["+15125550133"] }] }, { kind: "message", content: { kind: "contacts", cards: [{ name: "Sam" }] } }], ["whatsapp", { kind: "order", items: [{ id: "a", quantity: 1, price: 2 }] }, { kind: "message", content: { kind: "order" } }],
  ["whatsapp", { kind: "button", text: "On my way" }, { kind: "message", content: { kind: "choice", how: "quick-reply" } }], ["whatsapp", { kind: "form", fields: { a: 1 } }, { kind: "message", content: { kind: "form" } }], ["whatsapp", { kind: "unsupported" }, { kind: "message", content: { kind: "unsupported" } }],
  ["whatsapp", { kind: "number-change", number: "+12195555358" }, { kind: "identity", becomes: { address: "+12195555358" } }], ["whatsapp", { kind: "id-change" }, { kind: "identity" }], ["whatsapp", { kind: "preference", value: "stop" }, { kind: "consent", change: "stop", purpose: "marketing" }],
  ["whatsapp", { kind: "echo", text: "From the phone" }, { kind: "echo", text: "From the phone" }], ["messenger", { kind: "sticker" }, { kind: "message", content: { kind: "sticker" } }], ["messenger", { kind: "location", latitude: 1, longitude: 2 }, { kind: "message", content: { kind: "location" } }],
  ["messenger", { kind: "share", what: "link" }, { kind: "message", content: { kind: "share" } }], ["messenger", { kind: "button", text: "Hours" }, { kind: "message", content: { kind: "choice" } }], ["messenger", { kind: "echo", text: "From the page" }, { kind: "echo", text: "From the page" }],
  ["messenger", { kind: "preference", value: "stop" }, { kind: "consent" }], ["instagram", { kind: "story-reply", text: "Nice" }, { kind: "message", text: "Nice", content: { kind: "story", relation: "reply" } }], ["instagram", { kind: "story-mention" }, { kind: "message", content: { kind: "story", relation: "mention" } }],
  ["instagram", { kind: "comment", text: "Price?" }, { kind: "message", content: { kind: "comment" }, opensNoWindow: true }], ["instagram", { kind: "share", what: "reel" }, { kind: "message", content: { kind: "share", what: "reel" } }], ["instagram", { kind: "unsupported" }, { kind: "message", content: { kind: "unsupported" } }],
  ["instagram", { kind: "referral", referral: { source: "link", ref: "summer" } }, { kind: "activity", referral: { ref: "summer" } }],
])("our %s adapter understands %j", (name, body, expected) => inMeta(async (world) => {
  await world.inbound(name, { from: PERSON[name], ...body });
  expect(await understood(world, name)).toMatchObject([expected]);
}));

it.each(NAMES)("our %s adapter understands what is done to a message", (name) => inMeta(async (world) => {
  const { id } = await write(world, name);
  world.hooks.length = 0;
  for (const act of [{ kind: "reaction", emoji: "👍" }, { kind: "reaction", emoji: null }, { kind: "edit", text: "Hi!" }, ...(name === "messenger" ? [] : [{ kind: "delete" }])]) await world.inbound(name, { from: PERSON[name], target: id, ...act });
  expect(await understood(world, name)).toMatchObject([{ kind: "reaction", target: id, emoji: "👍" }, { kind: "reaction", target: id, emoji: null }, { kind: "edit", target: id, text: "Hi!" }, ...(name === "messenger" ? [] : [{ kind: "delete", target: id, by: "contact" }])]);
}));
