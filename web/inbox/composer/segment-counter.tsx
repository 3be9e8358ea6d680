import { createMemo, Show } from "solid-js";
import { countSegments, toPlain } from "../../../worker/contract/segments";
import { t } from "../../lib/i18n";
import { Tooltip } from "../../ui/tooltip";
import styles from "./composer.module.css";

const MARKED = 3;

/** What this text costs as SMS, and one click that makes it cheaper where that is possible. */
export function SegmentCounter(props: { text: string; onPlain: (text: string) => void }) {
  const count = createMemo(() => countSegments(props.text));
  const replaceable = () => count().forced.some(({ plain }) => plain !== null);
  const shown = () => [...new Set(count().forced.map(({ char }) => char))].slice(0, MARKED).join(" ");
  const saved = () => count().segments - countSegments(toPlain(props.text)).segments;

  return (
    <Show when={props.text !== ""}>
      <span class={styles["segments"]}>
        <Show when={count().encoding === "UCS-2"}>
          <Show when={replaceable()} fallback={<Tooltip text={t("composer.unicode.why", { chars: shown() })}><span class={styles["unicode"]} tabIndex={0}>{t("composer.unicode")}</span></Tooltip>}>
            <Tooltip text={`${t("composer.unicode.why", { chars: shown() })} ${saved() > 0 ? t("composer.unicode.saves", { count: saved() }) : t("composer.unicode.replace")}`}>
              <button type="button" class={styles["unicode"]} aria-label={t("composer.unicode.replace")} onClick={() => props.onPlain(toPlain(props.text))}>
                {t("composer.unicode")}
              </button>
            </Tooltip>
          </Show>
        </Show>
        <Tooltip text={t("composer.segments.title", { units: count().units, left: count().left, count: count().segments })}>
          <span>{count().units}/{count().units + count().left} · {t("composer.segments", { count: count().segments })}</span>
        </Tooltip>
      </span>
    </Show>
  );
}
