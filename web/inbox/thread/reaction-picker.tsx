import { createSignal, For, Show } from "solid-js";
import { t } from "../../lib/i18n";
import { EMOJI, EMOJI_COLUMNS } from "./emoji";
import styles from "./reactions.module.css";

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -EMOJI_COLUMNS, ArrowDown: EMOJI_COLUMNS };

/** Emoji in a grid; arrow keys walk through it, so it is one stop for Tab. */
export function ReactionPicker(props: { ours: string | null; onPick: (emoji: string | null) => void }) {
  const [at, setAt] = createSignal(Math.max(0, EMOJI.indexOf(props.ours ?? "")));
  let grid!: HTMLDivElement;

  function press(event: KeyboardEvent): void {
    const isRtl = getComputedStyle(grid).direction === "rtl";
    const step = (STEPS[event.key] ?? 0) * (isRtl && (event.key === "ArrowLeft" || event.key === "ArrowRight") ? -1 : 1);
    const next = event.key === "Home" ? 0 : event.key === "End" ? EMOJI.length - 1 : at() + step;
    if (next === at() || !EMOJI[next]) return;
    event.preventDefault();
    setAt(next);
    grid.querySelectorAll("button")[next]?.focus();
  }

  return (
    <div class={styles["picker"]}>
      <div ref={grid} class={styles["grid"]} role="group" aria-label={t("thread.react.title")} onKeyDown={press} style={{ "--columns": EMOJI_COLUMNS }}>
        <For each={EMOJI}>{(emoji, index) => (
          <button type="button" class={styles["pick"]} tabindex={at() === index() ? 0 : -1} aria-pressed={props.ours === emoji} onFocus={() => setAt(index())} onClick={() => props.onPick(props.ours === emoji ? null : emoji)}>{emoji}</button>
        )}</For>
      </div>
      <Show when={props.ours}><button type="button" class={styles["remove"]} onClick={() => props.onPick(null)}>{t("thread.react.remove")}</button></Show>
    </div>
  );
}
