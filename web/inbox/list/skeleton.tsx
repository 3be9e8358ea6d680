import { For } from "solid-js";
import { t } from "../../lib/i18n";
import styles from "./list.module.css";

/** Widths of name and preview, uneven like real ones. */
const WIDTHS = [[52, 86], [38, 72], [61, 91], [44, 64], [57, 80], [35, 77], [48, 88], [64, 69], [41, 83], [55, 75], [46, 90]] as const;

/** The true shape of the list in grey, only while nothing is known. */
export function RowSkeletons() {
  return (
    <div class={styles["skeletons"]} role="status" aria-label={t("inbox.list.loading")}>
      <For each={WIDTHS}>{([name, preview]) => (
        <div class={styles["skeleton"]} aria-hidden="true"><i /><div><i style={{ width: `${name}%` }} /><i style={{ width: `${preview}%` }} /></div></div>
      )}</For>
    </div>
  );
}
