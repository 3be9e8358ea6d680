import { Field, type FieldProps } from "./field";
import styles from "./field.module.css";

export interface TextAreaProps extends FieldProps {
  value: string;
  onInput?: (value: string) => void;
  placeholder?: string;
  rows?: number;
  disabled?: boolean;
  readonly?: boolean;
  maxLength?: number;
}

export function TextArea(props: TextAreaProps) {
  return (
    <Field label={props.label} hideLabel={props.hideLabel} hint={props.hint} error={props.error}>{(ids) => (
      <textarea
        dir="auto" id={ids.control} class={`${styles["input"]} ${styles["area"]}`} rows={props.rows ?? 3} value={props.value} onInput={(event) => props.onInput?.(event.currentTarget.value)} placeholder={props.placeholder}
        disabled={props.disabled} readOnly={props.readonly} maxLength={props.maxLength} aria-invalid={props.error ? true : undefined} aria-describedby={ids.describedBy}
      />
    )}</Field>
  );
}
