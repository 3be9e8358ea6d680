import { createSignal } from "solid-js";
import type { Account } from "../../../worker/contract/account";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { refresh } from "../../lib/me";
import { Checkbox } from "../../ui/checkbox";
import { toast } from "../../ui/toast";
import { Section } from "./page";
import { sentenceOf } from "./refusal";
import { mayChange } from "./rights";

/** Whether free wording that sounds like an opt-out asks a person or counts at once. */
export function SuspectedOptOut(props: { applies: boolean }) {
  const [applies, setApplies] = createSignal(props.applies);
  const [busy, setBusy] = createSignal(false);

  async function change(on: boolean): Promise<void> {
    setBusy(true);
    setApplies(on);
    try {
      await api.patch<Account>("/api/v1/account", { settings: { applySuspectedOptOut: on } });
      toast({ text: t("settings.saved") });
      void refresh("settings");
    } catch (error) {
      setApplies(!on);
      toast({ text: sentenceOf(error), kind: "error" });
    } finally {
      setBusy(false);
    }
  }

  return (
    <Section title={t("settings.optOut")} text={t("settings.optOut.text")}>
      <Checkbox label={t("settings.optOut.apply")} hint={t("settings.optOut.applyHint")} checked={applies()} disabled={busy() || !mayChange()} onChange={(on) => void change(on)} />
    </Section>
  );
}
