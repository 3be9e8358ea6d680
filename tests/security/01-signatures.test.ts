import { env } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { channels } from "../../worker/channels/registry";
import { call, newAccount } from "../support/account";
import { createConnection } from "../../worker/db/connections";
import { FORGES, held, newHook, signing, wordsIn, type TestHook } from "../support/hooks";

/** 1: what nobody signed is stored nowhere, on every channel. */

const NEVER_SIGNED: Record<string, Record<string, unknown>> = {
  // Mail comes through the platform's own handler, visitors through their own routes: to /hooks anybody could post.
  "cloudflare-email": { domain: "acme.example", signingSecret: "test_email_signing_secret" },
  chat: { origins: ["https://shop.example"] },
  "cloudflare-sending": { domain: "acme.example" },
  // It only sends.
  smtp: { host: "smtp.acme.example", port: 587, security: "starttls", user: "support@acme.example", password: "password" },
};

/** Their proof stands in the body: 01-signed-within.test.ts. */
const SIGNED_WITHIN = ["ses"];

it("every provider is proved here: by its signature, or by never being believed", () => {
  expect([...Object.keys(FORGES), ...Object.keys(NEVER_SIGNED), ...SIGNED_WITHIN].sort()).toEqual(Object.keys(channels).sort());
});

const flip = (text: string) => (text.at(-2) === "A" ? `${text.slice(0, -2)}B${text.at(-1)}` : `${text.slice(0, -2)}A${text.at(-1)}`);

describe.each(signing)("$provider", ({ provider, forge }) => {
  let hook: TestHook, stranger: TestHook;
  beforeAll(async () => { [hook, stranger] = [await newHook(provider), await newHook(provider)]; });
  const posted = () => forge.post({ id: crypto.randomUUID(), to: hook.address });

  it("believes a true signature", async () => {
    const before = await held(hook.account);
    const one = posted();
    const response = await hook.post(one, hook.signed(one));
    expect([response.status, response.headers.get("content-type")?.split(";")[0]]).toEqual([200, channels[provider]!.answer?.type ?? "application/json"]);
    if (forge.carriesMessages) expect((await held(hook.account))["contact"]).toBe(before["contact"]! + 1);
  });

  it("with a signature that is missing or wrong in any way stores nothing", async () => {
    const before = await held(hook.account);
    const one = posted();
    const headers = hook.signed(one);
    const proof = headers[forge.proof]!;
    const wrong = { missing: {}, "without its signature": { ...headers, [forge.proof]: "" }, "a letter changed": flip(proof), truncated: proof.slice(0, -4), "in capitals": proof.toUpperCase(), "one more letter": `${proof}x`, "said twice": `${proof},${proof}` };
    const answers = await Promise.all(Object.entries(wrong).map(async ([name, value]) => [name, (await hook.post(one, typeof value === "string" ? { ...headers, [forge.proof]: value } : value)).status]));
    expect(answers).toEqual(Object.keys(wrong).map((name) => [name, 401]));
    expect(await held(hook.account)).toEqual(before);
  });

  it("another account's signature stores nothing, here or there", async () => {
    const before = [await held(hook.account), await held(stranger.account)];
    const one = posted();
    const theirs = forge.sign(`${env.PUBLIC_URL}${hook.path}`, one, stranger.settings, Date.now());
    expect((await hook.post(one, theirs)).status).toBe(401);
    expect([await held(hook.account), await held(stranger.account)]).toEqual(before);
  });

  it("a signature holds for these bytes and no others", async () => {
    if (forge.coversNoBody) return;
    const one = posted();
    const headers = hook.signed(one);
    const others = [one.body.replace(/(customer|Body)/, "$1x"), `${one.body} `, ""];
    expect(await Promise.all(others.map(async (body) => (await hook.post({ ...one, body }, headers)).status))).toEqual([401, 401, 401]);
  });

  it("leads nowhere under another provider's name or an unknown connection", async () => {
    const one = posted();
    const wrong = Object.keys(channels).find((name) => name !== provider)!;
    for (const path of [`/hooks/${wrong}/${hook.id}`, `/hooks/${provider}/ch_unknown`, `/hooks/__proto__/${hook.id}`, `/hooks/${provider}/`])
      expect((await call(path, { method: "POST", body: one.body, headers: { "content-type": one.type, ...hook.signed(one) } })).status, path).toBe(404);
  });

  it("2: what was sent again changes nothing; what is old is refused where a moment is signed", async () => {
    const one = posted();
    const headers = hook.signed(one);
    expect((await hook.post(one, headers)).status).toBe(200);
    const [before, words] = [await held(hook.account), await wordsIn(hook.owner)];
    expect((await hook.post(one, headers)).status).toBe(200);
    expect([await held(hook.account), await wordsIn(hook.owner)]).toEqual([before, words]);
    if (!forge.timed) return;
    const at = async (ageMs: number) => { const fresh = posted(); return (await hook.post(fresh, hook.signed(fresh, Date.now() - ageMs))).status; };
    // A provider's clock may be off and its retries late by minutes; an hour is somebody else.
    expect(await Promise.all([240_000, -240_000, 3_600_000, -3_600_000].map(at))).toEqual([200, 200, 401, 401]);
  });

  it("a signature that moved to another moment or id is none", async () => {
    if (!forge.timed) return;
    const one = posted();
    const headers = hook.signed(one, Date.now() - 3_600_000);
    const now = forge.sign("", one, hook.settings, Date.now());
    for (const name of Object.keys(now).filter((key) => key !== forge.proof)) expect((await hook.post(one, { ...headers, [name]: now[name]! })).status).toBe(401);
  });
});

