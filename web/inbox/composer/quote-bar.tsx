import { Reply, X } from "lucide-solid";
import { Show } from "solid-js";
import type { ChannelKind } from "../../../worker/contract/channel";
import type { Entry } from "../../../worker/contract/entry";
import { shownAddress } from "../../../worker/contract/shown-address";
import { t } from "../../lib/i18n";
import { IconButton } from "../../ui/icon-button";
import styles from "./composer.module.css";

/** The words of an entry in one line; a file is named where there are none. */
const words = ({ text, attachments }: Entry): string => text.trim() || attachments.map(({ name }) => name).join(", ") || t("composer.answering.nothing");

/** The message that the next one answers. `elsewhere` is its channel where the chosen one cannot say so. */
export function QuoteBar(props: { entry: Entry; elsewhere: ChannelKind | null; onSwitch: (() => void) | null; onClear: () => void }) {
  const who = () => (props.entry.direction === "out" ? t("composer.answering.us") : shownAddress(props.entry.author.name));
  return (
    <div class={styles["quote"]} role="group" aria-label={t("composer.answering.label", { name: who() })}>
      <Reply size={14} aria-hidden="true" />
      <div class={styles["quote-words"]}>
        <b dir="auto">{who()}</b>
        <p dir="auto">{words(props.entry)}</p>
        <Show when={props.elsewhere}>{(channel) => (
          <p class={styles["quote-off"]}>
            {t("composer.answering.elsewhere", { channel: t(`channel.${channel()}`) })}
            <Show when={props.onSwitch}>{(go) => <>{" "}<button type="button" class={styles["inline-link"]} onClick={() => go()()}>{t("composer.write-by", { channel: t(`channel.${channel()}`) })}</button></>}</Show>
          </p>
        )}</Show>
      </div>
      <IconButton label={t("composer.answering.clear")} icon={X} size="s" onClick={() => props.onClear()} />
    </div>
  );
}
