import { createSignal, createUniqueId, For, Show } from "solid-js";
import { locale, t } from "../../lib/i18n";
import { Button } from "../../ui/button";
import { Chip } from "../../ui/chip";
import { mayChange } from "./rights";
import settings from "./settings.module.css";
import styles from "./quiet-hours.module.css";

const dateFormat = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const spoken = (date: string): string => dateFormat.format(new Date(`${date}T00:00:00Z`));

/** Days that are quiet from midnight to midnight, the earliest first. */
export function Holidays(props: { dates: string[]; onChange: (dates: string[]) => void }) {
  const id = createUniqueId();
  const [date, setDate] = createSignal("");
  function add() {
    if (date() === "") return;
    props.onChange([...new Set([...props.dates, date()])].sort());
    setDate("");
  }
  return (
    <div class={settings["field"]}>
      <label for={id}>{t("settings.quiet.holidays")}</label>
      <Show when={props.dates.length > 0}>
        <ul class={settings["chips"]}><For each={props.dates}>{(known) => <li><Chip name={spoken(known)} onRemove={mayChange() ? () => props.onChange(props.dates.filter((one) => one !== known)) : undefined}>{spoken(known)}</Chip></li>}</For></ul>
      </Show>
      <Show when={mayChange()} fallback={<Show when={props.dates.length === 0}><span class={styles["none"]}>{t("settings.quiet.noHolidays")}</span></Show>}>
        <div class={styles["interval"]}>
          <input id={id} type="date" class={styles["time"]} value={date()} onInput={(event) => setDate(event.currentTarget.value)} onKeyDown={(event) => { if (event.key === "Enter") { event.preventDefault(); add(); } }} />
          <Button size="s" disabled={date() === ""} onClick={add}>{t("settings.quiet.addHoliday")}</Button>
        </div>
      </Show>
      <p class={settings["hint"]}>{t("settings.quiet.holidaysHint")}</p>
    </div>
  );
}
