import type { Member, MemberPatch, Role, Scope } from "../contract/account";
import { isAdmin, type MemberActor } from "../domain/access";
import { auditStatement } from "./audit";
import { credentialRow } from "./credentials";
import { type Account, findAccount } from "./locate";

/** What a person in a browser may do: everything their role allows. */
const ALL_SCOPES: Scope[] = ["read", "write", "admin"];

interface MemberRow { id: string; name: string; email: string; role: Role; disabledAt: number | null; createdAt: number; teamIds: string }

const SELECT_MEMBER = `SELECT id, name, email, role, disabled_at AS disabledAt, created_at AS createdAt,
  (SELECT json_group_array(team_id) FROM team_member t WHERE t.account_id = member.account_id AND t.member_id = member.id) AS teamIds FROM member`;

const toMember = (row: MemberRow): Member => ({
  id: row.id, name: row.name, email: row.email, role: row.role, disabled: row.disabledAt !== null,
  teamIds: JSON.parse(row.teamIds) as string[], // a JSON array of text, made by the query above
  createdAt: new Date(row.createdAt).toISOString(),
});

/** Who a credential acts for; null when it is unknown, expired, revoked, or its member is disabled. */
export async function loadActor(env: Env, hash: string, now: number): Promise<MemberActor | null> {
  const credential = await credentialRow(env, hash, now);
  const account = credential && await findAccount(env, credential.accountId);
  if (!account) return null;
  const member = await findMember(account, credential.memberId);
  if (!member || member.disabled) return null;
  return {
    type: "member", id: member.id, accountId: account.id, name: member.name, role: member.role, teamIds: member.teamIds,
    scopes: credential.scopes ?? ALL_SCOPES, via: credential.scopes ? "key" : "session",
  };
}

/** Also a disabled one: their name stands on what they wrote. */
export async function findMember(account: Account, id: string): Promise<Member | null> {
  const row = await account.db.prepare(`${SELECT_MEMBER} WHERE account_id = ? AND id = ?`).bind(account.id, id).first<MemberRow>();
  return row && toMember(row);
}

export async function hasMemberWithEmail(account: Account, email: string): Promise<boolean> {
  return (await account.db.prepare("SELECT 1 FROM member WHERE account_id = ? AND email = ?").bind(account.id, email).first()) !== null;
}

/** Oldest first; disabled members too, because their name stands on what they wrote. */
export async function listMembers(account: Account): Promise<Member[]> {
  const { results } = await account.db.prepare(`${SELECT_MEMBER} WHERE account_id = ? ORDER BY created_at, id`).bind(account.id).all<MemberRow>();
  return results.map(toMember);
}

export type MemberChange = { outcome: "changed"; member: Member; /** The role changed, or the member may no longer (or again) enter. */ rights: boolean } | { outcome: "not-found" } | { outcome: "forbidden" } | { outcome: "last-owner" };

/** Owners may do everything; admins everything that neither touches nor makes an owner. */
export function mayChangeMember(actor: MemberActor, target: Member, patch: MemberPatch): boolean {
  if (!isAdmin(actor)) return false;
  return actor.role === "owner" || (target.role !== "owner" && patch.role !== "owner");
}

/** Sets what is given. An account always keeps one owner who can sign in; the database decides that, not a read before. */
export async function changeMember(account: Account, actor: MemberActor, id: string, patch: MemberPatch, now: number): Promise<MemberChange> {
  const target = await findMember(account, id);
  if (!target) return { outcome: "not-found" };
  if (!mayChangeMember(actor, target, patch)) return { outcome: "forbidden" };
  const endsOwnership = patch.disabled === true || (patch.role !== undefined && patch.role !== "owner");
  const [updated] = await account.db.batch([
    account.db.prepare(`UPDATE member SET name = coalesce(?3, name), role = coalesce(?4, role),
        disabled_at = CASE ?5 WHEN 1 THEN coalesce(disabled_at, ?6) WHEN 0 THEN NULL ELSE disabled_at END
      WHERE account_id = ?1 AND id = ?2
        AND (?7 = 0 OR role <> 'owner' OR EXISTS (SELECT 1 FROM member o WHERE o.account_id = ?1 AND o.id <> ?2 AND o.role = 'owner' AND o.disabled_at IS NULL))`)
      .bind(account.id, id, patch.name ?? null, patch.role ?? null, patch.disabled === undefined ? null : Number(patch.disabled), now, Number(endsOwnership)),
    auditStatement(account, { actor: actor.id, action: "member.change", target: id, data: patch, now }),
  ]);
  if (updated!.meta.changes === 0) return { outcome: "last-owner" };
  const member = (await findMember(account, id))!;
  return { outcome: "changed", member, rights: member.role !== target.role || member.disabled !== target.disabled };
}

/** What stands below a member's emails, as clean HTML; null when there is nothing. */
export async function findSignature(account: Account, id: string): Promise<string | null> {
  const row = await account.db.prepare("SELECT signature FROM member WHERE account_id = ? AND id = ?").bind(account.id, id).first<{ signature: string | null }>();
  return row?.signature || null;
}

/** `html` must be clean. */
export async function setSignature(account: Account, id: string, html: string): Promise<void> {
  await account.db.prepare("UPDATE member SET signature = ? WHERE account_id = ? AND id = ?").bind(html || null, account.id, id).run();
}

/** A member's own name, which needs no rights. */
export async function renameMember(account: Account, id: string, name: string, now: number): Promise<void> {
  await account.db.batch([
    account.db.prepare("UPDATE member SET name = ? WHERE account_id = ? AND id = ?").bind(name, account.id, id),
    auditStatement(account, { actor: id, action: "member.rename", target: id, data: { name }, now }),
  ]);
}
