import { For, Show } from "solid-js";
import type { Entry } from "../../../worker/contract/entry";
import { exactTime } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Popover } from "../../ui/popover";
import { Time } from "../../ui/time";
import styles from "./entry.module.css";

/** That a message was changed, and on pressing what it said before. */
export function Edited(props: { entry: Entry }) {
  const history = () => (props.entry.history ?? []).toReversed();
  return (
    <Show when={history().length > 0} fallback={<span title={props.entry.editedAt ? exactTime(props.entry.editedAt) : undefined}>{t("inbox.entry.edited")}</span>}>
      <Popover title={t("thread.history")} align="start" trigger={<button type="button" class={styles["edited"]}>{t("inbox.entry.edited")}</button>}>
        <ol class={styles["history"]}><For each={history()}>{(old) => <li><span dir="auto">{old.text}</span><Time at={old.at} format="words" /></li>}</For></ol>
      </Popover>
    </Show>
  );
}
