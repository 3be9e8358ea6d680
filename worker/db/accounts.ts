import { type Account as AccountView, type AccountPatch, AccountSettings, type Role } from "../contract/account";
import { newId } from "../platform/id";
import { auditStatement } from "./audit";
import { type Account, locate } from "./locate";

/** A person who signs in. `email` is lower case already. */
export interface Person { name: string; email: string; passwordHash: string }

export interface NewAccount {
  /** Given by seeds, which want the same id every time. */
  id?: string;
  name: string;
  owner: Person & { id?: string };
  shard?: number;
  feedShards?: number;
  settings?: Partial<AccountSettings>;
  now: number;
}

export interface MadeAccount { account: Account; ownerId: string; userId: string }

/** Makes an account with its owner. An id that exists already throws: seeds ask first. */
export async function createAccount(env: Env, fresh: NewAccount): Promise<MadeAccount> {
  const made = await plan(env, fresh);
  const { account, ownerId, userId } = made;
  await env.DB.batch([...made.user, made.row(""), made.membership]);
  await account.db.batch([made.member, made.line]);
  return { account, ownerId, userId };
}

/** First-run set-up: makes the very first account, or null when there is one already. Of two at the same moment one wins. */
export async function createFirstAccount(env: Env, fresh: Omit<NewAccount, "shard">): Promise<MadeAccount | null> {
  const { account, ownerId, userId, user, row, membership, member, line } = await plan(env, fresh);
  try {
    // One transaction: a set-up that stopped half-way would lock everybody out for good. When the account row is not
    // written, the next statement fails on purpose and takes everything back.
    await env.DB.batch([row("WHERE NOT EXISTS (SELECT 1 FROM account)"), requireAccount(env, account.id), ...user, membership, member, line]);
  } catch (error) {
    if (await hasAccount(env)) return null;
    throw error;
  }
  return { account, ownerId, userId };
}

/** Whether this installation has been set up. */
export async function hasAccount(env: Env): Promise<boolean> {
  return (await env.DB.prepare("SELECT 1 FROM account LIMIT 1").first()) !== null;
}

/** Breaks the batch it stands in when the account is not there: a NULL id violates the table. */
const requireAccount = (env: Env, id: string) =>
  env.DB.prepare("INSERT INTO account (id, name, created_at) SELECT NULL, '', 0 WHERE NOT EXISTS (SELECT 1 FROM account WHERE id = ?)").bind(id);

async function plan(env: Env, { id: wanted, name, owner, shard = 0, feedShards = 1, settings = {}, now }: NewAccount) {
  const account = locate(env, { id: wanted ?? newId("a", now), shard, feedShards });
  const ownerId = owner.id ?? newId("m", now);
  const { userId, user } = await userFor(env, owner, now);
  return {
    account, ownerId, userId, user,
    row: (condition: string) => env.DB.prepare(`INSERT INTO account (id, name, shard, feed_shards, settings, created_at) SELECT ?, ?, ?, ?, ?, ? ${condition}`)
      .bind(account.id, name, shard, feedShards, JSON.stringify(settings), now),
    membership: membershipStatement(account, userId, ownerId),
    member: memberStatement(account, { id: ownerId, userId, name: owner.name, email: owner.email, role: "owner", now }),
    line: auditStatement(account, { actor: ownerId, action: "account.create", target: account.id, now }),
  };
}

/** The person's user row, or the statement that makes it. A person who has one keeps their password. */
async function userFor(env: Env, person: Person, now: number): Promise<{ userId: string; user: D1PreparedStatement[] }> {
  const known = await env.DB.prepare("SELECT id FROM user WHERE email = ?").bind(person.email).first<{ id: string }>();
  if (known) return { userId: known.id, user: [] };
  const userId = newId("u", now);
  const insert = env.DB.prepare("INSERT INTO user (id, email, name, password_hash, created_at) VALUES (?, ?, ?, ?, ?)").bind(userId, person.email, person.name, person.passwordHash, now);
  return { userId, user: [insert] };
}

const membershipStatement = (account: Account, userId: string, memberId: string) =>
  account.env.DB.prepare("INSERT INTO membership (user_id, account_id, member_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING").bind(userId, account.id, memberId);

const memberStatement = (account: Account, { id, userId, name, email, role, now }: { id: string; userId: string; name: string; email: string; role: Role; now: number }) =>
  account.db.prepare("INSERT INTO member (account_id, id, user_id, name, email, role, created_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
    .bind(account.id, id, userId, name, email, role, now);

/**
 * Adds a person to an account and answers their member id; someone who is a member already stays what they are.
 * Safe to repeat after any failure: every step keeps what is there, and the membership, which lets them in, comes last.
 */
export async function createMember(account: Account, { id, role, now, ...person }: Person & { id?: string; role: Role; now: number }): Promise<{ memberId: string; userId: string }> {
  const { userId, user } = await userFor(account.env, person, now);
  for (const insert of user) await insert.run();
  await memberStatement(account, { id: id ?? newId("m", now), userId, name: person.name, email: person.email, role, now }).run();
  const row = await account.db.prepare("SELECT id FROM member WHERE account_id = ? AND user_id = ?").bind(account.id, userId).first<{ id: string }>();
  await membershipStatement(account, userId, row!.id).run();
  return { memberId: row!.id, userId };
}

/** Names and settings; what is missing has its default. */
export async function readAccount(account: Account): Promise<AccountView> {
  const row = await account.env.DB.prepare("SELECT name, settings FROM account WHERE id = ?").bind(account.id).first<{ name: string; settings: string }>();
  if (!row) throw new Error(`account ${account.id} has no row`);
  return { id: account.id, name: row.name, settings: AccountSettings.parse(JSON.parse(row.settings)) };
}

/** Sets what is given. Settings merge in the database, so two admins who change different ones both win. */
export async function changeAccount(account: Account, { name, settings }: AccountPatch): Promise<AccountView> {
  await account.env.DB.prepare("UPDATE account SET name = coalesce(?, name), settings = json_patch(settings, ?) WHERE id = ?")
    .bind(name ?? null, JSON.stringify(settings ?? {}), account.id).run();
  return readAccount(account);
}
