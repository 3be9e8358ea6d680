import { createSignal, For, Show } from "solid-js";
import type { Account } from "../../../worker/contract/account";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { refresh } from "../../lib/me";
import { Button } from "../../ui/button";
import { Combobox } from "../../ui/combobox";
import { ErrorState } from "../../ui/error-state";
import { Input } from "../../ui/input";
import { Select } from "../../ui/select";
import { Skeleton } from "../../ui/skeleton";
import { toast } from "../../ui/toast";
import { countries, timeZones } from "./countries";
import { OfficeHours } from "./office-hours";
import { Page } from "./page";
import { QuietHours } from "./quiet-hours";
import { missing, sentenceOf } from "./refusal";
import { mayChange } from "./rights";
import { createSaving } from "./saving";
import { SuspectedOptOut } from "./suspected";
import styles from "./settings.module.css";

const UNDO_SECONDS = [0, 5, 10, 20, 30] as const;
const SECOND_MS = 1_000;

type Values = Record<"name" | "timeZone" | "country" | "reopenDays" | "undoMs", string>;
const valuesOf = ({ name, settings }: Account): Values => ({ name, timeZone: settings.timeZone, country: settings.country, reopenDays: String(settings.reopenDays), undoMs: String(settings.undoMs) });

/** The account itself: its name, where it is, and how conversations behave. */
export function General() {
  const [account, setAccount] = createSignal<Account | null>(null);
  const [problem, setProblem] = createSignal<string | null>(null);

  async function load() {
    setProblem(null);
    try {
      setAccount(await api.get<Account>("/api/v1/account"));
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  }
  void load();

  return (
    <Page title={t("settings.general")} lede={t("settings.general.lede")} admins>
      <Show when={account()} fallback={<Show when={problem()} fallback={<FormSkeleton />}>{(sentence) => <ErrorState title={t("settings.notRead")} text={sentence()} onRetry={() => void load()} />}</Show>}>
        {(known) => <><AccountForm account={known()} /><OfficeHours hours={known().settings.officeHours ?? null} /><QuietHours hours={known().settings.quietHours} /><SuspectedOptOut applies={known().settings.applySuspectedOptOut === true} /></>}
      </Show>
    </Page>
  );
}

function AccountForm(props: { account: Account }) {
  const [before, setBefore] = createSignal(valuesOf(props.account));
  const [values, setValues] = createSignal(before());
  const labels = { name: t("settings.general.name"), timeZone: t("settings.general.timeZone"), country: t("settings.general.country"), reopenDays: t("settings.general.reopenDays"), undoMs: t("settings.general.undo") };
  const { refusal, busy, save, forgive } = createSaving({ labels: { name: labels.name, reopenDays: labels.reopenDays }, others: labels });
  const isChanged = () => (Object.keys(before()) as (keyof Values)[]).some((key) => values()[key] !== before()[key]);
  const set = (key: keyof Values) => (value: string) => setValues({ ...values(), [key]: value });
  const locked = () => !mayChange();
  const undoChoices = [...new Set([...UNDO_SECONDS, Number(before().undoMs) / SECOND_MS])].sort((one, other) => one - other)
    .map((seconds) => ({ value: String(seconds * SECOND_MS), label: seconds === 0 ? t("settings.general.undoNever") : t("settings.general.seconds", { count: seconds }) }));

  async function send(): Promise<void> {
    const { name, timeZone, country, reopenDays, undoMs } = values();
    const saved = await api.patch<Account>("/api/v1/account", { name: name.trim(), settings: { timeZone, country, reopenDays: Number(reopenDays), undoMs: Number(undoMs) } });
    toast({ text: t("settings.saved") });
    void refresh("settings");
    setBefore(valuesOf(saved));
    setValues(before());
  }

  return (
    <form class={styles["form"]} noValidate onSubmit={(event) => void save(event, send, () => missing(values(), labels))}>
      <Input label={labels.name} name="name" value={values().name} onInput={set("name")} error={refusal().fields["name"]} disabled={locked()} autocomplete="organization" />
      <Combobox label={labels.timeZone} value={values().timeZone} onChange={set("timeZone")} options={timeZones(before().timeZone)} disabled={locked()} hint={t("settings.general.timeZoneHint")} />
      <Combobox label={labels.country} value={values().country} onChange={set("country")} options={countries()} disabled={locked()} hint={t("settings.general.countryHint")} />
      <Input label={labels.reopenDays} name="reopenDays" type="number" inputMode="numeric" value={values().reopenDays} onInput={set("reopenDays")} error={refusal().fields["reopenDays"]} disabled={locked()} hint={t("settings.general.reopenDaysHint")} />
      <Select label={labels.undoMs} value={values().undoMs} onChange={set("undoMs")} options={undoChoices} disabled={locked()} hint={t("settings.general.undoHint")} />
      <Show when={refusal().sentence}>{(sentence) => <p class={styles["wrong"]} role="alert">{sentence()}</p>}</Show>
      <Show when={mayChange()}>
        <div class={styles["footStart"]}>
          <Button variant="primary" type="submit" loading={busy()} disabled={!isChanged()}>{t("settings.save")}</Button>
          <Show when={isChanged() && !busy()}><Button variant="ghost" onClick={() => { setValues(before()); forgive(); }}>{t("settings.discard")}</Button></Show>
        </div>
      </Show>
    </form>
  );
}

function FormSkeleton() {
  return <div class={styles["form"]} role="status" aria-label={t("settings.loading")}><For each={[1, 2, 3, 4]}>{() => <div class={styles["field"]}><Skeleton width="96px" height="12px" /><Skeleton width="100%" height="32px" /></div>}</For></div>;
}
