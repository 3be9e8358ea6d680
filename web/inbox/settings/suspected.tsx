import { createSignal } from "solid-js";
import type { Account } from "../../../worker/contract/account";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { refresh } from "../../lib/me";
import { createTask } from "../../lib/task";
import { Checkbox } from "../../ui/checkbox";
import { toast } from "../../ui/toast";
import { Section } from "./page";
import { sentenceOf } from "./refusal";
import { mayChange } from "./rights";

/** Whether free wording that sounds like an opt-out asks a person or counts at once. */
export function SuspectedOptOut(props: { applies: boolean }) {
  const [applies, setApplies] = createSignal(props.applies);
  const { isBusy, run } = createTask((refused) => {
    setApplies(!applies());
    toast({ text: sentenceOf(refused), kind: "error" });
  });

  const change = (on: boolean): Promise<void> => run(async () => {
    setApplies(on);
    await api.patch<Account>("/api/v1/account", { settings: { applySuspectedOptOut: on } });
    toast({ text: t("settings.saved") });
    void refresh("settings");
  });

  return (
    <Section title={t("settings.optOut")} text={t("settings.optOut.text")}>
      <Checkbox label={t("settings.optOut.apply")} hint={t("settings.optOut.applyHint")} checked={applies()} disabled={isBusy() || !mayChange()} onChange={(on) => void change(on)} />
    </Section>
  );
}
