import * as Dropdown from "@kobalte/core/dropdown-menu";
import { For, Show, type JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { adopt } from "./adopt";
import type { Icon } from "./icon";
import styles from "./floating.module.css";

export type MenuItem = "separator" | {
  label: string;
  icon?: Icon;
  /** The key that does the same, as people read it. */
  kbd?: string;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
};

/** A list of things to do behind one button; `trigger` is or holds that button. */
export function Menu(props: { trigger: JSX.Element; items: readonly MenuItem[] }) {
  return (
    <Dropdown.Root gutter={4} placement="bottom-end" modal={false}>
      <Dropdown.Trigger as={adopt(() => props.trigger)} />
      <Dropdown.Portal>
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
