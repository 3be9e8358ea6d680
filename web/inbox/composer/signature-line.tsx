import { X } from "lucide-solid";
import { createMemo, Show } from "solid-js";
import { t } from "../../lib/i18n";
import { IconButton } from "../../ui/icon-button";
import { safeNodes } from "./safe-nodes";
import styles from "./composer.module.css";

/** The signature as it will stand below this email, with the way to leave it out. */
export function SignatureLine(props: { html: string; isOn: boolean; onChange: (on: boolean) => void }) {
  const shown = createMemo(() => safeNodes(props.html));
  return (
    <Show when={props.isOn} fallback={<div class={styles["signature-off"]}><button type="button" class={styles["field-button"]} onClick={() => props.onChange(true)}>{t("composer.signature.add")}</button></div>}>
      <div class={styles["signature"]} role="group" aria-label={t("composer.signature")}>
        <div dir="auto">{shown()}</div>
        <IconButton label={t("composer.signature.remove")} icon={X} size="s" onClick={() => props.onChange(false)} />
      </div>
    </Show>
  );
}
