import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { env } from "cloudflare:test";
import type { Health } from "../../worker/contract/channel";
import { findConnection, openSettings, updateConnection } from "../../worker/db/connections";
import { renewTokens } from "../../worker/jobs/renew";
import { newAccount, type TestAccount } from "../support/account";
import { Courier } from "../support/courier";

const HOUR = 3_600_000, DAY = 24 * HOUR;
const NOW = Date.now();
let courier: Courier, owner: TestAccount, asked: string[];
beforeEach(async () => {
  // What other tests left due must not run here.
  for (const db of [env.DB, env.DB_001!]) await db.prepare("UPDATE connection SET renew_at = NULL").run();
  courier = new Courier().open();
  owner = await newAccount();
  asked = [];
});
afterEach(() => courier.close());

/** A provider that gives `token-2`, `token-3` … each good for `lives`. */
const renews = (lives: number) => {
  courier.renew = ({ settings }) => {
    asked.push(settings.token);
    return Promise.resolve({ settings: { token: `token-${asked.length + 1}` }, expiresAt: NOW + lives });
  };
};
const row = async (id: string, { account } = owner) => (await findConnection(account, id))!;
const token = async (id: string, { account } = owner) => (await openSettings(account, await row(id, { account } as TestAccount)))["token"];
const health = async (id: string, at = NOW): Promise<Health> => owner.account.connection(id).health(at, (await row(id)).expiresAt);

it("a new connection's token is renewed at the next run, and health says when the new one ends", async () => {
  renews(60 * DAY);
  const made = await owner.fetch("/api/v1/connections", { json: { provider: "test-courier", name: "New", address: "+15125550103", settings: { token: "token-1", signingSecret: "s" } } });
  const { id } = await made.json<{ id: string }>();
  await renewTokens(env, Date.now());
  expect([asked, await token(id), await openSettings(owner.account, await row(id))]).toEqual([["token-1"], "token-2", expect.objectContaining({ signingSecret: "s", place: "main" })]);
  const seen = await (await owner.fetch(`/api/v1/connections/${id}`)).json<{ health: Health }>();
  expect(seen.health.tokenExpiresAt).toBe(new Date(NOW + 60 * DAY).toISOString());
});

it("a token is renewed ten days before its end, not earlier, and once", async () => {
  renews(60 * DAY);
  const id = await courier.connect(owner, {}, { renewAt: NOW });
  await Promise.all([renewTokens(env, NOW), renewTokens(env, NOW)]);
  expect(asked).toEqual(["token-1"]);
  await renewTokens(env, NOW + 50 * DAY - 1);
  expect(asked).toEqual(["token-1"]);
  await renewTokens(env, NOW + 50 * DAY);
  expect([asked, await token(id)]).toEqual([["token-1", "token-2"], "token-3"]);
});

it("what needs no renewing is left alone from then on", async () => {
  courier.renew = () => { asked.push("again"); return Promise.resolve(null); };
  const id = await courier.connect(owner, {}, { renewAt: NOW });
  await renewTokens(env, NOW);
  await renewTokens(env, NOW + 90 * DAY);
  expect([asked, await token(id), (await row(id)).renewAt]).toEqual([["again"], "token-1", null]);
  expect(await health(id)).toMatchObject({ state: "unknown", tokenExpiresAt: null });
});

it("a connection that is switched off keeps its token alive", async () => {
  renews(60 * DAY);
  const id = await courier.connect(owner, {}, { renewAt: NOW });
  await updateConnection(owner.account, await row(id), { status: "disabled" });
  await renewTokens(env, NOW);
  expect(await token(id)).toBe("token-2");
});

it("every shard is looked at, and one that fails stops no other", async () => {
  const away = await newAccount({ shard: 1 });
  courier.renew = ({ settings }) => (settings.token === "bad" ? Promise.reject(new Error("no")) : Promise.resolve({ settings: { token: "fresh" }, expiresAt: NOW + 60 * DAY }));
  const [bad, good, theirs] = [await courier.connect(owner, { token: "bad" }, { renewAt: NOW - 1 }), await courier.connect(owner, {}, { renewAt: NOW }), await courier.connect(away, {}, { renewAt: NOW })];
  await renewTokens(env, NOW);
  expect([await token(bad), await token(good), await token(theirs, away)]).toEqual(["bad", "fresh", "fresh"]);
});

describe("a renewal that fails", () => {
  beforeEach(() => renews(60 * DAY));
  const fails = () => { courier.renew = () => { asked.push("failed"); return Promise.reject(new Error("https://provider.example/?access_token=token-2")); }; };

  it("is told with what to do, tried again every hour, and forgotten when it works", async () => {
    const id = await courier.connect(owner, {}, { renewAt: NOW });
    await renewTokens(env, NOW);
    const due = NOW + 50 * DAY;
    fails();
    await renewTokens(env, due);
    expect(await health(id, due)).toMatchObject({ state: "warning", sentence: expect.stringMatching(/^The access token could not be renewed and ends on \d+ \w+ \d{4}\..*reconnect this channel with a new one\.$/) });
    await renewTokens(env, due + HOUR - 1);
    expect(asked).toEqual(["token-1", "failed"]);
    renews(120 * DAY);
    await renewTokens(env, due + HOUR);
    expect(await health(id, due + HOUR)).toMatchObject({ state: "unknown", tokenExpiresAt: new Date(NOW + 120 * DAY).toISOString() });
  });

  it("until the token has ended fails the connection", async () => {
    const id = await courier.connect(owner, {}, { renewAt: NOW });
    await renewTokens(env, NOW);
    fails();
    await renewTokens(env, NOW + 60 * DAY);
    expect(await health(id, NOW + 60 * DAY)).toMatchObject({ state: "failing", sentence: expect.stringMatching(/^The access token ended on .* Reconnect this channel with a new one\.$/) });
  });

  it("of a token that may be too young alarms nobody for a day", async () => {
    fails();
    const id = await courier.connect(owner, {}, { renewAt: NOW });
    await renewTokens(env, NOW);
    expect(await health(id, NOW + DAY)).toMatchObject({ state: "unknown" });
    expect(await health(id, NOW + DAY + 2 * HOUR)).toMatchObject({ state: "warning", sentence: "The access token cannot be renewed, so it will end one day. Reconnect this channel with a new one." });
  });
});

describe("a token and an admin at the same moment", () => {
  it("what the admin pasted stays, and is renewed anew", async () => {
    const id = await courier.connect(owner, {}, { renewAt: NOW });
    courier.renew = async ({ settings }) => {
      asked.push(settings.token);
      if (asked.length === 1) await owner.fetch(`/api/v1/connections/${id}`, { method: "PATCH", json: { settings: { token: "pasted" } } });
      return { settings: { token: `renewed-${settings.token}` }, expiresAt: NOW + 60 * DAY };
    };
    await renewTokens(env, NOW);
    expect(await token(id)).toBe("pasted");
    await renewTokens(env, Date.now());
    expect([asked, await token(id)]).toEqual([["token-1", "pasted"], "renewed-pasted"]);
  });

  it("a new signing secret and the new token both hold", async () => {
    const id = await courier.connect(owner, {}, { renewAt: NOW });
    courier.renew = async () => {
      await updateConnection(owner.account, await row(id), {}, { ...await openSettings(owner.account, await row(id)), signingSecret: "secret-2" });
      return { settings: { token: "token-2" }, expiresAt: NOW + 60 * DAY };
    };
    await renewTokens(env, NOW);
    expect(await openSettings(owner.account, await row(id))).toMatchObject({ token: "token-2", signingSecret: "secret-2" });
  });
});
