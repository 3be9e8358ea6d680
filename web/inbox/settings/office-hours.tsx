import { createSignal, Show } from "solid-js";
import type { Account, AccountHours, QuietInterval } from "../../../worker/contract/account";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { refresh } from "../../lib/me";
import { Button } from "../../ui/button";
import { Checkbox } from "../../ui/checkbox";
import { toast } from "../../ui/toast";
import { Section } from "./page";
import { QuietDays } from "./quiet-days";
import { NO_REFUSAL } from "./refusal";
import { mayChange } from "./rights";
import { createSaving } from "./saving";
import settings from "./settings.module.css";
import styles from "./quiet-hours.module.css";

/** What a day is given first. */
export const FRESH_HOURS: QuietInterval = { from: "09:00", to: "17:00" };
/** A week as most keep it, Sunday first. */
export const officeWeek = (): QuietInterval[][] => Array.from({ length: 7 }, (_, day) => (day === 0 || day === 6 ? [] : [{ ...FRESH_HOURS }]));

/** When somebody is there, for every chat that keeps the account's hours. */
export function OfficeHours(props: { hours: AccountHours | null }) {
  const [before, setBefore] = createSignal(props.hours);
  const [hours, setHours] = createSignal(props.hours);
  const [tried, setTried] = createSignal(false);
  const saving = createSaving({ labels: {}, others: { days: t("chat.hours"), from: t("chat.hours"), to: t("chat.hours") } });
  const isChanged = () => JSON.stringify(hours()) !== JSON.stringify(before());
  const isUnfinished = () => hours()?.days.flat().some(({ from, to }) => from === "" || to === "") ?? false;
  const setDays = (days: QuietInterval[][]) => setHours({ days });
  const show = (next: AccountHours | null) => { setHours(next); setTried(false); saving.forgive(); };

  async function send(): Promise<void> {
    const { settings: stored } = await api.patch<Account>("/api/v1/account", { settings: { officeHours: hours() } });
    toast({ text: t("settings.saved") });
    void refresh("settings");
    setBefore(stored.officeHours ?? null);
    show(before());
  }

  return (
    <Section title={t("chat.hours")} text={t("settings.office.text")}>
      <form class={styles["form"]} noValidate onSubmit={(event) => { setTried(true); void saving.save(event, send, () => (isUnfinished() ? NO_REFUSAL : null)); }}>
        <Checkbox label={t("settings.office.on")} checked={hours() !== null} disabled={!mayChange()} onChange={(on) => setHours(on ? before() ?? { days: officeWeek() } : null)} />
        <Show when={hours()}>{(kept) => (
          <QuietDays
            days={kept().days} setDays={setDays} tried={tried()} fresh={FRESH_HOURS} words={{ hours: "chat.open", none: "chat.closedDay", from: "chat.openFrom", to: "chat.openTo" }}
            setTime={(day, at, end, time) => setDays(kept().days.map((one, index) => (index === day ? one.map((interval, place) => (place === at ? { ...interval, [end]: time } : interval)) : one)))}
          />
        )}</Show>
        <Show when={saving.refusal().sentence}>{(sentence) => <p class={settings["wrong"]} role="alert">{sentence()}</p>}</Show>
        <Show when={mayChange()}>
          <div class={settings["footStart"]}>
            <Button type="submit" loading={saving.busy()} disabled={!isChanged()}>{t("settings.office.save")}</Button>
            <Show when={isChanged() && !saving.busy()}><Button variant="ghost" onClick={() => show(before())}>{t("settings.discard")}</Button></Show>
          </div>
        </Show>
      </form>
    </Section>
  );
}
