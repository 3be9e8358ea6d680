import { afterEach, beforeEach, expect, it } from "vitest";
import { env } from "cloudflare:test";
import { findConnection, updateConnection } from "../../worker/db/connections";
import { listTemplates } from "../../worker/db/templates";
import { runOf, syncTemplatesDaily } from "../../worker/jobs/sync-templates";
import { newAccount, type TestAccount } from "../support/account";
import { Courier } from "../support/courier";

const RUN_MS = 5 * 60_000;
/** The moment of a day at which a connection has its turn. */
const turnOf = (id: string): number => Math.ceil(Date.now() / (288 * RUN_MS)) * 288 * RUN_MS + runOf(id) * RUN_MS;

let courier: Courier, owner: TestAccount, id: string;
beforeEach(async () => {
  courier = new Courier().open();
  courier.templates = [{ name: "made_elsewhere", language: "en_US", category: "utility", status: "approved", quality: "high", reason: null, named: false, externalId: "1", parts: { header: null, body: "Hello.", footer: null, buttons: [] } }];
  owner = await newAccount({ shard: 1 });
  id = await courier.connect(owner);
});
afterEach(() => courier.close());
const names = async () => (await listTemplates(owner.account, { limit: 200 })).items.map(({ name }) => name);

it("once a day, what was made elsewhere is found, on every shard", async () => {
  for (let run = 0; run < 288; run++) if (run !== runOf(id)) await syncTemplatesDaily(env, turnOf(id) + (run - runOf(id)) * RUN_MS);
  expect(await names()).toEqual([]);
  await syncTemplatesDaily(env, turnOf(id) + RUN_MS - 1);
  expect(await names()).toEqual(["made_elsewhere"]);
});

it("what is switched off is not asked for", async () => {
  await updateConnection(owner.account, (await findConnection(owner.account, id))!, { status: "disabled" });
  await syncTemplatesDaily(env, turnOf(id));
  expect(await names()).toEqual([]);
});

it("a provider that is away leaves the list as it was", async () => {
  await syncTemplatesDaily(env, turnOf(id));
  courier.list = () => Promise.reject(new Error("away"));
  await syncTemplatesDaily(env, turnOf(id) + 288 * RUN_MS);
  expect(await names()).toEqual(["made_elsewhere"]);
});
