import { Clock } from "lucide-solid";
import { createSignal, For, Show } from "solid-js";
import type { ConversationRow } from "../../../worker/contract/conversation";
import { clock } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Button } from "../../ui/button";
import { IconButton } from "../../ui/icon-button";
import { Popover } from "../../ui/popover";
import { change, snooze } from "../actions";
import { snoozePresets } from "./snooze";
import styles from "./header.module.css";

/** When this comes back: at a time, when they reply, or whichever is first. */
export function SnoozePicker(props: { row: ConversationRow; open: boolean; hidden?: boolean; onOpenChange: (open: boolean) => void }) {
  const [wake, setWake] = createSignal(true);
  const [custom, setCustom] = createSignal("");
  const [isPast, setPast] = createSignal(false);

  function until(at: Date | null): void {
    props.onOpenChange(false);
    void snooze(props.row.id, at, at === null || wake());
  }

  function untilCustom(event: SubmitEvent): void {
    event.preventDefault();
    const at = new Date(custom());
    if (Number.isNaN(at.getTime()) || at.getTime() <= Date.now()) setPast(true);
    else until(at);
  }

  return (
    <Popover open={props.open} onOpenChange={props.onOpenChange} title={t("inbox.snooze.title")} trigger={<span classList={{ [styles["unseen"]!]: props.hidden }}><IconButton icon={Clock} label={t("inbox.header.snooze")} kbd="H" pressed={props.row.status === "snoozed"} /></span>}>
      <div class={styles["picker"]}>
        <Show when={props.row.status === "snoozed"}>
          <button type="button" class={styles["choice"]} onClick={() => { props.onOpenChange(false); void change(props.row.id, { status: "open" }); }}><span class={styles["choice-text"]}>{t("inbox.snooze.end")}</span></button>
        </Show>
        <For each={snoozePresets(new Date())}>{(preset) => (
          <button type="button" class={styles["choice"]} onClick={() => until(preset.at)}>
            <span class={styles["choice-text"]}>{t(`inbox.snooze.${preset.key}`)}</span><small>{clock(preset.at)}</small>
          </button>
        )}</For>
        <button type="button" class={styles["choice"]} onClick={() => until(null)}><span class={styles["choice-text"]}>{t("inbox.snooze.reply")}</span></button>
        <form class={styles["custom"]} onSubmit={untilCustom}>
          <label>{t("inbox.snooze.at")}<input type="datetime-local" required value={custom()} aria-invalid={isPast()} onInput={(event) => { setCustom(event.currentTarget.value); setPast(false); }} /></label>
          <Show when={isPast()}><p role="alert" class={styles["wrong"]}>{t("inbox.snooze.past")}</p></Show>
          <label class={styles["wake"]}><input type="checkbox" checked={wake()} onChange={(event) => setWake(event.currentTarget.checked)} />{t("inbox.snooze.wake")}</label>
          <Button variant="primary" size="s" type="submit">{t("inbox.snooze.save")}</Button>
        </form>
      </div>
    </Popover>
  );
}
