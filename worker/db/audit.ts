import { newId } from "../platform/id";
import type { Account } from "./locate";

/** One line of the audit log: `actor` did `action` (noun.verb) to `target`. Never secrets, never content. */
export interface AuditLine { actor: string; action: string; target: string; data?: Record<string, unknown>; now: number }

type Place = Pick<Account, "id" | "db">;

const insert = (account: Place, { actor, action, target, data, now }: AuditLine, condition: string) =>
  account.db.prepare(`INSERT INTO audit (account_id, id, at, actor, action, target, data) SELECT ?, ?, ?, ?, ?, ?, ? ${condition}`)
    .bind(account.id, newId("au", now), now, actor, action, target, JSON.stringify(data ?? {}));

/** Stands in a batch right after the statement it tells of, and is written only if that one changed something. */
export const auditStatement = (account: Place, line: AuditLine): D1PreparedStatement => insert(account, line, "WHERE changes() > 0");

/** For changes on another database, after they happened. */
export async function audit(account: Place, line: AuditLine): Promise<void> {
  await insert(account, line, "").run();
}
