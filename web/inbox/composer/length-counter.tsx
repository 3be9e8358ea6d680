import { Show } from "solid-js";
import type { Capabilities } from "../../../worker/contract/channel";
import { locale, t } from "../../lib/i18n";
import { Tooltip } from "../../ui/tooltip";
import { lengthOf } from "./hindrance";
import styles from "./composer.module.css";

/** Nobody needs a number while there is plenty of room. */
const SHOWN_FROM = 0.5;

/** How much of the channel's room a text takes, in the unit the channel counts. */
export function LengthCounter(props: { text: string; limit: Capabilities["text"] }) {
  const used = () => lengthOf(props.text, props.limit.unit);
  return (
    <Show when={used() >= props.limit.max * SHOWN_FROM}>
      <Tooltip text={t(`composer.length.${props.limit.unit}.why`, { max: props.limit.max.toLocaleString(locale) })}>
        <span class={styles["length"]} classList={{ [styles["length-over"]!]: used() > props.limit.max }}>
          {t(`composer.length.${props.limit.unit}`, { used: used().toLocaleString(locale), max: props.limit.max.toLocaleString(locale) })}
        </span>
      </Tooltip>
    </Show>
  );
}
