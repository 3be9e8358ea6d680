import * as Kobalte from "@kobalte/core/dialog";
import { X } from "lucide-solid";
import { createComputed, Show } from "solid-js";
import { t } from "../lib/i18n";
import type { DialogProps } from "./dialog";
import { IconButton } from "./icon-button";
import styles from "./dialog.module.css";

/** What a `Dialog` becomes when it is first opened. */
export function DialogSheet(props: DialogProps) {
  let opener: HTMLElement | null = null;
  createComputed(() => { if (props.open) opener = whatOpened(); });
  // Kobalte gives the focus back to its own trigger only, and ours has none.
  const giveBack = (event: Event) => {
    event.preventDefault();
    if (opener?.isConnected) opener.focus({ preventScroll: true });
  };
  // The first field, or the sheet itself: beginning at the button that closes it helps nobody.
  let sheet: HTMLElement | undefined;
  let body: HTMLElement | undefined;
  const start = (event: Event) => {
    event.preventDefault();
    if (sheet?.contains(document.activeElement)) return;
    (body?.querySelector<HTMLElement>("input:not([type=hidden], :disabled), textarea:not(:disabled), select:not(:disabled)") ?? sheet)?.focus({ preventScroll: true });
  };
  return (
    <Kobalte.Root open={props.open} onOpenChange={(open) => props.onOpenChange(open)}>
      <Kobalte.Portal>
        <Kobalte.Overlay class={styles["scrim"]} />
        <div class={styles["place"]}>
          <Kobalte.Content ref={(element: HTMLElement) => { sheet = element; }} class={styles["dialog"]} data-size={props.size ?? "m"} onOpenAutoFocus={start} onCloseAutoFocus={giveBack}>
            <header class={styles["head"]}>
              <Kobalte.Title class={styles["title"]}>{props.title}</Kobalte.Title>
              <IconButton label={t("ui.close")} icon={X} onClick={() => props.onOpenChange(false)} />
            </header>
            <div ref={(element) => { body = element; }} class={styles["body"]}>
              <Show when={props.description}><Kobalte.Description class={styles["description"]}>{props.description}</Kobalte.Description></Show>
              {props.children}
            </div>
          </Kobalte.Content>
        </div>
      </Kobalte.Portal>
    </Kobalte.Root>
  );
}

/** Where the focus was; for a line of a menu, which is gone by then, the button the menu belongs to. */
function whatOpened(): HTMLElement | null {
  const active = document.activeElement;
  const menu = active?.closest("[role=menu]");
  const origin = menu ? document.getElementById(menu.getAttribute("aria-labelledby") ?? "") : active;
  return origin instanceof HTMLElement ? origin : null;
}
