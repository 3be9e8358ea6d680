import { For } from "solid-js";
import { t } from "../../lib/i18n";
import styles from "./thread.module.css";

const SHAPES = [[46, 36, false], [62, 56, false], [54, 56, true], [100, 148, false], [38, 36, true], [50, 36, false]] as const;

export function ThreadSkeleton() {
  return (
    <div class={styles["timeline"]} role="status" aria-label={t("inbox.thread.loading")}>
      <For each={SHAPES}>{([width, height, isOut]) => <i class={styles["shape"]} classList={{ [styles["shape-out"]!]: isOut }} style={{ width: `${width}%`, height: `${height}px` }} />}</For>
    </div>
  );
}
