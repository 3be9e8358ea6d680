import { Check } from "lucide-solid";
import { Show } from "solid-js";
import styles from "./checkbox.module.css";

export interface CheckboxProps {
  label: string;
  hideLabel?: boolean;
  hint?: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
}

export function Checkbox(props: CheckboxProps) {
  return (
    <label class={styles["line"]}>
      <span class={styles["box"]}>
        <input type="checkbox" class={styles["input"]} checked={props.checked} disabled={props.disabled} aria-label={props.hideLabel ? props.label : undefined} onChange={(event) => props.onChange(event.currentTarget.checked)} />
        <Check size={12} strokeWidth={3} class={styles["mark"]} aria-hidden="true" />
      </span>
      <Show when={!props.hideLabel}><span class={styles["text"]}>{props.label}<Show when={props.hint}><small>{props.hint}</small></Show></span></Show>
    </label>
  );
}
