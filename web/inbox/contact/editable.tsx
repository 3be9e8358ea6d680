import { createSignal, Show } from "solid-js";
import { t } from "../../lib/i18n";
import styles from "./contact.module.css";

interface EditableProps {
  label: string;
  value: string;
  placeholder?: string;
  /** Shown instead of the value, for example a language's name for its code. */
  shown?: string;
  /** A sentence when the text cannot be kept; null when it can. */
  wrong?: (text: string) => string | null;
  onSave: (text: string) => void;
}

/** A value that becomes a field when it is clicked. Enter or leaving keeps it, Escape does not. */
export function Editable(props: EditableProps) {
  const [text, setText] = createSignal<string | null>(null);
  let button: HTMLButtonElement | undefined;
  const wrong = () => {
    const typed = text()?.trim() ?? "";
    return typed === "" ? null : props.wrong?.(typed) ?? null;
  };

  function close(keep: boolean, refocus: boolean) {
    const typed = text();
    if (typed === null || (keep && refocus && wrong() !== null)) return;
    const good = wrong() === null;
    setText(null);
    if (keep && good && typed.trim() !== props.value) props.onSave(typed.trim());
    if (refocus) button?.focus();
  }

  function keyDown(event: KeyboardEvent) {
    if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
    event.preventDefault();
    event.stopPropagation();
    close(event.key === "Enter", true);
  }

  return (
    <Show
      when={text() !== null}
      fallback={
        <button ref={(element) => { button = element; }} type="button" class={styles["value"]} classList={{ [styles["value-empty"]!]: props.value === "" }} aria-label={`${t("contact.edit", { field: props.label })}${props.value === "" ? "" : `: ${props.shown ?? props.value}`}`} onClick={() => setText(props.value)}>
          {props.value === "" ? props.placeholder ?? t("contact.add-value") : props.shown ?? props.value}
        </button>
      }
    >
      <input
        type="text" dir="auto" class={styles["value-input"]} aria-label={props.label} aria-invalid={wrong() !== null} value={text() ?? ""}
        ref={(input) => queueMicrotask(() => { input.focus(); input.select(); })}
        onInput={(event) => setText(event.currentTarget.value)} onKeyDown={keyDown} onBlur={() => close(true, false)}
      />
      <Show when={wrong()}>{(sentence) => <p class={styles["wrong"]} role="alert">{sentence()}</p>}</Show>
    </Show>
  );
}
