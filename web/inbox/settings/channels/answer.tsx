import { CircleAlert, CircleCheck } from "lucide-solid";
import { Show } from "solid-js";
import styles from "./channels.module.css";

/** What a provider said when it was asked. */
export interface Answered { ok: boolean; sentence: string }

export function Answer(props: { answer: Answered | null }) {
  return (
    <p role="status">
      <Show when={props.answer}>{(said) => (
        <span class={said().ok ? styles["good"] : styles["bad"]}>
          <Show when={said().ok} fallback={<CircleAlert size={14} aria-hidden="true" />}><CircleCheck size={14} aria-hidden="true" /></Show>{said().sentence}
        </span>
      )}</Show>
    </p>
  );
}
