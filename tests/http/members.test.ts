import { beforeEach, expect, it } from "vitest";
import type { Member } from "../../worker/contract/account";
import { auditOf, call, newAccount, PASSWORD, type TestAccount, type Who } from "../support/account";

let account: TestAccount;
beforeEach(async () => { account = await newAccount(); });

const patch = (id: string, json: unknown, as: Who = "owner") => account.fetch(`/api/v1/members/${id}`, { method: "PATCH", json }, as);

it("everybody sees who works here", async () => {
  const { items } = await (await account.fetch("/api/v1/members", {}, "restricted")).json<{ items: Member[] }>();
  expect(items.map(({ role }) => role).sort()).toEqual(["admin", "agent", "owner", "restricted"]);
  expect(await (await account.fetch(`/api/v1/members/${account.agent.id}`, {}, "agent")).json()).toEqual(items.find(({ id }) => id === account.agent.id));
});

it.each<[Who, Who, object, number]>([
  ["owner", "admin", { role: "owner" }, 200],
  ["owner", "agent", { role: "restricted" }, 200],
  ["admin", "agent", { role: "admin" }, 200],
  ["admin", "agent", { role: "owner" }, 403],
  ["admin", "owner", { role: "agent" }, 403],
  ["admin", "owner", { name: "Renamed" }, 403],
  ["admin", "owner", { disabled: true }, 403],
  ["admin", "admin", { role: "owner" }, 403],
  ["agent", "agent", { role: "admin" }, 403],
  ["agent", "restricted", { name: "Renamed" }, 403],
  ["restricted", "restricted", { role: "agent" }, 403],
])("%s changing %s to %o is answered %i", async (who, whom, json, status) => {
  expect((await patch(account[whom].id, json, who)).status).toBe(status);
});

it.each([{ role: "admin" }, { disabled: true }])("the last owner stays one: %o is refused and changes nothing", async (json) => {
  const refused = await patch(account.owner.id, json);
  expect(await refused.json()).toMatchObject({ type: "conflict", reason: "last-owner" });
  expect(await (await account.fetch(`/api/v1/members/${account.owner.id}`)).json()).toMatchObject({ role: "owner", disabled: false });
  expect(await auditOf(account.account)).not.toContain("member.change");
});

it("a disabled owner does not count as the one who stays", async () => {
  await patch(account.admin.id, { role: "owner" });
  await patch(account.admin.id, { disabled: true });
  expect((await patch(account.owner.id, { role: "admin" })).status).toBe(409);
});

it("of two owners who demote each other at the same moment one stays", async () => {
  await patch(account.admin.id, { role: "owner" });
  await Promise.all([patch(account.owner.id, { role: "agent" }, "admin"), patch(account.admin.id, { role: "agent" }, "owner")]);
  const { items } = await (await account.fetch("/api/v1/members", {}, "restricted")).json<{ items: Member[] }>();
  expect(items.filter(({ role }) => role === "owner")).toHaveLength(1);
});

it.each([{ role: "restricted" }, { disabled: true }])("%o ends the member's sessions at once", async (json) => {
  const session = await account.session("agent");
  expect((await account.fetch("/api/v1/me", {}, session)).status).toBe(200);
  expect((await patch(account.agent.id, json)).status).toBe(200);
  expect((await account.fetch("/api/v1/me", {}, session)).status).toBe(401);
});

it("a disabled member's API key stops working, and works again when they are enabled", async () => {
  expect((await account.fetch("/api/v1/me", {}, "agent")).status).toBe(200);
  await patch(account.agent.id, { disabled: true });
  expect((await account.fetch("/api/v1/me", {}, "agent")).status).toBe(401);
  await patch(account.agent.id, { disabled: false });
  expect((await account.fetch("/api/v1/me", {}, "agent")).status).toBe(200);
});

it("a key acts with the role its member has now", async () => {
  expect((await account.fetch("/api/v1/api-keys", {}, "admin")).status).toBe(200);
  await patch(account.admin.id, { role: "agent" });
  expect((await account.fetch("/api/v1/api-keys", {}, "admin")).status).toBe(403);
});

it("everybody may change their own name, and nothing else about themselves", async () => {
  const changed = await account.fetch("/api/v1/me", { method: "PATCH", json: { name: "Other Name" } }, "restricted");
  expect(await changed.json()).toMatchObject({ member: { name: "Other Name", role: "restricted" } });
  expect((await account.fetch("/api/v1/me", { method: "PATCH", json: { role: "owner" } }, "restricted")).status).toBe(400);
});

it("only an owner hands out an owner's reset link", async () => {
  expect((await account.fetch(`/api/v1/members/${account.owner.id}/reset-link`, { method: "POST" }, "admin")).status).toBe(403);
  expect((await account.fetch(`/api/v1/members/${account.owner.id}/reset-link`, { method: "POST" }, "owner")).status).toBe(201);
  expect((await account.fetch(`/api/v1/members/${account.agent.id}/reset-link`, { method: "POST" }, "agent")).status).toBe(403);
});

it("an admin of one account cannot take over somebody who also works in another", async () => {
  const second = await newAccount();
  const { url } = await (await second.fetch("/api/v1/invitations", { json: { email: account.agent.email, role: "agent" } })).json<{ url: string }>();
  const accepted = await (await call("/api/auth/accept", { json: { token: url.split("#token=")[1], name: "Both", password: PASSWORD } })).json<{ memberId: string }>();
  expect((await second.fetch(`/api/v1/members/${accepted.memberId}/reset-link`, { method: "POST" })).status).toBe(409);
});

it("only owners invite owners", async () => {
  expect((await account.fetch("/api/v1/invitations", { json: { email: "a@example.test", role: "owner" } }, "admin")).status).toBe(403);
  expect((await account.fetch("/api/v1/invitations", { json: { email: "a@example.test", role: "owner" } }, "owner")).status).toBe(201);
  expect((await account.fetch("/api/v1/invitations", { json: { email: "b@example.test", role: "agent" } }, "agent")).status).toBe(403);
});

it("account settings merge, and only admins change them", async () => {
  await account.fetch("/api/v1/account", { method: "PATCH", json: { settings: { reopenDays: 3 } } }, "admin");
  const changed = await account.fetch("/api/v1/account", { method: "PATCH", json: { name: "Renamed", settings: { timeZone: "Europe/Berlin" } } }, "owner");
  expect(await changed.json()).toMatchObject({ name: "Renamed", settings: { reopenDays: 3, timeZone: "Europe/Berlin", country: "US", undoMs: 5000 } });
  expect((await account.fetch("/api/v1/account", { method: "PATCH", json: { name: "Mine" } }, "agent")).status).toBe(403);
  expect((await account.fetch("/api/v1/account", { method: "PATCH", json: { settings: { timeZone: "Mars/Base" } } })).status).toBe(400);
});
