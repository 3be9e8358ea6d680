import { env } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { channels } from "../../worker/channels/registry";
import { unsubscribeUrl } from "../../worker/flows/unsubscribe";
import { call, newAccount } from "../support/account";
import { newDesk, newConversation } from "../support/conversation";
import { FORGES, newHook } from "../support/hooks";
import { fakeProvider } from "../support/provider";

/** 7: secrets stand in no answer, address, log or row in clear. */

/** Settings of every provider, each with secrets that can be recognised anywhere. */
const MARK = "Zx9SECRETq7";
const MARKED: Record<string, Record<string, unknown>> = {
  twilio: { accountSid: "AC1", authToken: `${MARK}token`, apiKeySid: "SK1", apiKeySecret: `${MARK}key` },
  telnyx: { apiKey: `KEY${MARK}`, publicKey: "Y6I4Z1W3OqUKj6sKB5snqfk7DAVRODomCQuh7JFJx8s=" },
  resend: { apiKey: `re_${MARK}`, webhookSecret: `whsec_${MARK}${btoa("abc")}`, domain: "acme.example" },
  sendgrid: { apiKey: `SG.${MARK}`, parseToken: `${MARK}parse` },
  ses: { accessKeyId: "AKID", secretAccessKey: `${MARK}key`, region: "us-east-1", topicArn: "arn:aws:sns:us-east-1:123456789012:mail" },
  smtp: { host: "smtp.acme.example", port: 587, security: "none", user: "support@acme.example", password: `${MARK}password` },
  "cloudflare-sending": { domain: "acme.example" },
  "cloudflare-email": { domain: "acme.example", signingSecret: `${MARK}signing` },
  postmark: { serverToken: `${MARK}server`, basicPassword: `${MARK}password` },
  mailgun: { apiKey: `${MARK}key`, signingKey: `${MARK}signing`, domain: "mg.acme.example", region: "us" },
  chat: { origins: ["https://shop.example"], identitySecret: `${MARK}identity` },
  tiktok: { businessId: "_000", clientKey: "1", appSecret: `${MARK}app`, accessToken: `${MARK}access`, refreshToken: `${MARK}refresh` },
  whatsapp: { phoneNumberId: "1", wabaId: "1", accessToken: `${MARK}token`, appSecret: `${MARK}app`, verifyToken: `${MARK}verify` },
  messenger: { pageId: "1", pageAccessToken: `${MARK}token`, appSecret: `${MARK}app`, verifyToken: `${MARK}verify` },
  "google-reviews": { accountName: "accounts/1", locationName: "locations/1", clientId: "1", clientSecret: `${MARK}secret`, refreshToken: `${MARK}refresh` },
  "google-rcs": { agentId: "a@rbm.goog", serviceAccountKey: JSON.stringify({ client_email: "a@example.com", private_key: `${MARK}key` }), clientToken: `${MARK}token` },
  instagram: { igUserId: "1", accessToken: `${MARK}token`, appSecret: `${MARK}app`, verifyToken: `${MARK}verify`, login: "instagram", instagramAppSecret: `${MARK}instagram` },
};

it("every provider has settings here, and every secret of its form is among them", () => {
  expect(Object.keys(MARKED).sort()).toEqual(Object.keys(channels).sort());
  for (const [provider, { fields }] of Object.entries(channels))
    for (const { key } of fields.filter(({ secret }) => secret)) expect(String(MARKED[provider]![key]), `${provider}.${key}`).toContain(MARK);
});

afterEach(() => { vi.restoreAllMocks(); });

describe.each(Object.keys(channels))("a %s connection", (provider) => {
  it("never gives its secrets back, and keeps them sealed", async () => {
    const logged = vi.spyOn(console, "log");
    const provided = fakeProvider(() => Response.json({ code: 20003, message: "Authenticate", name: "invalid_api_key" }, { status: 401 }));
    const account = await newAccount();
    const made = await account.fetch("/api/v1/connections", { json: { provider, name: "Line", address: `${provider}@${account.account.id.replace("_", "-")}.example`, settings: MARKED[provider] } });
    expect(made.status).toBe(201);
    const { id, webhookUrl } = await made.clone().json<{ id: string; webhookUrl: string }>();
    const answers = [
      made,
      await account.fetch(`/api/v1/connections/${id}`),
      await account.fetch("/api/v1/connections"),
      await account.fetch(`/api/v1/connections/${id}`, { method: "PATCH", json: { name: "Renamed" } }),
      await account.fetch(`/api/v1/connections/${id}`, { method: "PATCH", json: { settings: { ...MARKED[provider], [Object.keys(MARKED[provider]!)[0]!]: "" } } }),
      await account.fetch("/api/v1/connections", { json: { provider, name: "Bad", address: "x", settings: { ...MARKED[provider], [Object.keys(MARKED[provider]!)[0]!]: 1 } } }),
      await account.fetch(`/api/v1/connections/${id}/verify`, { method: "POST" }),
      await call(new URL(webhookUrl).pathname, { method: "POST", body: "{}" }),
      await account.fetch(`/api/v1/connections/${id}/webhooks`),
      await call(`/widget/config/${id}`), await call(`/widget/frame?connection=${id}`),
    ];
    for (const answer of answers) expect([answer.url, await answer.text(), ...answer.headers.values()].join("\n")).not.toContain(MARK);
    expect(webhookUrl).not.toContain(MARK);
    provided.restore();
    for (const { url } of provided.sent) expect(url).not.toContain(MARK);
    expect(JSON.stringify(logged.mock.calls)).not.toContain(MARK);
    const rows = await Promise.all(["connection", "connection_route", "audit"].map((table) => account.account.db.prepare(`SELECT * FROM ${table} WHERE account_id = ?`).bind(account.account.id).all()));
    expect(JSON.stringify(rows.map(({ results }) => results))).not.toContain(MARK);
  });
});

