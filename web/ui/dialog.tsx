import * as Kobalte from "@kobalte/core/dialog";
import { X } from "lucide-solid";
import { Show, type JSX } from "solid-js";
import { t } from "../lib/i18n";
import { IconButton } from "./icon-button";
import styles from "./dialog.module.css";

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: string;
  /** `l` for tables and long text. */
  size?: "m" | "l";
  children?: JSX.Element;
}

/** Takes the whole attention: keeps the focus inside and gives it back on closing. On a phone it rises from below. */
export function Dialog(props: DialogProps) {
  return (
    <Kobalte.Root open={props.open} onOpenChange={(open) => props.onOpenChange(open)}>
      <Kobalte.Portal>
        <Kobalte.Overlay class={styles["scrim"]} />
        <div class={styles["place"]}>
          <Kobalte.Content class={styles["dialog"]} data-size={props.size ?? "m"}>
            <header class={styles["head"]}>
              <Kobalte.Title class={styles["title"]}>{props.title}</Kobalte.Title>
              <IconButton label={t("ui.close")} icon={X} onClick={() => props.onOpenChange(false)} />
            </header>
            <div class={styles["body"]}>
              <Show when={props.description}><Kobalte.Description class={styles["description"]}>{props.description}</Kobalte.Description></Show>
              {props.children}
            </div>
          </Kobalte.Content>
        </div>
      </Kobalte.Portal>
    </Kobalte.Root>
  );
}
