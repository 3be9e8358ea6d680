import * as Kobalte from "@kobalte/core/dialog";
import { X } from "lucide-solid";
import { Show } from "solid-js";
import { t } from "../lib/i18n";
import type { DialogProps } from "./dialog";
import { IconButton } from "./icon-button";
import styles from "./dialog.module.css";

/** What a `Dialog` becomes when it is first opened. */
export function DialogSheet(props: DialogProps) {
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
