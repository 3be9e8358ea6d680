import { EyeOff } from "lucide-solid";
import { t } from "../../../lib/i18n";
import styles from "./content.module.css";

/** Something came and we cannot show it: said calmly, in the channel's words if it has some, with what to do. */
export function Unsupported(props: { what: string; text: string; side: "in" | "out" }) {
  return (
    <div class={styles["card"]}>
      <div class={styles["head"]}>
        <span class={styles["mark"]}><EyeOff size={16} aria-hidden="true" /></span>
        <div class={styles["who"]}>
          <div class={styles["title"]}>{t("thread.unsupported")}</div>
          <div class={styles["sub"]}><bdi>{props.text || props.what}</bdi></div>
          <div class={styles["sub"]}>{t(`thread.unsupported.${props.side}`)}</div>
        </div>
      </div>
    </div>
  );
}
