import { Show, type JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { Icon } from "./icon";
import { Spinner } from "./spinner";
import styles from "./button.module.css";

export interface ButtonProps {
  /** `primary` once on a screen; `danger` for what cannot be undone. */
  variant?: "primary" | "default" | "ghost" | "danger";
  size?: "m" | "s";
  icon?: Icon;
  /** Work is on its way: keeps its width and takes no second press. */
  loading?: boolean;
  disabled?: boolean;
  /** As wide as its place. */
  wide?: boolean;
  type?: "submit" | "button";
  onClick?: (event: MouseEvent) => void;
  children?: JSX.Element;
}

export function Button(props: ButtonProps) {
  const press = (event: MouseEvent) => {
    if (props.loading) event.preventDefault();
    else props.onClick?.(event);
  };
  return (
    <button
      type={props.type ?? "button"} class={styles["button"]} data-variant={props.variant ?? "default"} data-size={props.size ?? "m"}
      classList={{ [styles["wide"]!]: props.wide }} disabled={props.disabled} aria-disabled={props.loading || undefined} aria-busy={props.loading || undefined} onClick={press}
    >
      <Show when={props.loading} fallback={<Show when={props.icon}>{(icon) => <Dynamic component={icon()} size={16} strokeWidth={1.75} aria-hidden="true" />}</Show>}><Spinner size={16} /></Show>
      {props.children}
    </button>
  );
}
