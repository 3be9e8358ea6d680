import { createEffect, createMemo, For, Show } from "solid-js";
import type { ChannelKind } from "../../../worker/contract/channel";
import type { ComposeChannel } from "../../../worker/contract/compose";
import { t } from "../../lib/i18n";
import { ChannelIcon } from "../../ui/channel-icon";
import { Tooltip } from "../../ui/tooltip";
import { countdown } from "./window";
import styles from "./composer.module.css";

/** A shut channel may still be chosen where a template opens it. */
const isShut = ({ outcome, wayOut }: ComposeChannel): boolean => outcome === "refused" && wayOut !== "template";

/** More names than these do not stand side by side. */
const NAMES_MAX = 4;
/** Whose names are written out: where there are many, a shut channel is its glyph alone, or all but the chosen one are. */
const namesOf = (channels: readonly ComposeChannel[]): "all" | "open" | "chosen" =>
  channels.length <= NAMES_MAX ? "all" : channels.filter((row) => !isShut(row)).length <= NAMES_MAX ? "open" : "chosen";

/** Every channel at once, with the time that is left to answer on it. A shut one stays in its place, struck through, and says why. */
export function ChannelRow(props: { channels: readonly ComposeChannel[]; chosen: ChannelKind | null; now: number; onChoose: (channel: ChannelKind) => void }) {
  function move(event: KeyboardEvent & { currentTarget: HTMLElement }) {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const open = props.channels.filter((row) => !isShut(row));
    const at = open.findIndex(({ channel }) => channel === props.chosen);
    const next = open[(at + (document.dir === "rtl" ? -step : step) + open.length) % open.length];
    if (!next) return;
    props.onChoose(next.channel);
    event.currentTarget.querySelector<HTMLElement>(`[data-channel="${next.channel}"]`)?.focus();
  }

  let bar!: HTMLDivElement;
  // On a phone the row scrolls: what it would send by stands in sight, with its time.
  createEffect(() => {
    const chosen = props.channels.some(({ channel }) => channel === props.chosen) ? props.chosen : null;
    if (chosen) bar.querySelector(`[data-channel="${chosen}"]`)?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  });

  return (
    <div ref={bar} class={styles["channels"]} data-names={namesOf(props.channels)} role="radiogroup" aria-label={t("composer.channel")} onKeyDown={move}>
      {/* By name, so that a fresh answer of the server leaves the focus where it is. */}
      <For each={props.channels.map(({ channel }) => channel)}>{(kind) => {
        const row = createMemo<ComposeChannel>((before) => props.channels.find(({ channel }) => channel === kind) ?? before!);
        const shut = () => isShut(row());
        const left = () => (shut() ? null : countdown(row(), props.now));
        const name = () => t(`channel.${kind}`);
        const chosen = () => kind === props.chosen;
        return (
          <Tooltip text={row().sentence || left()?.sentence || name()}>
            <button
              type="button" role="radio" class={styles["via"]} data-channel={kind}
              classList={{ [styles["on"]!]: chosen(), [styles["shut"]!]: shut() }}
              aria-checked={chosen()} aria-disabled={shut()} tabIndex={chosen() || (props.chosen === null && !shut()) ? 0 : -1}
              aria-label={shut() ? `${name()}. ${row().sentence}` : [name(), left()?.sentence].filter(Boolean).join(". ")}
              onClick={() => { if (!shut()) props.onChoose(kind); }}
            >
              <ChannelIcon kind={kind} size={14} />
              <span class={styles["via-name"]}>{name()}</span>
              <Show when={left()}>{(time) => <span class={styles["via-left"]} data-low={time().low}>{time().short}</span>}</Show>
              <Show when={row().outcome === "warning" || row().outcome === "held"}><i class={styles["warn-dot"]} /></Show>
            </button>
          </Tooltip>
        );
      }}</For>
    </div>
  );
}
