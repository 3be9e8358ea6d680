import { CircleAlert } from "lucide-solid";
import { onMount, Show, type JSX } from "solid-js";
import { t } from "../../lib/i18n";
import styles from "./auth.module.css";

/** The one sheet of every page before signing in. */
export function AuthPage(props: { title: string; text?: string; children?: JSX.Element }) {
  onMount(() => { document.title = `${props.title} · ${t("app.name")}`; });
  return (
    <main class={styles["page"]}>
      <div class={styles["sheet"]}>
        <img class={styles["logo"]} src="/icon.svg" alt="" width="36" height="36" />
        <h1 class={styles["title"]}>{props.title}</h1>
        <Show when={props.text}><p class={styles["text"]}>{props.text}</p></Show>
        {props.children}
      </div>
    </main>
  );
}

/** Why it did not work, above the button that tried. */
export function Refusal(props: { sentence: string | null }) {
  return <Show when={props.sentence}><p class={styles["problem"]} role="alert"><CircleAlert size={16} strokeWidth={1.75} aria-hidden="true" />{props.sentence}</p></Show>;
}
