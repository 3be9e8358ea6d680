import { For } from "solid-js";
import { t } from "../../../../lib/i18n";
import { Select } from "../../../../ui/select";
import { TextArea } from "../../../../ui/text-area";
import { Section } from "../../page";
import type { PartProps } from "./chat-page";
import { QUESTIONS } from "./values";
import form from "../../settings.module.css";
import styles from "./chat.module.css";

/** What visitors are asked before their first message. */
export function Asking(props: PartProps) {
  const choices = (["no", "optional", "required"] as const).map((value) => ({ value, label: t(`chat.ask.${value}`) }));
  return (
    <Section title={t("chat.asking")} text={t("chat.askingText")}>
      <div class={form["form"]}>
        <div class={styles["row"]}>
          <For each={QUESTIONS}>{(key) => <Select label={t(`chat.question.${key}`)} options={choices} value={props.values.preChat[key]} disabled={props.locked} onChange={(value) => props.set("preChat", { ...props.values.preChat, [key]: value })} />}</For>
        </div>
        <TextArea label={t("chat.consent")} value={props.values.consentText} onInput={(text) => props.set("consentText", text)} error={props.wrong["consentText"]} hint={t("chat.consentHint")} maxLength={500} rows={2} disabled={props.locked} />
      </div>
    </Section>
  );
}
