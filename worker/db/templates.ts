import type { InboundEvent, ProviderTemplate } from "../channels/channel";
import type { TemplateParts } from "../contract/content";
import type { Template, TemplatePage } from "../contract/template";
import { variableKeys } from "../domain/template";
import { cursorOf, placeOf } from "../platform/cursor";
import { newId } from "../platform/id";
import type { Account } from "./locate";

type Row = Omit<Template, "parts" | "named" | "variables" | "updatedAt"> & { parts: string; named: number; examples: string; updatedAt: number };

/** Templates in one statement: at about 2 KB each this stays well below the 2 MB that a bound value may have. */
const CHUNK = 200;
/** A provider's clock may be this far behind ours, and its events are stamped in whole seconds. */
const SKEW_MS = 60_000;
const SELECT = "SELECT id, connection_id AS connectionId, name, language, category, status, quality, reason, named, parts, examples, updated_at AS updatedAt FROM template";

/** A page of an account's, or of one connection's, by name and language. */
export async function listTemplates(account: Account, { connectionId, cursor, limit }: { connectionId?: string; cursor?: string; limit: number }): Promise<TemplatePage> {
  const from = cursor === undefined ? null : placeOf(cursor, "string", "string", "string");
  const { results } = await account.db.prepare(
    `${SELECT} WHERE account_id = ? ${connectionId === undefined ? "" : "AND connection_id = ?"} ${from === null ? "" : "AND (name, language, id) > (?, ?, ?)"} ORDER BY name, language, id LIMIT ?`)
    .bind(account.id, ...(connectionId === undefined ? [] : [connectionId]), ...(from ?? []), limit + 1).all<Row>();
  const items = results.slice(0, limit).map(toTemplate);
  const last = items.at(-1);
  return { items, nextCursor: results.length > limit && last ? cursorOf(last.name, last.language, last.id) : null };
}

/** Whether a page of templates gave this cursor out. */
export const isTemplateCursor = (cursor: string): boolean => placeOf(cursor, "string", "string", "string") !== null;

/** The template a message names; null when the connection has none of that name in that language. */
export async function findTemplate(account: Account, connectionId: string, name: string, language: string): Promise<Template | null> {
  const row = await account.db.prepare(`${SELECT} WHERE account_id = ? AND connection_id = ? AND name = ? AND language = ?`).bind(account.id, connectionId, name, language).first<Row>();
  return row && toTemplate(row);
}

/** What we know of a template when the provider has it. */
export type KnownTemplate = ProviderTemplate & { examples?: Record<string, string> };

/**
 * Stores these as the provider's word of `now`. A row that learnt something later keeps it, and one that says the same is not written.
 * Examples stay where none are given: providers do not tell them all.
 */
export async function saveTemplates(account: Account, connectionId: string, templates: readonly KnownTemplate[], now: number): Promise<void> {
  for (let start = 0; start < templates.length; start += CHUNK) {
    const chunk = templates.slice(start, start + CHUNK).map((template) => ({ ...template, id: newId("tp", now), examples: template.examples ?? {} }));
    await account.db.prepare(`
      INSERT INTO template (account_id, id, connection_id, external_id, name, language, category, status, quality, reason, named, parts, examples, updated_at)
      SELECT ?1, value->>'id', ?2, value->>'externalId', value->>'name', value->>'language', value->>'category', value->>'status', value->>'quality', value->>'reason', value->>'named', value->'parts', value->'examples', ?4
      FROM json_each(?3) WHERE true
      ON CONFLICT (account_id, connection_id, name, language) DO UPDATE SET
        external_id = excluded.external_id, category = excluded.category, status = excluded.status, quality = excluded.quality, reason = excluded.reason,
        named = excluded.named, parts = excluded.parts, examples = iif(excluded.examples = '{}', examples, excluded.examples), updated_at = ?4
      WHERE updated_at <= ?4 AND ((external_id, category, status, quality, reason, named, parts) IS NOT (excluded.external_id, excluded.category, excluded.status, excluded.quality, excluded.reason, excluded.named, excluded.parts)
        OR (excluded.examples <> '{}' AND excluded.examples <> examples))`)
      .bind(account.id, connectionId, JSON.stringify(chunk), now).run();
  }
}

/** Makes the connection's templates what the provider listed at `now`: what it has no more is forgotten, unless we learnt of it since. */
export async function replaceTemplates(account: Account, connectionId: string, templates: readonly ProviderTemplate[], now: number): Promise<void> {
  await saveTemplates(account, connectionId, templates, now);
  const there = new Set(templates.map(({ name, language }) => `${name}\n${language}`));
  const { results } = await account.db.prepare("SELECT id, name, language FROM template WHERE account_id = ? AND connection_id = ? AND updated_at < ?").bind(account.id, connectionId, now).all<{ id: string; name: string; language: string }>();
  const gone = results.filter(({ name, language }) => !there.has(`${name}\n${language}`)).map(({ id }) => id);
  if (gone.length > 0) await account.db.prepare("DELETE FROM template WHERE account_id = ? AND id IN (SELECT value FROM json_each(?)) AND updated_at < ?").bind(account.id, JSON.stringify(gone), now).run();
}

/**
 * What the provider told of one template. Found by name and language: some providers write the id as a number too large
 * to be read exactly. An event older than what is known changes nothing. Answers whether anything did.
 */
export async function changeTemplate(account: Account, connectionId: string, { name, language, status, quality, category, reason, at }: Extract<InboundEvent, { kind: "template" }>): Promise<boolean> {
  // A new status without a reason ends the reason of the old one.
  const setsReason = status !== undefined || reason !== undefined;
  const { meta } = await account.db.prepare(`
    UPDATE template SET status = coalesce(?5, status), quality = coalesce(?6, quality), category = coalesce(?7, category), reason = iif(?8, ?9, reason), updated_at = max(updated_at, ?10), event_at = ?10
    WHERE account_id = ?1 AND connection_id = ?2 AND name = ?3 AND language = ?4 AND event_at <= ?10 AND updated_at <= ?10 + ${SKEW_MS}`)
    .bind(account.id, connectionId, name, language, status ?? null, quality ?? null, category ?? null, Number(setsReason), reason ?? null, at).run();
  return meta.changes > 0;
}

function toTemplate({ parts, named, examples, updatedAt, ...row }: Row): Template {
  const read = JSON.parse(parts) as TemplateParts;
  const known = JSON.parse(examples) as Record<string, string>;
  const variables = variableKeys(read).map((key) => ({ key, example: Object.hasOwn(known, key) ? known[key]! : null }));
  return { ...row, named: named === 1, parts: read, variables, updatedAt: new Date(updatedAt).toISOString() };
}
