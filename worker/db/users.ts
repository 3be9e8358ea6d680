/** A person with a password. Members of accounts point at one. */
export interface User { id: string; passwordHash: string }

export const findUser = (env: Env, email: string): Promise<User | null> =>
  env.DB.prepare("SELECT id, password_hash AS passwordHash FROM user WHERE email = ?").bind(email).first<User>();

export interface Membership { accountId: string; memberId: string }

/** The accounts a person works in, in a steady order. Whether the member is disabled stands on the account's shard. */
export async function membershipsOf(env: Env, userId: string): Promise<Membership[]> {
  const { results } = await env.DB.prepare("SELECT account_id AS accountId, member_id AS memberId FROM membership WHERE user_id = ? ORDER BY account_id").bind(userId).all<Membership>();
  return results;
}

/** The memberships of whoever has this address; none when nobody has. */
export async function membershipsOfEmail(env: Env, email: string): Promise<Membership[]> {
  const user = await findUser(env, email);
  return user ? membershipsOf(env, user.id) : [];
}
