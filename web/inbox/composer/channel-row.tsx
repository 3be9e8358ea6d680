import { For, Show } from "solid-js";
import type { ChannelKind } from "../../../worker/contract/channel";
import type { ComposeChannel } from "../../../worker/contract/compose";
import { t } from "../../lib/i18n";
import { ChannelIcon } from "../../ui/channel-icon";
import { Tooltip } from "../../ui/tooltip";
import styles from "./composer.module.css";

/** Every channel at once. A shut one stays in its place, struck through, and says why. */
export function ChannelRow(props: { channels: readonly ComposeChannel[]; chosen: ChannelKind | null; onChoose: (channel: ChannelKind) => void }) {
  function move(event: KeyboardEvent & { currentTarget: HTMLElement }) {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const open = props.channels.filter(({ outcome }) => outcome !== "refused");
    const at = open.findIndex(({ channel }) => channel === props.chosen);
    const next = open[(at + (document.dir === "rtl" ? -step : step) + open.length) % open.length];
    if (!next) return;
    props.onChoose(next.channel);
    event.currentTarget.querySelector<HTMLElement>(`[data-channel="${next.channel}"]`)?.focus();
  }

  return (
    <div class={styles["channels"]} role="radiogroup" aria-label={t("composer.channel")} onKeyDown={move}>
      <For each={props.channels}>{(row) => {
        const shut = () => row.outcome === "refused";
        const chosen = () => row.channel === props.chosen;
        return (
          <Tooltip text={row.sentence || t(`channel.${row.channel}`)}>
            <button
              type="button" role="radio" class={styles["via"]} data-channel={row.channel}
              classList={{ [styles["on"]!]: chosen(), [styles["shut"]!]: shut() }}
              aria-checked={chosen()} aria-disabled={shut()} tabIndex={chosen() || (props.chosen === null && !shut()) ? 0 : -1}
              aria-label={shut() ? `${t(`channel.${row.channel}`)}. ${row.sentence}` : t(`channel.${row.channel}`)}
              onClick={() => { if (!shut()) props.onChoose(row.channel); }}
            >
              <ChannelIcon kind={row.channel} size={14} />
              <span class={styles["via-name"]}>{t(`channel.${row.channel}`)}</span>
              <Show when={row.outcome === "warning"}><i class={styles["warn-dot"]} /></Show>
            </button>
          </Tooltip>
        );
      }}</For>
    </div>
  );
}
