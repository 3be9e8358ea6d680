import * as Kobalte from "@kobalte/core/popover";
import { Show, type JSX } from "solid-js";
import { adopt } from "./adopt";
import styles from "./floating.module.css";
import own from "./popover.module.css";

/** What a `Popover` becomes when it is first opened. */
export function PopoverSheet(props: { button: HTMLButtonElement; open: boolean; onOpenChange: (open: boolean) => void; title?: string; align?: "start" | "end"; children?: JSX.Element }) {
  return (
    <Kobalte.Root open={props.open} onOpenChange={(open) => props.onOpenChange(open)} gutter={4} placement={`bottom-${props.align ?? "end"}`}>
      <Kobalte.Trigger as={adopt(props.button)} />
      <Kobalte.Portal>
        <Kobalte.Content class={`${styles["float"]} ${own["content"]}`}>
          <Show when={props.title}><Kobalte.Title class={own["title"]}>{props.title}</Kobalte.Title></Show>
          {props.children}
        </Kobalte.Content>
      </Kobalte.Portal>
    </Kobalte.Root>
  );
}
