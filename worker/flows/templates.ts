import type { ChannelConnection, InboundEvent } from "../channels/channel";
import type { Template, TemplateDraft } from "../contract/template";
import type { Account } from "../db/locate";
import { changeTemplate, findTemplate, listTemplates, replaceTemplates, saveTemplates } from "../db/templates";
import { isNamed, lint } from "../domain/template";
import { log } from "../platform/log";
import { type OpenConnection, openOwnConnection } from "./open-connection";
import { askingIo } from "./provider-io";
import { announce } from "./rights";

/** More than any account may have at a platform: 6,000 on WhatsApp. */
const TEMPLATES_MAX = 10_000;

/** Brings what the provider told of a template to its row. One we do not know yet comes with the next sync. */
export async function applyTemplateEvent(account: Account, connectionId: string, event: Extract<InboundEvent, { kind: "template" }>): Promise<void> {
  if (await changeTemplate(account, connectionId, event)) await announce(account, "templates");
}

/** Takes over the provider's list and answers it; null when this channel has no templates. Throws when the provider does not answer. Safe to repeat. */
export async function syncTemplates({ account, channel, connection, row }: OpenConnection, now: number): Promise<Template[] | null> {
  if (!channel.templates) return null;
  const found = await channel.templates.list(connection as ChannelConnection<never>, askingIo(now));
  await replaceTemplates(account, row.id, found, now);
  await announce(account, "templates");
  return (await listTemplates(account, { connectionId: row.id, limit: TEMPLATES_MAX })).items;
}

/** The first list of a new connection, fetched while nobody waits: who wants it later can ask for it. */
export async function syncQuietly(account: Account, connectionId: string, now: number): Promise<void> {
  try {
    const open = await openOwnConnection(account, connectionId);
    if (open) await syncTemplates(open, now);
  } catch (error) {
    log("templates-failed", { account: account.id, connection: connectionId, error });
  }
}

export type Submission = { outcome: "submitted"; template: Template } | { outcome: "refused"; sentence: string };

/** Hands a draft to the reviewers. Throws when the provider does not answer: it may have it, and a sync tells. */
export async function submitTemplate({ account, channel, connection, row }: OpenConnection, draft: TemplateDraft, now: number): Promise<Submission> {
  if (!channel.templates) return { outcome: "refused", sentence: `${channel.title} has no templates.` };
  const wrong = lint(draft);
  if (wrong.length > 0) return { outcome: "refused", sentence: wrong.join(" ") };
  const { name, language, category, parts, examples } = draft;
  if (await findTemplate(account, row.id, name, language)) return { outcome: "refused", sentence: `There is a template “${name}” in ${language} already. Choose another name.` };
  const made = await channel.templates.create(draft, connection as ChannelConnection<never>, askingIo(now));
  if (!made.ok) return { outcome: "refused", sentence: made.sentence };
  await saveTemplates(account, row.id, [{ name, language, category, parts, examples, status: made.status, externalId: made.externalId, quality: "unknown", reason: null, named: isNamed(parts) }], now);
  await announce(account, "templates");
  return { outcome: "submitted", template: (await findTemplate(account, row.id, name, language))! };
}
