import { Eye, EyeOff } from "lucide-solid";
import { createSignal, Show } from "solid-js";
import { t } from "../lib/i18n";
import { Field, type FieldProps } from "./field";
import { focusWhenShown } from "./focus";
import { IconButton } from "./icon-button";
import styles from "./field.module.css";

export interface InputProps extends FieldProps {
  type?: "text" | "email" | "password" | "tel" | "url" | "search" | "number" | "datetime-local";
  value: string;
  onInput?: (value: string) => void;
  onBlur?: () => void;
  placeholder?: string;
  autocomplete?: string;
  autofocus?: boolean;
  required?: boolean;
  disabled?: boolean;
  readonly?: boolean;
  name?: string;
  maxLength?: number;
  inputMode?: "text" | "email" | "tel" | "url" | "numeric" | "search";
}

export function Input(props: InputProps) {
  const [shows, setShows] = createSignal(false);
  const isPassword = () => props.type === "password";
  return (
    <Field label={props.label} hideLabel={props.hideLabel} hint={props.hint} error={props.error}>{(ids) => (
      <div class={styles["box"]}>
        <input
          ref={(element) => { if (props.autofocus) focusWhenShown(element); }} id={ids.control} class={styles["input"]} classList={{ [styles["trailing"]!]: isPassword() }} type={isPassword() && shows() ? "text" : props.type ?? "text"} name={props.name}
          value={props.value} onInput={(event) => props.onInput?.(event.currentTarget.value)} onBlur={() => props.onBlur?.()}
          dir={props.type === undefined || props.type === "text" || props.type === "search" ? "auto" : undefined} placeholder={props.placeholder} autocomplete={props.autocomplete ?? "off"} required={props.required} disabled={props.disabled} readOnly={props.readonly} maxLength={props.maxLength} inputMode={props.inputMode}
          autocapitalize={props.type === "email" ? "none" : undefined} spellcheck={props.type === "email" || isPassword() ? false : undefined} aria-invalid={props.error ? true : undefined} aria-describedby={ids.describedBy}
        />
        <Show when={isPassword()}>
          <span class={styles["end"]}><IconButton label={t(shows() ? "ui.hidePassword" : "ui.showPassword")} icon={shows() ? EyeOff : Eye} onClick={() => setShows(!shows())} /></span>
        </Show>
      </div>
    )}</Field>
  );
}
