import { CircleAlert } from "lucide-solid";
import { createUniqueId, Show, type JSX } from "solid-js";
import styles from "./field.module.css";

export interface FieldProps {
  label: string;
  /** Keeps the name for those who cannot see it, where its place says it already. */
  hideLabel?: boolean;
  hint?: string;
  /** What is wrong and what to do. */
  error?: string | null;
}

/** The name above a control and the words below it; gives the ids that tie them together. */
export function Field(props: FieldProps & { children: (ids: { control: string; describedBy: string | undefined }) => JSX.Element }) {
  const id = createUniqueId();
  const words = `${id}-words`;
  return (
    <div class={styles["field"]} classList={{ [styles["unlabelled"]!]: props.hideLabel }}>
      <label class={styles["label"]} for={id}>{props.label}</label>
      {props.children({ control: id, get describedBy() { return props.error || props.hint ? words : undefined; } })}
      <Show when={props.error} fallback={<Show when={props.hint}><p class={styles["hint"]} id={words}>{props.hint}</p></Show>}>
        <p class={styles["error"]} id={words} role="alert"><CircleAlert size={12} strokeWidth={2.2} aria-hidden="true" />{props.error}</p>
      </Show>
    </div>
  );
}
