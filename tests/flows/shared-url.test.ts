import { env } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { forgetAccountFacts } from "../../worker/flows/account-facts";
import { forgetConnection } from "../../worker/flows/open-connection";
import { processHeld, processKept } from "../../worker/flows/retry";
import type { Line } from "../support/conversation";
import { fakeGraph } from "../support/graph";
import { signatureOf } from "../support/meta-channel";
import { connectMeta, contactsOf, conversationsOf, inside, newMetaDesk, newMid, onMeta, onWhatsApp, posts, type MetaDesk } from "../support/meta";

/** A provider's app has one address for all its pages and numbers. */

const OTHER_PAGE = "682498309999999";
let desk: MetaDesk;
let first: Line, second: Line;
beforeEach(async () => {
  fakeGraph();
  desk = await newMetaDesk();
  first = desk.meta.messenger;
  second = await connectMeta(desk, "messenger", { address: OTHER_PAGE, own: { pageId: OTHER_PAGE } });
});
afterEach(() => vi.restoreAllMocks());

const joined = (...bodies: { object: string; entry: unknown[] }[]) => ({ object: bodies[0]!.object, entry: bodies.flatMap(({ entry }) => entry) });
/** Every customer's message, with the connection it came over. */
const heard = async (of: MetaDesk = desk) => (await Promise.all((await conversationsOf(of)).map(inside))).flatMap(({ stored }) => stored).filter(({ entry }) => entry.direction === "in").map(({ entry }) => [entry.connectionId, entry.text]).toSorted((a, b) => (a[1]! < b[1]! ? -1 : 1));
async function switched({ id }: Line, status: "active" | "disabled") {
  await desk.account.db.prepare("UPDATE connection SET status = ? WHERE id = ?").bind(status, id).run();
  forgetConnection(id);
  forgetAccountFacts(desk.account.id);
}
const kept = async (line: Line): Promise<string[]> => (await env.BUCKET.list({ prefix: `a/${desk.account.id}/inbound/${line.id}/` })).objects.map(({ key }) => key);
async function processed(line: Line): Promise<void> {
  for (const key of await kept(line)) await processKept(env, { connectionId: line.id, key });
}

it("a request about two pages reaches each over its own connection, whichever of them it came to", async () => {
  const both = joined(onMeta(first).says("42", "To the first", { mid: "m_1" }), onMeta(second).says("43", "To the second", { mid: "m_2" }));
  expect([await posts(first, both), await posts(second, both), await posts(first, both)]).toEqual([200, 200, 200]);
  expect(await heard()).toEqual([[first.id, "To the first"], [second.id, "To the second"]]);
  expect(await contactsOf(desk)).toBe(2);
});

it("the same customer's id on two pages is two people", async () => {
  await posts(first, onMeta(first).says("42", "On the first"));
  await posts(first, onMeta(second).says("42", "On the second"));
  expect(await contactsOf(desk)).toBe(2);
});

it("two numbers of one WhatsApp app share a customer, and each keeps its own messages", async () => {
  const number = await connectMeta(desk, "whatsapp", { address: "+15550783999", own: { phoneNumberId: "999" } });
  const to = (body: object) => JSON.parse(JSON.stringify(body).replaceAll("106540352242922", "999")) as { object: string; entry: unknown[] };
  await posts(desk.meta.whatsapp, joined(onWhatsApp.says({ phone: "14155550107" }, "One"), to(onWhatsApp.says({ phone: "14155550107" }, "Two"))));
  expect(await heard()).toEqual([[desk.meta.whatsapp.id, "One"], [number.id, "Two"]]);
  expect(await contactsOf(desk)).toBe(1);
});

describe("a page that belongs to somebody else", () => {
  it("of another account gets nothing from a request that we may believe", async () => {
    const stranger = await newMetaDesk();
    const theirs = await connectMeta(stranger, "messenger", { address: "777", own: { pageId: "777" } });
    expect(await posts(first, joined(onMeta(theirs).says("42", "Not for you"), onMeta(first).says("42", "For us")))).toBe(200);
    expect(await heard()).toEqual([[first.id, "For us"]]);
    expect(await contactsOf(stranger)).toBe(0);
  });

  it("of our own, but of an app with another secret, believes only its own secret", async () => {
    const apart = await connectMeta(desk, "messenger", { address: "888", own: { pageId: "888", appSecret: "another-secret" } });
    forgetAccountFacts(desk.account.id);
    const about = onMeta(apart).says("42", "For the other app");
    expect(await posts(first, about)).toBe(200);
    expect(await heard()).toEqual([]);
    expect(await posts(apart, about)).toBe(401);
    const body = JSON.stringify(about);
    expect(await posts(apart, body, signatureOf(body, "another-secret"))).toBe(200);
    expect(await heard()).toEqual([[apart.id, "For the other app"]]);
  });
});

describe("a page that is switched off", () => {
  const about = () => joined(onMeta(first).says("42", "To the first"), onMeta(second).says("43", "To the second"));

  it("keeps what came over another's address until it is on again", async () => {
    await switched(second, "disabled");
    await posts(first, about());
    expect(await heard()).toEqual([[first.id, "To the first"]]);
    expect(await kept(second)).toHaveLength(1);
    await processed(second);
    expect(await kept(second)).toHaveLength(1);
    await switched(second, "active");
    expect(await processHeld(env, desk.account.id, second.id)).toBe(1);
    await processed(second);
    expect(await heard()).toEqual([[first.id, "To the first"], [second.id, "To the second"]]);
    expect(await kept(second)).toEqual([]);
  });

  it("does not hold up the others whose messages come to its address", async () => {
    await switched(first, "disabled");
    expect(await posts(first, about())).toBe(200);
    expect(await heard()).toEqual([[second.id, "To the second"]]);
    await switched(first, "active");
    await processed(first);
    expect(await heard()).toEqual([[first.id, "To the first"], [second.id, "To the second"]]);
  });

  it("keeps nothing of a request that is not about it", async () => {
    await switched(second, "disabled");
    await posts(first, onMeta(first).says("42", "To the first", { mid: newMid() }));
    expect(await kept(second)).toEqual([]);
  });
});
