import type { Invitation, Role } from "../contract/account";
import { newId } from "../platform/id";
import { hashToken, newToken } from "../platform/token";
import type { Account } from "./locate";

/** Long enough for a new colleague to come back from a week off. */
const INVITATION_MS = 7 * 24 * 60 * 60_000;
/** A reset asked for by mail is used at once or not at all. */
export const RESET_BY_MAIL_MS = 60 * 60_000;
/** One that an admin hands over may cross a night. */
export const RESET_BY_ADMIN_MS = 24 * 60 * 60_000;

/** Secrets stand behind `#`, so that they reach no server, log or referrer. */
const linkTo = (env: Env, page: "invite" | "reset", token: string) => `${env.PUBLIC_URL}/${page}#token=${token}`;

export interface OpenLink { id: string; email: string; name: string | null; role: Role | null; accountId: string | null }

/** The link a token opens, while it is unused and not expired. */
export async function openLink(env: Env, purpose: "invitation" | "reset", token: string, now: number): Promise<OpenLink | null> {
  return env.DB.prepare("SELECT id, email, name, role, account_id AS accountId FROM token WHERE hash = ? AND purpose = ? AND used_at IS NULL AND expires_at > ?")
    .bind(await hashToken(token), purpose, now).first<OpenLink>();
}

/** Uses a link up. False when somebody else was faster. */
export async function useLink(env: Env, id: string, now: number): Promise<boolean> {
  const { meta } = await env.DB.prepare("UPDATE token SET used_at = ? WHERE id = ? AND used_at IS NULL AND expires_at > ?").bind(now, id, now).run();
  return meta.changes === 1;
}

/** Gives a link back when what it was used for did not happen. */
export async function giveBackLink(env: Env, id: string): Promise<void> {
  await env.DB.prepare("UPDATE token SET used_at = NULL WHERE id = ?").bind(id).run();
}

// ---- Invitations ----------------------------------------------------------------------------

/** A new link for the same person replaces the one before. */
export async function createInvitation(account: Account, draft: { email: string; name?: string; role: Role; now: number }): Promise<Invitation> {
  const { env } = account;
  const token = newToken();
  const id = newId("i", draft.now);
  const expiresAt = draft.now + INVITATION_MS;
  await env.DB.batch([
    env.DB.prepare("DELETE FROM token WHERE purpose = 'invitation' AND account_id = ? AND email = ? AND used_at IS NULL").bind(account.id, draft.email),
    env.DB.prepare("INSERT INTO token (hash, id, purpose, account_id, email, role, name, created_at, expires_at) VALUES (?, ?, 'invitation', ?, ?, ?, ?, ?, ?)")
      .bind(await hashToken(token), id, account.id, draft.email, draft.role, draft.name ?? null, draft.now, expiresAt),
  ]);
  return { id, email: draft.email, role: draft.role, expiresAt: new Date(expiresAt).toISOString(), url: linkTo(env, "invite", token) };
}

/** Those that can still be accepted, newest first. */
export async function listInvitations(account: Account, now: number): Promise<Invitation[]> {
  const { results } = await account.env.DB.prepare(`SELECT id, email, role, expires_at AS expiresAt FROM token
    WHERE account_id = ? AND purpose = 'invitation' AND used_at IS NULL AND expires_at > ? ORDER BY id DESC`)
    .bind(account.id, now).all<{ id: string; email: string; role: Role; expiresAt: number }>();
  return results.map((row) => ({ ...row, expiresAt: new Date(row.expiresAt).toISOString(), url: null }));
}

/** False when there is no open invitation of this id. */
export async function withdrawInvitation(account: Account, id: string): Promise<boolean> {
  const { meta } = await account.env.DB.prepare("DELETE FROM token WHERE account_id = ? AND id = ? AND purpose = 'invitation' AND used_at IS NULL").bind(account.id, id).run();
  return meta.changes === 1;
}

// ---- Password resets ------------------------------------------------------------------------

export async function createReset(env: Env, { email, lifeMs, now }: { email: string; lifeMs: number; now: number }): Promise<{ url: string; expiresAt: number }> {
  const token = newToken();
  await env.DB.prepare("INSERT INTO token (hash, id, purpose, email, created_at, expires_at) VALUES (?, ?, 'reset', ?, ?, ?)")
    .bind(await hashToken(token), newId("r", now), email, now, now + lifeMs).run();
  return { url: linkTo(env, "reset", token), expiresAt: now + lifeMs };
}

/** Sets a new password in one transaction: uses up this link and every other one, and ends every session. False when the link is spent. */
export async function resetPassword(env: Env, link: OpenLink, passwordHash: string, now: number): Promise<boolean> {
  const [changed] = await env.DB.batch([
    env.DB.prepare(`UPDATE user SET password_hash = ? WHERE email = ?
      AND EXISTS (SELECT 1 FROM token WHERE id = ? AND purpose = 'reset' AND used_at IS NULL AND expires_at > ?)`).bind(passwordHash, link.email, link.id, now),
    env.DB.prepare("DELETE FROM session WHERE changes() > 0 AND user_id = (SELECT id FROM user WHERE email = ?)").bind(link.email),
    env.DB.prepare(`UPDATE token SET used_at = ?1 WHERE email = ?2 AND purpose = 'reset' AND used_at IS NULL
      AND EXISTS (SELECT 1 FROM user WHERE email = ?2 AND password_hash = ?3)`).bind(now, link.email, passwordHash),
  ]);
  return changed!.meta.changes === 1;
}
