import { X } from "lucide-solid";
import { Show, type JSX } from "solid-js";
import { t } from "../lib/i18n";
import styles from "./chip.module.css";

export interface ChipProps {
  /** A label's colour, 1 to 5: shown as a square. */
  colour?: number;
  tone?: "amber" | "red" | "green" | "violet" | "accent";
  onRemove?: () => void;
  /** What is removed, for the name of the small cross. */
  name?: string;
  children?: JSX.Element;
}

export function Chip(props: ChipProps) {
  return (
    <span class={styles["chip"]} data-tone={props.tone}>
      <Show when={props.colour}>{(colour) => <i class={styles["dot"]} style={{ background: `var(--label-${colour()})` }} />}</Show>
      <span class={styles["text"]}>{props.children}</span>
      <Show when={props.onRemove}>
        <button type="button" class={styles["remove"]} aria-label={removeLabel(props)} onClick={() => props.onRemove?.()}><X size={12} strokeWidth={2.2} aria-hidden="true" /></button>
      </Show>
    </span>
  );
}

function removeLabel(props: ChipProps): string {
  const name = props.name ?? (typeof props.children === "string" ? props.children : "");
  return name ? t("ui.removeNamed", { name }) : t("ui.remove");
}
