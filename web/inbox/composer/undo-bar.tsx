import { Show } from "solid-js";
import { t } from "../../lib/i18n";
import { showKeys } from "../../lib/shortcuts";
import type { Undo } from "./undo";
import styles from "./composer.module.css";

/** Floats above the composer while a message may be taken back. */
export function UndoBar(props: { undo: Undo; total: number }) {
  const share = () => props.undo.left() / Math.max(1, Math.ceil(props.total / 1_000));
  return (
    <div class={styles["undo-at"]} role="status">
      <Show when={props.undo.held()}>
        <div class={styles["undo"]}>
          <svg viewBox="0 0 16 16" class={styles["ring"]} aria-hidden="true">
            <circle cx="8" cy="8" r="6.5" pathLength="1" />
            <circle cx="8" cy="8" r="6.5" pathLength="1" class={styles["ring-on"]} stroke-dasharray={`${share()} 1`} transform="rotate(-90 8 8)" />
          </svg>
          <span>{t("composer.sending", { count: props.undo.left() })}</span>
          <button type="button" onClick={() => void props.undo.undo()}>{t("composer.undo")}</button>
          <kbd>{showKeys("mod+z")}</kbd>
        </div>
      </Show>
    </div>
  );
}
