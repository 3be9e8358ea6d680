import { Check, Copy } from "lucide-solid";
import { createSignal, createUniqueId, onCleanup } from "solid-js";
import { t } from "../../lib/i18n";
import { IconButton } from "../../ui/icon-button";
import { toast } from "../../ui/toast";
import styles from "./settings.module.css";

/** How long the tick says that it was copied. */
const COPIED_MS = 2_000;

/** A value to take elsewhere: readable, selectable, copied with one press. */
export function CopyField(props: { label: string; value: string; hint?: string; lines?: number }) {
  const id = createUniqueId();
  const [copied, setCopied] = createSignal(false);
  let box: HTMLTextAreaElement | undefined;
  let timer = 0;
  onCleanup(() => clearTimeout(timer));

  async function copy() {
    try {
      await navigator.clipboard.writeText(props.value);
      setCopied(true);
      clearTimeout(timer);
      timer = window.setTimeout(() => setCopied(false), COPIED_MS);
      toast({ text: t("settings.copied", { what: props.label }) });
    } catch {
      // Some browsers forbid it: then it is selected, and the keyboard does the rest.
      box?.focus();
      box?.select();
      toast({ text: t("settings.copyByHand") });
    }
  }

  return (
    <div class={styles["field"]}>
      <label for={id}>{props.label}</label>
      <span class={styles["read"]}>
        <textarea id={id} ref={(element) => { box = element; }} rows={props.lines ?? 1} readOnly value={props.value} spellcheck={false} onFocus={(event) => event.currentTarget.select()} />
        <IconButton label={t("settings.copy", { what: props.label })} icon={copied() ? Check : Copy} onClick={() => void copy()} />
      </span>
      {props.hint && <span class={styles["hint"]}>{props.hint}</span>}
    </div>
  );
}
