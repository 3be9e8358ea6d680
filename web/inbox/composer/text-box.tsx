import { createMemo, For } from "solid-js";
import type { Forced } from "../../../worker/contract/segments";
import styles from "./composer.module.css";

interface TextBoxProps {
  label: string;
  placeholder: string;
  value: string;
  /** Stretches of the text to underline, for example what makes an SMS Unicode. In order. */
  marks?: readonly Forced[];
  onInput: (text: string) => void;
  onKeyDown: (event: KeyboardEvent) => void;
  onBlur?: () => void;
  ref?: (element: HTMLTextAreaElement) => void;
}

/** A text area that grows with its text. The copy behind it gives the height and carries the marks. */
export function TextBox(props: TextBoxProps) {
  const pieces = createMemo(() => {
    const list: { text: string; marked: boolean }[] = [];
    let at = 0;
    for (const mark of props.marks ?? []) {
      if (mark.at > at) list.push({ text: props.value.slice(at, mark.at), marked: false });
      list.push({ text: mark.char, marked: true });
      at = mark.at + mark.char.length;
    }
    list.push({ text: props.value.slice(at), marked: false });
    return list;
  });

  return (
    <div class={styles["text-box"]}>
      <div class={styles["mirror"]} aria-hidden="true">
        <For each={pieces()}>{(piece) => (piece.marked ? <mark>{piece.text}</mark> : piece.text)}</For>
        {/* A closing line break has no height of its own. */}
        {"\u200b"}
      </div>
      <textarea
        ref={props.ref} rows={1} dir="auto" aria-label={props.label} placeholder={props.placeholder} value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
        onKeyDown={(event) => props.onKeyDown(event)}
        onBlur={() => props.onBlur?.()}
      />
    </div>
  );
}
