import { EyeOff } from "lucide-solid";
import { Show } from "solid-js";
import type { Content } from "../../../../worker/contract/content";
import { t } from "../../../lib/i18n";
import styles from "./content.module.css";

/** Something came and we cannot show it: said calmly, with what to do. */
export function Unsupported(props: { content: Extract<Content, { kind: "unsupported" }>; side: "in" | "out" }) {
  return (
    <div class={styles["card"]}>
      <div class={styles["head"]}>
        <span class={styles["mark"]}><EyeOff size={16} aria-hidden="true" /></span>
        <div class={styles["who"]}>
          <div class={styles["title"]}>{t("thread.unsupported")}<Show when={props.content.what}>{(what) => <span dir="auto">: {what()}</span>}</Show></div>
          <div class={styles["sub"]}>{t(`thread.unsupported.${props.side}`)}</div>
        </div>
      </div>
    </div>
  );
}
