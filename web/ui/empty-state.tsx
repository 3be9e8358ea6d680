import { Show, type JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { Icon } from "./icon";
import styles from "./state.module.css";

/** One line, one reason, one button. `page` where it is all there is, and so the page's heading. */
export function EmptyState(props: { icon?: Icon; title: string; text?: string; action?: JSX.Element; page?: boolean }) {
  return (
    <div class={styles["state"]}>
      <Show when={props.icon}>{(icon) => <span class={styles["icon"]}><Dynamic component={icon()} size={24} strokeWidth={1.5} aria-hidden="true" /></span>}</Show>
      <Dynamic component={props.page ? "h1" : "p"} class={styles["title"]}>{props.title}</Dynamic>
      <Show when={props.text}><p class={styles["text"]}>{props.text}</p></Show>
      <Show when={props.action}><div class={styles["action"]}>{props.action}</div></Show>
    </div>
  );
}
