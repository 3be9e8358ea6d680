import { ClipboardList } from "lucide-solid";
import { For, Show } from "solid-js";
import type { Content } from "../../../../worker/contract/content";
import { t } from "../../../lib/i18n";
import styles from "./content.module.css";

/** A form they filled in: each question with its answer. */
export function FormAnswers(props: { form: Extract<Content, { kind: "form" }> }) {
  return (
    <div class={styles["card"]}>
      <div class={styles["head"]}>
        <span class={styles["mark"]}><ClipboardList size={16} aria-hidden="true" /></span>
        <div class={styles["who"]}><div class={styles["title"]}><bdi>{props.form.name || t("thread.form")}</bdi></div></div>
      </div>
      <Show when={props.form.fields.length > 0} fallback={<p class={styles["sub"]}>{t("thread.form.none")}</p>}>
        <dl class={styles["answers"]}><For each={props.form.fields}>{(field) => (
          <><dt><bdi>{field.label}</bdi></dt><dd classList={{ [styles["quiet"]!]: field.value === "" }}><bdi>{field.value || t("thread.form.empty")}</bdi></dd></>
        )}</For></dl>
      </Show>
    </div>
  );
}
