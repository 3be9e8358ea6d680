import * as Kobalte from "@kobalte/core/select";
import { Check, ChevronDown } from "lucide-solid";
import { Show } from "solid-js";
import type { Option } from "./option";
import field from "./field.module.css";
import float from "./floating.module.css";
import styles from "./select.module.css";

export interface SelectProps<T extends string> {
  label: string;
  hideLabel?: boolean;
  hint?: string;
  options: readonly Option<T>[];
  value: T | null;
  placeholder?: string;
  disabled?: boolean;
  onChange: (value: T) => void;
}

/** One of a few. */
export function Select<T extends string>(props: SelectProps<T>) {
  const chosen = () => props.options.find(({ value }) => value === props.value) ?? null;
  return (
    <Kobalte.Root<Option<T>>
      class={field["field"]} classList={{ [field["unlabelled"]!]: props.hideLabel }} options={[...props.options]} optionValue="value" optionTextValue="label" optionDisabled="disabled"
      value={chosen()} onChange={(option) => { if (option && option.value !== props.value) props.onChange(option.value); }} placeholder={props.placeholder ?? ""} disabled={props.disabled} disallowEmptySelection gutter={4} sameWidth
      itemComponent={(line) => (
        <Kobalte.Item item={line.item} class={float["item"]}>
          <span class={float["text"]}><Kobalte.ItemLabel>{line.item.rawValue.label}</Kobalte.ItemLabel><Show when={line.item.rawValue.hint}><Kobalte.ItemDescription class={styles["hint"]}>{line.item.rawValue.hint}</Kobalte.ItemDescription></Show></span>
          <Kobalte.ItemIndicator><Check size={14} strokeWidth={1.9} aria-hidden="true" /></Kobalte.ItemIndicator>
        </Kobalte.Item>
      )}
    >
      <Kobalte.Label class={field["label"]}>{props.label}</Kobalte.Label>
      <Kobalte.Trigger class={`${field["input"]} ${styles["trigger"]}`}>
        <Kobalte.Value<Option<T>> class={styles["value"]}>{(state) => state.selectedOption().label}</Kobalte.Value>
        <Kobalte.Icon class={styles["icon"]}><ChevronDown size={14} strokeWidth={1.9} aria-hidden="true" /></Kobalte.Icon>
      </Kobalte.Trigger>
      <Show when={props.hint}><Kobalte.Description class={field["hint"]}>{props.hint}</Kobalte.Description></Show>
      <Kobalte.Portal><Kobalte.Content class={`${float["float"]} ${styles["content"]}`}><Kobalte.Listbox class={float["list"]} /></Kobalte.Content></Kobalte.Portal>
    </Kobalte.Root>
  );
}
