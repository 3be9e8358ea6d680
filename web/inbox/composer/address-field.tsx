import { createSignal, For, Show, type JSX } from "solid-js";
import { t } from "../../lib/i18n";
import { Chip } from "../../ui/chip";
import { isEmailAddress, parseAddresses } from "./recipients";
import styles from "./composer.module.css";

/** Addresses as chips. Enter, comma, a paste or leaving the field turns what was typed into chips; what cannot be read stays. */
export function AddressField(props: { label: string; addresses: readonly string[]; onChange: (addresses: string[]) => void; /** What was left because it is no address; empty: nothing. */ onRest?: (text: string) => void; children?: JSX.Element }) {
  const [text, setText] = createSignal("");
  // Judged once somebody is done with it, or when it cannot become an address any more.
  const [isDone, setDone] = createSignal(false);
  const wrong = () => text().trim() !== "" && !isEmailAddress(text().trim()) && (isDone() || /[\s,;]$|@.*@/.test(text()));

  function take(from: string) {
    const { addresses, rest } = parseAddresses(from);
    if (addresses.length > 0) props.onChange([...new Set([...props.addresses, ...addresses])]);
    setText(rest);
    setDone(rest !== "");
    props.onRest?.(rest);
  }

  function keyDown(event: KeyboardEvent) {
    if (event.isComposing) return;
    if ((event.key === "Enter" && !event.metaKey && !event.ctrlKey) || event.key === "," || event.key === ";") {
      event.preventDefault();
      take(text());
    } else if (event.key === "Backspace" && text() === "" && props.addresses.length > 0) {
      props.onChange(props.addresses.slice(0, -1));
    }
  }

  function paste(event: ClipboardEvent) {
    const pasted = event.clipboardData?.getData("text") ?? "";
    if (parseAddresses(pasted).addresses.length === 0) return;
    event.preventDefault();
    take(`${text()} ${pasted}`.trim());
  }

  return (
    <div class={styles["field"]}>
      <span class={styles["field-label"]} aria-hidden="true">{props.label}</span>
      <div class={styles["field-chips"]}>
        <For each={props.addresses}>{(address) => <Chip onRemove={() => props.onChange(props.addresses.filter((one) => one !== address))}>{address}</Chip>}</For>
        <input
          type="text" inputMode="email" autocomplete="off" spellcheck={false} aria-label={props.label} aria-invalid={wrong()} value={text()}
          onInput={(event) => { setText(event.currentTarget.value); setDone(false); }} onKeyDown={keyDown} onPaste={paste} onBlur={() => take(text())}
        />
        <Show when={wrong()}><span class={styles["field-wrong"]} role="alert">{t("composer.bad-address")}</span></Show>
      </div>
      {props.children}
    </div>
  );
}
