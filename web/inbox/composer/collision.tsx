import { createSignal, Show } from "solid-js";
import type { Presence } from "../../../worker/contract/frame";
import { t } from "../../lib/i18n";
import { Avatar } from "../../ui/avatar";
import styles from "./composer.module.css";

/** A colleague writes here too: who, their words, and two choices. */
export function Collision(props: { writing: readonly Presence[]; onTake: (text: string) => void }) {
  const [open, setOpen] = createSignal(false);
  const first = () => props.writing[0];
  return (
    <Show when={first()}>{(colleague) => (
      <div class={styles["collision"]} role="status">
        <div class={styles["collision-line"]}>
          <Avatar name={colleague().name} kind="member" size={18} />
          <span class={styles["collision-text"]}>
            <b>{t("composer.replying", { name: colleague().name })}</b>
            <Show when={colleague().draft && !open()}> <q>{colleague().draft}</q></Show>
          </span>
          <Show when={colleague().draft}>
            <button type="button" aria-expanded={open()} onClick={() => setOpen(!open())}>{open() ? t("composer.hide-draft") : t("composer.see-draft")}</button>
            <button type="button" onClick={() => { props.onTake(colleague().draft ?? ""); setOpen(false); }}>{t("composer.take-over")}</button>
          </Show>
        </div>
        <Show when={open() && colleague().draft}><p class={styles["collision-draft"]} tabindex="0">{colleague().draft}</p></Show>
      </div>
    )}</Show>
  );
}
