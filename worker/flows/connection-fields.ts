import type { Channel, SettingField } from "../channels/channel";
import { channelOf } from "../channels/registry";
import type { ConnectionRow } from "../db/connections";

/** One of the account's connections that a field may name. */
export interface Choice { value: string; label: string }

/** What a field that names a connection may hold, oldest first; switched off ones too, because they may be on again. */
export const choicesOf = ({ connection }: SettingField, rows: readonly ConnectionRow[]): Choice[] =>
  rows.filter(({ channel, provider }) => channel === connection && channelOf(provider)?.capabilities.transport === "provider").map(({ id, name, address }) => ({ value: id, label: name === address ? name : `${name} (${address})` }));

/** The label of the first field that names what is no such connection of this account; null when all do. What was stored before and stays is left alone. */
export function wrongChoice({ fields }: Channel, settings: Readonly<Record<string, unknown>>, rows: readonly ConnectionRow[], before: Readonly<Record<string, unknown>> = {}): string | null {
  const wrong = fields.find((field) => {
    const value = settings[field.key];
    return field.connection && value !== undefined && value !== before[field.key] && !choicesOf(field, rows).some((choice) => choice.value === value);
  });
  return wrong?.label ?? null;
}
