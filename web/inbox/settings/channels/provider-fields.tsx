import { For, Show } from "solid-js";
import { t } from "../../../lib/i18n";
import { Input } from "../../../ui/input";
import { Select } from "../../../ui/select";
import type { Refusal } from "../refusal";
import type { ProviderField } from "./providers";
import { isVerifyToken } from "./verify-token";

interface Props {
  fields: readonly ProviderField[];
  values: Readonly<Record<string, string>>;
  onInput: (key: string, value: string) => void;
  refusal: Refusal;
  /** Only these; all of them unless said. */
  only?: (field: ProviderField) => boolean;
  /** The connection exists already: an empty secret means the stored one. */
  isStored?: boolean;
  disabled?: boolean;
}

/** Stands for "no connection": a choice has to have a name. */
const NONE = "-";
const named = (options: readonly string[]) => options.map((value) => ({ value, label: value }));
const ours = ({ choices = [], optional }: ProviderField) => [...(optional ? [{ value: NONE, label: t("settings.channels.noConnection") }] : []), ...choices];

/** The form a provider's channel describes; nothing here knows any provider. */
export function ProviderFields(props: Props) {
  return (
    <For each={props.fields.filter(props.only ?? (() => true))}>{(field) => {
      const label = field.optional ? t("settings.optional", { field: field.label }) : field.label;
      // Made up here and entered at the provider too, so whoever connects has to read it.
      const isHidden = field.secret && !(isVerifyToken(field) && !props.isStored);
      const hint = () => (field.secret ? `${field.help} ${t(props.isStored ? "settings.channels.secretKept" : isHidden ? "settings.channels.secretHint" : "settings.channels.verifyTokenMade")}` : field.help);
      return (
        <Show when={field.options ? named(field.options) : field.choices && ours(field)} fallback={
          <Input label={label} name={field.key} type={isHidden ? "password" : "text"} autocomplete={isHidden ? "new-password" : "off"} value={props.values[field.key] ?? ""} onInput={(value) => props.onInput(field.key, value)} disabled={props.disabled}
            error={props.refusal.fields[field.key]} hint={hint()} placeholder={field.secret && props.isStored ? "••••••••" : undefined} />
        }>
          {(options) => <Select label={label} value={props.values[field.key] || (field.choices ? NONE : null)} onChange={(value) => props.onInput(field.key, value === NONE ? "" : value)} options={options()} hint={field.choices?.length === 0 ? `${hint()} ${t("settings.channels.noChoice")}` : hint()} disabled={props.disabled} />}
        </Show>
      );
    }}</For>
  );
}
