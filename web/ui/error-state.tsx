import { CircleAlert } from "lucide-solid";
import { Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import { t } from "../lib/i18n";
import { Button } from "./button";
import styles from "./state.module.css";

/** What happened, what to do, and a way to try again. `page` where it is all there is, and so the page's heading. */
export function ErrorState(props: { title: string; text?: string; onRetry?: () => void; page?: boolean }) {
  return (
    <div class={styles["state"]} role="alert">
      <span class={`${styles["icon"]} ${styles["bad"]}`}><CircleAlert size={24} strokeWidth={1.5} aria-hidden="true" /></span>
      <Dynamic component={props.page ? "h1" : "p"} class={styles["title"]}>{props.title}</Dynamic>
      <Show when={props.text}><p class={styles["text"]}>{props.text}</p></Show>
      <Show when={props.onRetry}><div class={styles["action"]}><Button onClick={() => props.onRetry?.()}>{t("app.retry")}</Button></div></Show>
    </div>
  );
}
