import { Show } from "solid-js";
import type { ComposeChannel } from "../../../worker/contract/compose";
import { shownAddress } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Menu } from "../../ui/menu";
import styles from "./composer.module.css";

/** Which of our addresses it leaves from and why, and to which of theirs when they have several. */
export function FromLine(props: { via: ComposeChannel; to: string | undefined; onTo: (address: string) => void }) {
  return (
    <div class={styles["from"]}>
      <Show when={props.via.outcome === "allowed"} fallback={<span class={props.via.outcome === "refused" ? styles["from-shut"] : styles["from-warn"]}>{props.via.sentence}</span>}>
        {t("composer.from")} <b><bdi>{shownAddress(props.via.from)}</bdi></b><Show when={props.via.because}> · {props.via.because}</Show>
      </Show>
      <Show when={props.via.to.length > 1}>
        {" · "}
        <Menu
          trigger={<button type="button" class={styles["to-pick"]}>{t("composer.to-address", { address: shownAddress(props.to ?? props.via.to[0] ?? "") })}</button>}
          items={props.via.to.map((address) => ({ label: shownAddress(address), onSelect: () => props.onTo(address) }))}
        />
      </Show>
    </div>
  );
}
