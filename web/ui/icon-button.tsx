import { Dynamic } from "solid-js/web";
import type { Icon } from "./icon";
import { tip } from "./tip";
import styles from "./icon-button.module.css";

export interface IconButtonProps {
  /** Its name, also shown on hover. */
  label: string;
  icon: Icon;
  /** The key that does the same, as people read it. */
  kbd?: string;
  /** Given for what is on or off. */
  pressed?: boolean;
  disabled?: boolean;
  size?: "m" | "s";
  onClick?: (event: MouseEvent) => void;
}

export function IconButton(props: IconButtonProps) {
  return (
    <button
      type="button" class={styles["button"]} data-size={props.size ?? "m"} aria-label={props.label} aria-pressed={props.pressed} disabled={props.disabled}
      ref={(element) => tip(element, () => ({ text: props.label, kbd: props.kbd }))} onClick={(event) => props.onClick?.(event)}
    >
      <Dynamic component={props.icon} size={props.size === "s" ? 14 : 16} strokeWidth={props.size === "s" ? 1.9 : 1.75} aria-hidden="true" />
    </button>
  );
}
