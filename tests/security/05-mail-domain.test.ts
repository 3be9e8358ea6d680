import { env } from "cloudflare:test";
import { expect, it } from "vitest";
import { channels } from "../../worker/channels/registry";
import { receiveMail } from "../../worker/flows/mail";
import { newAccount, type TestAccount } from "../support/account";
import { wordsIn } from "../support/hooks";

/** 5: mail is told apart by its address alone, so nobody may claim the addresses of a domain that another account receives for. */

const SETTINGS: Record<string, (domain: string) => object> = { "cloudflare-email": (domain) => ({ domain }) };
const connect = (account: TestAccount, provider: string, address: string) => account.fetch("/api/v1/connections", { json: { provider, name: "Mail", address, settings: SETTINGS[provider]!(address.split("@")[1]!) } });
const receiving = Object.values(channels).filter(({ capabilities }) => capabilities.transport === "none").map(({ provider }) => provider);

async function receive(to: string, words: string): Promise<string | null> {
  const raw = new TextEncoder().encode(`From: Ada <ada@example.com>\r\nTo: ${to}\r\nSubject: Hi\r\nMessage-ID: <${crypto.randomUUID()}@example.com>\r\n\r\n${words}`);
  let refused: string | null = null;
  await receiveMail(env, { from: "ada@example.com", to, raw: new Response(raw).body!, rawSize: raw.length, setReject: (reason) => { refused = reason; } }, () => {}, Date.now());
  return refused;
}

it.each(receiving)("%s: a domain stays with the account that named it first, whatever others write", async (provider) => {
  const [owner, thief] = [await newAccount(), await newAccount()];
  const domain = `${owner.account.id.replace("_", "-")}.example`;
  expect((await connect(owner, provider, `help@${domain}`)).status).toBe(201);
  for (const address of [`help@${domain}`, `boss@${domain}`, `BOSS@${domain.toUpperCase()}`, `anything+x@${domain}`]) expect([address, (await connect(thief, provider, address)).status]).toEqual([address, 409]);
  // A name that only looks alike is another domain.
  expect((await connect(thief, provider, `help@sub.${domain}`)).status).toBe(201);
  expect((await connect(thief, provider, `help@${domain.replace("-", "_")}`)).status).toBe(201);
  expect((await connect(owner, provider, `sales@${domain}`)).status).toBe(201);
  for (const [to, words] of [[`help@${domain}`, "to help"], [`boss@${domain}`, "to the boss"], [`reply+c_1.x@${domain}`, "an answer"]] as const) expect(await receive(to, words)).toBeNull();
  expect(await wordsIn(thief)).toEqual([]);
  expect((await wordsIn(owner)).map((text) => text.trim())).toEqual(["an answer", "to help", "to the boss"]);
  expect(await receive(`help@unknown-${domain}`, "to nobody")).not.toBeNull();
});
