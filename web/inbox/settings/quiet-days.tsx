import { CopyCheck, Plus, X } from "lucide-solid";
import { createUniqueId, For, Show } from "solid-js";
import type { QuietInterval } from "../../../worker/contract/account";
import { locale, t, type MessageKey } from "../../lib/i18n";
import { IconButton } from "../../ui/icon-button";
import { mayChange } from "./rights";
import settings from "./settings.module.css";
import styles from "./quiet-hours.module.css";

const A_SUNDAY = Date.UTC(2026, 0, 4);
const DAY_MS = 86_400_000;
const weekday = new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" });
/** Names of the days, Sunday first as in the contract. */
export const WEEKDAYS: readonly string[] = Array.from({ length: 7 }, (_, day) => weekday.format(A_SUNDAY + day * DAY_MS));
/** As a week is read: Monday first. */
const ORDER = [1, 2, 3, 4, 5, 6, 0] as const;
/** The contract's limit. */
const MAX_A_DAY = 6;

interface Props {
  days: QuietInterval[][];
  setDays: (days: QuietInterval[][]) => void;
  setTime: (day: number, at: number, end: "from" | "to", time: string) => void;
  /** Somebody has tried to save: what is missing is said. */
  tried: boolean;
  /** Of what else the hours are. */
  words?: Readonly<Record<"hours" | "none" | "from" | "to", MessageKey>>;
  /** What a day is given first. */
  fresh?: QuietInterval;
}

const QUIET = { hours: "settings.quiet.hours", none: "settings.quiet.none", from: "settings.quiet.from", to: "settings.quiet.to" } as const;

/** The hours of each weekday. One that ends on the next day says so. */
export function QuietDays(props: Props) {
  const group = createUniqueId();
  const words = () => props.words ?? QUIET;
  const set = (day: number, intervals: QuietInterval[]) => props.setDays(props.days.map((known, at) => (at === day ? intervals : known)));
  const repeat = (day: number) => props.setDays(props.days.map(() => props.days[day]!.map((interval) => ({ ...interval }))));
  return (
    <div class={settings["field"]}>
      <span class={settings["label"]} id={group}>{t(words().hours)}</span>
      <ul class={styles["days"]} aria-labelledby={group}>
        <For each={ORDER}>{(day) => (
          <li class={styles["day"]}>
            <span class={styles["name"]}>{WEEKDAYS[day]}</span>
            <div class={styles["intervals"]}>
              <For each={props.days[day]} fallback={<span class={styles["none"]}>{t(words().none)}</span>}>{(interval, at) => (
                <div class={styles["interval"]}>
                  <Time label={t(words().from, { day: WEEKDAYS[day]! })} value={interval.from} wrong={props.tried && interval.from === ""} onInput={(time) => props.setTime(day, at(), "from", time)} />
                  <span aria-hidden="true">–</span>
                  <Time label={t(words().to, { day: WEEKDAYS[day]! })} value={interval.to} wrong={props.tried && interval.to === ""} onInput={(time) => props.setTime(day, at(), "to", time)} />
                  <Show when={mayChange()}><IconButton size="s" icon={X} label={t("settings.quiet.remove", { day: WEEKDAYS[day]!, from: interval.from, to: interval.to })} onClick={() => set(day, props.days[day]!.filter((_, other) => other !== at()))} /></Show>
                  <Show when={interval.from !== "" && interval.to !== "" && interval.to <= interval.from}><span class={styles["next"]}>{t("settings.quiet.nextDay")}</span></Show>
                </div>
              )}</For>
            </div>
            <Show when={mayChange()}>
              <span class={styles["tools"]}>
                <IconButton size="s" icon={Plus} label={t("settings.quiet.add", { day: WEEKDAYS[day]! })} disabled={props.days[day]!.length >= MAX_A_DAY} onClick={() => set(day, [...props.days[day]!, { ...(props.fresh ?? { from: "21:00", to: "08:00" }) }])} />
                <IconButton size="s" icon={CopyCheck} label={t("settings.quiet.repeat", { day: WEEKDAYS[day]! })} onClick={() => repeat(day)} />
              </span>
            </Show>
          </li>
        )}</For>
      </ul>
      <Show when={props.tried && props.days.flat().some(({ from, to }) => from === "" || to === "")}><p class={settings["fieldError"]} role="alert">{t("settings.quiet.unfinished")}</p></Show>
    </div>
  );
}

/** A native field for a time of day: the reader's own order and clock, the value always as 21:30. */
function Time(props: { label: string; value: string; wrong: boolean; onInput: (time: string) => void }) {
  return <input type="time" class={styles["time"]} aria-label={props.label} aria-invalid={props.wrong || undefined} value={props.value} disabled={!mayChange()} onInput={(event) => props.onInput(event.currentTarget.value)} />;
}
