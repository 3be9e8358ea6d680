import type { AccountSettings } from "../contract/account";
import { readAccount } from "../db/accounts";
import { listConnections, type ConnectionRow } from "../db/connections";
import type { Account } from "../db/locate";

/** What nearly every send needs and hardly ever changes. */
export interface AccountFacts { connections: ConnectionRow[]; settings: AccountSettings }

/** How long they are remembered in an isolate; `forgetAccountFacts` shortens it where they were changed. */
const REMEMBER_MS = 60_000;
/** A bound for one isolate; the oldest go first. */
const REMEMBER_MAX = 1_000;
const remembered = new Map<string, { facts: AccountFacts; until: number }>();

/** The account's connections and settings. Costs no database trip when asked within the last minute. */
export async function accountFacts(account: Account, now: number): Promise<AccountFacts> {
  const known = remembered.get(account.id);
  if (known && known.until > now) return known.facts;
  const [connections, { settings }] = await Promise.all([listConnections(account), readAccount(account)]);
  if (remembered.size >= REMEMBER_MAX) remembered.delete(remembered.keys().next().value!);
  remembered.set(account.id, { facts: { connections, settings }, until: now + REMEMBER_MS });
  return { connections, settings };
}

/** After a change: this isolate reads them anew at once, others within a minute. */
export const forgetAccountFacts = (accountId: string): void => { remembered.delete(accountId); };
