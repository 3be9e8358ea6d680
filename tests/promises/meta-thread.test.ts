import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Stored } from "../../durable-objects/conversation/store";
import { crash } from "../support/crash";
import { contactsOf, conversationsOf, inside, newMetaDesk, newMid, onMeta, onWhatsApp, posts, PROVIDERS, recordings, SHEENA, stamped, type MetaDesk, type MetaProvider } from "../support/meta";
import { fakeGraph, serves, taken } from "../support/graph";

/** Whatever Meta sends, in whatever order, batches and copies: the same thread. */

/** Our message that the recorded requests of WhatsApp's are about. */
const OUR_WAMID = "wamid.SEJnTG91dDE5YmRhYjM2YWJkNDAwMmE1YmE";
/** Brings the very first message again, with its time. */
const COPY = "batch.duplicate-message.json";
const SPACING_S = 10;

beforeEach(() => { fakeGraph(({ body, url }) => (body?.["type"] === "text" ? taken(OUR_WAMID) : serves(url))); });
afterEach(() => vi.restoreAllMocks());

/** What is there to be compared of an entry: nothing that depends on when it came. */
const seen = ({ entry, external }: Stored) => ({
  external: external!.slice(external!.indexOf(":") + 1), kind: entry.kind, direction: entry.direction, text: entry.text, content: entry.content ?? null, deleted: entry.deleted, deletedBy: entry.deletedBy ?? null,
  edited: entry.editedAt !== null, reactions: (entry.reactions ?? []).map(({ emoji, by }) => `${by} ${emoji}`).sort(), quote: entry.quote ? [entry.quote.kind, entry.quote.text] : null,
  referral: entry.referral ?? null, forwarded: entry.forwarded ?? false, files: entry.attachments.length,
});

async function shown(desk: MetaDesk) {
  const all = await Promise.all((await conversationsOf(desk)).map(inside));
  const entries = all.flatMap(({ stored }) => stored).filter(({ external }) => external !== null).map((stored) => seen(stored)).toSorted((a, b) => (a.external < b.external ? -1 : 1));
  const windows = all.flatMap(({ head }) => Object.entries(head.windows ?? {})).map(([key, { openedAt, ad, adAt }]) => [key.slice(key.indexOf(" ") + 1), { openedAt, ad, adAt }]);
  return { contacts: await contactsOf(desk), entries, consent: all.map(({ head }) => head.consent).filter((one) => Object.keys(one ?? {}).length > 0), windows: Object.fromEntries(windows) as object };
}

/** The customer is known by all their ids and we have written to them. */
async function begun(provider: MetaProvider, startS: number) {
  const desk = await newMetaDesk();
  const line = desk.meta[provider];
  if (provider !== "whatsapp") return { desk, line, reference: "" };
  await posts(line, onWhatsApp.says({ ...SHEENA, name: "Sheena Nelson" }, "Hi", { id: "wamid.first", at: (startS - SPACING_S) * 1_000 }));
  const [talk] = await conversationsOf(desk);
  const sent = await talk!.send("Hello Sheena", { line, contact: `+${SHEENA.phone}` });
  await talk!.becomes(sent.id, "sent");
  return { desk, line, reference: talk!.reference(sent.id) };
}

const bodiesOf = (provider: MetaProvider, reference: string, startS: number) =>
  recordings(provider).map(({ file, body }, nth) => stamped(body, startS + (file === COPY ? 0 : nth * SPACING_S)).replaceAll("msg_01JCLIENTID", reference));

/** The parts of requests that might as well have come alone. */
function pieces(bodies: string[]): object[] {
  return bodies.flatMap((body) => {
    const { object, entry } = JSON.parse(body) as { object: string; entry: Record<string, unknown>[] };
    return entry.flatMap((one) => ["changes", "messaging", "standby"].flatMap((key) => ((one[key] ?? []) as unknown[]).map((part) => ({ object, entry: [{ id: one["id"], time: one["time"], [key]: [part] }] }))));
  });
}

