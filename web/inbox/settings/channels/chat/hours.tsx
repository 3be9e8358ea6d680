import { Show } from "solid-js";
import { t } from "../../../../lib/i18n";
import { me } from "../../../../lib/me";
import { Combobox } from "../../../../ui/combobox";
import { Select } from "../../../../ui/select";
import { TextArea } from "../../../../ui/text-area";
import { timeZones } from "../../countries";
import { Section } from "../../page";
import { QuietDays } from "../../quiet-days";
import { FRESH_HOURS } from "../../office-hours";
import type { PartProps } from "./chat-page";
import form from "../../settings.module.css";

/** When somebody is there, and what visitors read when nobody is. */
export function Hours(props: PartProps) {
  const choices = (["always", "own", "account"] as const).map((value) => ({ value, label: t(`chat.hoursFrom.${value}`) }));
  const setTime = (day: number, at: number, end: "from" | "to", time: string) =>
    props.set("days", props.values.days.map((hours, index) => (index === day ? hours.map((one, place) => (place === at ? { ...one, [end]: time } : one)) : hours)));
  return (
    <Section title={t("chat.hours")} text={t("chat.hoursText")}>
      <div class={form["form"]}>
        <Select label={t("chat.hoursFrom")} options={choices} value={props.values.hours} disabled={props.locked} onChange={(hours) => props.set("hours", hours)} />
        <Show when={props.values.hours === "account"}>
          <p class={form["hint"]}>{t(me()?.account.settings.officeHours ? "chat.hoursAccount" : "chat.hoursAccountNone")} <a class={form["link"]} href="/settings/general">{t("settings.general")}</a></p>
        </Show>
        <Show when={props.values.hours === "own"}>
          <QuietDays days={props.values.days} setDays={(days) => props.set("days", days)} setTime={setTime} tried={false} fresh={FRESH_HOURS} words={{ hours: "chat.open", none: "chat.closedDay", from: "chat.openFrom", to: "chat.openTo" }} />
          <Combobox label={t("settings.general.timeZone")} value={props.values.timeZone} onChange={(zone) => props.set("timeZone", zone)} options={timeZones(props.values.timeZone)} disabled={props.locked} />
        </Show>
        <TextArea label={t("chat.away")} value={props.values.awayMessage} onInput={(text) => props.set("awayMessage", text)} error={props.wrong["awayMessage"]} hint={t("chat.awayHint")} maxLength={500} rows={2} disabled={props.locked} />
      </div>
    </Section>
  );
}
