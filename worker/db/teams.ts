import type { Team, TeamDraft, TeamPatch } from "../contract/account";
import { newId } from "../platform/id";
import { auditStatement } from "./audit";
import type { Account } from "./locate";

interface TeamRow { id: string; name: string; memberIds: string }

const SELECT_TEAM = `SELECT id, name,
  (SELECT json_group_array(member_id) FROM (SELECT member_id FROM team_member t WHERE t.account_id = team.account_id AND t.team_id = team.id ORDER BY member_id)) AS memberIds FROM team`;

const toTeam = (row: TeamRow): Team => ({ ...row, memberIds: JSON.parse(row.memberIds) as string[] }); // a JSON array of text, made by the query above

/** By name, with the ids of their members. */
export async function listTeams(account: Account): Promise<Team[]> {
  const { results } = await account.db.prepare(`${SELECT_TEAM} WHERE account_id = ? ORDER BY name COLLATE NOCASE, id`).bind(account.id).all<TeamRow>();
  return results.map(toTeam);
}

async function findTeam(account: Account, id: string): Promise<Team | null> {
  const row = await account.db.prepare(`${SELECT_TEAM} WHERE account_id = ? AND id = ?`).bind(account.id, id).first<TeamRow>();
  return row && toTeam(row);
}

/** `affected` are the members whose rights changed. */
export type TeamChange = { outcome: "saved"; team: Team; affected: string[] } | { outcome: "not-found" } | { outcome: "unknown-member"; memberId: string };

/** Only rows of this account's members are made, whatever ids were given. */
const memberStatements = (account: Account, teamId: string, memberIds: readonly string[]) => [
  account.db.prepare("DELETE FROM team_member WHERE account_id = ? AND team_id = ?").bind(account.id, teamId),
  account.db.prepare(`INSERT INTO team_member (account_id, team_id, member_id)
    SELECT account_id, ?2, id FROM member WHERE account_id = ?1 AND id IN (SELECT value FROM json_each(?3))`).bind(account.id, teamId, JSON.stringify(memberIds)),
];

/** The first id that is no member of this account. */
async function stranger(account: Account, memberIds: readonly string[]): Promise<string | null> {
  const row = await account.db.prepare("SELECT value FROM json_each(?2) WHERE value NOT IN (SELECT id FROM member WHERE account_id = ?1) LIMIT 1")
    .bind(account.id, JSON.stringify(memberIds)).first<{ value: string }>();
  return row && row.value;
}

export async function createTeam(account: Account, actorId: string, { name, memberIds = [] }: TeamDraft, now: number, id = newId("t", now)): Promise<TeamChange> {
  const unknown = await stranger(account, memberIds);
  if (unknown !== null) return { outcome: "unknown-member", memberId: unknown };
  await account.db.batch([
    account.db.prepare("INSERT INTO team (account_id, id, name) VALUES (?, ?, ?)").bind(account.id, id, name),
    auditStatement(account, { actor: actorId, action: "team.create", target: id, data: { name, memberIds }, now }),
    ...memberStatements(account, id, memberIds),
  ]);
  return { outcome: "saved", team: (await findTeam(account, id))!, affected: memberIds };
}

/** Sets what is given; `memberIds` is the whole list. */
export async function changeTeam(account: Account, actorId: string, id: string, patch: TeamPatch, now: number): Promise<TeamChange> {
  const before = await findTeam(account, id);
  if (!before) return { outcome: "not-found" };
  const memberIds = patch.memberIds ?? before.memberIds;
  const unknown = await stranger(account, memberIds);
  if (unknown !== null) return { outcome: "unknown-member", memberId: unknown };
  await account.db.batch([
    account.db.prepare("UPDATE team SET name = coalesce(?, name) WHERE account_id = ? AND id = ?").bind(patch.name ?? null, account.id, id),
    auditStatement(account, { actor: actorId, action: "team.change", target: id, data: patch, now }),
    ...(patch.memberIds ? memberStatements(account, id, patch.memberIds) : []),
  ]);
  const team = await findTeam(account, id);
  if (!team) return { outcome: "not-found" };
  const affected = [...before.memberIds.filter((member) => !team.memberIds.includes(member)), ...team.memberIds.filter((member) => !before.memberIds.includes(member))];
  return { outcome: "saved", team, affected };
}

/** Answers who was in it, or null when there is no such team. */
export async function deleteTeam(account: Account, actorId: string, id: string, now: number): Promise<string[] | null> {
  const before = await findTeam(account, id);
  if (!before) return null;
  await account.db.batch([
    account.db.prepare("DELETE FROM team WHERE account_id = ? AND id = ?").bind(account.id, id),
    auditStatement(account, { actor: actorId, action: "team.delete", target: id, data: { name: before.name }, now }),
    account.db.prepare("DELETE FROM team_member WHERE account_id = ? AND team_id = ?").bind(account.id, id),
  ]);
  return before.memberIds;
}
