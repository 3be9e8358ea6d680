import * as Dropdown from "@kobalte/core/dropdown-menu";
import { For, onMount, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import { adopt } from "./adopt";
import type { MenuItem } from "./menu";
import styles from "./floating.module.css";

/** What a `Menu` becomes with its first press, which opens it at once. */
export function MenuSheet(props: { button: HTMLButtonElement; items: readonly MenuItem[]; openedBy: "pointer" | "keyboard" }) {
  // The press that asked for this came too early for Kobalte, and how it was pressed decides where the focus goes: so it is said again.
  onMount(() => {
    props.button.dispatchEvent(props.openedBy === "keyboard"
      ? new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true, cancelable: true })
      : new PointerEvent("pointerdown", { button: 0, pointerType: "mouse", bubbles: true, cancelable: true }));
  });
  // In the page's main landmark; over a dialog that landmark is closed to everybody.
  return (
    <Dropdown.Root gutter={4} placement="bottom-end" modal={false}>
      <Dropdown.Trigger as={adopt(props.button)} />
      <Dropdown.Portal mount={props.button.closest("[role=dialog]") ? document.body : document.querySelector("main") ?? document.body}>
        <Dropdown.Content class={`${styles["float"]} ${styles["list"]}`}>
          <For each={props.items}>{(item) => (item === "separator" ? <Dropdown.Separator class={styles["separator"]} /> : (
            <Dropdown.Item class={styles["item"]} classList={{ [styles["danger"]!]: item.danger }} disabled={item.disabled} onSelect={() => item.onSelect()}>
              <Show when={item.icon}>{(icon) => <Dynamic component={icon()} size={16} strokeWidth={1.75} aria-hidden="true" />}</Show>
              <span class={styles["text"]}>{item.label}</span>
              <Show when={item.kbd}><span class={styles["keys"]}>{item.kbd}</span></Show>
            </Dropdown.Item>
          ))}</For>
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  );
}
