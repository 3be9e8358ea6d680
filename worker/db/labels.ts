import type { Label, LabelDraft, LabelPatch } from "../contract/account";
import { newId } from "../platform/id";
import { auditStatement } from "./audit";
import type { Account } from "./locate";

interface LabelRow { id: string; name: string; colour: number; archivedAt: number | null }

/** The palette has this many; labels made without a colour go through them in turn. */
const COLOURS = 5;
const SELECT_LABEL = "SELECT id, name, colour, archived_at AS archivedAt FROM label";

const toLabel = ({ archivedAt, ...row }: LabelRow): Label => ({ ...row, archived: archivedAt !== null });

/** By name, the archived ones too: conversations still carry them. */
export async function listLabels(account: Account): Promise<Label[]> {
  const { results } = await account.db.prepare(`${SELECT_LABEL} WHERE account_id = ? ORDER BY name COLLATE NOCASE, id`).bind(account.id).all<LabelRow>();
  return results.map(toLabel);
}

async function findLabel(account: Account, id: string): Promise<Label | null> {
  const row = await account.db.prepare(`${SELECT_LABEL} WHERE account_id = ? AND id = ?`).bind(account.id, id).first<LabelRow>();
  return row && toLabel(row);
}

export type LabelChange = { outcome: "saved"; label: Label } | { outcome: "not-found" } | { outcome: "name-taken" };

/** Two labels of one account never share a name, however it is written. */
const NAME_IS_FREE = "NOT EXISTS (SELECT 1 FROM label WHERE account_id = ?1 AND id <> ?2 AND name = ?3 COLLATE NOCASE)";

export async function createLabel(account: Account, actorId: string, draft: LabelDraft, now: number, id = newId("l", now)): Promise<LabelChange> {
  const [inserted] = await account.db.batch([
    account.db.prepare(`INSERT INTO label (account_id, id, name, colour, archived_at)
      SELECT ?1, ?2, ?3, coalesce(?4, 1 + (SELECT count(*) FROM label WHERE account_id = ?1) % ${COLOURS}), ?5 WHERE ${NAME_IS_FREE}`)
      .bind(account.id, id, draft.name, draft.colour ?? null, draft.archived ? now : null),
    auditStatement(account, { actor: actorId, action: "label.create", target: id, data: draft, now }),
  ]);
  if (inserted!.meta.changes === 0) return { outcome: "name-taken" };
  return { outcome: "saved", label: (await findLabel(account, id))! };
}

export async function changeLabel(account: Account, actorId: string, id: string, patch: LabelPatch, now: number): Promise<LabelChange> {
  const [updated] = await account.db.batch([
    account.db.prepare(`UPDATE label SET name = coalesce(?3, name), colour = coalesce(?4, colour),
        archived_at = CASE ?5 WHEN 1 THEN coalesce(archived_at, ?6) WHEN 0 THEN NULL ELSE archived_at END
      WHERE account_id = ?1 AND id = ?2 AND ${NAME_IS_FREE}`)
      .bind(account.id, id, patch.name ?? null, patch.colour ?? null, patch.archived === undefined ? null : Number(patch.archived), now),
    auditStatement(account, { actor: actorId, action: "label.change", target: id, data: patch, now }),
  ]);
  const label = await findLabel(account, id);
  if (!label) return { outcome: "not-found" };
  return updated!.meta.changes === 0 ? { outcome: "name-taken" } : { outcome: "saved", label };
}
