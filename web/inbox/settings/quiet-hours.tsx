import { createSignal, Show } from "solid-js";
import { createStore, reconcile, unwrap } from "solid-js/store";
import type { Account, QuietHours as Hours } from "../../../worker/contract/account";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { refresh } from "../../lib/me";
import { Button } from "../../ui/button";
import { Checkbox } from "../../ui/checkbox";
import { Select } from "../../ui/select";
import { toast } from "../../ui/toast";
import { Section } from "./page";
import { QuietDays, WEEKDAYS } from "./quiet-days";
import { Holidays } from "./quiet-holidays";
import { NO_REFUSAL } from "./refusal";
import { mayChange } from "./rights";
import { createSaving } from "./saving";
import settings from "./settings.module.css";
import styles from "./quiet-hours.module.css";

/** What most people mean: 8 to 21 o'clock is also what US law (47 CFR 64.1200(c)(1)) allows for advertising. */
const NIGHTS: Hours = { on: false, days: WEEKDAYS.map(() => [{ from: "21:00", to: "08:00" }]), holidays: [], manual: "warn" };
/** Always in the same order of keys, so that equal hours are equal texts. */
const copyOf = ({ on, days, holidays, manual }: Hours = NIGHTS): Hours => ({ on, days: days.map((day) => day.map(({ from, to }) => ({ from, to }))), holidays: [...holidays], manual });

/** When messages wait, day by day, and what a person meets who writes then. */
export function QuietHours(props: { hours: Hours | undefined }) {
  const [before, setBefore] = createSignal(copyOf(props.hours));
  const [hours, setHours] = createStore(copyOf(props.hours));
  const [tried, setTried] = createSignal(false);
  const { refusal, busy, save, forgive } = createSaving({ labels: {}, others: { days: t("settings.quiet.hours"), from: t("settings.quiet.hours"), to: t("settings.quiet.hours"), holidays: t("settings.quiet.holidays") } });
  const isChanged = () => JSON.stringify(hours) !== JSON.stringify(before());
  const isUnfinished = () => hours.days.some((intervals) => intervals.some(({ from, to }) => from === "" || to === ""));
  const show = (next: Hours) => {
    setHours(reconcile(copyOf(next)));
    setTried(false);
    forgive();
  };

  async function send(): Promise<void> {
    const { settings: stored } = await api.patch<Account>("/api/v1/account", { settings: { quietHours: unwrap(hours) } });
    toast({ text: t("settings.saved") });
    void refresh("settings");
    setBefore(copyOf(stored.quietHours));
    show(before());
  }

  const manual = (["allow", "warn", "block"] as const).map((value) => ({ value, label: t(`settings.quiet.manual.${value}`), hint: t(`settings.quiet.manual.${value}Hint`) }));

  return (
    <Section title={t("settings.quiet")} text={t("settings.quiet.text")}>
      <form class={styles["form"]} noValidate onSubmit={(event) => { setTried(true); void save(event, send, () => (isUnfinished() ? NO_REFUSAL : null)); }}>
        <Checkbox label={t("settings.quiet.on")} checked={hours.on} disabled={!mayChange()} onChange={(on) => setHours("on", on)} />
        <Show when={hours.on}>
          <QuietDays days={hours.days} setDays={(days) => setHours("days", days)} setTime={(day, at, end, time) => setHours("days", day, at, end, time)} tried={tried()} />
          <Holidays dates={hours.holidays} onChange={(dates) => setHours("holidays", dates)} />
          <div class={styles["narrow"]}><Select label={t("settings.quiet.manual")} options={manual} value={hours.manual} disabled={!mayChange()} onChange={(value) => setHours("manual", value)} hint={t(`settings.quiet.manual.${hours.manual}Hint`)} /></div>
        </Show>
        <Show when={refusal().sentence}>{(sentence) => <p class={settings["wrong"]} role="alert">{sentence()}</p>}</Show>
        <Show when={mayChange()}>
          <div class={settings["footStart"]}>
            <Button type="submit" loading={busy()} disabled={!isChanged()}>{t("settings.quiet.save")}</Button>
            <Show when={isChanged() && !busy()}><Button variant="ghost" onClick={() => show(before())}>{t("settings.discard")}</Button></Show>
          </div>
        </Show>
      </form>
    </Section>
  );
}
