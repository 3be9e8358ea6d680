import { Show } from "solid-js";
import { t } from "../../lib/i18n";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { CopyField } from "./copy-field";
import styles from "./settings.module.css";

/** Something that is shown once and then known to nobody here. */
export interface Secret { title: string; text: string; label: string; value: string }

/** Shows a secret until it is closed. The owner of the signal must let go of it in `onClose`: nothing else holds it. */
export function Once(props: { secret: Secret | null; onClose: () => void }) {
  return (
    <Dialog open={props.secret !== null} onOpenChange={(open) => { if (!open) props.onClose(); }} title={props.secret?.title ?? ""} description={props.secret?.text ?? ""}>
      <Show when={props.secret}>
        {(secret) => (
          <div class={styles["form"]}>
            <CopyField label={secret().label} value={secret().value} hint={t("settings.once")} lines={2} />
            <div class={styles["foot"]}><Button variant="primary" onClick={() => props.onClose()}>{t("settings.onceDone")}</Button></div>
          </div>
        )}
      </Show>
    </Dialog>
  );
}
