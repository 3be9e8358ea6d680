import type { Account } from "./locate";

/** More reviews than this of one place are compared in part. */
const SHOWN_MAX = 20_000;

/** The addresses, known to one connection alone, whose review we still show. */
export async function shownAddresses(account: Account, connectionId: string): Promise<string[]> {
  const { results } = await account.db.prepare(
    `SELECT DISTINCT i.address FROM identity i JOIN conversation c ON c.account_id = i.account_id AND c.contact_id = i.contact_id
     WHERE i.account_id = ? AND i.kind = 'handle' AND i.scope = ? AND c.row ->> '$.stars' IS NOT NULL LIMIT ${SHOWN_MAX}`,
  ).bind(account.id, connectionId).all<{ address: string }>();
  return results.map(({ address }) => address);
}
