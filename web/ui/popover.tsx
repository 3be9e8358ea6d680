import * as Kobalte from "@kobalte/core/popover";
import { Show, type JSX } from "solid-js";
import { adopt } from "./adopt";
import styles from "./floating.module.css";
import own from "./popover.module.css";

export interface PopoverProps {
  /** Is or holds the button that opens it. */
  trigger: JSX.Element;
  /** Given together when somebody else decides. */
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** Its name; without one it is named after its trigger. */
  title?: string;
  children?: JSX.Element;
}

/** A small sheet beside its button, with whatever it needs in it. */
export function Popover(props: PopoverProps) {
  return (
    <Kobalte.Root open={props.open} onOpenChange={(open) => props.onOpenChange?.(open)} gutter={4} placement="bottom-end">
      <Kobalte.Trigger as={adopt(() => props.trigger)} />
      <Kobalte.Portal>
        <Kobalte.Content class={`${styles["float"]} ${own["content"]}`}>
          <Show when={props.title}><Kobalte.Title class={own["title"]}>{props.title}</Kobalte.Title></Show>
          {props.children}
        </Kobalte.Content>
      </Kobalte.Portal>
    </Kobalte.Root>
  );
}
