import { Show } from "solid-js";
import type { ComposeChannel } from "../../../worker/contract/compose";
import { shownAddress } from "../../../worker/contract/shown-address";
import { t } from "../../lib/i18n";
import { connections } from "../../lib/me";
import { Menu } from "../../ui/menu";
import { countdown, quota } from "./window";
import styles from "./composer.module.css";

/** A page's, an account's or a place's id: nobody knows it by heart. */
const isBareId = (address: string): boolean => /(?:^|\/)\d+$/.test(address);

/** How long it may still be answered, which of our addresses it leaves from and why, and to which of theirs when they have several. */
export function FromLine(props: { via: ComposeChannel; now: number; to: string | undefined; onTo: (address: string) => void }) {
  // Why it is closed stands in the notice.
  const left = () => { const found = countdown(props.via, props.now); return found?.state === "closed" ? null : found; };
  const name = () => connections().find(({ id }) => id === props.via.connectionId)?.name;
  const ours = () => (isBareId(props.via.from) ? name() ?? props.via.from : [name(), shownAddress(props.via.from)].filter(Boolean).join(", "));
  const count = () => (left() ? quota(props.via) : null);
  return (
    <div class={styles["from"]}>
      <Show when={left()}>{(found) => <><span class={styles["window"]} data-low={found().low}>{found().sentence}</span>{" · "}</>}</Show>
      <Show when={count()}>{(found) => <><span class={styles["window"]} data-low={found().low} title={t("composer.window.left-why")}>{found().text}<Show when={found().all}>{(all) => <meter class={styles["quota"]} min={0} max={all()} value={found().left} aria-hidden="true" />}</Show></span>{" · "}</>}</Show>
      {t("composer.from")} <b><bdi>{ours()}</bdi></b><Show when={props.via.because}> · {props.via.because}</Show>
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
