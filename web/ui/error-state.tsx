import { CircleAlert } from "lucide-solid";
import { Show } from "solid-js";
import { t } from "../lib/i18n";
import { Button } from "./button";
import styles from "./state.module.css";

/** What happened, what to do, and a way to try again. */
export function ErrorState(props: { title: string; text?: string; onRetry?: () => void }) {
  return (
    <div class={styles["state"]} role="alert">
      <span class={`${styles["icon"]} ${styles["bad"]}`}><CircleAlert size={24} strokeWidth={1.5} aria-hidden="true" /></span>
      <p class={styles["title"]}>{props.title}</p>
      <Show when={props.text}><p class={styles["text"]}>{props.text}</p></Show>
      <Show when={props.onRetry}><div class={styles["action"]}><Button onClick={() => props.onRetry?.()}>{t("app.retry")}</Button></div></Show>
    </div>
  );
}