it("a sealed secret opens only where it was sealed", async () => {
  const [ours, theirs] = [await newHook("twilio"), await newHook("twilio")];
  await env.DB.prepare("UPDATE connection SET sealed = (SELECT sealed FROM connection WHERE id = ?) WHERE id = ?").bind(theirs.id, ours.id).run();
  vi.spyOn(console, "log").mockImplementation(() => {});
  const posted = ours.forge.post({ id: "SMcopied", to: ours.address });
  expect((await ours.post(posted, ours.forge.sign(`${env.PUBLIC_URL}${ours.path}`, posted, theirs.settings, Date.now()))).status).toBe(503);
});

it.each(Object.keys(FORGES))("what %s sent is shown to admins without its proof of origin, and to nobody else", async (provider) => {
  const hook = await newHook(provider);
  const posted = hook.forge.post({ id: "SMshown", to: hook.address });
  const headers = hook.signed(posted);
  await hook.post(posted, { authorization: `Bearer ${MARK}`, "x-secret": MARK, ...headers });
  const { items } = await (await hook.owner.fetch(`/api/v1/connections/${hook.id}/webhooks`)).json<{ items: { id: string; outcome: string }[] }>();
  const shown = await hook.owner.fetch(`/api/v1/connections/${hook.id}/webhooks/${items[0]!.id}`);
  const text = await shown.text();
  expect(shown.status).toBe(hook.forge.carriesMessages ? 200 : 404);
  // A proof in the body is shown with it: it holds for minutes, and the body would not be what was sent without it.
  for (const secret of [hook.forge.carry ? MARK : headers[hook.forge.proof]!, MARK]) expect(text).not.toContain(secret);
  for (const who of ["agent", "restricted"] as const)
    for (const path of ["webhooks", `webhooks/${items[0]!.id}`]) expect((await hook.owner.fetch(`/api/v1/connections/${hook.id}/${path}`, {}, who)).status).toBe(403);
});

it("a send that fails tells the log ids and times, not who wrote what to whom", async () => {
  const logged = vi.spyOn(console, "log");
  const provided = fakeProvider(() => { throw new Error(`connect failed to https://api.twilio.com/?token=${MARK}`); });
  const desk = await newDesk();
  const talk = await newConversation(desk, "my card is 4111 1111 1111 1111");
  const sent = await talk.send("the answer is fortytwo");
  await vi.waitFor(async () => expect((await talk.entry(sent.id)).attempts.length).toBeGreaterThan(0), { timeout: 5_000, interval: 20 });
  provided.restore();
  const said = JSON.stringify(logged.mock.calls);
  for (const content of ["4111", "fortytwo", talk.phone, MARK]) expect(said).not.toContain(content);
});

it("an accident behind a link tells the log which kind of page broke, not the link, which is a key", async () => {
  const logged = vi.spyOn(console, "log").mockImplementation(() => {});
  const account = await newAccount();
  const url = await unsubscribeUrl(env, { accountId: account.account.id, connectionId: "cn_x", address: `${MARK}@example.com` });
  const broken = { ...env, DB: { prepare: () => { throw new Error("D1_ERROR"); }, batch: () => { throw new Error("D1_ERROR"); } } as unknown as D1Database };
  const { pathname } = new URL(url);
  expect((await call(pathname, {}, broken)).status).toBe(503);
  const said = JSON.stringify(logged.mock.calls);
  expect(said).toContain("/l/u/:token");
  expect(said).not.toContain(pathname.slice("/l/u/".length));
});

it("an accident is answered with a sentence and no inside", async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  const account = await newAccount();
  const broken = { ...env, DB: { prepare: () => { throw new Error(`D1_ERROR at ${MARK}`); }, batch: () => { throw new Error(MARK); } } as unknown as D1Database };
  const response = await call("/api/v1/me", { headers: { authorization: `Bearer sb_${"a".repeat(43)}` } }, broken);
  expect([response.status, await response.text()]).toEqual([503, expect.not.stringContaining(MARK)]);
  expect((await account.fetch("/api/v1/me")).status).toBe(200);
});