/** As many in one request as the dice say. */
function batched(parts: object[], random: () => number): object[] {
  const batches: { object: string; entry: unknown[] }[] = [];
  for (const part of parts as { object: string; entry: unknown[] }[]) {
    const last = batches.at(-1);
    if (last && random() < 0.7) last.entry.push(...part.entry);
    else batches.push(structuredClone(part));
  }
  return batches;
}

function dice(seed: number): () => number {
  let state = seed * 2_654_435_761 >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
const shuffled = <T>(items: readonly T[], random: () => number): T[] => items.map((item) => ({ item, at: random() })).toSorted((a, b) => a.at - b.at).map(({ item }) => item);

describe.each(PROVIDERS)("%s", (provider) => {
  const startS = Math.floor(Date.now() / 1_000) - 3_600;
  let calm: Awaited<ReturnType<typeof shown>> | undefined;
  async function afterAll(order: (bodies: string[]) => (string | object)[]) {
    const { desk, line, reference } = await begun(provider, startS);
    for (const body of order(bodiesOf(provider, reference, startS))) expect(await posts(line, body)).toBe(200);
    return shown(desk);
  }
  const expected = async () => (calm ??= await afterAll((bodies) => bodies));

  it("takes every recorded request with its own signature", async () => {
    const { desk, line } = await begun(provider, startS);
    for (const { file, body, signature } of recordings(provider)) expect(await posts(line, body, signature), file).toBe(200);
    expect((await shown(desk)).entries.length).toBeGreaterThan(10);
  });

  it("each of them twice, and all of them a third time in the end, change nothing", async () => {
    expect(await afterAll((bodies) => [...bodies.flatMap((body) => [body, body]), ...bodies])).toEqual(await expected());
  });

  it.each([1, 2, 3, 4])("in the shuffled order %i they make the same thread", async (seed) => {
    expect(await afterAll((bodies) => shuffled(bodies, dice(seed)))).toEqual(await expected());
  });

  it.each([11, 12, 13])("batched otherwise, by %i, they make the same thread", async (seed) => {
    const random = dice(seed);
    expect(await afterAll((bodies) => batched(shuffled(pieces(bodies), random), random))).toEqual(await expected());
  });

  it("fifty parallel copies make one entry, and a copy after a crash none", async () => {
    const { desk, line } = await begun(provider, startS);
    const body = provider === "whatsapp" ? onWhatsApp.says(SHEENA, "Only once", { id: "wamid.once" }) : onMeta(line).says("42", "Only once", { mid: "wamid.once" });
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => posts(line, body))))).toEqual(new Set([200]));
    await crash();
    await posts(line, body);
    expect((await shown(desk)).entries.filter(({ text }) => text === "Only once")).toHaveLength(1);
  });

  it("half of them before everything died and all of them after make the same thread", async () => {
    const { desk, line, reference } = await begun(provider, startS);
    const bodies = shuffled(bodiesOf(provider, reference, startS), dice(7));
    for (const body of bodies.slice(0, bodies.length / 2)) await posts(line, body);
    await crash();
    for (const body of bodies) expect(await posts(line, body)).toBe(200);
    expect(await shown(desk)).toEqual(await expected());
  });

  it("what names a page or number that is not ours touches nothing", async () => {
    const desk = await newMetaDesk();
    const line = desk.meta[provider];
    const foreign = provider === "whatsapp" ? JSON.stringify(onWhatsApp.says(SHEENA, "Hello?", { id: newMid() })).replaceAll("106540352242922", "999") : JSON.stringify(onMeta({ provider, address: "999" }).says("42", "Hello?"));
    expect(await posts(line, foreign)).toBe(200);
    expect(await shown(desk)).toEqual({ contacts: 0, entries: [], consent: [], windows: {} });
  });
});
