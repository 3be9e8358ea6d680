import { env } from "cloudflare:test";
import { expect, it, vi } from "vitest";
import { cloudflareSending } from "../../worker/channels/email-cloudflare-sending";
import { takeMailEvent } from "../../worker/jobs/mail-events";
import { newAccount } from "../support/account";
import { held } from "../support/hooks";
import bounced from "../channels/fixtures/cloudflare-email/queue-event.bounced-hard.json";

const LONG_AGO_MS = 10 * 60_000;

const connect = (account: Awaited<ReturnType<typeof newAccount>>, provider: string, domain: string) =>
  account.fetch("/api/v1/connections", { json: { provider, name: "Mail", address: `help@${domain}`, settings: { domain } } });
const about = (domain: string) => ({ ...bounced, payload: { ...bounced.payload, sender: `help@${domain}` } });

it("an event reaches the connection that sent the mail, and makes nobody a contact", async () => {
  const owner = await newAccount();
  const domain = `${owner.account.id.replace("_", "-")}.example`;
  const made = await connect(owner, cloudflareSending.provider, domain);
  const { id } = await made.json<{ id: string }>();
  const before = await held(owner.account);
  // Of a mail that may just be leaving it would be tried again.
  await takeMailEvent(env, about(domain), Date.now() - LONG_AGO_MS);
  const { items } = await (await owner.fetch(`/api/v1/connections/${id}/webhooks`)).json<{ items: { outcome: string; events: string[] }[] }>();
  expect([made.status, items, await held(owner.account)]).toMatchObject([201, [{ outcome: "ignored", events: ["status"] }], before]);
});

it("an event of a mail that nobody here sent is only noted", async () => {
  const logged = vi.spyOn(console, "log").mockImplementation(() => {});
  await takeMailEvent(env, about("unknown.example"), Date.now());
  await takeMailEvent(env, null, Date.now());
  expect(JSON.stringify(logged.mock.calls)).toContain("mail-event-of-nobody");
  logged.mockRestore();
});

it("nobody sends by a domain that another account receives or sends for", async () => {
  const [owner, thief] = [await newAccount(), await newAccount()];
  const domain = `${owner.account.id.replace("_", "-")}.example`;
  expect((await connect(owner, "cloudflare-email", domain)).status).toBe(201);
  expect((await connect(owner, cloudflareSending.provider, domain)).status).toBe(201);
  for (const provider of ["cloudflare-email", cloudflareSending.provider]) expect((await connect(thief, provider, domain)).status).toBe(409);
  const other = `${thief.account.id.replace("_", "-")}.example`;
  expect((await connect(thief, cloudflareSending.provider, other)).status).toBe(201);
  expect((await connect(owner, "cloudflare-email", other)).status).toBe(409);
});
