import { expect, it } from "vitest";
import type { Threads, WorldConnection } from "../../simulator/api";
import { type ChannelConnection, type InboundEvent, PLAIN_MESSAGE } from "../../worker/channels/channel";
import { googleRcs } from "../../worker/channels/google-rcs";
import { googleReviews } from "../../worker/channels/google-reviews";
import { serviceAccount } from "../support/google-channel";
import { inWorld, type Pretend, PUBLIC_URL } from "./pretend";

const LOCATION = "accounts/111/locations/222", AGENT = "shop@rbm.goog", PHONE = "+15125550177";
const reviewSettings = googleReviews.settings.parse({ accountName: "accounts/111", locationName: LOCATION, clientId: "id", clientSecret: "secret", refreshToken: "simulated", pushServiceAccount: "push@demo.example" });
const rcsSettings = googleRcs.settings.parse({ agentId: AGENT, region: "us", serviceAccountKey: serviceAccount.json, clientToken: "client-token" });
const base = { accountId: "a_1", ownAddresses: [], country: "US" };
const reviews: ChannelConnection<typeof reviewSettings> = { ...base, id: "cn_reviews", address: LOCATION, settings: reviewSettings };
const rcs: ChannelConnection<typeof rcsSettings> = { ...base, id: "cn_rcs", address: AGENT, settings: rcsSettings };
const WORLD: WorldConnection[] = [
  { provider: "google-reviews", connectionId: reviews.id, address: LOCATION, webhookUrl: `${PUBLIC_URL}/hooks/google-reviews/cn_reviews`, secrets: reviewSettings },
  { provider: "google-rcs", connectionId: rcs.id, address: AGENT, webhookUrl: `${PUBLIC_URL}/hooks/google-rcs/cn_rcs`, secrets: rcsSettings },
];

/** The world, and the app's own way to read and to ask it. */
const inGoogle = (play: (world: Pretend & ReturnType<typeof appOf>) => Promise<void>) => inWorld(async (world) => {
  await world.api("connections", WORLD);
  await play({ ...world, ...appOf(world) });
});

function appOf(world: Pretend) {
  // A minute on: whoever looked for Google's keys just now, in another test, looks again for one that is not among them.
  const io = { now: () => Date.now() + 60_000, fetch: ((url: string, init?: RequestInit) => world.call(url, init)) as typeof fetch };
  const requests = (connectionId: string) => world.hooks.filter(({ url }) => url.endsWith(connectionId)).map(({ url, headers, body }) => ({ method: "POST", url, headers: Object.fromEntries(headers), body: new TextEncoder().encode(body), receivedAt: Date.now() }));
  return {
    io,
    async reviewed(): Promise<InboundEvent[]> {
      const found: InboundEvent[] = [];
      for (const request of requests(reviews.id)) {
        expect(await googleReviews.verify(request, reviews, Date.now(), io)).toBe(true);
        for (const event of await googleReviews.receive(request, reviews)) if (event.kind === "pending") found.push(...await googleReviews.collect!(event.ref, reviews, io));
      }
      return found;
    },
    async heard(): Promise<InboundEvent[]> {
      const found = await Promise.all(requests(rcs.id).map(async (request) => {
        expect(await googleRcs.verify(request, rcs, Date.now())).toBe(true);
        return googleRcs.receive(request, rcs);
      }));
      return found.flat();
    },
    send: (text: string, to = PHONE) => googleRcs.send!({ ...PLAIN_MESSAGE, id: text, reference: "c_1:m_1", from: AGENT, to, text, media: [], email: null, statusUrl: "" }, rcs, io),
  };
}

it("a review, its change and its end reach the app as Google tells them", () => inGoogle(async (world) => {
  await world.inbound("google-reviews", { from: "Ines", stars: 2, text: "Slow" });
  const [first] = await world.reviewed();
  expect(first).toMatchObject({ kind: "message", text: "Slow", from: { name: "Ines" }, content: { stars: 2 } });
  await world.inbound("google-reviews", { from: "Ines", stars: 4, text: "Better" });
  expect(await world.reviewed()).toContainEqual(expect.objectContaining({ kind: "edit", text: "Better" }));
  await world.inbound("google-reviews", { from: "Ines", kind: "delete" });
  expect((await world.reviewed()).at(-1)).toMatchObject({ kind: "delete", by: "contact" });
}));

