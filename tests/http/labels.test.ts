import { beforeEach, expect, it } from "vitest";
import type { Label } from "../../worker/contract/account";
import { newAccount, type TestAccount } from "../support/account";

let account: TestAccount;
beforeEach(async () => { account = await newAccount(); });

const make = (json: object) => account.fetch("/api/v1/labels", { json });
const names = async () => (await (await account.fetch("/api/v1/labels", {}, "restricted")).json<{ items: Label[] }>()).items.map(({ name }) => name);

it("labels are listed by name to everybody", async () => {
  for (const name of ["urgent", "Billing", "refund"]) expect((await make({ name })).status).toBe(201);
  expect(await names()).toEqual(["Billing", "refund", "urgent"]);
});

it("labels made without a colour get different ones", async () => {
  const colours = [];
  for (const name of ["a", "b", "c", "d", "e"]) colours.push((await (await make({ name })).json<Label>()).colour);
  expect(colours.sort()).toEqual([1, 2, 3, 4, 5]);
});

it("two labels never share a name, in whatever case", async () => {
  const first = await (await make({ name: "Urgent", colour: 2 })).json<Label>();
  expect((await make({ name: "urgent" })).status).toBe(409);
  const other = await (await make({ name: "Other" })).json<Label>();
  expect((await account.fetch(`/api/v1/labels/${other.id}`, { method: "PATCH", json: { name: "URGENT" } })).status).toBe(409);
  const same = await account.fetch(`/api/v1/labels/${first.id}`, { method: "PATCH", json: { name: "URGENT" } });
  expect(await same.json()).toEqual({ ...first, name: "URGENT" });
});

it("an archived label stays listed and comes back", async () => {
  const label = await (await make({ name: "Old" })).json<Label>();
  const change = async (archived: boolean) => (await account.fetch(`/api/v1/labels/${label.id}`, { method: "PATCH", json: { archived } })).json<Label>();
  expect((await change(true)).archived).toBe(true);
  expect(await names()).toEqual(["Old"]);
  expect(await change(false)).toEqual(label);
});

it("agents make and change no labels", async () => {
  const label = await (await make({ name: "Urgent" })).json<Label>();
  expect((await account.fetch("/api/v1/labels", { json: { name: "Mine" } }, "agent")).status).toBe(403);
  expect((await account.fetch(`/api/v1/labels/${label.id}`, { method: "PATCH", json: { name: "Mine" } }, "agent")).status).toBe(403);
});

it.each([{ name: "" }, { name: "x".repeat(41) }, { name: "a", colour: 6 }, {}])("%o makes no label", async (json) => {
  expect((await make(json)).status).toBe(400);
  expect(await names()).toEqual([]);
});