it.each(signing.filter(({ provider }) => channels[provider]!.proofOf))("$provider's proof, which covers no body, counts for the first body only", async ({ provider, forge }) => {
  const hook = await newHook(provider);
  const [one, other] = [forge.post({ id: crypto.randomUUID(), to: hook.address, words: "true" }), forge.post({ id: crypto.randomUUID(), to: hook.address, from: "eve@example.com", words: "forged" })];
  const headers = hook.signed(one);
  expect((await hook.post(one, headers)).status).toBe(200);
  const before = await held(hook.account);
  expect((await hook.post(other, headers)).status).toBe(401);
  expect((await hook.post(one, headers)).status).toBe(200);
  expect(await held(hook.account)).toEqual(before);
  expect(await wordsIn(hook.owner)).toEqual(["true"]);
  expect((await hook.post(other, hook.signed(other))).status).toBe(200);
});

it.each(Object.entries(NEVER_SIGNED))("%s believes nothing that comes to /hooks", async (provider, settings) => {
  const owner = await newAccount();
  const channel = channels[provider]!;
  const { id } = await createConnection(owner.account, channel.kind, { provider, name: provider, address: "help@acme.example", settings: {} }, channel.settings.parse(settings), Date.now());
  const before = await held(owner.account);
  const forged = { "x-visitor": "v_1", "x-envelope-from": "eve@example.com", "x-envelope-to": "help@acme.example", authorization: "Bearer x" };
  const bodies = [["{}", "application/json"], [JSON.stringify({ clientId: crypto.randomUUID(), text: "hi" }), "application/json"], ["From: a@example.com\r\n\r\nhi", "message/rfc822"]] as const;
  const answers = bodies.map(async ([body, type]) => (await call(`/hooks/${provider}/${id}`, { method: "POST", body, headers: { "content-type": type, ...forged } })).status);
  expect(await Promise.all(answers)).toEqual([401, 401, 401]);
  expect(await held(owner.account)).toEqual(before);
});

it("a registration's handshake answers only for the connection that is asked, and tells strangers nothing", async () => {
  const hook = await newHook("twilio");
  for (const path of [hook.path, `${hook.path}?hub.mode=subscribe&hub.verify_token=x&hub.challenge=1`, "/hooks/twilio/ch_unknown"]) {
    const response = await call(path);
    expect([response.status, await response.json()]).toEqual([404, { type: "not-found", title: "not found", status: 404 }]);
  }
});
