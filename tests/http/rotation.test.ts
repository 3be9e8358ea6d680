import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { env } from "cloudflare:test";
import type { ConnectionView } from "../../worker/contract/channel";
import { findConnection, openSettings, updateConnection } from "../../worker/db/connections";
import { forgetConnection, openConnection } from "../../worker/flows/open-connection";
import { call, newAccount, type TestAccount } from "../support/account";
import { newPhone } from "../support/conversation";
import { Courier } from "../support/courier";
import { wordsIn } from "../support/hooks";

const HOUR = 3_600_000;
let courier: Courier, owner: TestAccount, id: string;
beforeEach(async () => {
  courier = new Courier().open();
  owner = await newAccount();
  id = await courier.connect(owner);
});
afterEach(() => {
  courier.close();
  vi.useRealTimers();
});

const patch = async (json: object) => (await owner.fetch(`/api/v1/connections/${id}`, { method: "PATCH", json })).status;
const rotate = (settings: object, more: object = {}) => patch({ settings, ...more });
/** A customer's message, signed with `secret`. */
const post = async (secret: string, words = "Hello") => {
  const event = { kind: "message", externalId: crypto.randomUUID(), from: { kind: "phone", address: newPhone() }, text: words, media: [], at: Date.now() };
  return (await call(`/hooks/test-courier/${id}`, { method: "POST", body: JSON.stringify([event]), headers: { "x-signature": secret } })).status;
};
/** What every other machine sees once it looks anew. */
const elsewhere = () => forgetConnection(id);

describe("a secret that is replaced", () => {
  it("loses nothing that was signed with the one before", async () => {
    expect(await rotate({ signingSecret: "secret-2" })).toBe(200);
    expect([await post("secret-1", "signed with the old one"), await post("secret-2", "signed with the new one"), await post("secret-3")]).toEqual([200, 200, 401]);
    elsewhere();
    expect(await post("secret-1", "and again")).toBe(200);
    expect(await wordsIn(owner)).toEqual(["and again", "signed with the new one", "signed with the old one"]);
  });

  it("counts for a day and no longer, also where it is remembered", async () => {
    await rotate({ signingSecret: "secret-2" });
    const open = (await openConnection(env, id))!;
    const until = open.previous[0]!.until;
    expect(until - Date.now()).toBeGreaterThan(23.9 * HOUR);
    expect(until - Date.now()).toBeLessThanOrEqual(24 * HOUR);
    vi.useFakeTimers({ now: until + 1, toFake: ["Date"] });
    expect(await post("secret-1")).toBe(401);
    elsewhere();
    expect(await post("secret-1")).toBe(401);
    expect(await post("secret-2")).toBe(200);
  });

  it("twice in a day leaves both valid", async () => {
    await rotate({ signingSecret: "secret-2" });
    await rotate({ signingSecret: "secret-3" });
    expect(await Promise.all(["secret-1", "secret-2", "secret-3", "secret-4"].map((secret) => post(secret)))).toEqual([200, 200, 200, 401]);
  });

  it("survives a change of other settings", async () => {
    await rotate({ signingSecret: "secret-2" });
    await rotate({ place: "annex" });
    await patch({ name: "Renamed" });
    expect(await post("secret-1")).toBe(200);
    expect((await openConnection(env, id))!.previous).toHaveLength(1);
  });

  it("that somebody else knows can be ended at once, together or later", async () => {
    await rotate({ signingSecret: "secret-2" }, { dropPrevious: true });
    expect([await post("secret-1"), await post("secret-2")]).toEqual([401, 200]);
    await rotate({ signingSecret: "secret-3" });
    expect(await post("secret-2")).toBe(200);
    expect(await patch({ dropPrevious: true })).toBe(200);
    expect([await post("secret-2"), await post("secret-3")]).toEqual([401, 200]);
  });

  it("that stays the same keeps none", async () => {
    await rotate({ signingSecret: "secret-1", place: "annex" });
    expect((await openConnection(env, id))!.previous).toEqual([]);
  });

  it("is sealed while it waits, and never comes back", async () => {
    await rotate({ signingSecret: "secret-2" });
    const { config } = (await findConnection(owner.account, id))!;
    expect(config).toContain('"previous"');
    const answer = await (await owner.fetch(`/api/v1/connections/${id}`)).text();
    for (const text of [config, answer]) expect(text).not.toMatch(/secret-[12]|token-1/);
  });

  it("sends with the new ones only", async () => {
    await rotate({ token: "token-2" });
    await owner.fetch(`/api/v1/connections/${id}/test`, { json: { to: newPhone() } });
    expect(courier.sent.map(({ token }) => token)).toEqual(["token-2"]);
  });

  it("is believed at once by a machine that still remembers the old one", async () => {
    await openConnection(env, id);
    const row = (await findConnection(owner.account, id))!;
    await updateConnection(owner.account, row, {}, { ...await openSettings(owner.account, row), signingSecret: "secret-2" }, { former: Date.now() + HOUR });
    vi.useFakeTimers({ now: Date.now() + 1_000, toFake: ["Date"] });
    expect([await post("secret-2"), await post("secret-1"), await post("secret-3")]).toEqual([200, 200, 401]);
  });

  it("does not undo what somebody else stored at the same moment", async () => {
    const stale = (await findConnection(owner.account, id))!;
    await rotate({ signingSecret: "secret-2" });
    expect(await updateConnection(owner.account, stale, {}, { token: "x", signingSecret: "secret-9" }, { former: Date.now() + HOUR })).toBe(false);
    elsewhere();
    expect([await post("secret-1"), await post("secret-2"), await post("secret-9")]).toEqual([200, 200, 401]);
  });
});

describe("health after new secrets", () => {
  const health = async () => (await (await owner.fetch(`/api/v1/connections/${id}`)).json<ConnectionView>()).health;

  it("holds nothing against them that failed before", async () => {
    courier.send = () => ({ ok: false, class: "auth", code: "190", detail: "" });
    await owner.fetch(`/api/v1/connections/${id}/test`, { json: { to: newPhone() } });
    expect(await health()).toMatchObject({ state: "failing" });
    await rotate({ token: "token-2" });
    expect(await health()).toMatchObject({ state: "unknown" });
  });

  it("still counts refused signatures of the day, without blaming the new secret for them", async () => {
    for (let nth = 0; nth < 3; nth++) await post("wrong");
    await vi.waitFor(async () => expect(await health()).toMatchObject({ state: "failing", signatureFailures: 3 }));
    await rotate({ signingSecret: "secret-2" });
    expect(await health()).toMatchObject({ state: "unknown", signatureFailures: 3 });
  });
});

describe("the handshake of a registration", () => {
  const ask = async (token: string, path = `/hooks/test-courier/${id}`) => call(`${path}?token=${token}`);

  it("is answered for the right token and forbidden for any other", async () => {
    expect(await (await ask("verify")).text()).toBe("challenge");
    expect((await ask("guess")).status).toBe(403);
    await rotate({ verifyToken: "verify-2" });
    expect([(await ask("verify")).status, (await ask("verify-2")).status]).toEqual([403, 200]);
  });

  it("of nobody is not found", async () => {
    expect((await ask("verify", "/hooks/test-courier/ch_unknown")).status).toBe(404);
    expect((await ask("verify", `/hooks/twilio/${id}`)).status).toBe(404);
  });
});
