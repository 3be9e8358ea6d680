import { Show } from "solid-js";
import { t } from "../../../../lib/i18n";
import { Checkbox } from "../../../../ui/checkbox";
import { Combobox } from "../../../../ui/combobox";
import { TextArea } from "../../../../ui/text-area";
import { timeZones } from "../../countries";
import { Section } from "../../page";
import { QuietDays } from "../../quiet-days";
import type { PartProps } from "./chat-page";
import { FRESH_HOURS } from "./values";
import form from "../../settings.module.css";

/** When somebody is there, and what visitors read when nobody is. */
export function Hours(props: PartProps) {
  const setTime = (day: number, at: number, end: "from" | "to", time: string) =>
    props.set("days", props.values.days.map((hours, index) => (index === day ? hours.map((one, place) => (place === at ? { ...one, [end]: time } : one)) : hours)));
  return (
    <Section title={t("chat.hours")} text={t("chat.hoursText")}>
      <div class={form["form"]}>
        <Checkbox label={t("chat.hoursOn")} checked={props.values.hasHours} disabled={props.locked} onChange={(on) => props.set("hasHours", on)} />
        <Show when={props.values.hasHours}>
          <QuietDays days={props.values.days} setDays={(days) => props.set("days", days)} setTime={setTime} tried={false} fresh={FRESH_HOURS} words={{ hours: "chat.open", none: "chat.closedDay", from: "chat.openFrom", to: "chat.openTo" }} />
          <Combobox label={t("settings.general.timeZone")} value={props.values.timeZone} onChange={(zone) => props.set("timeZone", zone)} options={timeZones(props.values.timeZone)} disabled={props.locked} />
        </Show>
        <TextArea label={t("chat.away")} value={props.values.awayMessage} onInput={(text) => props.set("awayMessage", text)} error={props.wrong["awayMessage"]} hint={t("chat.awayHint")} maxLength={500} rows={2} disabled={props.locked} />
      </div>
    </Section>
  );
}
