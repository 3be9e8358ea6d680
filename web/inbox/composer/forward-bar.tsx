import { Forward, X } from "lucide-solid";
import type { Entry } from "../../../worker/contract/entry";
import { t } from "../../lib/i18n";
import { IconButton } from "../../ui/icon-button";
import styles from "./composer.module.css";

/** What the next email carries on, and that the customer is not who gets it. */
export function ForwardBar(props: { entries: readonly Entry[]; count: number; customer: string; reaches: "nobody" | "others" | "customer"; onEnd: () => void }) {
  const subject = () => props.entries.at(-1)?.email?.subject || t("inbox.email.noSubject");
  const label = () => t("composer.forward", { count: props.count, subject: subject() });
  return (
    <div class={styles["quote"]} role="group" aria-label={label()}>
      <Forward size={14} aria-hidden="true" />
      <div class={styles["quote-words"]}>
        <b dir="auto">{label()}</b>
        <p role={props.reaches === "customer" ? "alert" : undefined} classList={{ [styles["warn-words"]!]: props.reaches === "customer" }}>{t(`composer.forward.${props.reaches}`, { name: props.customer })}</p>
      </div>
      <IconButton label={t("composer.forward.end")} icon={X} size="s" onClick={() => props.onEnd()} />
    </div>
  );
}
