import { beforeEach, expect, it } from "vitest";
import type { Me, Team } from "../../worker/contract/account";
import { hashToken } from "../../worker/platform/token";
import { auditOf, newAccount, type TestAccount } from "../support/account";

let account: TestAccount;
beforeEach(async () => { account = await newAccount(); });

const make = async (json: object) => (await account.fetch("/api/v1/teams", { json })).json<Team>();

it("a new team has the members it was given, and everybody sees it", async () => {
  const team = await make({ name: " Support ", memberIds: [account.agent.id, account.restricted.id] });
  expect(team).toMatchObject({ name: "Support", memberIds: [account.agent.id, account.restricted.id].sort() });
  expect(await (await account.fetch("/api/v1/teams", {}, "restricted")).json()).toEqual({ items: [team] });
});

it("a member's rights follow their teams at once", async () => {
  const hash = await hashToken(account.restricted.key);
  const teamIds = async () => (await (await account.fetch("/api/v1/me", {}, "restricted")).json<Me>()).member.teamIds;
  const actorTeams = async () => (await account.account.feeds()[0]!.authorize(hash, Date.now()))!.teamIds;
  expect(await actorTeams()).toEqual([]);
  const team = await make({ name: "Support", memberIds: [account.restricted.id] });
  expect([await teamIds(), await actorTeams()]).toEqual([[team.id], [team.id]]);
  await account.fetch(`/api/v1/teams/${team.id}`, { method: "PATCH", json: { memberIds: [account.agent.id] } });
  expect([await teamIds(), await actorTeams()]).toEqual([[], []]);
  await account.fetch(`/api/v1/teams/${team.id}`, { method: "PATCH", json: { memberIds: [account.restricted.id] } });
  expect(await actorTeams()).toEqual([team.id]);
  expect((await account.fetch(`/api/v1/teams/${team.id}`, { method: "DELETE" })).status).toBe(204);
  expect([await teamIds(), await actorTeams()]).toEqual([[], []]);
});

it("renaming a team leaves its members alone", async () => {
  const team = await make({ name: "Support", memberIds: [account.agent.id] });
  const renamed = await account.fetch(`/api/v1/teams/${team.id}`, { method: "PATCH", json: { name: "Sales" } });
  expect(await renamed.json()).toEqual({ ...team, name: "Sales" });
});

it("a team with somebody unknown is not made", async () => {
  expect((await account.fetch("/api/v1/teams", { json: { name: "Support", memberIds: ["m_nobody"] } })).status).toBe(404);
  expect(await (await account.fetch("/api/v1/teams")).json()).toEqual({ items: [] });
});

it("the same member given twice is in the team once", async () => {
  expect((await make({ name: "Support", memberIds: [account.agent.id, account.agent.id] })).memberIds).toEqual([account.agent.id]);
});

it("agents change no teams", async () => {
  const team = await make({ name: "Support" });
  expect((await account.fetch("/api/v1/teams", { json: { name: "Mine" } }, "agent")).status).toBe(403);
  expect((await account.fetch(`/api/v1/teams/${team.id}`, { method: "PATCH", json: { memberIds: [account.agent.id] } }, "agent")).status).toBe(403);
  expect((await account.fetch(`/api/v1/teams/${team.id}`, { method: "DELETE" }, "restricted")).status).toBe(403);
});

it("a deleted team is gone, once", async () => {
  const team = await make({ name: "Support" });
  const remove = () => account.fetch(`/api/v1/teams/${team.id}`, { method: "DELETE" });
  expect([(await remove()).status, (await remove()).status]).toEqual([204, 404]);
  expect(await auditOf(account.account)).toEqual(["account.create", "team.create", "team.delete"]);
});
