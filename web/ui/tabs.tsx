import * as Kobalte from "@kobalte/core/tabs";
import { For, Show, type JSX } from "solid-js";
import styles from "./tabs.module.css";

export interface TabItem<T extends string> { value: T; label: string; count?: number }

/** A few views of one thing. `children` draws the chosen one. */
export function Tabs<T extends string>(props: { items: readonly TabItem<T>[]; value: T; onChange: (value: T) => void; label?: string; children?: (value: T) => JSX.Element }) {
  // Kobalte hands back a string; only the values given to it can come.
  const change = (value: string) => {
    const item = props.items.find((one) => one.value === value);
    if (item) props.onChange(item.value);
  };
  return (
    <Kobalte.Root value={props.value} onChange={change}>
      <Kobalte.List class={styles["list"]} aria-label={props.label}>
        <For each={props.items}>{(item) => (
          <Kobalte.Trigger class={styles["tab"]} value={item.value}>{item.label}<Show when={item.count}><i class={styles["count"]}>{item.count}</i></Show></Kobalte.Trigger>
        )}</For>
      </Kobalte.List>
      <Show when={props.children}><For each={props.items}>{(item) => <Kobalte.Content class={styles["content"]} value={item.value}>{props.children?.(item.value)}</Kobalte.Content>}</For></Show>
    </Kobalte.Root>
  );
}