it("a reply is moderated, changed and taken back; one that is refused says why", () => inGoogle(async (world) => {
  const { id: to } = await world.inbound("google-reviews", { from: "Ines", stars: 5, text: "Great" });
  const reply = (text: string) => googleReviews.send!({ ...PLAIN_MESSAGE, id: "m", reference: "c:m", from: LOCATION, to, text, media: [], email: null, statusUrl: "" }, reviews, world.io);
  expect(await reply("Thank you")).toEqual({ ok: true, externalId: `${to}/reply` });
  await world.settle();
  expect(await world.reviewed()).toContainEqual(expect.objectContaining({ kind: "status", state: "delivered", externalId: `${to}/reply` }));
  expect(await googleReviews.unsend!({ target: `${to}/reply`, to }, reviews, world.io)).toMatchObject({ ok: true });
  expect((await googleReviews.collect!(to, reviews, world.io)).map(({ kind }) => kind)).toEqual(["message", "edit"]);
  expect(await reply("fail:INVALID_ARGUMENT")).toMatchObject({ ok: false, code: "INVALID_ARGUMENT" });
  expect(await googleReviews.poll!(reviews, 0, world.io)).toMatchObject([{ kind: "message" }, { kind: "edit" }]);
  expect(await googleReviews.probe!(reviews, world.io)).toBeNull();
}));

it("an RCS message comes and goes, is delivered and read, and expires when asked to", () => inGoogle(async (world) => {
  await world.inbound("google-rcs", { from: PHONE, text: "hi 😊" });
  const sent = await world.send("Hello");
  expect(sent).toMatchObject({ ok: true });
  await world.send("fail:EXPIRED");
  await world.settle();
  await world.inbound("google-rcs", { from: PHONE, kind: "read" });
  await world.inbound("google-rcs", { from: PHONE, kind: "preference", value: "stop" });
  expect(await world.heard()).toMatchObject([
    { kind: "message", text: "hi 😊", from: { address: PHONE } }, { kind: "status", state: "delivered", externalId: sent.ok ? sent.externalId : "" }, { kind: "status", state: "failed", code: "expired" },
    { kind: "status", state: "read" }, { kind: "consent", change: "stop" },
  ]);
  expect(await world.send("Hello", "+15005550001")).toMatchObject({ ok: false, code: "not-capable" });
  expect(await googleRcs.probe!(rcs, world.io)).toBeNull();
}));

it("answers to tap stand under an RCS message as the app sent them, typing goes both ways, and what the business has read is read", () => inGoogle(async (world) => {
  const question = { ...PLAIN_MESSAGE, id: "m_q", reference: "c_1:m_q", from: AGENT, to: PHONE, text: "Shall I book it?", media: [], email: null, statusUrl: "", buttons: [{ text: "Yes", url: null }, { text: "Map", url: "https://northside.example/map" }] };
  expect(await googleRcs.send!(question, rcs, world.io)).toMatchObject({ ok: true });
  expect(await googleRcs.send!({ ...question, id: "m_r", buttons: Array.from({ length: 12 }, (_, n) => ({ text: String(n), url: null })) }, rcs, world.io)).toMatchObject({ ok: false, code: "INVALID_ARGUMENT" });
  const { id } = await world.inbound("google-rcs", { from: PHONE, kind: "quick-reply", text: "Yes" });
  await world.inbound("google-rcs", { from: PHONE, kind: "typing" });
  expect(await world.heard()).toEqual(expect.arrayContaining([expect.objectContaining({ kind: "message", text: "Yes", content: expect.objectContaining({ kind: "choice", payload: "Yes" }) as object }), expect.objectContaining({ kind: "typing" })]));
  await googleRcs.signal!({ kind: "read", to: PHONE, target: id }, rcs, world.io);
  await googleRcs.signal!({ kind: "typing", to: PHONE, target: id }, rcs, world.io);
  const { phones: [thread] } = await world.api<Threads>("threads");
  expect(thread!.person!.typing).toBe(true);
  expect(thread!.messages.find((one) => one.id === id)!.state).toBe("read");
  expect(thread!.messages.find(({ by }) => by === "app")!.app!.buttons).toEqual([{ kind: "quick-reply", text: "Yes", payload: "Yes" }, { kind: "link", text: "Map", payload: "https://northside.example/map" }]);
}));

it("a review that is changed keeps its words until they are changed too, and a phone can give RCS up", () => inGoogle(async (world) => {
  await world.inbound("google-reviews", { from: "Ines", stars: 2, text: "Slow" });
  await world.inbound("google-reviews", { from: "Ines", stars: 4 });
  expect(await world.reviewed()).toContainEqual(expect.objectContaining({ kind: "edit", text: "Slow", content: expect.objectContaining({ stars: 4 }) as object }));
  await world.inbound("google-reviews", { from: "Ines", stars: 3, text: "" });
  expect(await world.reviewed()).toContainEqual(expect.objectContaining({ kind: "edit", text: "", content: expect.objectContaining({ stars: 3 }) as object }));
  const other = "+15125550199";
  await world.api("google-rcs/people", { from: other, capable: false });
  expect(await world.send("Hello", other)).toMatchObject({ ok: false, code: "not-capable" });
  await world.api("google-rcs/people", { from: other, capable: true });
  expect(await world.send("Hello again", other)).toMatchObject({ ok: true });
}));
